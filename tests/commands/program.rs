//! The program from outside: what the tests of commands share.
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
pub const TUTORIAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/tutorial.toml");
pub const HUAWEI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/huawei-2019.toml");

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A command of the program in a folder, still to be started.
pub fn noforn(folder: impl AsRef<Path>, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_noforn"));
    command.current_dir(folder).args(args).stdin(Stdio::null()).env_remove("CLICOLOR_FORCE");
    command
}

pub fn heard(output: Output) -> Said {
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    let said = Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    assert!(!said.err.contains("panicked"), "{said:?}");
    said
}

pub fn said(folder: impl AsRef<Path>, args: &[&str]) -> Said {
    heard(noforn(folder, args).output().expect("the program starts"))
}

/// What a command says that ends with this code: on its output, and beside it.
pub fn ends(folder: impl AsRef<Path>, args: &[&str], code: i32) -> (String, String) {
    let said = said(folder, args);
    assert_eq!(said.code, Some(code), "{args:?}: {said:?}");
    (said.out, said.err)
}

/// What a command says that ends well.
pub fn well(folder: impl AsRef<Path>, args: &[&str]) -> String {
    ends(folder, args, 0).0
}

/// What a command says that refuses.
pub fn refused(folder: impl AsRef<Path>, args: &[&str]) -> String {
    ends(folder, args, 2).1
}

/// The answer of a command for programs.
pub fn json(folder: impl AsRef<Path>, args: &[&str], code: i32) -> Value {
    serde_json::from_str(&ends(folder, args, code).0).expect("the program writes JSON")
}

/// A folder that vanishes with the test.
pub fn empty() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

/// The results of a run in such a folder.
pub fn written(scenario: &str, more: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let home = empty();
    well(&home, &[&["run", scenario, "-o", "results"], more].concat());
    let folder = home.path().join("results");
    (home, folder)
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("test folders are text")
}

/// What a folder holds, by name.
pub fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Every file of a folder by its name.
pub fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = |name: String| (name.clone(), fs::read(folder.join(name)).expect("a file"));
    names(folder).into_iter().map(file).collect()
}

/// Two folders hold the same files.
pub fn same(a: &Path, b: &Path) {
    let (a, b) = (bytes(a), bytes(b));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, text) in &a {
        assert!(b[name] == *text, "{name} differs");
    }
}

/// The rows of a table by column.
pub fn rows(path: impl AsRef<Path>) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("the table is there");
    reader.deserialize().map(|row| row.expect("the table is CSV")).collect()
}
