//! `noforn run` and `noforn verify` through the front door: bytes, refusals, interruptions.
use crate::program::*;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn one_thread_and_two_write_the_same_bytes() {
    let many = ["--variant", "as-spoken", "--reps", "9", "--tables", "metrics,nations,dyads:all,decisions:all"];
    let (_one, one) = written(TUTORIAL, &[&many[..], &["-j", "1"]].concat());
    let (_two, two) = written(TUTORIAL, &[&many[..], &["-j", "2"]].concat());
    same(&one, &two);
    assert!(!one.join("missions.csv").exists(), "only the tables asked for");
}

#[test]
fn the_first_run_of_many_is_the_only_run_of_one() {
    let (_one, one) = written(TUTORIAL, &["--reps", "1"]);
    let (_many, many) = written(TUTORIAL, &["--reps", "5"]);
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
fn every_table_is_sorted_by_its_key_and_none_has_a_hole_in_it() {
    let (_holder, folder) = written(TUTORIAL, &["--variant", "as-spoken"]);
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
            assert!(record.iter().all(|cell| !cell.contains("NaN") && !cell.contains("inf")), "{table}: {record:?}");
        }
    }
}

#[test]
fn what_was_written_can_be_verified_and_what_was_changed_is_found() {
    let (_holder, folder) = written(TUTORIAL, &["--reps", "2"]);
    well(ROOT, &["verify", text(&folder)]);
    let metrics = folder.join("metrics.csv");
    let changed = fs::read_to_string(&metrics).expect("a table").replacen("2019,1,", "2019,2,", 1);
    fs::write(&metrics, changed).expect("the table can be changed");
    let (told, _) = ends(ROOT, &["verify", text(&folder)], 1);
    assert!(told.contains("metrics.csv"), "the file is named");
}

#[test]
fn a_folder_is_replaced_only_when_asked() {
    let (_holder, folder) = written(TUTORIAL, &[]);
    let before = bytes(&folder);
    let again = ["run", TUTORIAL, "--seed", "9", "-o", text(&folder)];
    assert!(refused(ROOT, &again).contains("--force"));
    assert_eq!(bytes(&folder), before);
    well(ROOT, &[&again[..], &["--force"]].concat());
    assert_ne!(bytes(&folder), before);
}

#[test]
fn the_answer_for_programs_is_json_and_nothing_else() {
    let home = empty();
    let answer = json(&home, &["run", TUTORIAL, "--json"], 0);
    assert!(answer.is_object(), "{answer}");
}

#[test]
fn a_reader_that_leaves_ends_the_program_quietly() {
    let mut child = noforn(ROOT, &["show", HUAWEI])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let said = heard(child.wait_with_output().expect("the program ends"));
    assert_eq!(said.err, "");
}

/// Ctrl-C in the middle of a long job: it ends soon, says so, and leaves no folder.
#[cfg(unix)]
#[test]
fn an_interrupted_job_leaves_nothing() {
    let holder = empty();
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
