//! Helpers of the tests that run the program as a process.
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
pub const TUTORIAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/tutorial.toml");
pub const HUAWEI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/huawei-2019.toml");

/// Exit code and output of a command.
#[derive(Debug)]
pub struct CommandOutput {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// A command in a folder, not yet started.
pub fn noforn(folder: impl AsRef<Path>, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_noforn"));
    command.current_dir(folder).args(args).stdin(Stdio::null()).env_remove("CLICOLOR_FORCE");
    command
}

pub fn collect_output(output: Output) -> CommandOutput {
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    let response = CommandOutput { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    assert!(!response.err.contains("panicked"), "{response:?}");
    response
}

pub fn run_command(folder: impl AsRef<Path>, args: &[&str]) -> CommandOutput {
    collect_output(noforn(folder, args).output().expect("the program starts"))
}

/// Runs a command that must end with this exit code; returns stdout and stderr.
pub fn run_to_code(folder: impl AsRef<Path>, args: &[&str], code: i32) -> (String, String) {
    let response = run_command(folder, args);
    assert_eq!(response.code, Some(code), "{args:?}: {response:?}");
    (response.out, response.err)
}

/// The stdout of a command that must succeed.
pub fn stdout_of(folder: impl AsRef<Path>, args: &[&str]) -> String {
    run_to_code(folder, args, 0).0
}

/// The stderr of a command that must end with exit code 2.
pub fn refusal_of(folder: impl AsRef<Path>, args: &[&str]) -> String {
    run_to_code(folder, args, 2).1
}

/// The JSON output of a command.
pub fn json(folder: impl AsRef<Path>, args: &[&str], code: i32) -> Value {
    serde_json::from_str(&run_to_code(folder, args, code).0).expect("the program writes JSON")
}

/// A folder that is removed after the test.
pub fn temporary_folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder for the test")
}

/// Runs a scenario in a temporary folder; returns that and the folder of results.
pub fn run_results(scenario: &str, more: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let temporary = temporary_folder();
    stdout_of(&temporary, &[&["run", scenario, "-o", "results"], more].concat());
    let folder = temporary.path().join("results");
    (temporary, folder)
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("test folders are text")
}

/// The names of the files in a folder.
pub fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Every file of a folder by its name.
pub fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = |name: String| (name.clone(), fs::read(folder.join(name)).expect("a file"));
    names(folder).into_iter().map(file).collect()
}

/// Asserts that two folders have the same files with the same bytes.
pub fn assert_same_files(a: &Path, b: &Path) {
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
