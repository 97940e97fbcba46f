//! An answer in words that need no documentation.
mod remedy;

use super::causes::Link;
use super::equipment::Part;
use super::rules::{State, Told};
use super::standing::{Standing, Withheld};
use super::{Answer, At, MOST_RUNS};
use noforn::access::reading::Reading;
use noforn::world::levels::{Action, Binding, Level};
use std::fmt::Write;

/// The whole answer; `folder` is as it was typed, for the commands to type next.
pub fn text(answer: &Answer, folder: &str) -> String {
    let mut out = String::new();
    head(&mut out, answer);
    allowed(&mut out, answer);
    if answer.withheld() {
        withheld(&mut out, answer);
        binding(&mut out, answer);
        chain(&mut out, answer);
    }
    considered(&mut out, answer);
    equipment(&mut out, answer);
    runs(&mut out, answer);
    if answer.withheld() {
        remedy::changes(&mut out, answer);
    }
    remedy::next(&mut out, answer, folder);
    out
}

/// A paragraph begins.
fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "  {text}");
}

fn place(at: &At) -> String {
    format!("[{}:{}]", at.file, at.line)
}

fn head(out: &mut String, answer: &Answer) {
    let (from, to) = (&answer.sender, &answer.receiver);
    let _ = writeln!(
        out,
        "{} ({}) to {} ({}) at the end of {}; variant {}, run {}",
        from.name, from.iso3, to.name, to.iso3, answer.quarter, answer.variant, answer.rep
    );
}

fn level(level: Level) -> String {
    level.as_str().replace('_', " ")
}

fn allowed(out: &mut String, answer: &Answer) {
    let standing = &answer.standing;
    heading(out, "Allowed");
    match standing.level {
        Some(up_to) => line(out, &format!("share reports up to {}", level(up_to))),
        None => line(out, "share reports: none at any level"),
    }
    let yes = |allowed: bool| if allowed { "yes" } else { "no" };
    line(out, &format!("work alongside each other: {}", yes(standing.work_alongside)));
    let [open, suspended, withdrawn] = standing.missions;
    let missions = match (open, suspended + withdrawn) {
        (0, 0) => "it has none there".to_owned(),
        (open, 0) => format!("{open} there, all open"),
        (open, _) => format!("{open} open, {suspended} suspended, {withdrawn} withdrawn"),
    };
    line(out, &format!("keep missions and outposts there: {} ({missions})", yes(standing.co_locate)));
    for agreement in standing.agreements.iter().take(3) {
        let title = &agreement.title;
        let (kind, ceiling) = (agreement.kind.as_str(), level(agreement.ceiling));
        line(out, &format!("agreement `{title}` ({kind}) covers up to {ceiling}  {}", place(&agreement.at)));
    }
    if standing.agreements.len() > 3 {
        let more = standing.agreements.len() - 3;
        line(out, &format!("and {more} more {}", if more == 1 { "agreement" } else { "agreements" }));
    }
    if let Some(ceiling) = standing.side_ceiling {
        line(out, &format!("what they agreed during the run covers up to {}", level(ceiling)));
    }
    if let Some([sent, kept]) = answer.reports {
        line(out, &format!("in the year: {sent} reports sent, {kept} withheld by a rule"));
    }
}

fn withheld(out: &mut String, answer: &Answer) {
    heading(out, "Withheld");
    for one in &answer.standing.withheld {
        line(out, &format!("{}: {}", what(one), for_want_of(one, &answer.standing)));
    }
}

fn what(withheld: &Withheld) -> String {
    match (withheld.action, withheld.levels.as_slice()) {
        (Action::WorkAlongside, _) => "working alongside".to_owned(),
        (Action::CoLocate, _) => "keeping missions there".to_owned(),
        (Action::Share, []) => "sharing reports".to_owned(),
        (Action::Share, [one]) => format!("sharing {} reports", level(*one)),
        (Action::Share, [first, .., last]) => format!("sharing {} to {} reports", level(*first), level(*last)),
    }
}

fn for_want_of(withheld: &Withheld, standing: &Standing) -> String {
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
            standing.trust_at_start_share
        ),
        Binding::CoOwner => "another owner keeps it back".to_owned(),
        Binding::None => "nothing withholds it".to_owned(),
        Binding::Clearance => format!("the receiver is cleared up to {} only", level(standing.clearance)),
    }
}

fn binding(out: &mut String, answer: &Answer) {
    for rule in answer.rules.iter().filter(|rule| rule.binds()) {
        heading(out, &format!("Rule `{}` forbids: {}", rule.id, rule.forbids.join(", ")));
        line(out, &format!("it says: {}", rule.says));
        condition(out, rule);
        if let (Some(announced), Some(from)) = (&rule.announced, &rule.in_force_from) {
            let firmly = rule.enforcement.map_or("", |enforcement| enforcement.as_str());
            line(out, &format!("announced {announced}, applied from {from} on; enforcement is {firmly}"));
        }
        if rule.state == State::Restoring {
            line(out, "its condition no longer holds, but restoring is slower than cutting (`model.restore_years`)");
        }
        if let Some(choice) = &rule.choice {
            line(out, &format!("last choice, {}: {}{}", choice.on, choice.outcome, odds(choice)));
        }
    }
}

fn condition(out: &mut String, rule: &Told) {
    if let Some(when) = &rule.when {
        line(out, &format!("when: {when}  {}", place(&rule.at)));
    }
    if let Some(unless) = &rule.unless {
        line(out, &format!("unless: {unless}"));
    }
    for reading in &rule.readings {
        line(out, &format!("  {}", read(reading)));
    }
}

/// A reading with its value: `core_flagged_percent is 28, and 28 > 0 holds`.
fn read(reading: &Reading) -> String {
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

/// How likely an outcome was, and the draw that decided.
fn odds(link: &Link) -> String {
    match (link.probability, link.draw) {
        (Some(probability), Some(draw)) => format!(" (probability {probability:.3}, draw {draw:.3})"),
        (Some(probability), None) if probability < 1.0 => format!(" (probability {probability:.3})"),
        (Some(_), None) => " (certain)".to_owned(),
        _ => String::new(),
    }
}

fn chain(out: &mut String, answer: &Answer) {
    if answer.causes.is_empty() {
        return;
    }
    heading(out, "How it came to that, last first");
    for link in &answer.causes {
        line(out, &step(link));
        let mut about = Vec::new();
        if !link.reason.is_empty() {
            about.push(link.reason.clone());
        }
        about.extend(link.source.as_ref().map(|source| format!("source: {source}")));
        for text in about {
            line(out, &format!("            {text}"));
        }
    }
    // The rule's own announcement belongs to every chain, though the last cause may have been a contract.
    let told = |id: &String| answer.causes.iter().any(|link| link.rule.as_ref() == Some(id) && link.kind == "event");
    for rule in answer.rules.iter().filter(|rule| rule.binds() && !told(&rule.id)) {
        if let Some(announced) = &rule.announced {
            line(out, &format!("{announced:<10}  the rule itself, `{}`, was announced", rule.id));
        }
    }
}

fn step(link: &Link) -> String {
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

fn considered(out: &mut String, answer: &Answer) {
    let others: Vec<&Told> = answer.rules.iter().filter(|rule| !rule.binds()).collect();
    match (others.is_empty(), answer.rules.is_empty()) {
        (true, true) => return heading(out, &format!("{} has no rules", answer.sender.name)),
        (true, false) => return,
        _ => heading(out, "Considered, and does not bind"),
    }
    for rule in others {
        line(out, &format!("rule `{}`: {}", rule.id, why_not(rule)));
        let mut text = String::new();
        condition(&mut text, rule);
        out.extend(text.lines().map(|one| format!("  {one}\n")));
        if let Some(choice) = &rule.choice {
            line(out, &format!("  {} chose {} in {}{}", answer.sender.iso3, choice.outcome, choice.on, odds(choice)));
            line(out, &format!("  {}", choice.reason));
        }
    }
}

fn why_not(rule: &Told) -> String {
    match rule.state {
        State::Grace => {
            let from = rule.in_force_from.as_deref().unwrap_or_default();
            let holds = if rule.condition_holds == Some(true) { "its condition holds already" } else { "" };
            let but = if holds.is_empty() { String::new() } else { format!("; {holds}") };
            format!("its grace is not over before {from}{but}")
        }
        State::DoesNotHold => "its condition does not hold".to_owned(),
        State::NotAnnounced => "it was never announced".to_owned(),
        State::Lifted => "an event lifted it".to_owned(),
        State::Waived => "its owner does not apply it to this nation".to_owned(),
        State::TearLine => "reports go without their sources, up to its tear-line".to_owned(),
        State::Binds | State::Restoring => "it forbids nothing that is asked here".to_owned(),
    }
}

fn equipment(out: &mut String, answer: &Answer) {
    if answer.equipment.is_empty() || answer.rules.is_empty() {
        return;
    }
    let (sender, receiver) = (&answer.sender.name, &answer.receiver.name);
    heading(out, &format!("Vendors that {sender} lists, in the networks of {receiver}"));
    for part in &answer.equipment {
        line(out, &one_part(part));
    }
}

fn one_part(part: &Part) -> String {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let contract = match &part.contract {
        Some(contract) => format!("; under contract with {} since {}{}", contract.outcome, contract.on, odds(contract)),
        None => String::new(),
    };
    format!(
        "{} {}: {} is from {}; {} stood there at the start{contract}  {}",
        part.network,
        part.layer,
        percent(part.share),
        part.vendors.join(" and "),
        percent(part.from_start_share),
        place(&part.at)
    )
}

fn runs(out: &mut String, answer: &Answer) {
    let runs = answer.runs;
    heading(out, "How sure");
    line(out, &format!("the same in {} of {} runs of this variant", runs.same, runs.of));
    line(out, &format!("a rule withheld something in {} of them", runs.withheld_by_rule));
    if runs.of < runs.reps {
        line(out, &format!("(the folder holds {}; only the first {MOST_RUNS} were made again)", runs.reps));
    }
}
