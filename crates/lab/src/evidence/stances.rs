//! Stances of nations by quarter, of a record or of a run, and statistics of them.
use crate::hindcast::record::StanceRecord;
use noforn::history::cell::Text;
use noforn::world::clock::Quarter;
use noforn::world::levels::Stance;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The quarter before the threat; the first stance of each nation is its stance at the end of this quarter.
pub const BEFORE: Quarter = Quarter(2018 * 4 + 3);
/// The last quarter of the record.
pub const LAST: Quarter = Quarter(2025 * 4 + 3);
/// Lowest rank of a stance that counts as a ban.
pub const BANNED: u8 = 2;
const _: () = assert!(BANNED == Stance::Banned as u8, "the ranks are those of the stances");

/// Ranks of stances by nation: the first at the end of `BEFORE`, then one per quarter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stances(BTreeMap<Text, Vec<u8>>);

impl Stances {
    /// From ranks by nation; the first rank is that at the end of `BEFORE`.
    pub fn new(ranks: impl IntoIterator<Item = (Text, Vec<u8>)>) -> Self {
        Self(ranks.into_iter().collect())
    }

    /// The stances of a record up to the end of `LAST`.
    pub fn from_record(record: &StanceRecord) -> Self {
        let ranks = |nation: &str| (BEFORE.0..=LAST.0).map(|at| record.at(nation, Quarter(at)).rank() as u8).collect();
        Self(record.nations().map(|nation| (nation.into(), ranks(nation))).collect())
    }

    /// The rank of a nation at the end of a quarter; none where it is not known.
    pub fn rank(&self, nation: &str, quarter: Quarter) -> Option<u8> {
        let at = usize::try_from(quarter.since(BEFORE)).ok()?;
        self.0.get(nation)?.get(at).copied()
    }

    /// How many of these nations have a stance within `ranks` at the end of a quarter; none if one is not known.
    pub fn count(&self, nations: &[Text], quarter: Quarter, ranks: RangeInclusive<u8>) -> Option<f64> {
        let found: Option<Vec<u8>> = nations.iter().map(|nation| self.rank(nation, quarter)).collect();
        found.map(|found| found.iter().filter(|rank| ranks.contains(rank)).count() as f64)
    }

    /// The first quarter up to `LAST` at whose end a nation has a ban or beyond; none if it never does, or did at the start.
    pub fn first_ban(&self, nation: &str) -> Option<Quarter> {
        let ranks = self.0.get(nation)?;
        let at = ranks.iter().position(|rank| *rank >= BANNED).filter(|at| *at > 0)?;
        Some(BEFORE.plus(u32::try_from(at).expect("a run has few quarters"))).filter(|at| *at <= LAST)
    }

    /// True if the stance of a nation at the start is known and short of a ban.
    pub fn at_risk(&self, nation: &str) -> bool {
        self.rank(nation, BEFORE).is_some_and(|rank| rank < BANNED)
    }

    /// Every change of stance of these nations up to the end of `until`: quarter, rank before, rank after.
    pub fn moves<'a>(&'a self, nations: &'a [Text], until: Quarter) -> impl Iterator<Item = (Quarter, u8, u8)> + 'a {
        let steps = nations.iter().flat_map(|nation| self.steps(nation)).filter(move |(at, ..)| *at <= until);
        steps.filter(|(_, before, after)| before != after)
    }

    /// Every quarter of a nation: quarter, rank before, rank after.
    fn steps(&self, nation: &str) -> impl Iterator<Item = (Quarter, u8, u8)> {
        let ranks = self.0.get(nation).map_or(&[][..], Vec::as_slice);
        (BEFORE.0 + 1..).map(Quarter).zip(ranks.windows(2)).map(|(at, pair)| (at, pair[0], pair[1]))
    }

    /// First bans per quarter and nation at risk, up to the end of `LAST`; none if no nation is at risk.
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

    /// Stances over 28 quarters; the last rank given holds to the end.
    fn stances(ranks: &[(&str, &[u8])]) -> Stances {
        Stances::new(ranks.iter().map(|(nation, ranks)| ((*nation).into(), extended(ranks))))
    }

    fn extended(ranks: &[u8]) -> Vec<u8> {
        let last = *ranks.last().expect("a rank");
        ranks.iter().copied().chain(std::iter::repeat(last)).take(29).collect()
    }

    fn ids(names: &[&str]) -> Vec<Text> {
        names.iter().map(|name| (*name).into()).collect()
    }

    #[test]
    fn counts_moves_and_first_bans_are_those_of_the_paths() {
        let stances = stances(&[("AAA", &[0, 0, 1, 2, 3]), ("BBB", &[2, 2, 1]), ("CCC", &[1, 3, 0])]);
        let all = ids(&["AAA", "BBB", "CCC"]);
        let at = |year, number| Quarter::new(year, number);
        assert_eq!(stances.count(&all, BEFORE, 2..=3), Some(1.0));
        assert_eq!(stances.count(&all, at(2019, 2), 1..=1), Some(2.0));
        assert_eq!(stances.count(&ids(&["AAA", "DDD"]), BEFORE, 0..=0), None, "`DDD` has no stances");
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
        let stances = stances(&[("AAA", &[0, 0, 0, 0, 2]), ("BBB", &[0]), ("CCC", &[2])]);
        let hazard = stances.hazard(ids(&["AAA", "BBB", "CCC"]).iter());
        assert_eq!(hazard, Some(1.0 / 32.0));
        assert_eq!(stances.hazard(ids(&["CCC"]).iter()), None);
    }
}
