//! Scenario discovery: the parameter and threshold that best separate points where a sign holds from those where it does not.
//!
//! The first split of a classification tree (L. Breiman et al., Classification and Regression Trees, 1984), which B. Bryant
//! and R. Lempert (Thinking inside the box, Technological Forecasting and Social Change 77, 2010) use to find the conditions
//! under which a policy fails. The best of many splits looks good by chance, so its gain is compared with the best gains
//! after the outcomes are shuffled among the points (a permutation test of the maximal statistic; P. Westfall and S. Young,
//! Resampling-Based Multiple Testing, 1993).
use crate::sweep::draw::draw;

/// Number of shuffles.
const SHUFFLES: usize = 999;

/// The best split of points in two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Split {
    /// Index of the parameter.
    pub parameter: usize,
    /// Points with a value below this are on one side; no point has it.
    pub threshold: f64,
    /// The part of the Gini impurity that the split removes, 0 to 1.
    pub gain: f64,
    /// Share of shuffles, and the outcomes themselves, whose best split gains as much.
    pub p_value: f64,
}

/// The parameters of a design, prepared for finding splits.
#[derive(Clone, Debug)]
pub struct Splitter {
    /// `values[parameter][point]`.
    values: Vec<Vec<f64>>,
    /// The points by rising value of each parameter.
    orders: Vec<Vec<usize>>,
    shuffles: Vec<Vec<usize>>,
}

impl Splitter {
    /// From the values of each parameter at each point. The seed determines the shuffles.
    pub fn new(values: Vec<Vec<f64>>, seed: u64) -> Self {
        let points = values.first().map_or(0, Vec::len);
        let orders = values.iter().map(|values| rising(values)).collect();
        Self { values, orders, shuffles: (0..SHUFFLES).map(|number| shuffle(seed, number, points)).collect() }
    }

    /// The best split of the points by whether an outcome holds; of equal ones the first. None if it holds at all points or at
    /// none.
    pub fn split(&self, holds: &[bool]) -> Option<Split> {
        let best = self.best(holds)?;
        let as_good = self.shuffles.iter().filter(|shuffle| {
            let shuffled: Vec<bool> = shuffle.iter().map(|point| holds[*point]).collect();
            self.best(&shuffled).is_some_and(|other| other.gain >= best.gain)
        });
        let as_good = as_good.count() + 1;
        Some(Split { p_value: as_good as f64 / (SHUFFLES + 1) as f64, ..best })
    }

    fn best(&self, holds: &[bool]) -> Option<Split> {
        let whole = gini(holds.iter().filter(|holds| **holds).count(), holds.len());
        if whole <= 0.0 {
            return None;
        }
        let mut best: Option<Split> = None;
        for (parameter, order) in self.orders.iter().enumerate() {
            let Some((gain, below)) = best_cut(&self.values[parameter], order, holds, whole) else { continue };
            if best.is_none_or(|best| gain > best.gain) {
                let [low, high] = [below - 1, below].map(|at| self.values[parameter][order[at]]);
                best = Some(Split { parameter, threshold: 0.5 * (low + high), gain, p_value: 1.0 });
            }
        }
        best
    }
}

/// The greatest gain over the cuts of one parameter, and how many points lie below the cut.
fn best_cut(values: &[f64], order: &[usize], holds: &[bool], whole: f64) -> Option<(f64, usize)> {
    let (n, all) = (order.len(), holds.iter().filter(|holds| **holds).count());
    let (mut best, mut holding) = (None, 0);
    for below in 1..n {
        holding += usize::from(holds[order[below - 1]]);
        if values[order[below - 1]] == values[order[below]] {
            continue;
        }
        let left = gini(holding, below) * below as f64 + gini(all - holding, n - below) * (n - below) as f64;
        let gain = 1.0 - left / (whole * n as f64);
        if best.is_none_or(|(greatest, _)| gain > greatest) {
            best = Some((gain, below));
        }
    }
    best
}

/// Gini impurity of `count` of `all`.
fn gini(count: usize, all: usize) -> f64 {
    let share = count as f64 / all as f64;
    2.0 * share * (1.0 - share)
}

fn rising(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    order
}

/// A Fisher-Yates shuffle of the points.
fn shuffle(seed: u64, number: usize, points: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..points).collect();
    for last in (1..points).rev() {
        let other = (draw(seed, "shuffle", number * points + last) * (last + 1) as f64) as usize;
        order.swap(last, other.min(last));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty points; the first parameter rises, the second alternates, the third falls in steps.
    fn splitter() -> Splitter {
        let points = 0..20_i32;
        let rising = points.clone().map(f64::from).collect();
        let alternating = points.clone().map(|at| f64::from(at % 2)).collect();
        Splitter::new(vec![alternating, rising, points.map(|at| f64::from(-(at / 4))).collect()], 1)
    }

    #[test]
    fn the_split_that_separates_is_found_with_its_threshold() {
        let holds: Vec<bool> = (0..20).map(|at| at >= 7).collect();
        let split = splitter().split(&holds).unwrap();
        assert_eq!((split.parameter, split.threshold, split.gain), (1, 6.5, 1.0));
        assert!(split.p_value <= 0.005, "{split:?}");
        let alternating: Vec<bool> = (0..20).map(|at| at % 2 == 0).collect();
        assert_eq!(splitter().split(&alternating).map(|split| (split.parameter, split.threshold)), Some((0, 0.5)));
    }

    #[test]
    fn the_gain_is_that_worked_out_by_hand() {
        // 6 of 8 below the cut hold and 2 of 12 above: impurity 0.48; 8/20 * 0.375 + 12/20 * 0.2778 = 0.316667 remains.
        let points = |below: usize, holding: usize| (0..below).map(move |at| at < holding);
        let holds: Vec<bool> = points(8, 6).chain(points(12, 2)).collect();
        let values = [vec![0.0; 8], vec![1.0; 12]].concat();
        let split = Splitter::new(vec![values], 1).split(&holds).unwrap();
        assert!((split.gain - (1.0 - 0.316_666_667 / 0.48)).abs() < 1e-6, "{split:?}");
    }

    #[test]
    fn an_outcome_that_does_not_vary_has_no_split_and_noise_has_a_large_p_value() {
        assert_eq!(splitter().split(&[true; 20]), None);
        let noise = [0, 3, 4, 9, 10, 13, 15, 18];
        let holds: Vec<bool> = (0..20).map(|at| noise.contains(&at)).collect();
        assert!(splitter().split(&holds).unwrap().p_value > 0.2);
    }
}
