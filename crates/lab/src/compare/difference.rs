//! What the paired differences of one number come to.
use super::student;
use crate::tables::quantile;

/// Differences nearer to zero than the tables can tell are none.
const NONE: f64 = 5e-7;

/// Two variants' values of one number in the same runs, and their differences, second less first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Runs in which both have a value.
    pub n: u64,
    /// What it comes to; none without such runs.
    pub found: Option<Found>,
}

/// What differences come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// Mean of the first variant over those runs.
    pub mean_a: f64,
    /// Mean of the second.
    pub mean_b: f64,
    /// Mean difference.
    pub mean: f64,
    /// Sample standard deviation; none below two runs.
    pub sd: Option<f64>,
    /// The 95 % interval of the mean difference, by Student's t; none below two runs.
    pub interval: Option<(f64, f64)>,
    /// Quantiles of the differences at 5, 50 and 95 %.
    pub quantiles: [f64; 3],
    /// Runs whose difference has the sign of the mean / runs; where the mean is 0, those that differ by nothing.
    pub agree: f64,
}

impl Difference {
    /// From the values of both variants, run by run; NaN stands for a missing one.
    pub fn of(a: &[f64], b: &[f64]) -> Self {
        let pairs: Vec<(f64, f64)> =
            a.iter().copied().zip(b.iter().copied()).filter(|(a, b)| !a.is_nan() && !b.is_nan()).collect();
        let mut differences: Vec<f64> = pairs.iter().map(|(a, b)| b - a).collect();
        let spread = quantile::spread(&mut differences);
        let found = spread.mean.zip(spread.quantiles).map(|(mean, [low, _, median, _, high])| {
            let n = spread.n as f64;
            let sign = sign(mean);
            let agreeing = differences.iter().filter(|difference| self::sign(**difference) == sign).count();
            let half = |sd: f64| student::quantile(spread.n - 1) * sd / n.sqrt();
            Found {
                mean_a: pairs.iter().map(|(a, _)| a).sum::<f64>() / n,
                mean_b: pairs.iter().map(|(_, b)| b).sum::<f64>() / n,
                mean,
                sd: spread.sd,
                interval: spread.sd.map(|sd| (mean - half(sd), mean + half(sd))),
                quantiles: [low, median, high],
                agree: agreeing as f64 / n,
            }
        });
        Self { n: spread.n, found }
    }
}

/// -1, 0 or 1.
fn sign(difference: f64) -> i8 {
    i8::from(difference > NONE) - i8::from(difference < -NONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_paired_difference_is_that_of_r() {
        // R: t.test(b, a, paired = TRUE) for a = c(1, 2, 4, 8), b = c(2, 2, 7, 9): mean 1.25, interval -0.751734 to 3.251734.
        let found = Difference::of(&[1.0, 2.0, 4.0, f64::NAN, 8.0], &[2.0, 2.0, 7.0, 3.0, 9.0]);
        assert_eq!(found.n, 4);
        let found = found.found.expect("there are pairs");
        assert_eq!((found.mean_a, found.mean_b, found.mean), (3.75, 5.0, 1.25));
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        near(found.sd.expect("four pairs"), 1.258306);
        let (low, high) = found.interval.expect("four pairs");
        near(low, 1.25 - 3.182446305 * 1.2583057392 / 2.0);
        near(high, 1.25 + 3.182446305 * 1.2583057392 / 2.0);
        assert_eq!((found.quantiles[1], found.agree), (1.0, 0.75));
    }

    #[test]
    fn one_pair_has_no_interval_and_none_has_nothing() {
        let one = Difference::of(&[1.0], &[3.0]).found.expect("a pair");
        assert_eq!((one.mean, one.sd, one.interval, one.agree), (2.0, None, None, 1.0));
        assert_eq!(Difference::of(&[f64::NAN], &[1.0]), Difference { n: 0, found: None });
        let same = Difference::of(&[1.0, 2.0], &[1.0, 2.0]).found.expect("pairs");
        assert_eq!((same.mean, same.agree, same.interval), (0.0, 1.0, Some((0.0, 0.0))));
    }

    proptest! {
        #[test]
        fn turned_round_the_difference_changes_its_sign_and_nothing_else(
            pairs in prop::collection::vec((-1e3..1e3f64, -1e3..1e3f64), 2..30)
        ) {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
            let there = Difference::of(&a, &b).found.expect("pairs");
            let back = Difference::of(&b, &a).found.expect("pairs");
            prop_assert_eq!((there.mean, there.sd, there.agree), (-back.mean, back.sd, back.agree));
            let (low, high) = there.interval.expect("two pairs");
            prop_assert_eq!((low, high), back.interval.map(|(low, high)| (-high, -low)).expect("two pairs"));
            prop_assert!(low <= there.mean && there.mean <= high);
        }
    }
}
