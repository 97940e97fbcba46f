//! Fan charts: quantiles of a measure over time for each variant, and paired differences from the reference.
pub(super) mod panel;

use super::figure::{Figure, HtmlTable};
use super::metrics::MetricStatistics;
use super::numbers::{capital, difference, value};
use super::svg::axis::Scale;
use super::svg::{Canvas, TextStyle, WIDTH, colour};
use crate::measures::{MEASURES, MeasureDefinition, TimeSeries, Unit, moment};
use panel::{Panel, draw_panel};

/// Greatest number of variants in one drawing.
const ACROSS: usize = 5;
/// Width for the labels of the vertical axis.
const LEFT: f64 = 52.0;

/// A variant's name and the statistics of its runs.
pub type VariantMetrics<'a> = (&'a str, &'a MetricStatistics);

/// Makes a figure for each measure that changes in a run, or differs between runs or variants.
pub fn figures(variants: &[VariantMetrics<'_>]) -> Vec<Figure> {
    (0..MEASURES.len())
        .filter(|measure| flat_value(variants, *measure).is_none())
        .map(|measure| figure(variants, measure))
        .collect()
}

/// The measures that have one value at all times of all runs, each with that value: `0 % withheld by rules`.
pub fn flat_measures(variants: &[VariantMetrics<'_>]) -> Vec<String> {
    let text = |measure: usize| {
        let flat = flat_value(variants, measure)?;
        let what = &MEASURES[measure];
        Some(flat.map_or_else(
            || format!("{}: no value", what.name),
            |flat| format!("{}: {}", what.name, value(flat, what.unit)),
        ))
    };
    (0..MEASURES.len()).filter_map(text).collect()
}

/// The value that a measure has at all times of all runs of all variants, if it has one; `Some(None)` if it has no value at
/// all.
fn flat_value(variants: &[VariantMetrics<'_>], measure: usize) -> Option<Option<f64>> {
    let all = || variants.iter().filter_map(|(_, metrics)| series(metrics, measure));
    let first = all().find_map(TimeSeries::last);
    all().all(|series| series.is_flat() && series.last().is_none_or(|last| Some(last) == first)).then_some(first)
}

fn series(metrics: &MetricStatistics, measure: usize) -> Option<&TimeSeries> {
    metrics.series.get(measure)
}

fn differences(metrics: &MetricStatistics, measure: usize) -> Option<&TimeSeries> {
    metrics.differences.as_ref().and_then(|paired| paired.series.get(measure))
}

fn figure(variants: &[VariantMetrics<'_>], measure: usize) -> Figure {
    let what = &MEASURES[measure];
    let finding = finding(variants, measure);
    let runs = variants.iter().map(|(_, metrics)| metrics.runs).max().unwrap_or_default();
    let how_to_read = match (runs, variants.len()) {
        (0 | 1, _) => {
            "One run: the line is what happened in it; more runs (`--reps 100`) would show a spread.".to_owned()
        }
        (runs, 1) => format!(
            "The line is the median of {runs} runs, the dark band holds half of them, the light band nine of ten."
        ),
        (runs, _) => format!(
            "The line is the median of {runs} runs, the dark band holds half of them, the light band nine of ten. The lower \
             row is the difference from {} run by run on the same luck: a band that stays away from zero is no chance.",
            variants[0].0
        ),
    };
    let timing = if what.is_yearly() { "each value is of a whole year" } else { "each value is of a quarter's end" };
    Figure {
        id: format!("fan-{}", what.column.replace('_', "-")),
        description: format!("Fan charts of `{}` over time for {}. {finding}.", what.column, names(variants)),
        how_to_read: format!("{how_to_read} {}{}.", timing[..1].to_uppercase(), &timing[1..]),
        drawings: variants.chunks(ACROSS).map(|chunk| draw(chunk, variants, measure, &finding)).collect(),
        tables: vec![number_table(variants, measure)],
        finding,
    }
}

fn names(variants: &[VariantMetrics<'_>]) -> String {
    variants.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// The measure at its worst and at the end: of the reference, and of the variant that is farthest from it at any time.
fn finding(variants: &[VariantMetrics<'_>], measure: usize) -> String {
    let what = &MEASURES[measure];
    let reference = moments_of(&variants[0], measure);
    // The variant with the greatest median difference at any time, the first of equals.
    let distance = |metrics: &MetricStatistics| {
        let known = differences(metrics, measure);
        let medians = known.iter().flat_map(|series| (0..series.times.len()).filter_map(|at| series.median(at)));
        medians.map(f64::abs).fold(0.0, f64::max)
    };
    let farthest = variants[1..].iter().rev().max_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    match farthest {
        None => format!("{}: {reference}", capital(what.name)),
        Some((_, metrics)) if distance(metrics) == 0.0 => {
            format!("{}: {reference}; the median difference of every other variant is none", capital(what.name))
        }
        Some(variant) => format!("{}: {reference}; {}", capital(what.name), moments_of(variant, measure)),
    }
}

/// A measure of a variant at its worst, and at the end if that is another time.
fn moments_of((name, metrics): &VariantMetrics<'_>, measure: usize) -> String {
    let what = &MEASURES[measure];
    let Some((series, found)) = series(metrics, measure).and_then(|series| Some((series, series.moments(what.worst)?)))
    else {
        return format!("no value in {name}");
    };
    let at = |at: usize| {
        let median = series.median(at).unwrap_or_default();
        format!("{} in {}", value(median, what.unit), moment(series.times[at], what.is_yearly()))
    };
    match found.worst == found.end {
        true => format!("in {name} {}", at(found.end)),
        false => format!("in {name} at worst {}, at the end {}", at(found.worst), at(found.end)),
    }
}

/// The least 5 % quantile and the greatest 95 % quantile of all series; (0, 1) if there are none.
fn extent<'a>(all: impl Iterator<Item = &'a TimeSeries>) -> (f64, f64) {
    let mut extent = (f64::INFINITY, f64::NEG_INFINITY);
    for quantiles in all.flat_map(|series| &series.spreads).filter_map(|spread| spread.quantiles) {
        extent = (extent.0.min(quantiles[0]), extent.1.max(quantiles[4]));
    }
    if extent.0 > extent.1 { (0.0, 1.0) } else { extent }
}

/// Top of the upper row, its height, the gap below it, the height of the lower row.
const ROWS: (f64, f64, f64, f64) = (42.0, 160.0, 70.0, 110.0);

fn draw(chunk: &[VariantMetrics<'_>], all: &[VariantMetrics<'_>], measure: usize, finding: &str) -> Canvas {
    let paired = chunk.iter().any(|(_, metrics)| differences(metrics, measure).is_some());
    let (top, upper, gap, lower) = ROWS;
    let height = if paired { top + upper + gap + lower } else { top + upper + 26.0 };
    let mut canvas = Canvas::new(WIDTH, height, finding);
    draw_value_panels(&mut canvas, chunk, all, measure);
    if paired {
        draw_difference_panels(&mut canvas, chunk, all, measure);
    }
    canvas
}

/// Left and right end of the panel of a variant.
fn panel_range(chunk: &[VariantMetrics<'_>], at: usize) -> (f64, f64) {
    let width = ((WIDTH - LEFT) / chunk.len() as f64).min(400.0);
    let left = LEFT + at as f64 * width;
    (left + 4.0, left + width - 14.0)
}

fn draw_value_panels(canvas: &mut Canvas, chunk: &[VariantMetrics<'_>], all: &[VariantMetrics<'_>], measure: usize) {
    let (what, (top, upper, ..)) = (&MEASURES[measure], ROWS);
    let (low, high) = extent(all.iter().filter_map(|(_, metrics)| series(metrics, measure)));
    // The axis of shares starts at zero, so that a small change looks small.
    let floor = if what.unit == Unit::Share { low.min(0.0) } else { low };
    let y = Scale::round((floor, high), (top + upper, top), 5);
    for (at, (name, metrics)) in chunk.iter().enumerate() {
        let x = panel_range(chunk, at);
        let room = x.1 - x.0;
        canvas.short_text((x.0, 14.0), name, room, TextStyle::plain().bold());
        let Some(series) = series(metrics, measure) else { continue };
        let when = series.times.last().map_or_else(String::new, |time| moment(*time, what.is_yearly()));
        let text = series.last().map(|last| format!("{} in {when}", value(last, what.unit)));
        canvas.short_text((x.0, 29.0), &text.unwrap_or_default(), room, TextStyle::plain().size(11.0));
        let (unit, labelled) = (what.unit, at == 0);
        draw_panel(canvas, &Panel { series, x, y, unit, signed: false, labelled, colour: colour::BLUE });
    }
}

fn draw_difference_panels(
    canvas: &mut Canvas,
    chunk: &[VariantMetrics<'_>],
    all: &[VariantMetrics<'_>],
    measure: usize,
) {
    let (what, (top, upper, gap, lower)) = (&MEASURES[measure], ROWS);
    let (less, more) = extent(all.iter().filter_map(|(_, metrics)| differences(metrics, measure)));
    let second = top + upper + gap;
    let y = Scale::round((axis_low(less, more), axis_high(less, more)), (second + lower - 20.0, second + 6.0), 4);
    let small = TextStyle::plain().size(11.0);
    for (at, (name, metrics)) in chunk.iter().enumerate() {
        let x = panel_range(chunk, at);
        let Some(series) = differences(metrics, measure) else {
            let text = if *name == all[0].0 { "the reference" } else { "cannot be paired" };
            canvas.short_text((x.0, second + lower / 2.0), text, x.1 - x.0, small.fill(colour::GREY));
            continue;
        };
        let text = series.last().map(|last| difference(last, what.unit)).unwrap_or_default();
        canvas.short_text((x.0, second - 2.0), &text, x.1 - x.0, small);
        let (unit, labelled) = (what.unit, is_first_paired(chunk, at, measure));
        draw_panel(canvas, &Panel { series, x, y, unit, signed: true, labelled, colour: colour::PURPLE });
    }
    let text = format!("difference from {}, run by run", all[0].0);
    canvas.text((LEFT + 4.0, second - 18.0), &text, small.fill(colour::GREY));
}

/// The lower end of an axis that includes zero. A small negative part (below 6 % of the positive part) gets no tick of
/// its own.
fn axis_low(less: f64, more: f64) -> f64 {
    if less > -0.06 * more.max(0.0) { 0.0 } else { less }
}

/// The upper end of an axis that includes zero, by the same rule.
fn axis_high(less: f64, more: f64) -> f64 {
    if more < 0.06 * -less.min(0.0) { 0.0 } else { more }
}

/// True if no variant before `at` in the row has paired differences.
fn is_first_paired(chunk: &[VariantMetrics<'_>], at: usize, measure: usize) -> bool {
    chunk[..at].iter().all(|(_, metrics)| differences(metrics, measure).is_none())
}

fn number_table(variants: &[VariantMetrics<'_>], measure: usize) -> HtmlTable {
    let what: &MeasureDefinition = &MEASURES[measure];
    let mut heads = vec!["time".to_owned()];
    for (name, metrics) in variants {
        heads.push(format!("{name}: median (5 % to 95 %)"));
        if metrics.differences.is_some() {
            heads.push(format!("{name} less {}: median (5 % to 95 %)", variants[0].0));
        }
    }
    let longest =
        variants.iter().filter_map(|(_, metrics)| series(metrics, measure)).max_by_key(|series| series.times.len());
    let times = longest.map(|series| series.times.clone()).unwrap_or_default();
    HtmlTable {
        caption: format!("{} ({}), over runs", what.column, what.words),
        heads,
        rows: times.into_iter().map(|time| number_row(variants, measure, time)).collect(),
        source: "summary.csv",
    }
}

fn number_row(variants: &[VariantMetrics<'_>], measure: usize, time: f64) -> Vec<String> {
    let what = &MEASURES[measure];
    let mut row = vec![moment(time, what.is_yearly())];
    for (_, metrics) in variants {
        row.push(cell(series(metrics, measure), time, &|number| value(number, what.unit)));
        if metrics.differences.is_some() {
            row.push(cell(differences(metrics, measure), time, &|number| difference(number, what.unit)));
        }
    }
    row
}

/// Formats the median with its 5 % and 95 % quantiles at a time; empty if there are no values.
fn cell(series: Option<&TimeSeries>, time: f64, format_value: &dyn Fn(f64) -> String) -> String {
    let found = series.and_then(|series| series.times.iter().position(|at| *at == time).map(|at| series.spreads[at]));
    match found.and_then(|spread| spread.quantiles) {
        Some([low, _, middle, _, high]) if low == high => format_value(middle),
        Some([low, _, middle, _, high]) => {
            format!("{} ({} to {})", format_value(middle), format_value(low), format_value(high))
        }
        None => String::new(),
    }
}
