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

/// Exposure to rivals, 0 to 1, in two ways of which either is enough. By place: the sum over rivals of sqrt(capability
/// of the rival / capability of both) times exp(-distance / `threat_km`), at most 1; a great power is less exposed to a
/// rival than its small neighbour. By contest: disputes and espionage, for which distance matters little.
pub fn threat(file: &ScenarioFile, model: &Model, nation: &NationEntry) -> f64 {
    let own = nation.capability_share.unwrap_or(0.0);
    let capability = |id: &String| file.rivals.get(id).map_or(0.0, |rival| rival.capability_share);
    let from = |(id, km): (&String, &f64)| rival_threat(capability(id), own, km / model.threat_km);
    let near = clamp_share(nation.distance_km.iter().map(from).sum());
    let contests = nation.contest_share.iter().filter(|(id, _)| file.rivals.contains_key(*id));
    contests.fold(near, |threat, (_, contest)| either(threat, model.contest_weight * contest))
}

/// The chance that at least one of two independent things holds.
fn either(a: f64, b: f64) -> f64 {
    a + b - a * b
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Choice, load};
    use std::collections::BTreeMap;

    /// The threat of a nation with a hundredth of the world's capability and these keys, from one rival with a fifth.
    fn threat_of(keys: &str, model: &Model) -> f64 {
        let text = format!(
            "format = 1\ntitle = \"one\"\n[run]\nstart = \"2019Q1\"\nend = \"2019Q4\"\n[rivals.CHN]\nname = \"China\"\n\
             capability_share = 0.2\n[nations.JPN]\nname = \"Japan\"\nintelligence = 1\n[nations.AUS]\nname = \"Australia\"\n\
             intelligence = 1\ncapability_share = 0.01\n{keys}\n"
        );
        let files = BTreeMap::from([("one.toml".to_owned(), text)]);
        let scenario =
            load(&files, "one.toml", &Choice::default()).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
        threat(&scenario.file, model, &scenario.file.nations["AUS"])
    }

    #[test]
    fn a_rival_threatens_who_is_near_it_or_in_contest_with_it() {
        let model = Model { contest_weight: 0.5, threat_km: 500.0, ..Model::default() };
        let far = threat_of("distance_km = { CHN = 9000 }", &model);
        assert!(far < 1e-6, "{far}");
        let contest = threat_of("distance_km = { CHN = 9000 }\ncontest_share = { CHN = 0.6 }", &model);
        assert!((contest - 0.3).abs() < 1e-6, "espionage ignores distance: {contest}");
        let near = threat_of("distance_km = { CHN = 100 }", &model);
        let both = threat_of("distance_km = { CHN = 100 }\ncontest_share = { CHN = 0.6 }", &model);
        assert!((both - (1.0 - (1.0 - near) * 0.7)).abs() < 1e-12 && both < 1.0, "{near} {both}");
        let off = Model { contest_weight: 0.0, ..model.clone() };
        assert_eq!(threat_of("distance_km = { CHN = 100 }\ncontest_share = { CHN = 0.6 }", &off), near);
        assert_eq!(threat_of("contest_share = { JPN = 0.6 }", &model), 0.0, "only rivals threaten");
    }
}
