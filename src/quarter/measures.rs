//! Measures: what is recorded of a quarter: blocs, how far the alliance has come apart, and the rows of every table.
pub mod communities;
mod flow;
pub mod graph;
mod year;

use crate::access::facts::Facts;
use crate::access::grants::Grants;
use crate::history::cell::{Millions, Share};
use crate::history::rows::MetricsRow;
use crate::history::{Detail, History};
use crate::world::agreement::Covenant;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::matrix::Matrix;
use crate::world::mission::Outreach;
use crate::world::network::Equipment;
use crate::world::report::Clearances;
use crate::world::rule::Restrictions;
use crate::world::setting::{Clock, Names, Setting, everyone};
use crate::world::tally::{QuarterCounts, Tally};
use crate::world::ties::{Flow, Reading, Trust};
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use communities::Communities;
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
    shares: Vec<f64>,
}

impl Ledger {
    /// Nothing recorded yet.
    pub fn new(nations: usize, detail: Detail) -> Self {
        Self {
            history: History::default(),
            detail,
            baseline: None,
            weights: vec![0.0; nations * nations],
            communities: Communities::default(),
            shares: vec![0.0; nations],
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
    mut flow: ResMut<Flow>,
    mut reading: ResMut<Reading>,
    mut tally: ResMut<Tally>,
    mut ledger: ResMut<Ledger>,
) {
    let ledger = &mut *ledger;
    state.flows(&mut flow, &tally.expected, &mut ledger.shares);
    state.readings(&mut reading, &flow.permitted, &tally.expected, ledger);
    weigh(&flow, &mut ledger.weights);
    let n = state.setting.nations;
    let blocs = ledger.communities.find(&ledger.weights, n, state.setting.model.free_share).to_vec();
    ledger.history.metrics.push(state.metrics(&ledger.weights, &blocs, &tally.quarter));
    tally.quarter = QuarterCounts::default();
    if state.clock.0.ends_year() || state.clock.0 == state.setting.end {
        year::record(&state, &standings, &flow, &tally, &blocs, ledger);
        tally.new_year();
    }
}

/// The ties between nations, as the graph measures read them.
fn weigh(flow: &Flow, weights: &mut [f64]) {
    let n = flow.due.nations();
    for a in everyone(n) {
        for b in everyone(n).skip(a.index() + 1) {
            let tie = flow.freedom(a, b);
            weights[a.index() * n + b.index()] = tie;
            weights[b.index() * n + a.index()] = tie;
        }
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
    /// Expected reports from everyone to everyone: permitted now, and by agreements alone at full trust.
    fn flows(&self, flow: &mut Flow, expected: &[f64], shares: &mut [f64]) {
        let model = &self.setting.model;
        let scaled = |row: &mut [f64], shares: &[f64], mean: f64| {
            row.iter_mut().zip(shares).for_each(|(cell, share)| *cell = share * mean);
        };
        for from in everyone(self.setting.nations) {
            let mean = expected[from.index()];
            let lawful = |rank: usize| self.grants.share[rank].row(from);
            let trust = self.trust.now.row(from);
            flow::permitted_shares(from, model, lawful, &self.covenant, trust, &self.clearances, shares);
            scaled(flow.permitted.row_mut(from), shares, mean);
            flow::due_shares(from, model, &self.covenant, shares);
            scaled(flow.due.row_mut(from), shares, mean);
        }
    }

    /// The part of what each could read at the start, before any rule, that it can read now.
    fn readings(&self, reading: &mut Reading, permitted: &Matrix<f64>, expected: &[f64], ledger: &mut Ledger) {
        if ledger.baseline.is_none() {
            let mut start = vec![0.0; self.setting.nations];
            for from in everyone(self.setting.nations) {
                let lawful = |rank: usize| self.covenant.joined[rank].row(from);
                let (model, trust) = (&self.setting.model, self.trust.initial.row(from));
                let shares = &mut ledger.shares;
                flow::permitted_shares(from, model, lawful, &self.covenant, trust, &self.clearances, shares);
                start.iter_mut().zip(shares.iter()).for_each(|(sum, share)| *sum += share * expected[from.index()]);
            }
            ledger.baseline = Some(start);
        }
        let Some(start) = &ledger.baseline else { return };
        for to in everyone(self.setting.nations) {
            let now: f64 = everyone(self.setting.nations).map(|from| permitted[(from, to)]).sum();
            let before = start[to.index()];
            reading.0[to.index()] = if before > 0.0 { (now / before).min(1.0) } else { 1.0 };
        }
    }

    fn metrics(&self, weights: &[f64], blocs: &[usize], counts: &QuarterCounts) -> MetricsRow {
        let n = self.setting.nations;
        let sizes = graph::bloc_sizes(blocs);
        let largest = sizes.iter().max().copied().unwrap_or(0);
        let ties = graph::free_ties(weights, n, self.setting.model.free_share);
        let of_due = |count: u32| Share(part(f64::from(count), f64::from(counts.due)));
        let (declared, applied) = (self.restrictions.declared, self.restrictions.applied);
        MetricsRow {
            year: self.clock.0.year(),
            quarter: self.clock.0.number(),
            bloc_count: sizes.len() as u32,
            largest_bloc_share: Share(part(largest as f64, n as f64)),
            fragmentation_index: Share(graph::fragmentation_index(&sizes, n)),
            distance_fragmentation_index: Share(graph::distance_fragmentation_index(&ties, n)),
            modularity: Share(graph::modularity(weights, blocs)),
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
            mean_core_flagged_share: self.mean_flagged(0),
            mean_access_4g_flagged_share: self.mean_flagged(1),
            mean_access_5g_flagged_share: self.mean_flagged(2),
            missions_withdrawn_count: self.outreach.withdrawn,
            replacement_cost_musd: Millions(counts.cost_musd),
        }
    }

    /// What of a layer in one nation is made by vendors that anyone flags.
    fn flagged(&self, nation: NationId, layer: usize) -> f64 {
        self.equipment.0[nation.index()].layer(layer, |v| self.vendors.flagged_by_anyone(v))
    }

    /// The same, mean over the nations that have built any of the layer.
    fn mean_flagged(&self, layer: usize) -> Share {
        let built = |nation: &NationId| self.equipment.0[nation.index()].layers[layer].iter().any(|s| *s > 0.0);
        let with: Vec<NationId> = everyone(self.setting.nations).filter(built).collect();
        let sum: f64 = with.iter().map(|nation| self.flagged(*nation, layer)).sum();
        Share(part(sum, with.len() as f64))
    }

    /// The highest level whose reports `from` trusts `to` with.
    fn trusted_rank(&self, from: NationId, to: NationId) -> usize {
        let trust = self.trust.now[(from, to)];
        (1..LEVELS).rev().find(|rank| trust >= self.setting.model.trust_for_level[rank - 1]).unwrap_or(0)
    }
}
