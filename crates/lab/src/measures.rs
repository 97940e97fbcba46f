//! The measures that closing lines and reports give: each has one definition, one name and one set of times.
mod moments;
mod record;

pub use moments::{Moments, TimeSeries, Worst, moment};
pub use record::{RecordLayout, RunRecorder, columns, of_run, stance_index};

/// The unit of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A share of a whole, 0 to 1; written in percent.
    Share,
    /// A number of things; written whole.
    Count,
    /// Another number; written with one decimal.
    Number,
    /// Million US dollars; written whole.
    Musd,
}

/// How the value of a measure at a time follows from the quarters of `metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// The state at the end of each quarter.
    Quarter,
    /// The mean over the quarters of each year, weighted by a column, or by 1. Quarterly shares of small counts vary too
    /// much.
    YearMean(Option<&'static str>),
    /// The sum over the quarters of each year.
    YearSum,
    /// The state at the end of each year.
    YearEnd,
}

/// A measure: what it is called, where its values come from and how they are read.
#[derive(Clone, Copy, Debug)]
pub struct MeasureDefinition {
    /// The name of its column in `metrics.csv`; of a count of stances, its name in JSON.
    pub column: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it measures, in words that follow a number.
    pub words: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// The times at which it has values.
    pub timing: Timing,
    /// Which of its values is the worst.
    pub worst: Worst,
}

impl MeasureDefinition {
    /// True if it has one value a year, not one a quarter.
    pub fn is_yearly(&self) -> bool {
        self.timing != Timing::Quarter
    }
}

/// A count at the end of a quarter.
const fn count(column: &'static str, name: &'static str, words: &'static str) -> MeasureDefinition {
    MeasureDefinition { column, name, words, unit: Unit::Count, timing: Timing::Quarter, worst: Worst::Most }
}

/// A share at the end of a quarter.
const fn state(column: &'static str, name: &'static str, words: &'static str, worst: Worst) -> MeasureDefinition {
    MeasureDefinition { column, name, words, unit: Unit::Share, timing: Timing::Quarter, worst }
}

/// A share of what happens in a year.
const fn flow(
    column: &'static str,
    name: &'static str,
    words: &'static str,
    worst: Worst,
    weight: Option<&'static str>,
) -> MeasureDefinition {
    MeasureDefinition { column, name, words, unit: Unit::Share, timing: Timing::YearMean(weight), worst }
}

/// The number of nations with a stance at the end of a year.
const fn stance(column: &'static str, name: &'static str, words: &'static str, worst: Worst) -> MeasureDefinition {
    MeasureDefinition { column, name, words, unit: Unit::Count, timing: Timing::YearEnd, worst }
}

/// The measures that follow from `metrics`.
pub const MEASURES: [MeasureDefinition; 19] = [
    MeasureDefinition {
        column: "effective_pictures",
        name: "separate pictures",
        words: "separate pictures",
        unit: Unit::Number,
        timing: Timing::Quarter,
        worst: Worst::Most,
    },
    count("bloc_count", "blocs", "blocs"),
    state("largest_bloc_share", "nations in the largest bloc", "of nations are in the largest bloc", Worst::Least),
    flow("reach_share", "read of what agreements allow", "of what agreements allow is read", Worst::Least, None),
    flow("hub_outflow_share", "sent by the hub", "of what the hub may send is read", Worst::Least, None),
    flow("hub_inflow_share", "read by the hub", "of what the hub may read is read", Worst::Least, None),
    flow(
        "rest_reach_share",
        "read among the others",
        "of what the others may read of each other is read",
        Worst::Least,
        None,
    ),
    state("level_kept_share", "levels kept", "of the levels that agreements allow may be sent", Worst::Least),
    flow(
        "reports_withheld_share",
        "withheld by rules",
        "of what agreements allow is withheld by rules",
        Worst::Most,
        None,
    ),
    flow("warnings_missed_share", "warnings missed", "of warnings are missed", Worst::Most, Some("warnings_raised")),
    flow("reports_leaked_share", "reports leaked", "of reports leak", Worst::Most, Some("reports_produced")),
    flow(
        "declared_actual_gap",
        "declared and not applied",
        "of what announced rules would stop is not stopped",
        Worst::Most,
        Some("declared_restriction_count"),
    ),
    count("applied_restriction_count", "pairs and actions restricted", "pairs and actions are restricted"),
    count("missions_withdrawn_count", "missions withdrawn", "missions are withdrawn"),
    MeasureDefinition {
        column: "replacement_cost_musd",
        name: "cost of replacement",
        words: "million US dollars are paid for equipment replaced ahead of time",
        unit: Unit::Musd,
        timing: Timing::YearSum,
        worst: Worst::Most,
    },
    state("stance_distance", "distance of stances", "of the greatest distance lies between two stances", Worst::Most),
    state(
        "stance_distance_to_hub",
        "distance to the hub's stance",
        "of the greatest distance lies to the hub's stance",
        Worst::Most,
    ),
    state("mean_core_flagged_share", "flagged equipment in cores", "of cores is flagged equipment", Worst::Most),
    state("mean_access_5g_flagged_share", "flagged equipment in 5G", "of 5G access is flagged equipment", Worst::Most),
];

/// The numbers of nations by stance, which follow from `nations`.
pub const STANCES: [MeasureDefinition; 3] = [
    stance("ban_count", "nations that ban", "nations ban the flagged vendors", Worst::Most),
    stance("restrict_count", "nations that restrict", "nations restrict them", Worst::Most),
    stance("open_count", "nations that stay open", "nations stay open", Worst::Least),
];

/// All measures: `MEASURES`, then `STANCES`.
pub fn all() -> impl Iterator<Item = &'static MeasureDefinition> + Clone {
    MEASURES.iter().chain(&STANCES)
}

/// Columns of `metrics` that are no measures and whose least value is the worst.
const LEAST_IS_WORST: [&str; 3] = ["picture_overlap_share", "reports_produced", "warnings_raised"];

/// Which value of a column of `metrics` is the worst.
pub fn worst(column: &str) -> Worst {
    match MEASURES.iter().find(|measure| measure.column == column) {
        Some(measure) => measure.worst,
        None if LEAST_IS_WORST.contains(&column) => Worst::Least,
        None => Worst::Most,
    }
}

/// The index of a column in `MEASURES`.
///
/// # Panics
/// If no measure has this column.
pub const fn index(column: &str) -> usize {
    let mut at = 0;
    while !is_equal(MEASURES[at].column, column) {
        at += 1;
    }
    at
}

const fn is_equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

/// Index in `MEASURES` of the share that the hub reads of what it may.
pub const INFLOW: usize = index("hub_inflow_share");
/// Index in `MEASURES` of the share that is read of what the hub may send.
pub const OUTFLOW: usize = index("hub_outflow_share");
/// Index in `MEASURES` of the share of warnings missed.
pub const MISSED: usize = index("warnings_missed_share");
/// Index in `MEASURES` of the share of reports leaked.
pub const LEAKED: usize = index("reports_leaked_share");
/// Index in `MEASURES` of the share withheld by rules.
pub const WITHHELD: usize = index("reports_withheld_share");
/// Index in `MEASURES` of the number of missions withdrawn.
pub const WITHDRAWN: usize = index("missions_withdrawn_count");
/// Index in `MEASURES` of the cost of replacement.
pub const COST: usize = index("replacement_cost_musd");
