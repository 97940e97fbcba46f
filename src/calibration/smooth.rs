//! The losses of points without the noise of their runs: a Gaussian process through all of them.
//!
//! A loss that is taken from a few dozen runs is off by more than what tells good points from better ones, so that
//! weights by the losses themselves would go to lucky points. Points near one another have nearly the same true loss, so
//! each is estimated from all (kriging; Rasmussen and Williams 2006, chapter 2): a squared exponential of the distance
//! in standard deviations of the priors, plus noise, whose length and part are those that leave the losses most likely.
use super::priors::Normal;

/// Losses this much above the least count as this much: such points are worth nothing either way.
const CAP: f64 = 25.0;
/// The most points from which length and noise are chosen.
const CHOSEN_FROM: usize = 400;
/// Lengths that are tried, in units of the distance of two points of the prior.
const LENGTHS: [f64; 5] = [0.35, 0.6, 1.0, 1.7, 3.0];
/// Ratios of the variance of noise to that of the process that are tried.
const NOISES: [f64; 8] = [0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

/// A smoother of losses at fixed points.
#[derive(Clone, Debug)]
pub struct Smoother {
    /// Correlations of the points' true losses, a row a point.
    correlation: Vec<Vec<f64>>,
    /// Lower triangle of the root of these with noise on the diagonal.
    root: Vec<Vec<f64>>,
    /// The ratio of the variance of noise to that of the process.
    pub noise: f64,
    /// Length over which losses change, in standard deviations of the priors.
    pub length: f64,
}

impl Smoother {
    /// Fits length and noise to the losses of points, given by the logarithms of their parameters.
    pub fn new(points: &[&[f64]], prior: &[Normal], losses: &[f64]) -> Self {
        let scaled: Vec<Vec<f64>> = points.iter().map(|logs| scale(logs, prior)).collect();
        let apart = libm::sqrt(2.0 * prior.len().max(1) as f64);
        let step = points.len().div_ceil(CHOSEN_FROM).max(1);
        let few: Vec<&Vec<f64>> = scaled.iter().step_by(step).collect();
        let told: Vec<f64> = centred(losses).0.into_iter().step_by(step).collect();
        let mut best = (f64::NEG_INFINITY, 1.0, 1.0);
        for length in LENGTHS {
            let correlation = correlations(&few, length * apart);
            for noise in NOISES {
                let likelihood = likelihood(&root(&correlation, noise), &told);
                if likelihood > best.0 {
                    best = (likelihood, length * apart, noise);
                }
            }
        }
        let (_, length, noise) = best;
        let correlation = correlations(&scaled.iter().collect::<Vec<_>>(), length);
        Self { root: root(&correlation, noise), correlation, noise, length }
    }

    /// The expected true loss at each point.
    pub fn smooth(&self, losses: &[f64]) -> Vec<f64> {
        let (told, mean) = centred(losses);
        let weights = solve(&self.root, told);
        let of = |row: &Vec<f64>| mean + row.iter().zip(&weights).map(|(k, w)| k * w).sum::<f64>();
        self.correlation.iter().map(of).collect()
    }
}

fn scale(logs: &[f64], prior: &[Normal]) -> Vec<f64> {
    logs.iter().zip(prior).map(|(x, prior)| (x - prior.mean) / prior.sd).collect()
}

/// Losses less their mean, and the mean, after those far above the least were held.
fn centred(losses: &[f64]) -> (Vec<f64>, f64) {
    let most = losses.iter().copied().fold(f64::INFINITY, f64::min) + CAP;
    let held: Vec<f64> = losses.iter().map(|loss| loss.min(most)).collect();
    let mean = held.iter().sum::<f64>() / held.len().max(1) as f64;
    (held.into_iter().map(|loss| loss - mean).collect(), mean)
}

fn correlations(points: &[&Vec<f64>], length: f64) -> Vec<Vec<f64>> {
    let of = |a: &[f64], b: &[f64]| {
        let square: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
        libm::exp(-0.5 * square / (length * length))
    };
    points.iter().map(|a| points.iter().map(|b| of(a, b)).collect()).collect()
}

/// The Cholesky root of correlations with noise on the diagonal.
fn root(correlation: &[Vec<f64>], noise: f64) -> Vec<Vec<f64>> {
    let mut root: Vec<Vec<f64>> = Vec::with_capacity(correlation.len());
    for (i, row) in correlation.iter().enumerate() {
        let mut new = Vec::with_capacity(i + 1);
        for j in 0..=i {
            let known = if i == j { &new } else { &root[j] };
            let sum: f64 = new.iter().zip(known).map(|(a, b)| a * b).sum();
            // Correlations are positive semidefinite and noise is added, so no pivot falls below it but for rounding.
            new.push(if i == j {
                libm::sqrt((row[i] + noise - sum).max(noise * 1e-3))
            } else {
                (row[j] - sum) / root[j][j]
            });
        }
        root.push(new);
    }
    root
}

/// The solution of (root root^T) x = b.
fn solve(root: &[Vec<f64>], b: Vec<f64>) -> Vec<f64> {
    let mut x = forward(root, b);
    for i in (0..x.len()).rev() {
        x[i] /= root[i][i];
        let done = x[i];
        x[..i].iter_mut().zip(&root[i]).for_each(|(x, a)| *x -= a * done);
    }
    x
}

/// The solution of root x = b.
fn forward(root: &[Vec<f64>], mut b: Vec<f64>) -> Vec<f64> {
    for (i, row) in root.iter().enumerate() {
        let sum: f64 = row[..i].iter().zip(&b).map(|(a, b)| a * b).sum();
        b[i] = (b[i] - sum) / row[i];
    }
    b
}

/// Logarithm of the likelihood of losses but for a constant, the variance of the process taken at its best.
fn likelihood(root: &[Vec<f64>], losses: &[f64]) -> f64 {
    let n = losses.len() as f64;
    let square: f64 = forward(root, losses.to_vec()).iter().map(|x| x * x).sum();
    let determinant: f64 = root.iter().enumerate().map(|(i, row)| libm::log(row[i])).sum();
    -0.5 * n * libm::log(square / n) - determinant
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::chance::{Chance, Stream};
    use crate::world::clock::Quarter;

    #[test]
    fn a_root_solves_what_it_is_the_root_of() {
        // [[4, 2], [2, 5]] x = [2, 9] has the solution [-0.5, 2].
        let root = root(&[vec![3.0, 2.0], vec![2.0, 4.0]], 1.0);
        assert_eq!(root, [vec![2.0], vec![1.0, 2.0]]);
        assert_eq!(solve(&root, vec![2.0, 9.0]), [-0.5, 2.0]);
    }

    #[test]
    fn what_is_smoothed_is_nearer_the_truth_than_what_was_drawn() {
        let draw = |stream, at: u32, which| Chance::new(7, 0).uniform(stream, 1, Quarter(at), which) * 2.0 - 1.0;
        let points: Vec<Vec<f64>> =
            (0..200).map(|at| (0..4).map(|k| 2.0 * draw(Stream::Parameters, at, k)).collect()).collect();
        let truth: Vec<f64> = points.iter().map(|p| p[0] * p[0] + 2.0 * p[1] + 0.5 * p[2] * p[3]).collect();
        let drawn: Vec<f64> =
            (0_u32..).zip(&truth).map(|(at, loss)| loss + 3.0 * draw(Stream::Review, at, 9)).collect();
        let prior = vec![Normal { mean: 0.0, sd: 1.0 }; 4];
        let smoother = Smoother::new(&points.iter().map(Vec::as_slice).collect::<Vec<_>>(), &prior, &drawn);
        let miss = |told: &[f64]| told.iter().zip(&truth).map(|(a, b)| (a - b) * (a - b)).sum::<f64>() / 200.0;
        let smoothed = smoother.smooth(&drawn);
        assert!(miss(&smoothed) < 0.25 * miss(&drawn), "{} against {}", miss(&smoothed), miss(&drawn));
        assert!(smoother.noise > 0.001 && smoother.length > 0.5);
    }
}
