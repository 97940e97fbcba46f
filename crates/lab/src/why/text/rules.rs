//! The rules of an explanation as text.
use super::super::PairExplanation;
use super::super::rules::{RuleExplanation, RuleStatus};
use super::{heading, line, odds, place};
use noforn::access::condition::ConditionInput;

/// The rules that bind.
pub fn write_binding(out: &mut String, explanation: &PairExplanation) {
    for rule in explanation.rules.iter().filter(|rule| rule.binds()) {
        heading(out, &format!("Rule `{}` forbids: {}", rule.id, rule.forbids.join(", ")));
        line(out, &format!("it says: {}", rule.says));
        write_condition(out, rule);
        if let (Some(announced), Some(from)) = (&rule.announced, &rule.in_force_from) {
            let firmly = rule.enforcement.map_or("", |enforcement| enforcement.as_str());
            line(out, &format!("announced {announced}, applied from {from} on; enforcement is {firmly}"));
        }
        if rule.status == RuleStatus::Restoring {
            line(out, "its condition no longer holds, but restoring is slower than cutting (`model.restore_years`)");
        }
        if let Some(choice) = &rule.choice {
            line(out, &format!("last choice, {}: {}{}", choice.on, choice.outcome, odds(choice)));
        }
    }
}

fn write_condition(out: &mut String, rule: &RuleExplanation) {
    if let Some(when) = &rule.when {
        line(out, &format!("when: {when}  {}", place(&rule.at)));
    }
    if let Some(unless) = &rule.unless {
        line(out, &format!("unless: {unless}"));
    }
    for reading in &rule.readings {
        line(out, &format!("  {}", reading_text(reading)));
    }
}

/// A reading with its value, such as `core_flagged_percent is 28 %: 28 % > 0 holds`.
fn reading_text(reading: &ConditionInput) -> String {
    let unit = if reading.name.ends_with("_percent") { " %" } else { "" };
    match &reading.compared {
        Some(compared) => {
            let (value, threshold) = (reading.value, compared.threshold);
            let verdict = if compared.holds { "holds" } else { "does not hold" };
            let by = value.abs_diff(threshold);
            let short = if compared.holds { String::new() } else { format!(", by {by}{unit}") };
            format!("{} is {value}{unit}: {value} {} {threshold} {verdict}{short}", reading.name, compared.operator)
        }
        None if reading.is_boolean => {
            format!("{}: {}", reading.text, if reading.value == 0 { "no" } else { "yes" })
        }
        None => format!("{} is {}{unit}", reading.text, reading.value),
    }
}

/// The rules that do not bind, and why.
pub fn write_others(out: &mut String, explanation: &PairExplanation) {
    let others: Vec<&RuleExplanation> = explanation.rules.iter().filter(|rule| !rule.binds()).collect();
    match (others.is_empty(), explanation.rules.is_empty()) {
        (true, true) => return heading(out, &format!("{} has no rules", explanation.sender.name)),
        (true, false) => return,
        _ => heading(out, "Considered, and does not bind"),
    }
    for rule in others {
        line(out, &format!("rule `{}`: {}", rule.id, why_it_does_not_bind(rule)));
        let mut text = String::new();
        write_condition(&mut text, rule);
        out.extend(text.lines().map(|one| format!("  {one}\n")));
        if let Some(choice) = &rule.choice {
            line(
                out,
                &format!("  {} chose {} in {}{}", explanation.sender.iso3, choice.outcome, choice.on, odds(choice)),
            );
            line(out, &format!("  {}", choice.reason));
        }
    }
}

fn why_it_does_not_bind(rule: &RuleExplanation) -> String {
    match rule.status {
        RuleStatus::Grace => {
            let from = rule.in_force_from.as_deref().unwrap_or_default();
            let holds = if rule.condition_holds == Some(true) { "its condition holds already" } else { "" };
            let but = if holds.is_empty() { String::new() } else { format!("; {holds}") };
            format!("its grace is not over before {from}{but}")
        }
        RuleStatus::DoesNotHold => "its condition does not hold".to_owned(),
        RuleStatus::NotAnnounced => "it was never announced".to_owned(),
        RuleStatus::Lifted => "an event lifted it".to_owned(),
        RuleStatus::Waived => "its owner does not apply it to this nation".to_owned(),
        RuleStatus::TearLine => "reports go without their sources, up to its tear-line".to_owned(),
        RuleStatus::Binds | RuleStatus::Restoring => "it forbids nothing that is asked here".to_owned(),
    }
}
