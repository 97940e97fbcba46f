//! Generated worlds: scenarios with random rules and complete policies, and random facts.
use super::conditions::Author;
use super::shape::{Shape, SplitMix64};
use crate::access::Policies;
use crate::access::facts::{Exposure, Facts};
use crate::scenario::fault::{Fault, Place};
use crate::scenario::format::ScenarioFile;
use crate::scenario::source::{SourceText, Sources};
use crate::scenario::{BASELINE, CedarText, Rosters, Scenario};
use crate::world::clock::Quarter;
use crate::world::ids::{NationId, Roster};
use crate::world::sets::NationSet;
use std::collections::BTreeMap;
use std::fmt::Write;

/// A generated scenario, its shape and its policies.
pub(super) struct Generated {
    pub scenario: Scenario,
    pub shape: Shape,
    pub policies: Policies,
}

/// The world of a number. Its Cedar has no faults.
pub(super) fn generated(number: u64, reckless: bool) -> Generated {
    let mut luck = SplitMix64(number.wrapping_mul(0x1234_5678_9ABC_DEF1) ^ 0x5EED);
    let shape = Shape::random(&mut luck);
    let mut scenario = scenario(&toml(&shape, &mut luck, reckless));
    scenario.cedar = (0..shape.complete).map(|at| complete(at, &shape, &mut luck, reckless)).collect();
    let wrong = Policies::check(&scenario, &sources(&scenario));
    for fault in wrong.iter().filter(|fault| !matches!(fault.code, "never-holds" | "may-overflow")) {
        disarm(&mut scenario, fault);
    }
    let policies = Policies::compile(&scenario);
    Generated { scenario, shape, policies }
}

/// Removes a condition or policy that Cedar refuses: its types are stricter than the author's.
fn disarm(scenario: &mut Scenario, fault: &Fault) {
    assert_eq!(fault.code, "cedar-type", "the author names only what there is: {fault:?}");
    let file = fault.place.as_ref().expect("every fault has a place").file.to_string();
    scenario.cedar.retain(|cedar| *cedar.file != *file);
    if let Some(rule) = scenario.file.rules.get_mut(&file) {
        rule.when = "context.core_flagged_percent > 0".to_owned();
        rule.unless = None;
    }
}

fn roster<T>(table: &BTreeMap<String, T>) -> Roster {
    Roster::new(table.keys().cloned())
}

/// A scenario from TOML; each rule is its own source.
pub(super) fn scenario(toml: &str) -> Scenario {
    let file: ScenarioFile = toml::from_str(toml).unwrap_or_else(|error| panic!("{error}\n{toml}"));
    let rosters = Rosters {
        nations: roster(&file.nations),
        groups: roster(&file.groups),
        agreements: roster(&file.agreements),
        rules: roster(&file.rules),
        facts: roster(&file.facts),
        ..Rosters::default()
    };
    let mut origins = BTreeMap::new();
    for (id, rule) in &file.rules {
        for (key, text) in [("when", Some(&rule.when)), ("unless", rule.unless.as_ref())] {
            let end = text.map_or(0, String::len);
            let place = Place { file: id.as_str().into(), start: 0, end, line: 1, column: 1 };
            origins.insert(format!("rules.{id}.{key}"), place);
        }
    }
    let start: Quarter = file.run.start.parse().expect("a quarter");
    Scenario {
        name: "generated".to_owned(),
        variant: BASELINE.to_owned(),
        file,
        rosters,
        timeline: Vec::new(),
        start,
        end: start,
        cedar: Vec::new(),
        origins: origins.into(),
        sha256: String::new(),
    }
}

fn sources(scenario: &Scenario) -> Sources {
    let mut sources = Sources::default();
    for (id, rule) in &scenario.file.rules {
        sources.add(SourceText::new(id, &rule.when));
    }
    for cedar in &scenario.cedar {
        sources.add(SourceText::new(&cedar.file, &cedar.text));
    }
    sources
}

fn toml(shape: &Shape, luck: &mut SplitMix64, reckless: bool) -> String {
    let mut text = String::from("format = 1\ntitle = \"t\"\nrun = { start = \"2019Q1\", end = \"2019Q4\" }\n");
    for rank in 0..shape.nations {
        let _ = writeln!(text, "[nations.{}]\nname = \"n\"\nintelligence = 1.0", Shape::nation(rank));
    }
    for rank in 0..shape.groups {
        let _ = writeln!(text, "[groups.g{rank}]\nmembers = []");
    }
    for rank in 0..shape.agreements {
        let ceiling = ["open", "restricted", "confidential", "secret", "top_secret"][luck.below(5)];
        let _ = writeln!(text, "[agreements.a{rank}]\nkind = \"pool\"\nmembers = []\nceiling = \"{ceiling}\"");
    }
    for rank in 0..shape.numbers {
        let (min, max) = if reckless { (-1_000_000_000, 1_000_000_000) } else { (-1000, 1000) };
        let _ = writeln!(text, "[facts.n{rank}]\ntype = \"integer\"\ndefault = 0\nmin = {min}\nmax = {max}");
    }
    for rank in 0..shape.flags {
        let _ = writeln!(text, "[facts.b{rank}]\ntype = \"boolean\"\ndefault = false");
    }
    for rank in 0..shape.rules {
        rule(&mut text, rank, shape, luck, reckless);
    }
    text
}

fn rule(text: &mut String, rank: usize, shape: &Shape, luck: &mut SplitMix64, reckless: bool) {
    let owner = Shape::nation(luck.below(shape.nations));
    let forbids = ["share", "work_alongside", "co_locate"].into_iter().filter(|_| luck.chance(60));
    let mut forbids: Vec<String> = forbids.map(|action| format!("\"{action}\"")).collect();
    if forbids.is_empty() {
        forbids.push("\"share\"".to_owned());
    }
    let mut author = Author { luck, shape, own: true, reckless };
    let when = if author.luck.chance(5) && shape.nations < 20 { author.uncompiled() } else { author.truth(4) };
    let unless = author.luck.chance(40).then(|| author.truth(2));
    let _ = writeln!(text, "[rules.r{rank}]\nowner = \"{owner}\"\nforbids = [{}]", forbids.join(", "));
    let _ = writeln!(text, "when = '''{when}'''\ngrace_quarters = {}", luck.below(5));
    if let Some(unless) = unless {
        let _ = writeln!(text, "unless = '''{unless}'''");
    }
    if luck.chance(50) {
        let _ = writeln!(text, "tear_line = \"{}\"", ["open", "confidential", "top_secret"][luck.below(3)]);
    }
}

/// A random scope of the giver or the receiver.
fn scope(shape: &Shape, luck: &mut SplitMix64, who: &str, group: Option<&str>) -> String {
    match (luck.below(6), group) {
        (0, _) => format!("{who} == Nation::\"{}\"", Shape::nation(luck.below(shape.nations))),
        (1, Some(group)) => format!("{who} in {group}"),
        (2, Some(group)) => format!("{who} is Nation in {group}"),
        (3, _) => format!("{who} is Nation"),
        _ => who.to_owned(),
    }
}

fn complete(at: usize, shape: &Shape, luck: &mut SplitMix64, reckless: bool) -> CedarText {
    let effect = if luck.chance(60) { "forbid" } else { "permit" };
    let above = (shape.groups > 0).then(|| format!("Group::\"g{}\"", luck.below(shape.groups.max(1))));
    let principal = scope(shape, luck, "principal", above.as_deref());
    let resource = scope(shape, luck, "resource", above.as_deref());
    let action = match luck.below(4) {
        0 => "action == Action::\"share\"",
        1 => "action in [Action::\"co_locate\", Action::\"work_alongside\"]",
        _ => "action",
    };
    let mut author = Author { luck, shape, own: false, reckless };
    let mut text = format!("// {at}\n@id(\"c{at}\")\n{effect} ({principal}, {action}, {resource})");
    for _ in 0..author.luck.below(3) {
        let clause = if author.luck.chance(70) { "when" } else { "unless" };
        let condition = if author.luck.chance(8) && shape.nations < 20 { author.uncompiled() } else { author.truth(3) };
        let _ = write!(text, " {clause} {{ {condition} }}");
    }
    text.push(';');
    CedarText { file: format!("c{at}").into(), text: text.into() }
}

/// Random facts about a scenario.
pub(super) fn facts(generated: &Generated, luck: &mut SplitMix64, reckless: bool) -> Facts {
    let shape = &generated.shape;
    let n = shape.nations;
    let facts = shape.numbers + shape.flags;
    let mut facts = Facts::blank(n, shape.groups, shape.agreements, facts, shape.rules);
    let set = |luck: &mut SplitMix64, percent| {
        NationSet::from_members(n, (0..n).map(NationId::new).filter(|_| luck.chance(percent)))
    };
    facts.groups.iter_mut().chain(&mut facts.agreements).for_each(|members| *members = set(luck, 60));
    for (column, greatest) in [(&mut facts.stance, 3), (&mut facts.clearance, 4), (&mut facts.alignment_percent, 100)] {
        column.iter_mut().for_each(|value| *value = luck.among(0, greatest));
    }
    let numbers = generated.scenario.rosters.facts.ids().map(|id| id.starts_with('n'));
    let bound = if reckless { 1_000_000_000 } else { 1000 };
    for (number, column) in numbers.zip(&mut facts.declared) {
        let extreme = reckless && luck.chance(30);
        let value = |luck: &mut SplitMix64| match (number, extreme) {
            (true, true) => [bound, -bound][luck.below(2)],
            (true, false) => luck.among(-5, 5),
            (false, _) => luck.among(0, 1),
        };
        column.iter_mut().for_each(|cell| *cell = value(luck));
    }
    for giver in (0..n).map(NationId::new) {
        for receiver in (0..n).map(NationId::new) {
            facts.informs.set(giver, receiver, luck.chance(30));
            facts.restricts.set(giver, receiver, luck.chance(20));
            let ceiling = luck.below(20);
            (0..5).for_each(|level| facts.side[level].set(giver, receiver, level < ceiling && ceiling <= 5));
            facts.seen[(giver, receiver)] = exposure(luck);
        }
    }
    for rule in &mut facts.rules {
        rule.quarters_in_force = if luck.chance(15) { -1 } else { luck.among(0, 9) };
        rule.waived = set(luck, 15);
        rule.tear_line = set(luck, 25);
        rule.restoring = set(luck, 15);
    }
    facts
}

pub(super) fn exposure(luck: &mut SplitMix64) -> Exposure {
    let percent = |luck: &mut SplitMix64| if luck.chance(40) { 0 } else { luck.below(101) as u8 };
    Exposure {
        core: percent(luck),
        access: percent(luck),
        government: percent(luck),
        access_4g: percent(luck),
        access_5g: percent(luck),
        mission: percent(luck),
    }
}
