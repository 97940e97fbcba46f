//! One layer of a network: the utility of an offer, the replacement of equipment, and the limits that a stance sets.
use crate::world::clock::Quarter;
use crate::world::levels::{Layer, Stance};
use crate::world::model::Model;
use crate::world::network::{LayerState, Supplier};

/// An offer to an operator: to continue with the present mix of vendors, or to take one vendor for everything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// Who would supply the layer.
    pub supplier: Supplier,
    /// Price relative to the market's, which is 1; of a mix the mean by the vendors' shares.
    pub price: f64,
    /// Quality relative to the market's, which is 1; of a mix the mean by the vendors' shares.
    pub quality: f64,
    /// Share of the layer that this supplier has already, 0 to 1.
    pub incumbent: f64,
    /// Expected ban and supply risk, 0 to 3.
    pub risk: f64,
}

impl Offer {
    /// The operator's utility.
    pub fn utility(&self, model: &Model) -> f64 {
        -model.w_price * self.price + model.w_quality * self.quality + model.w_incumbent * self.incumbent
            - model.w_foresight * self.risk
    }
}

/// True if an operator may buy from a covered vendor for a layer; `full`: the covered share has reached the cap on
/// access.
pub fn may_buy(stance: Stance, layer: Layer, full: bool) -> bool {
    match stance {
        Stance::Open => true,
        Stance::Restricted => layer != Layer::Core && !full,
        Stance::Banned | Stance::Removal => false,
    }
}

/// The natural logarithm of 9.
const LOG_9: f64 = 2.197_224_577_336_219_6;

/// The share of 5G that is built: a logistic curve, 0 before `start`, one tenth at `start`, nine tenths after `years`.
pub fn rollout(now: Quarter, start: Quarter, years: f64) -> f64 {
    let elapsed = now.since(start) as f64 / 4.0;
    if elapsed < 0.0 {
        return 0.0;
    }
    let steepness = 2.0 * LOG_9 / years;
    1.0 / (1.0 + libm::exp(-steepness * (elapsed - years / 2.0)))
}

/// What a stance demands of a layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The stance.
    pub stance: Stance,
    /// Quarters since the government took it.
    pub since: i64,
    /// Quarters after which `restricted` must have cleared the core and reached the cap on access.
    pub core_quarters: i64,
    /// Quarters after which `removal` must have cleared the layer.
    pub removal_quarters: i64,
    /// The largest covered share that `restricted` allows in access, 0 to 1.
    pub access_cap: f64,
}

impl Limits {
    /// The largest covered share that a layer may keep, and in how many quarters it must get there (1: now); none if
    /// the stance sets no limit.
    fn target(&self, layer: Layer) -> Option<(f64, i64)> {
        match (self.stance, layer) {
            (Stance::Restricted, Layer::Core) => Some((0.0, (self.core_quarters - self.since).max(1))),
            (Stance::Restricted, _) => Some((self.access_cap, (self.core_quarters - self.since).max(1))),
            (Stance::Removal, _) => Some((0.0, (self.removal_quarters - self.since).max(1))),
            _ => None,
        }
    }
}

/// One quarter of a layer: builds new equipment, replaces the oldest share `due`, and removes covered equipment that
/// the stance forbids. Returns the share of the layer that is replaced ahead of time.
pub fn renew(state: &mut LayerState, layer: Layer, covered: &[bool], built: f64, due: f64, limits: &Limits) -> f64 {
    let built = state.built.max(built);
    if built == 0.0 {
        return 0.0;
    }
    let growth = built - state.built;
    let retired = retire(state, due * state.built);
    state.built = built;
    buy(state, growth + retired, covered, !may_buy(limits.stance, layer, false));
    let mut early = 0.0;
    if let Some((target, quarters)) = limits.target(layer) {
        let part = state.part(|v| covered[v]);
        let excess = (part - target * state.built).max(0.0);
        if excess > 0.0 {
            early = excess / quarters as f64;
            remove_covered(state, covered, part, early, quarters == 1 && target == 0.0);
            buy(state, early, covered, true);
        }
    }
    early
}

/// Removes the oldest equipment: first that of the start of the run, then the earliest purchases, each in proportion to
/// its vendors' amounts. Returns the amount removed.
fn retire(state: &mut LayerState, amount: f64) -> f64 {
    let old: f64 = state.initial.iter().sum();
    let from_old = amount.min(old);
    if old > 0.0 {
        let keep = 1.0 - from_old / old;
        state.initial.iter_mut().for_each(|s| *s *= keep);
    }
    let left = amount - from_old;
    if left <= 0.0 { amount - left } else { amount - state.bought.retire(left) }
}

/// Removes an amount of the covered equipment, of which the layer has `part`, evenly; `all` leaves exactly none.
fn remove_covered(state: &mut LayerState, covered: &[bool], part: f64, amount: f64, all: bool) {
    let keep = if all { 0.0 } else { (1.0 - amount / part).max(0.0) };
    state.initial.iter_mut().zip(covered).filter(|(_, c)| **c).for_each(|(s, _)| *s *= keep);
    state.bought.keep(covered, keep);
}

/// Buys from the supplier. Under a ban the lawful vendors of the mix get the order, in proportion to their shares, or
/// all lawful vendors alike if the mix has none.
fn buy(state: &mut LayerState, amount: f64, covered: &[bool], banned: bool) {
    if amount <= 0.0 {
        return;
    }
    let lot = state.bought.open();
    match state.supplier {
        Supplier::Vendor(vendor) if !(banned && covered[vendor]) => lot[vendor] += amount,
        _ if banned => {
            let lawful = || covered.iter().map(|covered| if *covered { 0.0 } else { 1.0 });
            if !spread(lot, amount, state.mix.iter().zip(lawful()).map(|(part, lawful)| part * lawful)) {
                spread(lot, amount, lawful());
            }
        }
        _ => {
            if !spread(lot, amount, state.mix.iter().copied()) {
                spread(lot, amount, state.mix.iter().map(|_| 1.0));
            }
        }
    }
}

/// Adds an amount to a lot in proportion to a mix; returns false, and adds nothing, if the mix sums to zero.
fn spread(lot: &mut [f64], amount: f64, mix: impl Iterator<Item = f64> + Clone) -> bool {
    let total: f64 = mix.clone().sum();
    if total > 0.0 {
        lot.iter_mut().zip(mix).for_each(|(bought, part)| *bought += amount * (part / total));
    }
    total > 0.0
}

/// Divides the sums of the layers by their weights: subscribers, or for 5G subscribers with 5G.
pub fn normalise(layers: &mut [Vec<f64>; 3], subscribers: f64, with_5g: f64) {
    for (layer, shares) in layers.iter_mut().enumerate() {
        let weight = if layer == 2 { with_5g } else { subscribers };
        if weight > 0.0 {
            shares.iter_mut().for_each(|s| *s /= weight);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::lots::Lots;
    use crate::world::record::Because;

    const COVERED: [bool; 2] = [true, false];

    fn layer(flagged: f64) -> LayerState {
        LayerState {
            initial: vec![flagged, 1.0 - flagged],
            bought: Lots::none(2),
            mix: vec![flagged, 1.0 - flagged],
            built: 1.0,
            supplier: Supplier::Vendor(1),
            expires: Quarter::new(2030, 1),
            because: Because::Start,
        }
    }

    fn limits(stance: Stance, since: i64) -> Limits {
        Limits { stance, since, core_quarters: 12, removal_quarters: 28, access_cap: 0.35 }
    }

    #[test]
    fn equipment_is_replaced_at_the_rate_of_its_age_and_shares_sum_to_one() {
        let mut state = layer(0.5);
        for quarter in 0..20 {
            let early = renew(&mut state, Layer::Access4g, &COVERED, 1.0, 1.0 / 40.0, &limits(Stance::Open, quarter));
            assert_eq!(early, 0.0);
        }
        let shares = state.shares();
        assert!((shares[0] - 0.25).abs() < 1e-12, "half of ten years leaves half: {shares:?}");
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_removal_reaches_exactly_zero_at_its_deadline_and_a_restriction_clears_the_core() {
        for (kind, stance, quarters, left) in [
            (Layer::Access4g, Stance::Removal, 28, 0.0),
            (Layer::Core, Stance::Restricted, 12, 0.0),
            (Layer::Access4g, Stance::Restricted, 12, 0.35),
        ] {
            let mut state = layer(0.8);
            for since in 0..quarters {
                assert!(state.shares()[0] > left, "not before its time");
                renew(&mut state, kind, &COVERED, 1.0, 0.0, &limits(stance, since));
            }
            let shares = state.shares();
            assert!((shares[0] - left).abs() < 1e-9, "{} under {}: {shares:?}", kind.as_str(), stance.as_str());
            assert!(left > 0.0 || shares[0] == 0.0, "zero means none");
        }
    }

    #[test]
    fn a_ban_stops_purchases_and_an_open_market_does_not() {
        let table = [
            (Stance::Open, Layer::Core, false, true),
            (Stance::Restricted, Layer::Core, false, false),
            (Stance::Restricted, Layer::Access5g, false, true),
            (Stance::Restricted, Layer::Access5g, true, false),
            (Stance::Banned, Layer::Access4g, false, false),
            (Stance::Removal, Layer::Access5g, false, false),
        ];
        for (stance, kind, full, expected) in table {
            assert_eq!(may_buy(stance, kind, full), expected, "{} {}", stance.as_str(), kind.as_str());
        }
    }

    #[test]
    fn price_incumbency_and_risk_decide_a_contract() {
        let fair = Offer { supplier: Supplier::Vendor(1), price: 1.0, quality: 1.0, incumbent: 0.0, risk: 0.0 };
        let cheap = Offer { supplier: Supplier::Vendor(0), price: 0.75, ..fair };
        let worth = |offer: Offer| offer.utility(&Model::default());
        assert!(worth(cheap) > worth(fair), "the cheaper");
        assert!(worth(Offer { incumbent: 1.0, ..fair }) > worth(cheap), "the incumbent");
        assert!(worth(fair) > worth(Offer { risk: 1.0, ..cheap }), "the safer");
    }

    #[test]
    fn the_roll_out_grows_from_a_tenth_to_nine_tenths() {
        assert_eq!(LOG_9, libm::log(9.0));
        let start = Quarter::new(2020, 1);
        assert_eq!(rollout(Quarter::new(2019, 4), start, 8.0), 0.0);
        assert!((rollout(start, start, 8.0) - 0.1).abs() < 1e-12);
        assert!((rollout(start.plus(16), start, 8.0) - 0.5).abs() < 1e-12);
        assert!((rollout(start.plus(32), start, 8.0) - 0.9).abs() < 1e-12);
    }
}
