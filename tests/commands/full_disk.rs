//! A disk that takes no more, at every write: an error in words, the old results as they were, and nothing left behind.
use crate::killed::{can_trace, traced, visible};
use crate::program::*;
use std::fs;
use std::path::Path;

/// Fails each write of a command in turn, and then all from some write on.
fn fails_well(args: &[&str], set_up: impl Fn(&Path)) {
    let before = {
        let temporary = temporary_folder();
        set_up(temporary.path());
        visible(temporary.path())
    };
    let after = {
        let temporary = temporary_folder();
        set_up(temporary.path());
        stdout_of(&temporary, args);
        visible(temporary.path())
    };
    for (call, end) in
        [("write", ""), ("write", "+"), ("fsync", ""), ("mkdir", ""), ("linkat", ""), ("renameat2", ""), ("rename", "")]
    {
        for number in 1.. {
            let temporary = temporary_folder();
            set_up(temporary.path());
            let injection = format!("{call}:error=ENOSPC:when={number}{end}");
            let ended = traced(temporary.path(), &[&injection], args);
            let found = visible(temporary.path());
            assert!(matches!(ended.code, Some(0 | 2)), "{injection}, {args:?}: {ended:?}");
            assert!(found == before || found == after, "{:?}: {injection}, {args:?}", found.keys());
            let hidden = names(&temporary).into_iter().any(|name| name.starts_with('.'));
            assert!(!hidden || found == after, "{:?}: {injection}, {args:?}", names(&temporary));
            if ended.code == Some(0) {
                break;
            }
            let said = ended.err.contains("No space left") || ended.err.contains("the disk is full");
            assert!(said || end == "+", "{injection}, {args:?}: {ended:?}");
        }
    }
}

#[test]
fn a_full_disk_is_an_error_in_words_and_spoils_nothing() {
    if !can_trace() {
        return;
    }
    let temporary = temporary_folder();
    stdout_of(
        &temporary,
        &["run", TUTORIAL, "--set", "run.end=2019Q4", "--tables", "metrics,nations,dyads", "-o", "x"],
    );
    let results = temporary.path().join("x");
    let x = text(&results);
    let commands: [(&[&str], &str); 5] = [
        (&["export", x, "--to", "xlsx", "--tables", "metrics,runs", "-o", "out.xlsx", "--force"], "out.xlsx"),
        (&["export", x, "--to", "gexf", "-o", "out.gexf", "--force"], "out.gexf"),
        (&["export", x, "--to", "parquet", "--tables", "metrics", "-o", "parquet"], "other"),
        (&["report", x, "--pictures", "svg", "-o", "pictures"], "other"),
        (&["new", "world", "--synthetic", "3"], "other"),
    ];
    for (args, file) in commands {
        fails_well(args, |folder| fs::write(folder.join(file), "mine").expect("writes"));
    }
    let run = ["run", TUTORIAL, "--set", "run.end=2019Q4", "--tables", "metrics", "-j", "1", "-o", "x", "--force"];
    fails_well(&[&run[..], &["--seed", "2"]].concat(), |folder| {
        stdout_of(folder, &run);
        fs::write(folder.join("x/notes.md"), "notes").expect("writes");
    });
}
