//! Procurement: operators buy, equipment turns over, bans take effect.
mod installed;
mod layer;
mod start;

use crate::world::chance::{Stream, logit_choice, logit_probability, within};
use crate::world::ids::NationId;
use crate::world::levels::{Layer, Stance};
use crate::world::nation::{Belief, Nation, Position, Profile};
use crate::world::network::{Equipment, LayerState, Layers, Network, Supplier};
use crate::world::record::{Chronicle, Decision, DecisionKind};
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

/// The part of the cost of a network that each layer makes up: core, 4G access, 5G access. Assumed.
const LAYER_COST_SHARE: [f64; 3] = [0.2, 0.4, 0.4];

/// Offers for which there is room without asking for memory.
const OFFERS: usize = 9;

/// Something of each vendor.
type Parts = SmallVec<[f64; OFFERS]>;

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
    /// How much of its 5G is due to be built.
    built: f64,
    /// Its belief that the covered vendors are compromised.
    belief: Belief,
    /// How much it has to fear if they are.
    threat: f64,
}

/// What turns over in a quarter, by layer where they differ.
struct Pace {
    due: [f64; 3],
    core_quarters: i64,
    removal_quarters: [i64; 3],
}

/// Room to work in; what it holds is of one quarter.
#[derive(Default)]
pub struct Room {
    rules: Vec<Rule>,
    /// 1 for each government that bans, 0 for the others.
    bans: Vec<f64>,
    /// Shares of a network's 4G before this quarter.
    old_access: Vec<f64>,
    sums: Sums,
}

/// Renews contracts and equipment of every network, then sums what is installed.
pub fn procurement(
    market: Market,
    governments: Query<(&Nation, &Profile, &Position, &Belief)>,
    mut networks: Query<(&Network, &mut Layers)>,
    mut equipment: ResMut<Equipment>,
    mut chronicle: ResMut<Chronicle>,
    mut tally: ResMut<Tally>,
    mut room: Local<Room>,
) {
    let Room { rules, bans, old_access, sums } = &mut *room;
    market.read_rules(&governments, rules, bans);
    let pace = market.pace();
    old_access.resize(market.vendors.len(), 0.0);
    sums.open(&mut equipment, market.vendors.len());
    let mut turn = networks.iter_many_mut(&market.roll.networks).matched();
    while let Some((network, mut layers)) = turn.fetch_next() {
        let layers = &mut *layers;
        if market.setting.model.turnover_factor != 0.0 {
            let rule = &rules[network.nation.index()];
            if !market.stands(rule, Layer::Access5g, &layers.0[2]) {
                layers.0[1].shares_into(old_access);
            }
            for (kind, state) in Layer::ALL.iter().copied().zip(&mut layers.0) {
                if !market.stands(rule, kind, state) {
                    market.contract(network, rule, bans, kind, state, old_access, &mut chronicle);
                }
                let replaced = market.turn_over(rule, kind, state, &pace);
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
    sums.close(&mut equipment);
}

impl Market<'_> {
    fn read_rules(
        &self,
        governments: &Query<(&Nation, &Profile, &Position, &Belief)>,
        rules: &mut Vec<Rule>,
        bans: &mut Vec<f64>,
    ) {
        let (now, turnover) = (self.clock.0, self.setting.model.turnover_factor);
        rules.clear();
        bans.clear();
        for (_, profile, position, belief) in governments.iter_many(&self.roll.nations).matched() {
            bans.push(f64::from(u8::from(position.stance >= Stance::Banned)));
            rules.push(Rule {
                position: *position,
                // Nothing turns over at no pace, and no roll-out goes on.
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

    fn pace(&self) -> Pace {
        let model = &self.setting.model;
        let quarters = |years: f64| i64::from((years * 4.0).round() as u32).max(1);
        Pace {
            due: model.refresh_years.map(|years| (model.turnover_factor / (4.0 * years)).min(1.0)),
            core_quarters: quarters(model.core_years),
            removal_quarters: model.removal_years.map(quarters),
        }
    }

    /// The ban that operators of a nation expect: the part of its partners, by trust, that ban.
    fn expected_ban(&self, nation: NationId, bans: &[f64]) -> f64 {
        let (mut total, mut banned) = (0.0, 0.0);
        for (trust, bans) in self.trust.now.row(nation).iter().zip(bans) {
            let weight = trust * trust;
            total += weight;
            banned += weight * bans;
        }
        if total > 0.0 { banned / total } else { 0.0 }
    }

    /// Signs a new contract.
    #[expect(clippy::too_many_arguments, reason = "what an operator knows")]
    fn contract(
        &self,
        network: &Network,
        rule: &Rule,
        bans: &[f64],
        kind: Layer,
        state: &mut LayerState,
        old_access: &[f64],
        chronicle: &mut Chronicle,
    ) {
        let now = self.clock.0;
        let expected = rule.belief.share() * rule.threat + self.expected_ban(network.nation, bans);
        let lawful = self.lawful(rule, kind, state);
        let incumbent = self.incumbent(kind, state, old_access, &lawful);
        let offers = self.offers(expected, &incumbent, &lawful);
        let subject = within(network.subject, kind.rank() as u64);
        let luck = |offer: &Offer| match offer.supplier {
            Supplier::Mix => 0,
            Supplier::Vendor(vendor) => 1 + vendor as u32,
        };
        let draw = |offer: &Offer| self.setting.chance.uniform(Stream::Contract, subject, now, luck(offer));
        let draws: Parts = offers.iter().map(draw).collect();
        let model = &self.setting.model;
        let utilities: Parts = offers.iter().map(|offer| offer.utility(model)).collect();
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
        state.because = chronicle.record(now, || Decision {
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
                rule.position.stance.as_str()
            ),
            because: rule.position.because,
            path: format!("networks.{}.{}", self.names.networks[network.id.index()], kind.as_str()),
        });
    }

    /// Whether the contract of a layer runs on: it has not ended, and the law allows its vendor.
    fn stands(&self, rule: &Rule, kind: Layer, state: &LayerState) -> bool {
        let unlawful = |vendor: usize| self.vendors.covered[vendor] && !self.may_buy(rule, kind, state);
        let forbidden = matches!(state.supplier, Supplier::Vendor(vendor) if unlawful(vendor));
        self.clock.0 < state.expires && !forbidden
    }

    /// Whether the law lets an operator buy from covered vendors: also where it has as much of them as the cap on access
    /// allows, or while it has less; noise of the sums does not count.
    fn may_buy(&self, rule: &Rule, kind: Layer, state: &LayerState) -> bool {
        let full = || state.share(|v| self.vendors.covered[v]) >= self.setting.model.access_cap - 1e-9;
        let may_buy = |full: bool| layer::may_buy(rule.position.stance, kind, full);
        may_buy(true) || may_buy(false) && !full()
    }

    /// Which vendors the law lets an operator buy from.
    fn lawful(&self, rule: &Rule, kind: Layer, state: &LayerState) -> SmallVec<[bool; OFFERS]> {
        let may_buy = self.may_buy(rule, kind, state);
        self.vendors.covered.iter().map(|covered| !covered || may_buy).collect()
    }

    /// The part of a layer that each lawful vendor supplies now; for 5G half of that, and half of its part of 4G.
    fn incumbent(&self, kind: Layer, state: &LayerState, old_access: &[f64], lawful: &[bool]) -> Parts {
        let mut parts = Parts::from_slice(&state.mix);
        // Nothing is built yet where a roll-out has not begun: then those who are to supply it count.
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

    /// What the law lets an operator do: go on with those who supply it now, or turn to one vendor.
    fn offers(&self, expected: f64, incumbent: &[f64], lawful: &[bool]) -> SmallVec<[Offer; OFFERS]> {
        let VendorList { covered, embargo, price, quality, .. } = &*self.vendors;
        let risk = |(covered, embargo): (&bool, &f64)| if *covered { expected + embargo } else { 0.0 };
        let risk: Parts = covered.iter().zip(embargo).map(risk).collect();
        let kept: f64 = incumbent.iter().sum();
        let mean = |of: &[f64]| incumbent.iter().zip(of).map(|(part, of)| part * of).sum::<f64>() / kept;
        let mut offers = SmallVec::new();
        if kept > 0.0 {
            let (price, quality, risk) = (mean(price), mean(quality), mean(&risk));
            offers.push(Offer { supplier: Supplier::Mix, price, quality, incumbent: kept, risk });
        }
        let one = |v: usize| Offer {
            supplier: Supplier::Vendor(v),
            price: price[v],
            quality: quality[v],
            incumbent: incumbent[v],
            risk: risk[v],
        };
        offers.extend((0..lawful.len()).filter(|v| lawful[*v]).map(one));
        offers
    }

    /// Replaces what is due, and what the law wants gone; returns the part of the layer replaced ahead of time.
    fn turn_over(&self, rule: &Rule, kind: Layer, state: &mut LayerState, pace: &Pace) -> f64 {
        let model = &self.setting.model;
        let built = match kind {
            Layer::Access5g => state.built.max(rule.built),
            _ => 1.0,
        };
        let limits = Limits {
            stance: rule.position.stance,
            since: self.clock.0.since(rule.position.since),
            core_quarters: pace.core_quarters,
            removal_quarters: pace.removal_quarters[kind.rank()],
            access_cap: model.access_cap,
        };
        renew(state, kind, &self.vendors.covered, built, pace.due[kind.rank()], &limits)
    }
}
