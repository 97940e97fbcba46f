//! Relations between nations at the start: trust, threat, reliance on the guarantor.
use super::rank::rank;
use crate::scenario::Scenario;
use crate::scenario::format::{NationEntry, ScenarioFile};
use crate::world::agreement::Covenant;
use crate::world::ids::NationId;
use crate::world::levels::{LEVELS, Level, MissionKind, MissionStatus, clamp_share};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::mission::{Mission, Outreach};
use crate::world::model::Model;
use crate::world::nation::Profile;
use crate::world::sets::NationSet;
use crate::world::setting::everyone;
use std::collections::BTreeSet;

/// The terms of the trust of one nation in another, before they are weighted by parameters.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bond {
    /// The greatest `trust_weight` of the groups to which both belong.
    group: f64,
    /// 1 if they have a defence pact, else 0.
    pact: f64,
    /// Closeness of their voting positions, 0 to 1.
    close: f64,
    /// 1 if each keeps a mission with the other, else 0.
    missions: f64,
}

/// The terms of trust of every ordered pair.
pub fn bonds(scenario: &Scenario, missions: &[(Mission, MissionStatus)]) -> Matrix<Bond> {
    let n = scenario.rosters.nations.len();
    let nations: Vec<(&String, &NationEntry)> = scenario.file.nations.iter().collect();
    let group = shared_groups(scenario, n);
    let mut keeps = BitMatrix::none(n);
    missions.iter().for_each(|(mission, _)| keeps.set(mission.sender, mission.host, true));
    let mut bonds = Matrix::filled(n, Bond::default());
    for i in everyone(n) {
        for j in everyone(n).filter(|j| *j != i) {
            let ((a, one), (b, other)) = (nations[i.index()], nations[j.index()]);
            let yes = |holds: bool| f64::from(u8::from(holds));
            bonds[(i, j)] = Bond {
                group: group[(i, j)],
                pact: yes(one.pacts.contains(b) || other.pacts.contains(a)),
                close: 1.0 - (one.alignment_share - other.alignment_share).abs(),
                missions: yes(keeps.get(i, j) && keeps.get(j, i)),
            };
        }
    }
    bonds
}

/// Trust (0 to 1) of every ordered pair: the weighted sum of a base, the group of greatest weight to which both belong,
/// a pact, closeness of voting positions, and missions kept with each other. Trust in oneself is 1.
pub fn trust(model: &Model, bonds: &Matrix<Bond>) -> Matrix<f64> {
    let n = bonds.nations();
    let mut trust = Matrix::filled(n, 1.0);
    for i in everyone(n) {
        for (trust, bond) in trust.row_mut(i).iter_mut().zip(bonds.row(i)) {
            *trust = clamp_share(
                model.trust_base_share
                    + model.trust_group_share * bond.group
                    + model.trust_pact_share * bond.pact
                    + model.trust_alignment_share * bond.close
                    + model.trust_mission_share * bond.missions,
            );
        }
        trust[(i, i)] = 1.0;
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

/// For every pair, the greatest `trust_weight` of the groups to which both belong.
fn shared_groups(scenario: &Scenario, n: usize) -> Matrix<f64> {
    let mut weights = Matrix::filled(n, 0.0f64);
    for group in scenario.file.groups.values() {
        let members: Vec<NationId> =
            group.members.iter().map(|id| NationId::new(rank(&scenario.rosters.nations, id))).collect();
        for a in &members {
            for b in &members {
                weights[(*a, *b)] = weights[(*a, *b)].max(group.trust_weight);
            }
        }
    }
    weights
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

/// How much access a ceiling gives to a nation's secrets: 1 at the top level, half as much for each level below.
fn depth(ceiling: Level) -> f64 {
    libm::exp2(ceiling.rank() as f64 - (LEVELS - 1) as f64)
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

/// How much each nation's security depends on the guarantor, 0 to 1: the weighted sum of a pact with it (more under
/// threat), the threat, and the access to its secrets. 0 for the guarantor itself, and for all if there is none.
pub fn reliance(
    scenario: &Scenario,
    model: &Model,
    guarantor: Option<NationId>,
    profiles: &[&Profile],
    covenant: &Covenant,
) -> Vec<f64> {
    let nations: Vec<(&String, &NationEntry)> = scenario.file.nations.iter().collect();
    let Some(g) = guarantor else { return vec![0.0; nations.len()] };
    let (name, protector) = nations[g.index()];
    let mut reliances = Vec::with_capacity(nations.len());
    for (at, ((id, nation), profile)) in nations.iter().zip(profiles).enumerate() {
        let i = NationId::new(at);
        let pact = nation.pacts.contains(name) || protector.pacts.contains(id);
        let guaranteed = model.reliance_pact_share + model.reliance_guaranteed_share * profile.threat;
        let secrets = covenant.ceiling(g, i).map(|ceiling| ceiling.min(profile.clearance));
        let sum = guaranteed * f64::from(u8::from(pact))
            + model.reliance_threat_share * profile.threat
            + model.reliance_intelligence_share * secrets.map_or(0.0, depth);
        reliances.push(if i == g { 0.0 } else { clamp_share(sum) });
    }
    reliances
}
