//! The distance of runs from a statement, which calibration minimizes: a continuous ranked probability score.
use super::mean::mean;
use super::observations::PairedRuns;
use super::reference_data::ReferenceData;
use super::statement::{NOISE, Statistic, StylizedFact};
use super::statements::ALL;

/// Width of the 90 % interval of a normal distribution, in standard deviations.
const INTERVAL: f64 = 3.29;
/// The miss of a statistic if every run lies outside: as much as a median two standard deviations away.
const OUTSIDE: f64 = 2.0;

/// The sum of the misses of the eighteen statements. A statement that the reference data or fewer than two runs do not
/// cover is left out.
pub fn misses(reference: &ReferenceData, pairs: &[PairedRuns]) -> f64 {
    ALL.iter().filter_map(|statement| statement.miss(reference, pairs)).sum()
}

impl StylizedFact {
    /// The mean miss of its statistics; none if no statistic has one.
    pub fn miss(&self, reference: &ReferenceData, pairs: &[PairedRuns]) -> Option<f64> {
        let mut misses = Vec::new();
        for statistic in self.statistics {
            let mut values: Vec<f64> = pairs.iter().filter_map(|pair| statistic.value(reference, pair)).collect();
            misses.extend(statistic.miss(reference, &mut values));
        }
        mean(misses.into_iter())
    }
}

impl Statistic {
    /// The distance of these values, one per run, from what the statistic is compared with, in standard deviations; none
    /// if that is not known, or if there are fewer than two values.
    ///
    /// Where the criterion is a number and a width above 0 is allowed: the continuous ranked probability score of the number
    /// (Gneiting and Raftery 2007), unbiased for the number of runs, in standard deviations of the width allowed. It is
    /// least where the values spread as the truth does. Otherwise twice the share of the runs that lie outside.
    pub fn miss(&self, reference: &ReferenceData, values: &mut [f64]) -> Option<f64> {
        if values.len() < 2 {
            return None;
        }
        match self.reference_values(reference) {
            (_, Some((low, high))) => Some(outside(values, low, high)),
            (Some(number), None) if self.width == 0.0 => Some(outside(values, number, number)),
            (Some(number), None) => Some(ranked_score(values, number) * INTERVAL / self.width),
            (None, None) => None,
        }
    }
}

/// The miss by the share of the values that lie outside a range.
fn outside(values: &[f64], low: f64, high: f64) -> f64 {
    let out = values.iter().filter(|value| **value < low - NOISE || **value > high + NOISE).count();
    OUTSIDE * out as f64 / values.len() as f64
}

/// Continuous ranked probability score: the mean distance of the values from a number, less half the mean distance of two
/// values. Sorts the values.
fn ranked_score(values: &mut [f64], number: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len() as f64;
    let away: f64 = values.iter().map(|value| (value - number).abs()).sum::<f64>() / n;
    // In ascending order, the k-th of n values is the greater of k pairs and the smaller of n - 1 - k.
    let apart: f64 = values.iter().enumerate().map(|(k, value)| (2.0 * k as f64 + 1.0 - n) * value).sum();
    away - apart / (n * (n - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ranked_score_is_the_distance_less_half_the_spread() {
        // |1-3|, |2-3|, |6-3| have mean 2; the pairs (1,2), (1,6), (2,6) have mean distance 10 / 3.
        assert!((ranked_score(&mut [6.0, 1.0, 2.0], 3.0) - (2.0 - 5.0 / 3.0)).abs() < 1e-12);
        assert_eq!(ranked_score(&mut [4.0, 4.0], 3.0), 1.0);
    }

    /// Values spread evenly around a middle.
    fn even(middle: f64, half: f64) -> Vec<f64> {
        (0..41).map(|k| middle + half * (f64::from(k) - 20.0) / 20.0).collect()
    }

    /// The sum of the scores of a forecast over all truths.
    fn cost(middle: f64, half: f64) -> f64 {
        even(0.0, 1.0).iter().map(|truth| ranked_score(&mut even(middle, half), *truth)).sum()
    }

    #[test]
    fn the_score_is_least_for_values_that_spread_as_the_truth() {
        // The truth is spread evenly from -1 to 1; forecasts are narrower, the same, wider, or elsewhere.
        let right = cost(0.0, 1.0);
        for (middle, half) in [(0.0, 0.5), (0.0, 2.0), (0.5, 1.0), (-1.0, 1.0)] {
            assert!(cost(middle, half) > right, "middle {middle}, half the width {half}");
        }
    }
}
