//! Work that is killed, stopped or divided, through the front door: in the end the bytes are those of one program.
use crate::program::*;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Numbers of runs to try, so that on every machine one of them is long enough to be caught at work.
const REPS: [&str; 5] = ["100", "1000", "10000", "100000", "1000000"];

/// A command for `noforn`, without its number of runs.
fn with_reps<'a>(args: &[&'a str], reps: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [args, &["--reps", reps], more].concat()
}

/// Starts a command and waits until its journal says that something is done; none where it ended before that was seen.
fn under_way(temporary: &Path, args: &[&str], target: &str) -> Option<Child> {
    let mut child =
        noforn(temporary, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let journal = temporary.join(format!(".{target}.noforn/journal.json"));
    loop {
        let text = fs::read_to_string(&journal).unwrap_or_default();
        if serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|mark| mark["done"].as_u64() > Some(0)) {
            return Some(child);
        }
        if let Some(status) = child.try_wait().expect("a child can be asked") {
            assert!(status.success(), "the command fails: {args:?}");
            return None;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Starts a command with ever more runs until `stop` stops it in the middle (and says so); the number of its runs.
fn stopped(temporary: &Path, args: &[&str], target: &str, stop: impl Fn(&mut Child) -> bool) -> &'static str {
    for reps in REPS {
        let args = with_reps(args, reps, &["-o", target, "-j", "1", "--resume"]);
        if under_way(temporary, &args, target).is_some_and(|mut child| stop(&mut child)) {
            return reps;
        }
        fs::remove_dir_all(temporary.join(target)).expect("it ended, so its folder is in place");
    }
    panic!("{args:?} ends before it can be stopped, however many runs it has");
}

/// A command that is killed in the middle and gone on with, with another number of threads, ends as one that is not.
fn killed_and_resumed(args: &[&str]) {
    let temporary = temporary_folder();
    let args = [args, &["--set", "run.end=2020Q4"]].concat();
    let kill = |child: &mut Child| {
        child.kill().expect("a child can be killed");
        !child.wait().expect("it ends").success()
    };
    let reps = stopped(temporary.path(), &args, "killed", kill);
    assert!(!temporary.path().join("killed").exists(), "nothing half written is in place");
    stdout_of(&temporary, &with_reps(&args, reps, &["-o", "killed", "-j", "2", "--resume"]));
    stdout_of(&temporary, &with_reps(&args, reps, &["-o", "whole", "-j", "2"]));
    assert_same_files(&temporary.path().join("killed"), &temporary.path().join("whole"));
    assert_eq!(names(&temporary).len(), 2, "nothing else is left: {:?}", names(&temporary));
}

#[test]
fn killed_runs_are_resumed() {
    killed_and_resumed(&["run", TUTORIAL, "--variant", "as-spoken", "--tables", "metrics,nations,dyads:all,decisions"]);
}

#[test]
fn a_killed_comparison_is_resumed() {
    killed_and_resumed(&["compare", TUTORIAL, "baseline", "as-spoken"]);
    killed_and_resumed(&["compare", TUTORIAL, "baseline", "as-spoken", "--robust", "--point-reps", "1"]);
}

#[test]
fn a_killed_sweep_is_resumed() {
    let over = ["--over", "model.beta=2..6", "--over", "model.w_cost=2..9"];
    killed_and_resumed(&[&["sweep", TUTORIAL][..], &over, &["--design", "saltelli", "--points", "5"]].concat());
}

#[test]
fn a_killed_shard_is_resumed() {
    killed_and_resumed(&["run", TUTORIAL, "--shard", "2/2"]);
}

#[test]
fn killed_hindcasts_and_evidence_are_resumed() {
    for command in ["hindcast", "evidence"] {
        let temporary = temporary_folder();
        let reps = stopped(temporary.path(), &[command, HUAWEI], "killed", |child| {
            child.kill().expect("a child can be killed");
            !child.wait().expect("it ends").success()
        });
        assert!(!temporary.path().join("killed").exists(), "nothing half written is in place");
        // The rest of so many runs takes long: that another work is refused shows that this one would be gone on with.
        let other =
            refusal_of(&temporary, &with_reps(&[command, HUAWEI], reps, &["-o", "killed", "--resume", "--seed", "5"]));
        assert!(other.contains("another work: its seed was `"), "{other}");
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill is there");
    assert!(sent.success(), "a child that was not waited for can be sent {name}");
}

#[cfg(unix)]
#[test]
fn with_resume_an_interrupted_command_keeps_its_finished_runs() {
    let temporary = temporary_folder();
    let args = ["run", TUTORIAL, "--tables", "metrics"];
    let interrupt = |child: &mut Child| {
        signal(child, "-STOP");
        if temporary.path().join("x").exists() {
            signal(child, "-KILL");
            child.wait().expect("it ends");
            return false;
        }
        let busy = refusal_of(&temporary, &with_reps(&args, "100", &["-o", "x", "--resume"]));
        assert!(busy.contains("another noforn is writing `x`"), "{busy}");
        signal(child, "-INT");
        signal(child, "-CONT");
        child.wait().expect("it ends").code() == Some(1)
    };
    let reps = stopped(temporary.path(), &args, "x", interrupt);
    assert_eq!(names(&temporary), [".x.noforn"], "the result is not there");
    let again = with_reps(&args, reps, &["-o", "x", "--resume"]);
    let other = refusal_of(&temporary, &[&again[..], &["--seed", "5"]].concat());
    assert!(other.contains("another work: its seed was `") && other.contains("now it is `5`"), "{other}");
    let other = refusal_of(&temporary, &[&again[..], &["--set", "model.beta=5"]].concat());
    assert!(other.contains("another work: its scenario (its SHA-256) was"), "{other}");
    stdout_of(&temporary, &again);
    stdout_of(&temporary, &with_reps(&args, reps, &["-o", "y"]));
    assert_same_files(&temporary.path().join("x"), &temporary.path().join("y"));
}

#[test]
fn resume_begins_if_there_is_nothing_to_resume() {
    let temporary = temporary_folder();
    stdout_of(&temporary, &["run", TUTORIAL, "--resume", "-o", "x"]);
    stdout_of(&temporary, &["run", TUTORIAL, "-o", "y"]);
    assert_same_files(&temporary.path().join("x"), &temporary.path().join("y"));
    assert_eq!(names(&temporary).len(), 2);
}

#[test]
fn shards_of_runs_merge_in_any_order_to_the_runs() {
    let temporary = temporary_folder();
    let args = ["run", TUTORIAL, "--variant", "as-spoken", "--reps", "5"];
    stdout_of(&temporary, &[&args[..], &["-o", "whole"]].concat());
    let parts = ["1/4", "2/4", "3/4", "4/4"];
    for part in parts {
        stdout_of(&temporary, &[&args[..], &["--shard", part]].concat());
    }
    let folders = [3, 1, 4, 2].map(|part| format!("output/tutorial-{part}-of-4"));
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    stdout_of(&temporary, &[&["merge"][..], &folders, &["-o", "merged"]].concat());
    assert_same_files(&temporary.path().join("merged"), &temporary.path().join("whole"));
    stdout_of(&temporary, &["verify", "merged"]);
    for folder in folders {
        stdout_of(&temporary, &["verify", folder]);
    }
}

#[test]
fn shards_of_a_sweep_merge_to_the_sweep() {
    let temporary = temporary_folder();
    let over = ["--over", "model.beta=2..6", "--over", "rules.no-flagged-core.grace_quarters=0..6"];
    for design in ["saltelli", "morris", "lhs"] {
        let lay = ["--design", design, "--points", "4", "--reps", "2", "--set", "run.end=2022Q4"];
        let args = [&["sweep", TUTORIAL][..], &over, &lay].concat();
        let whole = format!("whole-{design}");
        stdout_of(&temporary, &[&args[..], &["-o", &whole]].concat());
        for part in ["1/3", "2/3", "3/3"] {
            stdout_of(&temporary, &[&args[..], &["--shard", part, "--force"]].concat());
        }
        let folders = ["1", "2", "3"].map(|part| format!("output/tutorial-sweep-{part}-of-3"));
        let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
        stdout_of(&temporary, &[&["merge", "--force"][..], &folders].concat());
        assert_same_files(&temporary.path().join("output/tutorial-sweep"), &temporary.path().join(&whole));
        assert_eq!(temporary.path().join(&whole).join("indices.csv").exists(), design != "lhs");
        stdout_of(&temporary, &["verify", &whole]);
        stdout_of(&temporary, &["verify", folders[1]]);
    }
}

#[test]
fn shards_of_every_other_study_merge_to_the_study() {
    let temporary = temporary_folder();
    let studies: [(&[&str], &str); 3] = [
        (&["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "5"], "tutorial-compare-baseline-as-spoken"),
        (&["hindcast", HUAWEI, "--reps", "2", "--variant", "as-spoken"], "huawei-2019-hindcast"),
        (&["evidence", HUAWEI, "--reps", "3"], "huawei-2019-evidence"),
    ];
    for (args, name) in studies {
        let part = |number: u32| format!("{name}-{number}-of-2");
        stdout_of(&temporary, &[args, &["-o", "whole", "--force"]].concat());
        for number in [1, 2] {
            stdout_of(&temporary, &[args, &["--shard", &format!("{number}/2"), "-o", &part(number)]].concat());
        }
        stdout_of(&temporary, &["merge", &part(2), &part(1)]);
        assert_same_files(&temporary.path().join("output").join(name), &temporary.path().join("whole"));
        stdout_of(&temporary, &["verify", &part(1)]);
        stdout_of(&temporary, &["verify", "whole"]);
    }
}

#[test]
fn incomplete_or_different_shards_are_not_merged() {
    let temporary = temporary_folder();
    let make = |folder: &str, shard: &str, more: &[&str]| {
        let args = ["run", TUTORIAL, "--reps", "4", "--tables", "metrics", "--shard", shard, "-o", folder];
        stdout_of(&temporary, &[&args[..], more].concat());
    };
    make("a", "1/3", &[]);
    make("b", "2/3", &[]);
    make("b2", "2/3", &[]);
    make("c", "3/3", &[]);
    make("seed", "2/3", &["--seed", "9"]);
    make("set", "2/3", &["--set", "model.beta=5"]);
    make("half", "2/2", &[]);
    make("changed", "2/3", &[]);
    let metrics = temporary.path().join("changed/metrics.csv");
    fs::write(&metrics, fs::read_to_string(&metrics).expect("a table").replacen("2019", "2020", 1)).expect("writes");
    make("older", "2/3", &[]);
    let shard = temporary.path().join("older/shard.json");
    let text = fs::read_to_string(&shard).expect("text");
    fs::write(&shard, text.replacen(env!("CARGO_PKG_VERSION"), "0.0.9", 1)).expect("writes");
    stdout_of(&temporary, &["run", TUTORIAL, "-o", "none"]);
    let cases: [(&[&str], &str); 9] = [
        (&["a", "c"], "part 2/3 is missing"),
        (&["c"], "2 of 3 parts are missing, the first of them 1/3"),
        (&["a", "b", "c", "b2"], "part 2/3 is there twice: `b` and `b2`"),
        (&["a", "seed", "c"], "their seed is `1` and `9`"),
        (&["a", "set", "c"], "their scenario (its SHA-256) is"),
        (&["a", "half", "c"], "`a` is one of 3 parts and `half` one of 2"),
        (&["a", "changed", "c"], "metrics.csv` is missing or was changed"),
        (&["a", "older", "c"], "`older` was made by noforn 0.0.9"),
        (&["a", "none", "c"], "`none` holds no part"),
    ];
    for (folders, message) in cases {
        let response = refusal_of(&temporary, &[&["merge", "-o", "x"][..], folders].concat());
        assert!(response.contains(message), "{folders:?}: {response}");
        assert!(!temporary.path().join("x").exists());
    }
    stdout_of(&temporary, &["merge", "-o", "x", "c", "b", "a"]);
}

#[test]
fn comparisons_and_sweeps_verify_until_a_file_changes() {
    let temporary = temporary_folder();
    stdout_of(&temporary, &["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "4", "-o", "compared"]);
    let over = ["--over", "rules.no-flagged-core.enforcement=discretionary,automatic", "--over", "model.beta=2..4:2"];
    let variant = ["--variant", "as-spoken", "--reps", "3", "-o", "swept"];
    stdout_of(&temporary, &[&["sweep", TUTORIAL][..], &over, &variant].concat());
    for (folder, table) in [("compared", "compare.csv"), ("swept", "sweep.csv")] {
        stdout_of(&temporary, &["verify", folder]);
        let path = temporary.path().join(folder).join(table);
        let text = fs::read_to_string(&path).expect("a table");
        let last = text.trim_end().rfind(|digit: char| digit.is_ascii_digit()).expect("numbers");
        let other = if text.as_bytes()[last] == b'1' { "2" } else { "1" };
        fs::write(&path, [&text[..last], other, &text[last + 1..]].concat()).expect("writes");
        let (out, _) = run_to_code(&temporary, &["verify", folder], 1);
        assert!(out.contains(table), "{out}");
    }
    let design = temporary.path().join("swept/design.csv");
    fs::write(&design, fs::read_to_string(&design).expect("text").replace(",2\n", ",3\n")).expect("writes");
    assert!(refusal_of(&temporary, &["verify", "swept"]).contains("design.csv` was changed"));
}
