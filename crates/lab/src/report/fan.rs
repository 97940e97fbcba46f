//! Fan charts: a measure over time, variants side by side, and their paired differences.
mod panel;

use super::course::{Course, MEASURES, Measure, Series, Unit};
use super::numbers::{difference, value};
use super::picture::{Numbers, Picture};
use super::svg::axis::Scale;
use super::svg::{Canvas, Type, WIDTH, colour};
use panel::{Panel, draw};

/// Variants side by side in one drawing.
const ACROSS: usize = 5;
/// Room for the labels of the axis.
const LEFT: f64 = 52.0;

/// A variant's name and the course of its runs.
pub type Named<'a> = (&'a str, &'a Course);

/// Draws every measure that any run of any variant moves.
pub fn pictures(variants: &[Named<'_>]) -> Vec<Picture> {
    let moved =
        |measure: &usize| variants.iter().any(|(_, course)| series(course, *measure).is_some_and(|s| !s.is_still()));
    (0..MEASURES.len()).filter(moved).map(|measure| picture(variants, measure)).collect()
}

/// The measures that stay at zero in every run, in words.
pub fn still(variants: &[Named<'_>]) -> Vec<&'static str> {
    let still =
        |measure: &usize| variants.iter().all(|(_, course)| series(course, *measure).is_none_or(|s| s.is_still()));
    (0..MEASURES.len()).filter(still).map(|measure| MEASURES[measure].column).collect()
}

fn series(course: &Course, measure: usize) -> Option<&Series> {
    course.series.get(measure)
}

fn against(course: &Course, measure: usize) -> Option<&Series> {
    course.against.as_ref().and_then(|against| against.series.get(measure))
}

fn picture(variants: &[Named<'_>], measure: usize) -> Picture {
    let what = &MEASURES[measure];
    let finding = finding(variants, measure);
    let runs = variants.iter().map(|(_, course)| course.runs).max().unwrap_or_default();
    let reading = match (runs, variants.len()) {
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
    let timing = if what.by_year { "each value is of a whole year" } else { "each value is of a quarter's end" };
    Picture {
        id: format!("fan-{}", what.column.replace('_', "-")),
        description: format!("Fan charts of `{}` over time for {}. {finding}.", what.column, names(variants)),
        reading: format!("{reading} {}{}.", timing[..1].to_uppercase(), &timing[1..]),
        drawings: variants.chunks(ACROSS).map(|chunk| drawn(chunk, variants, measure, &finding)).collect(),
        numbers: vec![numbers(variants, measure)],
        finding,
    }
}

fn names(variants: &[Named<'_>]) -> String {
    variants.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

fn finding(variants: &[Named<'_>], measure: usize) -> String {
    let what = &MEASURES[measure];
    let when = if what.by_year { "in the last year" } else { "at the end" };
    let last = |course: &Course| series(course, measure).and_then(Series::last);
    let told = |value: f64| match what.unit {
        Unit::Share => super::numbers::percent(value),
        Unit::Count => super::numbers::plain(value),
    };
    let (name, first) = variants[0];
    let base = last(first).map_or("nothing is told".to_owned(), |value| format!("{} {}", told(value), what.words));
    let mut far: Option<(&str, f64, f64)> = None;
    for (other, course) in &variants[1..] {
        let gap = against(course, measure).and_then(Series::last).unwrap_or_default();
        if far.is_none_or(|(_, _, most)| gap.abs() > most.abs()) {
            far = last(course).map(|value| (*other, value, gap)).or(far);
        }
    }
    match far {
        None => format!("{base} {when} of {name}"),
        Some((_, _, 0.0)) => {
            format!("{base} {when} of {name}; the median difference of every other variant is none")
        }
        Some((other, value, gap)) => format!(
            "{base} {when} of {name}; {} in {other}, a median difference of {}",
            told(value),
            difference(gap, what.unit)
        ),
    }
}

fn extent<'a>(all: impl Iterator<Item = &'a Series>) -> (f64, f64) {
    let mut extent = (f64::INFINITY, f64::NEG_INFINITY);
    for quantiles in all.flat_map(|series| &series.spreads).filter_map(|spread| spread.quantiles) {
        extent = (extent.0.min(quantiles[0]), extent.1.max(quantiles[4]));
    }
    if extent.0 > extent.1 { (0.0, 1.0) } else { extent }
}

/// Top of the upper row, its height, the gap below it, the height of the lower row.
const ROWS: (f64, f64, f64, f64) = (42.0, 160.0, 70.0, 110.0);

fn drawn(chunk: &[Named<'_>], all: &[Named<'_>], measure: usize, finding: &str) -> Canvas {
    let paired = chunk.iter().any(|(_, course)| against(course, measure).is_some());
    let (top, upper, gap, lower) = ROWS;
    let height = if paired { top + upper + gap + lower } else { top + upper + 26.0 };
    let mut canvas = Canvas::new(WIDTH, height, finding);
    values(&mut canvas, chunk, all, measure);
    if paired {
        differences(&mut canvas, chunk, all, measure);
    }
    canvas
}

/// Where the panel of a variant lies: from left to right.
fn across(chunk: &[Named<'_>], at: usize) -> (f64, f64) {
    let width = ((WIDTH - LEFT) / chunk.len() as f64).min(400.0);
    let left = LEFT + at as f64 * width;
    (left + 4.0, left + width - 14.0)
}

fn values(canvas: &mut Canvas, chunk: &[Named<'_>], all: &[Named<'_>], measure: usize) {
    let (what, (top, upper, ..)) = (&MEASURES[measure], ROWS);
    let (low, high) = extent(all.iter().filter_map(|(_, course)| series(course, measure)));
    // Shares start at zero, so that a small change looks small.
    let floor = if what.unit == Unit::Share { low.min(0.0) } else { low };
    let y = Scale::round((floor, high), (top + upper, top), 5);
    for (at, (name, course)) in chunk.iter().enumerate() {
        let x = across(chunk, at);
        let room = x.1 - x.0;
        canvas.short_text((x.0, 14.0), name, room, Type::plain().bold());
        let Some(series) = series(course, measure) else { continue };
        let when = series.times.last().map_or_else(String::new, |time| when(*time, what.by_year));
        let text = series.last().map(|last| format!("{} in {when}", value(last, what.unit)));
        canvas.short_text((x.0, 29.0), &text.unwrap_or_default(), room, Type::plain().size(11.0));
        let (unit, labelled) = (what.unit, at == 0);
        draw(canvas, &Panel { series, x, y, unit, signed: false, labelled, colour: colour::BLUE });
    }
}

fn differences(canvas: &mut Canvas, chunk: &[Named<'_>], all: &[Named<'_>], measure: usize) {
    let (what, (top, upper, gap, lower)) = (&MEASURES[measure], ROWS);
    let (less, more) = extent(all.iter().filter_map(|(_, course)| against(course, measure)));
    let second = top + upper + gap;
    let y = Scale::round((downto(less, more), upto(less, more)), (second + lower - 20.0, second + 6.0), 4);
    let small = Type::plain().size(11.0);
    for (at, (name, course)) in chunk.iter().enumerate() {
        let x = across(chunk, at);
        let Some(series) = against(course, measure) else {
            let text = if *name == all[0].0 { "the reference" } else { "cannot be paired" };
            canvas.short_text((x.0, second + lower / 2.0), text, x.1 - x.0, small.fill(colour::GREY));
            continue;
        };
        let text = series.last().map(|last| difference(last, what.unit)).unwrap_or_default();
        canvas.short_text((x.0, second - 2.0), &text, x.1 - x.0, small);
        let (unit, labelled) = (what.unit, is_first_paired(chunk, at, measure));
        draw(canvas, &Panel { series, x, y, unit, signed: true, labelled, colour: colour::PURPLE });
    }
    let text = format!("difference from {}, run by run", all[0].0);
    canvas.text((LEFT + 4.0, second - 18.0), &text, small.fill(colour::GREY));
}

/// The lower end of an axis that holds zero; what is less than a fifteenth of the whole is no reason for a tick.
fn downto(less: f64, more: f64) -> f64 {
    if less > -0.06 * more.max(0.0) { 0.0 } else { less }
}

/// The upper end of such an axis.
fn upto(less: f64, more: f64) -> f64 {
    if more < 0.06 * -less.min(0.0) { 0.0 } else { more }
}

/// Whether this is the first panel of its row that has a difference.
fn is_first_paired(chunk: &[Named<'_>], at: usize, measure: usize) -> bool {
    chunk[..at].iter().all(|(_, course)| against(course, measure).is_none())
}

fn numbers(variants: &[Named<'_>], measure: usize) -> Numbers {
    let what: &Measure = &MEASURES[measure];
    let mut heads = vec!["time".to_owned()];
    for (name, course) in variants {
        heads.push(format!("{name}: median (5 % to 95 %)"));
        if course.against.is_some() {
            heads.push(format!("{name} less {}: median (5 % to 95 %)", variants[0].0));
        }
    }
    let longest =
        variants.iter().filter_map(|(_, course)| series(course, measure)).max_by_key(|series| series.times.len());
    let times = longest.map(|series| series.times.clone()).unwrap_or_default();
    let row = |time: f64| {
        let mut row = vec![when(time, what.by_year)];
        for (_, course) in variants {
            row.push(cell(series(course, measure), time, &|number| value(number, what.unit)));
            if course.against.is_some() {
                row.push(cell(against(course, measure), time, &|number| difference(number, what.unit)));
            }
        }
        row
    };
    Numbers {
        caption: format!("{} ({}), over runs", what.column, what.words),
        heads,
        rows: times.into_iter().map(row).collect(),
        source: "summary.csv",
    }
}

fn cell(series: Option<&Series>, time: f64, told: &dyn Fn(f64) -> String) -> String {
    let found = series.and_then(|series| series.times.iter().position(|at| *at == time).map(|at| series.spreads[at]));
    match found.and_then(|spread| spread.quantiles) {
        Some([low, _, middle, _, high]) if low == high => told(middle),
        Some([low, _, middle, _, high]) => format!("{} ({} to {})", told(middle), told(low), told(high)),
        None => String::new(),
    }
}

/// A time in words: `2020`, `2020Q2`.
fn when(time: f64, by_year: bool) -> String {
    if by_year {
        return (time.floor() as u32).to_string();
    }
    let quarter = (time * 4.0).round() as u32 - 1;
    format!("{}Q{}", quarter / 4, quarter % 4 + 1)
}
