//! The trade-off: reports leaked against warnings missed, one point a variant with the cloud of its runs.
use super::course::{Against, CLOUD, Course};
use super::fan::Named;
use super::numbers::{percent, points};
use super::picture::{Numbers, Picture};
use super::svg::axis::Scale;
use super::svg::labels::spread;
use super::svg::{Anchor, Canvas, Look, Type, WIDTH, colour, number};
use crate::compare::student::quantile;
use crate::tables::quantile::Spread;

/// Left, right, top and bottom of the field.
const FIELD: (f64, f64, f64, f64) = (64.0, 604.0, 16.0, 400.0);

/// Draws the trade-off; none where no runs are told.
pub fn picture(variants: &[Named<'_>]) -> Option<Picture> {
    let told: Vec<(usize, &str, &Course, (f64, f64))> = variants
        .iter()
        .enumerate()
        .filter_map(|(rank, (name, course))| Some((rank, *name, *course, means(course)?)))
        .collect();
    if told.is_empty() {
        return None;
    }
    let finding = finding(variants);
    let runs = variants.iter().map(|(_, course)| course.runs).max().unwrap_or_default();
    let cloud = match runs {
        0 | 1 => "A mark is the one run of a variant.".to_owned(),
        runs if runs as usize > CLOUD => {
            format!("A large mark is the mean of {runs} runs, small ones the first {CLOUD} runs.")
        }
        runs => format!("A large mark is the mean of {runs} runs, small ones the runs."),
    };
    Some(Picture {
        id: "tradeoff".to_owned(),
        description: format!(
            "Warnings missed (across) and reports leaked (upwards) of each variant, over the whole run. {finding}."
        ),
        reading: format!(
            "{cloud} To the left, more nations read the warnings that concern them; downwards, fewer reports leak: what a \
             rule protects, and what it costs. Both are shares over the whole run."
        ),
        drawings: vec![drawn(&told, &finding)],
        numbers: vec![numbers(variants)],
        finding,
    })
}

fn means(course: &Course) -> Option<(f64, f64)> {
    let [missed, leaked] = course.totals?;
    Some((missed.mean?, leaked.mean?))
}

/// What the variant that leaks least compared with the first costs.
pub fn finding(variants: &[Named<'_>]) -> String {
    let gap = |against: &Against, at: usize| against.totals.and_then(|totals| totals[at].mean).unwrap_or_default();
    let others =
        variants[1..].iter().filter_map(|(name, course)| course.against.as_ref().map(|against| (*name, against)));
    let safest = others.min_by(|(_, a), (_, b)| gap(a, 1).total_cmp(&gap(b, 1)));
    let alone = |(name, course): &Named<'_>| match means(course) {
        Some((missed, leaked)) => {
            format!("In {name}, {} of warnings are missed and {} of reports leak", percent(missed), percent(leaked))
        }
        None => format!("Of {name} neither warnings nor leaks are told"),
    };
    let Some((name, against)) = safest else { return alone(&variants[0]) };
    let (missed, leaked) = (gap(against, 0), gap(against, 1));
    let change = |share: f64| match points(share.abs()).trim_start_matches('+') {
        "0 points" => "stays the same".to_owned(),
        by => format!("{} by {by}", if share < 0.0 { "falls" } else { "rises" }),
    };
    let (leaks, misses) = (change(leaked).replace(" points", " percentage points"), change(missed));
    format!(
        "From {} to {name}, the part of reports that leak {leaks} and that of warnings missed {misses}",
        variants[0].0
    )
}

fn drawn(told: &[(usize, &str, &Course, (f64, f64))], finding: &str) -> Canvas {
    let (left, right, top, bottom) = FIELD;
    let mut canvas = Canvas::new(WIDTH, bottom + 50.0, finding);
    let all = || told.iter().flat_map(|(_, _, course, mean)| course.cloud.iter().copied().chain([[mean.0, mean.1]]));
    let greatest = |at: usize| all().map(|one| one[at]).filter(|value| value.is_finite()).fold(0.02, f64::max);
    let x = Scale::round((0.0, greatest(0)), (left, right), 6);
    let y = Scale::round((0.0, greatest(1)), (bottom, top), 6);
    axes(&mut canvas, &x, &y);
    for (rank, _, course, _) in told {
        let fill = colour::SERIES[rank % colour::SERIES.len()].0;
        let mut path = String::new();
        for [missed, leaked] in course.cloud.iter().filter(|one| one.iter().all(|value| value.is_finite())) {
            path += &shape(*rank, (x.at(*missed), y.at(*leaked)), 2.2);
        }
        canvas.path(&path, Look::area(fill).opaque(0.38));
    }
    let wished: Vec<f64> = told.iter().map(|(.., mean)| y.at(mean.1)).collect();
    let places = spread(&wished, 30.0, top + 8.0, bottom - 22.0);
    for ((rank, name, _, mean), place) in told.iter().zip(places) {
        let (stroke, dashes) = colour::SERIES[rank % colour::SERIES.len()];
        let point = (x.at(mean.0), y.at(mean.1));
        canvas.polyline(&[point, (right + 8.0, place), (right + 18.0, place)], Look::line(stroke, 1.2).dashed(dashes));
        canvas.path(
            &shape(*rank, point, (9.0 - *rank as f64).max(4.5)),
            Look { fill: stroke, stroke: "#fff", width: 1.2, dashes: "", opacity: 1.0 },
        );
        canvas.path(&shape(*rank, (right + 24.0, place), 4.5), Look::area(stroke));
        canvas.short_text((right + 34.0, place - 1.0), name, WIDTH - right - 36.0, Type::plain().bold());
        let text = format!("misses {}, leaks {}", percent(mean.0), percent(mean.1));
        canvas.text((right + 34.0, place + 12.0), &text, Type::plain().size(10.5));
    }
    canvas
}

/// A mark that is told from others without colour.
fn shape(rank: usize, (x, y): (f64, f64), r: f64) -> String {
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

fn axes(canvas: &mut Canvas, x: &Scale, y: &Scale) {
    let (left, right, top, bottom) = FIELD;
    let small = Type::plain().size(11.0).fill(colour::GREY);
    for tick in x.ticks(6) {
        let at = x.at(tick);
        canvas.line((at, top), (at, bottom), Look::line(colour::RULE, 0.7));
        canvas.text((at, bottom + 20.0), &percent(tick), small.at(Anchor::Middle));
    }
    for tick in y.ticks(6) {
        let at = y.at(tick);
        canvas.line((left, at), (right, at), Look::line(colour::RULE, 0.7));
        canvas.text((left - 12.0, at + 4.0), &percent(tick), small.at(Anchor::End));
    }
    canvas.text(((left + right) / 2.0, bottom + 42.0), "warnings missed: the cost", Type::plain().at(Anchor::Middle));
    canvas.upright((12.0, (top + bottom) / 2.0), "reports leaked: the risk", Type::plain().at(Anchor::Middle));
}

fn numbers(variants: &[Named<'_>]) -> Numbers {
    let heads = [
        "variant",
        "runs",
        "warnings missed, mean",
        "reports leaked, mean",
        "missed, difference of means (95 % interval)",
        "leaked, difference of means (95 % interval)",
    ];
    let row = |(name, course): &Named<'_>| {
        let mean = |at: usize| course.totals.and_then(|totals| totals[at].mean).map(percent).unwrap_or_default();
        let gap = |at: usize| {
            let totals = course.against.as_ref().and_then(|against| against.totals);
            totals.map(|totals| interval(&totals[at])).unwrap_or_default()
        };
        vec![(*name).to_owned(), course.runs.to_string(), mean(0), mean(1), gap(0), gap(1)]
    };
    Numbers {
        caption: "Warnings missed and reports leaked over the whole run".to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: variants.iter().map(row).collect(),
        source: "metrics.csv",
    }
}

/// The mean of paired differences with its 95 % interval by Student's t.
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
