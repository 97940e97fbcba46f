//! The ledger: the rows of a run, and the last quarter's ties, so that only what changed is measured again.
use super::communities::Communities;
use super::{flow, graph};
use crate::history::{Detail, History};
use crate::world::ids::NationId;
use crate::world::sets::NationSet;
use crate::world::setting::Setting;
use bevy_ecs::prelude::*;

/// The rows of the run so far, and the state of the measures from the last quarter.
#[derive(Resource, Clone, Debug)]
pub struct Ledger {
    /// The rows.
    pub history: History,
    /// Which tables are recorded.
    pub(super) detail: Detail,
    /// What each nation could read at the start, in expected reports a quarter; `None` before the first quarter.
    pub(super) baseline: Option<Vec<f64>>,
    /// Weights of the ties, nations x nations, row by row, 0 to 1.
    weights: Vec<f64>,
    communities: Communities,
    pub(super) flow_shares: flow::FlowShares,
    /// The bloc of each nation.
    pub(super) blocs: Vec<usize>,
    pub(super) structure: Structure,
    /// Buffer: the nations whose flows changed, and towards whom.
    pub(super) stale: Vec<(NationId, NationSet)>,
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
    pub modularity: f64,
}

/// Which ties changed since they were last measured.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TieChanges {
    /// A weight changed: modularity depends on it.
    any: bool,
    /// The weight of a tie changed that is or was free: blocs depend on it.
    free: bool,
    /// A tie became free or stopped being free: distances depend on it.
    freedom: bool,
}

/// Empties the ledger at the start of a run.
pub fn reset(world: &mut World) {
    let detail = *world.resource::<Detail>();
    let setting = world.resource::<Setting>();
    let (nations, quarters) = (setting.nations, setting.end.since(setting.start) as usize + 1);
    world.get_resource_or_insert_with(|| Ledger::new(nations, detail)).restart(detail, quarters);
}

impl Ledger {
    /// An empty ledger.
    fn new(nations: usize, detail: Detail) -> Self {
        Self {
            history: History::default(),
            detail,
            baseline: None,
            // NaN differs from every weight, so the first quarter is always measured.
            weights: vec![f64::NAN; nations * nations],
            communities: Communities::default(),
            flow_shares: flow::FlowShares::new(nations),
            blocs: Vec::new(),
            structure: Structure::default(),
            stale: Vec::new(),
        }
    }

    /// Empties the ledger for another run of `quarters`, and reuses its memory.
    fn restart(&mut self, detail: Detail, quarters: usize) {
        self.history = History::default();
        self.history.metrics.reserve(quarters);
        self.history.nations.reserve((quarters / 4 + 2) * self.flow_shares.nations());
        self.detail = detail;
        self.baseline = None;
        self.weights.fill(f64::NAN);
        self.flow_shares.invalidate();
        self.blocs.clear();
        self.structure = Structure::default();
    }

    /// Updates the weights of one nation's ties with those towards whom its flows changed, and notes what changed.
    pub(super) fn update_weights(
        &mut self,
        a: NationId,
        changed: &NationSet,
        free_share: f64,
        changes: &mut TieChanges,
    ) {
        let n = self.flow_shares.nations();
        for b in changed.iter().filter(|b| *b != a) {
            let tie = self.flow_shares.tie_weight(a, b);
            let at = a.index() * n + b.index();
            let before = std::mem::replace(&mut self.weights[at], tie);
            self.weights[b.index() * n + a.index()] = tie;
            if before != tie {
                let (was, is) = (graph::is_free(before, free_share), graph::is_free(tie, free_share));
                changes.any = true;
                changes.free |= was || is;
                changes.freedom |= was != is;
            }
        }
        self.weights[a.index() * n + a.index()] = 0.0;
    }

    /// Finds the blocs again and computes the measures again, each only if the ties it depends on changed.
    pub(super) fn update_structure(&mut self, changes: TieChanges, n: usize, free_share: f64) {
        let first = self.blocs.is_empty();
        let structure = &mut self.structure;
        if changes.free || first {
            self.blocs.clear();
            self.blocs.extend_from_slice(self.communities.find(&self.weights, n, free_share));
            let sizes = graph::bloc_sizes(&self.blocs);
            structure.largest = sizes.iter().max().copied().unwrap_or(0);
            structure.count = sizes.len();
            structure.fragmentation = graph::fragmentation_index(&sizes, n);
        }
        if changes.freedom || first {
            let ties = graph::free_ties(&self.weights, n, free_share);
            structure.distance_fragmentation = graph::distance_fragmentation_index(&ties, n);
        }
        if changes.any || first {
            structure.modularity = graph::modularity(&self.weights, &self.blocs);
        }
    }
}
