//! The ledger: the rows of a run, and the last quarter's ties, so that only what changed is measured again.
use super::linkage::AverageLinkage;
use super::pictures::Pictures;
use super::{flow, graph};
use crate::history::{Detail, History};
use crate::world::ids::NationId;
use crate::world::matrix::Matrix;
use crate::world::model::{ByProduct, Model};
use crate::world::sets::NationSet;
use crate::world::setting::Setting;
use crate::world::ties::Giving;
use bevy_ecs::prelude::*;

/// The rows of the run so far, and the state of the measures from the last quarter.
#[derive(Resource, Clone, Debug)]
pub struct Ledger {
    /// The rows.
    pub history: History,
    /// Which tables are recorded.
    pub(super) detail: Detail,
    /// What nations could read at the start.
    pub(super) baseline: Baseline,
    /// What the reports of each nation are worth; empty before the first quarter.
    pub(super) output: Output,
    /// Weights of the ties, nations x nations, row by row, 0 to 1.
    weights: Vec<f64>,
    pub(super) pictures: Pictures,
    linkage: AverageLinkage,
    pub(super) flow_shares: flow::FlowShares,
    /// The bloc of each nation.
    pub(super) blocs: Vec<usize>,
    pub(super) structure: Structure,
    /// For each nation, the sum of the levels that it may send to its partners (`levels_kept`).
    pub(super) levels_kept: Vec<u32>,
    /// Buffer: the nations whose flows changed, and towards whom.
    pub(super) stale: Vec<(NationId, NationSet)>,
    /// The nations whose flows changed in the last quarter that was measured, in order.
    pub(super) touched: Vec<NationId>,
    /// The value of each nation's production that its part in the pictures shows.
    pub(super) shown: Vec<f64>,
    /// Buffer: the trust of one nation in each other with reports.
    pub(super) trust: Vec<f64>,
}

/// What every nation could read at the start of a run, before any rule; empty before the first quarter.
#[derive(Clone, Debug, Default)]
pub(super) struct Baseline {
    /// (from, to): the share of the value of `from`'s reports that `to` could get.
    pub shares: Matrix<f64>,
    /// The value of what each nation could read, expected a quarter.
    pub readable: Vec<f64>,
}

/// What the reports of each nation are worth, in identity order.
#[derive(Clone, Debug, Default)]
pub(super) struct Output {
    /// The parts of products and levels in the value of its reports.
    pub parts: Vec<ByProduct>,
    /// The mean value of a report.
    pub mean: Vec<f64>,
}

impl Output {
    /// From the raw part of each nation's reports.
    pub fn new(model: &Model, raw_shares: impl Iterator<Item = f64> + Clone) -> Self {
        let parts = raw_shares.clone().map(|raw| model.value_parts(raw)).collect();
        Self { parts, mean: raw_shares.map(|raw| model.mean_value(raw)).collect() }
    }

    /// The value that a nation is expected to produce in a quarter; `expected` are the numbers of reports.
    pub fn value(&self, nation: NationId, expected: &[f64]) -> f64 {
        self.mean[nation.index()] * expected[nation.index()]
    }
}

/// Measures of how far the alliance has come apart (docs/MEASURES.md).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Structure {
    /// Members of the largest bloc.
    pub largest: usize,
    /// Number of blocs.
    pub count: usize,
    pub fragmentation: f64,
    pub distance_fragmentation: f64,
    pub effective_pictures: f64,
    pub picture_overlap: f64,
}

/// Empties the ledger at the start of a run.
pub fn reset(world: &mut World) {
    let detail = *world.resource::<Detail>();
    let setting = world.resource::<Setting>();
    let (nations, quarters) = (setting.nations, setting.end.since(setting.start) as usize + 1);
    world.get_resource_or_insert_with(|| Ledger::new(nations, detail)).restart(detail, quarters);
}

impl Ledger {
    /// What every nation may read, as things are at the end of the last quarter.
    pub fn pictures(&self) -> &Pictures {
        &self.pictures
    }

    /// An empty ledger.
    fn new(nations: usize, detail: Detail) -> Self {
        Self {
            history: History::default(),
            detail,
            baseline: Baseline::default(),
            output: Output::default(),
            // NaN differs from every weight, so the first quarter is always measured.
            weights: vec![f64::NAN; nations * nations],
            pictures: Pictures::new(nations),
            linkage: AverageLinkage::default(),
            flow_shares: flow::FlowShares::new(nations),
            blocs: Vec::new(),
            structure: Structure::default(),
            levels_kept: vec![0; nations],
            stale: Vec::new(),
            touched: Vec::new(),
            shown: vec![f64::NAN; nations],
            trust: Vec::new(),
        }
    }

    /// Empties the ledger for another run of `quarters`, and reuses its memory.
    fn restart(&mut self, detail: Detail, quarters: usize) {
        self.history = History::default();
        self.history.metrics.reserve(quarters);
        self.history.nations.reserve((quarters / 4 + 2) * self.flow_shares.nations());
        self.detail = detail;
        self.output = Output::default();
        self.weights.fill(f64::NAN);
        self.pictures.clear();
        self.shown.fill(f64::NAN);
        self.flow_shares.invalidate();
        self.blocs.clear();
        self.structure = Structure::default();
    }

    /// Updates what those towards whom a nation's flows changed receive from it, of what they could get at the start.
    pub(super) fn update_received(&self, from: NationId, changed: &NationSet, giving: &mut Giving) {
        for to in changed.iter().filter(|to| *to != from) {
            let start = self.baseline.shares[(from, to)];
            let now = self.flow_shares.permitted(from)[to.index()];
            let received = if start > 0.0 { (now / start).min(1.0) } else { 1.0 };
            giving.received[(to, from)] = received;
            if received < 1.0 {
                giving.away.set(to, from, true);
            }
        }
    }

    /// Updates the weights of one nation's ties with those towards whom its flows changed; returns true if a tie became
    /// free or stopped being free.
    pub(super) fn update_weights(&mut self, a: NationId, changed: &NationSet, free_share: f64) -> bool {
        let n = self.flow_shares.nations();
        let mut freedom_changed = false;
        for b in changed.iter().filter(|b| *b != a) {
            let tie = self.flow_shares.tie_weight(a, b);
            let at = a.index() * n + b.index();
            let before = std::mem::replace(&mut self.weights[at], tie);
            self.weights[b.index() * n + a.index()] = tie;
            freedom_changed |= graph::is_free(before, free_share) != graph::is_free(tie, free_share);
        }
        self.weights[a.index() * n + a.index()] = 0.0;
        freedom_changed
    }

    /// Finds the blocs again and computes the measures again, each only if what it depends on changed: distances on
    /// which ties are free, the rest on the pictures.
    pub(super) fn update_structure(&mut self, freedom_changed: bool, model: &Model) {
        let n = self.flow_shares.nations();
        let first = self.blocs.is_empty();
        let structure = &mut self.structure;
        if self.pictures.update() || first {
            self.linkage.find(&self.pictures, model.bloc_overlap, &mut self.blocs);
            let sizes = graph::bloc_sizes(&self.blocs);
            structure.largest = sizes.iter().max().copied().unwrap_or(0);
            structure.count = sizes.len();
            structure.fragmentation = graph::fragmentation_index(&sizes, n);
            structure.effective_pictures = self.pictures.effective_number();
            structure.picture_overlap = self.pictures.mean_overlap();
        }
        if freedom_changed || first {
            let ties = graph::free_ties(&self.weights, n, model.free_share);
            structure.distance_fragmentation = graph::distance_fragmentation_index(&ties, n);
        }
    }
}
