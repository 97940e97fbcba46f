//! Rules: what their own keys say; the Cedar in them is checked elsewhere.
use super::desk::Desk;
use crate::scenario::fault::Fault;
use crate::world::levels::Action;
use std::collections::BTreeSet;

/// Checks them.
pub fn check(desk: &mut Desk<'_>) {
    let file = desk.file;
    for (id, rule) in &file.rules {
        let path = format!("rules.{id}");
        desk.nation(&format!("{path}.owner"), &rule.owner);
        if rule.forbids.is_empty() {
            let fault = Fault::new("empty", format!("the rule `{id}` forbids nothing"));
            desk.fault(&format!("{path}.forbids"), fault.help("one or more of `share`, `work_alongside`, `co_locate`"));
        }
        let distinct: BTreeSet<Action> = rule.forbids.iter().copied().collect();
        if distinct.len() < rule.forbids.len() {
            desk.fault(&format!("{path}.forbids"), Fault::new("duplicate-id", "an action is in this list twice"));
        }
        if rule.tear_line.is_some() && !distinct.contains(&Action::Share) {
            let fault = Fault::new("bad-rule", format!("the rule `{id}` has a tear-line but does not forbid `share`"));
            desk.fault(
                &format!("{path}.tear_line"),
                fault.help("a tear-line is what is still sent; add `share` to `forbids`, or take it out"),
            );
        }
        for (key, text) in [("when", Some(&rule.when)), ("unless", rule.unless.as_ref())] {
            if text.is_some_and(|text| text.trim().is_empty()) {
                let fault = Fault::new("empty", format!("`{key}` of the rule `{id}` is empty"));
                desk.fault(
                    &format!("{path}.{key}"),
                    fault.help("a Cedar condition such as `context.core_flagged_percent > 0`, or `true`"),
                );
            }
        }
    }
}
