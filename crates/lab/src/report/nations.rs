//! Statistics of `nations.csv` over all runs of a variant: stances and blocs of each nation, by year.
use super::metrics::KEPT_RUNS;
use super::table::{TableError, TableReader};
use crate::measures::{STANCES, TimeSeries, stance_index};
use crate::tables::Tables;
use crate::tables::quantile::{Spread, spread};
use noforn::scenario::Scenario;
use std::collections::BTreeMap;

/// Number of stances.
pub const STANCE_COUNT: usize = 4;

/// The code and the name of a nation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationLabel {
    /// ISO 3166-1 alpha-3 code.
    pub iso3: String,
    /// English name.
    pub name: String,
}

/// The nations of a scenario, in the order of their codes.
pub fn nations(scenario: &Scenario) -> Vec<NationLabel> {
    let entries = scenario.file.nations.iter();
    entries.map(|(iso3, entry)| NationLabel { iso3: iso3.clone(), name: entry.name.clone() }).collect()
}

/// Statistics of the nations of a variant. The index of a year and a nation is `year * nations + nation`.
#[derive(Clone, Debug, Default)]
pub struct NationStatistics {
    /// The calendar years, in order.
    pub years: Vec<u32>,
    /// Number of nations.
    pub nations: usize,
    /// Number of runs.
    pub runs: u32,
    /// Number of runs in which a nation has each stance at the year's end.
    pub stances: Vec<[u32; STANCE_COUNT]>,
    /// Number of runs in which a nation belongs to the largest bloc at the year's end.
    pub in_largest_bloc: Vec<u32>,
    /// The bloc of a nation in the first run at the year's end: the rank of the nation that names the bloc.
    pub blocs: Vec<usize>,
    /// Warnings missed and reports withheld, by nation, summed over years and runs.
    pub losses: Vec<(f64, f64)>,
    /// Cost of replacement in million US dollars, by nation, summed over years and runs.
    pub costs: Vec<f64>,
    /// Reports read, summed over runs; the index of a year and a nation is as above.
    pub reads: Vec<f64>,
    /// The years from the start of a run to the first year's end with a ban, summed over nations and runs, and the number
    /// of such bans.
    pub bans: (u32, u32),
    /// How many nations ban at the end, in each of the first `KEPT_RUNS` runs, with the number of the run.
    pub bans_by_run: Vec<(u32, f64)>,
    /// How many nations have the stances of `STANCES` at each year's end, over runs.
    pub stance_counts: Vec<TimeSeries>,
}

impl NationStatistics {
    fn new(years: Vec<u32>, nations: usize) -> Self {
        let cells = years.len() * nations;
        Self {
            years,
            nations,
            runs: 0,
            stances: vec![[0; STANCE_COUNT]; cells],
            in_largest_bloc: vec![0; cells],
            blocs: vec![usize::MAX; cells],
            losses: vec![(0.0, 0.0); nations],
            costs: vec![0.0; nations],
            reads: vec![0.0; cells],
            bans: (0, 0),
            bans_by_run: Vec::new(),
            stance_counts: Vec::new(),
        }
    }

    /// The bloc of each nation in the first run; `year` is an index into `years`.
    pub fn blocs_of(&self, year: usize) -> &[usize] {
        &self.blocs[year * self.nations..(year + 1) * self.nations]
    }

    /// The bloc with most members in the first run; of equally large ones the bloc with the smallest rank.
    pub fn largest_bloc(&self, year: usize) -> usize {
        largest(self.blocs_of(year))
    }

    /// The share (0 to 1) of runs in which a nation has each stance at the year's end.
    pub fn stance_shares(&self, year: usize, nation: usize) -> [f64; STANCE_COUNT] {
        let counts = self.stances[year * self.nations + nation];
        let all = counts.iter().sum::<u32>().max(1);
        counts.map(|count| f64::from(count) / f64::from(all))
    }
}

/// The distribution of a count, from the number of runs that have each count.
fn spread_of(histogram: &[u32]) -> Spread {
    let repeat = |(count, runs): (usize, &u32)| std::iter::repeat_n(count as f64, *runs as usize);
    spread(&mut histogram.iter().enumerate().flat_map(repeat).collect())
}

fn largest(blocs: &[usize]) -> usize {
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    blocs.iter().for_each(|bloc| *sizes.entry(*bloc).or_default() += 1);
    sizes.into_iter().rev().max_by_key(|(_, size)| *size).map_or(usize::MAX, |(bloc, _)| bloc)
}

/// Reads `nations.csv` for the scenarios that are shown. Returns none if the folder has no such table.
pub fn read(folder: &dyn Tables, scenarios: &[Scenario]) -> Result<Option<Vec<NationStatistics>>, TableError> {
    let columns = [
        "variant",
        "rep",
        "year",
        "iso3",
        "bloc_id",
        "stance_rank",
        "warnings_missed",
        "reports_withheld_from",
        "replacement_cost_musd",
        "reports_read",
    ];
    let Some(mut table) = TableReader::open(folder, "nations", &columns)? else { return Ok(None) };
    let mut counters: Vec<NationCounter> = scenarios.iter().map(NationCounter::new).collect();
    let mut variant = None;
    while table.next_row()? {
        if variant.is_none_or(|at: usize| scenarios[at].variant != table.text(0)) {
            variant = scenarios.iter().position(|scenario| scenario.variant == table.text(0));
        }
        if let Some(at) = variant {
            counters[at].add_row(&table)?;
        }
    }
    Ok(Some(counters.into_iter().map(NationCounter::finish).collect()))
}

/// Counts rows of `nations.csv`. The rows of one run and year must follow each other.
struct NationCounter {
    statistics: NationStatistics,
    ranks: BTreeMap<String, usize>,
    names: Vec<String>,
    /// Run and year index of the rows being read; none before the first row.
    current: Option<(u32, usize)>,
    /// The bloc of each nation in that run and year.
    blocs: Vec<usize>,
    /// Rank of the nation of the last row.
    last: usize,
    /// Whether each nation banned at the end of any year so far of the run.
    banned: Vec<bool>,
    /// Number of nations with each of `STANCES` in the run and year.
    counts: [usize; STANCES.len()],
    /// By year, then by `STANCES`: in how many runs so many nations have the stance.
    histograms: Vec<[Vec<u32>; STANCES.len()]>,
}

impl NationCounter {
    fn new(scenario: &Scenario) -> Self {
        let names: Vec<String> = scenario.file.nations.keys().cloned().collect();
        let years = (scenario.start.year()..=scenario.end.year()).collect();
        let ranks = names.iter().cloned().zip(0..).collect();
        let statistics = NationStatistics::new(years, names.len());
        Self {
            blocs: vec![usize::MAX; names.len()],
            banned: vec![false; names.len()],
            counts: [0; STANCES.len()],
            histograms: vec![[(); STANCES.len()].map(|()| vec![0; names.len() + 1]); statistics.years.len()],
            statistics,
            ranks,
            names,
            current: None,
            last: 0,
        }
    }

    fn rank(&self, code: &str, guess: usize) -> Result<usize, TableError> {
        // Rows are sorted by code, so the guess is mostly right and saves the search.
        if self.names.get(guess).is_some_and(|name| name == code) {
            return Ok(guess);
        }
        let unknown =
            || format!("`nations.csv` tells of `{}`, which its scenario does not have", code.escape_default());
        self.ranks.get(code).copied().ok_or_else(unknown)
    }

    fn add_row(&mut self, table: &TableReader) -> Result<(), TableError> {
        let (rep, year) = (table.whole(1)?, table.whole(2)?);
        let years = &self.statistics.years;
        let outside = || format!("`nations.csv` tells of {year}, which is no year of the scenario");
        let year = years.iter().position(|known| *known == year).ok_or_else(outside)?;
        if self.current != Some((rep, year)) {
            if self.current.is_none_or(|(run, _)| run != rep) {
                self.banned.fill(false);
            }
            self.end_year();
            self.current = Some((rep, year));
        }
        let nation = self.rank(table.text(3), self.last + 1)?;
        self.last = nation;
        let cell = year * self.statistics.nations + nation;
        let bloc = self.rank(table.text(4), self.blocs[nation])?;
        self.blocs[nation] = bloc;
        let stance = table.whole(5)?;
        self.statistics.stances[cell][(stance as usize).min(STANCE_COUNT - 1)] += 1;
        self.count_stance(nation, year, stance);
        self.statistics.costs[nation] += table.number(8)?.unwrap_or_default();
        self.statistics.reads[cell] += table.number(9)?.unwrap_or_default();
        let loss = &mut self.statistics.losses[nation];
        loss.0 += table.number(6)?.unwrap_or_default();
        loss.1 += table.number(7)?.unwrap_or_default();
        Ok(())
    }

    fn count_stance(&mut self, nation: usize, year: usize, stance: u32) {
        let index = stance_index(stance);
        self.counts[index] += 1;
        if index == 0 && !std::mem::replace(&mut self.banned[nation], true) {
            self.statistics.bans.0 += year as u32 + 1;
            self.statistics.bans.1 += 1;
        }
    }

    fn end_year(&mut self) {
        // `last + 1` is then no rank, so the code of the next row is searched.
        self.last = usize::MAX - 1;
        let Some((rep, year)) = self.current.take() else { return };
        let most = largest(&self.blocs);
        let first = year * self.statistics.nations;
        for (nation, bloc) in self.blocs.iter().enumerate() {
            self.statistics.in_largest_bloc[first + nation] += u32::from(*bloc == most);
            if rep == 0 {
                self.statistics.blocs[first + nation] = *bloc;
            }
        }
        let is_last = year + 1 == self.statistics.years.len();
        if is_last && self.statistics.bans_by_run.len() < KEPT_RUNS {
            self.statistics.bans_by_run.push((rep, self.counts[0] as f64));
        }
        for (histogram, count) in self.histograms[year].iter_mut().zip(std::mem::take(&mut self.counts)) {
            histogram[count.min(self.names.len())] += 1;
        }
        if year == 0 {
            self.statistics.runs += 1;
        }
    }

    fn finish(mut self) -> NationStatistics {
        self.end_year();
        let times: Vec<f64> = self.statistics.years.iter().map(|year| f64::from(*year) + 0.5).collect();
        let series = |stance: usize| TimeSeries {
            times: times.clone(),
            spreads: self.histograms.iter().map(|year| spread_of(&year[stance])).collect(),
        };
        self.statistics.stance_counts = (0..STANCES.len()).map(series).collect();
        self.statistics
    }
}
