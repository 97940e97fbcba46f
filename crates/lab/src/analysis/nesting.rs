//! Tiers: whoever may be informed may be worked with, and whoever may be worked with may be located with.
use super::course::Course;
use noforn::access::facts::Facts;
use noforn::scenario::Scenario;
use noforn::world::ids::NationId;
use noforn::world::levels::{Action, Level};
use noforn::world::setting::everyone;
use noforn::world::slot::Slot;
use serde::Serialize;

/// A pair between which a lower tier is allowed and a higher one forbidden.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unnested {
    /// Who would give.
    pub sender: String,
    /// Who would receive.
    pub receiver: String,
    /// What is allowed.
    pub allowed: Action,
    /// What a rule forbids all the same.
    pub forbidden: Action,
    /// The rules that forbid it.
    pub rules: Vec<String>,
    /// The first quarter in which it is so.
    pub from: String,
    /// In how many quarters it is so.
    pub quarters: u32,
}

/// Every pair that is informed and not worked with, or worked with and not located with, where the announced rules
/// are applied in full.
pub fn unnested(scenario: &Scenario, course: &Course) -> Vec<Unnested> {
    let mut found = Vec::new();
    let nations = scenario.rosters.nations.len();
    for sender in course.policies.owners().iter().copied() {
        for receiver in everyone(nations).filter(|to| *to != sender) {
            for (lower, higher) in [(Slot::share(Level::Open), Slot::WORK), (Slot::WORK, Slot::COLOCATE)] {
                found.extend(one(scenario, course, sender, receiver, lower, higher));
            }
        }
    }
    found
}

fn one(
    scenario: &Scenario,
    course: &Course,
    sender: NationId,
    receiver: NationId,
    lower: Slot,
    higher: Slot,
) -> Option<Unnested> {
    let broken = |at: &usize| {
        let declared = &course.declared[*at];
        declared.permitted(lower).get(sender, receiver) && declared.forbidden(higher).get(sender, receiver)
    };
    let quarters: Vec<usize> = (0..course.quarters.len()).filter(broken).collect();
    let first = *quarters.first()?;
    let told = course.policies.explain(&in_full(&course.facts[first]), sender, receiver, higher);
    let name = |nation: NationId| scenario.rosters.nations.id(nation.index()).to_owned();
    Some(Unnested {
        sender: name(sender),
        receiver: name(receiver),
        allowed: lower.action(),
        forbidden: higher.action(),
        rules: told.forbids.iter().map(|policy| course.policies.id(*policy).to_owned()).collect(),
        from: course.quarters[first].to_string(),
        quarters: quarters.len() as u32,
    })
}

/// The facts with nobody spared.
fn in_full(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    for rule in &mut facts.rules {
        rule.waived.clear();
        rule.tear_line.clear();
    }
    facts
}
