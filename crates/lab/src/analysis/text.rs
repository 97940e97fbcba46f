//! The analysis of rules as text.
use super::shifts::{Shift, VariantShifts};
use super::tiers::TierViolation;
use super::{PolicyAnalysis, RuleFinding};
use noforn::access::possible::Satisfiability;
use noforn::world::levels::Action;
use std::fmt::Write;

/// The greatest number of nations, pairs and shifts that are listed; `--json` gives all.
const MOST: usize = 40;

/// The findings about a variant.
pub fn findings(found: &PolicyAnalysis) -> String {
    let mut out = format!("variant {}, {} to {}, run 0\n", found.variant, found.run[0], found.run[1]);
    for rule in &found.rules {
        write_rule(&mut out, rule);
    }
    if found.rules.is_empty() {
        out.push_str("  the scenario has no rules\n");
    }
    for unnested in found.unnested.iter().take(MOST) {
        let _ = writeln!(out, "  warning: {}", violation_text(unnested));
    }
    write_more(&mut out, found.unnested.len(), "pairs between which tiers do not nest");
    if found.unnested.is_empty() {
        out.push_str(
            "  tiers nest: whoever is informed may be worked with, whoever is worked with may be located with\n",
        );
    }
    out
}

fn write_more(out: &mut String, all: usize, what: &str) {
    if all > MOST {
        let _ = writeln!(out, "  and {} {what} more (`--json` gives all)", all - MOST);
    }
}

fn write_rule(out: &mut String, rule: &RuleFinding) {
    let _ = writeln!(out, "  rule `{}` of {}  [{}:{}]", rule.rule, rule.owner, rule.file, rule.line);
    let _ = writeln!(out, "    it says: {}", rule.says);
    match rule.prospect {
        Satisfiability::Never => {
            out.push_str("    warning: it can never bind (proved: no value that its condition may read lets it hold)\n")
        }
        Satisfiability::Always => {
            out.push_str("    it binds on everybody (proved: every value that its condition may read lets it hold)\n");
        }
        Satisfiability::Sometimes if rule.quarters_held == 0 => {
            out.push_str("    its condition holds on nobody in this run (observed in one run, not proved)\n");
        }
        Satisfiability::Sometimes => {}
    }
    if !rule.implied_by.is_empty() {
        let others: Vec<String> = rule.implied_by.iter().map(|id| format!("`{id}`")).collect();
        let _ = writeln!(
            out,
            "    warning: it never decides: wherever it holds, {} holds too, no later, and forbids as much (observed over \
             this run)",
            others.join(" and ")
        );
    }
    let hit = &rule.at_start;
    if hit.is_empty() {
        out.push_str("    at the start it would hit nobody\n");
    } else {
        let _ = writeln!(out, "    at the start it would hit {}: {}", hit.len(), listed(hit));
    }
}

fn listed(all: &[String]) -> String {
    let more = all.len().saturating_sub(MOST);
    let text = all.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{text} and {more} more") } else { text }
}

/// What a nation is in the tier of an action.
fn tier_name(action: Action) -> &'static str {
    match action {
        Action::Share => "informed",
        Action::WorkAlongside => "worked with",
        Action::CoLocate => "located with",
    }
}

fn violation_text(unnested: &TierViolation) -> String {
    let rules: Vec<String> = unnested.rules.iter().map(|id| format!("`{id}`")).collect();
    format!(
        "{} may be {} by {} and not {}: {} forbids it, from {} on for {} quarters",
        unnested.receiver,
        tier_name(unnested.allowed),
        unnested.sender,
        tier_name(unnested.forbidden),
        rules.join(" and "),
        unnested.from,
        unnested.quarters
    )
}

/// The differences between two variants.
pub fn comparison(found: &VariantShifts) -> String {
    let mut out = format!("from {} to {}, on the same luck (run 0)\n", found.a, found.b);
    if found.shifts.is_empty() {
        out.push_str("  no pair gains or loses anything\n");
    }
    for shift in found.shifts.iter().take(MOST) {
        let _ = writeln!(out, "  {}", shift_text(shift));
    }
    write_more(&mut out, found.shifts.len(), "gains and losses");
    out
}

fn shift_text(shift: &Shift) -> String {
    let mut what: Vec<String> = Vec::new();
    match shift.share.as_slice() {
        [] => {}
        [one] => what.push(format!("share {}", one.as_str())),
        [first, .., last] => what.push(format!("share {} to {}", first.as_str(), last.as_str())),
    }
    what.extend(shift.actions.iter().map(|action| action.as_str().to_owned()));
    let verb = if shift.gains { "gains" } else { "loses" };
    format!("{} to {} {verb} {}, {} to {}", shift.sender, shift.receiver, what.join(", "), shift.from, shift.to)
}
