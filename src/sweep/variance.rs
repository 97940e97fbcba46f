//! Sobol indices: how much of the variance of a number each path explains, alone and with all it interacts with.
//!
//! First order as in Saltelli et al. 2010 (Computer Physics Communications 181, table 2 (b)), total as in Jansen 1999
//! (Computer Physics Communications 117): the estimators of SALib.
use super::bootstrap::{Estimate, estimates};

/// The indices of one path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sobol {
    /// The part of the variance that the path explains alone.
    pub first_order: Estimate,
    /// The part that vanishes where all but the path are held fixed.
    pub total: Estimate,
}

/// The indices of every path from the values at the points of a `Saltelli` design over so many. None where a value is
/// missing (NaN) or all are the same.
pub fn sobol(values: &[f64], paths: usize, seed: u64, resamples: usize) -> Option<Vec<Sobol>> {
    let varies = values.iter().any(|value| *value != values[0]) && values.iter().all(|value| value.is_finite());
    if !varies {
        return None;
    }
    // The estimate of the first order is better, though not another in the limit, where the mean is 0.
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let values: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let base: Vec<&[f64]> = values.chunks_exact(paths + 2).collect();
    let found = estimates(seed, base.len(), resamples, |rows| indices(&base, rows, paths))?;
    Some(found.chunks_exact(2).map(|pair| Sobol { first_order: pair[0], total: pair[1] }).collect())
}

/// First order and total of each path in turn, from some of the base points: each A, A with one path of B, B.
fn indices(base: &[&[f64]], rows: &[usize], paths: usize) -> Option<Vec<f64>> {
    let (count, mut sums) = (rows.len() as f64, vec![0.0; 2 * paths]);
    let (mut sum, mut squares) = (0.0, 0.0);
    for point in rows.iter().map(|row| base[*row]) {
        let (a, b) = (point[0], point[paths + 1]);
        sum += a + b;
        squares += a * a + b * b;
        for (path, mixed) in point[1..=paths].iter().enumerate() {
            sums[2 * path] += b * (mixed - a);
            sums[2 * path + 1] += (a - mixed) * (a - mixed) / 2.0;
        }
    }
    let mean = sum / (2.0 * count);
    let variance = squares / (2.0 * count) - mean * mean;
    (variance > 0.0).then(|| sums.iter().map(|sum| sum / count / variance).collect())
}
