//! `noforn export` through the front door; that other tools open the files is `tools/check_exports.py`.
use crate::program::*;
use std::fs;
use std::path::PathBuf;

fn spoken(more: &[&str]) -> (tempfile::TempDir, PathBuf) {
    run_results(TUTORIAL, &[&["--variant", "as-spoken"], more].concat())
}

#[test]
fn every_kind_is_written_beside_the_folder_and_the_same_twice() {
    let (temporary, folder) = spoken(&["--reps", "2"]);
    for (kind, file) in [("gexf", "results.gexf"), ("graphml", "results.graphml"), ("xlsx", "results.xlsx")] {
        let reply = stdout_of(ROOT, &["export", text(&folder), "--to", kind]);
        assert!(
            reply.lines().count() == 1 && reply.contains(file) && reply.contains("next: noforn report "),
            "{reply}"
        );
        let first = fs::read(temporary.path().join(file)).expect("the file");
        stdout_of(ROOT, &["export", text(&folder), "--to", kind, "--force"]);
        assert!(first == fs::read(temporary.path().join(file)).expect("the file"), "{kind} has the same bytes twice");
    }
    stdout_of(ROOT, &["export", text(&folder), "--to", "parquet"]);
    let metrics = fs::read(temporary.path().join("results-parquet/metrics.parquet")).expect("a table");
    assert!(metrics.starts_with(b"PAR1") && metrics.ends_with(b"PAR1"));
    stdout_of(ROOT, &["verify", text(&folder)]);
}

#[test]
fn a_network_follows_its_pairs_through_the_years() {
    let (temporary, folder) = spoken(&[]);
    let gexf = temporary.path().join("x.gexf");
    stdout_of(ROOT, &["export", text(&folder), "--to", "gexf", "--variant", "as-spoken", "-o", text(&gexf)]);
    let network = fs::read_to_string(&gexf).expect("text");
    assert!(
        network.contains("version=\"1.3\"")
            && network.contains("mode=\"dynamic\"")
            && network.contains("<spell start=\"2019-01-01\"")
    );
    let edge = network.lines().find(|line| line.contains("id=\"USA-DEU\"")).expect("the pair");
    let levels: Vec<&str> = edge.matches("for=\"level_rank\"").collect();
    assert!(levels.len() > 1, "what is shared changes when the rule bites: {edge}");
    let graphml = temporary.path().join("x.graphml");
    stdout_of(
        ROOT,
        &["export", text(&folder), "--to", "graphml", "--variant", "as-spoken", "--in", "2020", "-o", text(&graphml)],
    );
    let year = fs::read_to_string(&graphml).expect("text");
    assert!(year.contains("attr.name=\"level_rank\"") && !year.contains("level_rank_2020"));
    stdout_of(ROOT, &["export", text(&folder), "--to", "graphml", "--in", "all", "-o", text(&graphml), "--force"]);
    assert!(fs::read_to_string(&graphml).expect("text").contains("attr.name=\"level_rank_2020\""));
}

#[test]
fn exports_that_are_not_possible_have_a_message() {
    let (temporary, folder) = spoken(&["--tables", "metrics"]);
    let here = text(&folder);
    let foreign = temporary.path().join("thesis.doc");
    fs::write(&foreign, "x").expect("writes");
    let cases: [(&[&str], &str); 9] = [
        (&["export", "scenarios", "--to", "xlsx"], "datapackage.json"),
        (&["export", here, "--to", "gexf"], "no table `nations`"),
        (&["export", here, "--to", "xlsx", "--tables", "secrets"], "no table `secrets`"),
        (&["export", here, "--to", "xlsx", "--variant", "as-spoken"], "says nothing about xlsx"),
        (&["export", here, "--to", "gexf", "--in", "2020"], "`--in` says nothing about gexf"),
        (&["export", here, "--to", "gexf", "--tables", "metrics"], "`--tables` says nothing about gexf"),
        (&["export", here, "--to", "gexf", "--variant", "as-spken"], "no variant `as-spken`"),
        (&["export", here, "--to", "xlsx", "-o", text(&foreign), "--force"], "does not end in `.xlsx`"),
        (&["export", here, "--to", "parquet", "-o", text(temporary.path())], "exists and is not replaced unasked"),
    ];
    for (arguments, message) in cases {
        let response = refusal_of(ROOT, arguments);
        assert!(response.contains(message), "{arguments:?}: {response}");
    }
    assert_eq!(fs::read_to_string(&foreign).expect("text"), "x");
}

#[test]
fn a_package_that_leads_out_of_its_folder_is_refused() {
    let (_home, folder) = spoken(&["--tables", "metrics"]);
    let package = folder.join("datapackage.json");
    let reply = fs::read_to_string(&package).expect("text");
    fs::write(&package, reply.replace("\"path\": \"metrics.csv\"", "\"path\": \"../../secret.csv\"")).expect("writes");
    let response = refusal_of(ROOT, &["export", text(&folder), "--to", "xlsx"]);
    assert!(response.contains("cannot name a folder or file"), "{response}");
}
