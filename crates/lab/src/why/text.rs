//! The explanation of a pair as text.
mod remedy;

use super::causes::Link;
use super::equipment::ListedLayer;
use super::pair_access::{PairAccess, Withheld};
use super::rules::{RuleExplanation, RuleStatus};
use super::{Location, MOST_RUNS, PairExplanation};
use noforn::access::condition::ConditionInput;
use noforn::world::levels::{Action, Binding, Level};
use std::fmt::Write;

/// The whole explanation; `folder` is the folder as typed by the user, for the suggested command.
pub fn text(explanation: &PairExplanation, folder: &str) -> String {
    let mut out = String::new();
    write_head(&mut out, explanation);
    write_allowed(&mut out, explanation);
    if explanation.withheld() {
        write_withheld(&mut out, explanation);
        write_binding_rules(&mut out, explanation);
        write_causes(&mut out, explanation);
    }
    write_other_rules(&mut out, explanation);
    write_equipment(&mut out, explanation);
    write_frequency(&mut out, explanation);
    if explanation.withheld() {
        remedy::write_counterfactuals(&mut out, explanation);
    }
    remedy::write_next(&mut out, explanation, folder);
    out
}

/// Starts a paragraph.
fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "  {text}");
}

fn place(at: &Location) -> String {
    format!("[{}:{}]", at.file, at.line)
}

fn write_head(out: &mut String, explanation: &PairExplanation) {
    let (from, to) = (&explanation.sender, &explanation.receiver);
    let _ = writeln!(
        out,
        "{} ({}) to {} ({}) at the end of {}; variant {}, run {}",
        from.name, from.iso3, to.name, to.iso3, explanation.quarter, explanation.variant, explanation.rep
    );
}

fn level(level: Level) -> String {
    level.as_str().replace('_', " ")
}

fn write_allowed(out: &mut String, explanation: &PairExplanation) {
    let access = &explanation.access;
    heading(out, "Allowed");
    match access.level {
        Some(up_to) => line(out, &format!("share reports up to {}", level(up_to))),
        None => line(out, "share reports: none at any level"),
    }
    line(out, &format!("work alongside each other: {}", yes_or_no(access.work_alongside)));
    let [open, suspended, withdrawn] = access.missions;
    let missions = match (open, suspended + withdrawn) {
        (0, 0) => "it has none there".to_owned(),
        (open, 0) => format!("{open} there, all open"),
        (open, _) => format!("{open} open, {suspended} suspended, {withdrawn} withdrawn"),
    };
    line(out, &format!("keep missions and outposts there: {} ({missions})", yes_or_no(access.co_locate)));
    for agreement in access.agreements.iter().take(3) {
        let title = &agreement.title;
        let (kind, ceiling) = (agreement.kind.as_str(), level(agreement.ceiling));
        line(out, &format!("agreement `{title}` ({kind}) covers up to {ceiling}  {}", place(&agreement.at)));
    }
    if access.agreements.len() > 3 {
        let more = access.agreements.len() - 3;
        line(out, &format!("and {more} more {}", if more == 1 { "agreement" } else { "agreements" }));
    }
    if let Some(ceiling) = access.side_ceiling {
        line(out, &format!("what they agreed during the run covers up to {}", level(ceiling)));
    }
    if let Some([sent, kept]) = explanation.reports {
        line(out, &format!("in the year: {sent} reports sent, {kept} withheld by a rule"));
    }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn write_withheld(out: &mut String, explanation: &PairExplanation) {
    heading(out, "Withheld");
    for one in &explanation.access.withheld {
        line(out, &format!("{}: {}", withheld_action(one), reason(one, &explanation.access)));
    }
}

fn withheld_action(withheld: &Withheld) -> String {
    match (withheld.action, withheld.levels.as_slice()) {
        (Action::WorkAlongside, _) => "working alongside".to_owned(),
        (Action::CoLocate, _) => "keeping missions there".to_owned(),
        (Action::Share, []) => "sharing reports".to_owned(),
        (Action::Share, [one]) => format!("sharing {} reports", level(*one)),
        (Action::Share, [first, .., last]) => format!("sharing {} to {} reports", level(*first), level(*last)),
    }
}

fn reason(withheld: &Withheld, access: &PairAccess) -> String {
    match withheld.reason {
        Binding::Agreement => "no agreement joins the two".to_owned(),
        Binding::Rule => {
            let rules: Vec<String> = withheld.rules.iter().map(|rule| format!("`{rule}`")).collect();
            format!("forbidden by rule {}", rules.join(" and "))
        }
        Binding::Trust => format!(
            "the sender trusts the receiver {:.2}, and it takes {:.2} (at the start it was {:.2})",
            withheld.value.unwrap_or_default(),
            withheld.threshold.unwrap_or_default(),
            access.trust_at_start_share
        ),
        Binding::CoOwner => "another owner keeps it back".to_owned(),
        Binding::None => "nothing withholds it".to_owned(),
        Binding::Clearance => format!("the receiver is cleared up to {} only", level(access.clearance)),
    }
}

fn write_binding_rules(out: &mut String, explanation: &PairExplanation) {
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

/// The probability of an outcome, and the draw that decided.
fn odds(link: &Link) -> String {
    match (link.probability, link.draw) {
        (Some(probability), Some(draw)) => format!(" (probability {probability:.3}, draw {draw:.3})"),
        (Some(probability), None) if probability < 1.0 => format!(" (probability {probability:.3})"),
        (Some(_), None) => " (certain)".to_owned(),
        _ => String::new(),
    }
}

fn write_causes(out: &mut String, explanation: &PairExplanation) {
    if explanation.causes.is_empty() {
        return;
    }
    heading(out, "How it came to that, last first");
    for link in &explanation.causes {
        line(out, &link_text(link));
        let mut about = Vec::new();
        if !link.reason.is_empty() {
            about.push(link.reason.clone());
        }
        about.extend(link.source.as_ref().map(|source| format!("source: {source}")));
        for text in about {
            line(out, &format!("            {text}"));
        }
    }
    // The announcement of the rule belongs to every chain, even if the chain ends with another event.
    for rule in explanation.rules.iter().filter(|rule| rule.binds() && !is_announced_by(&explanation.causes, &rule.id))
    {
        if let Some(announced) = &rule.announced {
            line(out, &format!("{announced:<10}  the rule itself, `{}`, was announced", rule.id));
        }
    }
}

/// True if an event of the chain is about the rule.
fn is_announced_by(causes: &[Link], rule: &str) -> bool {
    causes.iter().any(|link| link.rule.as_deref() == Some(rule) && link.kind == "event")
}

fn link_text(link: &Link) -> String {
    let actor = link.actor.as_deref().unwrap_or_default();
    let to = link.target.as_ref().map(|target| format!(" {target}")).unwrap_or_default();
    let under = link.rule.as_ref().map(|rule| format!(" under `{rule}`")).unwrap_or_default();
    let what = match link.kind.as_str() {
        "restrict" => format!("{actor} restricts{to}{under}: {}", link.outcome),
        "enforce" => {
            format!("{actor} enforces `{}` on{to}: {}", link.rule.as_deref().unwrap_or_default(), link.outcome)
        }
        "contract" => format!("an operator in {actor} signs with {}", link.outcome),
        "stance" => format!("the government of {actor} takes stance {}", link.outcome),
        "event" => format!("event `{}`: {}", link.id, link.outcome),
        "start" => link.outcome.clone(),
        kind => format!("{actor} {kind}{to}{under}: {}", link.outcome),
    };
    format!("{:<10}  {what}{}  {}", link.on, odds(link), place(&link.at))
}

fn write_other_rules(out: &mut String, explanation: &PairExplanation) {
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

fn write_equipment(out: &mut String, explanation: &PairExplanation) {
    if explanation.equipment.is_empty() || explanation.rules.is_empty() {
        return;
    }
    let (sender, receiver) = (&explanation.sender.name, &explanation.receiver.name);
    heading(out, &format!("Vendors that {sender} lists, in the networks of {receiver}"));
    for layer in &explanation.equipment {
        line(out, &layer_text(layer));
    }
}

fn layer_text(layer: &ListedLayer) -> String {
    let contract = match &layer.contract {
        Some(contract) => format!("; under contract with {} since {}{}", contract.outcome, contract.on, odds(contract)),
        None => String::new(),
    };
    format!(
        "{} {}: {} is from {}; {} stood there at the start{contract}  {}",
        layer.network,
        layer.layer,
        percent(layer.share),
        layer.vendors.join(" and "),
        percent(layer.from_start_share),
        place(&layer.at)
    )
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn write_frequency(out: &mut String, explanation: &PairExplanation) {
    let runs = explanation.runs;
    heading(out, "How sure");
    line(out, &format!("the same in {} of {} runs of this variant", runs.same, runs.of));
    line(out, &format!("a rule withheld something in {} of them", runs.withheld_by_rule));
    if runs.of < runs.reps {
        line(out, &format!("(the folder holds {}; only the first {MOST_RUNS} were made again)", runs.reps));
    }
}
