//! Finds pairs between which the tiers (informed of what is not open, worked with, located with) do not nest.
use super::access_history::AccessHistory;
use noforn::access::facts::Facts;
use noforn::scenario::Scenario;
use noforn::world::ids::NationId;
use noforn::world::levels::{Action, Level};
use noforn::world::setting::everyone;
use noforn::world::slot::Slot;
use serde::Serialize;

/// A pair between which a lower tier is allowed and a higher one forbidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TierViolation {
    /// The nation that would send.
    pub sender: String,
    /// The nation that would receive.
    pub receiver: String,
    /// The lower tier, which is allowed.
    pub allowed: Action,
    /// The higher tier, which a rule forbids.
    pub forbidden: Action,
    /// The rules that forbid it.
    pub rules: Vec<String>,
    /// The first quarter in which the tiers do not nest.
    pub from: String,
    /// Number of such quarters.
    pub quarters: u32,
}

/// Every pair that is informed and not worked with, or worked with and not located with, if the announced rules are
/// applied in full.
pub fn violations(scenario: &Scenario, history: &AccessHistory) -> Vec<TierViolation> {
    let mut found = Vec::new();
    let nations = scenario.rosters.nations.len();
    for sender in history.policies.owners().iter().copied() {
        for receiver in everyone(nations).filter(|to| *to != sender) {
            for (lower, higher) in [(Slot::share(Level::Restricted), Slot::WORK), (Slot::WORK, Slot::COLOCATE)] {
                found.extend(violation(scenario, history, sender, receiver, lower, higher));
            }
        }
    }
    found
}

fn violation(
    scenario: &Scenario,
    history: &AccessHistory,
    sender: NationId,
    receiver: NationId,
    lower: Slot,
    higher: Slot,
) -> Option<TierViolation> {
    let all = history.declared.iter().enumerate();
    let broken = all.filter(|(_, declared)| {
        declared.permitted(lower).get(sender, receiver) && declared.forbidden(higher).get(sender, receiver)
    });
    let quarters: Vec<usize> = broken.map(|(at, _)| at).collect();
    let first = *quarters.first()?;
    let explanation = history.policies.explain(&in_full(&history.facts[first]), sender, receiver, higher);
    let name = |nation: NationId| scenario.rosters.nations.id(nation.index()).to_owned();
    Some(TierViolation {
        sender: name(sender),
        receiver: name(receiver),
        allowed: lower.action(),
        forbidden: higher.action(),
        rules: explanation.forbids.iter().map(|policy| history.policies.id(*policy).to_owned()).collect(),
        from: history.quarters[first].to_string(),
        quarters: quarters.len() as u32,
    })
}

/// The facts without waivers and tear-lines.
fn in_full(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    for rule in &mut facts.rules {
        rule.waived.clear();
        rule.tear_line.clear();
    }
    facts
}
