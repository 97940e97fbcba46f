//! Lots: the equipment bought for a layer, oldest first.

/// What was bought: a lot is what came under one contract, in parts of the layer by vendor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lots {
    vendors: usize,
    parts: Vec<f64>,
    /// Whether the last lot takes more.
    open: bool,
}

impl Lots {
    /// Nothing bought from any of so many vendors.
    pub fn none(vendors: usize) -> Self {
        Self { vendors, parts: Vec::new(), open: false }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.parts.clear();
        self.open = false;
    }

    /// What is bought next is of a new lot.
    pub fn close(&mut self) {
        self.open = false;
    }

    /// The lot that takes what is bought now: parts of the layer by vendor, to add to.
    pub fn open(&mut self) -> &mut [f64] {
        if !self.open {
            self.parts.resize(self.parts.len() + self.vendors, 0.0);
            self.open = true;
        }
        let last = self.parts.len() - self.vendors;
        &mut self.parts[last..]
    }

    /// Takes out an amount, the oldest lot first and each in its proportions; returns what could not be taken.
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

    /// Keeps only this part of what was bought from the chosen vendors.
    pub fn keep(&mut self, chosen: &[bool], keep: f64) {
        for lot in self.parts.chunks_exact_mut(self.vendors.max(1)) {
            lot.iter_mut().zip(chosen).filter(|(_, chosen)| **chosen).for_each(|(part, _)| *part *= keep);
        }
    }

    /// How much was bought from the chosen vendors.
    pub fn part(&self, chosen: impl Fn(usize) -> bool) -> f64 {
        let of = |lot: &[f64]| super::vendor::VendorList::share_of(lot, &chosen);
        self.parts.chunks_exact(self.vendors.max(1)).map(of).sum()
    }

    /// Adds what was bought to sums by vendor.
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

    /// What happens to lots: a purchase, a new contract, what is taken out, what is kept of the first vendor's.
    #[derive(Clone, Debug)]
    enum Step {
        Buy(usize, f64),
        Sign,
        Retire(f64),
        Keep(f64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..VENDORS, 0.01..1.0f64).prop_map(|(vendor, amount)| Step::Buy(vendor, amount)),
            1 => Just(Step::Sign),
            1 => (0.0..2.0f64).prop_map(Step::Retire),
            1 => prop_oneof![Just(0.0), 0.0..1.0f64].prop_map(Step::Keep),
        ]
    }

    proptest! {
        #[test]
        fn lots_hold_what_was_bought_less_what_was_taken_out(steps in proptest::collection::vec(step(), 0..40)) {
            let mut lots = Lots::none(VENDORS);
            // By vendor, whatever its age.
            let all = |lots: &Lots| (0..VENDORS).map(|v| lots.part(|vendor| vendor == v)).collect::<Vec<f64>>();
            for step in &steps {
                let before = all(&lots);
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
                        let left: f64 = all(&lots).iter().sum();
                        prop_assert!((left - (whole - amount).max(0.0)).abs() < 1e-9, "{} is left of {}", left, whole);
                        expected = all(&lots);
                        prop_assert!(expected.iter().zip(&before).all(|(now, then)| *now <= then + 1e-12));
                    }
                    Step::Keep(keep) => {
                        lots.keep(&[true, false, false], keep);
                        expected[0] *= keep;
                    }
                }
                let mut sums = vec![0.0; VENDORS];
                lots.add_to(&mut sums);
                for ((told, sum), expected) in all(&lots).iter().zip(&sums).zip(&expected) {
                    prop_assert!((told - expected).abs() < 1e-9 && (sum - expected).abs() < 1e-9);
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
