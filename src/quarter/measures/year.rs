//! The rows of a year: of nations always; of pairs, blocs, networks and missions if a run records full detail.
use super::graph;
use super::ledger::{Ledger, Output};
use super::state::{MeasuredState, part};
use crate::history::cell::{Millions, Quantity, Share};
use crate::history::rows::{BlocRow, DyadRow, MissionRow, NationRow, NetworkRow};
use crate::world::ids::NationId;
use crate::world::levels::{Binding, LEVELS, Layer};
use crate::world::mission::{Mission, Presence};
use crate::world::model::Model;
use crate::world::nation::{Belief, Nation, Position, Profile};
use crate::world::network::{Layers, Network};
use crate::world::record::Because;
use crate::world::sets::members;
use crate::world::setting::{Roll, everyone};
use crate::world::tally::Tally;
use crate::world::text::Text;
use crate::world::ties::Giving;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

/// The nations, networks and missions that are recorded.
#[derive(SystemParam)]
pub struct RecordedEntities<'w, 's> {
    roll: Res<'w, Roll>,
    nations: Query<'w, 's, (&'static Nation, &'static Profile, &'static Position, &'static Belief)>,
    networks: Query<'w, 's, (&'static Network, &'static Layers)>,
    missions: Query<'w, 's, (&'static Mission, &'static Presence)>,
}

impl RecordedEntities<'_, '_> {
    /// What the reports of each nation are worth.
    pub(super) fn output(&self, model: &Model) -> Output {
        let profiles: Vec<f64> =
            self.nations.iter_many(&self.roll.nations).matched().map(|(_, profile, ..)| profile.raw_share).collect();
        Output::new(model, profiles.iter().copied())
    }
}

/// Adds the rows of the year to the ledger.
pub fn record(state: &MeasuredState, entities: &RecordedEntities, giving: &Giving, tally: &Tally, ledger: &mut Ledger) {
    let blocs = &std::mem::take(&mut ledger.blocs);
    let leaders = leaders(entities, blocs);
    let year = YearRecorder { state, entities, giving, tally, year: state.clock.0.year() };
    year.nations(blocs, &leaders, ledger);
    if ledger.detail.full {
        year.dyads(ledger);
        year.blocs(blocs, &leaders, ledger);
        year.networks(ledger);
        year.missions(ledger);
    }
    ledger.blocs.clone_from(blocs);
}

/// The leader of each bloc: the member with the greatest intelligence at the start; the first of equals.
fn leaders(entities: &RecordedEntities, blocs: &[usize]) -> Vec<NationId> {
    let mut best: Vec<Option<(NationId, f64)>> = vec![None; graph::bloc_count(blocs)];
    for (nation, profile, ..) in entities.nations.iter_many(&entities.roll.nations).matched() {
        let leader = &mut best[blocs[nation.id.index()]];
        if leader.is_none_or(|(_, strength)| profile.intelligence > strength) {
            *leader = Some((nation.id, profile.intelligence));
        }
    }
    best.into_iter().flatten().map(|(leader, _)| leader).collect()
}

/// Writes the rows of one year.
struct YearRecorder<'a, 'w, 's> {
    state: &'a MeasuredState<'w>,
    entities: &'a RecordedEntities<'w, 's>,
    giving: &'a Giving,
    tally: &'a Tally,
    year: u32,
}

impl YearRecorder<'_, '_, '_> {
    fn id(&self, nation: NationId) -> Text {
        self.state.names.nation(nation).clone()
    }

    fn nations(&self, blocs: &[usize], leaders: &[NationId], ledger: &mut Ledger) {
        let state = self.state;
        let flagged = state.flagged_vendors();
        let mut restricters = vec![0; state.setting.nations];
        for owner in everyone(state.setting.nations) {
            members(state.restrictions.pairs.row(owner)).for_each(|nation| restricters[nation.index()] += 1);
        }
        for (nation, profile, position, belief) in
            self.entities.nations.iter_many(&self.entities.roll.nations).matched()
        {
            let at = nation.id.index();
            let counts = &self.tally.nations[at];
            ledger.history.nations.push(NationRow {
                year: self.year,
                iso3: self.id(nation.id),
                name: state.names.titles[at].clone(),
                cow_code: state.names.cow_codes[at],
                bloc_id: self.id(leaders[blocs[at]]),
                stance: position.stance.as_str(),
                stance_rank: position.stance.rank() as u32,
                belief_share: Share(belief.share()),
                threat_share: Share(profile.threat),
                core_flagged_share: Share(state.flagged_share(nation.id, 0, &flagged)),
                access_4g_flagged_share: Share(state.flagged_share(nation.id, 1, &flagged)),
                access_5g_flagged_share: Share(state.flagged_share(nation.id, 2, &flagged)),
                reports_produced: counts.produced,
                reports_read: counts.read,
                reports_withheld_from: counts.withheld_from,
                value_produced: Quantity(counts.value_produced),
                value_read: Quantity(counts.value_read),
                raw_value_read: Quantity(counts.raw_value_read),
                value_withheld_from: Quantity(counts.value_withheld_from),
                warnings_missed: counts.warnings_missed,
                reports_leaked: counts.leaked,
                restricted_by_count: restricters[at],
                replacement_cost_musd: Millions(counts.cost_musd),
            });
        }
    }

    fn dyads(&self, ledger: &mut Ledger) {
        let n = self.state.setting.nations;
        for from in everyone(n) {
            for to in everyone(n).filter(|to| *to != from) {
                ledger.history.dyads.push(self.dyad(from, to));
            }
        }
    }

    fn dyad(&self, from: NationId, to: NationId) -> DyadRow {
        let state = self.state;
        let pair = self.pair_binding(from, to);
        let by_rule = pair.reason == Binding::Rule;
        let restriction = state.restrictions.because.get(&(from, to)).copied().filter(|_| by_rule);
        let rule = state.restrictions.binding.get(&(from, to)).cloned().filter(|_| by_rule);
        DyadRow {
            year: self.year,
            sender_iso3: self.id(from),
            receiver_iso3: self.id(to),
            sender_cow: state.names.cow_codes[from.index()],
            receiver_cow: state.names.cow_codes[to.index()],
            ceiling_rank: pair.ceiling.map(|rank| rank as u32),
            cap_rank: pair.cap.map(|rank| rank as u32),
            level_rank: pair.level.map(|rank| rank as u32),
            share_permitted: pair.level.is_some(),
            work_permitted: state.grants.work.get(from, to),
            colocate_permitted: state.grants.colocate.get(from, to),
            trust_share: Share(state.trust.goodwill[(from, to)]),
            handling_share: Share(state.trust.handling[(from, to)]),
            giving_share: Share(self.giving.share(from, to)),
            reports_sent: self.tally.sent[(from, to)],
            reports_withheld: self.tally.withheld[(from, to)],
            value_sent: Quantity(self.tally.sent_value[(from, to)]),
            value_withheld: Quantity(self.tally.withheld_value[(from, to)]),
            binding_reason: pair.reason,
            binding_rule: rule,
            decision_id: restriction.and_then(decision_id),
        }
    }

    fn pair_binding(&self, from: NationId, to: NationId) -> PairBinding {
        let state = self.state;
        let forbidden = |rank: &usize| state.grants.share_forbidden[*rank].get(from, to);
        find_binding(
            state.covenant.ceiling(from, to).map(|level| level.rank()),
            (0..LEVELS).rev().find(|rank| !forbidden(rank)),
            state.setting.model.trusted_level(state.trust.with_reports(from, to)).rank(),
            state.facts.clearance[to.index()] as usize,
            self.tally.co_owner[(from, to)] > 0,
        )
    }

    fn blocs(&self, blocs: &[usize], leaders: &[NationId], ledger: &mut Ledger) {
        let sizes = graph::bloc_sizes(blocs);
        let flows_of = |nation: NationId| {
            let mean = ledger.output.value(nation, &self.tally.expected);
            ledger.flow_shares.permitted(nation).iter().map(move |share| share * mean)
        };
        let flows: Vec<f64> = everyone(blocs.len()).flat_map(flows_of).collect();
        let shares = graph::internal_flow_shares(&flows, blocs);
        let mut rows: Vec<BlocRow> = leaders
            .iter()
            .enumerate()
            .map(|(bloc, leader)| BlocRow {
                year: self.year,
                bloc_id: self.id(*leader),
                member_count: sizes[bloc] as u32,
                leader_iso3: self.id(*leader),
                internal_flow_share: Share(shares[bloc]),
            })
            .collect();
        rows.sort_by(|a, b| a.bloc_id.cmp(&b.bloc_id));
        ledger.history.blocs.append(&mut rows);
    }

    fn networks(&self, ledger: &mut Ledger) {
        // In alphabetical order, as the table is sorted.
        const SORTED: [Layer; 3] = [Layer::Access4g, Layer::Access5g, Layer::Core];
        let state = self.state;
        for (network, layers) in self.entities.networks.iter_many(&self.entities.roll.networks).matched() {
            for layer in SORTED {
                let shares = layers.0[layer.rank()].shares();
                for (vendor, share) in shares.into_iter().enumerate() {
                    ledger.history.networks.push(NetworkRow {
                        year: self.year,
                        network_id: state.names.networks[network.id.index()].clone(),
                        layer: layer.as_str(),
                        vendor_id: state.names.vendors[vendor].clone(),
                        vendor_share: Share(share),
                        flagged_by_count: state.vendors.flagged_by[vendor].len() as u32,
                    });
                }
            }
        }
    }

    fn missions(&self, ledger: &mut Ledger) {
        for (mission, presence) in self.entities.missions.iter_many(&self.entities.roll.missions).matched() {
            let seen = self.state.facts.seen[(mission.sender, mission.host)].mission;
            ledger.history.missions.push(MissionRow {
                year: self.year,
                mission_id: self.state.names.missions[mission.id.index()].clone(),
                sender_iso3: self.id(mission.sender),
                host_iso3: self.id(mission.host),
                kind: mission.kind.as_str(),
                status: presence.status.as_str(),
                flagged_share: Share(part(f64::from(seen), 100.0)),
            });
        }
    }
}

/// The id of a decision in the tables; `None` if the cause is no decision.
pub fn decision_id(because: Because) -> Option<Text> {
    match because {
        Because::Decision { quarter, number } => Some(crate::history::decision_id(quarter, number)),
        Because::Start | Because::Event(_) => None,
    }
}

/// The highest level that an ordered pair shares, and the reason that binds it; ranks of levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PairBinding {
    /// Ceiling of the agreements.
    ceiling: Option<usize>,
    /// The lower of the levels that rules and trust allow.
    cap: Option<usize>,
    /// The level shared; `None` if nothing is.
    pub(super) level: Option<usize>,
    reason: Binding,
}

/// The binding of a pair, from the ceiling of its agreements, the highest level that no rule stops, the highest level
/// that trust allows, the receiver's clearance, and whether another owner's rules withheld fused reports. If two
/// reasons bind at the same level, the first of this list is given.
pub(super) fn find_binding(
    ceiling: Option<usize>,
    rule: Option<usize>,
    trusted: usize,
    clearance: usize,
    co_owner: bool,
) -> PairBinding {
    let cap = rule.map(|rule| rule.min(trusted));
    let level = ceiling.zip(cap).map(|(ceiling, cap)| ceiling.min(cap).min(clearance));
    let reason = match (ceiling, rule, level) {
        (None, ..) => Binding::Agreement,
        (_, None, _) => Binding::Rule,
        (Some(ceiling), Some(_), Some(level)) if level >= ceiling => {
            if co_owner {
                Binding::CoOwner
            } else {
                Binding::None
            }
        }
        (_, Some(rule), Some(level)) if rule == level => Binding::Rule,
        (_, _, Some(level)) if trusted == level => Binding::Trust,
        _ => Binding::Clearance,
    };
    PairBinding { ceiling, cap, level, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_of_rule_trust_and_clearance_binds_below_the_ceiling() {
        let cases = [
            // ceiling, rule, trusted, clearance, co-owner; level, reason
            (None, Some(4), 4, 4, false, None, Binding::Agreement),
            (Some(3), None, 4, 4, false, None, Binding::Rule),
            (Some(3), Some(4), 4, 4, false, Some(3), Binding::None),
            (Some(3), Some(4), 4, 4, true, Some(3), Binding::CoOwner),
            (Some(3), Some(1), 2, 2, false, Some(1), Binding::Rule),
            (Some(3), Some(4), 2, 4, false, Some(2), Binding::Trust),
            (Some(3), Some(4), 4, 1, true, Some(1), Binding::Clearance),
            (Some(3), Some(2), 2, 2, false, Some(2), Binding::Rule),
        ];
        for (ceiling, rule, trusted, clearance, co_owner, level, reason) in cases {
            let pair = find_binding(ceiling, rule, trusted, clearance, co_owner);
            assert_eq!((pair.level, pair.reason), (level, reason), "{ceiling:?} {rule:?} {trusted} {clearance}");
        }
    }
}
