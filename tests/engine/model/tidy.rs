//! The sources keep their shape: layers, lengths, first lines.
use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    found.sort();
    let name = |path: &Path| path.strip_prefix(&root).expect("below").display().to_string();
    found.iter().map(|path| (name(path), fs::read_to_string(path).expect("text"))).collect()
}

/// The code of a file before its tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(text)
}

#[test]
fn every_file_opens_by_saying_what_it_is() {
    for (name, text) in all() {
        let first = text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") && first.len() > 12, "{name} opens with {first:?}");
        assert!(!name.ends_with("mod.rs"), "{name}: a folder's root is the file beside it");
    }
}

#[test]
fn files_and_functions_stay_short() {
    // What is over the mark, with its reason: a list of words, not code.
    const LONG: [&str; 4] = ["scenario/format.rs", "history/rows.rs", "world/model.rs", "access/compile.rs"];
    for (name, text) in all().iter().filter(|(name, _)| !LONG.contains(&name.as_str())) {
        let lines = code(text).lines().count();
        assert!(lines <= 330, "{name} has {lines} lines before its tests");
    }
    for (name, text) in all() {
        let mut start = None;
        for (number, line) in code(&text).lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let begins =
                line.trim_start().split(' ').take(4).any(|word| word == "fn") && line.trim_end().ends_with('{');
            if begins && start.is_none() {
                start = Some((number, indent));
            }
            if let Some((from, _)) = start.filter(|(_, depth)| line.trim() == "}" && indent == *depth) {
                assert!(number - from <= 70, "{name}: the function at line {} has {} lines", from + 1, number - from);
                start = None;
            }
        }
    }
}

#[test]
fn layers_know_only_what_lies_below_them() {
    // Who must not name whom.
    let forbidden: [(&str, &[&str]); 4] = [
        (
            "world",
            &["crate::scenario", "crate::quarter", "crate::run", "crate::output", "crate::cli", "crate::ensemble"],
        ),
        ("quarter", &["crate::scenario", "crate::run", "crate::output", "crate::cli", "crate::ensemble"]),
        ("access", &["crate::quarter", "crate::run", "crate::output", "crate::cli", "crate::ensemble"]),
        ("scenario", &["crate::quarter", "crate::run", "crate::output", "crate::cli", "crate::ensemble"]),
    ];
    for (name, text) in all() {
        for (layer, names) in forbidden.iter().filter(|(layer, _)| name.starts_with(layer)) {
            for other in *names {
                assert!(!code(&text).contains(other), "{name}: {layer} must not know {other}");
            }
        }
    }
}

#[test]
fn causes_meet_only_in_the_world() {
    let causes = [
        "events",
        "beliefs",
        "stances",
        "procurement",
        "access",
        "missions",
        "agreements",
        "sharing",
        "compromise",
        "diplomacy",
        "measures",
    ];
    for (name, text) in all() {
        let Some(own) = causes.iter().find(|cause| name.starts_with(&format!("quarter/{cause}"))) else { continue };
        for other in causes.iter().filter(|cause| *cause != own) {
            assert!(!code(&text).contains(&format!("quarter::{other}")), "{name} imports the cause `{other}`");
        }
    }
}

#[test]
fn the_engine_knows_no_clock_no_threads_and_no_files() {
    for (name, text) in all() {
        let engine =
            ["world", "quarter", "access", "scenario", "run", "history"].iter().any(|part| name.starts_with(part));
        let engine = engine && !name.split('/').any(|part| part.starts_with("tests"));
        for word in ["std::fs", "std::time", "std::thread", "std::env", "rayon"] {
            assert!(!engine || !code(&text).contains(word), "{name} uses {word}");
        }
    }
}
