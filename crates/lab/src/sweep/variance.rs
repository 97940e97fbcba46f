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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::Value;

    /// What SALib says of the Ishigami function.
    pub(crate) fn salib(design: &str) -> Value {
        let text = include_str!("../../../../tests/data/salib-ishigami.json");
        serde_json::from_str::<Value>(text).unwrap()[design].clone()
    }

    /// The Ishigami function, whose indices are known.
    pub(crate) fn ishigami(x: &[f64]) -> f64 {
        let sine = libm::sin(x[1]);
        libm::sin(x[0]) + 7.0 * sine * sine + 0.1 * x[2] * x[2] * x[2] * x[2] * libm::sin(x[0])
    }

    pub(crate) fn numbers(told: &Value) -> Vec<f64> {
        told.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
    }

    pub(crate) fn points(told: &Value) -> Vec<Vec<f64>> {
        told["points"].as_array().unwrap().iter().map(numbers).collect()
    }

    pub(crate) fn near(what: &str, found: &[f64], said: &[f64], by: f64) {
        assert_eq!(found.len(), said.len(), "{what}");
        for (found, said) in found.iter().zip(said) {
            assert!((found - said).abs() <= by, "{what}: {found} is not {said}");
        }
    }

    #[test]
    fn indices_of_the_ishigami_function_are_those_of_salib_on_the_same_points() {
        let told = salib("saltelli");
        let values: Vec<f64> = points(&told).iter().map(|point| ishigami(point)).collect();
        near("values", &values, &numbers(&told["values"]), 1e-12);
        let found = sobol(&values, 3, 1, 200).unwrap();
        let [first, total] = [|of: &Sobol| of.first_order, |of: &Sobol| of.total];
        let of = |index: fn(&Sobol) -> Estimate| found.iter().map(|of| index(of).value).collect::<Vec<_>>();
        near("first order", &of(first), &numbers(&told["first_order"]), 1e-12);
        near("total", &of(total), &numbers(&told["total"]), 1e-12);
        for of in &found {
            for estimate in [of.first_order, of.total] {
                let (low, high) = estimate.interval;
                assert!(low < estimate.value && estimate.value < high, "{estimate:?}");
            }
        }
    }

    #[test]
    fn a_number_that_is_missing_or_never_changes_has_no_indices() {
        assert_eq!(sobol(&[0.1; 15], 3, 1, 10), None);
        let mut values: Vec<f64> = (0..15).map(f64::from).collect();
        assert!(sobol(&values, 3, 1, 10).is_some());
        values[7] = f64::NAN;
        assert_eq!(sobol(&values, 3, 1, 10), None);
    }
}
