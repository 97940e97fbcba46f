//! The closing lines of `noforn compare`, as text and as JSON: what differs between the variants.
use super::contrast::{DifferingNation, DifferingPair};
use super::difference::PairedDifference;
use super::measure_differences::MeasureDifference;
use super::{PairedComparison, robustness};
use crate::ensemble::Ensemble;
use crate::measures::{MeasureDefinition, Unit, all, moment};
use crate::runs::outcome::YearQuarter;
use crate::words::{self, count, shell_word};
use noforn::scenario::BASELINE;
use serde_json::{Value, json};

/// The metrics of the short table.
pub const MAIN: [&str; 10] = [
    "bloc_count",
    "largest_bloc_share",
    "fragmentation_index",
    "reach_share",
    "reports_withheld_share",
    "warnings_missed_share",
    "applied_restriction_count",
    "mean_core_flagged_share",
    "missions_withdrawn_count",
    "replacement_cost_musd",
];
/// Greatest number of nations, and of pairs, that are listed.
const LISTED: usize = 5;

/// The values from which the closing lines are written.
#[derive(Clone, Copy, Debug)]
pub struct ComparisonClosing<'a> {
    /// The two variants.
    pub ensemble: &'a Ensemble,
    /// The result of the comparison.
    pub comparison: &'a PairedComparison,
    /// The scenario and its `--set` and `--seed` options as typed, quoted for a shell.
    pub scenario: &'a str,
    /// The folder of the results, as typed.
    pub folder: &'a str,
}

impl ComparisonClosing<'_> {
    fn variant(&self, at: usize) -> &str {
        &self.ensemble.variants[at].variant
    }
    fn last(&self) -> YearQuarter {
        self.comparison.metrics.last().map_or((0, 0), |point| (point.year, point.quarter))
    }
    fn nations(&self) -> (Vec<DifferingNation>, usize) {
        self.comparison.contrast.nations(&self.ensemble.variants[0], LISTED)
    }
    fn pairs(&self) -> (Vec<DifferingPair>, usize) {
        self.comparison.contrast.pairs(&self.ensemble.variants[0], LISTED)
    }
    /// The command that explains what limits the sharing of a pair, in the variant that shares less.
    fn why_command(&self, pair: &DifferingPair) -> String {
        let less = self.variant(usize::from(pair.ranks.difference() <= 0));
        let folder = shell_word(self.folder);
        let rep = pair.ranks.first.unwrap_or(0);
        let (year, less) = (self.last().0, shell_word(less));
        format!("noforn why {folder} {} {} --in {year} --variant {less} --rep {rep}", pair.sender, pair.receiver)
    }
    /// The command that records the decisions behind the stances.
    fn decisions_command(&self) -> String {
        let named = self.ensemble.variants.iter().map(|scenario| &scenario.variant);
        let variants: String = named
            .filter(|variant| *variant != BASELINE)
            .map(|variant| format!(" --variant {}", shell_word(variant)))
            .collect();
        format!("noforn run {}{variants} --reps {} --tables nations,decisions:all", self.scenario, self.ensemble.reps)
    }
    fn mean(&self, sum: i64) -> f64 {
        sum as f64 / f64::from(self.ensemble.reps)
    }
}

/// The closing lines as text.
pub fn to_text(closing: &ComparisonClosing) -> String {
    let scenario = &closing.ensemble.variants[0];
    let mut lines = vec![scenario.file.title.clone()];
    let runs = count(closing.ensemble.reps.into(), "run");
    let (a, b, seed) = (closing.variant(0), closing.variant(1), scenario.file.run.seed);
    lines.push(format!("`{b}` against `{a}`, {runs} of each on the same luck, seed {seed}"));
    lines.push(String::new());
    lines.extend(measures_table(closing));
    lines.extend(closing.comparison.robustness.iter().flat_map(robustness::text::to_text));
    lines.extend(nation_lines(closing));
    lines.extend(pair_lines(closing));
    lines.extend([
        String::new(),
        format!("table     {}/compare.csv ({} rows)", closing.folder, closing.comparison.metrics.len()),
    ]);
    if let Some(found) = &closing.comparison.robustness {
        lines.push(format!("          {}/robustness.csv ({} rows)", closing.folder, found.rows.len()));
    }
    lines.push(format!("\nnext: {}", next_command(closing)));
    lines.join("\n") + "\n"
}

/// The next command to type.
fn next_command(closing: &ComparisonClosing) -> String {
    closing.pairs().0.first().map_or_else(|| closing.decisions_command(), |pair| closing.why_command(pair))
}

/// A table with rows for each measure that differs in some run: where the variants differ most, and at the end. Measures
/// that never differ share a line.
fn measures_table(closing: &ComparisonClosing) -> Vec<String> {
    let head = ["", "", closing.variant(0), closing.variant(1), "difference", "95 % interval", "agree"];
    let mut rows = vec![head.map(str::to_owned)];
    let mut same = Vec::new();
    for (measure, found) in all().zip(&closing.comparison.measures) {
        if found.is_same() {
            same.push(measure.name);
            continue;
        }
        for (rank, at) in found.moments().into_iter().enumerate() {
            let name = if rank == 0 { measure.name } else { "" };
            rows.extend(measure_row(name, measure, found, at));
        }
    }
    let widths: [usize; 7] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let mut lines: Vec<String> = rows.iter().map(|row| words::padded(row, &widths)).collect();
    if !same.is_empty() {
        lines.push(format!("the same in every run: {}", same.join(", ")));
    }
    lines.push(format!(
        "medians of the variants; mean of the differences, {} less {}, its 95 % interval (Student's t), runs that agree with its sign",
        closing.variant(1),
        closing.variant(0)
    ));
    lines
}

fn measure_row(name: &str, measure: &MeasureDefinition, found: &MeasureDifference, at: usize) -> Option<[String; 7]> {
    let difference = found.differences[at].statistics?;
    let median = |variant: usize| {
        found.series[variant].median(at).map_or("-".to_owned(), |median| words::value(median, measure.unit))
    };
    let interval = difference.interval.map_or("-".to_owned(), |(low, high)| {
        format!("{} to {}", signed(low, measure.unit), signed(high, measure.unit))
    });
    Some([
        name.to_owned(),
        format!("in {}", moment(found.series[0].times[at], measure.is_yearly())),
        median(0),
        median(1),
        signed(difference.mean, measure.unit),
        interval,
        format!("{:.0} %", difference.agree_share * 100.0),
    ])
}

/// A difference with its sign: shares in percentage points, other numbers with at most one decimal.
fn signed(number: f64, unit: Unit) -> String {
    let number = if unit == Unit::Share { number * 100.0 } else { number };
    let text = if number.abs() < 1000.0 { words::decimal(number) } else { words::whole(number) };
    if text.starts_with('-') || text == "0" { text } else { format!("+{text}") }
}

/// A number with at most three decimals, from 1000 on with none; never `-0`.
pub fn number(value: f64) -> String {
    let text = if value.abs() < 1000.0 { format!("{value:.3}") } else { format!("{value:.0}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    if text == "-0" { "0".to_owned() } else { text }
}

fn nation_lines(closing: &ComparisonClosing) -> Vec<String> {
    let (nations, all) = closing.nations();
    if nations.is_empty() {
        return vec![String::new(), "no government ends with another stance in any run".to_owned()];
    }
    let mut lines =
        vec![String::new(), format!("{} end with another stance in some run; most:", count(all as u64, "nation"))];
    for DifferingNation { name, ranks, .. } in &nations {
        let (a, b) = (number(closing.mean(ranks.sum_a)), number(closing.mean(ranks.sum_b)));
        let share = 100.0 * closing.mean(ranks.differ.into());
        lines.push(format!("  {name}: mean rank {a} and {b}; another in {share:.0} % of runs"));
    }
    lines.push(format!("  {}", closing.decisions_command()));
    lines
}

fn pair_lines(closing: &ComparisonClosing) -> Vec<String> {
    let (pairs, all) = closing.pairs();
    if pairs.is_empty() {
        return vec![String::new(), "no pair ends with another level of sharing in most runs".to_owned()];
    }
    let mut lines = vec![
        String::new(),
        format!("{} end with another level of sharing in most runs; first:", count(all as u64, "ordered pair")),
    ];
    for pair in &pairs {
        let share = 100.0 * closing.mean(pair.ranks.differ.into());
        let way = if pair.ranks.difference() < 0 { "less" } else { "more" };
        let DifferingPair { sender, receiver, .. } = pair;
        lines.push(format!(
            "  {sender} to {receiver}: {way} under `{}`, another in {share:.0} % of runs",
            closing.variant(1)
        ));
        lines.push(format!("    {}", closing.why_command(pair)));
    }
    lines
}

/// The closing lines as JSON.
pub fn to_json(closing: &ComparisonClosing) -> Value {
    let (nations, nations_all) = closing.nations();
    let (pairs, pairs_all) = closing.pairs();
    json!({
        "title": closing.ensemble.variants[0].file.title,
        "folder": closing.folder,
        "variant_a": closing.variant(0),
        "variant_b": closing.variant(1),
        "reps": closing.ensemble.reps,
        "seed": closing.ensemble.seed(0),
        "interval": "Student's t, 95 %",
        "measures": all().zip(&closing.comparison.measures).map(|(measure, found)| measure_json(measure, found)).collect::<Vec<_>>(),
        "nations_that_differ": nations_all,
        "nations": nations.iter().map(|nation| nation_json(closing, nation)).collect::<Vec<_>>(),
        "pairs_that_differ_in_most_runs": pairs_all,
        "pairs": pairs.iter().map(|pair| pair_json(closing, pair)).collect::<Vec<_>>(),
        "rows": closing.comparison.metrics.len(),
        "robustness": closing.comparison.robustness.as_ref().map(robustness::text::to_json),
        "next": next_command(closing),
    })
}

/// A measure where the variants differ most, and at the end.
fn measure_json(measure: &MeasureDefinition, found: &MeasureDifference) -> Value {
    let at = |at: usize| {
        let mut json = difference_json(&found.differences[at]);
        json["in"] = moment(found.series[0].times[at], measure.is_yearly()).into();
        json["median_a"] = found.series[0].median(at).into();
        json["median_b"] = found.series[1].median(at).into();
        json
    };
    json!({ "measure": measure.column, "name": measure.name, "at": found.moments().into_iter().map(at).collect::<Vec<_>>() })
}

fn nation_json(closing: &ComparisonClosing, nation: &DifferingNation) -> Value {
    json!({
        "iso3": nation.iso3,
        "stance_rank_mean_a": closing.mean(nation.ranks.sum_a),
        "stance_rank_mean_b": closing.mean(nation.ranks.sum_b),
        "differ_share": closing.mean(nation.ranks.differ.into()),
        "next": closing.decisions_command(),
    })
}

fn pair_json(closing: &ComparisonClosing, pair: &DifferingPair) -> Value {
    json!({
        "sender_iso3": pair.sender,
        "receiver_iso3": pair.receiver,
        "level_difference_mean": closing.mean(pair.ranks.difference()),
        "differ_share": closing.mean(pair.ranks.differ.into()),
        "next": closing.why_command(pair),
    })
}

fn difference_json(difference: &PairedDifference) -> Value {
    let found = difference.statistics;
    json!({
        "n": difference.n,
        "mean_a": found.map(|found| found.mean_a),
        "mean_b": found.map(|found| found.mean_b),
        "mean": found.map(|found| found.mean),
        "ci95_low": found.and_then(|found| found.interval).map(|(low, _)| low),
        "ci95_high": found.and_then(|found| found.interval).map(|(_, high)| high),
        "agree_share": found.map(|found| found.agree_share),
    })
}
