//! The record of a run, and what of the last quarter's ties is kept to measure only what changed.
use super::communities::Communities;
use super::{flow, graph};
use crate::history::{Detail, History};
use crate::world::ids::NationId;
use crate::world::sets::NationSet;
use crate::world::setting::Setting;
use bevy_ecs::prelude::*;

/// The record of the run so far, and room to measure in.
#[derive(Resource, Clone, Debug)]
pub struct Ledger {
    /// The rows.
    pub history: History,
    /// Which tables are recorded.
    pub(super) detail: Detail,
    /// What each nation could read at the start, in expected reports a quarter; before the first measure none.
    pub(super) baseline: Option<Vec<f64>>,
    weights: Vec<f64>,
    communities: Communities,
    pub(super) shapes: flow::Shapes,
    pub(super) blocs: Vec<usize>,
    pub(super) structure: Structure,
    /// Whose flows changed, and towards whom.
    pub(super) stale: Vec<(NationId, NationSet)>,
}

/// How far the alliance has come apart; the same as long as the ties are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Structure {
    pub largest: usize,
    pub count: usize,
    pub fragmentation: f64,
    pub distance_fragmentation: f64,
    pub modularity: f64,
}

/// What changed of the ties since they were last measured.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Change {
    /// Any tie.
    any: bool,
    /// Any by which nations share freely, before or now: blocs rest on these.
    free: bool,
    /// Who shares freely with whom: distances rest on this.
    who: bool,
}

/// Empties the record at the start of a run.
pub fn reset(world: &mut World) {
    let detail = *world.resource::<Detail>();
    let setting = world.resource::<Setting>();
    let (nations, quarters) = (setting.nations, setting.end.since(setting.start) as usize + 1);
    world.get_resource_or_insert_with(|| Ledger::new(nations, detail)).begin(detail, quarters);
}

impl Ledger {
    /// Nothing recorded yet.
    fn new(nations: usize, detail: Detail) -> Self {
        Self {
            history: History::default(),
            detail,
            baseline: None,
            // No tie yet, and none like it: the first quarter is always measured.
            weights: vec![f64::NAN; nations * nations],
            communities: Communities::default(),
            shapes: flow::Shapes::new(nations),
            blocs: Vec::new(),
            structure: Structure::default(),
            stale: Vec::new(),
        }
    }

    /// Begins the record of another run of so many quarters, in the memory that this one had.
    fn begin(&mut self, detail: Detail, quarters: usize) {
        self.history = History::default();
        self.history.metrics.reserve(quarters);
        self.history.nations.reserve((quarters / 4 + 2) * self.shapes.nations());
        self.detail = detail;
        self.baseline = None;
        self.weights.fill(f64::NAN);
        self.shapes.forget();
        self.blocs.clear();
        self.structure = Structure::default();
    }

    /// The ties of one nation with those towards whom its flows changed, as the graph measures read them.
    pub(super) fn weigh(&mut self, a: NationId, changed: &NationSet, free_share: f64, change: &mut Change) {
        let n = self.shapes.nations();
        for b in changed.iter().filter(|b| *b != a) {
            let tie = self.shapes.freedom(a, b);
            let at = a.index() * n + b.index();
            let before = std::mem::replace(&mut self.weights[at], tie);
            self.weights[b.index() * n + a.index()] = tie;
            if before != tie {
                let (was, is) = (graph::is_free(before, free_share), graph::is_free(tie, free_share));
                change.any = true;
                change.free |= was || is;
                change.who |= was != is;
            }
        }
        self.weights[a.index() * n + a.index()] = 0.0;
    }

    /// Finds the blocs anew and measures how far the alliance has come apart, where what these rest on changed.
    pub(super) fn restructure(&mut self, change: Change, n: usize, free_share: f64) {
        let first = self.blocs.is_empty();
        let structure = &mut self.structure;
        if change.free || first {
            self.blocs.clear();
            self.blocs.extend_from_slice(self.communities.find(&self.weights, n, free_share));
            let sizes = graph::bloc_sizes(&self.blocs);
            structure.largest = sizes.iter().max().copied().unwrap_or(0);
            structure.count = sizes.len();
            structure.fragmentation = graph::fragmentation_index(&sizes, n);
        }
        if change.who || first {
            let ties = graph::free_ties(&self.weights, n, free_share);
            structure.distance_fragmentation = graph::distance_fragmentation_index(&ties, n);
        }
        if change.any || first {
            structure.modularity = graph::modularity(&self.weights, &self.blocs);
        }
    }
}
