//! Measures: what is recorded of a quarter: blocs, how far the alliance has come apart, and the rows of every table.
pub mod communities;
mod flow;
pub mod graph;
pub mod pairs;
mod year;

use crate::access::facts::Facts;
use crate::history::cell::{Millions, Share};
use crate::history::rows::MetricsRow;
use crate::history::{Detail, History};
use crate::world::agreement::Covenant;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::mission::Outreach;
use crate::world::model::Model;
use crate::world::network::Equipment;
use crate::world::report::Clearances;
use crate::world::rule::Restrictions;
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Names, Setting, everyone};
use crate::world::tally::{QuarterCounts, Tally};
use crate::world::ties::{Reading, Trust};
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use communities::Communities;
use smallvec::SmallVec;
use year::Standings;
pub use year::decision_id;

/// The record of the run so far, and room to measure in.
#[derive(Resource, Clone, Debug)]
pub struct Ledger {
    /// The rows.
    pub history: History,
    /// Which tables are recorded.
    detail: Detail,
    /// What each nation could read at the start, in expected reports a quarter; before the first measure none.
    baseline: Option<Vec<f64>>,
    weights: Vec<f64>,
    communities: Communities,
    shapes: flow::Shapes,
    blocs: Vec<usize>,
    structure: Structure,
    /// Whose flows changed, and towards whom.
    stale: Vec<(NationId, NationSet)>,
}

/// How far the alliance has come apart; the same as long as the ties are.
#[derive(Clone, Copy, Debug, Default)]
struct Structure {
    largest: usize,
    count: usize,
    fragmentation: f64,
    distance_fragmentation: f64,
    modularity: f64,
}

/// What changed of the ties since they were last measured.
#[derive(Clone, Copy, Debug, Default)]
struct Change {
    /// Any tie.
    any: bool,
    /// Any by which nations share freely, before or now: blocs rest on these.
    free: bool,
    /// Who shares freely with whom: distances rest on this.
    who: bool,
}

impl Ledger {
    /// Nothing recorded yet.
    pub fn new(nations: usize, detail: Detail) -> Self {
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
    pub fn begin(&mut self, detail: Detail, quarters: usize) {
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
    fn weigh(&mut self, a: NationId, changed: &NationSet, free_share: f64, change: &mut Change) {
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
    fn restructure(&mut self, change: Change, n: usize, free_share: f64) {
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

/// What is measured.
#[derive(SystemParam)]
pub struct State<'w> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    names: Res<'w, Names>,
    grants: Res<'w, Grants>,
    covenant: Res<'w, Covenant>,
    trust: Res<'w, Trust>,
    clearances: Res<'w, Clearances>,
    restrictions: Res<'w, Restrictions>,
    equipment: Res<'w, Equipment>,
    vendors: Res<'w, VendorList>,
    outreach: Res<'w, Outreach>,
    facts: Res<'w, Facts>,
}

/// Measures the quarter, records it, and begins new counts.
pub fn measures(
    state: State,
    standings: Standings,
    mut reading: ResMut<Reading>,
    mut tally: ResMut<Tally>,
    mut ledger: ResMut<Ledger>,
) {
    let ledger = &mut *ledger;
    let change = state.flows(ledger);
    state.readings(&mut reading, &tally.expected, ledger);
    ledger.restructure(change, state.setting.nations, state.setting.model.free_share);
    ledger.history.metrics.push(state.metrics(&ledger.structure, &tally.quarter));
    tally.quarter = QuarterCounts::default();
    if state.clock.0.ends_year() || state.clock.0 == state.setting.end {
        year::record(&state, &standings, &tally, ledger);
        tally.new_year();
    }
}

/// A part of a whole; 0 of nothing.
fn part(of: f64, whole: f64) -> f64 {
    if whole > 0.0 { of / whole } else { 0.0 }
}

/// A part of a whole; missing where there is no whole.
fn part_if_any(of: u32, whole: u32) -> Option<Share> {
    (whole > 0).then(|| Share(f64::from(of) / f64::from(whole)))
}

impl State<'_> {
    fn basis<'a>(&'a self, producer: NationId, mix: &'a [f64; LEVELS]) -> flow::Basis<'a> {
        flow::Basis {
            producer,
            model: &self.setting.model,
            mix,
            covenant: &self.covenant,
            trust: self.trust.now.row(producer),
            moved: self.trust.moved.row(producer),
            clearances: &self.clearances,
            lawful: &self.grants.share,
        }
    }

    /// What of its reports each nation may send to whom, and the ties that follow, anew where anything they rest on
    /// changed; says what did.
    fn flows(&self, ledger: &mut Ledger) -> Change {
        let mix = self.setting.model.level_probabilities();
        let mut stale = std::mem::take(&mut ledger.stale);
        ledger.shapes.settle(&self.covenant, &self.grants.share);
        for from in everyone(self.setting.nations) {
            if ledger.shapes.stands(self.trust.moved.row(from)) {
                continue;
            }
            let changed = ledger.shapes.renew(&self.basis(from, &mix));
            if !changed.is_empty() {
                stale.push((from, changed));
            }
        }
        let mut change = Change::default();
        for (from, changed) in stale.drain(..) {
            ledger.weigh(from, &changed, self.setting.model.free_share, &mut change);
        }
        ledger.stale = stale;
        change
    }

    /// The part of what each could read at the start, before any rule, that it can read now.
    fn readings(&self, reading: &mut Reading, expected: &[f64], ledger: &mut Ledger) {
        let n = self.setting.nations;
        let start = ledger.baseline.get_or_insert_with(|| {
            let mix = self.setting.model.level_probabilities();
            let mut start = vec![0.0; n];
            let mut shares = vec![0.0; n];
            for from in everyone(n) {
                let lawful = &self.covenant.joined;
                let trust = self.trust.initial.row(from);
                let basis = flow::Basis { lawful, trust, ..self.basis(from, &mix) };
                basis.permitted(&NationSet::all(n), ledger.shapes.pooled(), &mut shares);
                start.iter_mut().zip(&shares).for_each(|(sum, share)| *sum += share * expected[from.index()]);
            }
            start
        });
        reading.0.fill(0.0);
        for from in everyone(n) {
            let mean = expected[from.index()];
            reading.0.iter_mut().zip(ledger.shapes.permitted(from)).for_each(|(sum, share)| *sum += share * mean);
        }
        for (now, before) in reading.0.iter_mut().zip(start.iter()) {
            *now = if *before > 0.0 { (*now / before).min(1.0) } else { 1.0 };
        }
    }

    fn metrics(&self, structure: &Structure, counts: &QuarterCounts) -> MetricsRow {
        let of_due = |count: u32| Share(part(f64::from(count), f64::from(counts.due)));
        let listed = self.listed();
        let (declared, applied) = (self.restrictions.declared, self.restrictions.applied);
        MetricsRow {
            year: self.clock.0.year(),
            quarter: self.clock.0.number(),
            bloc_count: structure.count as u32,
            largest_bloc_share: Share(part(structure.largest as f64, self.setting.nations as f64)),
            fragmentation_index: Share(structure.fragmentation),
            distance_fragmentation_index: Share(structure.distance_fragmentation),
            modularity: Share(structure.modularity),
            reach_share: of_due(counts.read),
            reports_produced: counts.produced,
            reports_withheld_share: of_due(counts.withheld),
            reports_lost_to_trust_share: of_due(counts.untrusted),
            reports_lost_to_friction_share: of_due(counts.friction),
            warnings_raised: counts.warnings,
            warnings_missed_share: part_if_any(counts.warnings_missed, counts.warnings),
            reports_leaked_share: Share(part(f64::from(counts.leaked), f64::from(counts.produced))),
            pool_thinning_share: part_if_any(counts.pool_thinned, counts.pool_due),
            declared_restriction_count: declared,
            applied_restriction_count: applied,
            declared_actual_gap: (declared > 0).then(|| Share(1.0 - f64::from(applied) / f64::from(declared))),
            mean_core_flagged_share: self.mean_flagged(0, &listed),
            mean_access_4g_flagged_share: self.mean_flagged(1, &listed),
            mean_access_5g_flagged_share: self.mean_flagged(2, &listed),
            missions_withdrawn_count: self.outreach.withdrawn,
            replacement_cost_musd: Millions(counts.cost_musd),
        }
    }

    /// Which vendors anyone flags.
    fn listed(&self) -> SmallVec<[bool; 16]> {
        (0..self.vendors.len()).map(|vendor| self.vendors.flagged_by_anyone(vendor)).collect()
    }

    /// What of a layer in one nation is made by listed vendors.
    fn flagged(&self, nation: NationId, layer: usize, listed: &[bool]) -> f64 {
        self.equipment.0[nation.index()].layer(layer, |vendor| listed[vendor])
    }

    /// The same, mean over the nations that have built any of the layer.
    fn mean_flagged(&self, layer: usize, listed: &[bool]) -> Share {
        let (mut sum, mut count) = (0.0, 0.0);
        for nation in everyone(self.setting.nations) {
            if self.equipment.0[nation.index()].layers[layer].iter().any(|share| *share > 0.0) {
                sum += self.flagged(nation, layer, listed);
                count += 1.0;
            }
        }
        Share(part(sum, count))
    }

    /// The highest level whose reports `from` trusts `to` with.
    fn trusted_rank(&self, from: NationId, to: NationId) -> usize {
        trusted_rank(&self.setting.model, self.trust.now[(from, to)])
    }
}

/// The highest level that this much trust suffices for.
fn trusted_rank(model: &Model, trust: f64) -> usize {
    (1..LEVELS).rev().find(|rank| trust >= model.trust_for_level[rank - 1]).unwrap_or(0)
}
