//! Whether Cedar itself, asked pair by pair, decides as a run did.
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

/// What Cedar says of the decisions of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// The variant.
    pub variant: String,
    /// Questions: ordered pairs, each level and action, each quarter.
    pub asked: u64,
    /// Those on which decision, policies and errors are the same.
    pub agreed: u64,
    /// The first on which they are not.
    pub first: Option<Difference>,
}

/// A question that Cedar answers otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The quarter.
    pub quarter: String,
    /// Who would give.
    pub sender: String,
    /// Who would receive.
    pub receiver: String,
    /// The action.
    pub action: &'static str,
    /// The level, where it is sharing.
    pub level: Option<&'static str>,
    /// Whether the run allowed it.
    pub allowed: bool,
}

/// One quarter's decisions and what they were made on.
struct Session {
    quarter: Quarter,
    facts: Facts,
    grants: Grants,
}

/// How a part of the questions came out.
#[derive(Clone, Debug, Default)]
struct Count {
    asked: u64,
    agreed: u64,
    first: Option<(Quarter, NationId, NationId, Slot, bool)>,
}

/// Makes the first run of a scenario again and asks Cedar everything that was decided in it; `progress` is called after
/// each quarter.
pub fn judge(scenario: &Scenario, workers: &impl Workers, progress: &mut dyn FnMut()) -> Result<Judged, Ended> {
    let prepared = Prepared::new(scenario);
    let sessions = sessions(&prepared)?;
    let policies = prepared.policies();
    let oracle = Oracle::new(policies);
    let mut counts = Vec::with_capacity(sessions.len());
    workers.for_each(
        sessions.len(),
        |at| compare_quarter(&oracle, policies, &sessions[at], &|| workers.is_stopped()),
        |_, count| {
            counts.push(count.ok_or(Ended::Stopped)?);
            progress();
            Ok(())
        },
    )?;
    let name = |nation: NationId| scenario.rosters.nations.id(nation.index()).to_owned();
    let first =
        counts.iter().find_map(|count| count.first).map(|(quarter, sender, receiver, slot, allowed)| Difference {
            quarter: quarter.to_string(),
            sender: name(sender),
            receiver: name(receiver),
            action: slot.action().as_str(),
            level: slot.level().map(|level| level.as_str()),
            allowed,
        });
    let sum = |of: fn(&Count) -> u64| counts.iter().map(of).sum();
    let variant = scenario.variant.clone();
    Ok(Judged { variant, asked: sum(|count| count.asked), agreed: sum(|count| count.agreed), first })
}

fn sessions(prepared: &Prepared) -> Result<Vec<Session>, Ended> {
    let mut world = prepared.world(0, Detail { full: false });
    let mut schedule = prepared.schedule();
    world.insert_resource(DecidedOn::default());
    let mut sessions = Vec::new();
    for quarter in prepared.quarters() {
        let halted = |why| Ended::halted(&prepared.scenario().variant, 0, why);
        step(&mut world, &mut schedule, quarter).map_err(halted)?;
        let facts = world.resource_mut::<DecidedOn>().0.take().expect("every quarter decides");
        sessions.push(Session { quarter, facts, grants: world.resource::<Grants>().clone() });
    }
    Ok(sessions)
}

/// Asks everything about one quarter; none where it was stopped.
fn compare_quarter(
    oracle: &Oracle,
    policies: &Policies,
    session: &Session,
    is_stopped: &dyn Fn() -> bool,
) -> Option<Count> {
    let Session { quarter, facts, grants } = session;
    let quarter_oracle = oracle.with_facts(facts);
    let mut count = Count::default();
    for sender in everyone(facts.nations) {
        if is_stopped() {
            return None;
        }
        for receiver in everyone(facts.nations).filter(|to| *to != sender) {
            for slot in Slot::all() {
                let said = quarter_oracle.explain(sender, receiver, slot);
                let allowed = grants.permitted(slot).get(sender, receiver);
                let forbidden = grants.forbidden(slot).get(sender, receiver);
                let decided = said.allowed == allowed && said.forbids.is_empty() != forbidden && said.errors.is_empty();
                count.asked += 1;
                if decided && said == policies.explain(facts, sender, receiver, slot) {
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
    fn cedar_agrees_with_a_run_and_a_decision_that_was_tampered_with_is_found() {
        let text = include_str!("../../../scenarios/tutorial.toml").replace("2026Q4", "2020Q2");
        let files = BTreeMap::from([("x.toml".to_owned(), text)]);
        let choice = Choice { variant: Some("as-spoken".to_owned()), ..Choice::default() };
        let scenario = load(&files, "x.toml", &choice).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
        let prepared = Prepared::new(&scenario);
        let policies = prepared.policies();
        let oracle = Oracle::new(policies);
        let mut sessions = sessions(&prepared).expect("no rule errs");
        assert!(sessions.iter().any(|session| session.grants.share_forbidden[0].count() > 0), "the rule binds in time");
        let last = sessions.last_mut().expect("a run has quarters");
        let count = compare_quarter(&oracle, policies, last, &|| false).expect("nobody stops it");
        assert_eq!((count.asked, count.agreed, count.first.is_none()), (42, 42, true));
        let (a, b) = (NationId::new(0), NationId::new(1));
        let before = last.grants.work.get(a, b);
        last.grants.work.set(a, b, !before);
        let count = compare_quarter(&oracle, policies, last, &|| false).expect("nobody stops it");
        assert_eq!((count.asked, count.agreed), (42, 41));
        assert_eq!(count.first, Some((last.quarter, a, b, Slot::WORK, !before)));
        assert!(compare_quarter(&oracle, policies, last, &|| true).is_none(), "it ends where somebody asks for it");
        let mut quarters = 0;
        let judged = judge(&scenario, &OneByOne, &mut || quarters += 1).expect("no rule errs");
        assert_eq!((judged.asked, judged.agreed, judged.first, quarters), (6 * 42, 6 * 42, None, 6));
    }
}
