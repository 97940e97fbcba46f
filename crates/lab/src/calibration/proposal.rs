//! Normal proposals of the Metropolis steps, with the covariance of the particles (Cholesky factor).
use super::particle::Particle;
use super::priors::{Normal, Prior};
use noforn::world::chance::{Chance, Stream, subject, within};
use noforn::world::clock::Quarter;

/// The least standard deviation of a proposal, as a part of the prior's.
const NARROWEST: f64 = 0.1;

/// A multivariate normal distribution around a middle that is given with each draw.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Lower triangle of the Cholesky factor of the covariance matrix, row by row.
    factor: Vec<Vec<f64>>,
}

impl Proposal {
    /// As wide as the priors, without covariance.
    pub fn from_priors(priors: &[Prior]) -> Self {
        let mut factor = Vec::with_capacity(priors.len());
        for (k, prior) in priors.iter().enumerate() {
            let mut row = vec![0.0; k + 1];
            row[k] = prior.normal().sd;
            factor.push(row);
        }
        Self { factor }
    }

    /// Standard deviations and covariances of the particles, times `wide` and its square. Covariances are shrunk towards 0:
    /// by half where there are as many particles as parameters.
    pub fn fitted(particles: &[Particle], priors: &[Prior], wide: f64) -> Self {
        let normals = marginals(particles, priors);
        Self { factor: cholesky(priors.len(), |i, j| wide * wide * shrunk_covariance(particles, &normals, i, j)) }
    }

    /// Draws logarithms of parameters around a middle; none if one lies outside its prior. `round` and `number` identify the
    /// random numbers.
    pub fn draw(
        &self,
        middle: &[f64],
        priors: &[Prior],
        chance: Chance,
        round: u32,
        number: usize,
    ) -> Option<Vec<f64>> {
        let mut draws = chance.at(Stream::Parameters, within(subject("points"), number as u64), Quarter(round));
        let normals: Vec<f64> = middle.iter().map(|_| draws.normal()).collect();
        let logs: Vec<f64> =
            middle.iter().zip(&self.factor).map(|(middle, row)| middle + dot_product(row, &normals)).collect();
        let mut bounded = logs.iter().zip(priors);
        let inside = bounded.all(|(x, prior)| (libm::log(prior.low)..=libm::log(prior.high)).contains(x));
        inside.then_some(logs)
    }
}

/// The covariance of two logarithms over the particles, shrunk towards 0; the variance where they are the same.
fn shrunk_covariance(particles: &[Particle], normals: &[Normal], i: usize, j: usize) -> f64 {
    if i == j {
        return normals[i].sd * normals[i].sd;
    }
    let away = |p: &Particle| (p.logs[i] - normals[i].mean) * (p.logs[j] - normals[j].mean);
    particles.iter().map(away).sum::<f64>() / (particles.len() + normals.len()) as f64
}

/// The sum of products over the shorter of the two.
fn dot_product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The normal distribution of each logarithm over the particles, no narrower than `NARROWEST` of its prior.
pub fn marginals(particles: &[Particle], priors: &[Prior]) -> Vec<Normal> {
    let n = particles.len().max(1) as f64;
    let mut marginals = Vec::with_capacity(priors.len());
    for (k, prior) in priors.iter().enumerate() {
        let mean: f64 = particles.iter().map(|particle| particle.logs[k]).sum::<f64>() / n;
        let variance: f64 =
            particles.iter().map(|particle| (particle.logs[k] - mean) * (particle.logs[k] - mean)).sum::<f64>() / n;
        marginals.push(Normal { mean, sd: libm::sqrt(variance).max(prior.normal().sd * NARROWEST) });
    }
    marginals
}

/// Cholesky decomposition: the lower triangular factor of a covariance matrix of size `d`.
fn cholesky(d: usize, covariance: impl Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(d);
    for i in 0..d {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, other) in factor.iter().enumerate() {
            let sum = dot_product(&row, other);
            row.push((covariance(i, j) - sum) / other[j]);
        }
        let sum: f64 = row.iter().map(|a| a * a).sum();
        let own = covariance(i, i);
        // The shrunk covariance matrix is positive definite; the bound keeps rounding from making this negative.
        row.push(libm::sqrt((own - sum).max(own * 1e-6)));
        factor.push(row);
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::target::Prediction;

    fn priors(n: usize) -> Vec<Prior> {
        let names = ["w_cost", "w_guard", "w_intel"];
        let prior = |k| Prior { parameter: names[k], median: 1.0, factor: libm::exp(1.0), low: 1e-3, high: 1e3 };
        (0..n).map(prior).collect()
    }

    fn particle(logs: &[f64]) -> Particle {
        Particle { logs: logs.to_vec(), prediction: Prediction { shares: Vec::new(), misses: Vec::new() } }
    }

    #[test]
    fn the_cholesky_factor_is_that_of_the_covariances() {
        let covariance = [[4.0, 2.0], [2.0, 5.0]];
        assert_eq!(cholesky(2, |i, j| covariance[i][j]), [vec![2.0], vec![1.0, 2.0]]);
    }

    #[test]
    fn steps_are_spread_as_particles_are() {
        // Two correlated logarithms and one that is independent.
        let chance = Chance::new(5, 0);
        let draw = |at| {
            Proposal::from_priors(&priors(3)).draw(&[0.0; 3], &priors(3), chance, 0, at).expect("the ends are far")
        };
        let tied = |z: Vec<f64>| particle(&[0.5 + z[0], 0.8 * z[0] + 0.6 * z[1] - 1.0, 0.3 * z[2]]);
        let particles: Vec<Particle> = (0..2000).map(|at| tied(draw(at))).collect();
        let fitted = Proposal::fitted(&particles, &priors(3), 0.5);
        let steps: Vec<Vec<f64>> =
            (0..2000).filter_map(|at| fitted.draw(&[0.0; 3], &priors(3), chance, 1, at)).collect();
        let mean = |of: &dyn Fn(&[f64]) -> f64| steps.iter().map(|x| of(x)).sum::<f64>() / steps.len() as f64;
        for (found, expected) in [
            (mean(&|x| x[0]), 0.0),
            (mean(&|x| x[0] * x[0]), 0.25),
            (mean(&|x| x[0] * x[1]), 0.2),
            (mean(&|x| x[0] * x[2]), 0.0),
            (mean(&|x| x[2] * x[2]), 0.0225),
        ] {
            assert!((found - expected).abs() < 0.04, "{found} against {expected}");
        }
        assert_eq!(fitted.draw(&[7.0, 0.0, 0.0], &priors(3), chance, 1, 0), None, "beyond the ends nothing is drawn");
    }
}
