//! What a statement is: what it says, the statistics that tell whether it holds, and when they do.
use super::ground::Ground;
use super::seen::Seen;
use super::stances::Stances;
use crate::tables::quantile::spread;

/// Numbers nearer than this are equal.
pub(super) const NOISE: f64 = 1e-9;

/// One statement: a claim about 2019 and after that the model is held to.
#[derive(Clone, Copy, Debug)]
pub struct Statement {
    /// Its number, 1 to 18.
    pub number: u32,
    /// What it says.
    pub says: &'static str,
    /// It holds if all of these do.
    pub statistics: &'static [Statistic],
    /// What it means for the model's use where it does not hold.
    pub if_missed: &'static str,
    /// What a reader has to know of how it is measured; empty where the statistics say it all.
    pub note: &'static str,
}

/// One number by which a statement is held.
#[derive(Clone, Copy, Debug)]
pub struct Statistic {
    /// What it is.
    pub what: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// How a run or the record gives it.
    pub measure: Measure,
    /// What it is held against.
    pub recorded: Recorded,
    /// The widest the model's 90 % interval may be; infinite where a bound says it all.
    pub width: f64,
}

/// How a number is got.
#[derive(Clone, Copy, Debug)]
pub enum Measure {
    /// From stances, of a run or of the record.
    Stances(fn(&Ground, &Stances) -> Option<f64>),
    /// From a run of the scenario as it stands and of the threat as spoken, on the same luck.
    Runs(fn(&Ground, &Pair) -> Option<f64>),
}

/// What a number is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Recorded {
    /// The same number of the record.
    Record,
    /// The number that the statement gives.
    Given(f64),
    /// A range that the statement gives: the whole interval lies within.
    Between(f64, f64),
    /// A bound: the whole interval lies on or above it.
    AtLeast(f64),
    /// A bound: the whole interval lies on or below it.
    AtMost(f64),
}

/// What the same luck made of two variants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pair {
    /// The scenario as it stands.
    pub base: Seen,
    /// The threat carried out to the letter, where it was run.
    pub spoken: Option<Seen>,
}

/// A statistic as the model gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it must contain; none where the statement gives a range or a bound, or the record says nothing.
    pub recorded: Option<f64>,
    /// The range in which it must lie, where it must.
    pub within: Option<(f64, f64)>,
    /// Runs that tell it.
    pub n: u64,
    /// Median and the quantiles at 5 and 95 %; none where no run tells it.
    pub model: Option<Model>,
    /// Whether it holds.
    pub holds: bool,
}

/// Median and 90 % interval over runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    /// Median.
    pub median: f64,
    /// 5 % quantile.
    pub low: f64,
    /// 95 % quantile.
    pub high: f64,
}

/// A statement and what became of its statistics.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The statement.
    pub statement: &'static Statement,
    /// One a statistic.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// Whether all its statistics hold.
    pub fn holds(&self) -> bool {
        self.findings.iter().all(|finding| finding.holds)
    }

    /// Statistics with their findings.
    pub fn rows(&self) -> impl Iterator<Item = (&'static Statistic, &Finding)> {
        self.statement.statistics.iter().zip(&self.findings)
    }
}

impl Statistic {
    /// Its value in one pair of runs.
    pub fn of(&self, ground: &Ground, pair: &Pair) -> Option<f64> {
        match self.measure {
            Measure::Stances(of) => of(ground, &pair.base.stances),
            Measure::Runs(of) => of(ground, pair),
        }
    }

    /// What it is held against: the number, and the range or bounds.
    pub(super) fn held_against(&self, ground: &Ground) -> (Option<f64>, Option<(f64, f64)>) {
        let record = || match self.measure {
            Measure::Stances(of) => of(ground, &ground.record),
            Measure::Runs(_) => None,
        };
        match self.recorded {
            Recorded::Record => (record(), None),
            Recorded::Given(number) => (Some(number), None),
            Recorded::Between(low, high) => (record(), Some((low, high))),
            Recorded::AtLeast(low) => (record(), Some((low, f64::INFINITY))),
            Recorded::AtMost(high) => (record(), Some((f64::NEG_INFINITY, high))),
        }
    }

    /// Judges the values of all runs; NaN stands for one that does not tell.
    pub fn judge(&self, ground: &Ground, values: &mut Vec<f64>) -> Finding {
        let (recorded, within) = self.held_against(ground);
        let spread = spread(values);
        let model = spread.quantiles.map(|[low, _, median, _, high]| Model { median, low, high });
        let holds = model.is_some_and(|Model { low, high, .. }| {
            let fits = match (within, recorded) {
                (Some((least, most)), _) => low >= least - NOISE && high <= most + NOISE,
                (None, Some(recorded)) => low <= recorded + NOISE && high >= recorded - NOISE,
                (None, None) => false,
            };
            fits && high - low <= self.width + NOISE
        });
        Finding { recorded, within, n: spread.n, model, holds }
    }
}
