//! Who stood where at the end of every quarter, of a record and of a run in one shape, and what is counted in it.
use crate::hindcast::record::Record;
use noforn::history::cell::Text;
use noforn::world::clock::Quarter;
use noforn::world::levels::Stance;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The quarter before the threat, at whose end everybody's first stance is taken.
pub const BEFORE: Quarter = Quarter(2018 * 4 + 3);
/// The last quarter of the record.
pub const LAST: Quarter = Quarter(2025 * 4 + 3);
/// Rank from which on a stance counts as a ban.
pub const BANNED: u8 = 2;
const _: () = assert!(BANNED == Stance::Banned as u8, "the ranks are those of the stances");

/// Ranks of stances by nation, quarter by quarter from `BEFORE` on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stances(BTreeMap<Text, Vec<u8>>);

impl Stances {
    /// From ranks by nation, the first at the end of `BEFORE`.
    pub fn new(ranks: impl IntoIterator<Item = (Text, Vec<u8>)>) -> Self {
        Self(ranks.into_iter().collect())
    }

    /// What a record tells up to the end of `LAST`.
    pub fn of_record(record: &Record) -> Self {
        let ranks = |nation: &str| (BEFORE.0..=LAST.0).map(|at| record.at(nation, Quarter(at)).rank() as u8).collect();
        Self(record.nations().map(|nation| (nation.into(), ranks(nation))).collect())
    }

    /// The rank of a nation at the end of a quarter; none where it is not told.
    pub fn rank(&self, nation: &str, quarter: Quarter) -> Option<u8> {
        let at = usize::try_from(quarter.since(BEFORE)).ok()?;
        self.0.get(nation)?.get(at).copied()
    }

    /// How many of these nations stand within ranks at the end of a quarter; none where one of them is not told.
    pub fn standing(&self, nations: &[Text], quarter: Quarter, ranks: RangeInclusive<u8>) -> Option<f64> {
        let found: Option<Vec<u8>> = nations.iter().map(|nation| self.rank(nation, quarter)).collect();
        found.map(|found| found.iter().filter(|rank| ranks.contains(rank)).count() as f64)
    }

    /// The first quarter up to `LAST` at whose end a nation stands at a ban or beyond, if it did not at the start.
    pub fn first_ban(&self, nation: &str) -> Option<Quarter> {
        let ranks = self.0.get(nation)?;
        let at = ranks.iter().position(|rank| *rank >= BANNED).filter(|at| *at > 0)?;
        Some(BEFORE.plus(u32::try_from(at).expect("a run has few quarters"))).filter(|at| *at <= LAST)
    }

    /// Whether a nation is told and does not stand at a ban at the start.
    pub fn at_risk(&self, nation: &str) -> bool {
        self.rank(nation, BEFORE).is_some_and(|rank| rank < BANNED)
    }

    /// The quarters in which these nations changed their stance up to the end of `until`: quarter, before, after.
    pub fn moves<'a>(&'a self, nations: &'a [Text], until: Quarter) -> impl Iterator<Item = (Quarter, u8, u8)> + 'a {
        let of = move |nation: &'a Text| {
            let ranks = self.0.get(nation).map_or(&[][..], Vec::as_slice);
            (BEFORE.0 + 1..).map(Quarter).zip(ranks.windows(2)).take_while(move |(at, _)| *at <= until)
        };
        nations.iter().flat_map(of).filter(|(_, pair)| pair[0] != pair[1]).map(|(at, pair)| (at, pair[0], pair[1]))
    }

    /// First bans a quarter and nation at risk up to the end of `LAST`; none where nobody is at risk.
    pub fn hazard<'a>(&self, nations: impl Iterator<Item = &'a Text>) -> Option<f64> {
        let (mut bans, mut quarters) = (0.0, 0.0);
        for nation in nations.filter(|nation| self.at_risk(nation)) {
            let ban = self.first_ban(nation);
            bans += f64::from(u8::from(ban.is_some()));
            quarters += ban.unwrap_or(LAST).since(BEFORE) as f64;
        }
        (quarters > 0.0).then(|| bans / quarters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ranks: &[(&str, &[u8])]) -> Stances {
        let long = |ranks: &[u8]| {
            let last = *ranks.last().expect("a rank");
            ranks.iter().copied().chain(std::iter::repeat(last)).take(29).collect()
        };
        Stances::new(ranks.iter().map(|(nation, ranks)| ((*nation).into(), long(ranks))))
    }

    fn ids(names: &[&str]) -> Vec<Text> {
        names.iter().map(|name| (*name).into()).collect()
    }

    #[test]
    fn counts_moves_and_first_bans_are_those_of_the_paths() {
        let stances = told(&[("AAA", &[0, 0, 1, 2, 3]), ("BBB", &[2, 2, 1]), ("CCC", &[1, 3, 0])]);
        let all = ids(&["AAA", "BBB", "CCC"]);
        let at = |year, number| Quarter::new(year, number);
        assert_eq!(stances.standing(&all, BEFORE, 2..=3), Some(1.0));
        assert_eq!(stances.standing(&all, at(2019, 2), 1..=1), Some(2.0));
        assert_eq!(stances.standing(&ids(&["AAA", "DDD"]), BEFORE, 0..=0), None, "nobody tells of `DDD`");
        assert_eq!(stances.rank("AAA", at(2026, 1)), None, "the record has ended");
        let bans: Vec<Option<Quarter>> = ["AAA", "BBB", "CCC", "DDD"].map(|nation| stances.first_ban(nation)).into();
        assert_eq!(bans, [Some(at(2019, 3)), None, Some(at(2019, 1)), None], "who stood there before bans nothing");
        let moves: Vec<(u8, u8)> = stances.moves(&all, LAST).map(|(_, before, after)| (before, after)).collect();
        assert_eq!(moves, [(0, 1), (1, 2), (2, 3), (2, 1), (1, 3), (3, 0)]);
        assert_eq!(stances.moves(&all, at(2019, 1)).count(), 1);
    }

    #[test]
    fn a_hazard_is_first_bans_over_quarters_at_risk() {
        // Banned in its fourth quarter; never within 28; not at risk.
        let stances = told(&[("AAA", &[0, 0, 0, 0, 2]), ("BBB", &[0]), ("CCC", &[2])]);
        let hazard = stances.hazard(ids(&["AAA", "BBB", "CCC"]).iter());
        assert_eq!(hazard, Some(1.0 / 32.0));
        assert_eq!(stances.hazard(ids(&["CCC"]).iter()), None);
    }
}
