//! Staged folders appear whole or not at all, and what is not noforn's stays.
use super::*;
use noforn_lab::tables::package;

/// The least data package of a folder that this program wrote.
const OURS: &str =
    r#"{ "noforn": { "engine_version": "0", "scenario": "x", "reps": 1, "tables": "runs", "variants": [] } }"#;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn write(target: &Path, replace: bool) -> Result<PlacedFolder, Refusal> {
    let staged = StagedFolder::begin(target, replace)?;
    fs::write(staged.path().join(package::FILE), OURS).unwrap();
    staged.finish()
}

#[test]
fn a_folder_appears_complete_and_nothing_else_remains() {
    let temporary = tempfile::tempdir().unwrap();
    let target = temporary.path().join("a/b/result");
    write(&target, false).unwrap();
    assert_eq!(names(&target), [package::FILE]);
    assert_eq!(names(&temporary.path().join("a/b")), ["result"]);
}

#[test]
fn an_unfinished_folder_is_removed_with_the_parents_created_for_it() {
    let temporary = tempfile::tempdir().unwrap();
    let staged = StagedFolder::begin(&temporary.path().join("a/b/result"), false).unwrap();
    assert_eq!(names(&temporary.path().join("a/b")), [".result.noforn"]);
    fs::write(staged.path().join("half"), "x").unwrap();
    drop(staged);
    assert_eq!(names(temporary.path()), [""; 0]);
}

#[test]
fn a_folder_is_replaced_only_when_asked_and_only_if_it_is_ours() {
    let temporary = tempfile::tempdir().unwrap();
    let target = temporary.path().join("result");
    fs::create_dir(&target).unwrap();
    write(&target, false).expect("an empty folder is free");
    fs::create_dir_all(target.join("a/b")).unwrap();
    for name in ["notes.txt", "a/b/picture.svg"] {
        fs::write(target.join(name), name).unwrap();
    }
    assert!(matches!(write(&target, false), Err(Refusal::Exists(path)) if path == target));
    assert_eq!(write(&target, true).unwrap().others, ["a", "notes.txt"]);
    assert_eq!(names(&target), ["a", package::FILE, "notes.txt"]);
    assert_eq!(fs::read_to_string(target.join("a/b/picture.svg")).unwrap(), "a/b/picture.svg");
    assert_eq!(names(temporary.path()), ["result"]);
    fs::write(target.join(package::FILE), r#"{ "name": "somebody else's" }"#).unwrap();
    assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
    fs::remove_file(target.join(package::FILE)).unwrap();
    assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
    assert_eq!(names(&target), ["a", "notes.txt"]);
}

#[test]
fn only_one_process_at_a_time_writes_a_folder() {
    let temporary = tempfile::tempdir().unwrap();
    let target = temporary.path().join("result");
    let staged = StagedFolder::begin(&target, false).unwrap();
    assert!(matches!(StagedFolder::begin(&target, false), Err(Refusal::Busy(_))));
    drop(staged);
    write(&target, false).unwrap();
}

#[test]
fn remains_of_a_killed_process_do_not_block_a_new_one() {
    let temporary = tempfile::tempdir().unwrap();
    fs::create_dir_all(temporary.path().join(".result.noforn/folder")).unwrap();
    fs::write(temporary.path().join(".result.noforn/folder/half"), "x").unwrap();
    let target = temporary.path().join("result");
    write(&target, false).unwrap();
    assert_eq!((names(&target), names(temporary.path())), (vec![package::FILE.to_owned()], vec!["result".to_owned()]));
}

#[test]
fn a_file_is_never_replaced() {
    let temporary = tempfile::tempdir().unwrap();
    let target = temporary.path().join("result");
    fs::write(&target, "x").unwrap();
    assert!(matches!(write(&target, false), Err(Refusal::Exists(_))));
    assert!(matches!(write(&target, true), Err(Refusal::Foreign(_))));
}

#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let temporary = tempfile::tempdir().unwrap();
    let (real, link) = (temporary.path().join("real"), temporary.path().join("link"));
    write(&real, false).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    for typed in ["link", "link/"] {
        assert!(matches!(write(&temporary.path().join(typed), true), Err(Refusal::Foreign(_))), "{typed}");
    }
    assert_eq!(names(&real), [package::FILE]);
}

#[test]
fn what_noforn_listed_goes_and_what_was_changed_is_kept_under_another_name() {
    let temporary = tempfile::tempdir().unwrap();
    let target = temporary.path().join("result");
    let listed =
        |text: &str| format!(r#""resources": [{{ "path": "a.csv", "hash": "sha256:{}" }}]"#, package::sha256(text));
    let make = |text: &str, replace| {
        let staged = StagedFolder::begin(&target, replace).unwrap();
        fs::write(staged.path().join(package::FILE), OURS.replacen('{', &format!("{{ {}, ", listed(text)), 1)).unwrap();
        fs::write(staged.path().join("a.csv"), text).unwrap();
        staged.finish().unwrap()
    };
    make("one", false);
    assert!(make("two", true).renamed.is_empty());
    fs::write(target.join("a.csv"), "mine").unwrap();
    let placed = make("three", true);
    assert_eq!(placed.renamed, BTreeMap::from([("a.csv".to_owned(), "kept-a.csv".to_owned())]));
    assert_eq!(names(&target), ["a.csv", package::FILE, "kept-a.csv"]);
    assert_eq!(fs::read_to_string(target.join("kept-a.csv")).unwrap(), "mine");
}

#[test]
fn what_was_not_carried_over_goes_to_the_new_folder_when_the_old_one_is_removed() {
    let temporary = tempfile::tempdir().unwrap();
    let (old, new) = (temporary.path().join("old"), temporary.path().join("new"));
    for folder in [&old, &new] {
        fs::create_dir_all(folder.join("sub")).unwrap();
    }
    for (path, text) in [
        ("old/own.csv", "own"),
        ("old/late", "late"),
        ("old/sub/late", "late"),
        ("old/sub/both", "a"),
        ("new/sub/both", "b"),
    ] {
        fs::write(temporary.path().join(path), text).unwrap();
    }
    let own = BTreeSet::from(["own.csv".to_owned()]);
    let replaced = Replaced { id: None, own, kept: BTreeMap::new(), aside: 1 };
    carry::clear_replaced(&old, &new, &replaced).unwrap();
    assert_eq!(
        (names(&new), names(&new.join("sub"))),
        (vec!["late".to_owned(), "sub".to_owned()], ["both", "kept-both", "late"].map(str::to_owned).to_vec())
    );
    assert!(!old.exists());
}
