//! The counterfactuals as text, and the suggested command.
use super::super::PairExplanation;
use super::super::counterfactuals::Counterfactual;
use super::{heading, level, line};
use std::fmt::Write;

/// The greatest number of insufficient changes that are listed.
const MOST_TRIED: usize = 12;

/// The changes that restore, and those that were tried and do not.
pub fn write_counterfactuals(out: &mut String, explanation: &PairExplanation) {
    let (enough, short): (Vec<&Counterfactual>, Vec<&Counterfactual>) =
        explanation.changes.iter().partition(|change| change.restores);
    if !enough.is_empty() {
        heading(out, "What alone would have restored it (run again on the same luck), the least change first");
    } else if explanation.changes.is_empty() {
        heading(out, "No change of a rule, a network or a waiver bears on it");
    } else {
        heading(out, "No single change that was tried restores it");
    }
    for change in enough {
        line(out, &format!("{}: {}", change.what, effect(change)));
        for set in &change.set {
            line(out, &format!("    --set {}", quoted(set)));
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

fn effect(change: &Counterfactual) -> String {
    let shares =
        change.level.map_or_else(|| "nothing is shared".to_owned(), |up_to| format!("shares up to {}", level(up_to)));
    let others = match change.other_pairs {
        0 => "no other pair stands otherwise".to_owned(),
        1 => "1 other pair stands otherwise".to_owned(),
        many => format!("{many} other pairs stand otherwise"),
    };
    format!("{shares}; {others}")
}

/// A setting, quoted for a shell where necessary.
fn quoted(set: &str) -> String {
    match set {
        _ if set.chars().all(is_plain) => set.to_owned(),
        _ if !set.contains('\'') => format!("'{set}'"),
        _ => format!("\"{}\"", set.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$").replace('`', "\\`")),
    }
}

/// True if a shell reads the character as it is.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '=')
}

/// The suggested command.
pub fn write_next(out: &mut String, explanation: &PairExplanation, folder: &str) {
    let (from, to, quarter) = (&explanation.sender.iso3, &explanation.receiver.iso3, &explanation.quarter);
    let year = quarter.split('Q').next().unwrap_or_default();
    let other = if explanation.withheld() { "" } else { " --not" };
    let next = match explanation.changes.iter().find(|change| change.restores && change.set.len() == 1) {
        Some(change) => {
            format!("noforn run SCENARIO --variant {} --set {}", explanation.variant, quoted(&change.set[0]))
        }
        None => format!("noforn why {folder} {to} {from} --in {year}{other}    the other way round"),
    };
    let _ = writeln!(out, "\nnext: {next}");
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_setting_is_quoted_where_a_shell_would_change_it() {
        for (set, expected) in [
            ("rules.x.grace_quarters=8", "rules.x.grace_quarters=8"),
            ("networks.x.core={ a = 1.0 }", "'networks.x.core={ a = 1.0 }'"),
            ("rules.x.when='a > 0'", "\"rules.x.when='a > 0'\""),
            ("rules.x.when='a[\"b\"]'", "\"rules.x.when='a[\\\"b\\\"]'\""),
        ] {
            assert_eq!(quoted(set), expected);
        }
    }
}
