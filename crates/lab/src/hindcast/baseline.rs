//! The baseline forecasts: nobody moves, the base rate, and a constant hazard per intelligence tier.
use super::record::StanceRecord;
use super::score::{Case, YEARS, cases, scored_nations, year_end};
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::levels::STANCES;
use std::collections::BTreeMap;

/// How close the intelligence ties of a nation to the guarantor are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Outside every group.
    Rest,
    /// NATO, including nations that join during the run.
    Nato,
    /// The fourteen.
    Fourteen,
    /// The nine.
    Nine,
    /// The Five Eyes.
    Five,
}

impl Tier {
    /// All tiers, the closest first.
    pub const ALL: [Tier; 5] = [Tier::Five, Tier::Nine, Tier::Fourteen, Tier::Nato, Tier::Rest];

    /// Its name in tables.
    pub fn as_str(self) -> &'static str {
        ["rest", "nato", "fourteen", "nine", "five_eyes"][self as usize]
    }

    /// The closest tier of a nation, by the groups `FVEY`, `NINE_EYES`, `FOURTEEN_EYES` and `NATO` of a scenario. Nations
    /// that join a group by an event count as members.
    pub fn of_nation(scenario: &Scenario, nation: &str) -> Self {
        let groups =
            [("FVEY", Tier::Five), ("NINE_EYES", Tier::Nine), ("FOURTEEN_EYES", Tier::Fourteen), ("NATO", Tier::Nato)];
        groups.into_iter().find(|(group, _)| is_member(scenario, group, nation)).map_or(Tier::Rest, |(_, tier)| tier)
    }
}

/// True if a nation is a member of a group at the start or joins it by an event.
pub fn is_member(scenario: &Scenario, group: &str, nation: &str) -> bool {
    let at_start = scenario.file.groups.get(group).is_some_and(|group| group.members.iter().any(|id| id == nation));
    let mut events = scenario.file.events.values();
    at_start || events.any(|event| event.join.as_deref() == Some(group) && event.nation.as_deref() == Some(nation))
}

/// A probability of `banned` or beyond as shares of stances: all of it is given to `banned`, the rest to `open`.
fn binary_shares(banned: f64) -> [f64; STANCES] {
    [1.0 - banned, 0.0, banned, 0.0]
}

/// Nobody moves: every nation keeps its stance of the end of 2018.
pub fn nobody(record: &StanceRecord) -> Vec<Case> {
    let before = year_end(*YEARS.start() - 1);
    cases(record, |nation, _| {
        let mut shares = [0.0; STANCES];
        shares[record.at(nation, before).rank()] = 1.0;
        shares
    })
}

/// The base rate: the shares of the nations of the record with each stance at the end of the year.
pub fn base_rate(record: &StanceRecord) -> Vec<Case> {
    cases(record, |_, year| recorded_shares(record, year))
}

fn recorded_shares(record: &StanceRecord, year: u32) -> [f64; STANCES] {
    let mut shares = [0.0; STANCES];
    for nation in record.nations() {
        shares[record.at(nation, year_end(year)).rank()] += 1.0 / record.len() as f64;
    }
    shares
}

/// First bans per quarter and nation at risk, from 2019Q1 to 2025Q4, in each tier.
pub fn hazards(record: &StanceRecord, tier: impl Fn(&str) -> Tier) -> BTreeMap<Tier, f64> {
    let start = Quarter::new(*YEARS.start(), 1);
    let end = year_end(*YEARS.end());
    let mut counts: BTreeMap<Tier, (f64, f64)> = BTreeMap::new();
    for nation in scored_nations(record) {
        let banned = record.first_ban(nation, start).filter(|quarter| *quarter <= end);
        let (bans, at_risk) = counts.entry(tier(nation)).or_default();
        *bans += f64::from(u8::from(banned.is_some()));
        *at_risk += (banned.unwrap_or(end).since(start) + 1) as f64;
    }
    counts.into_iter().map(|(tier, (bans, at_risk))| (tier, bans / at_risk)).collect()
}

/// A constant hazard h per quarter and tier, without return: P = 1 - (1 - h)^(4 (year - 2018)).
pub fn tier_hazard(record: &StanceRecord, tier: impl Fn(&str) -> Tier) -> Vec<Case> {
    let hazards = hazards(record, &tier);
    cases(record, |nation, year| {
        let quarters = 4 * (year + 1 - YEARS.start());
        binary_shares(1.0 - libm::pow(1.0 - hazards[&tier(nation)], f64::from(quarters)))
    })
}
