//! What a second variant allows and forbids that the first does not, pair by pair, on the same luck.
use super::course::Course;
use noforn::scenario::Scenario;
use noforn::world::ids::NationId;
use noforn::world::levels::{Action, Level};
use noforn::world::setting::everyone;
use noforn::world::slot::Slot;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a pair gains or loses in a stretch of quarters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// Who would give.
    pub sender: String,
    /// Who would receive.
    pub receiver: String,
    /// Whether the second variant allows what the first does not; else the other way round.
    pub gains: bool,
    /// The first quarter.
    pub from: String,
    /// The last quarter.
    pub to: String,
    /// The levels at which reports are shared or not.
    pub share: Vec<Level>,
    /// The other actions.
    pub actions: Vec<Action>,
}

/// Two variants on the same luck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The first.
    pub a: String,
    /// The second.
    pub b: String,
    /// What pairs gain and lose from the first to the second.
    pub shifts: Vec<Shift>,
}

/// Compares two runs; none where they are not about the same nations and quarters.
pub fn compare(a: (&Scenario, &Course), b: (&Scenario, &Course)) -> Option<Comparison> {
    if a.0.rosters.nations != b.0.rosters.nations || a.1.quarters != b.1.quarters {
        return None;
    }
    let nations = a.0.rosters.nations.len();
    let mut shifts = Vec::new();
    for sender in everyone(nations) {
        for receiver in everyone(nations).filter(|to| *to != sender) {
            shifts.extend(pair(a.0, a.1, b.1, sender, receiver));
        }
    }
    Some(Comparison { a: a.0.variant.clone(), b: b.0.variant.clone(), shifts })
}

fn pair(scenario: &Scenario, a: &Course, b: &Course, sender: NationId, receiver: NationId) -> Vec<Shift> {
    // By stretch: first and last quarter, and whether it is a gain; what is gained or lost in it.
    let mut stretches: BTreeMap<(usize, usize, bool), Vec<Slot>> = BTreeMap::new();
    for slot in Slot::all() {
        let has = |course: &Course, at: usize| course.grants[at].permitted(slot).get(sender, receiver);
        let change: Vec<(bool, bool)> = (0..a.quarters.len()).map(|at| (has(a, at), has(b, at))).collect();
        let mut at = 0;
        while at < change.len() {
            let start = at;
            while at < change.len() && change[at] == change[start] {
                at += 1;
            }
            if change[start].0 != change[start].1 {
                stretches.entry((start, at - 1, change[start].1)).or_default().push(slot);
            }
        }
    }
    let name = |nation: NationId| scenario.rosters.nations.id(nation.index()).to_owned();
    let shift = |((from, to, gains), slots): ((usize, usize, bool), Vec<Slot>)| Shift {
        sender: name(sender),
        receiver: name(receiver),
        gains,
        from: a.quarters[from].to_string(),
        to: a.quarters[to].to_string(),
        share: slots.iter().filter_map(|slot| slot.level()).collect(),
        actions: slots.iter().map(|slot| slot.action()).filter(|action| *action != Action::Share).collect(),
    };
    stretches.into_iter().map(shift).collect()
}
