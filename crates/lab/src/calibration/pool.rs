//! The points that were tried, and what each is worth.
use super::priors::{Prior, with};
use super::target::{Aim, Told};
use crate::ensemble::Ended;
use crate::evidence::seen::pair;
use noforn::run::Prepared;

/// Of so many runs of a point one is also run to the letter of the threat: little of what that shows depends on the
/// free parameters, and it takes twice as long.
const SPOKEN: u32 = 6;

/// One point: logarithms of the free parameters, and what its runs said.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Logarithms, in the order of the priors.
    pub logs: Vec<f64>,
    /// What its runs said.
    pub told: Told,
}

/// Runs one point: the scenario as it stands, and the threat as spoken.
pub fn run(
    (base, spoken): (&Prepared, &Prepared),
    priors: &[Prior],
    logs: Vec<f64>,
    reps: u32,
    aim: &Aim,
) -> Result<Point, Ended> {
    let [base, spoken] =
        [base, spoken].map(|prepared| prepared.with_model(&with(&prepared.scenario().file.model, priors, &logs)));
    let one = |rep: u32| pair((&base, rep.is_multiple_of(SPOKEN).then_some(&spoken)), rep);
    let pairs = (0..reps).map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(Point { logs, told: aim.told(&pairs) })
}

/// Weights by logarithms, summing to 1.
pub fn weights(logs: &[f64]) -> Vec<f64> {
    let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logs.iter().map(|log| libm::exp(log - greatest)).collect();
    let total: f64 = raw.iter().sum();
    raw.iter().map(|weight| weight / total).collect()
}

/// How many equally weighted points would be worth as much: 1 / sum of squared weights.
pub fn effective(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|weight| weight * weight).sum::<f64>()
}

/// Takes `count` places by their weights, at even distances from an offset in [0, 1): each as often as its weight says,
/// but for one.
pub fn systematic(weights: &[f64], count: usize, offset: f64) -> Vec<usize> {
    let (mut places, mut passed) = (Vec::with_capacity(count), 0.0);
    for (at, weight) in weights.iter().enumerate() {
        passed += weight * count as f64;
        while places.len() < count && (places.len() as f64 + offset < passed || at + 1 == weights.len()) {
            places.push(at);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_taken_as_often_as_their_weights_say() {
        for offset in [0.0, 0.3, 0.999] {
            let places = systematic(&[0.5, 0.0, 0.25, 0.25], 8, offset);
            let times = |at| places.iter().filter(|place| **place == at).count();
            assert_eq!([times(0), times(1), times(2), times(3)], [4, 0, 2, 2], "{offset}");
        }
        assert_eq!(systematic(&[0.6, 0.4], 1, 0.7), [1]);
        assert_eq!(effective(&weights(&[-900.0, -900.0, -2000.0])), 2.0);
    }
}
