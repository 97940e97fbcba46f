//! Nothing is lost: what a command did not write it neither removes nor overwrites, and nobody writes over what he reads.
use crate::program::*;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Arguments of a short run.
const SHORT: [&str; 6] = ["run", TUTORIAL, "--tables", "metrics", "--set", "run.end=2019Q4"];

fn run_into(folder: &Path, target: &str, more: &[&str]) -> CommandOutput {
    run_command(folder, &[&SHORT[..], &["-o", target], more].concat())
}

/// Every file below a folder by its path, also in hidden folders.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            files.extend(tree(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            files.insert(name, fs::read(path).expect("a file"));
        }
    }
    files
}

/// Puts files of a user's into a folder of results, one of them in a subfolder.
fn plant(folder: &Path) -> [(String, &'static str); 3] {
    let planted = [("notes.md", "notes"), ("figures/a.svg", "<svg/>"), ("mine.toml", "title = 'x'")];
    fs::create_dir_all(folder.join("figures")).expect("a folder");
    planted.map(|(name, text)| {
        fs::write(folder.join(name), text).expect("writes");
        (name.to_owned(), text)
    })
}

#[test]
fn force_replaces_what_noforn_wrote_and_leaves_the_rest() {
    let temporary = temporary_folder();
    let home = temporary.path();
    let commands: [(&[&str], &str); 6] = [
        (&SHORT, "metrics.csv"),
        (&["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "3"], "compare.csv"),
        (&["sweep", TUTORIAL, "--over", "model.beta=2,3", "--reps", "2"], "sweep.csv"),
        (&["hindcast", HUAWEI, "--reps", "1"], "hindcast.csv"),
        (&["evidence", HUAWEI, "--reps", "2"], "evidence.csv"),
        (&["run", TUTORIAL, "--shard", "1/2", "--reps", "2"], "shard.json"),
    ];
    assert_eq!(run_into(home, "x", &[]).code, Some(0));
    let planted = plant(&home.join("x"));
    stdout_of(home, &[&SHORT[..], &["-o", "x/inner"]].concat());
    let inner = tree(&home.join("x/inner"));
    for (command, table) in commands {
        let (_, said) = run_to_code(home, &[command, &["-o", "x", "--force"]].concat(), 0);
        assert!(said.contains("left as it was") && said.contains("`notes.md`"), "{said}");
        stdout_of(home, &[command, &["-o", "fresh", "--force"]].concat());
        let mut expected = tree(&home.join("fresh"));
        assert!(expected.contains_key(table), "{command:?}");
        expected.extend(planted.iter().map(|(name, text)| (name.clone(), text.as_bytes().to_vec())));
        expected.extend(inner.iter().map(|(name, bytes)| (format!("inner/{name}"), bytes.clone())));
        assert!(tree(&home.join("x")) == expected, "{command:?}: {:?}", tree(&home.join("x")).keys());
        assert_eq!(names(home).len(), 2, "nothing hidden is left: {:?}", names(home));
    }
    stdout_of(home, &["verify", "x/inner"]);
}

#[test]
fn merge_and_export_leave_the_rest_too() {
    let temporary = temporary_folder();
    let home = temporary.path();
    for part in ["1", "2"] {
        stdout_of(
            home,
            &[&SHORT[..], &["--reps", "2", "--shard", &format!("{part}/2"), "-o", &format!("p{part}")]].concat(),
        );
    }
    stdout_of(home, &["merge", "p1", "p2", "-o", "x"]);
    let planted = plant(&home.join("x"));
    // A part lies in the folder that is replaced.
    fs::rename(home.join("p1"), home.join("x/p1")).expect("renames");
    let part = tree(&home.join("x/p1"));
    stdout_of(home, &["merge", "x/p1", "p2", "-o", "x", "--force"]);
    assert!(tree(&home.join("x/p1")) == part, "the input is there");
    stdout_of(home, &["verify", "x"]);
    stdout_of(home, &["export", "x", "--to", "parquet", "-o", "q"]);
    fs::write(home.join("q/notes.md"), "notes").expect("writes");
    stdout_of(home, &["export", "x", "--to", "parquet", "-o", "q", "--force"]);
    assert_eq!(fs::read_to_string(home.join("q/notes.md")).expect("text"), "notes");
    for (name, text) in planted {
        assert_eq!(fs::read_to_string(home.join("x").join(name)).expect("text"), text);
    }
}

#[test]
fn a_result_that_was_edited_is_kept_under_another_name() {
    let temporary = temporary_folder();
    let home = temporary.path();
    run_into(home, "x", &[]);
    let edited = [("metrics.csv", "kept-metrics.csv"), ("scenario.toml", "kept-scenario.toml")];
    for (name, _) in edited {
        let path = home.join("x").join(name);
        let text = fs::read_to_string(&path).expect("text").replacen("2019", "2018", 1);
        fs::write(&path, text).expect("writes");
    }
    let before = tree(&home.join("x"));
    let (_, said) = run_to_code(home, &[&SHORT[..], &["-o", "x", "--force"]].concat(), 0);
    for (name, other) in edited {
        assert!(said.contains(&format!("`{name}` was not as noforn wrote it: it is now `{other}`")), "{said}");
        assert!(fs::read(home.join("x").join(other)).expect("a file") == before[name]);
    }
    stdout_of(home, &["verify", "x"]);
}

#[test]
fn a_file_of_the_users_that_has_the_name_of_a_table_is_not_replaced() {
    let temporary = temporary_folder();
    let home = temporary.path();
    run_into(home, "x", &[]);
    fs::write(home.join("x/nations.csv"), "my,own\n").expect("writes");
    let said = refusal_of(home, &["run", TUTORIAL, "-o", "x", "--force"]);
    assert!(said.contains("`x/nations.csv` is not noforn's"), "{said}");
    assert_eq!(fs::read_to_string(home.join("x/nations.csv")).expect("text"), "my,own\n");
}

#[test]
fn nobody_writes_over_what_he_reads() {
    let temporary = temporary_folder();
    let home = temporary.path();
    run_into(home, "x", &["--variant", "as-spoken"]);
    for (part, folder) in [("1/2", "p1"), ("2/2", "p2")] {
        stdout_of(home, &[&SHORT[..], &["--reps", "2", "--shard", part, "-o", folder]].concat());
    }
    stdout_of(home, &["hindcast", HUAWEI, "--reps", "1", "-o", "h"]);
    let before = tree(home);
    let cases: [&[&str]; 9] = [
        &["export", "x", "--to", "parquet", "-o", "x", "--force"],
        &["export", "x", "--to", "parquet", "-o", "x/../x", "--force"],
        &["merge", "p1", "p2", "-o", "p1", "--force"],
        &["merge", "p1", "p2", "-o", "./p2/", "--force"],
        &["run", "x/scenario.toml", "-o", "x", "--force"],
        &["sweep", "x/scenario.toml", "--over", "model.beta=2,3", "-o", "x", "--force"],
        &["hindcast", HUAWEI, "--reps", "1", "--record", "h/record.csv", "-o", "h", "--force"],
        &["evidence", HUAWEI, "--page", HUAWEI, "--force"],
        &[
            "calibrate",
            HUAWEI,
            "-o",
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/data/priors.csv"),
            "--force",
        ],
    ];
    let scenario = fs::read(HUAWEI).expect("text");
    for args in cases {
        let said = refusal_of(home, args);
        assert!(said.contains("this command reads"), "{args:?}: {said}");
        assert!(tree(home) == before, "{args:?} changed something");
    }
    assert!(fs::read(HUAWEI).expect("text") == scenario);
}

#[test]
fn a_scenario_that_lies_beside_the_results_may_be_run_into_their_folder() {
    let temporary = temporary_folder();
    let home = temporary.path();
    run_into(home, "x", &[]);
    fs::copy(TUTORIAL, home.join("x/own.toml")).expect("copies");
    stdout_of(home, &["run", "x/own.toml", "-o", "x", "--force"]);
    assert!(fs::read(home.join("x/own.toml")).expect("text") == fs::read(TUTORIAL).expect("text"));
}

#[test]
fn every_spelling_of_a_folder_is_the_folder_and_the_current_one_is_not_replaced() {
    let temporary = temporary_folder();
    let home = temporary.path();
    for spelling in ["x", "x/../x", "./x/", "y/../x", "x/."] {
        stdout_of(home, &[&SHORT[..], &["-o", spelling, "--force"]].concat());
        assert_eq!(names(home), ["x"], "{spelling}");
    }
    plant(&home.join("x"));
    let before = tree(home);
    for (stand, spelling) in [("x", "."), ("x", "../x"), ("x/figures", ".."), ("x/figures", "../../x")] {
        let said = refusal_of(home.join(stand), &[&SHORT[..], &["-o", spelling, "--force"]].concat());
        assert!(said.contains("holds the folder in which you are"), "{spelling}: {said}");
        assert!(tree(home) == before, "{spelling}");
    }
    fs::create_dir(home.join("empty")).expect("a folder");
    assert!(refusal_of(home.join("empty"), &[&SHORT[..], &["-o", "."]].concat()).contains("`-o NAME`"));
    stdout_of(home, &[&SHORT[..], &["-o", "empty"]].concat());
}

#[cfg(unix)]
#[test]
fn links_and_modes_of_what_stays_are_kept() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let temporary = temporary_folder();
    let home = temporary.path();
    run_into(home, "x", &[]);
    plant(&home.join("x"));
    symlink("nowhere", home.join("x/dangling")).expect("links");
    symlink(home, home.join("x/home")).expect("links");
    fs::set_permissions(home.join("x/notes.md"), fs::Permissions::from_mode(0o640)).expect("modes");
    fs::set_permissions(home.join("x/figures"), fs::Permissions::from_mode(0o555)).expect("modes");
    fs::set_permissions(home.join("x"), fs::Permissions::from_mode(0o750)).expect("modes");
    let inode = |name: &str| fs::symlink_metadata(home.join(name)).expect("it is there").ino();
    let before = (inode("x/notes.md"), inode("x/figures/a.svg"));
    assert_eq!(run_into(home, "x", &["--force"]).code, Some(0));
    assert_eq!((inode("x/notes.md"), inode("x/figures/a.svg")), before, "they are the same files");
    assert_eq!(fs::read_link(home.join("x/dangling")).expect("a link"), Path::new("nowhere"));
    assert_eq!(fs::read_link(home.join("x/home")).expect("a link"), home);
    let mode = |name: &str| fs::metadata(home.join(name)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode("x/notes.md"), mode("x/figures"), mode("x")), (0o640, 0o555, 0o750));
    fs::set_permissions(home.join("x/figures"), fs::Permissions::from_mode(0o755)).expect("modes");
}

#[test]
fn single_files_are_not_replaced_unasked() {
    let temporary = temporary_folder();
    let home = temporary.path();
    stdout_of(home, &["run", TUTORIAL, "-o", "x", "--set", "run.end=2019Q4"]);
    let commands: [&[&str]; 6] = [
        &["evidence", HUAWEI, "--reps", "2", "--page", "there"],
        &["export", "x", "--to", "xlsx", "-o", "there"],
        &["export", "x", "--to", "gexf", "-o", "there"],
        &["report", "x", "-o", "there"],
        &["report", "x", "--pictures", "svg", "-o", "there"],
        &["calibrate", HUAWEI, "-o", "there"],
    ];
    fs::write(home.join("there"), "mine").expect("writes");
    fs::write(home.join("new.toml"), "mine").expect("writes");
    for command in commands {
        let said = refusal_of(home, command);
        assert!(said.contains("`there` exists"), "{command:?}: {said}");
    }
    assert!(refusal_of(home, &["new", "new"]).contains("is there already"));
    assert!(refusal_of(home, &["new", "new", "--synthetic", "3"]).contains("is there already"));
    assert_eq!(fs::read_to_string(home.join("there")).expect("text"), "mine");
    assert_eq!(names(home).len(), 3, "{:?}", names(home));
    // Only with `--force`; a folder, never.
    stdout_of(home, &["evidence", HUAWEI, "--reps", "2", "--page", "there", "--force"]);
    assert!(refusal_of(home, &["evidence", HUAWEI, "--page", "x", "--force"]).contains("is a folder"));
}

#[test]
fn between_its_marks_a_page_is_written_again_and_the_rest_stays() {
    let temporary = temporary_folder();
    let page = temporary.path().join("page.md");
    fs::write(&page, "before\n<!-- statements -->\nold\n<!-- /statements -->\nafter\n").expect("writes");
    for _ in 0..2 {
        stdout_of(&temporary, &["evidence", HUAWEI, "--reps", "2", "--page", "page.md"]);
    }
    let text = fs::read_to_string(&page).expect("text");
    assert!(text.starts_with("before\n") && text.ends_with("after\n") && !text.contains("old\n"), "{text}");
    assert_eq!(names(&temporary), ["page.md"]);
}
