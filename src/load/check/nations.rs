//! Checks nations, rivals, groups and facts.
use super::checker::SemanticChecker;
use crate::scenario::countries;
use crate::scenario::fault::Fault;
use crate::scenario::format::{FactEntry, FactType, FactValue};

/// The greatest distance on Earth in km, rounded up.
const FARTHEST_KM: f64 = 20_100.0;
/// The attributes that every nation has. A fact must not have such a name.
const BUILT_IN: [&str; 5] = ["stance", "clearance", "alignment_percent", "informs", "restricts"];

/// Checks facts, nations, rivals and groups.
pub fn check(checker: &mut SemanticChecker<'_>) {
    let file = checker.file;
    facts(checker);
    for id in file.nations.keys().chain(file.rivals.keys()) {
        let table = if file.nations.contains_key(id) { "nations" } else { "rivals" };
        if let Some((code, name)) = countries::meant(id).filter(|_| id.len() <= 3) {
            let fault = Fault::new("wrong-code", format!("`{id}` is not the ISO 3166-1 alpha-3 code of {name}"));
            checker.key_fault(
                &format!("{table}.{id}"),
                fault.help(format!("write `{code}`, so that the tables join with other data")),
            );
        }
    }
    for id in file.rivals.keys().filter(|id| file.nations.contains_key(*id)) {
        let fault = Fault::new("duplicate-id", format!("`{id}` is both a nation and a rival"));
        checker
            .key_fault(&format!("rivals.{id}"), fault.help("a rival lies outside the simulation; keep one of the two"));
    }
    for (id, nation) in &file.nations {
        let path = format!("nations.{id}");
        checker.check_nations(&format!("{path}.pacts"), &nation.pacts);
        if let Some(at) = nation.pacts.iter().position(|other| other == id) {
            checker.fault(
                &format!("{path}.pacts.{at}"),
                Fault::new("self-reference", format!("`{id}` has a pact with itself")),
            );
        }
        checker.check_by_state(&format!("{path}.distance_km"), &nation.distance_km, FARTHEST_KM, " km");
        checker.check_by_state(&format!("{path}.contest_share"), &nation.contest_share, 1.0, "");
        checker.check_by_state(&format!("{path}.export_share"), &nation.export_share, 1.0, "");
        let exports: f64 = nation.export_share.values().sum();
        if exports > 1.0 + 1e-6 {
            let fault = Fault::new("bad-sum", format!("the export shares of `{id}` sum to {}", rounded(exports)));
            checker.fault(&format!("{path}.export_share"), fault.help("parts of the whole sum to 1 at most"));
        }
        for (fact, value) in &nation.facts {
            check_fact(checker, &format!("{path}.facts.{fact}"), fact, *value, true);
        }
    }
    for (id, group) in &file.groups {
        checker.check_nations(&format!("groups.{id}.members"), &group.members);
    }
}

/// Rounds a sum to six decimals, for messages.
pub fn rounded(sum: f64) -> f64 {
    (sum * 1e6).round() / 1e6
}

fn facts(checker: &mut SemanticChecker<'_>) {
    let file = checker.file;
    for (id, fact) in &file.facts {
        let path = format!("facts.{id}");
        if BUILT_IN.contains(&id.as_str()) {
            let fault = Fault::new("reserved-name", format!("every nation has `{id}` already"));
            checker.key_fault(&path, fault.help("give the fact another name"));
        }
        let bounds = [("min", fact.min), ("max", fact.max)];
        for (key, _) in bounds.iter().filter(|(_, bound)| (fact.kind == FactType::Integer) != bound.is_some()) {
            let (message, help) = match fact.kind {
                FactType::Integer => (
                    format!("the fact `{id}` is a whole number without `{key}`"),
                    "rules need to know the range of a number",
                ),
                FactType::Boolean => (
                    format!("the fact `{id}` is true or false, so `{key}` says nothing"),
                    "take it out, or make the fact an `integer`",
                ),
            };
            let fault = Fault::new("bad-fact", message).help(help);
            checker.fault(&format!("{path}.{key}"), fault);
        }
        if let (Some(min), Some(max)) = (fact.min, fact.max)
            && min > max
        {
            checker.fault(
                &format!("{path}.min"),
                Fault::new("bad-fact", format!("`min` of `{id}` is {min}, above its `max` {max}")),
            );
        }
        check_value(checker, &format!("{path}.default"), id, fact, fact.default);
    }
}

/// Checks that a fact exists and that a value fits it. `is_key`: a fault is at the key, not the value.
pub fn check_fact(checker: &mut SemanticChecker<'_>, path: &str, fact: &str, value: FactValue, is_key: bool) {
    let file = checker.file;
    if !checker.ids.has("facts", fact) {
        let fault = checker.unknown(&["facts"], "fact", fact);
        return if is_key { checker.key_fault(path, fault) } else { checker.fault(path, fault) };
    }
    if let Some(entry) = file.facts.get(fact) {
        check_value(checker, path, fact, entry, value);
    }
}

/// Checks that a value has the type and range of its fact.
pub fn check_value(checker: &mut SemanticChecker<'_>, path: &str, id: &str, fact: &FactEntry, value: FactValue) {
    match (fact.kind, value) {
        (FactType::Boolean, FactValue::Boolean(_)) => {}
        (FactType::Integer, FactValue::Integer(number)) => {
            let (min, max) = (fact.min.unwrap_or(i64::MIN), fact.max.unwrap_or(i64::MAX));
            if number < min || number > max {
                let fault = Fault::new("out-of-range", format!("`{id}` cannot be {number}"));
                checker.fault(path, fault.help(format!("it lies between {min} and {max}")));
            }
        }
        (FactType::Boolean, _) => {
            checker.fault(path, Fault::new("wrong-type", format!("`{id}` is true or false, not a number")))
        }
        (FactType::Integer, _) => {
            checker.fault(path, Fault::new("wrong-type", format!("`{id}` is a whole number, not true or false")))
        }
    }
}
