//! What `nations.csv` says over all runs: stances and blocs of every nation, year by year.
use super::table::{Table, Wrong};
use crate::tables::Tables;
use noforn::scenario::Scenario;
use std::collections::BTreeMap;

/// Stances there are.
pub const STANCES: usize = 4;

/// A nation by its code and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nation {
    /// ISO 3166-1 alpha-3.
    pub iso3: String,
    /// English name.
    pub name: String,
}

/// The nations of a scenario, in the order of their codes.
pub fn nations(scenario: &Scenario) -> Vec<Nation> {
    let one = |(iso3, entry): (&String, &noforn::scenario::format::NationEntry)| Nation {
        iso3: iso3.clone(),
        name: entry.name.clone(),
    };
    scenario.file.nations.iter().map(one).collect()
}

/// The nations of a variant, year by year.
#[derive(Clone, Debug, Default)]
pub struct Census {
    /// The years, in order.
    pub years: Vec<u32>,
    /// How many nations.
    pub nations: usize,
    /// Runs that were counted.
    pub runs: u32,
    /// Runs in which a nation has each stance, by year, then nation.
    pub stances: Vec<[u32; STANCES]>,
    /// Runs in which a nation belongs to the largest bloc, by year, then nation.
    pub core: Vec<u32>,
    /// The bloc of a nation in the first run (the rank of the nation it is named after), by year, then nation.
    pub blocs: Vec<usize>,
    /// Warnings missed and reports withheld, summed over years and runs, by nation.
    pub losses: Vec<(f64, f64)>,
}

impl Census {
    fn new(years: Vec<u32>, nations: usize) -> Self {
        let cells = years.len() * nations;
        Self {
            years,
            nations,
            runs: 0,
            stances: vec![[0; STANCES]; cells],
            core: vec![0; cells],
            blocs: vec![usize::MAX; cells],
            losses: vec![(0.0, 0.0); nations],
        }
    }

    /// The bloc of each nation in the first run at the end of a year, by the rank of the year.
    pub fn blocs_of(&self, year: usize) -> &[usize] {
        &self.blocs[year * self.nations..(year + 1) * self.nations]
    }

    /// The bloc with most members at the end of a year of the first run; of equal ones that of the first code.
    pub fn largest(&self, year: usize) -> usize {
        largest(self.blocs_of(year))
    }

    /// The part of runs in which a nation has each stance at the end of a year.
    pub fn chances(&self, year: usize, nation: usize) -> [f64; STANCES] {
        let counts = self.stances[year * self.nations + nation];
        let all = counts.iter().sum::<u32>().max(1);
        counts.map(|count| f64::from(count) / f64::from(all))
    }
}

fn largest(blocs: &[usize]) -> usize {
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    blocs.iter().for_each(|bloc| *sizes.entry(*bloc).or_default() += 1);
    sizes.into_iter().rev().max_by_key(|(_, size)| *size).map_or(usize::MAX, |(bloc, _)| bloc)
}

/// Reads `nations.csv` for the scenarios that are shown; none where the folder does not have it.
pub fn read(folder: &dyn Tables, scenarios: &[Scenario]) -> Result<Option<Vec<Census>>, Wrong> {
    let columns =
        ["variant", "rep", "year", "iso3", "bloc_id", "stance_rank", "warnings_missed", "reports_withheld_from"];
    let Some(mut table) = Table::open(folder, "nations", &columns)? else { return Ok(None) };
    let mut counting: Vec<Counting> = scenarios.iter().map(Counting::new).collect();
    let mut variant = None;
    while table.next_row()? {
        if variant.is_none_or(|at: usize| scenarios[at].variant != table.text(0)) {
            variant = scenarios.iter().position(|scenario| scenario.variant == table.text(0));
        }
        if let Some(at) = variant {
            counting[at].add(&table)?;
        }
    }
    Ok(Some(counting.into_iter().map(Counting::finish).collect()))
}

/// A census that is being taken: rows of a run and year come together.
struct Counting {
    census: Census,
    ranks: BTreeMap<String, usize>,
    names: Vec<String>,
    /// Run and year of the rows at hand, and the blocs they tell.
    open: Option<(u32, usize)>,
    blocs: Vec<usize>,
    last: usize,
}

impl Counting {
    fn new(scenario: &Scenario) -> Self {
        let names: Vec<String> = scenario.file.nations.keys().cloned().collect();
        let years = (scenario.start.year()..=scenario.end.year()).collect();
        let ranks = names.iter().cloned().zip(0..).collect();
        let census = Census::new(years, names.len());
        Self { blocs: vec![usize::MAX; names.len()], census, ranks, names, open: None, last: 0 }
    }

    fn rank(&self, code: &str, guess: usize) -> Result<usize, Wrong> {
        // Rows lie in the order of codes: the next is mostly the one after the last.
        if self.names.get(guess).is_some_and(|name| name == code) {
            return Ok(guess);
        }
        let unknown =
            || format!("`nations.csv` tells of `{}`, which its scenario does not have", code.escape_default());
        self.ranks.get(code).copied().ok_or_else(unknown)
    }

    fn add(&mut self, table: &Table) -> Result<(), Wrong> {
        let (rep, year) = (table.whole(1)?, table.whole(2)?);
        let years = &self.census.years;
        let outside = || format!("`nations.csv` tells of {year}, which is no year of the scenario");
        let year = years.iter().position(|known| *known == year).ok_or_else(outside)?;
        if self.open != Some((rep, year)) {
            self.close();
            self.open = Some((rep, year));
        }
        let nation = self.rank(table.text(3), self.last + 1)?;
        self.last = nation;
        let cell = year * self.census.nations + nation;
        let bloc = self.rank(table.text(4), self.blocs[nation])?;
        self.blocs[nation] = bloc;
        self.census.stances[cell][(table.whole(5)? as usize).min(STANCES - 1)] += 1;
        let loss = &mut self.census.losses[nation];
        loss.0 += table.number(6)?.unwrap_or_default();
        loss.1 += table.number(7)?.unwrap_or_default();
        Ok(())
    }

    fn close(&mut self) {
        self.last = usize::MAX - 1;
        let Some((rep, year)) = self.open.take() else { return };
        let most = largest(&self.blocs);
        let first = year * self.census.nations;
        for (nation, bloc) in self.blocs.iter().enumerate() {
            self.census.core[first + nation] += u32::from(*bloc == most);
            if rep == 0 {
                self.census.blocs[first + nation] = *bloc;
            }
        }
        if year == 0 {
            self.census.runs += 1;
        }
    }

    fn finish(mut self) -> Census {
        self.close();
        self.census
    }
}
