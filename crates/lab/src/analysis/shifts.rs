//! Differences in access between two variants, by pair, on the same random numbers.
use super::access_history::AccessHistory;
use noforn::scenario::Scenario;
use noforn::world::ids::NationId;
use noforn::world::levels::{Action, Level};
use noforn::world::setting::everyone;
use noforn::world::slot::Slot;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a pair gains or loses over consecutive quarters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// The nation that would send.
    pub sender: String,
    /// The nation that would receive.
    pub receiver: String,
    /// True if the second variant allows what the first does not; false for the reverse.
    pub gains: bool,
    /// The first quarter.
    pub from: String,
    /// The last quarter.
    pub to: String,
    /// The levels of reports that are gained or lost.
    pub share: Vec<Level>,
    /// The other actions.
    pub actions: Vec<Action>,
}

/// Differences between two variants on the same random numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VariantShifts {
    /// The first variant.
    pub a: String,
    /// The second variant.
    pub b: String,
    /// What pairs gain and lose from the first to the second.
    pub shifts: Vec<Shift>,
}

/// Compares two runs; none if they have different nations or quarters.
pub fn compare(a: (&Scenario, &AccessHistory), b: (&Scenario, &AccessHistory)) -> Option<VariantShifts> {
    if a.0.rosters.nations != b.0.rosters.nations || a.1.quarters != b.1.quarters {
        return None;
    }
    let nations = a.0.rosters.nations.len();
    let mut shifts = Vec::new();
    for sender in everyone(nations) {
        for receiver in everyone(nations).filter(|to| *to != sender) {
            shifts.extend(shifts_of_pair(a.0, a.1, b.1, sender, receiver));
        }
    }
    Some(VariantShifts { a: a.0.variant.clone(), b: b.0.variant.clone(), shifts })
}

fn shifts_of_pair(
    scenario: &Scenario,
    a: &AccessHistory,
    b: &AccessHistory,
    sender: NationId,
    receiver: NationId,
) -> Vec<Shift> {
    // By first and last quarter and whether it is a gain: what is gained or lost.
    let mut stretches: BTreeMap<(usize, usize, bool), Vec<Slot>> = BTreeMap::new();
    for slot in Slot::all() {
        let both = a.grants.iter().zip(&b.grants);
        let permitted = both.map(|(a, b)| [a, b].map(|grants| grants.permitted(slot).get(sender, receiver)));
        let change: Vec<[bool; 2]> = permitted.collect();
        let mut at = 0;
        while at < change.len() {
            let start = at;
            while at < change.len() && change[at] == change[start] {
                at += 1;
            }
            if change[start][0] != change[start][1] {
                stretches.entry((start, at - 1, change[start][1])).or_default().push(slot);
            }
        }
    }
    let [sender, receiver] = [sender, receiver].map(|nation| scenario.rosters.nations.id(nation.index()));
    let mut shifts = Vec::with_capacity(stretches.len());
    for ((from, to, gains), slots) in stretches {
        shifts.push(Shift {
            sender: sender.to_owned(),
            receiver: receiver.to_owned(),
            gains,
            from: a.quarters[from].to_string(),
            to: a.quarters[to].to_string(),
            share: slots.iter().filter_map(|slot| slot.level()).collect(),
            actions: slots.iter().map(|slot| slot.action()).filter(|action| *action != Action::Share).collect(),
        });
    }
    shifts
}
