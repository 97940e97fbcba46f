//! Whether the order of the options survives: how often paired runs have the sign of the median difference, and one order.
use super::ReportData;
use super::figure::HtmlTable;
use super::metrics::can_be_paired;
use super::numbers::{count, difference, join_names, percent};
use crate::compare::difference::sign;
use crate::measures::{COST, INFLOW, LEAKED, MEASURES, MISSED, OUTFLOW, STANCES, Unit, WITHDRAWN, WITHHELD};
use crate::tables::quantile::spread;
use std::collections::BTreeMap;

/// From this share of paired runs, or of points of the space of parameters, on an order is said to survive.
pub const SURVIVES: f64 = 0.9;

/// The main measures that follow from `metrics.csv`, by their index in `MEASURES`: what the hub and its targets lose first.
const COMPARED: [usize; 7] = [INFLOW, OUTFLOW, WITHHELD, MISSED, LEAKED, COST, WITHDRAWN];

/// How often an order holds: by which measure, in words that follow `by`, and in which share (0 to 1).
#[derive(Clone, Debug, PartialEq)]
pub struct OrderShare {
    /// The measure.
    pub by: String,
    /// The share of runs or points.
    pub share: f64,
    /// What changes the order; empty if that is not known.
    pub cause: String,
}

/// A measure with one number a run.
struct RunMeasure {
    name: &'static str,
    unit: Unit,
    /// Of each option, the value in each run; none for an option whose runs cannot be paired with those of the first.
    values: Vec<BTreeMap<u32, f64>>,
}

impl RunMeasure {
    fn new(data: &ReportData<'_>, (name, unit): (&'static str, Unit), run_values: &[Vec<(u32, f64)>]) -> Self {
        let first = &data.scenarios()[0];
        let paired = data.scenarios().iter().zip(run_values).map(|(scenario, values)| {
            let known = values.iter().copied().filter(|(_, value)| value.is_finite());
            if can_be_paired(scenario, first) { known.collect() } else { BTreeMap::new() }
        });
        Self { name, unit: if unit == Unit::Count { Unit::Number } else { unit }, values: paired.collect() }
    }

    fn head(&self) -> String {
        self.name.to_owned() + if self.unit == Unit::Musd { ", million USD" } else { "" }
    }

    /// The differences of an option from another, in the runs that both have.
    fn differences(&self, option: usize, from: usize) -> Vec<f64> {
        let (values, base) = (&self.values[option], &self.values[from]);
        values.iter().filter_map(|(run, value)| Some(value - base.get(run)?)).collect()
    }

    /// The median difference of an option from the first, and the share of runs that have its sign.
    fn cell(&self, option: usize) -> String {
        let differences = self.differences(option, 0);
        let Some(median) = median(&differences) else { return "not in the folder".to_owned() };
        let same = differences.iter().filter(|one| sign(**one) == sign(median)).count();
        format!("{} ({})", difference(median, self.unit), percent(same as f64 / differences.len() as f64))
    }

    /// The share of runs in which every two options differ as their median difference does, where that is not 0. None if no
    /// two options differ, or in fewer than two runs.
    fn order_share(&self) -> Option<f64> {
        let options: Vec<usize> = (0..self.values.len()).filter(|at| !self.values[*at].is_empty()).collect();
        let mut expected = Vec::new();
        for (rank, option) in options.iter().enumerate() {
            for from in &options[..rank] {
                let direction = median(&self.differences(*option, *from)).map_or(0, sign);
                if direction != 0 {
                    expected.push((*option, *from, direction));
                }
            }
        }
        let common = |run: &&u32| options.iter().all(|at| self.values[*at].contains_key(*run));
        let runs: Vec<&u32> = self.values[*options.first()?].keys().filter(common).collect();
        let holds = |run: &u32| {
            let differ = |option: usize, from: usize| sign(self.values[option][run] - self.values[from][run]);
            expected.iter().all(|(option, from, direction)| differ(*option, *from) == *direction)
        };
        let holding = runs.iter().filter(|run| holds(run)).count();
        (runs.len() > 1 && !expected.is_empty()).then(|| holding as f64 / runs.len() as f64)
    }
}

fn median(values: &[f64]) -> Option<f64> {
    spread(&mut values.to_vec()).quantiles.map(|quantiles| quantiles[2])
}

/// The measures of the folder, those that `metrics.csv` has first, then the bans at the end.
fn run_measures(data: &ReportData<'_>) -> Vec<RunMeasure> {
    let mut all = Vec::new();
    if let Some(statistics) = &data.metric_statistics {
        for measure in COMPARED {
            let of = |values: &(u32, Vec<f64>)| (values.0, values.1[measure]);
            let values: Vec<_> = statistics.iter().map(|one| one.whole_by_run.iter().map(of).collect()).collect();
            all.push(RunMeasure::new(data, (MEASURES[measure].name, MEASURES[measure].unit), &values));
        }
    }
    if let Some(statistics) = &data.nation_statistics {
        let values: Vec<_> = statistics.iter().map(|one| one.bans_by_run.clone()).collect();
        all.push(RunMeasure::new(data, (STANCES[0].name, STANCES[0].unit), &values));
    }
    all
}

/// Makes the table: how each option differs from the first, and in which share of the paired runs with this sign. None if the
/// folder has no second option or no two runs of each.
pub fn table(data: &ReportData<'_>) -> Option<HtmlTable> {
    let measures = run_measures(data);
    let runs = paired_runs(&measures);
    if runs < 2 {
        return None;
    }
    let first = &data.scenarios()[0].variant;
    let row = |at: usize| {
        let lead = std::iter::once(data.scenarios()[at].variant.clone());
        lead.chain(measures.iter().map(|measure| measure.cell(at))).collect()
    };
    Some(HtmlTable {
        caption: format!(
            "How the options differ from {first}: the median of the paired differences, and the share of the {} whose difference \
             has its sign (none, where the median is 0). Over the whole run; bans at its end",
            count(runs, "paired run")
        ),
        heads: std::iter::once("option".to_owned()).chain(measures.iter().map(RunMeasure::head)).collect(),
        rows: (1..data.scenarios().len()).map(row).collect(),
        source: "metrics.csv and nations.csv",
    })
}

/// The most runs that an option has in common with the first.
fn paired_runs(measures: &[RunMeasure]) -> usize {
    let pairs = |measure: &RunMeasure| (1..measure.values.len()).map(|at| measure.differences(at, 0).len()).max();
    measures.iter().filter_map(pairs).max().unwrap_or(0)
}

/// Says whether the order of the options survives what differs between runs, and what a folder of runs cannot say.
pub fn sentences(data: &ReportData<'_>) -> String {
    let robust = "What is assumed is the same in all runs: `noforn compare SCENARIO A B --robust` draws the assumed parameters too, \
                  and says at which share of the points the sign of a difference holds, and which parameter changes it.";
    let (measures, hub) = (run_measures(data), data.scenarios()[0].hub_name());
    let runs = paired_runs(&measures);
    if runs < 2 {
        return format!("Whether the order of the options survives needs more than one run of each. {robust}");
    }
    let names = order_names(hub);
    let shares = [MEASURES[INFLOW].name, MEASURES[OUTFLOW].name, STANCES[0].name].into_iter().zip(names);
    let found: Vec<OrderShare> = shares
        .filter_map(|(name, by)| {
            let share = measures.iter().find(|measure| measure.name == name)?.order_share()?;
            Some(OrderShare { by, share, cause: String::new() })
        })
        .collect();
    let subject =
        format!("In at least {} of the {} the options have one order", percent(SURVIVES), count(runs, "paired run"));
    let luck = match data.scenarios()[0].file.posterior.len() {
        0 => "Runs differ by luck alone.".to_owned(),
        sets => {
            format!("Every run but the first draws its parameters from {sets} sets that calibration left possible.")
        }
    };
    format!("{} {luck} {robust}", verdict(&subject, &found))
}

/// What options are ordered by, in words that follow `by`: what the hub loses, what its targets lose, bans.
pub fn order_names(hub: &str) -> [String; 3] {
    [format!("what {hub} reads"), format!("what others read of {hub}"), "the nations that ban at the end".to_owned()]
}

/// A sentence that says by which measures an order survives, and by which it does not.
pub fn verdict(subject: &str, found: &[OrderShare]) -> String {
    let told = |survives: bool| -> Vec<String> {
        let chosen = found.iter().filter(|one| (one.share >= SURVIVES) == survives);
        chosen.map(|one| format!("{} ({}{})", one.by, percent(one.share), one.cause)).collect()
    };
    let [holds, fails] = [true, false].map(told);
    let [by, not_by] = [&holds, &fails].map(|all| join_names(&all.iter().map(String::as_str).collect::<Vec<_>>(), 9));
    match (holds.is_empty(), fails.is_empty()) {
        (true, true) => "The options do not differ in what the hub loses, what its targets lose, or bans.".to_owned(),
        (false, true) => format!("{subject} by {by}."),
        (false, false) => format!("{subject} by {by}, but not by {not_by}."),
        (true, false) => format!("{subject} by none of these: {not_by}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(values: &[&[f64]]) -> RunMeasure {
        let runs = |values: &&[f64]| (0..).zip(values.iter().copied()).collect();
        RunMeasure { name: "", unit: Unit::Number, values: values.iter().map(runs).collect() }
    }

    #[test]
    fn an_order_holds_in_the_runs_where_every_two_options_differ_as_their_median_does() {
        let base: &[f64] = &[1.0, 1.0, 1.0, 1.0];
        let cases: [(&[&[f64]], Option<f64>); 6] = [
            (&[base, &[2.0, 3.0, 2.0, 5.0]], Some(1.0)),
            (&[base, &[2.0, 3.0, 1.0, 0.0]], Some(0.5)),
            // Each pair holds in three of four runs, but not in the same ones.
            (&[base, &[2.0, 2.0, 2.0, 0.0], &[3.0, 3.0, 1.5, 3.0]], Some(0.5)),
            // Two options that do not differ have no order, so nothing breaks it.
            (&[base, base, &[2.0; 4]], Some(1.0)),
            (&[base, base], None),
            // An option that cannot be paired does not count.
            (&[base, &[2.0; 4], &[]], Some(1.0)),
        ];
        for (values, expected) in cases {
            assert_eq!(measure(values).order_share(), expected, "{values:?}");
        }
        assert_eq!(measure(&[&[1.0], &[2.0]]).order_share(), None, "one run shows no order");
    }

    #[test]
    fn a_cell_gives_the_median_difference_and_how_often_it_has_its_sign() {
        let found = measure(&[&[1.0, 1.0, 1.0, 1.0, 1.0], &[3.0, 3.0, 3.0, 0.5, 1.0]]);
        assert_eq!(found.cell(1), "+2 (60\u{a0}%)");
        assert_eq!(measure(&[&[1.0], &[]]).cell(1), "not in the folder");
    }

    #[test]
    fn the_verdict_names_what_survives_and_what_does_not() {
        let share = |by: &str, share: f64| OrderShare { by: by.to_owned(), share, cause: String::new() };
        let (a, b) = (share("a", 0.9), share("b", 0.89));
        let cases: [(&[OrderShare], &str); 3] = [
            (std::slice::from_ref(&a), "One order by a (90\u{a0}%)."),
            (&[a.clone(), b.clone()], "One order by a (90\u{a0}%), but not by b (89\u{a0}%)."),
            (std::slice::from_ref(&b), "One order by none of these: b (89\u{a0}%)."),
        ];
        for (found, text) in cases {
            assert_eq!(verdict("One order", found), text);
        }
    }
}
