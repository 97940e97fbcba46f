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
fn under_way(home: &Path, args: &[&str], target: &str) -> Option<Child> {
    let mut child = noforn(home, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let journal = home.join(format!(".{target}.noforn/journal.json"));
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
fn stopped(home: &Path, args: &[&str], target: &str, stop: impl Fn(&mut Child) -> bool) -> &'static str {
    for reps in REPS {
        let args = with_reps(args, reps, &["-o", target, "-j", "1", "--resume"]);
        if under_way(home, &args, target).is_some_and(|mut child| stop(&mut child)) {
            return reps;
        }
        fs::remove_dir_all(home.join(target)).expect("it ended, so its folder is in place");
    }
    panic!("{args:?} ends before it can be stopped, however many runs it has");
}

/// A command that is killed in the middle and gone on with, with another number of threads, ends as one that is not.
fn killed_and_resumed(args: &[&str]) {
    let home = empty();
    let args = [args, &["--set", "run.end=2020Q4"]].concat();
    let kill = |child: &mut Child| {
        child.kill().expect("a child can be killed");
        !child.wait().expect("it ends").success()
    };
    let reps = stopped(home.path(), &args, "killed", kill);
    assert!(!home.path().join("killed").exists(), "nothing half written is in place");
    well(&home, &with_reps(&args, reps, &["-o", "killed", "-j", "2", "--resume"]));
    well(&home, &with_reps(&args, reps, &["-o", "whole", "-j", "2"]));
    same(&home.path().join("killed"), &home.path().join("whole"));
    assert_eq!(names(&home).len(), 2, "nothing else is left: {:?}", names(&home));
}

#[test]
fn killed_runs_are_gone_on_with() {
    killed_and_resumed(&["run", TUTORIAL, "--variant", "as-spoken", "--tables", "metrics,nations,dyads:all,decisions"]);
}

#[test]
fn a_killed_comparison_is_gone_on_with() {
    killed_and_resumed(&["compare", TUTORIAL, "baseline", "as-spoken"]);
}

#[test]
fn a_killed_sweep_is_gone_on_with() {
    let over = ["--over", "model.beta=2..6", "--over", "model.w_cost=2..9"];
    killed_and_resumed(&[&["sweep", TUTORIAL][..], &over, &["--design", "saltelli", "--points", "5"]].concat());
}

#[test]
fn a_part_is_gone_on_with() {
    killed_and_resumed(&["run", TUTORIAL, "--shard", "2/2"]);
}

#[test]
fn scores_and_evidence_are_gone_on_with() {
    for command in ["hindcast", "evidence"] {
        let home = empty();
        let reps = stopped(home.path(), &[command, HUAWEI], "killed", |child| {
            child.kill().expect("a child can be killed");
            !child.wait().expect("it ends").success()
        });
        assert!(!home.path().join("killed").exists(), "nothing half written is in place");
        // The rest of so many runs takes long: that another work is refused shows that this one would be gone on with.
        let other = refused(&home, &with_reps(&[command, HUAWEI], reps, &["-o", "killed", "--resume", "--seed", "5"]));
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
fn a_job_that_is_to_be_resumed_keeps_what_is_done_when_it_is_interrupted() {
    let home = empty();
    let args = ["run", TUTORIAL, "--tables", "metrics"];
    let interrupt = |child: &mut Child| {
        signal(child, "-STOP");
        if home.path().join("x").exists() {
            signal(child, "-KILL");
            child.wait().expect("it ends");
            return false;
        }
        let busy = refused(&home, &with_reps(&args, "100", &["-o", "x", "--resume"]));
        assert!(busy.contains("another noforn is writing `x`"), "{busy}");
        signal(child, "-INT");
        signal(child, "-CONT");
        child.wait().expect("it ends").code() == Some(1)
    };
    let reps = stopped(home.path(), &args, "x", interrupt);
    assert_eq!(names(&home), [".x.noforn"], "the result is not there");
    let again = with_reps(&args, reps, &["-o", "x", "--resume"]);
    let other = refused(&home, &[&again[..], &["--seed", "5"]].concat());
    assert!(other.contains("another work: its seed was `") && other.contains("now it is `5`"), "{other}");
    let other = refused(&home, &[&again[..], &["--set", "model.beta=5"]].concat());
    assert!(other.contains("another work: its scenario (its SHA-256) was"), "{other}");
    well(&home, &again);
    well(&home, &with_reps(&args, reps, &["-o", "y"]));
    same(&home.path().join("x"), &home.path().join("y"));
}

#[test]
fn where_nothing_was_begun_resuming_begins() {
    let home = empty();
    well(&home, &["run", TUTORIAL, "--resume", "-o", "x"]);
    well(&home, &["run", TUTORIAL, "-o", "y"]);
    same(&home.path().join("x"), &home.path().join("y"));
    assert_eq!(names(&home).len(), 2);
}

#[test]
fn parts_of_runs_joined_in_any_order_are_the_runs() {
    let home = empty();
    let args = ["run", TUTORIAL, "--variant", "as-spoken", "--reps", "5"];
    well(&home, &[&args[..], &["-o", "whole"]].concat());
    let parts = ["1/4", "2/4", "3/4", "4/4"];
    for part in parts {
        well(&home, &[&args[..], &["--shard", part]].concat());
    }
    let folders = [3, 1, 4, 2].map(|part| format!("output/tutorial-{part}-of-4"));
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    well(&home, &[&["merge"][..], &folders, &["-o", "merged"]].concat());
    same(&home.path().join("merged"), &home.path().join("whole"));
    well(&home, &["verify", "merged"]);
    for folder in folders {
        well(&home, &["verify", folder]);
    }
}

#[test]
fn parts_of_a_sweep_joined_are_the_sweep() {
    let home = empty();
    let over = ["--over", "model.beta=2..6", "--over", "rules.no-flagged-core.grace_quarters=0..6"];
    for design in ["saltelli", "morris", "lhs"] {
        let lay = ["--design", design, "--points", "4", "--reps", "2", "--set", "run.end=2022Q4"];
        let args = [&["sweep", TUTORIAL][..], &over, &lay].concat();
        let whole = format!("whole-{design}");
        well(&home, &[&args[..], &["-o", &whole]].concat());
        for part in ["1/3", "2/3", "3/3"] {
            well(&home, &[&args[..], &["--shard", part, "--force"]].concat());
        }
        let folders = ["1", "2", "3"].map(|part| format!("output/tutorial-sweep-{part}-of-3"));
        let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
        well(&home, &[&["merge", "--force"][..], &folders].concat());
        same(&home.path().join("output/tutorial-sweep"), &home.path().join(&whole));
        assert_eq!(home.path().join(&whole).join("indices.csv").exists(), design != "lhs");
        well(&home, &["verify", &whole]);
        well(&home, &["verify", folders[1]]);
    }
}

#[test]
fn parts_of_every_other_study_joined_are_the_study() {
    let home = empty();
    let studies: [(&[&str], &str); 3] = [
        (&["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "5"], "tutorial-compare-baseline-as-spoken"),
        (&["hindcast", HUAWEI, "--reps", "2", "--variant", "as-spoken"], "huawei-2019-hindcast"),
        (&["evidence", HUAWEI, "--reps", "3"], "huawei-2019-evidence"),
    ];
    for (args, name) in studies {
        let part = |number: u32| format!("{name}-{number}-of-2");
        well(&home, &[args, &["-o", "whole", "--force"]].concat());
        for number in [1, 2] {
            well(&home, &[args, &["--shard", &format!("{number}/2"), "-o", &part(number)]].concat());
        }
        well(&home, &["merge", &part(2), &part(1)]);
        same(&home.path().join("output").join(name), &home.path().join("whole"));
        well(&home, &["verify", &part(1)]);
        well(&home, &["verify", "whole"]);
    }
}

#[test]
fn what_is_no_whole_work_is_not_joined() {
    let home = empty();
    let make = |folder: &str, shard: &str, more: &[&str]| {
        let args = ["run", TUTORIAL, "--reps", "4", "--tables", "metrics", "--shard", shard, "-o", folder];
        well(&home, &[&args[..], more].concat());
    };
    make("a", "1/3", &[]);
    make("b", "2/3", &[]);
    make("b2", "2/3", &[]);
    make("c", "3/3", &[]);
    make("seed", "2/3", &["--seed", "9"]);
    make("set", "2/3", &["--set", "model.beta=5"]);
    make("half", "2/2", &[]);
    make("changed", "2/3", &[]);
    let metrics = home.path().join("changed/metrics.csv");
    fs::write(&metrics, fs::read_to_string(&metrics).expect("a table").replacen("2019", "2020", 1)).expect("writes");
    make("older", "2/3", &[]);
    let shard = home.path().join("older/shard.json");
    let text = fs::read_to_string(&shard).expect("text");
    fs::write(&shard, text.replacen(env!("CARGO_PKG_VERSION"), "0.0.9", 1)).expect("writes");
    well(&home, &["run", TUTORIAL, "-o", "none"]);
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
        let said = refused(&home, &[&["merge", "-o", "x"][..], folders].concat());
        assert!(said.contains(message), "{folders:?}: {said}");
        assert!(!home.path().join("x").exists());
    }
    well(&home, &["merge", "-o", "x", "c", "b", "a"]);
}

#[test]
fn comparisons_and_sweeps_are_verified_and_what_was_changed_is_found() {
    let home = empty();
    well(&home, &["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "4", "-o", "compared"]);
    let over = ["--over", "rules.no-flagged-core.enforcement=discretionary,automatic", "--over", "model.beta=2..4:2"];
    let variant = ["--variant", "as-spoken", "--reps", "3", "-o", "swept"];
    well(&home, &[&["sweep", TUTORIAL][..], &over, &variant].concat());
    for (folder, table) in [("compared", "compare.csv"), ("swept", "sweep.csv")] {
        well(&home, &["verify", folder]);
        let path = home.path().join(folder).join(table);
        let text = fs::read_to_string(&path).expect("a table");
        let last = text.trim_end().rfind(|digit: char| digit.is_ascii_digit()).expect("numbers");
        let other = if text.as_bytes()[last] == b'1' { "2" } else { "1" };
        fs::write(&path, [&text[..last], other, &text[last + 1..]].concat()).expect("writes");
        let (out, _) = ends(&home, &["verify", folder], 1);
        assert!(out.contains(table), "{out}");
    }
    let design = home.path().join("swept/design.csv");
    fs::write(&design, fs::read_to_string(&design).expect("text").replace(",2\n", ",3\n")).expect("writes");
    assert!(refused(&home, &["verify", "swept"]).contains("design.csv` was changed"));
}
