//! The time of the access decisions of a quarter, and of Cedar's own call: 80 agreements, five rules, 73 to 1,000 nations.
//!
//! Items are decisions: pairs times seven questions.
use divan::Bencher;
use divan::counter::ItemsCount;
use noforn::access::facts::{Exposure, Facts, WhatIf};
use noforn::access::oracle::Oracle;
use noforn::access::{Policies, Scratch};
use noforn::scenario::format::ScenarioFile;
use noforn::scenario::{BASELINE, Rosters, Scenario};
use noforn::world::grants::Grants;
use noforn::world::ids::{NationId, Roster};
use noforn::world::slot::{SLOTS, Slot};
use std::fmt::Write;

const NATIONS: [usize; 3] = [73, 195, 1000];
const AGREEMENTS: usize = 80;

const RULES: &str = r#"
[rules.core]
owner = "N0000"
forbids = ["share", "work_alongside"]
when = 'context.core_flagged_percent > 0'
tear_line = "confidential"
[rules.access]
owner = "N0000"
forbids = ["share"]
when = 'context.access_flagged_percent > 35 && context.level > 2'
unless = 'resource in Group::"G" && resource.stance >= 2'
[rules.missions]
owner = "N0000"
forbids = ["co_locate"]
when = 'context.mission_flagged_percent > 0 && resource.stance < 2'
[rules.transit]
owner = "N0000"
forbids = ["share"]
when = 'resource.informs.containsAny(principal.restricts)'
[rules.other]
owner = "N0001"
forbids = ["share", "work_alongside", "co_locate"]
when = 'context.government_flagged_percent + context.core_flagged_percent > 50'
"#;

fn scenario(nations: usize) -> Scenario {
    let mut text = String::from("format = 1\ntitle = \"bench\"\nrun = { start = \"2019Q1\", end = \"2019Q4\" }\n");
    let nations = (0..nations).map(|n| format!("N{n:04}"));
    for id in nations {
        let _ = writeln!(text, "[nations.{id}]\nname = \"n\"\nintelligence = 1.0");
    }
    for rank in 0..AGREEMENTS {
        let _ = writeln!(text, "[agreements.A{rank:02}]\nkind = \"bilateral\"\nmembers = []\nceiling = \"secret\"");
    }
    let _ = writeln!(text, "[groups.G]\nmembers = []\n{RULES}");
    let file: ScenarioFile = toml::from_str(&text).expect("the text above is a scenario");
    let roster = |ids: Vec<&String>| Roster::new(ids.into_iter().cloned());
    let rosters = Rosters {
        nations: roster(file.nations.keys().collect()),
        agreements: roster(file.agreements.keys().collect()),
        groups: roster(file.groups.keys().collect()),
        rules: roster(file.rules.keys().collect()),
        ..Rosters::default()
    };
    let start = file.run.start.parse().expect("a quarter");
    Scenario {
        name: "bench".to_owned(),
        variant: BASELINE.to_owned(),
        file,
        rosters,
        timeline: Vec::new(),
        start,
        end: start,
        cedar: Vec::new(),
        origins: Default::default(),
        sha256: String::new(),
    }
}

fn facts(nations: usize) -> Facts {
    let mut facts = Facts::blank(nations, 1, AGREEMENTS, 0, 5);
    for (rank, members) in facts.agreements.iter_mut().enumerate() {
        let size = if rank < 5 { 30 } else { 2 };
        (0..size).for_each(|k| members.insert(NationId::new((rank + k * 7) % nations)));
    }
    for giver in 0..nations {
        facts.groups[0].set(NationId::new(giver), giver % 2 == 0);
        facts.stance[giver] = giver as i64 % 4;
        for receiver in 0..nations {
            let pair = (NationId::new(giver), NationId::new(receiver));
            let percent = ((giver * 31 + receiver * 17) % 101) as u8;
            let percent = if percent < 50 { 0 } else { percent };
            facts.seen[pair] = Exposure {
                core: percent,
                access: percent,
                government: percent,
                mission: percent,
                ..Exposure::default()
            };
            facts.informs.set(pair.0, pair.1, percent > 70);
            facts.restricts.set(pair.0, pair.1, percent > 90);
        }
    }
    for rule in &mut facts.rules {
        rule.quarters_in_force = 5;
    }
    facts
}

fn main() {
    divan::main();
}

/// The number of decisions in a quarter.
fn decisions(nations: usize) -> ItemsCount {
    ItemsCount::new(nations * (nations - 1) * SLOTS)
}

/// Decides every question for every pair.
#[divan::bench(args = NATIONS)]
fn decide_a_quarter(bencher: Bencher<'_, '_>, nations: usize) {
    let (policies, facts) = (Policies::compile(&scenario(nations)), facts(nations));
    let (mut scratch, mut grants) = (Scratch::new(), Grants::none(nations));
    bencher
        .counter(decisions(nations))
        .bench_local(|| policies.decide(&facts, &mut scratch, &mut grants).expect("nothing overflows"));
}

/// Decides every question for every pair after an agreement changed.
#[divan::bench(args = NATIONS)]
fn decide_after_an_accession(bencher: Bencher<'_, '_>, nations: usize) {
    let (policies, mut facts) = (Policies::compile(&scenario(nations)), facts(nations));
    let (mut scratch, mut grants) = (Scratch::new(), Grants::none(nations));
    let one = NationId::new(3);
    bencher.counter(decisions(nations)).bench_local(|| {
        let member = facts.agreements[7].contains(one);
        facts.agreements[7].set(one, !member);
        policies.decide(&facts, &mut scratch, &mut grants).expect("nothing overflows");
    });
}

/// Cedar's own decision of one question for one pair. The entities are prepared before.
#[divan::bench(args = [73, 195])]
fn cedars_own_call(bencher: Bencher<'_, '_>, nations: usize) {
    let (policies, facts) = (Policies::compile(&scenario(nations)), facts(nations));
    let oracle = Oracle::new(&policies);
    let quarter_oracle = oracle.with_facts(&facts);
    let mut receiver = 0;
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| {
        receiver = (receiver + 1) % nations;
        quarter_oracle.explain(NationId::new(0), NationId::new(receiver), Slot::WORK)
    });
}

/// Every pair of an owner and a receiver, at one stance.
#[divan::bench(args = NATIONS)]
fn what_would_be_forbidden(bencher: Bencher<'_, '_>, nations: usize) {
    let (policies, facts) = (Policies::compile(&scenario(nations)), facts(nations));
    let mut scratch = Scratch::new();
    let what_if = WhatIf { exposure: Exposure { core: 1, ..Exposure::default() }, stance: 1 };
    bencher.counter(ItemsCount::new(policies.owners().len() * (nations - 1))).bench_local(|| {
        let mut bits = 0u32;
        for owner in policies.owners() {
            for receiver in (0..nations).map(NationId::new) {
                bits += u32::from(policies.would_forbid(&facts, *owner, receiver, what_if, &mut scratch));
            }
        }
        bits
    });
}

/// Finds for every rule the nations that trigger it.
#[divan::bench(args = NATIONS)]
fn trigger_every_rule(bencher: Bencher<'_, '_>, nations: usize) {
    let (policies, facts) = (Policies::compile(&scenario(nations)), facts(nations));
    let mut scratch = Scratch::new();
    bencher.bench_local(|| {
        let rules = (0..5).map(noforn::world::ids::RuleId::new);
        rules.map(|rule| policies.triggers(rule, &facts, &mut scratch).expect("nothing overflows").len()).sum::<usize>()
    });
}
