//! The state that is measured each quarter: flows, readings, and the quarter's row of metrics.
use super::flow;
use super::ledger::{Baseline, Ledger, Output};
use super::levels_kept::levels_kept;
use super::stance_distance::stance_distances;
use crate::access::facts::Facts;
use crate::history::cell::{Millions, Quantity, Share};
use crate::history::rows::MetricsRow;
use crate::world::agreement::Covenant;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::mission::Outreach;
use crate::world::model::ByProduct;
use crate::world::network::Equipment;
use crate::world::report::Clearances;
use crate::world::rule::Restrictions;
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Names, Setting, everyone};
use crate::world::tally::QuarterCounts;
use crate::world::ties::{ChangedTies, Giving, ReadableShare, Trust};
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use smallvec::SmallVec;

/// The resources that are measured.
#[derive(SystemParam)]
pub struct MeasuredState<'w> {
    pub(super) setting: Res<'w, Setting>,
    pub(super) clock: Res<'w, Clock>,
    pub(super) names: Res<'w, Names>,
    pub(super) grants: Res<'w, Grants>,
    pub(super) covenant: Res<'w, Covenant>,
    pub(super) trust: Res<'w, Trust>,
    pub(super) changed: Res<'w, ChangedTies>,
    pub(super) clearances: Res<'w, Clearances>,
    pub(super) restrictions: Res<'w, Restrictions>,
    pub(super) equipment: Res<'w, Equipment>,
    pub(super) vendors: Res<'w, VendorList>,
    pub(super) outreach: Res<'w, Outreach>,
    pub(super) facts: Res<'w, Facts>,
}

/// A share of a whole; 0 if the whole is 0.
pub(super) fn part(of: f64, whole: f64) -> f64 {
    if whole > 0.0 { of / whole } else { 0.0 }
}

/// A share of a whole; `None` if the whole is 0.
fn part_if_any(of: u32, whole: u32) -> Option<Share> {
    (whole > 0).then(|| Share(f64::from(of) / f64::from(whole)))
}

impl MeasuredState<'_> {
    fn flow_inputs<'a>(
        &'a self,
        producer: NationId,
        parts: &'a ByProduct,
        trust: &'a [f64],
        giving: &'a Giving,
    ) -> flow::FlowInputs<'a> {
        flow::FlowInputs {
            producer,
            model: &self.setting.model,
            parts,
            covenant: &self.covenant,
            trust,
            giving: [giving.initial.row(producer), giving.kept.row(producer)],
            moved: self.changed.0.row(producer),
            clearances: &self.clearances,
            lawful: &self.grants.share,
            tear_lines: &self.grants.tear_lines,
        }
    }

    /// Updates the flows, what nations receive, and the weights of the ties where an input changed; returns true if a tie
    /// became free or stopped being free.
    pub(super) fn update_flows(&self, giving: &mut Giving, ledger: &mut Ledger) -> bool {
        let mut stale = std::mem::take(&mut ledger.stale);
        let mut trust = std::mem::take(&mut ledger.trust);
        ledger.flow_shares.compare_law(&self.covenant, &self.grants);
        for from in everyone(self.setting.nations) {
            if ledger.flow_shares.is_current(self.changed.0.row(from)) {
                continue;
            }
            let parts = ledger.output.parts[from.index()];
            self.trust.with_reports_of(from, &mut trust);
            let inputs = self.flow_inputs(from, &parts, &trust, giving);
            ledger.levels_kept[from.index()] = levels_kept(&inputs);
            let changed = ledger.flow_shares.update(&inputs);
            if !changed.is_empty() {
                stale.push((from, changed));
            }
        }
        let mut freedom_changed = false;
        ledger.touched.clear();
        for (from, changed) in stale.drain(..) {
            ledger.touched.push(from);
            ledger.update_received(from, &changed, giving);
            freedom_changed |= ledger.update_weights(from, &changed, self.setting.model.free_share);
        }
        (ledger.stale, ledger.trust) = (stale, trust);
        freedom_changed
    }

    /// Passes to the pictures the value of what each nation produces, and who may read it. Assessments that are fused count
    /// to their producer: they are expected in proportion to its reports, so the factor cancels in every overlap.
    pub(super) fn update_pictures(&self, expected: &[f64], ledger: &mut Ledger) {
        let values = self.setting.model.values_of_reports();
        let greatest = values.iter().flatten().fold(0.0_f64, |greatest, value| greatest.max(*value));
        let total = self.setting.model.reports_per_quarter * greatest;
        let mut touched = ledger.touched.iter().peekable();
        for from in everyone(self.setting.nations) {
            let value = part(ledger.output.value(from, expected), total);
            let same_flows = touched.next_if(|next| **next == from).is_none();
            if !same_flows || value != ledger.shown[from.index()] {
                ledger.shown[from.index()] = value;
                ledger.pictures.set_producer(from, ledger.flow_shares.permitted(from), value);
            }
        }
    }

    /// What every nation could read at the start, before any rule.
    pub(super) fn baseline(&self, giving: &Giving, expected: &[f64], output: &Output) -> Baseline {
        let n = self.setting.nations;
        let mut baseline = Baseline { shares: Matrix::filled(n, 0.0), readable: vec![0.0; n] };
        for from in everyone(n) {
            let (lawful, trust) = (&self.covenant.joined, self.trust.initial.row(from));
            let inputs =
                flow::FlowInputs { lawful, ..self.flow_inputs(from, &output.parts[from.index()], trust, giving) };
            let shares = baseline.shares.row_mut(from);
            inputs.permitted(&NationSet::all(n), shares);
            let value = output.value(from, expected);
            baseline.readable.iter_mut().zip(shares).for_each(|(sum, share)| *sum += *share * value);
        }
        baseline
    }

    /// Updates for each nation the share of what it could read at the start, before any rule, that it can read now.
    pub(super) fn update_readings(&self, reading: &mut ReadableShare, expected: &[f64], ledger: &Ledger) {
        reading.0.fill(0.0);
        for from in everyone(self.setting.nations) {
            let value = ledger.output.value(from, expected);
            reading.0.iter_mut().zip(ledger.flow_shares.permitted(from)).for_each(|(sum, share)| *sum += share * value);
        }
        for (now, before) in reading.0.iter_mut().zip(&ledger.baseline.readable) {
            *now = if *before > 0.0 { (*now / before).min(1.0) } else { 1.0 };
        }
    }

    /// The quarter's row of metrics.
    pub(super) fn metrics(&self, ledger: &Ledger, counts: &QuarterCounts) -> MetricsRow {
        let structure = &ledger.structure;
        let of_due = |count: u32| Share(part(f64::from(count), f64::from(counts.due)));
        let flagged = self.flagged_vendors();
        let rest = counts.rest();
        let distances = stance_distances(&self.facts.stance, &self.covenant.joined[0], self.setting.hub);
        let (declared, applied) = (self.restrictions.declared, self.restrictions.applied);
        MetricsRow {
            year: self.clock.0.year(),
            quarter: self.clock.0.number(),
            bloc_count: structure.count as u32,
            largest_bloc_share: Share(part(structure.largest as f64, self.setting.nations as f64)),
            fragmentation_index: Share(structure.fragmentation),
            distance_fragmentation_index: Share(structure.distance_fragmentation),
            effective_pictures: Quantity(structure.effective_pictures),
            picture_overlap_share: Share(structure.picture_overlap),
            reach_share: of_due(counts.read),
            hub_outflow_share: part_if_any(counts.from_hub.read, counts.from_hub.due),
            hub_inflow_share: part_if_any(counts.to_hub.read, counts.to_hub.due),
            rest_reach_share: part_if_any(rest.read, rest.due),
            level_kept_share: self.level_kept_share(&ledger.levels_kept),
            stance_distance: distances.mean,
            stance_distance_to_hub: distances.to_hub,
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
            mean_core_flagged_share: self.mean_flagged_share(0, &flagged),
            mean_access_4g_flagged_share: self.mean_flagged_share(1, &flagged),
            mean_access_5g_flagged_share: self.mean_flagged_share(2, &flagged),
            missions_withdrawn_count: self.outreach.withdrawn,
            replacement_cost_musd: Millions(counts.cost_musd),
        }
    }

    /// Over ordered pairs with an agreement, the sum of the levels that may go / the sum of the agreements' ceilings,
    /// both as ranks + 1; `None` if no agreement joins any pair.
    fn level_kept_share(&self, kept: &[u32]) -> Option<Share> {
        let ceilings: usize = self.covenant.joined.iter().map(BitMatrix::count).sum();
        part_if_any(kept.iter().sum(), ceilings as u32)
    }

    /// For each vendor, whether any nation flags it.
    pub(super) fn flagged_vendors(&self) -> SmallVec<[bool; 16]> {
        (0..self.vendors.len()).map(|vendor| self.vendors.flagged_by_anyone(vendor)).collect()
    }

    /// The share of a layer in one nation that comes from flagged vendors, 0 to 1.
    pub(super) fn flagged_share(&self, nation: NationId, layer: usize, flagged: &[bool]) -> f64 {
        self.equipment.0[nation.index()].layer(layer, |vendor| flagged[vendor])
    }

    /// The mean of the flagged shares of the nations that have built any of the layer.
    fn mean_flagged_share(&self, layer: usize, flagged: &[bool]) -> Share {
        let (mut sum, mut count) = (0.0, 0.0);
        for nation in everyone(self.setting.nations) {
            if self.equipment.0[nation.index()].layers[layer].iter().any(|share| *share > 0.0) {
                sum += self.flagged_share(nation, layer, flagged);
                count += 1.0;
            }
        }
        Share(part(sum, count))
    }
}
