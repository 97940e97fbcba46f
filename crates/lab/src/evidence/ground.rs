//! What the statements are about: the nations of the record, their groups, and what is known of them at the start.
use super::stances::Stances;
use crate::hindcast::baseline::Tier;
use crate::hindcast::record::Record;
use noforn::history::cell::Text;
use noforn::scenario::Scenario;
use noforn::scenario::format::{Mix, NetworkEntry};
use noforn::world::levels::MissionKind;
use std::collections::{BTreeMap, BTreeSet};

/// Troops of one sender from which on its bases with a host are large.
pub const LARGE_TROOPS: u32 = 1000;
/// States of Europe outside the Union whose networks are counted in, as the source of the shares does.
const EUROPE_BESIDE: [&str; 4] = ["CHE", "GBR", "ISL", "NOR"];

/// Numbers by nation.
pub type ByNation = BTreeMap<Text, f64>;

/// What the statements are about.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The stances on record.
    pub record: Stances,
    /// The nations of the record; counts are taken over these.
    pub recorded: Vec<Text>,
    /// Those of them in NATO or the Five Eyes, later joiners among them.
    pub allied: Vec<Text>,
    /// Those of them outside both.
    pub others: Vec<Text>,
    /// The intelligence tier of each nation.
    pub tiers: BTreeMap<Text, Tier>,
    /// Every member of NATO or the Five Eyes in the scenario that owns no rule.
    pub members: BTreeSet<Text>,
    /// Members of the Five Eyes that own no rule.
    pub partners: Vec<Text>,
    /// Position on the voting scale, 0 to 1.
    pub alignment: ByNation,
    /// Troops of rule owners that each hosts.
    pub troops: ByNation,
    /// Part of exports that goes to the homes of flagged vendors.
    pub exports: ByNation,
    /// Share of 4G access by flagged vendors at the start.
    pub installed: ByNation,
    /// European nations of the scenario.
    pub europe: Vec<Text>,
    /// Hosts of large bases of rule owners.
    pub hosts: BTreeSet<Text>,
    /// Share of 5G access by flagged vendors in 2022, as recorded.
    pub access_2022: ByNation,
}

impl Ground {
    /// From a scenario, the record of its nations, and recorded shares of 5G access.
    pub fn new(scenario: &Scenario, record: &Record, access_2022: ByNation) -> Self {
        let nations: Vec<Text> = scenario.file.nations.keys().map(|id| id.as_str().into()).collect();
        let owners: BTreeSet<&str> = scenario.file.rules.values().map(|rule| rule.owner.as_str()).collect();
        let allied = |id: &Text| member(scenario, "NATO", id) || member(scenario, "FVEY", id);
        let recorded: Vec<Text> = record.nations().map(Text::from).collect();
        let (inside, outside): (Vec<Text>, Vec<Text>) = recorded.iter().cloned().partition(allied);
        let follows = |id: &&Text| !owners.contains(&***id);
        let european = |id: &&Text| member(scenario, "EU", id) || EUROPE_BESIDE.contains(&&***id);
        let troops = troops(scenario, &owners);
        Self {
            record: Stances::of_record(record),
            allied: inside,
            others: outside,
            recorded,
            tiers: nations.iter().map(|id| (id.clone(), Tier::of(scenario, id))).collect(),
            members: nations.iter().filter(follows).filter(|id| allied(id)).cloned().collect(),
            partners: nations.iter().filter(follows).filter(|id| member(scenario, "FVEY", id)).cloned().collect(),
            alignment: of_each(scenario, |entry| entry.alignment_share),
            exports: exports(scenario),
            installed: installed(scenario),
            europe: nations.iter().filter(european).cloned().collect(),
            hosts: troops.iter().filter(|(_, troops)| **troops >= f64::from(LARGE_TROOPS)).map(first).collect(),
            troops,
            access_2022,
        }
    }

    /// The nations of the record in a tier.
    pub fn tier(&self, tier: Tier) -> impl Iterator<Item = &Text> {
        self.recorded.iter().filter(move |id| self.tiers.get(*id) == Some(&tier))
    }
}

fn first((id, _): (&Text, &f64)) -> Text {
    id.clone()
}

/// Whether a nation is a member of a group at the start or joins it by an event.
fn member(scenario: &Scenario, group: &str, nation: &str) -> bool {
    let at_start = scenario.file.groups.get(group).is_some_and(|group| group.members.iter().any(|id| id == nation));
    let mut events = scenario.file.events.values();
    at_start || events.any(|event| event.join.as_deref() == Some(group) && event.nation.as_deref() == Some(nation))
}

fn of_each(scenario: &Scenario, value: impl Fn(&noforn::scenario::format::NationEntry) -> f64) -> ByNation {
    scenario.file.nations.iter().map(|(id, entry)| (id.as_str().into(), value(entry))).collect()
}

fn troops(scenario: &Scenario, owners: &BTreeSet<&str>) -> ByNation {
    let mut troops = of_each(scenario, |_| 0.0);
    let outposts = scenario.file.missions.values().filter(|mission| mission.kind == MissionKind::Outpost);
    for mission in outposts.filter(|mission| owners.contains(mission.sender.as_str())) {
        *troops.entry(mission.host.as_str().into()).or_default() += f64::from(mission.troops);
    }
    troops
}

fn exports(scenario: &Scenario) -> ByNation {
    let flagged = scenario.file.vendors.values().filter(|vendor| !vendor.flagged_by.is_empty());
    let homes: BTreeSet<&str> = flagged.map(|vendor| vendor.home.as_str()).collect();
    of_each(scenario, |entry| {
        entry.export_share.iter().filter(|(to, _)| homes.contains(to.as_str())).map(|(_, share)| share).sum()
    })
}

/// The part of a mix that vendors flagged at the start have.
pub fn flagged(scenario: &Scenario, mix: &Mix) -> f64 {
    let is = |vendor: &String| scenario.file.vendors.get(vendor).is_some_and(|entry| !entry.flagged_by.is_empty());
    mix.iter().filter(|(vendor, _)| is(vendor)).map(|(_, share)| share).sum()
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
