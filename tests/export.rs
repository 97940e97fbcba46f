//! `noforn export` through the front door; that other tools open the files is `tools/check_exports.py`.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn noforn(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_noforn"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).stdin(Stdio::null());
    let output = command.output().expect("the program starts");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
    output
}

fn text(path: &Path) -> &str {
    path.to_str().expect("test folders are text")
}

fn written(more: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().expect("a folder for the test");
    let folder = home.path().join("results");
    let output =
        noforn(&[&["run", "scenarios/tutorial.toml", "--variant", "as-spoken", "-o", text(&folder)], more].concat());
    assert!(output.status.success(), "{output:?}");
    (home, folder)
}

fn done(arguments: &[&str]) -> String {
    let output = noforn(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_kind_is_written_beside_the_folder_and_the_same_twice() {
    let (home, folder) = written(&["--reps", "2"]);
    for (kind, file) in [("gexf", "results.gexf"), ("graphml", "results.graphml"), ("xlsx", "results.xlsx")] {
        let told = done(&["export", text(&folder), "--to", kind]);
        assert!(told.lines().count() == 1 && told.contains(file) && told.contains("next: noforn report "), "{told}");
        let first = fs::read(home.path().join(file)).expect("the file");
        done(&["export", text(&folder), "--to", kind, "--force"]);
        assert!(first == fs::read(home.path().join(file)).expect("the file"), "{kind} has the same bytes twice");
    }
    done(&["export", text(&folder), "--to", "parquet"]);
    let metrics = fs::read(home.path().join("results-parquet/metrics.parquet")).expect("a table");
    assert!(metrics.starts_with(b"PAR1") && metrics.ends_with(b"PAR1"));
    let output = noforn(&["verify", text(&folder)]);
    assert!(output.status.success(), "the folder is as it was: {output:?}");
}

#[test]
fn a_network_follows_its_pairs_through_the_years() {
    let (home, folder) = written(&[]);
    let gexf = home.path().join("x.gexf");
    done(&["export", text(&folder), "--to", "gexf", "--variant", "as-spoken", "-o", text(&gexf)]);
    let network = fs::read_to_string(&gexf).expect("text");
    assert!(
        network.contains("version=\"1.3\"")
            && network.contains("mode=\"dynamic\"")
            && network.contains("<spell start=\"2019-01-01\"")
    );
    let edge = network.lines().find(|line| line.contains("id=\"USA-DEU\"")).expect("the pair");
    let levels: Vec<&str> = edge.matches("for=\"share_permitted\"").collect();
    assert!(levels.len() > 1, "what is shared changes when the rule bites: {edge}");
    let graphml = home.path().join("x.graphml");
    done(&["export", text(&folder), "--to", "graphml", "--variant", "as-spoken", "--in", "2020", "-o", text(&graphml)]);
    let year = fs::read_to_string(&graphml).expect("text");
    assert!(year.contains("attr.name=\"level_rank\"") && !year.contains("level_rank_2020"));
    done(&["export", text(&folder), "--to", "graphml", "--in", "all", "-o", text(&graphml), "--force"]);
    assert!(fs::read_to_string(&graphml).expect("text").contains("attr.name=\"level_rank_2020\""));
}

#[test]
fn what_cannot_be_exported_is_said_in_words() {
    let (home, folder) = written(&["--tables", "metrics"]);
    let here = text(&folder);
    let foreign = home.path().join("thesis.doc");
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
        (&["export", here, "--to", "parquet", "-o", text(home.path())], "exists and is not replaced unasked"),
    ];
    for (arguments, message) in cases {
        let output = noforn(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(message), "{arguments:?}: {said}");
    }
    assert_eq!(fs::read_to_string(&foreign).expect("text"), "x");
}

#[test]
fn a_package_that_leads_out_of_its_folder_is_refused() {
    let (_home, folder) = written(&["--tables", "metrics"]);
    let package = folder.join("datapackage.json");
    let told = fs::read_to_string(&package).expect("text");
    fs::write(&package, told.replace("\"path\": \"metrics.csv\"", "\"path\": \"../../secret.csv\"")).expect("writes");
    let output = noforn(&["export", text(&folder), "--to", "xlsx"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("cannot name a folder or file"), "{said}");
}
