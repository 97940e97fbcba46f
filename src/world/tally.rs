//! Tallies: what was counted since the quarter, or the year, began.
use super::ids::NationId;
use super::matrix::Matrix;
use bevy_ecs::prelude::*;

/// Counts of one quarter for the whole alliance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct QuarterCounts {
    /// Reports produced.
    pub produced: u32,
    /// (report, reader) pairs that agreements alone allow at full trust.
    pub due: u32,
    /// Those that came about.
    pub read: u32,
    /// Those that a rule stopped.
    pub withheld: u32,
    /// Those that want of trust or clearance stopped.
    pub untrusted: u32,
    /// Those lost between pool and side list.
    pub friction: u32,
    /// Reports due in pools.
    pub pool_due: u32,
    /// Those moved out of a pool.
    pub pool_thinned: u32,
    /// Warnings that their subject should have read.
    pub warnings: u32,
    /// Those it did not.
    pub warnings_missed: u32,
    /// Reports that leaked.
    pub leaked: u32,
    /// Cost of early replacement, in million US dollars.
    pub cost_musd: f64,
}

/// Counts of one year for one nation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NationCounts {
    /// Reports produced.
    pub produced: u32,
    /// New reports of others read.
    pub read: u32,
    /// New reports that a rule kept from it.
    pub withheld_from: u32,
    /// Warnings missed.
    pub warnings_missed: u32,
    /// Reports that leaked in it.
    pub leaked: u32,
    /// Cost of early replacement, in million US dollars.
    pub cost_musd: f64,
}

/// Everything counted.
#[derive(Resource, Clone, Debug)]
pub struct Tally {
    /// This quarter.
    pub quarter: QuarterCounts,
    /// This year, by nation.
    pub nations: Vec<NationCounts>,
    /// This year, by pair: new reports of `from` that `to` read.
    pub sent: Matrix<u32>,
    /// This year, by pair: new reports of `from` that agreements allow and a rule of `from` kept from `to`.
    pub withheld: Matrix<u32>,
    /// This year, by pair: fused reports of `from` that another owner's rule kept from `to`.
    pub co_owner: Matrix<u32>,
    /// Whether pairs are counted.
    pub pairs: bool,
    /// How many reports each nation produces this quarter in expectation.
    pub expected: Vec<f64>,
}

impl Tally {
    /// Nothing counted yet.
    pub fn new(nations: usize, pairs: bool) -> Self {
        let blank = Matrix::filled(if pairs { nations } else { 0 }, 0);
        Self {
            quarter: QuarterCounts::default(),
            nations: vec![NationCounts::default(); nations],
            sent: blank.clone(),
            withheld: blank.clone(),
            co_owner: blank,
            pairs,
            expected: vec![0.0; nations],
        }
    }
    /// The year's counts of a nation.
    pub fn nation(&mut self, nation: NationId) -> &mut NationCounts {
        &mut self.nations[nation.index()]
    }
    /// Starts a new year.
    pub fn new_year(&mut self) {
        self.nations.fill(NationCounts::default());
        self.sent.fill(0);
        self.withheld.fill(0);
        self.co_owner.fill(0);
    }
}
