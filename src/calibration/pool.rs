//! The points that were tried, and what each is worth.
use super::priors::{Normal, Prior, with};
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
pub fn weights(points: &[Point], proposals: &[Vec<Normal>], log_target: impl Fn(usize) -> f64) -> Vec<f64> {
    let log_proposal = |point: &Point| {
        let each = proposals.iter().map(|p| p.iter().zip(&point.logs).map(|(p, x)| p.log_density(*x)).sum::<f64>());
        let each: Vec<f64> = each.collect();
        let greatest = each.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        greatest + libm::log(each.iter().map(|log| libm::exp(log - greatest)).sum::<f64>() / each.len() as f64)
    };
    let logs: Vec<f64> = points.iter().enumerate().map(|(at, point)| log_target(at) - log_proposal(point)).collect();
    let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logs.iter().map(|log| libm::exp(log - greatest)).collect();
    let total: f64 = raw.iter().sum();
    raw.iter().map(|weight| weight / total).collect()
}

/// How many equally weighted points would be worth as much: 1 / sum of squared weights.
pub fn effective(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|weight| weight * weight).sum::<f64>()
}

/// The normal distribution of each logarithm under weights, no narrower than a fifth of its prior.
pub fn fitted(points: &[Point], weights: &[f64], priors: &[Prior]) -> Vec<Normal> {
    let of = |(k, prior): (usize, &Prior)| {
        let mean: f64 = points.iter().zip(weights).map(|(point, weight)| weight * point.logs[k]).sum();
        let variance: f64 = points.iter().zip(weights).map(|(p, w)| w * (p.logs[k] - mean) * (p.logs[k] - mean)).sum();
        Normal { mean, sd: libm::sqrt(variance).max(prior.normal().sd / 5.0) }
    };
    priors.iter().enumerate().map(of).collect()
}
