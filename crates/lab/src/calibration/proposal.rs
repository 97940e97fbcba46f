//! Where points are drawn from the priors, and how they move: by steps in which what goes together moves together.
use super::pool::Point;
use super::priors::{Normal, Prior};
use noforn::world::chance::{Chance, Stream, subject, within};
use noforn::world::clock::Quarter;

/// No parameter moves by less than this part of its prior's spread.
const NARROWEST: f64 = 0.1;

/// A normal distribution of steps, or of points around their mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Lower triangle of the Cholesky root of the covariances, row by row.
    root: Vec<Vec<f64>>,
}

impl Proposal {
    /// As wide as the priors.
    pub fn of(priors: &[Prior]) -> Self {
        let row = |(k, prior): (usize, &Prior)| {
            let mut row = vec![0.0; k + 1];
            row[k] = prior.normal().sd;
            row
        };
        Self { root: priors.iter().enumerate().map(row).collect() }
    }

    /// As wide as points are spread, times `wide`. Covariances that few points tell are drawn towards nought: by half
    /// where there are as many points as parameters.
    pub fn fitted(points: &[Point], priors: &[Prior], wide: f64) -> Self {
        let (d, n) = (priors.len(), points.len() as f64);
        let normals = marginals(points, priors);
        let covariance = |i: usize, j: usize| {
            if i == j {
                return wide * wide * normals[i].sd * normals[i].sd;
            }
            let away = |p: &Point| (p.logs[i] - normals[i].mean) * (p.logs[j] - normals[j].mean);
            wide * wide * points.iter().map(away).sum::<f64>() / (n + d as f64)
        };
        Self { root: root(d, covariance) }
    }

    /// Draws a point around a middle; none if it lies beyond the ends of the priors. `round` and `number` name its luck.
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
        let along = |row: &Vec<f64>| row.iter().zip(&normals).map(|(a, b)| a * b).sum::<f64>();
        let logs: Vec<f64> = middle.iter().zip(&self.root).map(|(middle, row)| middle + along(row)).collect();
        let inside = |(x, prior): (&f64, &Prior)| (libm::log(prior.low)..=libm::log(prior.high)).contains(x);
        logs.iter().zip(priors).all(inside).then_some(logs)
    }
}

/// The normal distribution of each logarithm among points, no narrower than a part of its prior.
pub fn marginals(points: &[Point], priors: &[Prior]) -> Vec<Normal> {
    let n = points.len().max(1) as f64;
    let of = |(k, prior): (usize, &Prior)| {
        let mean: f64 = points.iter().map(|point| point.logs[k]).sum::<f64>() / n;
        let variance: f64 = points.iter().map(|point| (point.logs[k] - mean) * (point.logs[k] - mean)).sum::<f64>() / n;
        Normal { mean, sd: libm::sqrt(variance).max(prior.normal().sd * NARROWEST) }
    };
    priors.iter().enumerate().map(of).collect()
}

/// The Cholesky root of covariances.
fn root(d: usize, covariance: impl Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
    let mut root: Vec<Vec<f64>> = Vec::with_capacity(d);
    for i in 0..d {
        let mut row: Vec<f64> = Vec::with_capacity(i + 1);
        for (j, other) in root.iter().enumerate() {
            let sum: f64 = row.iter().zip(other).map(|(a, b)| a * b).sum();
            row.push((covariance(i, j) - sum) / other[j]);
        }
        let sum: f64 = row.iter().map(|a| a * a).sum();
        let own = covariance(i, i);
        // Drawn towards nought they are positive definite; rounding is kept from undoing that.
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
    fn steps_are_spread_as_points_are() {
        // Two logarithms that go together and one by itself.
        let chance = Chance::new(5, 0);
        let draw = |at| Proposal::of(&priors(3)).draw(&[0.0; 3], &priors(3), chance, 0, at).expect("the ends are far");
        let tied = |z: Vec<f64>| point(&[0.5 + z[0], 0.8 * z[0] + 0.6 * z[1] - 1.0, 0.3 * z[2]]);
        let points: Vec<Point> = (0..2000).map(|at| tied(draw(at))).collect();
        let fitted = Proposal::fitted(&points, &priors(3), 0.5);
        let steps: Vec<Vec<f64>> =
            (0..2000).filter_map(|at| fitted.draw(&[0.0; 3], &priors(3), chance, 1, at)).collect();
        let mean = |of: &dyn Fn(&[f64]) -> f64| steps.iter().map(|x| of(x)).sum::<f64>() / steps.len() as f64;
        for (told, expected) in [
            (mean(&|x| x[0]), 0.0),
            (mean(&|x| x[0] * x[0]), 0.25),
            (mean(&|x| x[0] * x[1]), 0.2),
            (mean(&|x| x[0] * x[2]), 0.0),
            (mean(&|x| x[2] * x[2]), 0.0225),
        ] {
            assert!((told - expected).abs() < 0.04, "{told} against {expected}");
        }
        assert_eq!(fitted.draw(&[7.0, 0.0, 0.0], &priors(3), chance, 1, 0), None, "beyond the ends nothing is drawn");
    }
}
