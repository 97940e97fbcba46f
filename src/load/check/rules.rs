//! Checks the keys of rules. `access` checks the Cedar in them.
use super::checker::SemanticChecker;
use crate::scenario::fault::Fault;
use crate::world::levels::Action;
use std::collections::BTreeSet;

/// Checks owners, forbidden actions, tear-lines and that conditions are not empty.
pub fn check(checker: &mut SemanticChecker<'_>) {
    let file = checker.file;
    for (id, rule) in &file.rules {
        let path = format!("rules.{id}");
        checker.check_nation(&format!("{path}.owner"), &rule.owner);
        if rule.forbids.is_empty() {
            let fault = Fault::new("empty", format!("the rule `{id}` forbids nothing"));
            checker
                .fault(&format!("{path}.forbids"), fault.help("one or more of `share`, `work_alongside`, `co_locate`"));
        }
        let distinct: BTreeSet<Action> = rule.forbids.iter().copied().collect();
        if distinct.len() < rule.forbids.len() {
            checker.fault(&format!("{path}.forbids"), Fault::new("duplicate-id", "an action is in this list twice"));
        }
        for (key, given, what) in [
            ("tear_line", rule.tear_line.is_some(), "a tear-line is what is still sent"),
            ("from_level", rule.from_level.is_some(), "it says from which level on reports are withheld"),
        ] {
            if given && !distinct.contains(&Action::Share) {
                let fault = Fault::new("bad-rule", format!("the rule `{id}` has `{key}` but does not forbid `share`"));
                let help = format!("{what}; add `share` to `forbids`, or take it out");
                checker.fault(&format!("{path}.{key}"), fault.help(help));
            }
        }
        for (key, text) in [("when", Some(&rule.when)), ("unless", rule.unless.as_ref())] {
            if text.is_some_and(|text| text.trim().is_empty()) {
                let fault = Fault::new("empty", format!("`{key}` of the rule `{id}` is empty"));
                checker.fault(
                    &format!("{path}.{key}"),
                    fault.help("a Cedar condition such as `context.core_flagged_percent > 0`, or `true`"),
                );
            }
        }
    }
}
