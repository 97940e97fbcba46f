//! Lots: the equipment bought for a layer, oldest first.

/// What was bought, as rows of parts by vendor. A row holds purchases in the order of their vendors; a purchase that
/// would break the order begins the next row. So purchases stay in the order they were made, a row at a time.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Lots {
    vendors: usize,
    parts: Vec<f64>,
}

impl Lots {
    /// Nothing bought from any of so many vendors.
    pub fn none(vendors: usize) -> Self {
        Self { vendors, parts: Vec::new() }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.parts.clear();
    }

    /// All parts in the order they were bought, with zeros between them: a row of parts by vendor after another.
    pub fn parts(&self) -> &[f64] {
        &self.parts
    }

    /// Buys an amount from a vendor; more from the vendor who sold last adds to that purchase.
    pub fn buy(&mut self, vendor: usize, amount: f64) {
        if amount <= 0.0 {
            return;
        }
        let last = self.parts.len().saturating_sub(self.vendors);
        let sold = self.parts[last..].iter().rposition(|part| *part > 0.0);
        let row = if sold.is_some_and(|sold| sold <= vendor) { last } else { self.parts.len() };
        if row == self.parts.len() {
            self.parts.resize(row + self.vendors, 0.0);
        }
        self.parts[row + vendor] += amount;
    }

    /// Takes out an amount, what was bought first going first; returns what could not be taken.
    pub fn retire(&mut self, amount: f64) -> f64 {
        let mut left = amount;
        for part in &mut self.parts {
            if left <= 0.0 {
                break;
            }
            let taken = part.min(left);
            *part -= taken;
            left -= taken;
        }
        let empty = |row: &&[f64]| row.iter().all(|part| *part <= 0.0);
        let spent = self.parts.chunks_exact(self.vendors).take_while(empty).count();
        if spent > 0 {
            self.parts.drain(..spent * self.vendors);
        }
        left
    }

    /// Keeps only this part of what was bought from the chosen vendors.
    pub fn keep(&mut self, chosen: &[bool], keep: f64) {
        for row in self.parts.chunks_exact_mut(self.vendors) {
            row.iter_mut().zip(chosen).filter(|(_, chosen)| **chosen).for_each(|(part, _)| *part *= keep);
        }
        let last = self.parts.iter().rposition(|part| *part > 0.0);
        self.parts.truncate(last.map_or(0, |last| (last / self.vendors + 1) * self.vendors));
    }

    /// How much was bought from the chosen vendors.
    pub fn part(&self, chosen: impl Fn(usize) -> bool) -> f64 {
        let mut sum = 0.0;
        for row in self.parts.chunks_exact(self.vendors.max(1)) {
            for (_, part) in row.iter().enumerate().filter(|(vendor, _)| chosen(*vendor)) {
                sum += part;
            }
        }
        sum
    }

    /// Adds what was bought to sums by vendor.
    pub fn add_to(&self, sums: &mut [f64]) {
        for row in self.parts.chunks_exact(self.vendors.max(1)) {
            sums.iter_mut().zip(row).for_each(|(sum, part)| *sum += part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VENDORS: usize = 3;

    /// What happens to lots: a purchase, what is taken out, what is kept of the first vendor's.
    #[derive(Clone, Debug)]
    enum Step {
        Buy(usize, f64),
        Retire(f64),
        Keep(f64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0..VENDORS, 0.0..1.0f64).prop_map(|(vendor, amount)| Step::Buy(vendor, amount)),
            1 => (0.0..2.0f64).prop_map(Step::Retire),
            1 => prop_oneof![Just(0.0), 0.0..1.0f64].prop_map(Step::Keep),
        ]
    }

    /// The same as a list of purchases.
    fn by_list(list: &mut Vec<(usize, f64)>, step: &Step) {
        match *step {
            Step::Buy(vendor, amount) => match list.last_mut() {
                Some((last, part)) if *last == vendor => *part += amount,
                _ if amount > 0.0 => list.push((vendor, amount)),
                _ => {}
            },
            Step::Retire(mut left) => {
                for (_, part) in list.iter_mut() {
                    let taken = part.min(left);
                    *part -= taken;
                    left -= taken;
                }
                list.retain(|(_, part)| *part > 0.0);
            }
            Step::Keep(keep) => {
                list.iter_mut().filter(|(vendor, _)| *vendor == 0).for_each(|(_, part)| *part *= keep);
                list.retain(|(_, part)| *part > 0.0);
            }
        }
    }

    proptest! {
        #[test]
        fn lots_are_a_list_of_purchases_to_the_last_bit(steps in proptest::collection::vec(step(), 0..40)) {
            let (mut lots, mut list) = (Lots::none(VENDORS), Vec::new());
            for step in &steps {
                match *step {
                    Step::Buy(vendor, amount) => lots.buy(vendor, amount),
                    Step::Retire(amount) => drop(lots.retire(amount)),
                    Step::Keep(keep) => lots.keep(&[true, false, false], keep),
                }
                by_list(&mut list, step);
                let parts: Vec<f64> = lots.parts().iter().copied().filter(|part| *part > 0.0).collect();
                prop_assert_eq!(parts, list.iter().map(|(_, part)| *part).collect::<Vec<_>>());
                for chosen in 0..VENDORS {
                    let of = |vendor: usize| vendor == chosen;
                    let sum = list.iter().filter(|(vendor, _)| of(*vendor)).fold(0.0, |sum, (_, part)| sum + part);
                    prop_assert_eq!(lots.part(of), sum);
                }
            }
        }
    }
}
