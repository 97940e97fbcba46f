//! The closing lines of `noforn compare`: what differs, for a person; the same as JSON, for a program.
use super::contrast::{Nation, Pair};
use super::{Comparison, Point};
use crate::ensemble::Ensemble;
use crate::words::{count, shell_word};
use noforn::scenario::BASELINE;
use serde_json::{Value, json};

/// The metrics of the short table.
const MAIN: [&str; 10] = [
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
/// By this metric the worst quarter is the one with the greatest mean difference.
const WORST: &str = "reports_withheld_share";
/// How many nations and how many pairs are named.
const NAMED: usize = 5;

/// What the closing lines tell.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The two variants.
    pub ensemble: &'a Ensemble,
    /// What was found.
    pub comparison: &'a Comparison,
    /// The scenario and what was set on top, as typed, words of a shell.
    pub scenario: &'a str,
    /// The folder of the results, as typed.
    pub folder: &'a str,
}

/// A quarter of a year.
type When = (u32, u32);

impl Told<'_> {
    fn variant(&self, at: usize) -> &str {
        &self.ensemble.variants[at].variant
    }
    fn last(&self) -> When {
        self.comparison.points.last().map_or((0, 0), |point| (point.year, point.quarter))
    }
    /// The first quarter in which the variants differ most in `WORST`, if they ever do.
    fn worst(&self) -> Option<When> {
        let of = |point: &&Point| point.difference.found.map_or(0.0, |found| found.mean.abs());
        let points = self.comparison.points.iter().filter(|point| point.metric == WORST);
        let worst = points.rev().max_by(|a, b| of(a).total_cmp(&of(b)))?;
        (of(&worst) > 0.0).then_some((worst.year, worst.quarter))
    }
    fn at(&self, when: When) -> impl Iterator<Item = &Point> {
        let points = move |metric: &&'static str| {
            let metric = *metric;
            self.comparison.points.iter().find(move |p| (p.year, p.quarter) == when && p.metric == metric)
        };
        MAIN.iter().filter_map(points)
    }
    fn nations(&self) -> (Vec<Nation>, usize) {
        self.comparison.contrast.nations(&self.ensemble.variants[0], NAMED)
    }
    fn pairs(&self) -> (Vec<Pair>, usize) {
        self.comparison.contrast.pairs(&self.ensemble.variants[0], NAMED)
    }
    /// The command that says why a pair shares no more, in the variant that shares less.
    fn why(&self, pair: &Pair) -> String {
        let less = self.variant(usize::from(pair.count.difference() <= 0));
        let folder = shell_word(self.folder);
        let rep = pair.count.first.unwrap_or(0);
        let (year, less) = (self.last().0, shell_word(less));
        format!("noforn why {folder} {} {} --in {year} --variant {less} --rep {rep}", pair.sender, pair.receiver)
    }
    /// The command that records the decisions behind the stances.
    fn again(&self) -> String {
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

/// The closing lines.
pub fn text(told: &Told) -> String {
    let scenario = &told.ensemble.variants[0];
    let mut lines = vec![scenario.file.title.clone()];
    let runs = count(told.ensemble.reps.into(), "run");
    let (a, b, seed) = (told.variant(0), told.variant(1), scenario.file.run.seed);
    lines.push(format!("`{b}` against `{a}`, {runs} of each on the same luck, seed {seed}"));
    for (words, when) in [("at the end", Some(told.last())), ("where most is withheld otherwise", told.worst())] {
        if let Some((year, quarter)) = when {
            lines.extend([String::new(), format!("{words}, {year}Q{quarter}")]);
            lines.extend(table(told, (year, quarter)));
        }
    }
    lines.push("means; difference, its 95 % interval (Student's t), runs that agree with its sign".to_owned());
    lines.extend(nations(told));
    lines.extend(pairs(told));
    lines.extend([
        String::new(),
        format!("table     {}/compare.csv ({} rows)", told.folder, told.comparison.points.len()),
    ]);
    lines.push(format!("\nnext: {}", next(told)));
    lines.join("\n") + "\n"
}

/// The next command to type.
fn next(told: &Told) -> String {
    told.pairs().0.first().map_or_else(|| told.again(), |pair| told.why(pair))
}

fn table(told: &Told, when: When) -> Vec<String> {
    let head = ["", told.variant(0), told.variant(1), "difference", "95 % interval", "agree"].map(str::to_owned);
    let mut rows = vec![head];
    for point in told.at(when) {
        let Some(found) = point.difference.found else { continue };
        let interval =
            found.interval.map_or("-".to_owned(), |(low, high)| format!("{} to {}", number(low), number(high)));
        rows.push([
            point.metric.to_owned(),
            number(found.mean_a),
            number(found.mean_b),
            number(found.mean),
            interval,
            format!("{:.0} %", found.agree * 100.0),
        ]);
    }
    let widths: [usize; 6] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let padded = |row: &[String; 6]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(padded).collect()
}

/// Three decimals below a thousand, else none; no minus before nothing.
fn number(value: f64) -> String {
    let text = if value.abs() < 1000.0 { format!("{value:.3}") } else { format!("{value:.0}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    if text == "-0" { "0".to_owned() } else { text }
}

fn nations(told: &Told) -> Vec<String> {
    let (nations, all) = told.nations();
    if nations.is_empty() {
        return vec![String::new(), "no government ends with another stance in any run".to_owned()];
    }
    let mut lines =
        vec![String::new(), format!("{} end with another stance in some run; most:", count(all as u64, "nation"))];
    for Nation { name, count, .. } in &nations {
        let (a, b) = (number(told.mean(count.sum_a)), number(told.mean(count.sum_b)));
        let share = 100.0 * told.mean(count.differ.into());
        lines.push(format!("  {name}: mean rank {a} and {b}; another in {share:.0} % of runs"));
    }
    lines.push(format!("  {}", told.again()));
    lines
}

fn pairs(told: &Told) -> Vec<String> {
    let (pairs, all) = told.pairs();
    if pairs.is_empty() {
        return vec![String::new(), "no pair ends with another level of sharing in most runs".to_owned()];
    }
    let mut lines = vec![
        String::new(),
        format!("{} end with another level of sharing in most runs; first:", count(all as u64, "ordered pair")),
    ];
    for pair in &pairs {
        let share = 100.0 * told.mean(pair.count.differ.into());
        let way = if pair.count.difference() < 0 { "less" } else { "more" };
        let Pair { sender, receiver, .. } = pair;
        lines.push(format!(
            "  {sender} to {receiver}: {way} under `{}`, another in {share:.0} % of runs",
            told.variant(1)
        ));
        lines.push(format!("    {}", told.why(pair)));
    }
    lines
}

/// What `text` tells, as JSON.
pub fn json(told: &Told) -> Value {
    let quarter = |(year, quarter): When| {
        let metrics: Vec<Value> = told.at((year, quarter)).map(metric_json).collect();
        json!({ "year": year, "quarter": quarter, "metrics": metrics })
    };
    let (nations, nations_all) = told.nations();
    let (pairs, pairs_all) = told.pairs();
    let nation = |nation: &Nation| {
        json!({
            "iso3": nation.iso3,
            "stance_rank_mean_a": told.mean(nation.count.sum_a),
            "stance_rank_mean_b": told.mean(nation.count.sum_b),
            "differ_share": told.mean(nation.count.differ.into()),
            "next": told.again(),
        })
    };
    let pair = |pair: &Pair| {
        json!({
            "sender_iso3": pair.sender,
            "receiver_iso3": pair.receiver,
            "level_difference_mean": told.mean(pair.count.difference()),
            "differ_share": told.mean(pair.count.differ.into()),
            "next": told.why(pair),
        })
    };
    json!({
        "title": told.ensemble.variants[0].file.title,
        "folder": told.folder,
        "variant_a": told.variant(0),
        "variant_b": told.variant(1),
        "reps": told.ensemble.reps,
        "seed": told.ensemble.seed(0),
        "interval": "Student's t, 95 %",
        "last_quarter": quarter(told.last()),
        "worst_quarter": told.worst().map(quarter),
        "nations_that_differ": nations_all,
        "nations": nations.iter().map(nation).collect::<Vec<_>>(),
        "pairs_that_differ_in_most_runs": pairs_all,
        "pairs": pairs.iter().map(pair).collect::<Vec<_>>(),
        "rows": told.comparison.points.len(),
        "next": next(told),
    })
}

fn metric_json(point: &Point) -> Value {
    let found = point.difference.found;
    json!({
        "metric": point.metric,
        "n": point.difference.n,
        "mean_a": found.map(|found| found.mean_a),
        "mean_b": found.map(|found| found.mean_b),
        "mean": found.map(|found| found.mean),
        "ci95_low": found.and_then(|found| found.interval).map(|(low, _)| low),
        "ci95_high": found.and_then(|found| found.interval).map(|(_, high)| high),
        "agree_share": found.map(|found| found.agree),
    })
}
