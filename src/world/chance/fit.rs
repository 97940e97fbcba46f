//! Tests of fit for what is drawn: Pearson's chi-square and the distance of Kolmogorov and Smirnov.
use super::normal::normal_quantile;

/// A right sampler exceeds a limit with this probability. Seeds are fixed, so a test either always passes or never.
const ALARM: f64 = 1e-4;
/// Least expected count of a cell; smaller ones are joined with their neighbours.
const LEAST_EXPECTED: f64 = 20.0;
/// The distance times the root of the sample size that a right sampler exceeds with the probability `ALARM`.
pub(super) const KOLMOGOROV_LIMIT: f64 = 2.225;

/// Pearson's statistic of counts against their probabilities, and its degrees of freedom.
pub(super) fn chi_square(observed: &[f64], probabilities: &[f64]) -> (f64, f64) {
    let n: f64 = observed.iter().sum();
    let mut cells: Vec<(f64, f64)> = vec![(0.0, 0.0)];
    for (count, probability) in observed.iter().zip(probabilities) {
        let last = cells.len() - 1;
        if cells[last].1 >= LEAST_EXPECTED {
            cells.push((*count, n * probability));
        } else {
            cells[last] = (cells[last].0 + count, cells[last].1 + n * probability);
        }
    }
    // The last cell is too small: it joins the one before.
    if let (Some((count, expected)), Some(last)) = (cells.pop(), cells.last_mut()) {
        *last = (last.0 + count, last.1 + expected);
    }
    let statistic = cells.iter().map(|(count, expected)| (count - expected) * (count - expected) / expected).sum();
    (statistic, cells.len() as f64 - 1.0)
}

/// The statistic that a right sampler exceeds with the probability `ALARM`, by Wilson and Hilferty's cube.
pub(super) fn chi_square_limit(freedom: f64) -> f64 {
    let part = 2.0 / (9.0 * freedom);
    let root = 1.0 - part + normal_quantile(1.0 - ALARM) * libm::sqrt(part);
    freedom * root * root * root
}

/// The greatest distance between a sample and its distribution, times the root of the sample size.
pub(super) fn kolmogorov_smirnov(mut sample: Vec<f64>, cumulative: impl Fn(f64) -> f64) -> f64 {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let ends = sample.iter().enumerate().map(|(at, x)| {
        let expected = cumulative(*x);
        (expected - at as f64 / n).max((at + 1) as f64 / n - expected)
    });
    ends.fold(0.0, f64::max) * libm::sqrt(n)
}
