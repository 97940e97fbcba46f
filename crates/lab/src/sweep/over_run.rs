//! The metrics of a sweep: those of the last quarter, and their mean and worst value over the whole run.
use crate::measures::{self, Worst};
use crate::tables::metrics;
use noforn::history::History;
use std::sync::OnceLock;

/// The end of the name of a metric's mean over the quarters of a run.
pub const RUN_MEAN: &str = "_run_mean";
/// The end of the name of a metric's worst value in a quarter of a run.
pub const RUN_WORST: &str = "_run_worst";

/// The names of all metrics of a sweep: the columns of `metrics` for the last quarter, then each with `_run_mean`, then each
/// with `_run_worst`.
pub fn names() -> impl Iterator<Item = &'static str> + Clone {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    let whole = NAMES.get_or_init(|| {
        [RUN_MEAN, RUN_WORST].iter().flat_map(|end| metrics::names().map(move |name| format!("{name}{end}"))).collect()
    });
    let all: Vec<&'static str> = metrics::names().chain(whole.iter().map(String::as_str)).collect();
    all.into_iter()
}

/// The values of all metrics of a sweep in a run, in the order of `names`, from values rounded as in the table. NaN where a
/// value is missing.
pub fn values(history: &History) -> Vec<f64> {
    let quarters: Vec<Vec<f64>> = history.metrics.iter().map(metrics::values).collect();
    let of = |metric: usize| quarters.iter().map(move |values| values[metric]).filter(|value| !value.is_nan());
    let count = metrics::names().count();
    let last = quarters.last().cloned().unwrap_or_else(|| vec![f64::NAN; count]);
    let means = (0..count).map(|metric| of(metric).sum::<f64>() / of(metric).count() as f64);
    let worst = metrics::names().enumerate().map(|(metric, name)| match measures::worst(name) {
        Worst::Most => of(metric).fold(f64::NAN, f64::max),
        Worst::Least => of(metric).fold(f64::NAN, f64::min),
    });
    last.into_iter().chain(means).chain(worst).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand;

    #[test]
    fn a_metric_has_its_mean_and_its_worst_value_over_the_run() {
        let values = values(&by_hand::history(1));
        assert_eq!(values.len(), names().count());
        let value = |wanted: &str| values[names().position(|name| name == wanted).unwrap()];
        assert_eq!(value("reports_withheld_share"), 0.35);
        assert!((value("reports_withheld_share_run_mean") - 0.175).abs() < 1e-12);
        assert_eq!((value("bloc_count_run_worst"), value("largest_bloc_share_run_worst")), (2.0, 0.666667));
        assert_eq!(value("warnings_missed_share_run_mean"), 0.5, "missing quarters do not count");
        assert!(value("pool_thinning_share_run_worst").is_nan() && value("pool_thinning_share_run_mean").is_nan());
    }
}
