//! What a model must beat: nobody moves, the base rate, and a constant hazard per intelligence tier.
use super::record::Record;
use super::score::{Case, YEARS, cases, scored, year_end};
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::levels::STANCES;
use std::collections::BTreeMap;

/// How close a nation's intelligence is to that of the guarantor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// Outside every group.
    Rest,
    /// NATO, with those who joined after the start.
    Nato,
    /// The fourteen.
    Fourteen,
    /// The nine.
    Nine,
    /// The Five Eyes.
    Five,
}

impl Tier {
    /// All, the closest first.
    pub const ALL: [Tier; 5] = [Tier::Five, Tier::Nine, Tier::Fourteen, Tier::Nato, Tier::Rest];

    /// Its name in tables.
    pub fn as_str(self) -> &'static str {
        ["rest", "nato", "fourteen", "nine", "five_eyes"][self as usize]
    }

    /// The tier of a nation: by the groups `FVEY`, `NINE_EYES`, `FOURTEEN_EYES` and `NATO` of a scenario, those who
    /// join them by an event among their members.
    pub fn of(scenario: &Scenario, nation: &str) -> Self {
        let member = |group: &str| {
            let at_start =
                scenario.file.groups.get(group).is_some_and(|group| group.members.iter().any(|id| id == nation));
            let joins = |event: &noforn::scenario::format::EventEntry| {
                event.join.as_deref() == Some(group) && event.nation.as_deref() == Some(nation)
            };
            at_start || scenario.file.events.values().any(joins)
        };
        let groups =
            [("FVEY", Tier::Five), ("NINE_EYES", Tier::Nine), ("FOURTEEN_EYES", Tier::Fourteen), ("NATO", Tier::Nato)];
        groups.into_iter().find(|(group, _)| member(group)).map_or(Tier::Rest, |(_, tier)| tier)
    }
}

/// Probability of `banned` or beyond as shares of stances; those below are taken as `open`, those beyond as `banned`.
fn two(banned: f64) -> [f64; STANCES] {
    [1.0 - banned, 0.0, banned, 0.0]
}

/// Nobody moves: every nation keeps its stance of the end of 2018.
pub fn nobody(record: &Record) -> Vec<Case> {
    let before = year_end(*YEARS.start() - 1);
    cases(record, |nation, _| {
        let mut shares = [0.0; STANCES];
        shares[record.at(nation, before).rank()] = 1.0;
        shares
    })
}

/// The base rate: the part of the record's nations that stand at `banned` or beyond at the end of each year.
pub fn base_rate(record: &Record) -> Vec<Case> {
    let rate = |year: u32| {
        let mut shares = [0.0; STANCES];
        record
            .nations()
            .for_each(|nation| shares[record.at(nation, year_end(year)).rank()] += 1.0 / record.len() as f64);
        shares
    };
    cases(record, |_, year| rate(year))
}

/// First bans a quarter and nation at risk, from 2019Q1 to 2025Q4, in each tier.
pub fn hazards(record: &Record, tier: impl Fn(&str) -> Tier) -> BTreeMap<Tier, f64> {
    let start = Quarter::new(*YEARS.start(), 1);
    let end = year_end(*YEARS.end());
    let mut counts: BTreeMap<Tier, (f64, f64)> = BTreeMap::new();
    for nation in scored(record) {
        let banned = record.first_ban(nation, start).filter(|quarter| *quarter <= end);
        let (bans, at_risk) = counts.entry(tier(nation)).or_default();
        *bans += f64::from(u8::from(banned.is_some()));
        *at_risk += (banned.unwrap_or(end).since(start) + 1) as f64;
    }
    counts.into_iter().map(|(tier, (bans, at_risk))| (tier, bans / at_risk)).collect()
}

/// A constant hazard per tier: P = 1 - (1 - h)^(4 (year - 2018)), no way back.
pub fn tier_hazard(record: &Record, tier: impl Fn(&str) -> Tier) -> Vec<Case> {
    let hazards = hazards(record, &tier);
    cases(record, |nation, year| {
        let quarters = 4 * (year + 1 - YEARS.start());
        two(1.0 - libm::pow(1.0 - hazards[&tier(nation)], f64::from(quarters)))
    })
}
