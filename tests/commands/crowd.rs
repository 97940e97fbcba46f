//! Crowds on one folder and in one place: no folder holds tables of two programs, also where one is held up at any call. The
//! calls are chosen by `strace`.
use crate::killed::{CALLS, MOST_CALLS, Tree, can_trace, short, visible};
use crate::program::*;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The trees of short runs with the seeds 1 to 6.
fn expected_trees(home: &Path) -> Vec<Tree> {
    let seeds = ["1", "2", "3", "4", "5", "6"];
    let tree = |seed: &str| {
        stdout_of(home, &[&short(seed)[..], &["fresh", "--force"]].concat());
        visible(&home.join("fresh"))
    };
    seeds.iter().map(|seed| tree(seed)).collect()
}

#[test]
fn a_crowd_on_one_folder_never_mixes_tables() {
    let temporary = temporary_folder();
    let home = temporary.path();
    let expected = expected_trees(home);
    let crowds = std::env::var("NOFORN_CROWDS").map_or(25, |crowds| crowds.parse().expect("a number of crowds"));
    let mut written = 0;
    for round in 0..crowds {
        let seeds = ["1", "2", "3", "4", "5", "6"];
        let start = |seed: &&str| {
            noforn(home, &[&short(seed)[..], &["x", "--force"]].concat())
                .stderr(Stdio::null())
                .stdout(Stdio::null())
                .spawn()
        };
        let crowd: Vec<_> = seeds.iter().map(|seed| start(seed).expect("the program starts")).collect();
        for mut child in crowd {
            let code = child.wait().expect("it ends").code();
            assert!(code == Some(0) || code == Some(2), "{code:?}");
            written += usize::from(code == Some(0));
        }
        assert!(expected.contains(&visible(&home.join("x"))), "tables of two programs, round {round}");
        assert_eq!(names(home).len(), 2, "{:?}", names(home));
    }
    assert!(written >= crowds, "{written} wrote");
}

#[test]
fn a_crowd_in_one_place_does_not_get_in_each_others_way() {
    let temporary = temporary_folder();
    let home = temporary.path();
    for _ in 0..5 {
        let start = |number: usize| {
            let target = format!("out/x{number}");
            let args = [&short("1")[..], &[&target, "--force"]].concat();
            noforn(home, &args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts")
        };
        let crowd: Vec<_> = (0..12).map(start).collect();
        for child in crowd {
            let ended = collect_output(child.wait_with_output().expect("it ends"));
            assert_eq!(ended.code, Some(0), "{ended:?}");
        }
    }
    assert_eq!(names(home.join("out")).len(), 12, "{:?}", names(home.join("out")));
}

#[test]
fn a_program_that_is_held_up_at_any_call_shares_no_folder_with_another() {
    if !can_trace() {
        return;
    }
    let temporary = temporary_folder();
    let home = temporary.path();
    let expected = expected_trees(home);
    for call in CALLS.into_iter().chain(["flock", "fsync"]) {
        for number in 1..MOST_CALLS {
            let when = format!("{call}:delay_enter=150000:when={number}");
            if !held_up(home, &when) {
                break;
            }
            assert!(expected.contains(&visible(&home.join("x"))), "tables of two programs, {when}");
            assert_eq!(names(home).len(), 2, "{:?}, {when}", names(home));
        }
    }
}

/// Starts a program that is held up before a call, long enough for others to come and go. False if it was not held up.
fn held_up(home: &Path, when: &str) -> bool {
    let logs = temporary_folder();
    let log = logs.path().join("calls");
    let call = when.split(':').next().expect("a call");
    let mut child = Command::new("strace");
    child.args(["-f", "-qq", "-o", text(&log), "-e", &format!("trace={call}"), "-e", &format!("inject={when}")]);
    child.arg(env!("CARGO_BIN_EXE_noforn")).args([&short("1")[..], &["x", "--force"]].concat()).current_dir(home);
    let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("strace starts");
    while child.try_wait().expect("a child can be asked").is_none() {
        let code = run_command(home, &[&short("2")[..], &["x", "--force"]].concat()).code;
        assert!(code == Some(0) || code == Some(2), "{code:?}");
    }
    let ended = child.wait().expect("it ends");
    assert!(matches!(ended.code(), Some(0 | 2)), "{ended:?}");
    fs::read_to_string(log).expect("text").contains("DELAYED")
}
