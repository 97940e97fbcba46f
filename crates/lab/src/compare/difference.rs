//! Paired differences: statistics of one metric in the same runs of two variants.
use super::student_t;
use crate::tables::quantile;

/// Differences below this are zero: half of the last decimal that the tables write.
const NEGLIGIBLE: f64 = 5e-7;

/// The difference of one metric between two variants: second less first, run by run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedDifference {
    /// Number of runs in which both variants have a value.
    pub n: u64,
    /// Statistics over these runs; `None` without such runs.
    pub statistics: Option<PairedStatistics>,
}

/// Statistics of paired differences.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedStatistics {
    /// Mean of the first variant over those runs.
    pub mean_a: f64,
    /// Mean of the second.
    pub mean_b: f64,
    /// Mean difference.
    pub mean: f64,
    /// Sample standard deviation of the differences; `None` below two runs.
    pub sd: Option<f64>,
    /// 95 % interval of the mean difference, by Student's t; `None` below two runs.
    pub interval: Option<(f64, f64)>,
    /// Quantiles of the differences at 5, 50 and 95 %.
    pub quantiles: [f64; 3],
    /// Share of runs whose difference has the sign of the mean difference; where the mean is 0, of runs without difference.
    pub agree_share: f64,
}

impl PairedDifference {
    /// Computes the statistics from the values of both variants, run by run. NaN is a missing value.
    pub fn new(a: &[f64], b: &[f64]) -> Self {
        let pairs: Vec<(f64, f64)> =
            a.iter().copied().zip(b.iter().copied()).filter(|(a, b)| !a.is_nan() && !b.is_nan()).collect();
        let mut differences: Vec<f64> = pairs.iter().map(|(a, b)| b - a).collect();
        let spread = quantile::spread(&mut differences);
        let statistics = spread.mean.zip(spread.quantiles).map(|(mean, [low, _, median, _, high])| {
            let n = spread.n as f64;
            let sign = sign(mean);
            let agreeing = differences.iter().filter(|difference| self::sign(**difference) == sign).count();
            let half = |sd: f64| student_t::quantile(spread.n - 1) * sd / n.sqrt();
            PairedStatistics {
                mean_a: pairs.iter().map(|(a, _)| a).sum::<f64>() / n,
                mean_b: pairs.iter().map(|(_, b)| b).sum::<f64>() / n,
                mean,
                sd: spread.sd,
                interval: spread.sd.map(|sd| (mean - half(sd), mean + half(sd))),
                quantiles: [low, median, high],
                agree_share: agreeing as f64 / n,
            }
        });
        Self { n: spread.n, statistics }
    }
}

/// The sign of a difference: -1, 0 or 1; 0 if it is negligible.
pub fn sign(difference: f64) -> i8 {
    i8::from(difference > NEGLIGIBLE) - i8::from(difference < -NEGLIGIBLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_statistics_equal_those_of_t_test_in_r() {
        // R: t.test(b, a, paired = TRUE) for a = c(1, 2, 4, 8), b = c(2, 2, 7, 9): mean 1.25, interval -0.751734 to 3.251734.
        let found = PairedDifference::new(&[1.0, 2.0, 4.0, f64::NAN, 8.0], &[2.0, 2.0, 7.0, 3.0, 9.0]);
        assert_eq!(found.n, 4);
        let found = found.statistics.expect("there are pairs");
        assert_eq!((found.mean_a, found.mean_b, found.mean), (3.75, 5.0, 1.25));
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        near(found.sd.expect("four pairs"), 1.258306);
        let (low, high) = found.interval.expect("four pairs");
        near(low, 1.25 - 3.182446305 * 1.2583057392 / 2.0);
        near(high, 1.25 + 3.182446305 * 1.2583057392 / 2.0);
        assert_eq!((found.quantiles[1], found.agree_share), (1.0, 0.75));
    }

    #[test]
    fn one_run_has_no_interval_and_no_run_has_no_statistics() {
        let one = PairedDifference::new(&[1.0], &[3.0]).statistics.expect("a pair");
        assert_eq!((one.mean, one.sd, one.interval, one.agree_share), (2.0, None, None, 1.0));
        assert_eq!(PairedDifference::new(&[f64::NAN], &[1.0]), PairedDifference { n: 0, statistics: None });
        let same = PairedDifference::new(&[1.0, 2.0], &[1.0, 2.0]).statistics.expect("pairs");
        assert_eq!((same.mean, same.agree_share, same.interval), (0.0, 1.0, Some((0.0, 0.0))));
    }

    proptest! {
        #[test]
        fn swapping_the_variants_only_changes_the_sign(
            pairs in prop::collection::vec((-1e3..1e3f64, -1e3..1e3f64), 2..30)
        ) {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            let there = PairedDifference::new(&a, &b).statistics.expect("pairs");
            let back = PairedDifference::new(&b, &a).statistics.expect("pairs");
            prop_assert_eq!((there.mean, there.sd, there.agree_share), (-back.mean, back.sd, back.agree_share));
            let (low, high) = there.interval.expect("two pairs");
            prop_assert_eq!((low, high), back.interval.map(|(low, high)| (-high, -low)).expect("two pairs"));
            prop_assert!(low <= there.mean && there.mean <= high);
        }
    }
}
