//! Which nations and ordered pairs two variants tell apart, counted run by run.
use noforn::history::rows::NationRow;
use noforn::quarter::measures::pairs::Level;
use noforn::scenario::Scenario;

/// Where the nations of a run stand at the end of the last year.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Rank of each nation's stance, in the order of their ids.
    pub stances: Vec<u32>,
    /// What each nation shares with each, by sender, then receiver.
    pub levels: Vec<Level>,
}

impl Standing {
    /// From the rows of nations and the levels of the last quarter.
    pub fn new(nations: &[NationRow], levels: Vec<Level>) -> Self {
        let last = nations.last().map_or(0, |row| row.year);
        let stances = nations.iter().filter(|row| row.year == last).map(|row| row.stance_rank).collect();
        Self { stances, levels }
    }

    /// Bytes of a standing of so many nations.
    pub fn width(nations: usize) -> usize {
        nations + nations * nations
    }

    /// As bytes, one a stance and one a level; before the end of the first year there are no stances, told as 0.
    pub fn bytes(&self, nations: usize) -> Vec<u8> {
        let small = |number: i64| u8::try_from(number).expect("ranks are small");
        let mut bytes: Vec<u8> = self.stances.iter().map(|rank| small((*rank).into())).collect();
        bytes.resize(nations, 0);
        bytes.extend(self.levels.iter().map(|level| small(number(*level))));
        assert_eq!(bytes.len(), Self::width(nations), "a standing has every nation and every ordered pair");
        bytes
    }

    /// From the bytes of a standing of so many nations.
    pub fn read(bytes: &[u8], nations: usize) -> Self {
        let (stances, levels) = bytes.split_at(nations);
        let stances = stances.iter().map(|rank| (*rank).into()).collect();
        Self { stances, levels: levels.iter().map(|level| level.checked_sub(1)).collect() }
    }
}

/// How one number of two variants differs over runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Sum over the runs of the first variant.
    pub sum_a: i64,
    /// Sum over the runs of the second.
    pub sum_b: i64,
    /// Runs in which they differ.
    pub differ: u32,
    /// The first run in which they differ.
    pub first: Option<u32>,
}

impl Count {
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

/// How nations and pairs of two variants differ over runs; its size does not depend on the number of runs.
#[derive(Clone, Debug, Default)]
pub struct Contrast {
    /// Runs of each variant.
    pub runs: u32,
    stances: Vec<Count>,
    levels: Vec<Count>,
}

/// A nation whose stance differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Nation {
    /// Its id.
    pub iso3: String,
    /// Its English name.
    pub name: String,
    /// The ranks of its stance at the end.
    pub count: Count,
}

/// An ordered pair that shares otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Who sends.
    pub sender: String,
    /// Who receives.
    pub receiver: String,
    /// The ranks of what is shared at the end, each and one (nothing shared is 0).
    pub count: Count,
}

impl Contrast {
    /// Adds a run of both variants.
    pub fn add(&mut self, rep: u32, a: &Standing, b: &Standing) {
        self.runs += 1;
        self.stances.resize(a.stances.len(), Count::default());
        self.levels.resize(a.levels.len(), Count::default());
        for (count, (a, b)) in self.stances.iter_mut().zip(a.stances.iter().zip(&b.stances)) {
            count.add(rep, (*a).into(), (*b).into());
        }
        for (count, (a, b)) in self.levels.iter_mut().zip(a.levels.iter().zip(&b.levels)) {
            count.add(rep, number(*a), number(*b));
        }
    }

    /// The nations whose stance differs most in the mean, at most `most` of them, and how many differ at all.
    pub fn nations(&self, scenario: &Scenario, most: usize) -> (Vec<Nation>, usize) {
        let named = scenario.file.nations.iter().zip(&self.stances);
        let mut found: Vec<Nation> = named
            .filter(|(_, count)| count.differ > 0)
            .map(|((iso3, entry), count)| Nation { iso3: iso3.clone(), name: entry.name.clone(), count: *count })
            .collect();
        found.sort_by_key(|nation| std::cmp::Reverse((nation.count.difference().abs(), nation.count.differ)));
        let all = found.len();
        found.truncate(most);
        (found, all)
    }

    /// The ordered pairs that share otherwise in more than half of the runs, most runs first, at most `most` of them,
    /// and how many there are.
    pub fn pairs(&self, scenario: &Scenario, most: usize) -> (Vec<Pair>, usize) {
        let ids: Vec<&String> = scenario.file.nations.keys().collect();
        let usual = self.levels.iter().enumerate().filter(|(_, count)| u64::from(count.differ) * 2 > self.runs.into());
        let mut found: Vec<(usize, Count)> = usual.map(|(at, count)| (at, *count)).collect();
        found.sort_by_key(|(_, count)| std::cmp::Reverse((count.differ, count.difference().abs())));
        let pair = |(at, count): &(usize, Count)| Pair {
            sender: ids[at / ids.len()].clone(),
            receiver: ids[at % ids.len()].clone(),
            count: *count,
        };
        (found.iter().take(most).map(pair).collect(), found.len())
    }
}

/// Nothing shared is less than open reports.
fn number(level: Level) -> i64 {
    level.map_or(0, |rank| i64::from(rank) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::three_nations;

    fn standing(stances: [u32; 3], usa_to_deu: Level) -> Standing {
        let mut levels = vec![Some(3); 9];
        levels[6] = usa_to_deu;
        Standing { stances: stances.to_vec(), levels }
    }

    #[test]
    fn a_standing_reads_back_from_its_bytes() {
        let standing = standing([1, 0, 3], None);
        assert_eq!(standing.bytes(3).len(), Standing::width(3));
        let read = Standing::read(&standing.bytes(3), 3);
        assert_eq!((read.stances, read.levels), (standing.stances, standing.levels));
    }

    #[test]
    fn what_differs_most_comes_first_with_the_first_run_that_shows_it() {
        let mut contrast = Contrast::default();
        contrast.add(0, &standing([0, 0, 3], Some(3)), &standing([1, 0, 3], Some(3)));
        contrast.add(1, &standing([0, 0, 3], Some(3)), &standing([0, 3, 3], None));
        contrast.add(2, &standing([0, 0, 3], Some(3)), &standing([0, 0, 3], Some(1)));
        let scenario = three_nations::scenario("baseline");
        let (nations, differ) = contrast.nations(&scenario, 1);
        assert_eq!((nations[0].iso3.as_str(), nations[0].count.difference(), differ), ("GBR", 3, 2));
        let (pairs, usual) = contrast.pairs(&scenario, 5);
        let expected = Count { sum_a: 12, sum_b: 6, differ: 2, first: Some(1) };
        assert_eq!((pairs[0].sender.as_str(), pairs[0].receiver.as_str(), pairs[0].count), ("USA", "DEU", expected));
        assert_eq!(usual, 1);
    }
}
