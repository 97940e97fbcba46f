//! The trade-off figure: a scatter plot of reports leaked against warnings missed, with one mean per variant.
use super::fan::VariantMetrics;
use super::figure::{Figure, HtmlTable};
use super::metrics::{CLOUD, MetricStatistics, PairedDifferences};
use super::numbers::{percent, points};
use super::svg::axis::Scale;
use super::svg::labels::place_labels;
use super::svg::{Anchor, Canvas, ShapeStyle, TextStyle, WIDTH, colour, number};
use crate::compare::student_t::quantile;
use crate::measures::{LEAKED, MISSED};
use crate::tables::quantile::Spread;

/// Left, right, top and bottom of the plot.
const FIELD: (f64, f64, f64, f64) = (64.0, 604.0, 16.0, 400.0);

/// Makes the figure. Returns none if no variant has both shares.
pub fn figure(variants: &[VariantMetrics<'_>]) -> Option<Figure> {
    let points: Vec<VariantPoint<'_>> = variants
        .iter()
        .enumerate()
        .filter_map(|(rank, (name, metrics))| Some(VariantPoint { rank, name, metrics, mean: means(metrics)? }))
        .collect();
    if points.is_empty() {
        return None;
    }
    let finding = finding(variants);
    let runs = variants.iter().map(|(_, metrics)| metrics.runs).max().unwrap_or_default();
    let cloud = match runs {
        0 | 1 => "A mark is the one run of a variant.".to_owned(),
        runs if runs as usize > CLOUD => {
            format!("A large mark is the mean of {runs} runs, small ones the first {CLOUD} runs.")
        }
        runs => format!("A large mark is the mean of {runs} runs, small ones the runs."),
    };
    Some(Figure {
        id: "tradeoff".to_owned(),
        description: format!(
            "Warnings missed (across) and reports leaked (upwards) of each variant, over the whole run. {finding}."
        ),
        how_to_read: format!(
            "{cloud} To the left, more nations read the warnings that concern them; downwards, fewer reports leak: what a \
             rule protects, and what it costs. Both are shares over the whole run."
        ),
        drawings: vec![draw(&points, &finding)],
        tables: vec![number_table(variants)],
        finding,
    })
}

/// Mean shares of warnings missed and of reports leaked over the whole run.
fn means(metrics: &MetricStatistics) -> Option<(f64, f64)> {
    Some((metrics.whole.get(MISSED)?.mean?, metrics.whole.get(LEAKED)?.mean?))
}

/// What the variant that leaks least, compared with the first, costs: a sentence without a full stop.
pub fn finding(variants: &[VariantMetrics<'_>]) -> String {
    let others = variants[1..]
        .iter()
        .filter_map(|(name, metrics)| metrics.differences.as_ref().map(|paired| (*name, mean_difference(paired))));
    let Some((name, [missed, leaked])) = others.min_by(|(_, a), (_, b)| a[1].total_cmp(&b[1])) else {
        return finding_of_one(&variants[0]);
    };
    let (leaks, misses) = (change(leaked).replace(" points", " percentage points"), change(missed));
    format!(
        "From {} to {name}, the part of reports that leak {leaks} and that of warnings missed {misses}",
        variants[0].0
    )
}

/// Mean differences of warnings missed and of reports leaked; 0 where they are unknown.
fn mean_difference(paired: &PairedDifferences) -> [f64; 2] {
    [MISSED, LEAKED].map(|measure| paired.whole[measure].mean.unwrap_or_default())
}

fn finding_of_one((name, metrics): &VariantMetrics<'_>) -> String {
    match means(metrics) {
        Some((missed, leaked)) => {
            format!("In {name}, {} of warnings are missed and {} of reports leak", percent(missed), percent(leaked))
        }
        None => format!("Of {name} neither warnings nor leaks are told"),
    }
}

/// A difference of shares in words: `falls by 1.9 points`.
fn change(share: f64) -> String {
    match points(share.abs()).trim_start_matches('+') {
        "0 points" => "stays the same".to_owned(),
        by => format!("{} by {by}", if share < 0.0 { "falls" } else { "rises" }),
    }
}

/// A variant of the plot, with its mean shares of warnings missed and of reports leaked.
struct VariantPoint<'a> {
    rank: usize,
    name: &'a str,
    metrics: &'a MetricStatistics,
    mean: (f64, f64),
}

fn draw(variants: &[VariantPoint<'_>], finding: &str) -> Canvas {
    let (left, right, top, bottom) = FIELD;
    let mut canvas = Canvas::new(WIDTH, bottom + 50.0, finding);
    let x = Scale::round((0.0, greatest(variants, 0)), (left, right), 6);
    let y = Scale::round((0.0, greatest(variants, 1)), (bottom, top), 6);
    draw_axes(&mut canvas, &x, &y);
    for VariantPoint { rank, metrics, .. } in variants {
        let fill = colour::SERIES[rank % colour::SERIES.len()].0;
        let mut path = String::new();
        for [missed, leaked] in metrics.cloud().filter(|one| one.iter().all(|value| value.is_finite())) {
            path += &mark(*rank, (x.at(missed), y.at(leaked)), 2.2);
        }
        canvas.path(&path, ShapeStyle::area(fill).opacity(0.38));
    }
    let wanted: Vec<f64> = variants.iter().map(|variant| y.at(variant.mean.1)).collect();
    let places = place_labels(&wanted, 30.0, top + 8.0, bottom - 22.0);
    for (VariantPoint { rank, name, mean, .. }, place) in variants.iter().zip(places) {
        let (stroke, dashes) = colour::SERIES[rank % colour::SERIES.len()];
        let point = (x.at(mean.0), y.at(mean.1));
        canvas.polyline(
            &[point, (right + 8.0, place), (right + 18.0, place)],
            ShapeStyle::line(stroke, 1.2).dashed(dashes),
        );
        canvas.path(
            &mark(*rank, point, (9.0 - *rank as f64).max(4.5)),
            ShapeStyle { fill: stroke, stroke: "#fff", width: 1.2, dashes: "", opacity: 1.0 },
        );
        canvas.path(&mark(*rank, (right + 24.0, place), 4.5), ShapeStyle::area(stroke));
        canvas.short_text((right + 34.0, place - 1.0), name, WIDTH - right - 36.0, TextStyle::plain().bold());
        let text = format!("misses {}, leaks {}", percent(mean.0), percent(mean.1));
        canvas.text((right + 34.0, place + 12.0), &text, TextStyle::plain().size(10.5));
    }
    canvas
}

/// The greatest finite value of all runs and means, at least 0.02. `at` is 0 for warnings missed, 1 for reports leaked.
fn greatest(variants: &[VariantPoint<'_>], at: usize) -> f64 {
    let values = variants.iter().flat_map(|variant| {
        let mean = [variant.mean.0, variant.mean.1];
        variant.metrics.cloud().chain([mean])
    });
    values.map(|value| value[at]).filter(|value| value.is_finite()).fold(0.02, f64::max)
}

/// The mark of a variant as path commands. Five shapes distinguish variants without colour.
fn mark(rank: usize, (x, y): (f64, f64), r: f64) -> String {
    let n = number;
    match rank % 5 {
        0 => {
            format!("M{} {}a{r} {r} 0 1 0 {} 0a{r} {r} 0 1 0 -{} 0z", n(x - r), n(y), n(2.0 * r), n(2.0 * r), r = n(r))
        }
        1 => format!("M{} {}h{s}v{s}h-{s}z", n(x - r), n(y - r), s = n(2.0 * r)),
        2 => format!(
            "M{} {}L{} {}L{} {}z",
            n(x),
            n(y - r * 1.2),
            n(x + r * 1.1),
            n(y + r * 0.9),
            n(x - r * 1.1),
            n(y + r * 0.9)
        ),
        3 => format!(
            "M{} {}L{} {}L{} {}L{} {}z",
            n(x),
            n(y - r * 1.3),
            n(x + r * 1.3),
            n(y),
            n(x),
            n(y + r * 1.3),
            n(x - r * 1.3),
            n(y)
        ),
        _ => format!(
            "M{} {}L{} {}L{} {}z",
            n(x),
            n(y + r * 1.2),
            n(x + r * 1.1),
            n(y - r * 0.9),
            n(x - r * 1.1),
            n(y - r * 0.9)
        ),
    }
}

fn draw_axes(canvas: &mut Canvas, x: &Scale, y: &Scale) {
    let (left, right, top, bottom) = FIELD;
    let small = TextStyle::plain().size(11.0).fill(colour::GREY);
    for tick in x.ticks(6) {
        let at = x.at(tick);
        canvas.line((at, top), (at, bottom), ShapeStyle::line(colour::RULE, 0.7));
        canvas.text((at, bottom + 20.0), &percent(tick), small.anchored(Anchor::Middle));
    }
    for tick in y.ticks(6) {
        let at = y.at(tick);
        canvas.line((left, at), (right, at), ShapeStyle::line(colour::RULE, 0.7));
        canvas.text((left - 12.0, at + 4.0), &percent(tick), small.anchored(Anchor::End));
    }
    canvas.text(
        ((left + right) / 2.0, bottom + 42.0),
        "warnings missed: the cost",
        TextStyle::plain().anchored(Anchor::Middle),
    );
    canvas.vertical_text(
        (12.0, (top + bottom) / 2.0),
        "reports leaked: the risk",
        TextStyle::plain().anchored(Anchor::Middle),
    );
}

fn number_table(variants: &[VariantMetrics<'_>]) -> HtmlTable {
    let heads = [
        "variant",
        "runs",
        "warnings missed, mean",
        "reports leaked, mean",
        "missed, difference of means (95 % interval)",
        "leaked, difference of means (95 % interval)",
    ];
    HtmlTable {
        caption: "Warnings missed and reports leaked over the whole run".to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: variants.iter().map(table_row).collect(),
        source: "metrics.csv",
    }
}

fn table_row((name, metrics): &VariantMetrics<'_>) -> Vec<String> {
    let mean = |at: usize| metrics.whole.get(at).and_then(|spread| spread.mean).map(percent).unwrap_or_default();
    let paired = metrics.differences.as_ref();
    let difference = |at: usize| paired.map(|paired| interval(&paired.whole[at])).unwrap_or_default();
    let numbers = [mean(MISSED), mean(LEAKED), difference(MISSED), difference(LEAKED)];
    [(*name).to_owned(), metrics.runs.to_string()].into_iter().chain(numbers).collect()
}

/// Formats the mean of paired differences with its 95 % interval by Student's t, in percentage points.
pub fn interval(spread: &Spread) -> String {
    match (spread.mean, spread.sd) {
        (Some(mean), Some(sd)) if spread.n > 1 => {
            let half = quantile(spread.n - 1) * sd / (spread.n as f64).sqrt();
            format!("{} ({} to {})", points(mean), points(mean - half), points(mean + half))
        }
        (Some(mean), _) => points(mean),
        _ => String::new(),
    }
}
