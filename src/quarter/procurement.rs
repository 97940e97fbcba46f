//! Procurement: operators sign contracts and replace equipment; bans and limits take effect.
mod installed;
mod layer;
mod start;

use crate::world::chance::{Stream, logit_choice, logit_probability, within};
use crate::world::equipment_law::{EquipmentLaw, LayerLimits};
use crate::world::ids::NationId;
use crate::world::levels::{Layer, Stance};
use crate::world::nation::{Belief, Nation, Position, Profile};
use crate::world::network::{Equipment, LayerState, Layers, Network};
use crate::world::record::{Decision, DecisionKind, DecisionLog};
use crate::world::setting::{Clock, Names, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::ties::Trust;
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use installed::Sums;
use layer::{INLINE_OFFERS, Offer, OfferValues, Supplier, renew, rollout, to_shares};
use smallvec::SmallVec;
pub use start::reset;

/// Share of a network's cost by layer: core, 4G access, 5G access. Assumed.
const LAYER_COST_SHARE: [f64; 3] = [0.2, 0.4, 0.4];

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

/// An operator's choice among offers.
struct SupplierChoice {
    supplier: Supplier,
    /// The order by vendor; proportions sum to 1.
    order: OfferValues,
    probability: f64,
    draw: f64,
}

/// Memory that is reused every quarter; no value is kept from one quarter to the next.
#[derive(Default)]
pub struct Workspace {
    views: Vec<GovernmentView>,
    /// 1 for each government that bans, 0 for the others.
    bans: Vec<f64>,
    /// Vendors' shares of a network's 4G before this quarter, if the government set no limits.
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
    let model = &market.setting.model;
    let law = EquipmentLaw::new(model);
    // The part of a layer that is replaced a quarter because of its age.
    let due = model.refresh_years.map(|years| (model.turnover_factor / (4.0 * years)).min(1.0));
    old_access.resize(market.vendors.len(), 0.0);
    sums.clear(&mut equipment, market.vendors.len());
    let mut networks = networks.iter_many_mut(&market.roll.networks).matched();
    while let Some((network, mut layers)) = networks.fetch_next() {
        let layers = &mut *layers;
        if model.turnover_factor != 0.0 {
            let government = &views[network.nation.index()];
            if market.clock.0 >= layers.0[2].expires {
                layers.0[1].market_shares_into(old_access);
            }
            for (kind, state) in Layer::ALL.iter().copied().zip(&mut layers.0) {
                let limits = law.limits(&government.position, market.clock.0, kind);
                if market.clock.0 >= state.expires {
                    market.sign_contract(
                        network,
                        government,
                        bans,
                        kind,
                        state,
                        old_access,
                        &limits,
                        &mut decision_log,
                    );
                }
                let built = match kind {
                    Layer::Access5g => government.built,
                    Layer::Core | Layer::Access4g => 1.0,
                };
                let replaced = renew(state, &market.vendors.covered, built, due[kind.rank()], &limits);
                if replaced > 0.0 {
                    let part = replaced * network.subscribers * LAYER_COST_SHARE[kind.rank()];
                    let cost = part * model.unit_cost_usd;
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

    /// The ban that operators of a nation expect, 0 to 1: the share of its partners that ban, weighted by the square of
    /// its trust in them. The nation counts among them as one that does not ban: what the law is, operators know.
    fn expected_ban(&self, nation: NationId, bans: &[f64]) -> f64 {
        let (mut total, mut banned) = (0.0, 0.0);
        for (partner, (trust, bans)) in self.trust.goodwill.row(nation).iter().zip(bans).enumerate() {
            let weight = trust * trust;
            total += weight;
            banned += if partner == nation.index() { 0.0 } else { weight * bans };
        }
        if total > 0.0 { banned / total } else { 0.0 }
    }

    /// Signs a new contract: the operator's first choice, as if its government set no limits, and its choice among lawful
    /// vendors for what the law denies. So the law decides what is bought and never what would be bought without it.
    #[expect(clippy::too_many_arguments, reason = "what an operator knows")]
    fn sign_contract(
        &self,
        network: &Network,
        government: &GovernmentView,
        bans: &[f64],
        kind: Layer,
        state: &mut LayerState,
        old_access: &[f64],
        limits: &LayerLimits,
        decision_log: &mut DecisionLog,
    ) {
        let (now, covered) = (self.clock.0, &self.vendors.covered);
        let expected = government.belief.share() * government.threat + self.expected_ban(network.nation, bans);
        let incumbent = incumbent_shares(kind, state, old_access);
        let subject = within(network.subject, kind.rank() as u64);
        let wanted = self.choose_offer(subject, expected, &incumbent, |_| true);
        let instead = self.choose_offer(subject, expected, &incumbent, |vendor| !covered[vendor]);
        let denied = limits.order == 0.0 && wanted.as_ref().is_some_and(|choice| choice.share_of(covered) > 0.0);
        match &instead {
            Some(choice) => state.instead.copy_from_slice(&choice.order),
            None => state.instead.fill(0.0),
        }
        if let Some(choice) = &wanted {
            state.wanted.copy_from_slice(&choice.order);
        }
        state.bought.close();
        state.market.close();
        state.expires = now.plus((self.setting.model.contract_years * 4.0) as u32);
        let Some(choice) = (if denied { instead } else { wanted }) else { return };
        state.because = decision_log.record(now, || Decision {
            kind: DecisionKind::Contract,
            actor: network.nation,
            target: None,
            rule: None,
            outcome: match choice.supplier {
                Supplier::Vendor(vendor) => self.names.vendors[vendor].clone(),
                Supplier::Mix => "renewed".into(),
            },
            probability: choice.probability,
            draw: Some(choice.draw),
            reason: format!(
                "{} of {}; expected risk and ban {:.2}; government stands at {}, which allows {:.0} % from flagged vendors",
                kind.as_str(),
                self.names.networks[network.id.index()],
                expected,
                government.position.stance.as_str(),
                100.0 * limits.order,
            ),
            because: government.position.because,
            path: format!("networks.{}.{}", self.names.networks[network.id.index()], kind.as_str()),
        });
    }

    /// Chooses among the offers of some vendors, and orders from the one that it chooses; none if there is no offer.
    /// `subject` addresses the luck of the layer.
    fn choose_offer(
        &self,
        subject: u64,
        expected: f64,
        incumbent: &[f64],
        offered: impl Fn(usize) -> bool,
    ) -> Option<SupplierChoice> {
        let model = &self.setting.model;
        let standing: OfferValues =
            incumbent.iter().enumerate().map(|(v, part)| if offered(v) { *part } else { 0.0 }).collect();
        let offers = self.offers(expected, &standing, offered);
        let draw =
            |offer: &Offer| self.setting.chance.uniform(Stream::Contract, subject, self.clock.0, draw_number(offer));
        let draws: OfferValues = offers.iter().map(draw).collect();
        let utilities: OfferValues = offers.iter().map(|offer| offer.utility(model)).collect();
        if offers.is_empty() {
            return None;
        }
        let best = logit_choice(&utilities, model.vendor_beta, &draws);
        let supplier = offers[best].supplier;
        let mut order = match supplier {
            Supplier::Mix => standing,
            Supplier::Vendor(vendor) => (0..incumbent.len()).map(|v| f64::from(u8::from(v == vendor))).collect(),
        };
        to_shares(&mut order);
        let probability = logit_probability(&utilities, model.vendor_beta, best);
        Some(SupplierChoice { supplier, order, probability, draw: draws[best] })
    }

    /// The offers of some vendors: to continue with the present mix of them, or to take one for everything.
    fn offers(
        &self,
        expected: f64,
        incumbent: &[f64],
        offered: impl Fn(usize) -> bool,
    ) -> SmallVec<[Offer; INLINE_OFFERS]> {
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
        offers.extend((0..incumbent.len()).filter(|v| offered(*v)).map(|v| Offer {
            supplier: Supplier::Vendor(v),
            price: price[v],
            quality: quality[v],
            incumbent: incumbent[v],
            risk: risk[v],
        }));
        offers
    }
}

impl SupplierChoice {
    /// The share of the order that comes from the covered vendors, 0 to 1.
    fn share_of(&self, covered: &[bool]) -> f64 {
        VendorList::share_of(&self.order, |v| covered[v])
    }
}

/// What each vendor would supply of a layer if the government set no limits, as shares; for 5G the mean of its shares of
/// 5G and 4G. Before a roll-out begins nothing is built: then the planned mix of vendors counts.
fn incumbent_shares(kind: Layer, state: &LayerState, old_access: &[f64]) -> OfferValues {
    let mut parts = OfferValues::from_slice(&state.wanted);
    if state.built > 0.0 {
        state.market_shares_into(&mut parts);
    }
    if kind == Layer::Access5g {
        parts.iter_mut().zip(old_access).for_each(|(part, old)| *part = 0.5 * *part + 0.5 * old);
    }
    parts
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
