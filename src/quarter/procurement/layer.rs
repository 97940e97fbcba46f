//! One layer of a network: the utility of an offer, the replacement of equipment within the limits of the law.
use crate::world::clock::Quarter;
use crate::world::equipment_law::LayerLimits;
use crate::world::lots::Lots;
use crate::world::model::Model;
use crate::world::network::LayerState;
use crate::world::vendor::VendorList;
use smallvec::SmallVec;

/// Number of offers that fit without a heap allocation.
pub const INLINE_OFFERS: usize = 9;

/// One number per vendor, or per offer.
pub type OfferValues = SmallVec<[f64; INLINE_OFFERS]>;

/// Who would supply a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supplier {
    /// The vendors that supply it now, in their proportions.
    Mix,
    /// One vendor.
    Vendor(usize),
}

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

/// One quarter of a layer: builds new equipment up to the part `built`, replaces the oldest part `due` of it, and swaps
/// covered equipment that the law wants gone. Returns the part of the layer that is swapped ahead of its time.
pub fn renew(state: &mut LayerState, covered: &[bool], built: f64, due: f64, limits: &LayerLimits) -> f64 {
    let instead = if limits.order < 1.0 { lawful_order(state, covered) } else { OfferValues::new() };
    place_order(state, covered, limits.order, &instead);
    let built = state.built.max(built);
    if built == 0.0 {
        return 0.0;
    }
    let (growth, due) = (built - state.built, due * state.built);
    let retired = retire(state, due);
    let market_retired = due - state.market.retire(due);
    state.built = built;
    buy(&mut state.bought, growth + retired, &state.order);
    buy(&mut state.market, growth + market_retired, &state.wanted);
    let part = state.part(|v| covered[v]);
    let left = limits.largest_part(part, built);
    if left < part {
        // All of it: sums may differ in their last digits.
        swap_oldest(state, covered, if left > 0.0 { part - left } else { f64::INFINITY }, &instead);
    }
    part - left
}

/// What an operator orders in place of what the law denies: its second choice, else the lawful vendors of its first, else
/// all lawful vendors alike. Proportions sum to 1, or are 0 if no vendor is lawful.
fn lawful_order(state: &LayerState, covered: &[bool]) -> OfferValues {
    let mut order = OfferValues::from_elem(1.0, covered.len());
    if let Some(choice) = [&state.instead, &state.wanted].into_iter().find(|choice| lawful_part(choice, covered) > 0.0)
    {
        order.copy_from_slice(choice);
    }
    order.iter_mut().zip(covered).filter(|(_, covered)| **covered).for_each(|(part, _)| *part = 0.0);
    to_shares(&mut order);
    order
}

/// The part of an order that comes from vendors that are not covered.
fn lawful_part(order: &[f64], covered: &[bool]) -> f64 {
    VendorList::share_of(order, |v| !covered[v])
}

/// Divides amounts by their sum, if it is not 0.
pub fn to_shares(amounts: &mut [f64]) {
    let total: f64 = amounts.iter().sum();
    if total > 0.0 {
        amounts.iter_mut().for_each(|amount| *amount /= total);
    }
}

/// Sets the order to what the operator wants, with at most the share `largest` from covered vendors and `instead` in
/// place of the rest.
fn place_order(state: &mut LayerState, covered: &[bool], largest: f64, instead: &[f64]) {
    let wanted = VendorList::share_of(&state.wanted, |v| covered[v]);
    state.order.copy_from_slice(&state.wanted);
    if wanted > largest {
        let order = state.order.iter_mut().zip(covered).zip(instead);
        order.for_each(|((part, covered), instead)| {
            let allowed = if *covered { *part * (largest / wanted) } else { *part };
            *part = allowed + (wanted - largest) * instead;
        });
    }
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

/// Swaps an amount of covered equipment for that of other vendors, the oldest first. What replaces it stands in its
/// place: it retires when the old equipment would have. So equipment retires at the same time whatever the law, and a
/// stricter law never leaves more.
fn swap_oldest(state: &mut LayerState, covered: &[bool], amount: f64, instead: &[f64]) {
    let mut left = amount;
    for lot in std::iter::once(&mut state.initial[..]).chain(state.bought.each_mut()) {
        let part = VendorList::share_of(lot, |v| covered[v]);
        let swapped = part.min(left);
        if swapped > 0.0 {
            let keep = if swapped < part { 1.0 - swapped / part } else { 0.0 };
            lot.iter_mut().zip(covered).filter(|(_, covered)| **covered).for_each(|(part, _)| *part *= keep);
            lot.iter_mut().zip(instead).for_each(|(part, instead)| *part += swapped * instead);
            left -= swapped;
        }
    }
}

/// Buys an amount, in the proportions of an order.
fn buy(lots: &mut Lots, amount: f64, order: &[f64]) {
    if amount > 0.0 {
        lots.open().iter_mut().zip(order).for_each(|(part, share)| *part += amount * share);
    }
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
    use crate::world::equipment_law::EquipmentLaw;
    use crate::world::levels::{Layer, Stance};
    use crate::world::nation::Position;

    const COVERED: [bool; 2] = [true, false];

    fn layer(flagged: f64) -> LayerState {
        let mut state = LayerState::unbuilt(&[flagged, 1.0 - flagged]);
        state.install(1.0);
        state.wanted.copy_from_slice(&[0.0, 1.0]);
        state
    }

    /// Renews a layer in the quarters after a government took a stance; returns the flagged share after each.
    fn shares_under(stance: Stance, kind: Layer, due: f64, mut state: LayerState, quarters: u32) -> Vec<f64> {
        let law = EquipmentLaw { access_cap: 0.35, core_quarters: 12, removal_quarters: [20, 28, 28] };
        let start = Quarter::new(2020, 1);
        let position = Position::new(stance, start);
        let renewed = |quarter| {
            renew(&mut state, &COVERED, 1.0, due, &law.limits(&position, start.plus(quarter), kind));
            state.shares()[0]
        };
        (0..quarters).map(renewed).collect()
    }

    #[test]
    fn equipment_is_replaced_at_the_rate_of_its_age_and_shares_sum_to_one() {
        let left = shares_under(Stance::Open, Layer::Access4g, 1.0 / 40.0, layer(0.5), 20);
        assert!((left[19] - 0.25).abs() < 1e-12, "half of ten years leaves half: {left:?}");
    }

    #[test]
    fn a_deadline_is_reached_in_its_quarter_and_zero_means_none() {
        for (kind, stance, quarters, expected) in [
            (Layer::Access4g, Stance::Removal, 28, 0.0),
            (Layer::Core, Stance::Removal, 12, 0.0),
            (Layer::Core, Stance::Restricted, 12, 0.0),
            (Layer::Core, Stance::Banned, 12, 0.0),
            (Layer::Access4g, Stance::Restricted, 12, 0.35),
            (Layer::Access4g, Stance::Banned, 12, 0.35),
        ] {
            let left = shares_under(stance, kind, 0.0, layer(0.8), quarters);
            let (last, before) = left.split_last().expect("quarters");
            let name = format!("{} under {}: {left:?}", kind.as_str(), stance.as_str());
            assert!(before.iter().all(|share| *share > expected), "not before its time: {name}");
            assert!((last - expected).abs() < 1e-9 && (expected > 0.0 || *last == 0.0), "{name}");
        }
    }

    #[test]
    fn the_law_limits_orders_and_the_second_choice_gets_the_rest() {
        let order = |wanted: [f64; 2], instead: [f64; 2], largest| {
            let mut state = LayerState { wanted: wanted.to_vec(), instead: instead.to_vec(), ..layer(0.5) };
            let lawful = lawful_order(&state, &COVERED);
            place_order(&mut state, &COVERED, largest, &lawful);
            state.order
        };
        assert_eq!(order([1.0, 0.0], [0.0, 1.0], 1.0), [1.0, 0.0]);
        assert_eq!(order([1.0, 0.0], [0.0, 1.0], 0.25), [0.25, 0.75]);
        assert_eq!(order([0.2, 0.8], [0.0, 1.0], 0.25), [0.2, 0.8], "less than the law allows");
        assert_eq!(order([0.5, 0.5], [0.0, 0.0], 0.0), [0.0, 1.0], "the lawful vendors of the first choice");
        assert_eq!(order([1.0, 0.0], [0.0, 0.0], 0.0), [0.0, 1.0], "any lawful vendor");
    }

    #[test]
    fn what_is_swapped_is_the_oldest_and_keeps_its_age() {
        let mut state = layer(0.5);
        buy(&mut state.bought, 0.5, &[1.0, 0.0]);
        swap_oldest(&mut state, &COVERED, 0.6, &[0.0, 1.0]);
        assert_eq!(state.initial, [0.0, 1.0]);
        assert!((state.bought.part(|v| v == 0) - 0.4).abs() < 1e-12 && (state.part(|_| true) - 1.5).abs() < 1e-12);
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
