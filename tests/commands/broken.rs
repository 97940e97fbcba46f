//! Broken scenarios: each is refused with exactly the message that stands beside it (`NOFORN_BLESS=1` rewrites them).
use crate::program::{ROOT, noforn};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Far more than any of them takes, as the machine may be busy.
const LONGEST: Duration = Duration::from_secs(5);

fn corpus() -> PathBuf {
    Path::new(ROOT).join("tests/broken")
}

/// The files below a folder, by their name in it.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|inner| format!("{name}/{inner}")));
            found.insert(format!("{name}/"));
        } else {
            found.insert(name);
        }
    }
    found
}

/// A copy of the corpus to work in, with the files that are too large or too odd to keep.
fn copy() -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder for the test");
    fs::create_dir(copy.path().join("with")).expect("a fresh folder");
    for name in
        files(&corpus()).iter().filter(|name| [".toml", ".csv", ".cedar"].iter().any(|ending| name.ends_with(ending)))
    {
        fs::copy(corpus().join(name), copy.path().join(name)).expect("the corpus is copied");
    }
    let write = |name: &str, text: &[u8]| fs::write(copy.path().join(name), text).expect("a file of the corpus");
    let extends = "extends = [\"with/right.toml\"]\n";
    write("made-nested.toml", format!("{extends}assumed = {}", "[".repeat(100_000)).as_bytes());
    write("made-nested-tables.toml", format!("{extends}assumed = {}", "{a=".repeat(100_000)).as_bytes());
    write("made-nested-path.toml", format!("{extends}[{}]\n", vec!["a"; 50_000].join(".")).as_bytes());
    write("made-latin-1.toml", b"format = 1\ntitle = \"Gro\xDFbritannien\"\n");
    write("made-long-line.toml", format!("{extends}title = \"{}\"\n", "x".repeat(100_000)).as_bytes());
    let many: String = (0..30_000).map(|n| format!("[vendors.v{n}]\nhome = \"XXX\"\n")).collect();
    write("made-many.toml", format!("{extends}{many}").as_bytes());
    write("made-rows.toml", format!("{extends}[tables]\nnations = \"made-rows.csv\"\n").as_bytes());
    let rows: String = (0..2000).map(|n| format!("A{n},Nowhere,1\n")).collect();
    write("made-rows.csv", format!("id,name,intelligence\n{rows}").as_bytes());
    write("made-large-text.toml", format!("{extends}{}", "# nothing\n".repeat(500_000)).as_bytes());
    let large = fs::File::create(copy.path().join("made-large.toml")).expect("a file of the corpus");
    large.set_len(1 << 34).expect("a file may have holes");
    fs::create_dir(copy.path().join("made-folder.toml")).expect("a fresh folder");
    #[cfg(unix)]
    for (name, target) in [("made-device.toml", "/dev/zero"), ("made-nothing.toml", "/dev/null")] {
        std::os::unix::fs::symlink(target, copy.path().join(name)).expect("a link of the corpus");
    }
    #[cfg(unix)]
    {
        let made = Command::new("mkfifo").arg(copy.path().join("made-pipe.toml")).status();
        assert!(made.is_ok_and(|status| status.success()), "a pipe of the corpus");
    }
    copy
}

/// The arguments that a scenario asks for in its first line.
fn arguments(scenario: &Path) -> Vec<String> {
    let is_small = fs::metadata(scenario).is_ok_and(|file| file.is_file() && file.len() < 1 << 24);
    let text = if is_small { fs::read(scenario).unwrap_or_default() } else { Vec::new() };
    let first = String::from_utf8_lossy(&text).lines().next().unwrap_or_default().to_owned();
    let asked = first.strip_prefix("# arguments: ").unwrap_or_default();
    asked.split_whitespace().map(str::to_owned).collect()
}

/// What `noforn check` says of a scenario; faults of the program itself go to the list.
fn run_command(folder: &Path, name: &str, wrong: &mut Vec<String>) -> String {
    let begun = Instant::now();
    let mut command = noforn(folder, &["check", name]);
    let output = command.args(arguments(&folder.join(name))).output().expect("the program starts");
    let took = begun.elapsed();
    let (stderr, stdout) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    if output.status.code() != Some(1) {
        wrong.push(format!("{name} ends with {:?}, not exit code 1", output.status));
    }
    if stderr.contains("panicked") {
        wrong.push(format!("{name} panics: {stderr}"));
    }
    if took > LONGEST {
        wrong.push(format!("{name} takes {took:?}"));
    }
    if output.stderr.len() > 1 << 20 {
        wrong.push(format!("{name} says {} bytes", output.stderr.len()));
    }
    format!("{stderr}{stdout}")
}

#[test]
fn every_broken_scenario_is_refused_with_the_message_beside_it() {
    let folder = copy();
    let before = files(folder.path());
    let bless = std::env::var_os("NOFORN_BLESS").is_some();
    let scenarios = before.iter().map(|name| name.trim_end_matches('/'));
    let scenarios: BTreeSet<&str> = scenarios.filter(|name| name.ends_with(".toml") && !name.contains('/')).collect();
    assert!(scenarios.len() >= 45, "the corpus has {} scenarios", scenarios.len());
    let mut wrong = Vec::new();
    for name in &scenarios {
        let response = run_command(folder.path(), name, &mut wrong);
        let beside = corpus().join(name.replace(".toml", ".txt"));
        if bless {
            fs::write(&beside, response).expect("the corpus can be written");
        } else {
            let expected = fs::read_to_string(&beside).unwrap_or_default();
            if response != expected {
                wrong.push(format!("{name} is expected to say:\n{expected}\nbut says:\n{response}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(files(folder.path()), before, "a check leaves no file behind");
}

#[test]
fn every_expected_message_belongs_to_a_scenario() {
    let folder = copy();
    for name in files(&corpus()).iter().filter(|name| name.ends_with(".txt")) {
        let scenario = folder.path().join(name.replace(".txt", ".toml"));
        assert!(cfg!(not(unix)) || scenario.exists(), "{name}");
    }
}
