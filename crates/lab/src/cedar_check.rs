//! Checks the decisions of a run against Cedar itself, which is asked pair by pair.
use crate::ensemble::Ended;
use crate::workers::Workers;
use noforn::access::Policies;
use noforn::access::facts::{DecidedOn, Facts};
use noforn::access::oracle::Oracle;
use noforn::history::Detail;
use noforn::run::{Prepared, step};
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::grants::Grants;
use noforn::world::ids::NationId;
use noforn::world::setting::everyone;
use noforn::world::slot::Slot;
use serde::Serialize;

/// Comparison of the decisions of one run with Cedar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CedarCheck {
    /// The variant.
    pub variant: String,
    /// Number of questions: every ordered pair, level and action, in every quarter.
    pub asked: u64,
    /// Number of questions with the same decision, policies and errors.
    pub agreed: u64,
    /// The first question where they differ.
    pub first: Option<Disagreement>,
}

/// A question where Cedar and the run disagree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The quarter.
    pub quarter: String,
    /// Nation that would share or send.
    pub sender: String,
    /// Nation that would receive.
    pub receiver: String,
    /// The action.
    pub action: &'static str,
    /// The level, if the action is sharing.
    pub level: Option<&'static str>,
    /// True if the run allowed the action.
    pub allowed: bool,
}

/// The decisions of one quarter and the facts on which they were made.
struct QuarterDecisions {
    quarter: Quarter,
    facts: Facts,
    grants: Grants,
}

/// Result of the questions of one quarter.
#[derive(Clone, Debug, Default)]
struct AgreementCount {
    asked: u64,
    agreed: u64,
    first: Option<(Quarter, NationId, NationId, Slot, bool)>,
}

/// Repeats the first run of a scenario and asks Cedar every question that the run decided. Calls `progress` after each
/// quarter.
pub fn check_with_cedar(
    scenario: &Scenario,
    workers: &impl Workers,
    progress: &mut dyn FnMut(),
) -> Result<CedarCheck, Ended> {
    let prepared = Prepared::new(scenario);
    let quarters = decisions(&prepared)?;
    let policies = prepared.policies();
    let oracle = Oracle::new(policies);
    let mut counts = Vec::with_capacity(quarters.len());
    workers.for_each(
        quarters.len(),
        |at| check_quarter(&oracle, policies, &quarters[at], &|| workers.is_stopped()),
        |_, count| {
            counts.push(count.ok_or(Ended::Stopped)?);
            progress();
            Ok(())
        },
    )?;
    let name = |nation: NationId| scenario.rosters.nations.id(nation.index()).to_owned();
    let first =
        counts.iter().find_map(|count| count.first).map(|(quarter, sender, receiver, slot, allowed)| Disagreement {
            quarter: quarter.to_string(),
            sender: name(sender),
            receiver: name(receiver),
            action: slot.action().as_str(),
            level: slot.level().map(|level| level.as_str()),
            allowed,
        });
    let sum = |value: fn(&AgreementCount) -> u64| counts.iter().map(value).sum();
    let variant = scenario.variant.clone();
    Ok(CedarCheck { variant, asked: sum(|count| count.asked), agreed: sum(|count| count.agreed), first })
}

/// Repeats the first run and collects the decisions of every quarter.
fn decisions(prepared: &Prepared) -> Result<Vec<QuarterDecisions>, Ended> {
    let mut world = prepared.world(0, Detail { full: false });
    let mut schedule = prepared.schedule();
    world.insert_resource(DecidedOn::default());
    let mut decisions = Vec::new();
    for quarter in prepared.quarters() {
        let halted = |why| Ended::halted(&prepared.scenario().variant, 0, why);
        step(&mut world, &mut schedule, quarter).map_err(halted)?;
        let facts = world.resource_mut::<DecidedOn>().0.take().expect("every quarter decides");
        decisions.push(QuarterDecisions { quarter, facts, grants: world.resource::<Grants>().clone() });
    }
    Ok(decisions)
}

/// Asks Cedar every question of one quarter; `None` if stopped.
fn check_quarter(
    oracle: &Oracle,
    policies: &Policies,
    decisions: &QuarterDecisions,
    is_stopped: &dyn Fn() -> bool,
) -> Option<AgreementCount> {
    let QuarterDecisions { quarter, facts, grants } = decisions;
    let quarter_oracle = oracle.with_facts(facts);
    let mut count = AgreementCount::default();
    for sender in everyone(facts.nations) {
        if is_stopped() {
            return None;
        }
        for receiver in everyone(facts.nations).filter(|to| *to != sender) {
            for slot in Slot::all() {
                let answer = quarter_oracle.explain(sender, receiver, slot);
                let allowed = grants.permitted(slot).get(sender, receiver);
                let forbidden = grants.forbidden(slot).get(sender, receiver);
                let same_decision =
                    answer.allowed == allowed && answer.forbids.is_empty() != forbidden && answer.errors.is_empty();
                count.asked += 1;
                if same_decision && answer == policies.explain(facts, sender, receiver, slot) {
                    count.agreed += 1;
                } else {
                    count.first.get_or_insert((*quarter, sender, receiver, slot, allowed));
                }
            }
        }
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workers::OneByOne;
    use noforn::load::{Choice, load};
    use std::collections::BTreeMap;

    #[test]
    fn cedar_agrees_with_a_run_and_a_changed_decision_is_found() {
        let text = include_str!("../../../scenarios/tutorial.toml").replace("2026Q4", "2020Q2");
        let files = BTreeMap::from([("x.toml".to_owned(), text)]);
        let choice = Choice { variant: Some("as-spoken".to_owned()), ..Choice::default() };
        let scenario = load(&files, "x.toml", &choice).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
        let prepared = Prepared::new(&scenario);
        let policies = prepared.policies();
        let oracle = Oracle::new(policies);
        let mut decisions = decisions(&prepared).expect("no rule errs");
        assert!(
            decisions.iter().any(|quarter| quarter.grants.share_forbidden[1].count() > 0),
            "the rule binds in time"
        );
        let last = decisions.last_mut().expect("a run has quarters");
        let count = check_quarter(&oracle, policies, last, &|| false).expect("nobody stops it");
        assert_eq!((count.asked, count.agreed, count.first.is_none()), (42, 42, true));
        let (a, b) = (NationId::new(0), NationId::new(1));
        let before = last.grants.work.get(a, b);
        last.grants.work.set(a, b, !before);
        let count = check_quarter(&oracle, policies, last, &|| false).expect("nobody stops it");
        assert_eq!((count.asked, count.agreed), (42, 41));
        assert_eq!(count.first, Some((last.quarter, a, b, Slot::WORK, !before)));
        assert!(check_quarter(&oracle, policies, last, &|| true).is_none(), "a stop ends it early");
        let mut quarters = 0;
        let check = check_with_cedar(&scenario, &OneByOne, &mut || quarters += 1).expect("no rule errs");
        assert_eq!((check.asked, check.agreed, check.first, quarters), (6 * 42, 6 * 42, None, 6));
    }
}
