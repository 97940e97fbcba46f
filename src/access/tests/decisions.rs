//! Compiled decisions equal Cedar's: what is allowed, by which policies, and which of them err.
use super::shape::{Shape, SplitMix64};
use super::worlds::{Generated, facts, generated};
use crate::access::facts::Facts;
use crate::access::oracle::Oracle;
use crate::access::{Explanation, Policies, Scratch};
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::slot::Slot;

/// Counts of the compared decisions.
#[derive(Debug, Default)]
pub(super) struct DecisionCounts {
    pub requests: usize,
    pub allowed: usize,
    pub forbidden: usize,
    pub erring: usize,
    pub uncompiled: usize,
    pub decided: usize,
    pub halted: usize,
}

/// Compares compiled decisions with the oracle's, and whole rows with single pairs. The error says the first difference.
pub(super) fn compare(
    policies: &Policies,
    oracle: &Oracle,
    facts: &Facts,
    scratch: &mut Scratch,
    luck: &mut SplitMix64,
    counts: &mut DecisionCounts,
) -> Result<(), String> {
    let quarter_oracle = oracle.with_facts(facts);
    let mut grants = Grants::none(facts.nations);
    let verdict = policies.decide(facts, scratch, &mut grants);
    let pairs = pairs(facts.nations, luck);
    let whole = pairs.len() == facts.nations * facts.nations;
    let mut erring = Vec::new();
    for (giver, receiver) in pairs {
        for (slot, cedar) in Slot::all().zip(quarter_oracle.explain_all(giver, receiver)) {
            let ours = policies.explain_with(facts, giver, receiver, slot, scratch);
            if cedar != ours {
                return Err(format!("{giver:?} {receiver:?} {slot:?}: Cedar {cedar:?}, compiled {ours:?}"));
            }
            count(counts, &cedar);
            if giver != receiver {
                erring.extend(cedar.errors.iter().map(|policy| (policies.id(*policy).to_owned(), giver, receiver)));
            }
            let granted = cedar.allowed && giver != receiver;
            let stopped = !cedar.forbids.is_empty() && giver != receiver;
            let rows = (grants.permitted(slot).get(giver, receiver), grants.forbidden(slot).get(giver, receiver));
            if verdict.is_ok() && rows != (granted, stopped) {
                return Err(format!("{giver:?} {receiver:?} {slot:?}: rows {rows:?}, cell {cedar:?}"));
            }
        }
    }
    match verdict {
        Ok(()) if !erring.is_empty() => return Err(format!("errors go unnoticed: {erring:?}")),
        Ok(()) => counts.decided += 1,
        Err(error) => {
            counts.halted += 1;
            let first = (error.rule.clone(), error.giver, error.receiver);
            if whole && !erring.contains(&first) {
                return Err(format!("{error} is no error of Cedar's: {erring:?}"));
            }
        }
    }
    Ok(())
}

fn count(counts: &mut DecisionCounts, explanation: &Explanation) {
    counts.requests += 1;
    counts.allowed += usize::from(explanation.allowed);
    counts.forbidden += usize::from(!explanation.forbids.is_empty());
    counts.erring += usize::from(!explanation.errors.is_empty());
}

/// All pairs of a small world, a sample of a large one.
fn pairs(nations: usize, luck: &mut SplitMix64) -> Vec<(NationId, NationId)> {
    let pair = |at: usize| (NationId::new(at / nations), NationId::new(at % nations));
    match nations < 20 {
        true => (0..nations * nations).map(pair).collect(),
        false => (0..60).map(|_| pair(luck.below(nations * nations))).collect(),
    }
}

/// Compares one generated world under several facts.
pub(super) fn compare_world(
    world: &Generated,
    policies: &Policies,
    number: u64,
    reckless: bool,
    counts: &mut DecisionCounts,
) -> Result<(), String> {
    let oracle = Oracle::new(&world.policies);
    let mut luck = SplitMix64(number ^ 0xFAC7);
    let mut scratch = Scratch::new();
    counts.uncompiled += policies.all().filter(|policy| !policies.is_compiled(*policy)).count();
    let mut now = facts(world, &mut luck, reckless);
    for round in 0..4 {
        if round % 2 == 0 {
            now = facts(world, &mut luck, reckless);
        } else {
            // One change must invalidate what the last decision cached.
            disturb(&mut now, &mut luck);
        }
        compare(policies, &oracle, &now, &mut scratch, &mut luck, counts)
            .map_err(|why| format!("world {number}: {why}\n{}", policies.cedar_text()))?;
    }
    Ok(())
}

fn disturb(facts: &mut Facts, luck: &mut SplitMix64) {
    let one = NationId::new(luck.below(facts.nations));
    let other = NationId::new(luck.below(facts.nations));
    match luck.below(4) {
        0 if !facts.agreements.is_empty() => {
            let at = luck.below(facts.agreements.len());
            let member = facts.agreements[at].contains(one);
            facts.agreements[at].set(one, !member);
        }
        1 if !facts.groups.is_empty() => {
            let at = luck.below(facts.groups.len());
            let member = facts.groups[at].contains(one);
            facts.groups[at].set(one, !member);
        }
        2 => facts.side.iter_mut().for_each(|side| side.set(one, other, true)),
        _ => facts.stance[one.index()] = 3 - facts.stance[one.index()],
    }
}

fn sweep(first: u64, worlds: u64, reckless: bool) -> DecisionCounts {
    let half = |from: u64| {
        let mut counts = DecisionCounts::default();
        for number in (from..first + worlds).step_by(2) {
            let world = generated(number, reckless);
            compare_world(&world, &world.policies, number, reckless, &mut counts).unwrap_or_else(|why| panic!("{why}"));
        }
        counts
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(first + 1));
        let mut sum = half(first);
        let other = other.join().expect("the other half agrees");
        sum.requests += other.requests;
        sum.allowed += other.allowed;
        sum.forbidden += other.forbidden;
        sum.erring += other.erring;
        sum.uncompiled += other.uncompiled;
        sum.decided += other.decided;
        sum.halted += other.halted;
        sum
    })
}

#[test]
fn compiled_decisions_are_cedars() {
    let counts = sweep(0, WORLDS, false);
    assert!(counts.requests > 680_000, "{counts:?}");
    assert!(counts.allowed * 10 > counts.requests && counts.forbidden * 20 > counts.requests, "{counts:?}");
    assert!(counts.uncompiled > 0 && counts.decided > counts.halted, "{counts:?}");
}

#[test]
fn compiled_errors_are_cedars() {
    let counts = sweep(1_000_000, WORLDS / 2, true);
    assert!(counts.requests > 340_000, "{counts:?}");
    assert!(counts.erring * 100 > counts.requests && counts.halted * 10 > counts.decided, "{counts:?}");
}

/// Conditions of a few forms are evaluated as whole rows. These resemble such a form, but do not have it.
#[test]
fn conditions_that_resemble_a_fast_form_are_decided_as_cedar_does() {
    let either = "(if context.core_flagged_percent > 50 then principal else resource)";
    let all = [0, 1, 2].map(|rank| format!("Nation::\"{}\"", Shape::nation(rank)));
    let conditions = [
        "context.core_flagged_percent <= context.side_ceiling".to_owned(),
        "context.level <= context.core_flagged_percent".to_owned(),
        format!("resource in [{either}]"),
        format!("resource in [{either}, {}]", all[0]),
        format!("{either} in [{}, {}]", all[0], all[1]),
        format!("{either} in [{}]", all[2]),
        format!("{either}.stance > 1"),
        format!("{either}.informs.contains(resource)"),
        format!("{either}.restricts.contains(resource)"),
        format!("principal.informs.contains({either})"),
    ];
    let mut counts = DecisionCounts::default();
    for (at, condition) in conditions.iter().enumerate() {
        for number in 40_000..40_012 {
            let mut world = generated(number, false);
            let rule = world.scenario.file.rules.get_mut("r0").expect("every world has a rule");
            (rule.when, rule.unless) = (condition.clone(), None);
            world.policies = Policies::compile(&world.scenario);
            let about = number + 100 * at as u64;
            compare_world(&world, &world.policies, about, false, &mut counts)
                .unwrap_or_else(|why| panic!("{condition}: {why}"));
        }
    }
    assert!(counts.forbidden * 50 > counts.requests, "{counts:?}");
}

/// The number of worlds compared. With half as many whose policies may err, there are over a million requests.
const WORLDS: u64 = 820;
