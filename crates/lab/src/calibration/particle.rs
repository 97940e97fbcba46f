//! Particles of the sequential Monte Carlo sampler: parameters with their predictions; weights and resampling.
use super::priors::{Prior, with_parameters};
use super::target::{Prediction, Target};
use crate::ensemble::Ended;
use crate::evidence::observer::observe_pair;
use noforn::run::Prepared;

/// One in so many runs of a particle is run also with the threat as spoken. Few results of that variant depend on the
/// free parameters, and running both takes twice as long.
const SPOKEN: u32 = 6;

/// A particle: logarithms of the free parameters, and the prediction of its runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Particle {
    /// Logarithms, in the order of the priors.
    pub logs: Vec<f64>,
    /// The prediction of its runs.
    pub prediction: Prediction,
}

/// Runs one particle: the baseline, and the variant with the threat as spoken.
pub fn run(
    (base, spoken): (&Prepared, &Prepared),
    priors: &[Prior],
    logs: Vec<f64>,
    reps: u32,
    target: &Target,
) -> Result<Particle, Ended> {
    let [base, spoken] = [base, spoken]
        .map(|prepared| prepared.with_model(&with_parameters(&prepared.scenario().file.model, priors, &logs)));
    let pairs = (0..reps).map(|rep| observe_pair((&base, rep.is_multiple_of(SPOKEN).then_some(&spoken)), rep));
    let pairs = pairs.collect::<Result<Vec<_>, _>>()?;
    Ok(Particle { logs, prediction: target.predict(&pairs) })
}

/// Normalized weights (sum 1) from logarithms of weights.
pub fn normalized_weights(logs: &[f64]) -> Vec<f64> {
    let greatest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = logs.iter().map(|log| libm::exp(log - greatest)).collect();
    let total: f64 = raw.iter().sum();
    raw.iter().map(|weight| weight / total).collect()
}

/// Effective sample size: 1 / sum of squared weights.
pub fn effective_sample_size(weights: &[f64]) -> f64 {
    1.0 / weights.iter().map(|weight| weight * weight).sum::<f64>()
}

/// Systematic resampling: `count` indices drawn at even distances, from an offset in [0, 1). Index i occurs
/// `weights[i] * count` times, rounded up or down.
pub fn systematic_resampling(weights: &[f64], count: usize, offset: f64) -> Vec<usize> {
    let (mut indices, mut passed) = (Vec::with_capacity(count), 0.0);
    for (at, weight) in weights.iter().enumerate() {
        passed += weight * count as f64;
        while indices.len() < count && (indices.len() as f64 + offset < passed || at + 1 == weights.len()) {
            indices.push(at);
        }
    }
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_are_drawn_as_often_as_their_weights_say() {
        for offset in [0.0, 0.3, 0.999] {
            let indices = systematic_resampling(&[0.5, 0.0, 0.25, 0.25], 8, offset);
            let times = |at| indices.iter().filter(|index| **index == at).count();
            assert_eq!([times(0), times(1), times(2), times(3)], [4, 0, 2, 2], "{offset}");
        }
        assert_eq!(systematic_resampling(&[0.6, 0.4], 1, 0.7), [1]);
        assert_eq!(effective_sample_size(&normalized_weights(&[-900.0, -900.0, -2000.0])), 2.0);
    }
}
