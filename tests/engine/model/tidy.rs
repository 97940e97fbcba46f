//! The sources keep their shape: lengths, first lines, no files or clocks in the engine.
use super::imports::{all, room};
use super::layers::ROOMS;

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
    const LONG: [&str; 4] =
        ["src/scenario/format.rs", "src/history/rows.rs", "src/world/model.rs", "src/access/compile.rs"];
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
fn the_engine_knows_no_clock_no_threads_and_no_files() {
    for (name, text) in all() {
        let engine = room(&name).is_some_and(|room| ROOMS.iter().any(|(known, _)| *known == room));
        let engine = engine && !name.split('/').any(|part| part.starts_with("tests"));
        for word in ["std::fs", "std::time", "std::thread", "std::env", "rayon"] {
            assert!(!engine || !code(&text).contains(word), "{name} uses {word}");
        }
    }
}
