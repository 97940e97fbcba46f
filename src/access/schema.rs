//! The Cedar schema of a scenario: what rules may name and read, and of which type.
use crate::scenario::Scenario;
use crate::scenario::format::FactType;
use crate::world::ids::Roster;
use crate::world::levels::Action;
use std::fmt::Write;

/// What every nation has, beside the facts of the scenario.
pub(super) const NATION_ATTRIBUTES: [(&str, &str); 5] = [
    ("stance", "Long"),
    ("clearance", "Long"),
    ("alignment_percent", "Long"),
    ("informs", "Set<Nation>"),
    ("restricts", "Set<Nation>"),
];

/// The attributes of a rule's own state.
pub(super) const RULE_ATTRIBUTES: [(&str, &str); 4] =
    [("quarters_in_force", "Long"), ("waived", "Bool"), ("tear_line", "Bool"), ("restoring", "Bool")];

/// The fields of the exposure that a giver sees at a receiver.
pub(super) const EXPOSURE_ATTRIBUTES: [&str; 6] = [
    "core_flagged_percent",
    "access_flagged_percent",
    "government_flagged_percent",
    "access_4g_flagged_percent",
    "access_5g_flagged_percent",
    "mission_flagged_percent",
];

/// The schema for the policies of a scenario, in Cedar's notation.
///
/// Groups and agreements are enumerated, so that a misspelt one is an error. Stances (open 0, restricted 1, banned 2,
/// removal 3) and levels (open 0 to top_secret 4) are ranks. Every attribute is required, so no rule needs `has`.
pub fn cedar_schema(scenario: &Scenario) -> String {
    let rosters = &scenario.rosters;
    let mut text = String::from("// What the rules of this scenario may name and read.\n");
    let mut above = Vec::new();
    for (kind, roster) in [("Group", &rosters.groups), ("Agreement", &rosters.agreements)] {
        if !roster.is_empty() {
            let _ = writeln!(text, "entity {kind} enum [{}];", list(roster));
            above.push(kind);
        }
    }
    let within = if above.is_empty() { String::new() } else { format!(" in [{}]", above.join(", ")) };
    let _ = writeln!(text, "entity Nation{within} {{");
    for (name, kind) in NATION_ATTRIBUTES {
        let _ = writeln!(text, "    {name}: {kind},");
    }
    for (id, fact) in &scenario.file.facts {
        let kind = if fact.kind == FactType::Boolean { "Bool" } else { "Long" };
        let _ = writeln!(text, "    {}: {kind},", quoted(id));
    }
    text.push_str("};\n");
    let rule: Vec<String> = RULE_ATTRIBUTES.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
    let _ = writeln!(text, "type Rule = {{ {} }};", rule.join(", "));
    context(&mut text, &rosters.rules);
    text
}

fn context(text: &mut String, rules: &Roster) {
    let actions: Vec<String> = Action::ALL.iter().map(|action| quoted(action.as_str())).collect();
    let _ = writeln!(text, "action {} appliesTo {{", actions.join(", "));
    text.push_str("    principal: [Nation],\n    resource: [Nation],\n    context: {\n");
    for name in EXPOSURE_ATTRIBUTES {
        let _ = writeln!(text, "        {name}: Long,");
    }
    text.push_str("        level: Long,\n        side_ceiling: Long,\n        rules: {\n");
    for rule in rules.ids() {
        let _ = writeln!(text, "            {}: Rule,", quoted(rule));
    }
    text.push_str("        },\n    },\n};\n");
}

fn list(roster: &Roster) -> String {
    roster.ids().map(quoted).collect::<Vec<_>>().join(", ")
}

/// A text as a Cedar string literal.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            sign if sign.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", sign as u32);
            }
            sign => out.push(sign),
        }
    }
    out.push('"');
    out
}
