//! The law on covered equipment that a stance makes: what operators may order, and by when what is installed must go.
use super::clock::Quarter;
use super::levels::{Layer, STANCES, Stance};
use super::model::Model;
use super::nation::Position;

/// The law under every stance. A stricter stance demands all that a milder one demands, at least as soon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquipmentLaw {
    /// The largest covered share, 0 to 1, that `restricted` allows in access.
    pub access_cap: f64,
    /// Quarters from `restricted` to a core without covered equipment, and to the cap on access.
    pub core_quarters: i64,
    /// Quarters from `removal` to a layer without covered equipment, by layer.
    pub removal_quarters: [i64; 3],
}

/// What the law demands of one layer in one quarter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerLimits {
    /// The largest share of an order that may come from covered vendors, 0 to 1.
    pub order: f64,
    /// By rank of stance: the largest covered share at a deadline, and the quarters left until then (1: now).
    deadlines: [Option<(f64, i64)>; STANCES],
}

impl EquipmentLaw {
    /// The law with these parameters.
    pub fn new(model: &Model) -> Self {
        Self {
            access_cap: model.access_cap,
            core_quarters: whole_quarters(model.core_years),
            removal_quarters: model.removal_years.map(whole_quarters),
        }
    }

    /// The largest share of an order that may come from covered vendors, 0 to 1.
    fn order_limit(&self, stance: Stance, layer: Layer) -> f64 {
        match (stance, layer) {
            (Stance::Open, _) => 1.0,
            (Stance::Restricted, Layer::Access4g | Layer::Access5g) => self.access_cap,
            _ => 0.0,
        }
    }

    /// The deadline that a stance adds to those of the milder ones: the largest covered share from then on, and the
    /// quarters from taking the stance.
    fn deadline(&self, stance: Stance, layer: Layer) -> Option<(f64, i64)> {
        match stance {
            Stance::Restricted => Some((self.order_limit(stance, layer), self.core_quarters)),
            Stance::Removal => Some((0.0, self.removal_quarters[layer.rank()])),
            Stance::Open | Stance::Banned => None,
        }
    }

    /// What the law of a government demands of a layer now.
    pub fn limits(&self, position: &Position, now: Quarter, layer: Layer) -> LayerLimits {
        let mut deadlines = [None; STANCES];
        for stance in position.stance.and_milder() {
            let taken = position.since[stance.rank()];
            deadlines[stance.rank()] =
                self.deadline(stance, layer).map(|(share, quarters)| (share, (quarters - now.since(taken)).max(1)));
        }
        LayerLimits { order: self.order_limit(position.stance, layer), deadlines }
    }
}

impl LayerLimits {
    /// The largest covered part of a layer at the end of the quarter: for each deadline the excess over its share falls
    /// in equal steps, and to nothing in its last quarter. `part` is the covered part before, `built` the part of the
    /// layer that is built (both 0 to 1).
    pub fn largest_part(&self, part: f64, built: f64) -> f64 {
        let at_deadline = |&(share, left): &(f64, i64)| part - (part - share * built).max(0.0) / left as f64;
        self.deadlines.iter().flatten().map(at_deadline).fold(part, f64::min)
    }
}

/// Years as whole quarters, at least one.
fn whole_quarters(years: f64) -> i64 {
    i64::from((years * 4.0).round() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::record::Because;
    use proptest::prelude::*;

    const LAW: EquipmentLaw = EquipmentLaw { access_cap: 0.35, core_quarters: 12, removal_quarters: [20, 28, 28] };

    #[test]
    fn a_stance_limits_orders_by_layer() {
        let table = [
            (Stance::Open, Layer::Core, 1.0),
            (Stance::Restricted, Layer::Core, 0.0),
            (Stance::Restricted, Layer::Access5g, 0.35),
            (Stance::Banned, Layer::Access4g, 0.0),
            (Stance::Removal, Layer::Access5g, 0.0),
        ];
        for (stance, layer, order) in table {
            assert_eq!(LAW.order_limit(stance, layer), order, "{} {}", stance.as_str(), layer.as_str());
        }
    }

    #[test]
    fn a_stance_that_is_taken_again_or_tightened_keeps_the_deadlines_that_run() {
        let start = Quarter::new(2020, 1);
        let mut position = Position::new(Stance::Restricted, start);
        let left = |position: &Position, quarters| LAW.limits(position, start.plus(quarters), Layer::Core).deadlines;
        position.take(Stance::Restricted, start.plus(4), Because::Start);
        assert_eq!(left(&position, 4)[1], Some((0.0, 8)), "taken again");
        position.take(Stance::Removal, start.plus(6), Because::Start);
        assert_eq!(left(&position, 6), [None, Some((0.0, 6)), None, Some((0.0, 20))], "tightened");
        position.take(Stance::Banned, start.plus(8), Because::Start);
        assert_eq!(left(&position, 8), [None, Some((0.0, 4)), None, None], "loosened");
        position.take(Stance::Open, start.plus(9), Because::Start);
        position.take(Stance::Restricted, start.plus(10), Because::Start);
        assert_eq!(left(&position, 10)[1], Some((0.0, 12)), "ended and taken anew");
    }

    proptest! {
        #[test]
        fn a_stricter_stance_or_a_smaller_part_never_leaves_more(
            (part, less) in (0.0..=1.0f64, 0.0..=1.0f64),
            (core, removal) in (1i64..30, 1i64..60),
            access_cap in 0.0..=1.0f64,
            elapsed in 0u32..70,
        ) {
            let law = EquipmentLaw { access_cap, core_quarters: core, removal_quarters: [removal; 3] };
            let start = Quarter::new(2019, 1);
            for layer in [Layer::Core, Layer::Access4g] {
                let under = |stance, part: f64| {
                    let limits = law.limits(&Position::new(stance, start), start.plus(elapsed), layer);
                    (limits.order, limits.largest_part(part, 1.0))
                };
                for pair in Stance::ALL.windows(2) {
                    let (mild, strict) = (under(pair[0], part), under(pair[1], part * less));
                    prop_assert!(strict.0 <= mild.0 && strict.1 <= mild.1 + 1e-12, "{:?}: {:?} {:?}", pair, mild, strict);
                }
            }
        }
    }
}
