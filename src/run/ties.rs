//! Relations between nations at the start: bonds, trust, threat, the guarantor.
use super::rank::rank;
use crate::scenario::Scenario;
use crate::scenario::format::{NationEntry, ScenarioFile};
use crate::world::bonds::{Bond, Bonds, GroupBond};
use crate::world::ids::NationId;
use crate::world::levels::{MissionKind, MissionStatus, clamp_share};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::mission::{Mission, Outreach};
use crate::world::model::Model;
use crate::world::sets::NationSet;
use crate::world::setting::everyone;
use std::collections::BTreeSet;

/// The bonds of every ordered pair, and of every group.
pub fn bonds(scenario: &Scenario, missions: &[(Mission, MissionStatus)]) -> Bonds {
    let n = scenario.rosters.nations.len();
    let nations: Vec<(&String, &NationEntry)> = scenario.file.nations.iter().collect();
    let mut keeps = BitMatrix::none(n);
    missions.iter().for_each(|(mission, _)| keeps.set(mission.sender, mission.host, true));
    let mut pairs = Matrix::filled(n, Bond::default());
    for i in everyone(n) {
        for j in everyone(n).filter(|j| *j != i) {
            let ((a, one), (b, other)) = (nations[i.index()], nations[j.index()]);
            pairs[(i, j)] = Bond {
                pact: one.pacts.contains(b) || other.pacts.contains(a),
                close: 1.0 - (one.alignment_share - other.alignment_share).abs(),
                missions: keeps.get(i, j) && keeps.get(j, i),
            };
        }
    }
    let groups = scenario.file.groups.values();
    let groups = groups.map(|group| GroupBond { weight: group.trust_weight, pact: group.defence_pact }).collect();
    Bonds { pairs: pairs.into(), groups }
}

/// What every pair has by the groups to which both belong; `members` are the members of each group.
pub fn shared(bonds: &Bonds, members: &[NationSet]) -> Matrix<GroupBond> {
    let mut shared = Matrix::filled(bonds.pairs.nations(), GroupBond::default());
    for (group, members) in bonds.groups.iter().zip(members) {
        for a in members.iter() {
            for b in members.iter() {
                shared[(a, b)] = shared[(a, b)].with(*group);
            }
        }
    }
    shared
}

/// Trust (0 to 1) of every ordered pair.
pub fn trust(model: &Model, bonds: &Bonds, shared: &Matrix<GroupBond>) -> Matrix<f64> {
    let n = bonds.pairs.nations();
    let mut trust = Matrix::filled(n, 1.0);
    for i in everyone(n) {
        for j in everyone(n) {
            trust[(i, j)] = bonds.trust(model, shared[(i, j)], i, j);
        }
    }
    trust
}

/// The pairs with missions, and for each pair the share of the sender's outposts, by weight.
pub fn outreach(n: usize, missions: &[(Mission, MissionStatus)]) -> Outreach {
    let mut outreach = Outreach {
        has_mission: BitMatrix::none(n),
        outposts: Matrix::filled(n, 0.0),
        withdrawn: 0,
        closed: NationSet::none(n),
        clean_path: NationSet::none(n),
    };
    for (mission, status) in missions {
        outreach.has_mission.set(mission.sender, mission.host, true);
        if mission.kind == MissionKind::Outpost {
            outreach.outposts[(mission.sender, mission.host)] += mission.weight;
        }
        if *status != MissionStatus::Open {
            outreach.closed.insert(mission.sender);
        }
        outreach.withdrawn += u32::from(*status == MissionStatus::Withdrawn);
    }
    for sender in everyone(n) {
        let row = outreach.outposts.row_mut(sender);
        let total: f64 = row.iter().sum();
        if total > 0.0 {
            row.iter_mut().for_each(|part| *part /= total);
        }
    }
    outreach
}

/// Exposure to rivals, 0 to 1: the sum over rivals of sqrt(capability of the rival / capability of both) times
/// exp(-distance / `threat_km`), at most 1. A great power is less exposed to a rival than its small neighbour.
pub fn threat(file: &ScenarioFile, model: &Model, nation: &NationEntry) -> f64 {
    let own = nation.capability_share.unwrap_or(0.0);
    let capability = |id: &String| file.rivals.get(id).map_or(0.0, |rival| rival.capability_share);
    let from = |(id, km): (&String, &f64)| rival_threat(capability(id), own, km / model.threat_km);
    clamp_share(nation.distance_km.iter().map(from).sum())
}

/// Exposure to one rival; `distance` is in units of `threat_km`.
fn rival_threat(capability: f64, own: f64, distance: f64) -> f64 {
    let both = capability + own;
    if both > 0.0 { libm::sqrt(capability / both) * libm::exp(-distance) } else { 0.0 }
}

/// The ids of the vendors that any nation lists as a risk, at the start or by an event.
pub fn flagged_ever(file: &ScenarioFile) -> BTreeSet<String> {
    let at_start = file.vendors.iter().filter(|(_, vendor)| !vendor.flagged_by.is_empty()).map(|(id, _)| id.clone());
    at_start.chain(file.events.values().filter_map(|event| event.flag.clone())).collect()
}

/// The home states of the vendors that any nation lists as a risk, at the start or by an event.
pub fn homes_of_flagged(file: &ScenarioFile) -> BTreeSet<String> {
    flagged_ever(file).iter().filter_map(|id| file.vendors.get(id)).map(|vendor| vendor.home.clone()).collect()
}

/// The guarantor: the nation with the greatest intelligence among those that list a vendor or own a rule; the first
/// by id on a tie.
pub fn guarantor(scenario: &Scenario) -> Option<NationId> {
    let file = &scenario.file;
    let lists = file.vendors.values().flat_map(|vendor| vendor.flagged_by.iter());
    let later = file.events.values().filter(|event| event.flag.is_some()).filter_map(|event| event.by.as_ref());
    let owners: BTreeSet<&String> = lists.chain(later).chain(file.rules.values().map(|rule| &rule.owner)).collect();
    let strength = |id: &&String| file.nations.get(*id).map_or(0.0, |nation| nation.intelligence);
    owners
        .into_iter()
        .filter(|id| file.nations.contains_key(*id))
        .fold(None, |best: Option<&String>, id| match best {
            Some(known) if strength(&known) >= strength(&id) => best,
            _ => Some(id),
        })
        .map(|id| NationId::new(rank(&scenario.rosters.nations, id)))
}
