//! What points are drawn from: a normal distribution of all logarithms together.
use super::pool::{Point, effective};
use super::priors::{Normal, Prior};
use crate::world::chance::{Chance, Stream, subject, within};
use crate::world::clock::Quarter;
use rand_distr::{Distribution, StandardNormal};

/// No parameter is drawn from less than this part of its prior's spread.
const NARROWEST: f64 = 0.2;

/// A normal distribution of the logarithms of all free parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    mean: Vec<f64>,
    /// Lower triangle of the Cholesky root of the covariances, row by row.
    root: Vec<Vec<f64>>,
}

impl Proposal {
    /// The priors.
    pub fn of(priors: &[Prior]) -> Self {
        let normals: Vec<Normal> = priors.iter().map(Prior::normal).collect();
        let row = |(k, normal): (usize, &Normal)| {
            let mut row = vec![0.0; k + 1];
            row[k] = normal.sd;
            row
        };
        Self {
            mean: normals.iter().map(|normal| normal.mean).collect(),
            root: normals.iter().enumerate().map(row).collect(),
        }
    }

    /// Fitted to weighted points, `wide` times as wide. Covariances that few points tell are drawn towards nought: by
    /// half where as many equal points as there are parameters would be worth as much.
    pub fn fitted(points: &[Point], weights: &[f64], priors: &[Prior], wide: f64) -> Self {
        let d = priors.len();
        let normals = marginals(points, weights, priors);
        let told = effective(weights) / (effective(weights) + d as f64);
        let between = |i: usize, j: usize| {
            let each = points.iter().zip(weights);
            let sum: f64 = each.map(|(p, w)| w * (p.logs[i] - normals[i].mean) * (p.logs[j] - normals[j].mean)).sum();
            wide * wide * told * sum
        };
        let covariance = |i: usize, j: usize| {
            if i == j { wide * wide * normals[i].sd * normals[i].sd } else { between(i, j) }
        };
        Self { mean: normals.iter().map(|normal| normal.mean).collect(), root: root(d, covariance) }
    }

    /// Logarithm of the density, without the constant.
    pub fn log_density(&self, logs: &[f64]) -> f64 {
        let (mut solved, mut density): (Vec<f64>, f64) = (Vec::with_capacity(logs.len()), 0.0);
        for ((row, x), mean) in self.root.iter().zip(logs).zip(&self.mean) {
            let known: f64 = row.iter().zip(&solved).map(|(a, b)| a * b).sum();
            let own = row[solved.len()];
            let z = (x - mean - known) / own;
            density -= 0.5 * z * z + libm::log(own);
            solved.push(z);
        }
        density
    }

    /// Draws a point, again and again until it lies within the ends of the priors.
    pub fn draw(&self, priors: &[Prior], seed: u64, round: u32, number: usize) -> Vec<f64> {
        // No run has this number, so runs share no luck with the points.
        let chance = Chance::new(seed, u32::MAX - 1);
        let mut draws = chance.at(Stream::Parameters, within(subject("points"), number as u64), Quarter(round));
        let ends: Vec<(f64, f64)> = priors.iter().map(|prior| (libm::log(prior.low), libm::log(prior.high))).collect();
        let mut logs = Vec::new();
        for _ in 0..1000 {
            let normals: Vec<f64> = self.mean.iter().map(|_| StandardNormal.sample(&mut draws)).collect();
            let along = |row: &Vec<f64>| row.iter().zip(&normals).map(|(a, b)| a * b).sum::<f64>();
            logs = self.mean.iter().zip(&self.root).map(|(mean, row)| mean + along(row)).collect();
            if logs.iter().zip(&ends).all(|(x, (low, high))| (low..=high).contains(&x)) {
                return logs;
            }
        }
        logs.iter().zip(&ends).map(|(x, (low, high))| x.clamp(*low, *high)).collect()
    }
}

/// The normal distribution of each logarithm under weights, no narrower than a part of its prior.
pub fn marginals(points: &[Point], weights: &[f64], priors: &[Prior]) -> Vec<Normal> {
    let of = |(k, prior): (usize, &Prior)| {
        let mean: f64 = points.iter().zip(weights).map(|(point, weight)| weight * point.logs[k]).sum();
        let variance: f64 = points.iter().zip(weights).map(|(p, w)| w * (p.logs[k] - mean) * (p.logs[k] - mean)).sum();
        Normal { mean, sd: libm::sqrt(variance).max(prior.normal().sd * NARROWEST) }
    };
    priors.iter().enumerate().map(of).collect()
}

/// The Cholesky root of covariances.
fn root(d: usize, covariance: impl Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
    let mut root: Vec<Vec<f64>> = Vec::with_capacity(d);
    for i in 0..d {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for j in 0..i {
            let sum: f64 = row.iter().zip(&root[j]).map(|(a, b)| a * b).sum();
            row.push((covariance(i, j) - sum) / root[j][j]);
        }
        let sum: f64 = row.iter().map(|a| a * a).sum();
        let own = covariance(i, i);
        // Of weighted points drawn towards nought they are positive definite; rounding is kept from undoing that.
        row.push(libm::sqrt((own - sum).max(own * 1e-6)));
        root.push(row);
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calibration::target::Told;

    fn priors(n: usize) -> Vec<Prior> {
        let names = ["w_cost", "w_guard", "w_intel"];
        let prior = |k| Prior { parameter: names[k], median: 1.0, factor: libm::exp(1.0), low: 1e-3, high: 1e3 };
        (0..n).map(prior).collect()
    }

    fn point(logs: &[f64]) -> Point {
        Point { logs: logs.to_vec(), told: Told { shares: Vec::new(), misses: Vec::new() } }
    }

    #[test]
    fn a_root_is_that_of_its_covariances() {
        let covariance = [[4.0, 2.0], [2.0, 5.0]];
        assert_eq!(root(2, |i, j| covariance[i][j]), [vec![2.0], vec![1.0, 2.0]]);
    }

    #[test]
    fn what_is_drawn_is_what_it_is_fitted_to() {
        // Two logarithms that go together and one by itself.
        let far: Vec<Point> = (0..2000)
            .map(|at| Proposal::of(&priors(3)).draw(&priors(3), 5, 0, at))
            .map(|z| point(&[0.5 + z[0], 0.8 * z[0] + 0.6 * z[1] - 1.0, 0.3 * z[2]]))
            .collect();
        let fitted = Proposal::fitted(&far, &vec![1.0 / 2000.0; 2000], &priors(3), 1.0);
        let again: Vec<Vec<f64>> = (0..2000).map(|at| fitted.draw(&priors(3), 6, 1, at)).collect();
        let mean = |of: &dyn Fn(&[f64]) -> f64| again.iter().map(|x| of(x)).sum::<f64>() / 2000.0;
        for (told, expected) in [
            (mean(&|x| x[0]), 0.5),
            (mean(&|x| x[1]), -1.0),
            (mean(&|x| (x[0] - 0.5) * (x[1] + 1.0)), 0.8),
            (mean(&|x| (x[0] - 0.5) * x[2]), 0.0),
            (mean(&|x| x[2] * x[2]), 0.09),
        ] {
            assert!((told - expected).abs() < 0.1, "{told} against {expected}");
        }
    }

    #[test]
    fn densities_are_those_of_the_normal_distribution() {
        let prior = Proposal::of(&priors(2));
        assert_eq!(prior.log_density(&[0.0, 0.0]), 0.0);
        assert!((prior.log_density(&[1.0, 2.0]) + 2.5).abs() < 1e-12);
        let tied = Proposal { mean: vec![0.0, 0.0], root: vec![vec![2.0], vec![1.0, 2.0]] };
        // -1/2 x' inverse([[4, 2], [2, 5]]) x - log sqrt(16) at x = (2, 3): the form is 2.
        assert!((tied.log_density(&[2.0, 3.0]) + 1.0 + libm::log(4.0)).abs() < 1e-12);
    }
}
