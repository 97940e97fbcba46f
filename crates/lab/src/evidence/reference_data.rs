//! The data that the statements refer to: the nations of the record, their groups, and their state at the start.
use super::stances::Stances;
use crate::hindcast::baseline::{Tier, is_member};
use crate::hindcast::record::StanceRecord;
use noforn::history::cell::Text;
use noforn::scenario::Scenario;
use noforn::scenario::format::{Mix, NetworkEntry};
use noforn::world::levels::MissionKind;
use std::collections::{BTreeMap, BTreeSet};

/// Bases are large if rule owners have at least so many troops with the host.
pub const LARGE_TROOPS: u32 = 1000;
/// European states outside the Union that count as Europe, as in the source of the shares.
const EUROPE_BESIDE: [&str; 4] = ["CHE", "GBR", "ISL", "NOR"];

/// Numbers by nation.
pub type ByNation = BTreeMap<Text, f64>;

/// The data that the statements refer to.
#[derive(Clone, Debug)]
pub struct ReferenceData {
    /// The stances on record.
    pub record: Stances,
    /// The nations of the record; statistics of counts are taken over these.
    pub recorded: Vec<Text>,
    /// Those of them in NATO or the Five Eyes, including those that join during the run.
    pub allied: Vec<Text>,
    /// Those of them outside both.
    pub others: Vec<Text>,
    /// The intelligence tier of each nation.
    pub tiers: BTreeMap<Text, Tier>,
    /// Every member of NATO or the Five Eyes in the scenario that owns no rule.
    pub members: BTreeSet<Text>,
    /// Members of the Five Eyes that own no rule.
    pub partners: Vec<Text>,
    /// Position on the voting scale (ideal point in votes), 0 to 1.
    pub alignment: ByNation,
    /// Troops of rule owners that each nation hosts.
    pub troops: ByNation,
    /// Share of exports that goes to the home nations of flagged vendors, 0 to 1.
    pub exports: ByNation,
    /// Share of 4G access by flagged vendors at the start, 0 to 1.
    pub installed: ByNation,
    /// European nations of the scenario.
    pub europe: Vec<Text>,
    /// Hosts of large bases of rule owners.
    pub hosts: BTreeSet<Text>,
    /// Recorded share of 5G access by flagged vendors in 2022, 0 to 1.
    pub access_2022: ByNation,
}

impl ReferenceData {
    /// `record` has only nations of the scenario; `access_2022` are the recorded shares of 5G access.
    pub fn new(scenario: &Scenario, record: &StanceRecord, access_2022: ByNation) -> Self {
        let nations: Vec<Text> = scenario.file.nations.keys().map(|id| id.as_str().into()).collect();
        let owners: BTreeSet<&str> = scenario.file.rules.values().map(|rule| rule.owner.as_str()).collect();
        let recorded: Vec<Text> = record.nations().map(Text::from).collect();
        let (inside, outside): (Vec<Text>, Vec<Text>) = recorded.iter().cloned().partition(|id| is_ally(scenario, id));
        let followers = || nations.iter().filter(|id| !owners.contains(&***id));
        let troops = troops(scenario, &owners);
        Self {
            record: Stances::from_record(record),
            allied: inside,
            others: outside,
            recorded,
            tiers: nations.iter().map(|id| (id.clone(), Tier::of_nation(scenario, id))).collect(),
            members: followers().filter(|id| is_ally(scenario, id)).cloned().collect(),
            partners: followers().filter(|id| is_member(scenario, "FVEY", id)).cloned().collect(),
            alignment: by_nation(scenario, |entry| entry.alignment_share),
            exports: exports(scenario),
            installed: installed(scenario),
            europe: nations.iter().filter(|id| european(scenario, id)).cloned().collect(),
            hosts: troops
                .iter()
                .filter(|(_, troops)| **troops >= f64::from(LARGE_TROOPS))
                .map(|(id, _)| id.clone())
                .collect(),
            troops,
            access_2022,
        }
    }

    /// The nations of the record in a tier.
    pub fn tier(&self, tier: Tier) -> impl Iterator<Item = &Text> {
        self.recorded.iter().filter(move |id| self.tiers.get(*id) == Some(&tier))
    }
}

/// True for members of NATO or the Five Eyes, including those that join during the run.
pub fn is_ally(scenario: &Scenario, nation: &str) -> bool {
    is_member(scenario, "NATO", nation) || is_member(scenario, "FVEY", nation)
}

fn european(scenario: &Scenario, nation: &str) -> bool {
    is_member(scenario, "EU", nation) || EUROPE_BESIDE.contains(&nation)
}

fn by_nation(scenario: &Scenario, value: impl Fn(&noforn::scenario::format::NationEntry) -> f64) -> ByNation {
    scenario.file.nations.iter().map(|(id, entry)| (id.as_str().into(), value(entry))).collect()
}

fn troops(scenario: &Scenario, owners: &BTreeSet<&str>) -> ByNation {
    let mut troops = by_nation(scenario, |_| 0.0);
    let outposts = scenario.file.missions.values().filter(|mission| mission.kind == MissionKind::Outpost);
    for mission in outposts.filter(|mission| owners.contains(mission.sender.as_str())) {
        *troops.entry(mission.host.as_str().into()).or_default() += f64::from(mission.troops);
    }
    troops
}

fn exports(scenario: &Scenario) -> ByNation {
    let flagged = scenario.file.vendors.values().filter(|vendor| !vendor.flagged_by.is_empty());
    let homes: BTreeSet<&str> = flagged.map(|vendor| vendor.home.as_str()).collect();
    by_nation(scenario, |entry| {
        entry.export_share.iter().filter(|(to, _)| homes.contains(to.as_str())).map(|(_, share)| share).sum()
    })
}

/// The share of a vendor mix that belongs to vendors flagged at the start, 0 to 1.
pub fn flagged(scenario: &Scenario, mix: &Mix) -> f64 {
    let vendors = &scenario.file.vendors;
    let shares = mix.iter().filter(|(id, _)| vendors.get(*id).is_some_and(|entry| !entry.flagged_by.is_empty()));
    shares.map(|(_, share)| share).sum()
}

fn installed(scenario: &Scenario) -> ByNation {
    let mut sums: BTreeMap<Text, (f64, f64)> = BTreeMap::new();
    for network in scenario.file.networks.values() {
        let NetworkEntry { nation, subscribers_million, access_4g, .. } = network;
        let (flags, subscribers) = sums.entry(nation.as_str().into()).or_default();
        *flags += subscribers_million * flagged(scenario, access_4g);
        *subscribers += subscribers_million;
    }
    sums.into_iter().map(|(id, (flags, subscribers))| (id, flags / subscribers)).collect()
}
