//! The difference in every metric of every quarter: `compare.csv`.
use super::difference::{PairedDifference, PairedStatistics};
use crate::ensemble::Ensemble;
use noforn::history::cell::{Quantity, Share, Text};
use noforn::history::row::rows;

rows! {
    /// One metric in one quarter: the second variant against the first, run by run on the same luck.
    CompareRow = "compare" keys 6 {
        /// Scenario: its file's name without folder and ending.
        scenario: Text, "";
        /// The variant that is compared with.
        variant_a: Text, "";
        /// The variant that is compared.
        variant_b: Text, "";
        /// Year.
        year: u32, "year";
        /// Quarter of the year, 1 to 4.
        quarter: u32, "quarter";
        /// A column of `metrics`.
        metric: &'static str, "";
        /// Runs in which the metric is missing in neither variant; the other columns are about these.
        n: u64, "runs";
        /// Mean of variant a.
        mean_a: Option<Quantity>, "unit of the metric";
        /// Mean of variant b.
        mean_b: Option<Quantity>, "unit of the metric";
        /// Mean of the paired differences, b - a.
        mean: Option<Quantity>, "unit of the metric";
        /// Sample standard deviation of the differences, divided by n - 1 (empty below two runs).
        sd: Option<Quantity>, "unit of the metric";
        /// Lower end of the 95 % interval of the mean difference: mean - t * sd / sqrt(n), t Student's 0.975 quantile with n - 1 degrees of freedom.
        ci95_low: Option<Quantity>, "unit of the metric";
        /// Upper end of the same interval.
        ci95_high: Option<Quantity>, "unit of the metric";
        /// 5 % quantile of the differences (type 7).
        q05: Option<Quantity>, "unit of the metric";
        /// Median difference.
        q50: Option<Quantity>, "unit of the metric";
        /// 95 % quantile of the differences.
        q95: Option<Quantity>, "unit of the metric";
        /// Runs whose difference has the sign of the mean difference / n; where the mean is 0, runs that do not differ.
        agree_share: Option<Share>, "share";
    }
}

/// The difference in one metric in one quarter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricDifference {
    /// Year.
    pub year: u32,
    /// Quarter of the year, 1 to 4.
    pub quarter: u32,
    /// A column of `metrics`.
    pub metric: &'static str,
    /// Statistics of the paired differences.
    pub difference: PairedDifference,
}

/// The row of a difference.
pub fn row(ensemble: &Ensemble, metric: &MetricDifference) -> CompareRow {
    let statistics = metric.difference.statistics;
    let quantity = |value: fn(&PairedStatistics) -> f64| statistics.as_ref().map(|found| Quantity(value(found)));
    let interval = statistics.and_then(|found| found.interval);
    CompareRow {
        scenario: ensemble.variants[0].name.as_str().into(),
        variant_a: ensemble.variants[0].variant.as_str().into(),
        variant_b: ensemble.variants[1].variant.as_str().into(),
        year: metric.year,
        quarter: metric.quarter,
        metric: metric.metric,
        n: metric.difference.n,
        mean_a: quantity(|found| found.mean_a),
        mean_b: quantity(|found| found.mean_b),
        mean: quantity(|found| found.mean),
        sd: statistics.and_then(|found| found.sd).map(Quantity),
        ci95_low: interval.map(|(low, _)| Quantity(low)),
        ci95_high: interval.map(|(_, high)| Quantity(high)),
        q05: quantity(|found| found.quantiles[0]),
        q50: quantity(|found| found.quantiles[1]),
        q95: quantity(|found| found.quantiles[2]),
        agree_share: statistics.map(|found| Share(found.agree_share)),
    }
}
