//! Programs that are killed at every call that changes a name, or at a random moment: at no moment is anything of the user's lost
//! or a result half written. The calls are chosen by `strace`.
use crate::program::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// The calls that change a name. `strace` counts each by itself.
pub const CALLS: [&str; 12] = [
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "unlink",
    "unlinkat",
    "rmdir",
    "mkdir",
    "mkdirat",
];
/// More calls of one kind than any command makes.
pub const MOST_CALLS: usize = 100;

pub type Tree = BTreeMap<String, Vec<u8>>;

/// Every file below a folder by its path; hidden drafts are not looked into.
pub fn visible(folder: &Path) -> Tree {
    let mut files = BTreeMap::new();
    for name in names(folder).into_iter().filter(|name| !name.starts_with('.')) {
        let path = folder.join(&name);
        if path.is_dir() {
            files.extend(visible(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            files.insert(name, fs::read(path).expect("a file"));
        }
    }
    files
}

/// A short run with a seed, by which its tables differ from those of others.
pub fn short(seed: &str) -> Vec<&str> {
    vec!["run", TUTORIAL, "--tables", "metrics,nations", "--set", "run.end=2019Q4", "-j", "1", "--seed", seed, "-o"]
}

/// True if calls can be chosen. With `NOFORN_STRACE` in the environment they must be.
pub fn can_trace() -> bool {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    let can = traced.is_ok_and(|status| status.success());
    assert!(can || std::env::var_os("NOFORN_STRACE").is_none(), "strace is needed");
    can
}

/// Runs a command of which `strace` changes some calls; returns whether it ended by itself.
pub fn traced(folder: &Path, injections: &[&str], args: &[&str]) -> CommandOutput {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    for injection in injections {
        command.args(["-e", &format!("inject={injection}")]);
    }
    command.arg(env!("CARGO_BIN_EXE_noforn")).args(args).current_dir(folder).stdin(Stdio::null());
    collect_output(command.output().expect("strace starts"))
}

/// Kills a command before each of its calls that change a name, and checks the folder each time, then again after the next
/// command in this place. `system` says how calls fail. Returns how often it was killed.
fn killed_everywhere(system: &[&str], args: &[&str], set_up: impl Fn(&Path), check: impl Fn(&Path, &str)) -> usize {
    let fails = |call: &str| system.iter().any(|injection| injection.split([',', ':']).any(|failing| failing == call));
    let mut killed = 0;
    for call in CALLS.into_iter().filter(|call| !fails(call)) {
        let last = (1..MOST_CALLS).find(|number| {
            let kill = format!("{call}:signal=KILL:when={number}");
            let temporary = temporary_folder();
            set_up(temporary.path());
            let ended = traced(temporary.path(), &[system, &[&kill]].concat(), args).code;
            assert!(matches!(ended, None | Some(0)), "{ended:?}");
            check_afterwards(temporary.path(), args, &format!("{kill} of {args:?}, {system:?}"), &check);
            ended == Some(0)
        });
        killed += last.expect("a command makes fewer calls") - 1;
    }
    killed
}

/// Checks a folder now, after another command, and after the same command. Nothing hidden is left.
fn check_afterwards(folder: &Path, args: &[&str], when: &str, check: impl Fn(&Path, &str)) {
    let hidden = || names(folder).into_iter().filter(|name| name.starts_with('.')).collect::<Vec<_>>();
    check(folder, when);
    stdout_of(folder, &["new", "next"]);
    fs::remove_file(folder.join("next.toml")).expect("it was written");
    check(folder, &format!("after the next command, {when}"));
    assert!(hidden().is_empty() || args.contains(&"--resume"), "{:?} is left, {when}", hidden());
    let again = run_command(folder, args);
    let there = again.err.contains("exists and is not replaced") || again.err.contains("is there already");
    assert!(again.code == Some(0) || there, "{when}: {again:?}");
    check(folder, &format!("after the same command, {when}"));
    assert!(hidden().is_empty(), "{:?} is left, {when}", hidden());
}

/// Systems that cannot exchange two names, or cannot link.
const SYSTEMS: [&[&str]; 3] =
    [&[], &["renameat2:error=EINVAL"], &["renameat2:error=EINVAL", "link,linkat:error=EPERM"]];

#[test]
fn a_folder_that_is_replaced_is_whole_at_every_moment_with_all_that_is_not_noforns() {
    if !can_trace() {
        return;
    }
    let temporary = temporary_folder();
    let home = temporary.path();
    let planted = [("notes.md", "notes"), ("figures/deep/a.svg", "<svg/>"), ("empty", "")];
    let plant = |folder: &Path| {
        fs::create_dir_all(folder.join("figures/deep")).expect("a folder");
        planted.iter().for_each(|(name, text)| fs::write(folder.join(name), text).expect("writes"));
    };
    for (seed, target) in [("1", "old"), ("2", "new")] {
        stdout_of(home, &[&short(seed)[..], &[target]].concat());
        plant(&home.join(target));
    }
    let [old, new] = ["old", "new"].map(|target| visible(&home.join(target)));
    let set_up = |folder: &Path| {
        stdout_of(folder, &[&short("1")[..], &["x"]].concat());
        plant(&folder.join("x"));
    };
    for (system, more) in SYSTEMS.iter().zip([&[][..], &[], &["--resume"]]) {
        let check = |folder: &Path, when: &str| {
            let exchanges = system.is_empty();
            let target = ["x", "x-replaced"].map(|name| folder.join(name)).into_iter().find(|path| path.exists());
            assert!(!exchanges || folder.join("x").exists(), "x is absent: {when}");
            let found = visible(&target.unwrap_or_else(|| panic!("nothing is there: {when}")));
            assert!(found == old || found == new, "{:?}: {when}", found.keys());
        };
        let args = [&short("2")[..], &["x", "--force"], more].concat();
        let calls = killed_everywhere(system, &args, set_up, check);
        assert!(calls > 30, "only {calls} calls");
    }
}

#[test]
fn a_new_folder_and_new_files_are_whole_or_absent_at_every_moment() {
    if !can_trace() {
        return;
    }
    let whole = |args: &[&str]| {
        let temporary = temporary_folder();
        stdout_of(&temporary, args);
        visible(temporary.path())
    };
    let folder = [&short("1")[..], &["deep/x"]].concat();
    let expected = whole(&folder);
    killed_everywhere(
        &[],
        &folder,
        |_| (),
        |home, when| {
            let found = visible(home);
            assert!(found.is_empty() || found == expected, "{:?}: {when}", found.keys());
        },
    );
    for args in [&["new", "study"][..], &["new", "world", "--synthetic", "4"]] {
        let expected = whole(args);
        killed_everywhere(
            &[],
            args,
            |_| (),
            |home, when| {
                let found = visible(home);
                assert!(found.iter().all(|(name, bytes)| expected.get(name) == Some(bytes)), "half a file: {when}");
                let scenario = found.keys().any(|name| ["study.toml", "world.toml"].contains(&name.as_str()));
                assert!(!scenario || found == expected, "a scenario without its tables: {when}");
                assert!(!when.starts_with("after") || found.is_empty() || found == expected, "some files: {when}");
            },
        );
    }
}

#[test]
fn a_file_that_is_replaced_is_the_old_or_the_new_one_at_every_moment() {
    if !can_trace() {
        return;
    }
    let temporary = temporary_folder();
    let home = temporary.path();
    stdout_of(home, &[&short("1")[..], &["x"]].concat());
    let results = home.join("x");
    let x = text(&results);
    let commands: [(&[&str], &str); 4] = [
        (&["report", x, "-o", "out.html", "--force"], "out.html"),
        (&["export", x, "--to", "xlsx", "-o", "out.xlsx", "--force"], "out.xlsx"),
        (&["export", x, "--to", "gexf", "-o", "out.gexf", "--force"], "out.gexf"),
        (&["evidence", HUAWEI, "--reps", "2", "--page", "out.md", "--force"], "out.md"),
    ];
    for (args, file) in commands {
        if args.contains(&"gexf") {
            // A network needs other tables.
            stdout_of(home, &["run", TUTORIAL, "--set", "run.end=2019Q4", "-o", "x", "--force"]);
        }
        stdout_of(home, args);
        let new = fs::read(home.join(file)).expect("a file");
        // What says that a report is noforn's stays; the end is another.
        let old = [&new[..], b"old"].concat();
        let set_up = |folder: &Path| fs::write(folder.join(file), &old).expect("writes");
        killed_everywhere(&[], args, set_up, |folder, when| {
            let found = visible(folder);
            assert!(found.len() == 1 && (found[file] == old || found[file] == new), "{:?}: {when}", found.keys());
        });
    }
}

#[test]
fn a_program_that_is_killed_at_a_random_moment_leaves_the_old_or_the_new_folder() {
    let temporary = temporary_folder();
    let home = temporary.path();
    let run = |seed: &'static str, more: &[&'static str]| {
        [&["run", TUTORIAL, "--reps", "20", "--seed", seed, "-o", "x", "--force"], more].concat()
    };
    let mut trees = ["1", "2"].map(|seed| {
        stdout_of(home, &run(seed, &[]));
        visible(&home.join("x"))
    });
    for tree in &mut trees {
        tree.insert("notes.md".to_owned(), b"notes".to_vec());
    }
    fs::write(home.join("x/notes.md"), "notes").expect("writes");
    let started = Instant::now();
    stdout_of(home, &run("2", &[]));
    let whole = started.elapsed();
    const KILLS: u32 = 60;
    for number in 0..KILLS {
        let (seed, more): (_, &[&str]) =
            (["1", "2"][number as usize % 2], if number % 3 == 0 { &["--resume"] } else { &[] });
        let mut child = noforn(home, &run(seed, more))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(whole * number / KILLS);
        child.kill().expect("a child can be killed");
        child.wait().expect("it ends");
        assert!(trees.contains(&visible(&home.join("x"))), "killed after {number}/{KILLS} of its time");
    }
    stdout_of(home, &run("1", &[]));
    assert!(visible(&home.join("x")) == trees[0]);
    assert_eq!(names(home), ["x"]);
}

#[test]
fn what_a_killed_verify_leaves_is_removed_by_the_next() {
    let temporary = temporary_folder();
    let home = temporary.path();
    let scratch = home.join("scratch");
    fs::create_dir(&scratch).expect("a folder");
    stdout_of(home, &["run", TUTORIAL, "--reps", "50", "-o", "x"]);
    let verify = || {
        let mut command = noforn(home, &["verify", "x"]);
        command.env("TMPDIR", &scratch).stdout(Stdio::null());
        command
    };
    let mut child = verify().spawn().expect("the program starts");
    while names(&scratch).is_empty() && child.try_wait().expect("a child can be asked").is_none() {
        std::thread::yield_now();
    }
    child.kill().expect("a child can be killed");
    child.wait().expect("it ends");
    assert!(verify().status().expect("the program starts").success());
    assert_eq!(names(&scratch), [""; 0]);
}
