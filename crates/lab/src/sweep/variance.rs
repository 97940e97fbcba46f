//! Sobol indices (variance-based sensitivity analysis): the share of a metric's variance that each path explains, alone
//! and together with its interactions.
//!
//! First order as in Saltelli et al. 2010 (Computer Physics Communications 181, table 2 (b)), total as in Jansen 1999
//! (Computer Physics Communications 117): the estimators of SALib.
use super::bootstrap::{Estimate, bootstrap};

/// The indices of one path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SobolIndices {
    /// The share of the variance that the path explains alone.
    pub first_order: Estimate,
    /// The share of the variance that remains if all other paths are fixed: the path alone and all its interactions.
    pub total: Estimate,
}

/// The indices of every path, from the values at the points of a `Saltelli` design over `paths` paths. `None` if a value is
/// missing (NaN) or if all values are the same.
pub fn sobol(values: &[f64], paths: usize, seed: u64, resamples: usize) -> Option<Vec<SobolIndices>> {
    let varies = values.iter().any(|value| *value != values[0]) && values.iter().all(|value| value.is_finite());
    if !varies {
        return None;
    }
    // Centring reduces the error of the first-order estimate; its limit stays the same.
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let values: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let base: Vec<&[f64]> = values.chunks_exact(paths + 2).collect();
    let found = bootstrap(seed, base.len(), resamples, |rows| indices(&base, rows, paths))?;
    Some(found.chunks_exact(2).map(|pair| SobolIndices { first_order: pair[0], total: pair[1] }).collect())
}

/// First-order and total index of each path, from some of the base points. The values of a base point are those at A, at A
/// with one path taken from B (for each path), and at B.
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::Value;

    /// Points, values and indices of the Ishigami function as SALib computes them.
    pub(crate) fn salib(design: &str) -> Value {
        let text = include_str!("../../../../tests/data/salib-ishigami.json");
        serde_json::from_str::<Value>(text).unwrap()[design].clone()
    }

    /// The Ishigami function, whose indices are known in closed form.
    pub(crate) fn ishigami(x: &[f64]) -> f64 {
        let sine = libm::sin(x[1]);
        libm::sin(x[0]) + 7.0 * sine * sine + 0.1 * x[2] * x[2] * x[2] * x[2] * libm::sin(x[0])
    }

    pub(crate) fn numbers(array: &Value) -> Vec<f64> {
        array.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    }

    pub(crate) fn points(fixture: &Value) -> Vec<Vec<f64>> {
        fixture["points"].as_array().unwrap().iter().map(numbers).collect()
    }

    pub(crate) fn near(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
        assert_eq!(found.len(), expected.len(), "{what}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= tolerance, "{what}: {found} is not {expected}");
        }
    }

    #[test]
    fn indices_of_the_ishigami_function_are_those_of_salib_on_the_same_points() {
        let fixture = salib("saltelli");
        let values: Vec<f64> = points(&fixture).iter().map(|point| ishigami(point)).collect();
        near("values", &values, &numbers(&fixture["values"]), 1e-12);
        let found = sobol(&values, 3, 1, 200).unwrap();
        let first: Vec<f64> = found.iter().map(|indices| indices.first_order.value).collect();
        let total: Vec<f64> = found.iter().map(|indices| indices.total.value).collect();
        near("first order", &first, &numbers(&fixture["first_order"]), 1e-12);
        near("total", &total, &numbers(&fixture["total"]), 1e-12);
        for indices in &found {
            for estimate in [indices.first_order, indices.total] {
                let (low, high) = estimate.interval;
                assert!(low < estimate.value && estimate.value < high, "{estimate:?}");
            }
        }
    }

    #[test]
    fn there_are_no_indices_if_a_value_is_missing_or_all_are_equal() {
        assert_eq!(sobol(&[0.1; 15], 3, 1, 10), None);
        let mut values: Vec<f64> = (0..15).map(f64::from).collect();
        assert!(sobol(&values, 3, 1, 10).is_some());
        values[7] = f64::NAN;
        assert_eq!(sobol(&values, 3, 1, 10), None);
    }
}
