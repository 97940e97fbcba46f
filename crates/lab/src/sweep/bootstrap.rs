//! Bootstrap intervals: resampling rows with replacement (percentile method). Each draw depends on seed and index only.
use super::draw::draw;
use crate::tables::quantile::quantile_at;

/// Number of bootstrap resamples.
pub const RESAMPLES: usize = 1000;

/// An estimate and its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The 2.5 % and 97.5 % quantiles of the estimates from the resamples.
    pub interval: (f64, f64),
}

/// The rows of one resample: `count` indices below `count`, drawn with replacement. `resample` is the number of the resample.
pub fn resample_rows(seed: u64, count: usize, resample: usize) -> Vec<usize> {
    let row = |at: usize| ((draw(seed, "bootstrap", resample * count + at) * count as f64) as usize).min(count - 1);
    (0..count).map(row).collect()
}

/// Estimates from all `count` rows, with bootstrap intervals. `estimate` computes the values from a list of rows, or returns
/// `None` where these do not vary.
pub fn bootstrap(
    seed: u64,
    count: usize,
    resamples: usize,
    estimate: impl Fn(&[usize]) -> Option<Vec<f64>>,
) -> Option<Vec<Estimate>> {
    let all: Vec<usize> = (0..count).collect();
    let values = estimate(&all)?;
    let mut resampled: Vec<Vec<f64>> = vec![Vec::with_capacity(resamples); values.len()];
    for drawn in (0..resamples).filter_map(|resample| estimate(&resample_rows(seed, count, resample))) {
        resampled.iter_mut().zip(drawn).for_each(|(column, value)| column.push(value));
    }
    Some(values.into_iter().zip(resampled).map(|(value, again)| percentile_interval(value, again)).collect())
}

/// The interval between the percentiles of the resampled values; without any it has no width.
fn percentile_interval(value: f64, mut resampled: Vec<f64>) -> Estimate {
    if resampled.is_empty() {
        return Estimate { value, interval: (value, value) };
    }
    resampled.sort_unstable_by(f64::total_cmp);
    Estimate { value, interval: (quantile_at(&resampled, 25, 1000), quantile_at(&resampled, 975, 1000)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_mean_is_1_96_standard_errors_to_each_side() {
        // 400 evenly spread values: standard deviation 0.2887, standard error 0.01443.
        let values: Vec<f64> = (0..400).map(|at| (f64::from(at) + 0.5) / 400.0).collect();
        let mean = |rows: &[usize]| Some(vec![rows.iter().map(|row| values[*row]).sum::<f64>() / 400.0]);
        let [found] = bootstrap(7, 400, RESAMPLES, mean).unwrap()[..] else { panic!("one number, one estimate") };
        assert!((found.value - 0.5).abs() < 1e-12);
        let half = (found.interval.1 - found.interval.0) / 2.0;
        assert!((half / (1.96 * 0.01443) - 1.0).abs() < 0.1, "{half}");
    }
}
