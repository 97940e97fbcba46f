//! Nations, rivals, groups, and the facts of nations.
use super::desk::Desk;
use crate::scenario::countries;
use crate::scenario::fault::Fault;
use crate::scenario::format::{FactEntry, FactType, FactValue};

/// The greatest distance on Earth, rounded up.
const FARTHEST_KM: f64 = 20_100.0;
/// Attributes that every nation has; a fact by such a name would hide one.
const BUILT_IN: [&str; 5] = ["stance", "clearance", "alignment_percent", "informs", "restricts"];

/// Checks them.
pub fn check(desk: &mut Desk<'_>) {
    let file = desk.file;
    facts(desk);
    for id in file.nations.keys().chain(file.rivals.keys()) {
        let table = if file.nations.contains_key(id) { "nations" } else { "rivals" };
        if let Some((code, name)) = countries::meant(id).filter(|_| id.len() <= 3) {
            let fault = Fault::new("wrong-code", format!("`{id}` is not the ISO 3166-1 alpha-3 code of {name}"));
            desk.key_fault(
                &format!("{table}.{id}"),
                fault.help(format!("write `{code}`, so that the tables join with other data")),
            );
        }
    }
    for id in file.rivals.keys().filter(|id| file.nations.contains_key(*id)) {
        let fault = Fault::new("duplicate-id", format!("`{id}` is both a nation and a rival"));
        desk.key_fault(&format!("rivals.{id}"), fault.help("a rival lies outside the simulation; keep one of the two"));
    }
    for (id, nation) in &file.nations {
        let path = format!("nations.{id}");
        desk.nations(&format!("{path}.pacts"), &nation.pacts);
        if let Some(at) = nation.pacts.iter().position(|other| other == id) {
            desk.fault(
                &format!("{path}.pacts.{at}"),
                Fault::new("self-reference", format!("`{id}` has a pact with itself")),
            );
        }
        desk.by_state(&format!("{path}.distance_km"), &nation.distance_km, FARTHEST_KM, " km");
        desk.by_state(&format!("{path}.export_share"), &nation.export_share, 1.0, "");
        let exports: f64 = nation.export_share.values().sum();
        if exports > 1.0 + 1e-6 {
            let fault = Fault::new("bad-sum", format!("the export shares of `{id}` sum to {}", tidy(exports)));
            desk.fault(&format!("{path}.export_share"), fault.help("parts of the whole sum to 1 at most"));
        }
        for (fact, value) in &nation.facts {
            fact_value(desk, &format!("{path}.facts.{fact}"), fact, *value, true);
        }
    }
    for (id, group) in &file.groups {
        desk.nations(&format!("groups.{id}.members"), &group.members);
    }
}

/// A sum without the noise of its last digits.
pub fn tidy(sum: f64) -> f64 {
    (sum * 1e6).round() / 1e6
}

fn facts(desk: &mut Desk<'_>) {
    let file = desk.file;
    for (id, fact) in &file.facts {
        let path = format!("facts.{id}");
        if BUILT_IN.contains(&id.as_str()) {
            let fault = Fault::new("reserved-name", format!("every nation has `{id}` already"));
            desk.key_fault(&path, fault.help("give the fact another name"));
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
            desk.fault(&format!("{path}.{key}"), fault);
        }
        if let (Some(min), Some(max)) = (fact.min, fact.max)
            && min > max
        {
            desk.fault(
                &format!("{path}.min"),
                Fault::new("bad-fact", format!("`min` of `{id}` is {min}, above its `max` {max}")),
            );
        }
        check_value(desk, &format!("{path}.default"), id, fact, fact.default);
    }
}

/// Holds a value against the fact it is given for.
pub fn fact_value(desk: &mut Desk<'_>, path: &str, fact: &str, value: FactValue, is_key: bool) {
    let file = desk.file;
    if !desk.ids.has("facts", fact) {
        let fault = desk.unknown(&["facts"], "fact", fact);
        return if is_key { desk.key_fault(path, fault) } else { desk.fault(path, fault) };
    }
    if let Some(entry) = file.facts.get(fact) {
        check_value(desk, path, fact, entry, value);
    }
}

/// Holds a value against the fact it is of.
pub fn check_value(desk: &mut Desk<'_>, path: &str, id: &str, fact: &FactEntry, value: FactValue) {
    match (fact.kind, value) {
        (FactType::Boolean, FactValue::Boolean(_)) => {}
        (FactType::Integer, FactValue::Integer(number)) => {
            let (min, max) = (fact.min.unwrap_or(i64::MIN), fact.max.unwrap_or(i64::MAX));
            if number < min || number > max {
                let fault = Fault::new("out-of-range", format!("`{id}` cannot be {number}"));
                desk.fault(path, fault.help(format!("it lies between {min} and {max}")));
            }
        }
        (FactType::Boolean, _) => {
            desk.fault(path, Fault::new("wrong-type", format!("`{id}` is true or false, not a number")))
        }
        (FactType::Integer, _) => {
            desk.fault(path, Fault::new("wrong-type", format!("`{id}` is a whole number, not true or false")))
        }
    }
}
