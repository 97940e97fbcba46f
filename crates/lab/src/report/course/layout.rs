//! Which measures are drawn, and where their values lie in the record of a run.
use noforn::scenario::Scenario;

/// What a measure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A part of a whole, told in percent.
    Share,
    /// A number of things.
    Count,
}

/// A column of `metrics.csv` that is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// The column.
    pub column: &'static str,
    /// What it is, in words.
    pub words: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Whether it is told by year (the mean of its quarters) and not by quarter: small counts jump.
    pub by_year: bool,
    /// The column that weighs its quarters in a year; none where they weigh the same.
    pub weight: Option<&'static str>,
}

const fn state(column: &'static str, words: &'static str, unit: Unit) -> Measure {
    Measure { column, words, unit, by_year: false, weight: None }
}

const fn flow(column: &'static str, words: &'static str, weight: Option<&'static str>) -> Measure {
    Measure { column, words, unit: Unit::Share, by_year: true, weight }
}

/// Everything that is drawn as a fan.
pub const MEASURES: [Measure; 8] = [
    state("bloc_count", "blocs", Unit::Count),
    flow("reach_share", "of what agreements allow is read", None),
    flow("reports_withheld_share", "of what agreements allow is withheld by rules", None),
    flow("warnings_missed_share", "of warnings are missed", Some("warnings_raised")),
    flow("reports_leaked_share", "of reports leak", Some("reports_produced")),
    flow(
        "declared_actual_gap",
        "of what announced rules would stop is not stopped",
        Some("declared_restriction_count"),
    ),
    state("mean_core_flagged_share", "of cores is flagged equipment", Unit::Share),
    state("mean_access_5g_flagged_share", "of 5G access is flagged equipment", Unit::Share),
];

/// The measure of warnings missed, by its place in `MEASURES`.
pub const MISSED: usize = 3;
/// The measure of reports leaked.
pub const LEAKED: usize = 4;
/// The measure of what is withheld.
pub const WITHHELD: usize = 2;

/// Where the values of a run lie: the times of one measure after the other, then two totals.
#[derive(Clone, Debug)]
pub struct Layout {
    first_quarter: u32,
    quarters: usize,
    first_year: u32,
    years: usize,
}

impl Layout {
    /// That of the runs of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let (start, end) = (scenario.start, scenario.end);
        Self {
            first_quarter: start.0,
            quarters: (end.0 - start.0 + 1) as usize,
            first_year: start.year(),
            years: (end.year() - start.year() + 1) as usize,
        }
    }

    /// How many values a record has.
    pub fn width(&self) -> usize {
        MEASURES.iter().map(|measure| self.length(measure)).sum::<usize>() + 2
    }

    fn length(&self, measure: &Measure) -> usize {
        if measure.by_year { self.years } else { self.quarters }
    }

    /// Where a measure begins.
    pub fn begins(&self, measure: usize) -> usize {
        MEASURES[..measure].iter().map(|measure| self.length(measure)).sum()
    }

    /// The place of a quarter within a measure; none outside the run.
    pub fn place(&self, measure: &Measure, year: u32, quarter: u32) -> Option<usize> {
        if !(1..=4).contains(&quarter) {
            return None;
        }
        let at = (year.checked_mul(4)? + quarter - 1).checked_sub(self.first_quarter)? as usize;
        let year = year.checked_sub(self.first_year)? as usize;
        (at < self.quarters).then_some(if measure.by_year { year } else { at })
    }

    /// The times of a measure.
    pub fn times(&self, measure: usize) -> Vec<f64> {
        if MEASURES[measure].by_year {
            (0..self.years).map(|year| f64::from(self.first_year) + year as f64 + 0.5).collect()
        } else {
            (0..self.quarters).map(|quarter| (f64::from(self.first_quarter) + quarter as f64 + 1.0) / 4.0).collect()
        }
    }

    /// Warnings missed and reports leaked over the whole of a run, from its record.
    pub fn totals(&self, values: &[f64]) -> [f64; 2] {
        [values[values.len() - 2], values[values.len() - 1]]
    }
}
