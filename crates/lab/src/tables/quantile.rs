//! Mean, standard deviation and quantiles of a column of numbers.

/// The quantiles of `summary.csv`, in hundredths.
pub const HUNDREDTHS: [u32; 5] = [5, 25, 50, 75, 95];

/// Statistics of a column of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Number of values that are not missing.
    pub n: u64,
    /// Mean; `None` without values.
    pub mean: Option<f64>,
    /// Sample standard deviation; `None` below two values.
    pub sd: Option<f64>,
    /// Quantiles at `HUNDREDTHS`; `None` without values.
    pub quantiles: Option<[f64; 5]>,
}

/// Computes the statistics of values; NaN is a missing value. Removes missing values and sorts the rest in place.
///
/// It sums in the order given, so equal columns give equal bits.
pub fn spread(values: &mut Vec<f64>) -> Spread {
    values.retain(|value| !value.is_nan());
    if values.is_empty() {
        return Spread { n: 0, mean: None, sd: None, quantiles: None };
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let sd = (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt());
    values.sort_unstable_by(f64::total_cmp);
    let quantiles = HUNDREDTHS.map(|hundredth| quantile(values, hundredth));
    Spread { n: values.len() as u64, mean: Some(mean), sd, quantiles: Some(quantiles) }
}

/// The quantile of sorted values at a hundredth.
pub fn quantile(sorted: &[f64], hundredth: u32) -> f64 {
    quantile_at(sorted, hundredth, 100)
}

/// The quantile of sorted values at `part / of`, by linear interpolation between order statistics (type 7 of Hyndman and Fan).
pub fn quantile_at(sorted: &[f64], part: u32, of: u32) -> f64 {
    let (steps, of) = ((sorted.len() - 1) * part as usize, of as usize);
    let (below, rest) = (steps / of, (steps % of) as f64 / of as f64);
    let above = sorted[(below + 1).min(sorted.len() - 1)];
    sorted[below] + rest * (above - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_equal_those_of_r_and_numpy() {
        // numpy.quantile([1, 2, 4, 8], [.05, .25, .5, .75, .95]); sd with ddof = 1.
        let spread = spread(&mut vec![8.0, 1.0, f64::NAN, 4.0, 2.0]);
        assert_eq!((spread.n, spread.mean), (4, Some(3.75)));
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} is not {b}");
        near(spread.sd.unwrap(), 3.095695936834452);
        for (got, want) in spread.quantiles.unwrap().into_iter().zip([1.15, 1.75, 3.0, 5.0, 7.4]) {
            near(got, want);
        }
    }

    #[test]
    fn one_value_is_every_quantile_and_no_value_gives_none() {
        let one = spread(&mut vec![2.5]);
        assert_eq!((one.n, one.mean, one.sd, one.quantiles), (1, Some(2.5), None, Some([2.5; 5])));
        let none = spread(&mut vec![f64::NAN]);
        assert_eq!((none.n, none.mean, none.sd, none.quantiles), (0, None, None, None));
    }
}
