//! `noforn run` and `noforn verify` through the front door: bytes, refusals, interruptions.
use crate::program::*;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn one_thread_and_two_write_the_same_bytes() {
    let many = ["--variant", "as-spoken", "--reps", "9", "--tables", "metrics,nations,dyads:all,decisions:all"];
    let (_one, one) = run_results(TUTORIAL, &[&many[..], &["-j", "1"]].concat());
    let (_two, two) = run_results(TUTORIAL, &[&many[..], &["-j", "2"]].concat());
    assert_same_files(&one, &two);
    assert!(!one.join("missions.csv").exists(), "only the tables asked for");
}

#[test]
fn the_first_run_of_many_is_the_only_run_of_one() {
    let (_one, one) = run_results(TUTORIAL, &["--reps", "1"]);
    let (_many, many) = run_results(TUTORIAL, &["--reps", "5"]);
    for table in ["metrics.csv", "nations.csv"] {
        let text = |folder: &Path| fs::read_to_string(folder.join(table)).expect("a table");
        let first = |text: &str| -> Vec<String> {
            text.lines().filter(|line| line.starts_with("tutorial,baseline,0,")).map(str::to_owned).collect()
        };
        let (alone, among) = (first(&text(&one)), first(&text(&many)));
        assert!(!alone.is_empty() && alone == among, "{table}");
    }
}

#[test]
fn every_table_is_sorted_by_its_key_and_complete() {
    let (_holder, folder) = run_results(TUTORIAL, &["--variant", "as-spoken"]);
    let tables = [
        "runs",
        "metrics",
        "summary",
        "nations",
        "dyads",
        "blocs",
        "networks",
        "missions",
        "decisions",
        "events",
        "codebook",
    ];
    for table in tables {
        let mut reader = csv::Reader::from_path(folder.join(format!("{table}.csv"))).expect("a table");
        let width = reader.headers().expect("a header").len();
        for record in reader.records() {
            let record = record.expect("a row of the width of its header");
            assert_eq!(record.len(), width);
            let undefined = |cell: &str| ["NaN", "inf", "-inf"].contains(&cell);
            assert!(!record.iter().any(undefined), "{table}: {record:?}");
        }
    }
}

#[test]
fn a_folder_verifies_until_a_file_changes() {
    let (_holder, folder) = run_results(TUTORIAL, &["--reps", "2"]);
    stdout_of(ROOT, &["verify", text(&folder)]);
    let metrics = folder.join("metrics.csv");
    let changed = fs::read_to_string(&metrics).expect("a table").replacen("2019,1,", "2019,2,", 1);
    fs::write(&metrics, changed).expect("the table can be changed");
    let (reply, _) = run_to_code(ROOT, &["verify", text(&folder)], 1);
    assert!(reply.contains("metrics.csv"), "the file is named");
}

#[test]
fn a_folder_is_replaced_only_when_asked() {
    let (_holder, folder) = run_results(TUTORIAL, &[]);
    let before = bytes(&folder);
    let again = ["run", TUTORIAL, "--seed", "9", "-o", text(&folder)];
    assert!(refusal_of(ROOT, &again).contains("--force"));
    assert_eq!(bytes(&folder), before);
    stdout_of(ROOT, &[&again[..], &["--force"]].concat());
    assert_ne!(bytes(&folder), before);
}

#[test]
fn json_output_is_only_json() {
    let temporary = temporary_folder();
    let answer = json(&temporary, &["run", TUTORIAL, "--json"], 0);
    assert!(answer.is_object(), "{answer}");
}

#[test]
fn the_program_ends_without_a_message_if_its_reader_is_gone() {
    let mut child = noforn(ROOT, &["show", HUAWEI])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let response = collect_output(child.wait_with_output().expect("the program ends"));
    assert_eq!(response.err, "");
}

/// Ctrl-C in the middle of a long job: it ends soon, says so, and leaves no folder.
#[cfg(unix)]
#[test]
fn an_interrupted_command_leaves_no_files() {
    let holder = temporary_folder();
    let mut child = noforn(&holder, &["run", TUTORIAL, "--reps", "1000000", "-o", "deep/x"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    // Long enough to be at work, whatever the machine: the draft folder is there.
    let begun = Instant::now();
    while fs::read_dir(holder.path()).expect("the folder is there").next().is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the job never began");
        std::thread::sleep(Duration::from_millis(20));
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(kill.success());
    let status = child.wait().expect("the program ends");
    assert!(!status.success(), "{status:?}");
    assert_eq!(fs::read_dir(holder.path()).expect("the folder is there").count(), 0, "something was left");
}

/// A scenario that names its variants and runs, and one that builds on it, in a temporary folder.
fn named_runs() -> tempfile::TempDir {
    let temporary = temporary_folder();
    let write = |name: &str, extends: &str, run: &str| {
        let text = format!("extends = [{extends:?}]\nformat = 1\ntitle = {name:?}\n{run}");
        fs::write(temporary.path().join(name), text).expect("a scenario");
    };
    write("named.toml", TUTORIAL, "[run]\nvariants = [\"as-spoken\"]\nreps = 3\n");
    write("derived.toml", "named.toml", "");
    temporary
}

/// The variants of a folder of results and the number of runs.
fn variants_and_runs(folder: &Path) -> (Vec<String>, usize) {
    let rows = rows(folder.join("runs.csv"));
    let mut variants: Vec<String> = rows.iter().map(|row| row["variant"].clone()).collect();
    variants.dedup();
    (variants, rows.len())
}

#[test]
fn a_scenario_names_the_variants_and_runs_that_are_made_if_nothing_is_asked_for() {
    let temporary = named_runs();
    let cases: [(&str, &[&str], &[&str], usize); 6] = [
        ("named.toml", &[], &["as-spoken", "baseline"], 6),
        ("named.toml", &["--variant", "baseline"], &["baseline"], 3),
        ("named.toml", &["--reps", "1"], &["as-spoken", "baseline"], 2),
        ("named.toml", &["--variant", "baseline", "--reps", "1"], &["baseline"], 1),
        ("derived.toml", &[], &["baseline"], 1),
        ("derived.toml", &["--variant", "as-spoken"], &["as-spoken", "baseline"], 2),
    ];
    for (scenario, flags, variants, runs) in cases {
        let shared = ["run", scenario, "-o", "out", "--force", "--tables", "runs", "--set", "run.end=2019Q4"];
        stdout_of(&temporary, &[&shared[..], flags].concat());
        let made = variants_and_runs(&temporary.path().join("out"));
        assert_eq!(made, (variants.iter().map(|id| (*id).to_owned()).collect(), runs), "{scenario} {flags:?}");
    }
    stdout_of(&temporary, &["verify", "out"]);
}

#[test]
fn the_runs_that_a_scenario_names_are_no_part_of_it() {
    let temporary = named_runs();
    let sha256 = |scenario: &str| {
        let answer = json(&temporary, &["check", scenario, "--json"], 0);
        answer[0]["variants"][0]["scenario_sha256"].as_str().expect("a fingerprint").to_owned()
    };
    fs::write(
        temporary.path().join("plain.toml"),
        format!("extends = [{TUTORIAL:?}]\nformat = 1\ntitle = \"named.toml\"\n"),
    )
    .expect("a scenario");
    assert_eq!(sha256("named.toml"), sha256("plain.toml"));
    assert_eq!(stdout_of(&temporary, &["show", "named.toml"]), stdout_of(&temporary, &["show", "plain.toml"]));
}
