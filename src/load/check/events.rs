//! Checks events: the date, the one effect, and the keys that the effect needs.
use super::checker::SemanticChecker;
use super::nations::check_value;
use crate::scenario::fault::Fault;
use crate::scenario::format::{EFFECTS, EffectForm, EventEntry, FORMS, KEYS, Operand, OperandForm, ScenarioFile};
use crate::scenario::words::{list, shown};
use crate::world::clock::Quarter;
use serde_json::{Map, Value};

/// When an event takes place. Within a quarter, events without a date sort first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// The quarter it is applied in.
    pub quarter: Quarter,
    /// Month (from 1) and day, if the event has a date.
    pub date: Option<(u32, u32)>,
}

/// Checks every event; returns the days of those whose date is right, with their ids.
pub fn check(checker: &mut SemanticChecker<'_>, span: Option<(Quarter, Quarter)>) -> Vec<(Day, String)> {
    let file = checker.file;
    let mut days = Vec::new();
    for (id, event) in &file.events {
        let path = format!("events.{id}");
        match day(&event.on) {
            Ok(day) => {
                check_start(checker, &path, &event.on, day, span);
                days.push((day, id.clone()));
            }
            Err(fault) => checker.fault(&format!("{path}.on"), fault),
        }
        match event.effects().as_slice() {
            [effect] => check_effect(checker, &path, event, effect),
            [] => {
                let fault = Fault::new("no-effect", format!("the event `{id}` has no effect"));
                checker.key_fault(&path, fault.help(format!("give it one of {}", list(EFFECTS.iter().copied()))));
            }
            [_, second, ..] => {
                let given = event.effects();
                let fault =
                    Fault::new("two-effects", format!("the event `{id}` has {} effects: {}", given.len(), list(given)));
                let help = "an event has one effect; write the others as events of their own, a comment as `remark`";
                checker.key_fault(&format!("{path}.{second}"), fault.help(help));
            }
        }
    }
    days
}

/// The day that `on` names.
fn day(on: &str) -> Result<Day, Fault> {
    if let Ok(quarter) = on.parse() {
        return Ok(Day { quarter, date: None });
    }
    let parts: Vec<u32> = on.split('-').filter_map(|part| part.parse().ok()).collect();
    let &[year, month, day] = parts.as_slice() else {
        return bad_date(
            format!("`{}` is no date", shown(on)),
            "write a quarter such as `2019Q1` or a date such as `2019-02-21`",
        );
    };
    if !(1..=12).contains(&month) {
        return bad_date(format!("`{on}` is no date: there is no month {month}"), "a date is written year-month-day");
    }
    let last = days_of(year, month);
    if !(1..=last).contains(&day) {
        return bad_date(format!("`{on}` is no date: the month has {last} days"), "a date is written year-month-day");
    }
    Ok(Day { quarter: Quarter::new(year, month.div_ceil(3)), date: Some((month, day)) })
}

fn bad_date(message: String, help: &str) -> Result<Day, Fault> {
    Err(Fault::new("bad-date", message).help(help))
}

/// The number of days of a month in the Gregorian calendar.
fn days_of(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Refuses an event before the run, which would never be applied. An event after the run is ignored, so that a run can be
/// shortened.
fn check_start(checker: &mut SemanticChecker<'_>, path: &str, on: &str, day: Day, span: Option<(Quarter, Quarter)>) {
    let Some((start, _)) = span.filter(|(start, _)| day.quarter < *start) else { return };
    let fault = Fault::new("bad-date", format!("`{on}` lies before the run, which starts in `{start}`"));
    let help = "start the run earlier, or write what had happened by then into the tables";
    checker.fault(&format!("{path}.on"), fault.help(help));
}

/// Checks an event that has one effect.
fn check_effect(checker: &mut SemanticChecker<'_>, path: &str, event: &EventEntry, effect: &'static str) {
    let form = FORMS.iter().find(|form| form.effect == effect).expect("every effect of the format is listed");
    let Ok(Value::Object(given)) = serde_json::to_value(event) else { return };
    check_operand(checker, path, form, &given);
    check_keys(checker, path, form, &given);
    check_references(checker, path, event, form);
    check_meaning(checker, path, event);
}

/// Checks the value of the effect's own key.
fn check_operand(checker: &mut SemanticChecker<'_>, path: &str, form: &EffectForm, given: &Map<String, Value>) {
    let effect = form.effect;
    let here = format!("{path}.{effect}");
    let word = given.get(effect);
    match (form.operand, word) {
        (OperandForm::Id(tables, what), Some(Value::String(id))) => {
            checker.check_reference(&here, tables, what, id);
            if let [first, second] = tables
                && checker.ids.has(first, id)
                && checker.ids.has(second, id)
            {
                let fault = Fault::new("ambiguous-id", format!("`{id}` is both an agreement and a group"));
                checker.fault(&here, fault.help("give one of the two another id"));
            }
        }
        (OperandForm::Short(_), Some(Value::Bool(false))) => {
            let fault = Fault::new("no-effect", format!("`{effect} = false` does nothing"));
            checker.fault(&here, fault.help("take the event out, or `remove` it where it is inherited"));
        }
        (OperandForm::Short(key), Some(Value::String(id))) => {
            let other = if is_group(checker.file, effect, id) { "group" } else { key };
            if given.contains_key(other) {
                let fault =
                    Fault::new("given-twice", format!("`{effect} = \"{}\"` and `{other}` say the same", shown(id)));
                checker.key_fault(
                    &format!("{path}.{other}"),
                    fault.help(format!("take `{other}` out, or write `{effect} = true`")),
                );
            }
            match (effect, key) {
                ("compensate", _) => checker.check_reference(&here, &["nations", "groups"], "nation or group", id),
                _ => checker.check_nation(&here, id),
            };
        }
        _ => {}
    }
}

/// Checks that the event has the keys that the effect requires, and no others.
fn check_keys(checker: &mut SemanticChecker<'_>, path: &str, form: &EffectForm, given: &Map<String, Value>) {
    let effect = form.effect;
    if given.get(effect) == Some(&Value::Bool(false)) {
        return;
    }
    let short = match (form.operand, given.get(effect)) {
        (OperandForm::Short(key), Some(Value::String(_))) => Some(key),
        _ => None,
    };
    let group = effect == "compensate" && given.contains_key("group");
    if group && given.contains_key("nation") {
        let fault = Fault::new("given-twice", "`nation` and `group` cannot both be paid by one event");
        checker.key_fault(&format!("{path}.group"), fault.help("keep one of the two; a second event pays the other"));
    }
    let missing = |key: &&&str| !given.contains_key(**key) && Some(**key) != short && !(**key == "nation" && group);
    let missing: Vec<&str> = form.keys.iter().filter(missing).copied().collect();
    if !missing.is_empty() {
        let or_group = if effect == "compensate" && missing.contains(&"nation") { " (or `group`)" } else { "" };
        let fault = Fault::new("missing-key", format!("`{path}` has `{effect}` but no {}{or_group}", list(missing)));
        checker.key_fault(path, fault.help(format!("such as `{}`", form.example)));
    }
    for key in KEYS.iter().filter(|key| given.contains_key(**key) && !form.keys.contains(key)) {
        if *key == "group" && effect == "compensate" {
            continue;
        }
        let fault = Fault::new("extra-key", format!("`{effect}` does not use `{key}`"));
        let help = match form.keys {
            [] => format!("it has no keys of its own: `{}`", form.example),
            keys => format!("its keys are {}: `{}`", list(keys.iter().copied()), form.example),
        };
        checker.key_fault(&format!("{path}.{key}"), fault.help(help));
    }
}

/// Checks the ids in the keys.
fn check_references(checker: &mut SemanticChecker<'_>, path: &str, event: &EventEntry, form: &EffectForm) {
    if let Some(by) = event.by.as_ref().filter(|_| form.keys.contains(&"by")) {
        let here = format!("{path}.by");
        if event.retaliate.is_some() {
            checker.check_reference(&here, &["nations", "rivals"], "nation or rival", by);
        } else if checker.ids.has("rivals", by) && !checker.ids.has("nations", by) {
            let fault = Fault::new("unknown-id", format!("`{by}` is a rival, which lies outside the simulation"));
            checker.fault(&here, fault.help("only `retaliate` may be done by a rival; name a nation"));
        } else {
            checker.check_nation(&here, by);
        }
    }
    if let Some(nation) = event.nation.as_ref().filter(|_| form.keys.contains(&"nation")) {
        checker.check_nation(&format!("{path}.nation"), nation);
    }
    if let Some(group) = event.group.as_ref().filter(|_| event.compensate.is_some()) {
        checker.check_reference(&format!("{path}.group"), &["groups"], "group", group);
    }
}

/// Checks what depends on several keys: whom a rule spares, who punishes whom, which value a fact takes.
fn check_meaning(checker: &mut SemanticChecker<'_>, path: &str, event: &EventEntry) {
    let file = checker.file;
    let owner = event.waive.as_ref().and_then(|rule| file.rules.get(rule)).map(|rule| &rule.owner);
    if owner.is_some() && owner == event.nation.as_ref() {
        let fault = Fault::new("self-reference", "a rule does not bind its owner, so there is nothing to waive");
        checker.fault(&format!("{path}.nation"), fault.help("`nation` is the one that is spared"));
    }
    let punished = match &event.retaliate {
        Some(Operand::Id(id)) => Some(id),
        Some(Operand::Yes(_)) => event.nation.as_ref(),
        None => None,
    };
    if punished.is_some() && punished == event.by.as_ref() {
        let fault = Fault::new("self-reference", "a state does not retaliate against itself");
        checker.fault(&format!("{path}.by"), fault.help("`by` punishes, `nation` is punished"));
    }
    if let (Some(id), Some(value)) = (&event.set_fact, event.value)
        && let Some(fact) = file.facts.get(id)
    {
        check_value(checker, &format!("{path}.value"), id, fact, value);
    }
}

/// Whether the short form of an effect names a group. If a nation has the same id, it names the nation.
fn is_group(file: &ScenarioFile, effect: &str, id: &str) -> bool {
    effect == "compensate" && !file.nations.contains_key(id) && file.groups.contains_key(id)
}

/// Expands short forms: `clean_path = "USA"` becomes `clean_path = true, by = "USA"`.
pub fn expand_short_forms(file: &mut ScenarioFile) {
    let mut events = std::mem::take(&mut file.events);
    for event in events.values_mut() {
        for (effect, operand, target) in [
            ("retaliate", &mut event.retaliate, &mut event.nation),
            ("clean_path", &mut event.clean_path, &mut event.by),
        ] {
            expand(file, effect, operand, target, &mut None);
        }
        expand(file, "compensate", &mut event.compensate, &mut event.nation, &mut event.group);
    }
    file.events = events;
}

fn expand(
    file: &ScenarioFile,
    effect: &str,
    operand: &mut Option<Operand>,
    target: &mut Option<String>,
    group: &mut Option<String>,
) {
    let Some(Operand::Id(id)) = operand else { return };
    let id = std::mem::take(id);
    *operand = Some(Operand::Yes(true));
    if is_group(file, effect, &id) { *group = Some(id) } else { *target = Some(id) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        let quarter = |on: &str| day(on).ok().map(|day| day.quarter.to_string());
        for (on, found) in [
            ("2019Q1", Some("2019Q1")),
            ("2019-01-01", Some("2019Q1")),
            ("2019-03-31", Some("2019Q1")),
            ("2019-04-01", Some("2019Q2")),
            ("2019-12-31", Some("2019Q4")),
            ("2020-02-29", Some("2020Q1")),
            ("2000-02-29", Some("2000Q1")),
            ("2100-02-29", None),
            ("2019-02-29", None),
            ("2019-02-31", None),
            ("2019-00-10", None),
            ("2019-13-01", None),
            ("2019-06-00", None),
            ("2019-06-31", None),
        ] {
            assert_eq!(quarter(on).as_deref(), found, "{on}");
        }
    }

    #[test]
    fn an_event_of_a_quarter_comes_before_those_of_its_days() {
        let at = |on: &str| day(on).expect("is a day");
        assert!(at("2019Q1") < at("2019-01-01"));
        assert!(at("2019-01-31") < at("2019-02-01"));
        assert!(at("2019-03-31") < at("2019Q2"));
    }
}
