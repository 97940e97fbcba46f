//! The measures that are drawn as fan charts, and the layout of a run's record of their values.
use noforn::scenario::Scenario;

/// The unit of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A share of a whole, 0 to 1; written in percent.
    Share,
    /// A number of things.
    Count,
}

/// A column of `metrics.csv` that is drawn.
#[derive(Clone, Copy, Debug)]
pub struct ChartedMeasure {
    /// The name of the column.
    pub column: &'static str,
    /// What it measures, in words that follow a number.
    pub words: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// True if the chart shows the mean of each year and not each quarter. Quarterly shares of small counts vary too
    /// much.
    pub by_year: bool,
    /// The column that weights the quarters in the mean of a year; none if they have equal weights.
    pub weight: Option<&'static str>,
}

/// A measure of the state at the end of a quarter.
const fn state(column: &'static str, words: &'static str, unit: Unit) -> ChartedMeasure {
    ChartedMeasure { column, words, unit, by_year: false, weight: None }
}

/// A share of what happens during a year.
const fn flow(column: &'static str, words: &'static str, weight: Option<&'static str>) -> ChartedMeasure {
    ChartedMeasure { column, words, unit: Unit::Share, by_year: true, weight }
}

/// The measures that are drawn as fan charts.
pub const MEASURES: [ChartedMeasure; 8] = [
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

/// Index in `MEASURES` of the share of warnings missed.
pub const MISSED: usize = 3;
/// Index in `MEASURES` of the share of reports leaked.
pub const LEAKED: usize = 4;
/// Index in `MEASURES` of the share withheld by rules.
pub const WITHHELD: usize = 2;

/// The layout of a run's record: the values of each measure at all its times, one measure after the other, then the two
/// totals of warnings missed and of reports leaked.
#[derive(Clone, Debug)]
pub struct RecordLayout {
    first_quarter: u32,
    quarters: usize,
    first_year: u32,
    years: usize,
}

impl RecordLayout {
    /// The layout for the runs of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        let (start, end) = (scenario.start, scenario.end);
        Self {
            first_quarter: start.0,
            quarters: (end.0 - start.0 + 1) as usize,
            first_year: start.year(),
            years: (end.year() - start.year() + 1) as usize,
        }
    }

    /// Number of values in a record.
    pub fn width(&self) -> usize {
        MEASURES.iter().map(|measure| self.length(measure)).sum::<usize>() + 2
    }

    fn length(&self, measure: &ChartedMeasure) -> usize {
        if measure.by_year { self.years } else { self.quarters }
    }

    /// Index in the record of the first value of a measure.
    pub fn offset(&self, measure: usize) -> usize {
        MEASURES[..measure].iter().map(|measure| self.length(measure)).sum()
    }

    /// Index of a quarter's value among the values of a measure; none if the quarter is outside the run.
    pub fn time_index(&self, measure: &ChartedMeasure, year: u32, quarter: u32) -> Option<usize> {
        if !(1..=4).contains(&quarter) {
            return None;
        }
        let at = (year.checked_mul(4)? + quarter - 1).checked_sub(self.first_quarter)? as usize;
        let year = year.checked_sub(self.first_year)? as usize;
        (at < self.quarters).then_some(if measure.by_year { year } else { at })
    }

    /// The times of a measure in years, as in `TimeSeries::times`.
    pub fn times(&self, measure: usize) -> Vec<f64> {
        if MEASURES[measure].by_year {
            (0..self.years).map(|year| f64::from(self.first_year) + year as f64 + 0.5).collect()
        } else {
            (0..self.quarters).map(|quarter| (f64::from(self.first_quarter) + quarter as f64 + 1.0) / 4.0).collect()
        }
    }

    /// The totals of a record: shares of warnings missed and of reports leaked over the whole run.
    pub fn totals(&self, values: &[f64]) -> [f64; 2] {
        [values[values.len() - 2], values[values.len() - 1]]
    }
}
