//! Names that come from files never lead out of their folder.
use crate::program::*;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Names that would lead elsewhere; `outside` is a path from the root.
fn evil_names(outside: &str) -> [&str; 8] {
    ["../../evil", outside, "", "..", ".", "a/b", "..\\evil", ".hidden"]
}

/// Changes a value of a JSON file.
fn edit(file: &Path, change: impl Fn(&mut Value)) {
    let mut value: Value = serde_json::from_str(&fs::read_to_string(file).expect("text")).expect("JSON");
    change(&mut value);
    fs::write(file, value.to_string()).expect("writes");
}

#[test]
fn the_scenario_of_a_part_names_no_folder_elsewhere() {
    let temporary = temporary_folder();
    let home = temporary.path().join("a/b");
    fs::create_dir_all(&home).expect("a folder");
    for (part, folder) in [("1/2", "p1"), ("2/2", "p2")] {
        stdout_of(&home, &["run", TUTORIAL, "--reps", "2", "--tables", "metrics", "--shard", part, "-o", folder]);
    }
    let here = names(&home).len();
    let outside = temporary_folder();
    let outside = outside.path().join("evil");
    for evil in evil_names(text(&outside)) {
        for folder in ["p1", "p2"] {
            edit(&home.join(folder).join("shard.json"), |shard| shard["work"]["request"]["scenario"] = evil.into());
        }
        let said = refusal_of(&home, &["merge", "p1", "p2"]);
        assert!(said.contains("cannot name a folder or file"), "{evil:?}: {said}");
        assert_eq!((names(&temporary).len(), names(&home).len()), (1, here), "{evil:?}");
    }
    assert!(!outside.exists());
}

#[test]
fn the_files_of_a_part_are_files_of_its_folder_and_of_its_work() {
    let temporary = temporary_folder();
    let home = temporary.path();
    for (part, folder) in [("1/2", "p1"), ("2/2", "p2")] {
        stdout_of(home, &["run", TUTORIAL, "--reps", "2", "--tables", "metrics", "--shard", part, "-o", folder]);
    }
    fs::write(home.join("secret"), "x").expect("writes");
    let shard = home.join("p1/shard.json");
    let before = fs::read_to_string(&shard).expect("text");
    let sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    for name in ["../secret", "/etc/hostname", "", "folder/../../secret", "secret", "secret.csv"] {
        fs::write(home.join("p1/secret"), "x").expect("writes");
        fs::write(home.join("p1/secret.csv"), "x").expect("writes");
        edit(&shard, |shard| {
            shard["files"][name] = serde_json::json!({ "bytes": 1, "rows": 1, "sha256": sha256 });
        });
        refusal_of(home, &["merge", "p1", "p2", "-o", "x"]);
        assert!(!home.join("x").exists(), "{name:?}");
        fs::write(&shard, &before).expect("writes");
    }
    stdout_of(home, &["merge", "p1", "p2", "-o", "x"]);
}

#[test]
fn the_journal_of_a_work_names_no_file_elsewhere() {
    let temporary = temporary_folder();
    let home = temporary.path();
    fs::write(home.join("victim"), "a long text that must not be cut").expect("writes");
    let draft = home.join(".x.noforn");
    fs::create_dir_all(draft.join("folder")).expect("a folder");
    fs::write(draft.join("lock"), "").expect("writes");
    for journal in ["{}", "{", r#"{"done":0,"files":{"../victim":{"bytes":1,"rows":0}}}"#] {
        fs::write(draft.join("journal.json"), journal).expect("writes");
        let said = refusal_of(home, &["run", TUTORIAL, "-o", "x", "--resume"]);
        assert!(said.contains("its journal is damaged"), "{said}");
    }
    assert_eq!(fs::read_to_string(home.join("victim")).expect("text"), "a long text that must not be cut");
    stdout_of(home, &["run", TUTORIAL, "-o", "x", "--tables", "metrics"]);
}

#[test]
fn a_folder_that_says_other_names_is_read_and_replaced_within_itself() {
    let temporary = temporary_folder();
    let home = temporary.path();
    fs::write(home.join("victim"), "mine").expect("writes");
    stdout_of(home, &["run", TUTORIAL, "-o", "x", "--tables", "metrics"]);
    edit(&home.join("x/datapackage.json"), |package| {
        package["resources"][0]["path"] = "../victim".into();
        package["noforn"]["variants"][0]["file"] = "../victim".into();
        package["noforn"]["records"] = serde_json::json!({ "../victim": "00" });
    });
    for command in [&["verify", "x"][..], &["report", "x"], &["export", "x", "--to", "xlsx"]] {
        refusal_of(home, command);
    }
    let said = refusal_of(home, &["run", TUTORIAL, "-o", "x", "--tables", "metrics", "--force"]);
    assert!(said.contains("is not noforn's, and a result would have its name"), "{said}");
    assert_eq!(fs::read_to_string(home.join("victim")).expect("text"), "mine");
}
