//! The record of a run: the values of every measure at all its times, then over the whole run.
use super::{MEASURES, MeasureDefinition, STANCES, TimeSeries, Timing, all};
use crate::tables::metrics;
use crate::tables::quantile::Spread;
use noforn::history::History;
use noforn::history::rows::NationRow;
use noforn::world::clock::Quarter;
use noforn::world::levels::Stance;
use std::ops::Range;

/// The columns of `metrics` that records are made from: those of the measures and of their weights, each once.
pub fn columns() -> Vec<&'static str> {
    let mut columns: Vec<&str> = Vec::new();
    for measure in &MEASURES {
        for column in [Some(measure.column), weight(measure)].into_iter().flatten() {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
    columns
}

/// The column that weights the quarters of a measure; none if they have equal weights.
fn weight(measure: &MeasureDefinition) -> Option<&'static str> {
    if let Timing::YearMean(weight) = measure.timing { weight } else { None }
}

/// The layout of a record: the values of one of `MEASURES` after the other, each at all its times; the value of each of them
/// over the whole run; then those of `STANCES` at the end of each year.
#[derive(Clone, Debug)]
pub struct RecordLayout {
    first_quarter: u32,
    quarters: usize,
    first_year: u32,
    years: usize,
}

impl RecordLayout {
    /// The layout for runs from `start` to `end`.
    pub fn new(start: Quarter, end: Quarter) -> Self {
        Self {
            first_quarter: start.0,
            quarters: (end.0 - start.0 + 1) as usize,
            first_year: start.year(),
            years: (end.year() - start.year() + 1) as usize,
        }
    }

    /// Number of values of the measures that follow from `metrics`.
    pub fn metrics_width(&self) -> usize {
        self.whole(0) + MEASURES.len()
    }

    /// Number of values in a record.
    pub fn width(&self) -> usize {
        self.metrics_width() + STANCES.len() * self.years
    }

    fn length(&self, measure: &MeasureDefinition) -> usize {
        if measure.is_yearly() { self.years } else { self.quarters }
    }

    /// The values of a measure, by its index among all measures.
    pub fn range(&self, measure: usize) -> Range<usize> {
        let before: usize = all().take(measure).map(|measure| self.length(measure)).sum();
        let first = if measure < MEASURES.len() { before } else { before + MEASURES.len() };
        first..first + all().nth(measure).map_or(0, |measure| self.length(measure))
    }

    /// Index of the value of one of `MEASURES` over the whole run: the mean of shares and of states, the sum of costs.
    pub fn whole(&self, measure: usize) -> usize {
        self.range(MEASURES.len() - 1).end + measure
    }

    /// Index of a quarter's value among the values of a measure; none if the quarter is outside the run.
    fn time_index(&self, measure: &MeasureDefinition, year: u32, quarter: u32) -> Option<usize> {
        if !(1..=4).contains(&quarter) {
            return None;
        }
        let at = (year.checked_mul(4)? + quarter - 1).checked_sub(self.first_quarter)? as usize;
        let year = year.checked_sub(self.first_year)? as usize;
        (at < self.quarters).then_some(if measure.is_yearly() { year } else { at })
    }

    /// The times of a measure in years, as in `TimeSeries::times`.
    pub fn times(&self, measure: &MeasureDefinition) -> Vec<f64> {
        if measure.is_yearly() {
            (0..self.years).map(|year| f64::from(self.first_year) + year as f64 + 0.5).collect()
        } else {
            (0..self.quarters).map(|quarter| (f64::from(self.first_quarter) + quarter as f64 + 1.0) / 4.0).collect()
        }
    }

    /// The series of the first `measures` measures, from the statistics of each value of a record.
    pub fn series(&self, spreads: &[Spread], measures: usize) -> Vec<TimeSeries> {
        let one = |(at, measure)| TimeSeries { times: self.times(measure), spreads: spreads[self.range(at)].to_vec() };
        all().take(measures).enumerate().map(one).collect()
    }
}

/// Adds up the quarters of a run to its record.
#[derive(Clone, Debug)]
pub struct RunRecorder<'a> {
    layout: &'a RecordLayout,
    /// Of each measure, the indices of its column and of its weight in `columns()`.
    columns: Vec<(usize, Option<usize>)>,
    sums: Vec<f64>,
    weights: Vec<f64>,
}

impl<'a> RunRecorder<'a> {
    /// A recorder of a run that has no quarters yet.
    pub fn new(layout: &'a RecordLayout) -> Self {
        let known = columns();
        let find =
            |column: &str| known.iter().position(|other| *other == column).expect("the columns are of the measures");
        let width = layout.metrics_width();
        Self {
            layout,
            columns: MEASURES.iter().map(|measure| (find(measure.column), weight(measure).map(find))).collect(),
            sums: vec![0.0; width],
            weights: vec![0.0; width],
        }
    }

    /// Adds a quarter, from the values of `columns()`; NaN is missing. False if the quarter is outside the run.
    pub fn add(&mut self, year: u32, quarter: u32, values: &[f64]) -> bool {
        for (at, measure) in MEASURES.iter().enumerate() {
            let Some(time) = self.layout.time_index(measure, year, quarter) else { return false };
            let (column, weight) = self.columns[at];
            let value = values[column];
            let weight = weight.map_or(1.0, |column| values[column]);
            if value.is_nan() || weight.is_nan() {
                continue;
            }
            for slot in [self.layout.range(at).start + time, self.layout.whole(at)] {
                self.sums[slot] += value * weight;
                // A sum is divided by 1.
                self.weights[slot] = if measure.timing == Timing::YearSum { 1.0 } else { self.weights[slot] + weight };
            }
        }
        true
    }

    /// The values of the measures that follow from `metrics`; NaN is missing.
    pub fn finish(self) -> Vec<f64> {
        // Without any value this is 0 / 0, which is NaN.
        self.sums.iter().zip(&self.weights).map(|(sum, weight)| sum / weight).collect()
    }
}

/// The record of a run, of values rounded as in the tables.
pub fn of_run(layout: &RecordLayout, history: &History) -> Vec<f64> {
    let known: Vec<&str> = metrics::names().collect();
    let wanted: Vec<usize> = columns()
        .iter()
        .map(|column| known.iter().position(|name| name == column).expect("the measures are of `metrics`"))
        .collect();
    let mut recorder = RunRecorder::new(layout);
    for row in &history.metrics {
        let values = metrics::values(row);
        let chosen: Vec<f64> = wanted.iter().map(|at| values[*at]).collect();
        recorder.add(row.year, row.quarter, &chosen);
    }
    let mut record = recorder.finish();
    record.extend(stance_counts(layout, &history.nations));
    record
}

/// The values of `STANCES` at the end of each year, one after the other; NaN for a year without rows.
fn stance_counts(layout: &RecordLayout, nations: &[NationRow]) -> Vec<f64> {
    let mut counts = vec![f64::NAN; STANCES.len() * layout.years];
    for row in nations {
        let year = (row.year - layout.first_year) as usize;
        for (of, count) in counts.chunks_mut(layout.years).enumerate() {
            count[year] = if count[year].is_nan() { 0.0 } else { count[year] }
                + f64::from(u8::from(stance_index(row.stance_rank) == of));
        }
    }
    counts
}

/// The index in `STANCES` of the number that a nation with this rank of stance is counted in.
pub fn stance_index(rank: u32) -> usize {
    match rank as usize {
        rank if rank >= Stance::Banned.rank() => 0,
        rank if rank == Stance::Restricted.rank() => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand;
    use crate::measures::{COST, LEAKED, MISSED, WITHDRAWN, WITHHELD};

    #[test]
    fn a_record_has_the_value_of_every_measure_at_all_its_times() {
        let layout = RecordLayout::new(Quarter::new(2019, 1), Quarter::new(2020, 4));
        let record = of_run(&layout, &by_hand::history(1));
        assert_eq!(record.len(), layout.width());
        let values = |measure: usize| &record[layout.range(measure)];
        let near =
            |a: &[f64], b: &[f64]| assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9), "{a:?} is not {b:?}");
        near(values(WITHHELD), &[0.0, 0.35]);
        near(values(MISSED), &[0.5, 0.5]);
        near(values(WITHDRAWN), &[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
        near(values(COST), &[50.0, 50.0]);
        near(&[record[layout.whole(COST)], record[layout.whole(LEAKED)]], &[100.0, 0.125]);
        let bans = MEASURES.len();
        near(&[values(bans), values(bans + 1), values(bans + 2)].concat(), &[0.0, 1.0, 0.0, 1.0, 3.0, 1.0]);
    }

    #[test]
    fn a_quarter_outside_the_run_is_refused() {
        let layout = RecordLayout::new(Quarter::new(2019, 2), Quarter::new(2019, 3));
        let mut recorder = RunRecorder::new(&layout);
        let values = vec![1.0; columns().len()];
        let added = [(2019, 2), (2019, 1), (2019, 4), (2018, 3), (2019, 7)]
            .map(|(year, quarter)| recorder.add(year, quarter, &values));
        assert_eq!(added, [true, false, false, false, false]);
    }
}
