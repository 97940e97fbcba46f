//! Work that is killed or stopped, through the front door: in the end the bytes are those of work that was not.
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
fn finished_work_is_finished_however_often_it_is_resumed() {
    let temporary = temporary_folder();
    let commands: [&[&str]; 7] = [
        &["run", TUTORIAL, "--reps", "2", "--tables", "metrics"],
        &["run", TUTORIAL, "--reps", "2", "--tables", "metrics", "--shard", "1/2"],
        &["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "3"],
        &["sweep", TUTORIAL, "--over", "model.beta=2,3", "--reps", "2"],
        &["sweep", TUTORIAL, "--over", "model.beta=2,3", "--reps", "2", "--shard", "2/2"],
        &["hindcast", HUAWEI, "--reps", "1"],
        &["evidence", HUAWEI, "--reps", "2"],
    ];
    for (number, command) in commands.into_iter().enumerate() {
        let target = format!("x{number}");
        let args = [command, &["--resume", "-o", &target]].concat();
        stdout_of(&temporary, &args);
        let before = bytes(&temporary.path().join(&target));
        for more in [&[][..], &["--force"], &["-j", "2"]] {
            let out = stdout_of(&temporary, &[&args[..], more].concat());
            assert!(out.contains(&format!("this work is finished, in {target}: nothing was run")), "{out}");
        }
        assert_eq!(json(&temporary, &[&args[..], &["--json"]].concat(), 0)["finished_before"], true);
        assert!(bytes(&temporary.path().join(&target)) == before);
        // Another work, or the same whose results were changed, is not finished.
        let other = refusal_of(&temporary, &[&args[..], &["--seed", "5"]].concat());
        assert!(other.contains("exists and is not replaced unasked"), "{other}");
        let table = temporary.path().join(&target).join("codebook.csv");
        fs::write(&table, [&fs::read(&table).expect("a table")[..], b"more"].concat()).expect("writes");
        let changed = refusal_of(&temporary, &args);
        assert!(changed.contains("exists and is not replaced unasked"), "{changed}");
    }
    assert_eq!(names(&temporary).len(), commands.len(), "{:?}", names(&temporary));
}

#[test]
fn finished_work_whose_place_was_taken_meanwhile_is_kept() {
    let temporary = temporary_folder();
    let taken = temporary.path().join("x");
    let args = ["run", TUTORIAL, "--tables", "metrics"];
    for reps in REPS {
        let args = with_reps(&args, reps, &["-o", "x", "-j", "1"]);
        let Some(child) = under_way(temporary.path(), &args, "x") else {
            fs::remove_dir_all(&taken).expect("it ended, so its folder is in place");
            continue;
        };
        fs::create_dir(&taken).and_then(|()| fs::write(taken.join("mine"), "mine")).expect("writes");
        let code = child.wait_with_output().expect("it ends").status.code();
        assert_eq!((code, names(&taken)), (Some(2), vec!["mine".to_owned()]));
        fs::rename(&taken, temporary.path().join("mine")).expect("renames");
        stdout_of(&temporary, &[&args[..], &["--resume"]].concat());
        stdout_of(&temporary, &with_reps(&args[..4], reps, &["-o", "y"]));
        assert_same_files(&taken, &temporary.path().join("y"));
        return;
    }
    panic!("it ends before its place can be taken");
}

#[test]
fn damaged_bytes_of_interrupted_work_are_not_believed() {
    let temporary = temporary_folder();
    let args = ["run", TUTORIAL, "--tables", "metrics"];
    let kill = |child: &mut Child| {
        child.kill().expect("a child can be killed");
        !child.wait().expect("it ends").success()
    };
    let reps = stopped(temporary.path(), &args, "x", kill);
    let again = with_reps(&args, reps, &["-o", "x", "--resume"]);
    let draft = temporary.path().join(".x.noforn");
    for name in ["journal.json", "folder/metrics.csv", "folder/runs.csv", "values-0.bin"] {
        let whole = fs::read(draft.join(name)).expect("a file");
        let infinite = [&f64::INFINITY.to_le_bytes()[..], &whole[8..]].concat();
        let mut altered = whole.clone();
        let digit =
            altered.iter().rposition(|byte| byte.is_ascii_digit()).filter(|_| !name.ends_with("bin")).unwrap_or(16);
        altered[digit] ^= 1;
        for damaged in [&infinite, &altered, &whole[..whole.len() / 3].to_vec()] {
            // After its last checkpoint a file may have any bytes.
            if name == "journal.json"
                || damaged[..damaged.len() / 3] != whole[..damaged.len() / 3]
                || damaged.len() < whole.len()
            {
                fs::write(draft.join(name), damaged).expect("writes");
                let said = refusal_of(&temporary, &again);
                assert!(said.contains("cannot be gone on with: "), "{name}: {said}");
            }
        }
        fs::write(draft.join(name), whole).expect("writes");
    }
    stdout_of(&temporary, &again);
    stdout_of(&temporary, &with_reps(&args, reps, &["-o", "y"]));
    assert_same_files(&temporary.path().join("x"), &temporary.path().join("y"));
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
