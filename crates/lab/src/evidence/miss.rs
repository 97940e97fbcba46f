//! How far runs are from a statement: what calibration makes small.
use super::ground::Ground;
use super::statement::{NOISE, Pair, Statement, Statistic};
use super::statements::ALL;

/// Standard deviations of a normal distribution in its 90 % interval.
const INTERVAL: f64 = 3.29;
/// What a statistic costs whose every run lies outside: as much as a median two standard deviations away.
const OUTSIDE: f64 = 2.0;

/// The sum over the eighteen statements of how far these runs are from each. What the ground does not tell, or no two
/// runs do, is left out.
pub fn misses(ground: &Ground, pairs: &[Pair]) -> f64 {
    ALL.iter().filter_map(|statement| statement.miss(ground, pairs)).sum()
}

impl Statement {
    /// Mean over its statistics of how far these runs are from each.
    pub fn miss(&self, ground: &Ground, pairs: &[Pair]) -> Option<f64> {
        let of = |statistic: &Statistic| {
            let mut values: Vec<f64> = pairs.iter().filter_map(|pair| statistic.of(ground, pair)).collect();
            statistic.miss(ground, &mut values)
        };
        super::seen::mean(self.statistics.iter().filter_map(of))
    }
}

impl Statistic {
    /// How far runs with these values are from what the statistic is held against; none where that is not told, or by
    /// fewer than two runs.
    ///
    /// Where the statement gives a number and chance has a width: the continuous ranked probability score of the number
    /// (Gneiting and Raftery 2007), unbiased for the number of runs, in standard deviations of the width allowed. It is
    /// least where the values spread as the truth does. Else twice the part of the runs that lie outside.
    pub fn miss(&self, ground: &Ground, values: &mut [f64]) -> Option<f64> {
        if values.len() < 2 {
            return None;
        }
        let outside = |low: f64, high: f64| {
            let out = values.iter().filter(|value| **value < low - NOISE || **value > high + NOISE).count();
            OUTSIDE * out as f64 / values.len() as f64
        };
        match self.held_against(ground) {
            (_, Some((low, high))) => Some(outside(low, high)),
            (Some(number), None) if self.width == 0.0 => Some(outside(number, number)),
            (Some(number), None) => Some(ranked(values, number) * INTERVAL / self.width),
            (None, None) => None,
        }
    }
}

/// Mean distance of the values from a number, less half the mean distance of two of them.
fn ranked(values: &mut [f64], number: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let away: f64 = values.iter().map(|value| (value - number).abs()).sum::<f64>() / n;
    // In order, the k-th of n is the greater of k pairs and the smaller of n - 1 - k.
    let apart: f64 = values.iter().enumerate().map(|(k, value)| (2.0 * k as f64 + 1.0 - n) * value).sum();
    away - apart / (n * (n - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ranked_score_is_the_distance_less_half_the_spread() {
        // |1-3|, |2-3|, |6-3| have mean 2; the pairs (1,2), (1,6), (2,6) have mean distance 10 / 3.
        assert!((ranked(&mut [6.0, 1.0, 2.0], 3.0) - (2.0 - 5.0 / 3.0)).abs() < 1e-12);
        assert_eq!(ranked(&mut [4.0, 4.0], 3.0), 1.0);
    }

    #[test]
    fn the_truths_own_spread_costs_least() {
        // Evenly spread truth: forecasts that are narrower, the same, wider, or beside it, averaged over what may be.
        let even = |middle: f64, half: f64| {
            (0..41).map(|k| middle + half * (f64::from(k) - 20.0) / 20.0).collect::<Vec<f64>>()
        };
        let cost = |middle: f64, half: f64| {
            even(0.0, 1.0).iter().map(|truth| ranked(&mut even(middle, half), *truth)).sum::<f64>()
        };
        let right = cost(0.0, 1.0);
        for (middle, half) in [(0.0, 0.5), (0.0, 2.0), (0.5, 1.0), (-1.0, 1.0)] {
            assert!(cost(middle, half) > right, "middle {middle}, half the width {half}");
        }
    }
}
