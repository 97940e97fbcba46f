//! Procurement: operators sign contracts and replace equipment; bans and limits take effect.
mod installed;
mod layer;
mod start;

use crate::world::chance::{Stream, logit_choice, logit_probability, within};
use crate::world::ids::NationId;
use crate::world::levels::{Layer, Stance};
use crate::world::nation::{Belief, Nation, Position, Profile};
use crate::world::network::{Equipment, LayerState, Layers, Network, Supplier};
use crate::world::record::{Decision, DecisionKind, DecisionLog};
use crate::world::setting::{Clock, Names, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::ties::Trust;
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use installed::Sums;
use layer::{Limits, Offer, renew, rollout};
use smallvec::SmallVec;
pub use start::reset;

/// Share of a network's cost by layer: core, 4G access, 5G access. Assumed.
const LAYER_COST_SHARE: [f64; 3] = [0.2, 0.4, 0.4];

/// Number of offers that fit without a heap allocation.
const INLINE_OFFERS: usize = 9;

/// One number per vendor, or per offer.
type OfferValues = SmallVec<[f64; INLINE_OFFERS]>;

/// What operators know when they buy.
#[derive(SystemParam)]
pub struct Market<'w> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    roll: Res<'w, Roll>,
    names: Res<'w, Names>,
    vendors: Res<'w, VendorList>,
    trust: Res<'w, Trust>,
}

/// What operators see of their government.
struct GovernmentView {
    position: Position,
    /// Share of 5G that should be built by now, 0 to 1.
    built: f64,
    /// The government's belief that the covered vendors are compromised.
    belief: Belief,
    /// Its exposure to the rivals, 0 to 1.
    threat: f64,
}

/// How fast equipment is replaced; arrays are by layer.
struct Turnover {
    /// Share of a layer that is replaced a quarter because of its age.
    due: [f64; 3],
    core_quarters: i64,
    removal_quarters: [i64; 3],
}

/// Memory that is reused every quarter; no value is kept from one quarter to the next.
#[derive(Default)]
pub struct Workspace {
    views: Vec<GovernmentView>,
    /// 1 for each government that bans, 0 for the others.
    bans: Vec<f64>,
    /// Vendors' shares of a network's 4G before this quarter.
    old_access: Vec<f64>,
    sums: Sums,
}

/// Renews contracts and equipment of every network, then sums the installed equipment by nation.
pub fn procurement(
    market: Market,
    governments: Query<(&Nation, &Profile, &Position, &Belief)>,
    mut networks: Query<(&Network, &mut Layers)>,
    mut equipment: ResMut<Equipment>,
    mut decision_log: ResMut<DecisionLog>,
    mut tally: ResMut<Tally>,
    mut workspace: Local<Workspace>,
) {
    let Workspace { views, bans, old_access, sums } = &mut *workspace;
    market.view_governments(&governments, views, bans);
    let turnover = market.turnover();
    old_access.resize(market.vendors.len(), 0.0);
    sums.clear(&mut equipment, market.vendors.len());
    let mut networks = networks.iter_many_mut(&market.roll.networks).matched();
    while let Some((network, mut layers)) = networks.fetch_next() {
        let layers = &mut *layers;
        if market.setting.model.turnover_factor != 0.0 {
            let government = &views[network.nation.index()];
            if !market.contract_continues(government, Layer::Access5g, &layers.0[2]) {
                layers.0[1].shares_into(old_access);
            }
            for (kind, state) in Layer::ALL.iter().copied().zip(&mut layers.0) {
                if !market.contract_continues(government, kind, state) {
                    market.sign_contract(network, government, bans, kind, state, old_access, &mut decision_log);
                }
                let replaced = market.replace_equipment(government, kind, state, &turnover);
                if replaced > 0.0 {
                    let part = replaced * network.subscribers * LAYER_COST_SHARE[kind.rank()];
                    let cost = part * market.setting.model.unit_cost_usd;
                    tally.quarter.cost_musd += cost;
                    tally.nation(network.nation).cost_musd += cost;
                }
            }
        }
        sums.add(&mut equipment, network, layers);
    }
    sums.normalise(&mut equipment);
}

impl Market<'_> {
    /// Fills `views` and `bans`, one entry per nation in order of identity.
    fn view_governments(
        &self,
        governments: &Query<(&Nation, &Profile, &Position, &Belief)>,
        views: &mut Vec<GovernmentView>,
        bans: &mut Vec<f64>,
    ) {
        let (now, turnover) = (self.clock.0, self.setting.model.turnover_factor);
        views.clear();
        bans.clear();
        for (_, profile, position, belief) in governments.iter_many(&self.roll.nations).matched() {
            bans.push(f64::from(u8::from(position.stance >= Stance::Banned)));
            views.push(GovernmentView {
                position: *position,
                // With a turnover of zero nothing is replaced, and no roll-out continues.
                built: if turnover > 0.0 {
                    rollout(now, profile.rollout_start, profile.rollout_years / turnover)
                } else {
                    0.0
                },
                belief: *belief,
                threat: profile.threat,
            });
        }
    }

    fn turnover(&self) -> Turnover {
        let model = &self.setting.model;
        Turnover {
            due: model.refresh_years.map(|years| (model.turnover_factor / (4.0 * years)).min(1.0)),
            core_quarters: whole_quarters(model.core_years),
            removal_quarters: model.removal_years.map(whole_quarters),
        }
    }

    /// The ban that operators of a nation expect, 0 to 1: the share of its partners that ban, weighted by the square of
    /// its trust in them.
    fn expected_ban(&self, nation: NationId, bans: &[f64]) -> f64 {
        let (mut total, mut banned) = (0.0, 0.0);
        for (trust, bans) in self.trust.now.row(nation).iter().zip(bans) {
            let weight = trust * trust;
            total += weight;
            banned += weight * bans;
        }
        if total > 0.0 { banned / total } else { 0.0 }
    }

    /// Chooses among the offers and signs a new contract; does nothing if the law leaves no offer.
    #[expect(clippy::too_many_arguments, reason = "what an operator knows")]
    fn sign_contract(
        &self,
        network: &Network,
        government: &GovernmentView,
        bans: &[f64],
        kind: Layer,
        state: &mut LayerState,
        old_access: &[f64],
        decision_log: &mut DecisionLog,
    ) {
        let now = self.clock.0;
        let expected = government.belief.share() * government.threat + self.expected_ban(network.nation, bans);
        let lawful = self.lawful_vendors(government, kind, state);
        let incumbent = self.incumbent_shares(kind, state, old_access, &lawful);
        let offers = self.offers(expected, &incumbent, &lawful);
        let subject = within(network.subject, kind.rank() as u64);
        let draw = |offer: &Offer| self.setting.chance.uniform(Stream::Contract, subject, now, draw_number(offer));
        let draws: OfferValues = offers.iter().map(draw).collect();
        let model = &self.setting.model;
        let utilities: OfferValues = offers.iter().map(|offer| offer.utility(model)).collect();
        if offers.is_empty() {
            return;
        }
        let best = logit_choice(&utilities, model.vendor_beta, &draws);
        let supplier = offers[best].supplier;
        if supplier == Supplier::Mix {
            state.mix.copy_from_slice(&incumbent);
        }
        state.supplier = supplier;
        state.bought.close();
        state.expires = now.plus((model.contract_years * 4.0) as u32);
        state.because = decision_log.record(now, || Decision {
            kind: DecisionKind::Contract,
            actor: network.nation,
            target: None,
            rule: None,
            outcome: match supplier {
                Supplier::Vendor(vendor) => self.names.vendors[vendor].clone(),
                Supplier::Mix => "renewed".into(),
            },
            probability: logit_probability(&utilities, model.vendor_beta, best),
            draw: Some(draws[best]),
            reason: format!(
                "{} of {}; expected risk and ban {:.2}; government stands at {}",
                kind.as_str(),
                self.names.networks[network.id.index()],
                expected,
                government.position.stance.as_str()
            ),
            because: government.position.because,
            path: format!("networks.{}.{}", self.names.networks[network.id.index()], kind.as_str()),
        });
    }

    /// True if the contract of a layer is still valid: it has not expired, and the law allows its vendor.
    fn contract_continues(&self, government: &GovernmentView, kind: Layer, state: &LayerState) -> bool {
        let unlawful = |vendor: usize| self.vendors.covered[vendor] && !self.may_buy(government, kind, state);
        let forbidden = matches!(state.supplier, Supplier::Vendor(vendor) if unlawful(vendor));
        self.clock.0 < state.expires && !forbidden
    }

    /// True if the law lets an operator buy from covered vendors. Some stances allow it only while the layer's covered
    /// share is below the cap on access, with a tolerance for rounding errors of the sums.
    fn may_buy(&self, government: &GovernmentView, kind: Layer, state: &LayerState) -> bool {
        let stance = government.position.stance;
        layer::may_buy(stance, kind, true) || layer::may_buy(stance, kind, false) && !self.at_access_cap(state)
    }

    /// True if the covered share of a layer has reached the cap on access.
    fn at_access_cap(&self, state: &LayerState) -> bool {
        state.share(|v| self.vendors.covered[v]) >= self.setting.model.access_cap - 1e-9
    }

    /// For each vendor, whether the law lets an operator buy from it.
    fn lawful_vendors(
        &self,
        government: &GovernmentView,
        kind: Layer,
        state: &LayerState,
    ) -> SmallVec<[bool; INLINE_OFFERS]> {
        let may_buy = self.may_buy(government, kind, state);
        self.vendors.covered.iter().map(|covered| !covered || may_buy).collect()
    }

    /// The share of a layer that each lawful vendor supplies now; for 5G the mean of its shares of 5G and 4G.
    fn incumbent_shares(&self, kind: Layer, state: &LayerState, old_access: &[f64], lawful: &[bool]) -> OfferValues {
        let mut parts = OfferValues::from_slice(&state.mix);
        // Before a roll-out begins nothing is built: then the vendors of the planned mix count.
        if state.built > 0.0 {
            state.shares_into(&mut parts);
        }
        for ((part, old), lawful) in parts.iter_mut().zip(old_access).zip(lawful) {
            *part = match kind {
                _ if !lawful => 0.0,
                Layer::Access5g => 0.5 * *part + 0.5 * old,
                Layer::Core | Layer::Access4g => *part,
            };
        }
        parts
    }

    /// The offers that the law allows: to continue with the present mix of vendors, or to take one vendor for
    /// everything.
    fn offers(&self, expected: f64, incumbent: &[f64], lawful: &[bool]) -> SmallVec<[Offer; INLINE_OFFERS]> {
        let VendorList { covered, embargo, price, quality, .. } = &*self.vendors;
        let risk = |(covered, embargo): (&bool, &f64)| if *covered { expected + embargo } else { 0.0 };
        let risk: OfferValues = covered.iter().zip(embargo).map(risk).collect();
        let kept: f64 = incumbent.iter().sum();
        let mut offers = SmallVec::new();
        if kept > 0.0 {
            let [price, quality, risk] =
                [&price[..], &quality[..], &risk[..]].map(|values| weighted_sum(incumbent, values) / kept);
            offers.push(Offer { supplier: Supplier::Mix, price, quality, incumbent: kept, risk });
        }
        offers.extend((0..lawful.len()).filter(|v| lawful[*v]).map(|v| Offer {
            supplier: Supplier::Vendor(v),
            price: price[v],
            quality: quality[v],
            incumbent: incumbent[v],
            risk: risk[v],
        }));
        offers
    }

    /// Replaces the equipment of a layer that is due by age or that the law wants removed; returns the share of the
    /// layer that is replaced ahead of time.
    fn replace_equipment(
        &self,
        government: &GovernmentView,
        kind: Layer,
        state: &mut LayerState,
        turnover: &Turnover,
    ) -> f64 {
        let model = &self.setting.model;
        let built = match kind {
            Layer::Access5g => state.built.max(government.built),
            _ => 1.0,
        };
        let limits = Limits {
            stance: government.position.stance,
            since: self.clock.0.since(government.position.since),
            core_quarters: turnover.core_quarters,
            removal_quarters: turnover.removal_quarters[kind.rank()],
            access_cap: model.access_cap,
        };
        renew(state, kind, &self.vendors.covered, built, turnover.due[kind.rank()], &limits)
    }
}

/// Years as whole quarters, at least one.
fn whole_quarters(years: f64) -> i64 {
    i64::from((years * 4.0).round() as u32).max(1)
}

/// The number of an offer's draw: 0 for the present mix, then one for each vendor.
fn draw_number(offer: &Offer) -> u32 {
    match offer.supplier {
        Supplier::Mix => 0,
        Supplier::Vendor(vendor) => 1 + vendor as u32,
    }
}

fn weighted_sum(weights: &[f64], values: &[f64]) -> f64 {
    weights.iter().zip(values).map(|(weight, value)| weight * value).sum()
}
