//! Suggestions for an attribute that does not exist.
use super::super::schema::{EXPOSURE_ATTRIBUTES, NATION_ATTRIBUTES, RULE_ATTRIBUTES};
use crate::scenario::Scenario;
use crate::scenario::fault::Fault;
use crate::scenario::words::{list, nearest};

/// Replaces Cedar's suggestion by the list of attributes where it is too far from what was written: Cedar suggests the
/// nearest attribute, however far it is.
pub(super) fn with_suggestion(scenario: &Scenario, fault: Fault) -> Fault {
    let unknown = fault.message.strip_prefix("attribute `").and_then(|rest| rest.split_once('`'));
    let Some((written, owner)) = unknown.filter(|_| fault.code == "unknown-attribute") else { return fault };
    let suggested = fault.help.as_deref().and_then(|help| help.strip_prefix("did you mean `")?.strip_suffix("`?"));
    if suggested.is_some_and(|suggested| near(written, suggested)) {
        return fault;
    }
    let rules = written.strip_prefix("rules").filter(|rest| rest.starts_with(['.', '[']));
    let known: Vec<&str> = match rules {
        _ if owner.contains("`Nation`") => {
            let facts = scenario.file.facts.keys().map(String::as_str);
            NATION_ATTRIBUTES.iter().map(|(name, _)| *name).chain(facts).collect()
        }
        Some(rest) if rest.ends_with(']') || rest.matches(['.', '[']).count() == 1 => {
            scenario.rosters.rules.ids().collect()
        }
        Some(_) => RULE_ATTRIBUTES.iter().map(|(name, _)| *name).collect(),
        None => EXPOSURE_ATTRIBUTES.into_iter().chain(["level", "side_ceiling", "rules"]).collect(),
    };
    fault.help(format!("there is {}", list(known)))
}

/// Whether a suggestion is near enough to what was written, by the rule for all other words. Of `rules["no-transit"].waved`
/// it compares the last part.
fn near(written: &str, suggested: &str) -> bool {
    let last = |path: &str| path.trim_end_matches("\"]").rsplit(['.', '"']).next().unwrap_or_default().to_owned();
    nearest(&last(written), [last(suggested).as_str()]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_near_is_suggested() {
        for (written, suggested, expected) in [
            ("core_flaged_percent", "core_flagged_percent", true),
            ("bans_nuclear_ship", "clearance", false),
            ("rules[\"no-flaged-core\"]", "no-flagged-core", true),
            ("rules[\"no-flagged-core\"].waved", "waived", true),
            ("rules[\"no-flagged-core\"].lifted", "restoring", false),
        ] {
            assert_eq!(near(written, suggested), expected, "{written} and {suggested}");
        }
    }
}
