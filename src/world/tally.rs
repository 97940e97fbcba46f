//! Counts since the start of the quarter and of the year.
use super::ids::NationId;
use super::matrix::Matrix;
use bevy_ecs::prelude::*;

/// (report, reader) pairs in one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReaderPairs {
    /// Pairs that agreements alone allow at full trust.
    pub due: u32,
    /// Of these, the pairs in which the reader read the report.
    pub read: u32,
}

impl ReaderPairs {
    /// Adds the pairs of `times` equal reports.
    pub fn add(&mut self, pairs: ReaderPairs, times: u32) {
        self.due += pairs.due * times;
        self.read += pairs.read * times;
    }
}

/// Counts of one quarter for the whole alliance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct QuarterCounts {
    /// Reports produced.
    pub produced: u32,
    /// (report, reader) pairs that agreements alone allow at full trust: the pairs that are due.
    pub due: u32,
    /// Due pairs in which the reader read the report.
    pub read: u32,
    /// Of the due pairs, those of reports that the hub produced.
    pub from_hub: ReaderPairs,
    /// Of the due pairs, those in which the hub is the reader.
    pub to_hub: ReaderPairs,
    /// Due pairs that a rule stopped.
    pub withheld: u32,
    /// Due pairs that a lack of trust or of clearance stopped.
    pub untrusted: u32,
    /// Due pairs that were lost because a report was moved from a pool to a side list.
    pub friction: u32,
    /// Reports due in pools.
    pub pool_due: u32,
    /// Of these, the reports that were moved out of a pool.
    pub pool_thinned: u32,
    /// Warnings that were due to their subject.
    pub warnings: u32,
    /// Of these, the warnings that their subject did not read.
    pub warnings_missed: u32,
    /// Reports that leaked.
    pub leaked: u32,
    /// Cost of early replacement, in million US dollars.
    pub cost_musd: f64,
}

impl QuarterCounts {
    /// The due pairs in which the hub is neither producer nor reader.
    pub fn rest(&self) -> ReaderPairs {
        ReaderPairs {
            due: self.due - self.from_hub.due - self.to_hub.due,
            read: self.read - self.from_hub.read - self.to_hub.read,
        }
    }
}

/// Counts of one year for one nation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NationCounts {
    /// Reports produced.
    pub produced: u32,
    /// New reports of other nations that it read.
    pub read: u32,
    /// New reports that a rule withheld from it.
    pub withheld_from: u32,
    /// Value of the reports that it produced.
    pub value_produced: f64,
    /// Value of the new reports of other nations that it read.
    pub value_read: f64,
    /// The same of raw reports.
    pub raw_value_read: f64,
    /// Value of the new reports that a rule withheld from it.
    pub value_withheld_from: f64,
    /// Warnings that it should have read and did not.
    pub warnings_missed: u32,
    /// Reports that leaked in it.
    pub leaked: u32,
    /// Cost of early replacement, in million US dollars.
    pub cost_musd: f64,
}

/// All counts.
#[derive(Resource, Clone, Debug)]
pub struct Tally {
    /// Counts of this quarter.
    pub quarter: QuarterCounts,
    /// Counts of this year for each nation, in identity order.
    pub nations: Vec<NationCounts>,
    /// This year, by pair: new reports of `from` that `to` read.
    pub sent: Matrix<u32>,
    /// This year, by pair: new reports of `from` that agreements allow and a rule of `from` withheld from `to`.
    pub withheld: Matrix<u32>,
    /// This year, by pair: the value of the reports in `sent`.
    pub sent_value: Matrix<f64>,
    /// This year, by pair: the value of the reports in `withheld`.
    pub withheld_value: Matrix<f64>,
    /// This year, by pair: fused reports of `from` that a rule of another owner withheld from `to`.
    pub co_owner: Matrix<u32>,
    /// True if pairs are counted; if not, the matrices are empty.
    pub pairs: bool,
    /// The expected number of reports that each nation produces this quarter.
    pub expected: Vec<f64>,
}

impl Tally {
    /// All counts at 0.
    pub fn new(nations: usize, pairs: bool) -> Self {
        let recorded = if pairs { nations } else { 0 };
        let blank = Matrix::filled(recorded, 0);
        let no_value = Matrix::filled(recorded, 0.0);
        Self {
            quarter: QuarterCounts::default(),
            nations: vec![NationCounts::default(); nations],
            sent: blank.clone(),
            withheld: blank.clone(),
            co_owner: blank,
            sent_value: no_value.clone(),
            withheld_value: no_value,
            pairs,
            expected: vec![0.0; nations],
        }
    }
    /// The counts of this year for a nation, to change.
    pub fn nation(&mut self, nation: NationId) -> &mut NationCounts {
        &mut self.nations[nation.index()]
    }
    /// Sets the counts of the year to 0.
    pub fn new_year(&mut self) {
        self.nations.fill(NationCounts::default());
        self.sent.fill(0);
        self.withheld.fill(0);
        self.co_owner.fill(0);
        self.sent_value.fill(0.0);
        self.withheld_value.fill(0.0);
    }
}
