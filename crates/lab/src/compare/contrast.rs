//! Nations and ordered pairs that end differently in two variants, counted run by run.
use noforn::history::rows::NationRow;
use noforn::quarter::measures::pairs::PairLevel;
use noforn::scenario::Scenario;

/// The state of the nations of a run after the last year.
#[derive(Clone, Debug, Default)]
pub struct FinalState {
    /// Rank of each nation's stance, in the order of their ids.
    pub stances: Vec<u32>,
    /// The greatest level that each nation shares with each, by sender, then receiver.
    pub levels: Vec<PairLevel>,
}

impl FinalState {
    /// From the rows of nations and the levels of the last quarter.
    pub fn new(nations: &[NationRow], levels: Vec<PairLevel>) -> Self {
        let last = nations.last().map_or(0, |row| row.year);
        let stances = nations.iter().filter(|row| row.year == last).map(|row| row.stance_rank).collect();
        Self { stances, levels }
    }

    /// Bytes that `to_bytes` returns for so many nations.
    pub fn byte_count(nations: usize) -> usize {
        nations + nations * nations
    }

    /// One byte per stance, then one per level. Before the end of the first year there are no stances; their bytes are 0.
    pub fn to_bytes(&self, nations: usize) -> Vec<u8> {
        let small = |number: i64| u8::try_from(number).expect("ranks are small");
        let mut bytes: Vec<u8> = self.stances.iter().map(|rank| small((*rank).into())).collect();
        bytes.resize(nations, 0);
        bytes.extend(self.levels.iter().map(|level| small(level_number(*level))));
        assert_eq!(bytes.len(), Self::byte_count(nations), "a state has every nation and every ordered pair");
        bytes
    }

    /// Reads what `to_bytes` wrote for so many nations.
    pub fn from_bytes(bytes: &[u8], nations: usize) -> Self {
        let (stances, levels) = bytes.split_at(nations);
        let stances = stances.iter().map(|rank| (*rank).into()).collect();
        Self { stances, levels: levels.iter().map(|level| level.checked_sub(1)).collect() }
    }
}

/// How the rank of one stance or level differs between two variants, over all runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RankDifference {
    /// Sum over the runs of the first variant.
    pub sum_a: i64,
    /// Sum over the runs of the second.
    pub sum_b: i64,
    /// Number of runs in which they differ.
    pub differ: u32,
    /// The first run in which they differ, by replicate.
    pub first: Option<u32>,
}

impl RankDifference {
    fn add(&mut self, rep: u32, a: i64, b: i64) {
        self.sum_a += a;
        self.sum_b += b;
        if a != b {
            self.differ += 1;
            self.first.get_or_insert(rep);
        }
    }
    /// Second less first, summed over the runs.
    pub fn difference(&self) -> i64 {
        self.sum_b - self.sum_a
    }
}

/// How the nations and pairs of two variants differ over runs. Its size does not depend on the number of runs.
#[derive(Clone, Debug, Default)]
pub struct Contrast {
    /// Number of runs of each variant.
    pub runs: u32,
    stances: Vec<RankDifference>,
    levels: Vec<RankDifference>,
}

/// A nation whose stance differs.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferingNation {
    /// Its id.
    pub iso3: String,
    /// Its English name.
    pub name: String,
    /// Ranks of its final stance.
    pub ranks: RankDifference,
}

/// An ordered pair whose level of sharing differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferingPair {
    /// Who sends.
    pub sender: String,
    /// Who receives.
    pub receiver: String,
    /// Ranks of its final level of sharing, plus 1 (nothing shared is 0).
    pub ranks: RankDifference,
}

impl Contrast {
    /// Adds a run of both variants.
    pub fn add(&mut self, rep: u32, a: &FinalState, b: &FinalState) {
        self.runs += 1;
        self.stances.resize(a.stances.len(), RankDifference::default());
        self.levels.resize(a.levels.len(), RankDifference::default());
        for (ranks, (a, b)) in self.stances.iter_mut().zip(a.stances.iter().zip(&b.stances)) {
            ranks.add(rep, (*a).into(), (*b).into());
        }
        for (ranks, (a, b)) in self.levels.iter_mut().zip(a.levels.iter().zip(&b.levels)) {
            ranks.add(rep, level_number(*a), level_number(*b));
        }
    }

    /// The nations whose mean stance differs most, at most `most` of them, and the number of nations that differ in any run.
    pub fn nations(&self, scenario: &Scenario, most: usize) -> (Vec<DifferingNation>, usize) {
        let named = scenario.file.nations.iter().zip(&self.stances);
        let mut found: Vec<DifferingNation> = named
            .filter(|(_, ranks)| ranks.differ > 0)
            .map(|((iso3, entry), ranks)| DifferingNation {
                iso3: iso3.clone(),
                name: entry.name.clone(),
                ranks: *ranks,
            })
            .collect();
        found.sort_by_key(|nation| std::cmp::Reverse((nation.ranks.difference().abs(), nation.ranks.differ)));
        let all = found.len();
        found.truncate(most);
        (found, all)
    }

    /// The ordered pairs whose level of sharing differs in more than half of the runs, those with most such runs first, at
    /// most `most` of them; and the number of such pairs.
    pub fn pairs(&self, scenario: &Scenario, most: usize) -> (Vec<DifferingPair>, usize) {
        let ids: Vec<&String> = scenario.file.nations.keys().collect();
        let usual = self.levels.iter().enumerate().filter(|(_, ranks)| u64::from(ranks.differ) * 2 > self.runs.into());
        let mut found: Vec<(usize, RankDifference)> = usual.map(|(at, ranks)| (at, *ranks)).collect();
        found.sort_by_key(|(_, ranks)| std::cmp::Reverse((ranks.differ, ranks.difference().abs())));
        let pairs = found.iter().take(most).map(|(at, ranks)| DifferingPair {
            sender: ids[at / ids.len()].clone(),
            receiver: ids[at % ids.len()].clone(),
            ranks: *ranks,
        });
        (pairs.collect(), found.len())
    }
}

/// The rank of a level plus 1; nothing shared is 0.
fn level_number(level: PairLevel) -> i64 {
    level.map_or(0, |rank| i64::from(rank) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::three_nations;

    fn state(stances: [u32; 3], usa_to_deu: PairLevel) -> FinalState {
        let mut levels = vec![Some(3); 9];
        levels[6] = usa_to_deu;
        FinalState { stances: stances.to_vec(), levels }
    }

    #[test]
    fn a_state_is_read_back_from_its_bytes() {
        let state = state([1, 0, 3], None);
        assert_eq!(state.to_bytes(3).len(), FinalState::byte_count(3));
        let read = FinalState::from_bytes(&state.to_bytes(3), 3);
        assert_eq!((read.stances, read.levels), (state.stances, state.levels));
    }

    #[test]
    fn the_greatest_difference_comes_first_and_names_the_first_run_that_differs() {
        let mut contrast = Contrast::default();
        contrast.add(0, &state([0, 0, 3], Some(3)), &state([1, 0, 3], Some(3)));
        contrast.add(1, &state([0, 0, 3], Some(3)), &state([0, 3, 3], None));
        contrast.add(2, &state([0, 0, 3], Some(3)), &state([0, 0, 3], Some(1)));
        let scenario = three_nations::scenario("baseline");
        let (nations, differ) = contrast.nations(&scenario, 1);
        assert_eq!((nations[0].iso3.as_str(), nations[0].ranks.difference(), differ), ("GBR", 3, 2));
        let (pairs, usual) = contrast.pairs(&scenario, 5);
        let expected = RankDifference { sum_a: 12, sum_b: 6, differ: 2, first: Some(1) };
        assert_eq!((pairs[0].sender.as_str(), pairs[0].receiver.as_str(), pairs[0].ranks), ("USA", "DEU", expected));
        assert_eq!(usual, 1);
    }
}
