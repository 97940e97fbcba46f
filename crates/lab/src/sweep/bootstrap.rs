//! Intervals by drawing again, with replacement, from what was drawn; every draw has its address.
use super::design::draw;
use crate::tables::quantile::quantile_at;

/// How often it is drawn again.
pub const RESAMPLES: usize = 1000;

/// An estimate and its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// The 2.5 % and the 97.5 % quantile of the estimates from what is drawn again.
    pub interval: (f64, f64),
}

/// Which of `count` rows are drawn the `resample`-th time. The seed names the draws.
pub fn rows(seed: u64, count: usize, resample: usize) -> Vec<usize> {
    let one = |at: usize| ((draw(seed, "bootstrap", resample * count + at) * count as f64) as usize).min(count - 1);
    (0..count).map(one).collect()
}

/// Estimates, and estimates again from what is drawn again; `of` gives them from the rows that are drawn, or none
/// where these do not vary.
pub fn estimates(
    seed: u64,
    count: usize,
    resamples: usize,
    of: impl Fn(&[usize]) -> Option<Vec<f64>>,
) -> Option<Vec<Estimate>> {
    let all: Vec<usize> = (0..count).collect();
    let values = of(&all)?;
    let mut again: Vec<Vec<f64>> = vec![Vec::with_capacity(resamples); values.len()];
    for drawn in (0..resamples).filter_map(|resample| of(&rows(seed, count, resample))) {
        again.iter_mut().zip(drawn).for_each(|(column, value)| column.push(value));
    }
    let interval = |(value, mut column): (f64, Vec<f64>)| {
        column.sort_unstable_by(f64::total_cmp);
        let end = |part| if column.is_empty() { value } else { quantile_at(&column, part, 1000) };
        Estimate { value, interval: (end(25), end(975)) }
    };
    Some(values.into_iter().zip(again).map(interval).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_mean_is_as_wide_as_its_error_says() {
        // 400 evenly spread values: standard deviation 0.2887, standard error 0.01443.
        let values: Vec<f64> = (0..400).map(|at| (f64::from(at) + 0.5) / 400.0).collect();
        let mean = |rows: &[usize]| Some(vec![rows.iter().map(|row| values[*row]).sum::<f64>() / 400.0]);
        let [found] = estimates(7, 400, RESAMPLES, mean).unwrap()[..] else { panic!("one number, one estimate") };
        assert!((found.value - 0.5).abs() < 1e-12);
        let half = (found.interval.1 - found.interval.0) / 2.0;
        assert!((half / (1.96 * 0.01443) - 1.0).abs() < 0.1, "{half}");
    }
}
