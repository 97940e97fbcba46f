//! The tables of a robust comparison: `robustness.csv`, a row a measure, and `robustness_points.csv`, a row a measure and point.
use noforn::history::cell::{Quantity, Share, Text};
use noforn::history::row::rows;

rows! {
    /// One measure of the whole run: the difference at the shipped parameters, and whether its sign holds over the space.
    RobustnessRow = "robustness" keys 5 {
        /// Scenario: its file's name without folder and ending.
        scenario: Text, "";
        /// The variant that is compared with.
        variant_a: Text, "";
        /// The variant that is compared.
        variant_b: Text, "";
        /// A column of `metrics`; nations at a ban or a removal, of all or of NATO and the Five Eyes; or the hub's part of all reports collected (`hub_collection_share`).
        metric: &'static str, "";
        /// How it is summed up over the quarters of a run (bans and collection: over its years): mean, least, greatest, last.
        statistic: &'static str, "";
        /// Runs at the shipped parameters in which it is missing in neither variant.
        n: u64, "runs";
        /// Mean of the paired differences of these runs, b - a.
        mean: Option<Quantity>, "unit of the metric";
        /// Lower end of its 95 % interval (Student's t).
        ci95_low: Option<Quantity>, "unit of the metric";
        /// Upper end of the same interval.
        ci95_high: Option<Quantity>, "unit of the metric";
        /// Points of the design with a difference.
        points: u64, "points";
        /// Points whose mean difference has the sign of `mean` / points (empty without points).
        same_sign_share: Option<Share>, "share";
        /// Points whose mean difference is 0 / points.
        zero_share: Option<Share>, "share";
        /// The parameter that best separates points with the sign of `mean` from the others: the split of greatest Gini gain (empty where all points agree or none does).
        parameter: Option<Text>, "";
        /// The value at which it does.
        threshold: Option<Quantity>, "unit of the parameter";
        /// The most frequent sign of points below this value.
        sign_below: Option<i64>, "sign";
        /// The most frequent sign of points above it.
        sign_above: Option<i64>, "sign";
        /// Points below it with the sign of `mean` / points below it.
        same_sign_below_share: Option<Share>, "share";
        /// Points above it with the sign of `mean` / points above it.
        same_sign_above_share: Option<Share>, "share";
        /// Strength: the part of the Gini impurity that the split removes.
        gain_share: Option<Share>, "share";
        /// Chance of so good a split by any parameter if none matters, from 999 shuffles of the points.
        p_value: Option<Share>, "share";
    }

    /// One measure of the whole run at one point of the design: the second variant against the first.
    RobustnessPointRow = "robustness_points" keys 3 {
        /// Point of the design, as in `design.csv`.
        point: u64, "";
        /// A measure, as in `robustness`.
        metric: &'static str, "";
        /// How it is summed up over a run.
        statistic: &'static str, "";
        /// Runs of the point in which it is missing in neither variant.
        n: u64, "runs";
        /// Mean of variant a.
        mean_a: Option<Quantity>, "unit of the metric";
        /// Mean of variant b.
        mean_b: Option<Quantity>, "unit of the metric";
        /// Mean of the paired differences, b - a.
        mean: Option<Quantity>, "unit of the metric";
        /// Lower end of its 95 % interval (Student's t).
        ci95_low: Option<Quantity>, "unit of the metric";
        /// Upper end of the same interval.
        ci95_high: Option<Quantity>, "unit of the metric";
    }
}
