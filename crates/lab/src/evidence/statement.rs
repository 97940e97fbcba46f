//! A statement about what happened, its statistics, and how they are judged.
use super::observations::PairedRuns;
use super::reference_data::ReferenceData;
use super::stances::Stances;
use crate::tables::quantile::spread;

/// Numbers that differ by less than this count as equal.
pub(super) const NOISE: f64 = 1e-9;

/// One of the eighteen statements: a stylized fact of 2019 and after that a credible model shows.
#[derive(Clone, Copy, Debug)]
pub struct StylizedFact {
    /// Its number, 1 to 18.
    pub number: u32,
    /// What it says.
    pub says: &'static str,
    /// The statement holds if all of these hold.
    pub statistics: &'static [Statistic],
    /// What a miss means for the use of the model.
    pub if_missed: &'static str,
    /// What a reader must know about how it is measured; empty where the statistics say enough.
    pub note: &'static str,
}

/// One number by which a statement is judged.
#[derive(Clone, Copy, Debug)]
pub struct Statistic {
    /// What it is.
    pub what: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// How it is computed from a run or from the record.
    pub computation: Computation,
    /// What it is compared with.
    pub criterion: Criterion,
    /// The greatest width allowed for the model's 90 % interval; infinite where the criterion is a bound.
    pub width: f64,
}

/// How a statistic is computed.
#[derive(Clone, Copy, Debug)]
pub enum Computation {
    /// From stances, either of a run or of the record.
    Stances(fn(&ReferenceData, &Stances) -> Option<f64>),
    /// From a run of the baseline and a run with the threat as spoken, on the same random numbers.
    Runs(fn(&ReferenceData, &PairedRuns) -> Option<f64>),
}

/// What a statistic is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Criterion {
    /// The same statistic of the record.
    Record,
    /// The number that the statement gives.
    Given(f64),
    /// A range that the statement gives: the whole interval must lie within.
    Between(f64, f64),
    /// A lower bound: the whole interval must lie on or above it.
    AtLeast(f64),
    /// An upper bound: the whole interval must lie on or below it.
    AtMost(f64),
}

/// A statistic of the model, judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The value of the record or of the statement; none where neither gives one.
    pub recorded: Option<f64>,
    /// The range in which the interval must lie; none where the criterion is one number.
    pub within: Option<(f64, f64)>,
    /// Number of runs that give a value.
    pub n: u64,
    /// Median and 90 % interval over runs; none where no run gives a value.
    pub model: Option<Interval>,
    /// Whether it holds.
    pub holds: bool,
}

/// Median and 90 % interval over runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Median.
    pub median: f64,
    /// 5 % quantile.
    pub low: f64,
    /// 95 % quantile.
    pub high: f64,
}

impl Interval {
    /// True if it lies within the range or, where there is none, contains the number.
    fn meets(&self, recorded: Option<f64>, within: Option<(f64, f64)>) -> bool {
        match (within, recorded) {
            (Some((least, most)), _) => self.low >= least - NOISE && self.high <= most + NOISE,
            (None, Some(recorded)) => self.low <= recorded + NOISE && self.high >= recorded - NOISE,
            (None, None) => false,
        }
    }
}

/// A statement with its assessed statistics.
#[derive(Clone, Debug)]
pub struct JudgedStatement {
    /// The statement.
    pub statement: &'static StylizedFact,
    /// One assessment per statistic, in their order.
    pub assessments: Vec<Assessment>,
}

impl JudgedStatement {
    /// True if all its statistics hold.
    pub fn holds(&self) -> bool {
        self.assessments.iter().all(|assessment| assessment.holds)
    }

    /// Its statistics with their assessments.
    pub fn rows(&self) -> impl Iterator<Item = (&'static Statistic, &Assessment)> {
        self.statement.statistics.iter().zip(&self.assessments)
    }
}

impl Statistic {
    /// Its value in one pair of runs; none where the runs do not give one.
    pub fn value(&self, reference: &ReferenceData, pair: &PairedRuns) -> Option<f64> {
        match self.computation {
            Computation::Stances(compute) => compute(reference, &pair.base.stances),
            Computation::Runs(compute) => compute(reference, pair),
        }
    }

    /// What it is compared with: the number, and the range or bounds (infinite where there is no bound).
    pub(super) fn reference_values(&self, reference: &ReferenceData) -> (Option<f64>, Option<(f64, f64)>) {
        match self.criterion {
            Criterion::Record => (self.value_on_record(reference), None),
            Criterion::Given(number) => (Some(number), None),
            Criterion::Between(low, high) => (self.value_on_record(reference), Some((low, high))),
            Criterion::AtLeast(low) => (self.value_on_record(reference), Some((low, f64::INFINITY))),
            Criterion::AtMost(high) => (self.value_on_record(reference), Some((f64::NEG_INFINITY, high))),
        }
    }

    /// Its value on record; none where only runs give one.
    fn value_on_record(&self, reference: &ReferenceData) -> Option<f64> {
        match self.computation {
            Computation::Stances(compute) => compute(reference, &reference.record),
            Computation::Runs(_) => None,
        }
    }

    /// Judges the values of all runs; NaN marks a run that does not give one.
    pub fn judge(&self, reference: &ReferenceData, values: &mut Vec<f64>) -> Assessment {
        let (recorded, within) = self.reference_values(reference);
        let spread = spread(values);
        let model = spread.quantiles.map(|[low, _, median, _, high]| Interval { median, low, high });
        let holds = model.is_some_and(|interval| {
            interval.meets(recorded, within) && interval.high - interval.low <= self.width + NOISE
        });
        Assessment { recorded, within, n: spread.n, model, holds }
    }
}
