//! The closing lines of `noforn sweep`, as text and as JSON: what it found.
mod strongest_paths;

use super::SweepStudy;
use super::design::Design;
use super::indices::Indices;
use super::over_run::{RUN_MEAN, RUN_WORST};
use crate::words::{count, padded};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a sweep found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SweepFindings {
    /// `means[m][p]`: the mean of metric m over the runs of point p; NaN where it is missing.
    pub means: Vec<Vec<f64>>,
    /// The sensitivity indices. None for a shard.
    pub indices: Indices,
}

/// The path that moves a metric most.
#[derive(Clone, Debug, PartialEq)]
pub struct StrongestPath {
    /// The path.
    pub path: String,
    /// What says so: `total index`, `mean absolute effect`, `rank correlation` or `correlation ratio`.
    pub statistic: &'static str,
    /// Its value.
    pub value: f64,
}

/// The values from which the closing lines are written.
#[derive(Clone, Copy)]
pub struct SweepClosing<'a> {
    /// The sweep.
    pub study: &'a SweepStudy,
    /// What it found.
    pub findings: &'a SweepFindings,
    /// The scenario, as typed.
    pub scenario: &'a str,
    /// The folder of the results, as typed.
    pub folder: &'a str,
    /// Runs of each point.
    pub reps: u32,
}

/// Greatest number of points in the short table, and of its metrics.
const SHOWN: (usize, usize) = (5, 4);

impl SweepFindings {
    /// The least and the greatest mean of a metric over the points; none if it is missing at all of them.
    pub fn range(&self, metric: usize) -> Option<(f64, f64)> {
        let known = || self.means[metric].iter().copied().filter(|mean| !mean.is_nan());
        known().next()?;
        Some((known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max)))
    }

    /// True if the means of a metric differ between points.
    pub fn varies(&self, metric: usize) -> bool {
        self.range(metric).is_some_and(|(low, high)| low < high)
    }

    /// The path that moves a metric most: by its index where the design has indices, else by the rank correlation of its
    /// values with the means, or by the correlation ratio if its values are no numbers. None if the metric does not vary.
    pub fn strongest(&self, design: &Design, metric: usize) -> Option<StrongestPath> {
        if !self.varies(metric) {
            return None;
        }
        let strength = |at: usize| -> Option<(&'static str, f64)> {
            match &self.indices {
                Indices::Sobol(all) => Some(("total index", all[metric].as_ref()?[at].total.value)),
                Indices::Morris(all) => Some(("mean absolute effect", all[metric].as_ref()?[at].mu_star.value)),
                Indices::None => association(design, at, &self.means[metric]),
            }
        };
        let all = design.paths.iter().enumerate().filter_map(|(at, path)| Some((path, strength(at)?)));
        // Of equal ones, `max_by` returns the last.
        let (path, (statistic, value)) =
            all.collect::<Vec<_>>().into_iter().rev().max_by(|(_, a), (_, b)| a.1.abs().total_cmp(&b.1.abs()))?;
        Some(StrongestPath { path: path.clone(), statistic, value })
    }
}

/// How the means of a metric go with the values of a path.
fn association(design: &Design, path: usize, means: &[f64]) -> Option<(&'static str, f64)> {
    let known = design.points.iter().zip(means).filter(|(_, mean)| !mean.is_nan());
    let (values, means): (Vec<&str>, Vec<f64>) =
        known.map(|((_, values), mean)| (values[path].as_str(), *mean)).unzip();
    let numbers: Option<Vec<f64>> = values.iter().map(|value| value.parse().ok()).collect();
    match numbers {
        Some(numbers) => Some(("rank correlation", correlation(&ranks(&numbers), &ranks(&means))?)),
        None => Some(("correlation ratio", correlation_ratio(&values, &means)?)),
    }
}

/// The rank of each value, from 1; equal values have the mean of their ranks.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    for equal in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let rank = first as f64 + (equal.len() as f64 + 1.0) / 2.0;
        equal.iter().for_each(|at| ranks[*at] = rank);
        first += equal.len();
    }
    ranks
}

/// Pearson's correlation; none if either does not vary.
fn correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 { a.iter().zip(b).map(|(a, b)| of(a - mean_a, b - mean_b)).sum() };
    let scale = (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt();
    (scale > 0.0).then(|| sum(&|a, b| a * b) / scale)
}

/// The correlation ratio: the root of the part of the variance that lies between the groups of equal values.
fn correlation_ratio(values: &[&str], means: &[f64]) -> Option<f64> {
    let mut groups: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for (value, mean) in values.iter().zip(means) {
        let group = groups.entry(value).or_default();
        *group = (group.0 + mean, group.1 + 1.0);
    }
    let mean = means.iter().sum::<f64>() / means.len() as f64;
    let all: f64 = means.iter().map(|value| (value - mean) * (value - mean)).sum();
    let between: f64 = groups.values().map(|(sum, count)| count * (sum / count - mean) * (sum / count - mean)).sum();
    (all > 0.0).then(|| (between / all).sqrt())
}

/// The closing lines as text.
pub fn to_text(closing: &SweepClosing<'_>) -> String {
    let design = closing.study.design();
    let points = count(design.points.len() as u64, "point");
    let paths = count(design.paths.len() as u64, "path");
    let mut lines = vec![
        format!("{points} over {paths}, {} of each on the same luck", count(closing.reps.into(), "run")),
        String::new(),
    ];
    lines.extend(ranges_table(closing));
    lines.extend(strongest_paths::lines(design, closing.findings, closing.study.metrics(), |base| {
        varying_form(closing, base)
    }));
    lines.extend([String::new(), "the first points:".to_owned()]);
    lines.extend(points_table(closing));
    lines.push(format!("\ntable     {}/sweep.csv", closing.folder));
    if closing.findings.indices != Indices::None {
        lines.push(format!("indices   {}/indices.csv", closing.folder));
    }
    lines.push(format!("\nnext: noforn show {} --origin {}", closing.scenario, design.paths[0]));
    lines.join("\n") + "\n"
}

/// The forms of a metric, in the order of the columns.
const FORMS: [&str; 3] = ["at the end", "mean of the run", "worst in the run"];

/// The index of the last form of a metric that varies.
fn varying_form(closing: &SweepClosing<'_>, base: &str) -> Option<usize> {
    let metrics = closing.study.metrics();
    let find = |wanted: &&str| metrics.iter().position(|metric| form(metric) == (base, *wanted));
    FORMS.iter().filter_map(find).rev().find(|metric| closing.findings.varies(*metric))
}

/// The form of a metric: at the end, its mean or its worst over the run; and the metric without it.
fn form(metric: &str) -> (&str, &str) {
    if let Some(base) = metric.strip_suffix(RUN_MEAN) {
        (base, "mean of the run")
    } else if let Some(base) = metric.strip_suffix(RUN_WORST) {
        (base, "worst in the run")
    } else {
        (metric, "at the end")
    }
}

/// A row for each metric that varies: its range over the points, at the end, as mean and at its worst, and what moves the
/// last of these most. Metrics that do not vary share a line.
fn ranges_table(closing: &SweepClosing<'_>) -> Vec<String> {
    let (findings, metrics) = (closing.findings, closing.study.metrics());
    let forms: Vec<&str> =
        FORMS.into_iter().filter(|wanted| metrics.iter().any(|metric| form(metric).1 == *wanted)).collect();
    let head = std::iter::once("over the points").chain(forms.iter().copied()).chain(["strongest path"]);
    let mut rows: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
    let mut still: Vec<&str> = Vec::new();
    let mut bases: Vec<&str> = metrics.iter().map(|metric| form(metric).0).collect();
    bases.sort_unstable();
    bases.dedup();
    for base in bases {
        let find = |wanted: &str| metrics.iter().position(|metric| form(metric) == (base, wanted));
        let known: Vec<Option<usize>> = forms.iter().map(|wanted| find(wanted)).collect();
        let Some(varying) = varying_form(closing, base) else {
            still.push(base);
            continue;
        };
        let range = |metric: &Option<usize>| {
            metric.and_then(|metric| findings.range(metric)).map_or("-".to_owned(), range_text)
        };
        let strongest =
            findings.strongest(closing.study.design(), varying).map_or("-".to_owned(), |found| strongest_text(&found));
        rows.push(std::iter::once(base.to_owned()).chain(known.iter().map(range)).chain([strongest]).collect());
    }
    let mut lines = as_lines(&rows);
    if !still.is_empty() {
        lines.push(format!("the same at all points: {}", still.join(", ")));
    }
    lines.push(
        "ranges are of means over the runs of a point; the strongest path is of the last column that varies".to_owned(),
    );
    lines
}

fn strongest_text(found: &StrongestPath) -> String {
    format!("{} ({} {})", found.path, found.statistic, number(found.value))
}

fn range_text((low, high): (f64, f64)) -> String {
    if low == high { number(low) } else { format!("{} to {}", number(low), number(high)) }
}

/// A number with at most three decimals, from 1000 on with none.
pub fn number(value: f64) -> String {
    let text = if value.abs() < 1000.0 { format!("{value:.3}") } else { format!("{value:.0}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    if text == "-0" { "0".to_owned() } else { text }
}

/// The first points with their values and the means of the first metrics that vary.
fn points_table(closing: &SweepClosing<'_>) -> Vec<String> {
    let (design, metrics) = (closing.study.design(), closing.study.metrics());
    let varying: Vec<usize> =
        (0..metrics.len()).filter(|metric| closing.findings.varies(*metric)).take(SHOWN.1).collect();
    let paths = design.paths.len().min(SHOWN.1);
    let head = design.paths.iter().take(paths).cloned().chain(varying.iter().map(|metric| metrics[*metric].to_owned()));
    let mut rows: Vec<Vec<String>> = vec![std::iter::once("point".to_owned()).chain(head).collect()];
    for (at, (name, values)) in design.points.iter().take(SHOWN.0).enumerate() {
        let means = varying.iter().map(|metric| match closing.findings.means[*metric][at] {
            mean if mean.is_nan() => "-".to_owned(),
            mean => number(mean),
        });
        let values = values.iter().take(paths).cloned();
        rows.push(std::iter::once(name.clone()).chain(values).chain(means).collect());
    }
    as_lines(&rows)
}

fn as_lines(rows: &[Vec<String>]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    rows.iter().map(|row| padded(row, &widths)).collect()
}

/// What a sweep found, as JSON: for each metric its range over the points and its strongest path.
pub fn to_json(study: &SweepStudy, findings: &SweepFindings) -> Value {
    let one = |(at, metric): (usize, &&str)| {
        let range = findings.range(at);
        let strongest = findings.strongest(study.design(), at);
        json!({
            "metric": metric,
            "least": range.map(|range| range.0),
            "greatest": range.map(|range| range.1),
            "strongest": strongest.map(|found| json!({
                "path": found.path, "statistic": found.statistic, "value": found.value,
            })),
        })
    };
    study.metrics().iter().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::request::DesignMethod;

    fn findings(means: &[f64]) -> SweepFindings {
        SweepFindings { means: vec![means.to_vec()], indices: Indices::None }
    }

    fn design(points: &[[&str; 2]]) -> Design {
        let point = |(at, values): (usize, &[&str; 2])| (at.to_string(), values.map(str::to_owned).to_vec());
        Design {
            method: DesignMethod::Grid,
            paths: vec!["a".to_owned(), "b".to_owned()],
            points: points.iter().enumerate().map(point).collect(),
        }
    }

    #[test]
    fn the_strongest_path_is_the_one_whose_values_order_the_means() {
        let design = design(&[["1", "x"], ["2", "y"], ["3", "x"], ["4", "y"]]);
        let found = findings(&[4.0, 3.5, 2.0, 1.0]).strongest(&design, 0).unwrap();
        assert_eq!((found.path.as_str(), found.statistic), ("a", "rank correlation"));
        assert!((found.value + 1.0).abs() < 1e-12, "{found:?}");
        let found = findings(&[1.0, 8.0, 1.1, 8.1]).strongest(&design, 0).unwrap();
        assert_eq!((found.path.as_str(), found.statistic), ("b", "correlation ratio"));
        assert_eq!(findings(&[2.0; 4]).strongest(&design, 0), None);
        assert_eq!(findings(&[f64::NAN, 1.0, f64::NAN, 3.0]).range(0), Some((1.0, 3.0)));
        assert_eq!(findings(&[f64::NAN; 4]).range(0), None);
    }

    #[test]
    fn equal_values_share_their_rank() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
    }
}
