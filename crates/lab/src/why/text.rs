//! The explanation of a pair as text.
mod remedy;
mod rules;

use super::causes::Link;
use super::equipment::ListedLayer;
use super::pair_access::{PairAccess, Withheld};
use super::{Location, MOST_RUNS, PairExplanation};
use noforn::world::levels::{Action, Binding, Level};
use std::fmt::Write;

/// The whole explanation; `folder` is the folder as typed by the user, for the suggested command.
pub fn text(explanation: &PairExplanation, folder: &str) -> String {
    let mut out = String::new();
    write_head(&mut out, explanation);
    write_allowed(&mut out, explanation);
    if explanation.withheld() {
        write_withheld(&mut out, explanation);
        rules::write_binding(&mut out, explanation);
        write_causes(&mut out, explanation);
    }
    rules::write_others(&mut out, explanation);
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
    let mut reviewed = false;
    for link in &explanation.causes {
        // What stands below a stance made the government look; why it chose so is in the reason of the stance.
        line(out, &link_text(link, reviewed));
        reviewed = link.kind == "stance";
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

/// A link of the chain; `reviewed`: it is what a government reviewed its stance because of.
fn link_text(link: &Link, reviewed: bool) -> String {
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
    let before = if reviewed { "reviewed because of: " } else { "" };
    format!("{:<10}  {before}{what}{}  {}", link.on, odds(link), place(&link.at))
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
