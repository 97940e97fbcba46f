//! Procurement: operators buy, equipment turns over, bans take effect.
mod layer;

use crate::world::chance::{Stream, within};
use crate::world::clock::Quarter;
use crate::world::levels::{Layer, Stance};
use crate::world::nation::{Belief, Nation, Position, Profile};
use crate::world::network::{Equipment, Installed, LayerState, Layers, Network, Supplier};
use crate::world::record::{Chronicle, Decision, DecisionKind};
use crate::world::setting::{Clock, Names, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::ties::Trust;
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
pub use layer::rollout;
use layer::{Buyer, Limits, renew, vendor_choice};

/// The part of the cost of a network that each layer makes up: core, 4G access, 5G access. Assumed.
const LAYER_COST_SHARE: [f64; 3] = [0.2, 0.4, 0.4];

/// What operators know.
#[derive(SystemParam)]
pub struct Market<'w> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    roll: Res<'w, Roll>,
    names: Res<'w, Names>,
    vendors: Res<'w, VendorList>,
    trust: Res<'w, Trust>,
}

/// A government as its operators see it.
struct Rule {
    position: Position,
    rollout: (Quarter, f64),
    /// The risk and the ban that operators expect: 0 to 2.
    expected: f64,
}

/// Renews contracts and equipment of every network, then sums what is installed.
pub fn procurement(
    market: Market,
    governments: Query<(&Nation, &Profile, &Position, &Belief)>,
    mut networks: Query<(&Network, &mut Layers)>,
    mut equipment: ResMut<Equipment>,
    mut chronicle: ResMut<Chronicle>,
    mut tally: ResMut<Tally>,
) {
    let rules = market.rules(&governments);
    let mut old_access = vec![0.0; market.vendors.len()];
    let mut turn = networks.iter_many_mut(&market.roll.networks).matched();
    while let Some((network, mut layers)) = turn.fetch_next() {
        let rule = &rules[network.nation.index()];
        layers.0[1].shares_into(&mut old_access);
        for kind in Layer::ALL {
            let state = &mut layers.0[kind.rank()];
            market.contract(network, rule, *kind, state, &old_access, &mut chronicle);
            let replaced = market.turn_over(rule, *kind, state);
            let cost =
                replaced * network.subscribers * LAYER_COST_SHARE[kind.rank()] * market.setting.model.unit_cost_usd;
            tally.quarter.cost_musd += cost;
            tally.nation(network.nation).cost_musd += cost;
        }
    }
    install(&mut equipment, market.vendors.len(), networks.iter_many(&market.roll.networks).matched());
}

impl Market<'_> {
    fn rules(&self, governments: &Query<(&Nation, &Profile, &Position, &Belief)>) -> Vec<Rule> {
        let stances: Vec<bool> = governments
            .iter_many(&self.roll.nations)
            .matched()
            .map(|(_, _, position, _)| position.stance >= Stance::Banned)
            .collect();
        let rule = |(nation, profile, position, belief): (&Nation, &Profile, &Position, &Belief)| {
            let row = self.trust.now.row(nation.id);
            let total: f64 = row.iter().map(|t| t * t).sum();
            let banned: f64 = row.iter().zip(&stances).filter(|(_, b)| **b).map(|(t, _)| t * t).sum();
            let ban = if total > 0.0 { banned / total } else { 0.0 };
            Rule {
                position: *position,
                rollout: (profile.rollout_start, profile.rollout_years),
                expected: belief.share() * profile.threat + ban,
            }
        };
        governments.iter_many(&self.roll.nations).matched().map(rule).collect()
    }

    /// Signs a new contract where the old one has run out, or where the law no longer allows its vendor.
    fn contract(
        &self,
        network: &Network,
        rule: &Rule,
        kind: Layer,
        state: &mut LayerState,
        old_access: &[f64],
        chronicle: &mut Chronicle,
    ) {
        let now = self.clock.0;
        if self.stands(rule, kind, state) || self.setting.model.turnover_factor == 0.0 {
            return;
        }
        let buyer = self.buyer(rule, kind, state, old_access);
        let subject = within(network.subject, kind.rank() as u64);
        let draws: Vec<f64> = (0..self.vendors.len())
            .map(|v| self.setting.chance.uniform(Stream::Contract, subject, now, v as u32))
            .collect();
        let Some((vendor, probability)) = vendor_choice(&self.setting.model, &buyer, &draws) else {
            return;
        };
        state.supplier = Supplier::Vendor(vendor);
        state.expires = now.plus((self.setting.model.contract_years * 4.0) as u32);
        state.because = chronicle.record(now, || Decision {
            kind: DecisionKind::Contract,
            actor: network.nation,
            target: None,
            rule: None,
            outcome: self.names.vendors[vendor].clone(),
            probability,
            draw: Some(draws[vendor]),
            reason: format!(
                "{} of {}; expected risk and ban {:.2}; government stands at {}",
                kind.as_str(),
                self.names.networks[network.id.index()],
                rule.expected,
                rule.position.stance.as_str()
            ),
            because: rule.position.because,
            path: format!("networks.{}.{}", self.names.networks[network.id.index()], kind.as_str()),
        });
    }

    /// Whether the contract of a layer runs on: it has not ended, and the law allows its vendor.
    fn stands(&self, rule: &Rule, kind: Layer, state: &LayerState) -> bool {
        let unlawful = |vendor: usize| {
            self.vendors.covered[vendor] && !layer::may_buy(rule.position.stance, kind, self.full(state))
        };
        let forbidden = matches!(state.supplier, Supplier::Vendor(vendor) if unlawful(vendor));
        self.clock.0 < state.expires && !forbidden
    }

    /// Whether a layer has as much covered equipment as the cap on access allows; noise of the sums does not count.
    fn full(&self, state: &LayerState) -> bool {
        state.share(|v| self.vendors.covered[v]) >= self.setting.model.access_cap - 1e-9
    }

    fn buyer(&self, rule: &Rule, kind: Layer, state: &LayerState, old_access: &[f64]) -> Buyer {
        let shares = state.shares();
        let vendors = &self.vendors;
        let full = self.full(state);
        let allowed =
            (0..vendors.len()).map(|v| !vendors.covered[v] || layer::may_buy(rule.position.stance, kind, full));
        let incumbent = |v: usize| {
            if kind == Layer::Access5g { 0.5 * shares[v] + 0.5 * old_access[v] } else { shares[v] }
        };
        Buyer {
            allowed: allowed.collect(),
            price: vendors.price.clone(),
            quality: vendors.quality.clone(),
            incumbent: (0..vendors.len()).map(incumbent).collect(),
            risk: (0..vendors.len())
                .map(|v| if vendors.covered[v] { rule.expected + vendors.embargo[v] } else { 0.0 })
                .collect(),
        }
    }

    /// Replaces what is due, and what the law wants gone; returns the part of the layer replaced ahead of time.
    fn turn_over(&self, rule: &Rule, kind: Layer, state: &mut LayerState) -> f64 {
        let model = &self.setting.model;
        let now = self.clock.0;
        if model.turnover_factor == 0.0 {
            return 0.0;
        }
        let built = match kind {
            Layer::Access5g => state.built.max(rollout(now, rule.rollout.0, rule.rollout.1 / model.turnover_factor)),
            _ => 1.0,
        };
        let quarters = |years: f64| i64::from((years * 4.0).round() as u32).max(1);
        let limits = Limits {
            stance: rule.position.stance,
            since: now.since(rule.position.since),
            core_quarters: quarters(model.core_years),
            removal_quarters: quarters(model.removal_years[kind.rank()]),
            access_cap: model.access_cap,
        };
        let due = (model.turnover_factor / (4.0 * model.refresh_years[kind.rank()])).min(1.0);
        renew(state, kind, &self.vendors.covered, built, due, &limits)
    }
}

/// Sums what is installed in every nation, weighted by subscribers.
pub fn install<'a>(
    equipment: &mut Equipment,
    vendors: usize,
    networks: impl Iterator<Item = (&'a Network, impl std::ops::Deref<Target = Layers>)>,
) {
    for installed in &mut equipment.0 {
        *installed = Installed {
            layers: std::array::from_fn(|_| vec![0.0; vendors]),
            government: std::array::from_fn(|_| vec![0.0; vendors]),
            ..Installed::default()
        };
    }
    let mut weights = vec![[0.0f64; 4]; equipment.0.len()];
    let mut shares = vec![0.0; vendors];
    for (network, layers) in networks {
        let installed = &mut equipment.0[network.nation.index()];
        let weight = &mut weights[network.nation.index()];
        let subscribers = network.subscribers;
        installed.subscribers += subscribers;
        for (layer, state) in layers.0.iter().enumerate() {
            state.shares_into(&mut shares);
            let amount = subscribers * if layer == 2 { state.built } else { 1.0 };
            layer::add(&mut installed.layers[layer], &shares, amount);
            if network.government {
                layer::add(&mut installed.government[layer], &shares, amount);
            }
        }
        let built = layers.0[2].built * subscribers;
        weight[0] += subscribers;
        weight[1] += built;
        if network.government {
            weight[2] += subscribers;
            weight[3] += built;
        }
        installed.because = installed.because.max(layers.0.iter().map(|l| l.because).max().unwrap_or_default());
    }
    for (installed, weight) in equipment.0.iter_mut().zip(&weights) {
        layer::normalise(&mut installed.layers, weight[0], weight[1]);
        layer::normalise(&mut installed.government, weight[2], weight[3]);
        installed.traffic_5g = if weight[0] > 0.0 { weight[1] / weight[0] } else { 0.0 };
        installed.government_5g = if weight[2] > 0.0 { weight[3] / weight[2] } else { 0.0 };
    }
}
