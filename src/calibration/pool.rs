//! The points that were tried, and what each is worth.
use super::priors::{Normal, Prior, with};
use super::target::{Shares, shares};
use crate::hindcast::forecast::{Forecast, path};
use crate::hindcast::score::{YEARS, year_end};
use crate::run::{Halted, Prepared};

/// One point: logarithms of the free parameters, and what its runs said.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Logarithms, in the order of the priors.
    pub logs: Vec<f64>,
    /// Shares of stances, by nation.
    pub shares: Vec<Shares>,
}

/// Runs one point.
pub fn run(prepared: &Prepared, priors: &[Prior], logs: Vec<f64>, reps: u32) -> Result<Point, Halted> {
    let model = with(&prepared.scenario().file.model, priors, &logs);
    let prepared = prepared.with_model(&model);
    let end = year_end(*YEARS.end());
    let paths = (0..reps).map(|rep| path(&prepared, rep, end)).collect::<Result<Vec<_>, _>>()?;
    Ok(Point { logs, shares: shares(&Forecast::new(&prepared, end, paths)) })
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
