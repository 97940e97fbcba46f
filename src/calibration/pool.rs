//! The points that were tried, and what each is worth.
use super::priors::{Prior, with};
use super::proposal::Proposal;
use super::target::{Aim, Told};
use crate::ensemble::Ended;
use crate::evidence::seen::pair;
use crate::run::Prepared;

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

/// The weights of points drawn in rounds of one size each from the given proposals, for a target density known but for
/// a constant (`log_target`): target / mean of all proposals' densities, summing to 1 (the deterministic mixture of
/// adaptive multiple importance sampling: Cornuet, Marin, Mira and Robert 2012).
pub fn weights(points: &[Point], proposals: &[Proposal], log_target: impl Fn(usize) -> f64) -> Vec<f64> {
    let log_proposal = |point: &Point| {
        let each: Vec<f64> = proposals.iter().map(|proposal| proposal.log_density(&point.logs)).collect();
        let greatest = each.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        greatest + libm::log(each.iter().map(|log| libm::exp(log - greatest)).sum::<f64>() / each.len() as f64)
    };
    normalised(points.iter().enumerate().map(|(at, point)| log_target(at) - log_proposal(point)).collect())
}

/// Weights by the power of them, at most 1, at which they are worth as many equal points as wanted.
pub fn tempered(weights: &[f64], wanted: f64) -> Vec<f64> {
    let logs: Vec<f64> = weights.iter().map(|weight| libm::log(weight.max(f64::MIN_POSITIVE))).collect();
    let at = |power: f64| normalised(logs.iter().map(|log| power * log).collect());
    if effective(weights) >= wanted {
        return weights.to_vec();
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if effective(&at(middle)) >= wanted { low = middle } else { high = middle }
    }
    at(low)
}

fn normalised(logs: Vec<f64>) -> Vec<f64> {
    let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logs.iter().map(|log| libm::exp(log - greatest)).collect();
    let total: f64 = raw.iter().sum();
    raw.iter().map(|weight| weight / total).collect()
}

/// How many equally weighted points would be worth as much: 1 / sum of squared weights.
pub fn effective(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|weight| weight * weight).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tempering_makes_weights_worth_what_is_wanted_and_no_more() {
        let weights = [0.9, 0.05, 0.03, 0.02];
        let told = tempered(&weights, 3.0);
        assert!((effective(&told) - 3.0).abs() < 1e-6 && (told.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(told.windows(2).all(|pair| pair[0] > pair[1]), "the order stays: {told:?}");
        assert_eq!(tempered(&weights, 1.0), weights);
    }
}
