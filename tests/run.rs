//! `noforn run` and `noforn verify` through the front door: bytes, refusals, interruptions.
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const TUTORIAL: &str = "scenarios/tutorial.toml";

fn noforn(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_noforn"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).stdin(Stdio::null());
    command
}

fn done(command: &mut Command) -> Output {
    let output = command.output().expect("the program starts");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
    output
}

/// Every file of a folder by its name.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.expect("the folder can be read");
        (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).expect("a file"))
    };
    fs::read_dir(folder).expect("the folder is there").map(file).collect()
}

fn to(folder: &Path) -> String {
    folder.to_str().expect("test folders are text").to_owned()
}

fn written(name: &str, more: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let holder = tempfile::tempdir().expect("a folder for the test");
    let folder = holder.path().join(name);
    let target = to(&folder);
    let output = done(noforn(&["run", TUTORIAL, "-o", &target]).args(more));
    assert!(output.status.success(), "{output:?}");
    (holder, folder)
}

#[test]
fn one_thread_and_two_write_the_same_bytes() {
    let many = ["--variant", "as-spoken", "--reps", "9", "--tables", "metrics,nations,dyads:all,decisions:all"];
    let (_one, one) = written("x", &[&many[..], &["-j", "1"]].concat());
    let (_two, two) = written("x", &[&many[..], &["-j", "2"]].concat());
    let (one, two) = (bytes(&one), bytes(&two));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (name, text) in &one {
        assert!(two[name] == *text, "{name} differs");
    }
    assert!(!one.contains_key("missions.csv"), "only the tables asked for");
}

#[test]
fn the_first_run_of_many_is_the_only_run_of_one() {
    let (_one, one) = written("x", &["--reps", "1"]);
    let (_many, many) = written("x", &["--reps", "5"]);
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
    let (_holder, folder) = written("x", &["--variant", "as-spoken"]);
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
    let (_holder, folder) = written("x", &["--reps", "2"]);
    let target = to(&folder);
    let output = done(&mut noforn(&["verify", &target]));
    assert!(output.status.success(), "{output:?}");
    let metrics = folder.join("metrics.csv");
    let text = fs::read_to_string(&metrics).expect("a table").replacen("2019,1,", "2019,2,", 1);
    fs::write(&metrics, text).expect("the table can be changed");
    let output = done(&mut noforn(&["verify", &target]));
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = [output.stdout, output.stderr].concat();
    assert!(String::from_utf8_lossy(&told).contains("metrics.csv"), "the file is named");
}

#[test]
fn a_folder_is_replaced_only_when_asked() {
    let (_holder, folder) = written("x", &[]);
    let target = to(&folder);
    let before = bytes(&folder);
    let output = done(&mut noforn(&["run", TUTORIAL, "--seed", "9", "-o", &target]));
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("--force"));
    assert_eq!(bytes(&folder), before);
    let output = done(&mut noforn(&["run", TUTORIAL, "--seed", "9", "-o", &target, "--force"]));
    assert!(output.status.success(), "{output:?}");
    assert_ne!(bytes(&folder), before);
}

#[test]
fn the_answer_for_programs_is_json_and_nothing_else() {
    let holder = tempfile::tempdir().expect("a folder for the test");
    let target = to(&holder.path().join("x"));
    let output = done(&mut noforn(&["run", TUTORIAL, "--json", "-o", &target]));
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(answer.is_object(), "{answer}");
}

#[test]
fn a_reader_that_leaves_ends_the_program_quietly() {
    let mut child = noforn(&["show", "scenarios/huawei-2019.toml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Ctrl-C in the middle of a long job: it ends soon, says so, and leaves no folder.
#[cfg(unix)]
#[test]
fn an_interrupted_job_leaves_nothing() {
    let holder = tempfile::tempdir().expect("a folder for the test");
    let target = to(&holder.path().join("deep/x"));
    let mut child = noforn(&["run", TUTORIAL, "--reps", "1000000", "-o", &target])
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
