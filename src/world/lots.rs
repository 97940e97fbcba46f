//! Lots of equipment bought for a layer, retired first in, first out (FIFO inventory).
use super::vendor::VendorList;

/// The equipment that was bought for a layer: one lot for each contract, oldest first. A lot holds, for each vendor,
/// its part of the layer (0 to 1).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lots {
    vendors: usize,
    parts: Vec<f64>,
    /// True if further purchases go into the last lot.
    open: bool,
}

impl Lots {
    /// No lots yet; lots will have parts of this many vendors.
    pub fn none(vendors: usize) -> Self {
        Self { vendors, parts: Vec::new(), open: false }
    }

    /// Removes all lots.
    pub fn clear(&mut self) {
        self.parts.clear();
        self.open = false;
    }

    /// Closes the last lot: the next purchase starts a new one.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// The open lot, to which purchases are added: a part of the layer (0 to 1) for each vendor. Starts a lot if none
    /// is open.
    pub fn open(&mut self) -> &mut [f64] {
        if !self.open {
            self.parts.resize(self.parts.len() + self.vendors, 0.0);
            self.open = true;
        }
        let last = self.parts.len() - self.vendors;
        &mut self.parts[last..]
    }

    /// Removes an amount (a part of the layer) from the oldest lots, from each in proportion to its vendors. Returns
    /// the amount that is missing if the lots hold less.
    pub fn retire(&mut self, amount: f64) -> f64 {
        let (mut left, mut spent) = (amount, 0);
        for lot in self.parts.chunks_exact_mut(self.vendors.max(1)) {
            if left <= 0.0 {
                break;
            }
            let size: f64 = lot.iter().sum();
            if size > left {
                let keep = 1.0 - left / size;
                lot.iter_mut().for_each(|part| *part *= keep);
                left = 0.0;
            } else {
                left -= size;
                spent += self.vendors;
            }
        }
        self.parts.drain(..spent);
        self.open &= !self.parts.is_empty();
        left
    }

    /// The lots, oldest first, for changes that keep the size of each.
    pub fn each_mut(&mut self) -> impl Iterator<Item = &mut [f64]> {
        self.parts.chunks_exact_mut(self.vendors.max(1))
    }

    /// The part of the layer that lots of the chosen vendors make up.
    pub fn part(&self, chosen: impl Fn(usize) -> bool) -> f64 {
        self.parts.chunks_exact(self.vendors.max(1)).map(|lot| VendorList::share_of(lot, &chosen)).sum()
    }

    /// Adds the parts of all lots to `sums`, by vendor.
    pub fn add_to(&self, sums: &mut [f64]) {
        for lot in self.parts.chunks_exact(self.vendors.max(1)) {
            sums.iter_mut().zip(lot).for_each(|(sum, part)| *sum += part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VENDORS: usize = 3;

    /// A change of the lots: a purchase, a new contract, a retirement.
    #[derive(Clone, Debug)]
    enum Step {
        Buy(usize, f64),
        Sign,
        Retire(f64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..VENDORS, 0.01..1.0f64).prop_map(|(vendor, amount)| Step::Buy(vendor, amount)),
            1 => Just(Step::Sign),
            1 => (0.0..2.0f64).prop_map(Step::Retire),
        ]
    }

    /// The part of the layer by vendor, of all lots.
    fn by_vendor(lots: &Lots) -> Vec<f64> {
        (0..VENDORS).map(|v| lots.part(|vendor| vendor == v)).collect()
    }

    proptest! {
        #[test]
        fn lots_hold_what_was_bought_minus_what_was_removed(steps in proptest::collection::vec(step(), 0..40)) {
            let mut lots = Lots::none(VENDORS);
            for step in &steps {
                let before = by_vendor(&lots);
                let whole: f64 = before.iter().sum();
                let mut expected = before.clone();
                match *step {
                    Step::Buy(vendor, amount) => {
                        lots.open()[vendor] += amount;
                        expected[vendor] += amount;
                    }
                    Step::Sign => lots.close(),
                    Step::Retire(amount) => {
                        let short = lots.retire(amount);
                        prop_assert!((short - (amount - whole).max(0.0)).abs() < 1e-9, "short by {}", short);
                        let left: f64 = by_vendor(&lots).iter().sum();
                        prop_assert!((left - (whole - amount).max(0.0)).abs() < 1e-9, "{} is left of {}", left, whole);
                        expected = by_vendor(&lots);
                        prop_assert!(expected.iter().zip(&before).all(|(now, then)| *now <= then + 1e-12));
                    }
                }
                let mut sums = vec![0.0; VENDORS];
                lots.add_to(&mut sums);
                for ((part, sum), expected) in by_vendor(&lots).iter().zip(&sums).zip(&expected) {
                    prop_assert!((part - expected).abs() < 1e-9 && (sum - expected).abs() < 1e-9);
                }
            }
        }
    }

    #[test]
    fn the_oldest_contract_goes_first_and_in_its_proportions() {
        let mut lots = Lots::none(2);
        lots.open()[0] += 0.3;
        lots.open()[1] += 0.1;
        lots.close();
        lots.open()[1] += 0.2;
        assert_eq!(lots.retire(0.2), 0.0);
        assert!((lots.part(|vendor| vendor == 0) - 0.15).abs() < 1e-12);
        lots.retire(0.2);
        assert_eq!(lots.part(|vendor| vendor == 0), 0.0, "the first contract's is gone");
        assert!((lots.part(|_| true) - 0.2).abs() < 1e-12);
    }
}
