//! What would have restored it, in words, and what to type next.
use super::super::Answer;
use super::super::changes::Change;
use super::{heading, level, line};
use std::fmt::Write;

/// The most changes that were tried and not enough that are listed.
const MOST_TRIED: usize = 12;

/// What would have restored it, and what was tried and not enough.
pub fn changes(out: &mut String, answer: &Answer) {
    let (enough, short): (Vec<&Change>, Vec<&Change>) = answer.changes.iter().partition(|change| change.restores);
    if !enough.is_empty() {
        heading(out, "What alone would have restored it (run again on the same luck), the least change first");
    } else if answer.changes.is_empty() {
        heading(out, "No change of a rule, a network or a waiver bears on it");
    } else {
        heading(out, "No single change that was tried restores it");
    }
    for change in enough {
        line(out, &format!("{}: {}", change.what, after(change)));
        for set in &change.set {
            line(out, &format!("    --set {}", shell(set)));
        }
    }
    if !short.is_empty() {
        heading(out, "Tried, and not enough");
        for change in short.iter().take(MOST_TRIED) {
            line(out, &change.what);
        }
        if short.len() > MOST_TRIED {
            line(out, &format!("and {} more", short.len() - MOST_TRIED));
        }
    }
}

fn after(change: &Change) -> String {
    let shares =
        change.level.map_or_else(|| "nothing is shared".to_owned(), |up_to| format!("shares up to {}", level(up_to)));
    let others = match change.other_pairs {
        0 => "no other pair stands otherwise".to_owned(),
        1 => "1 other pair stands otherwise".to_owned(),
        many => format!("{many} other pairs stand otherwise"),
    };
    format!("{shares}; {others}")
}

/// A setting quoted for a shell, where it needs to be.
fn shell(set: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '=');
    match set {
        _ if set.chars().all(plain) => set.to_owned(),
        _ if !set.contains('\'') => format!("'{set}'"),
        _ => format!("\"{}\"", set.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('`', "\\`")),
    }
}

/// What to type next.
pub fn next(out: &mut String, answer: &Answer, folder: &str) {
    let (from, to, quarter) = (&answer.sender.iso3, &answer.receiver.iso3, &answer.quarter);
    let year = quarter.split('Q').next().unwrap_or_default();
    let other = if answer.withheld() { "" } else { " --not" };
    let next = match answer.changes.iter().find(|change| change.restores && change.set.len() == 1) {
        Some(change) => format!("noforn run SCENARIO --variant {} --set {}", answer.variant, shell(&change.set[0])),
        None => format!("noforn why {folder} {to} {from} --in {year}{other}    the other way round"),
    };
    let _ = writeln!(out, "\nnext: {next}");
}

#[cfg(test)]
mod tests {
    use super::shell;

    #[test]
    fn a_setting_is_quoted_where_a_shell_would_read_it() {
        for (set, expected) in [
            ("rules.x.grace_quarters=8", "rules.x.grace_quarters=8"),
            ("networks.x.core={ a = 1.0 }", "'networks.x.core={ a = 1.0 }'"),
            ("rules.x.when='a > 0'", "\"rules.x.when='a > 0'\""),
            ("rules.x.when='a[\"b\"]'", "\"rules.x.when='a[\\\"b\\\"]'\""),
        ] {
            assert_eq!(shell(set), expected);
        }
    }
}
