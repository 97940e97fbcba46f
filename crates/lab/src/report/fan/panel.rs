//! One panel of a fan chart.
use crate::report::course::{Series, Unit};
use crate::report::numbers::{difference, value};
use crate::report::svg::axis::{Scale, years};
use crate::report::svg::{Anchor, Canvas, Look, Type, colour, through};

/// A panel.
pub struct Panel<'a> {
    /// What is drawn.
    pub series: &'a Series,
    /// From where to where.
    pub x: (f64, f64),
    /// The scale of values.
    pub y: Scale,
    /// Their unit.
    pub unit: Unit,
    /// Whether values are differences.
    pub signed: bool,
    /// Whether the axis of values is labelled.
    pub labelled: bool,
    /// The colour of its bands and its line.
    pub colour: &'a str,
}

/// Draws a panel: axes, two bands, the median, and its last value.
pub fn draw(canvas: &mut Canvas, panel: &Panel<'_>) {
    let times = &panel.series.times;
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return };
    let x = Scale::new((first.floor(), last.ceil().max(first.floor() + 1.0)), panel.x);
    axes(canvas, panel, &x);
    for (low, high, opacity) in [(0, 4, 0.22), (1, 3, 0.45)] {
        canvas.path(&band(panel, &x, low, high), Look::area(panel.colour).opaque(opacity));
    }
    let points = |at: usize| -> Vec<(f64, f64)> { points(panel, &x, at) };
    let middle = points(2);
    canvas.polyline(&middle, Look::line(colour::BLACK, 1.8));
    if let Some(end) = middle.last() {
        canvas.circle(*end, 2.4, Look::area(colour::BLACK));
    }
}

fn told(panel: &Panel<'_>, number: f64) -> String {
    if panel.signed { difference(number, panel.unit) } else { value(number, panel.unit) }
}

fn points(panel: &Panel<'_>, x: &Scale, at: usize) -> Vec<(f64, f64)> {
    let told = panel.series.times.iter().zip(&panel.series.spreads);
    told.filter_map(|(time, spread)| spread.quantiles.map(|q| (x.at(*time), panel.y.at(q[at])))).collect()
}

fn band(panel: &Panel<'_>, x: &Scale, low: usize, high: usize) -> String {
    let mut edge = points(panel, x, high);
    edge.extend(points(panel, x, low).into_iter().rev());
    if edge.is_empty() { String::new() } else { through(&edge) + "Z" }
}

fn axes(canvas: &mut Canvas, panel: &Panel<'_>, x: &Scale) {
    let small = Type::plain().size(10.5).fill(colour::GREY);
    for tick in panel.y.ticks(5) {
        let y = panel.y.at(tick);
        let zero = panel.signed && tick.abs() < 1e-12;
        let look = if zero { Look::line(colour::BLACK, 1.0).dashed("4 2") } else { Look::line(colour::RULE, 0.7) };
        canvas.line((panel.x.0, y), (panel.x.1, y), look);
        if panel.labelled {
            let text = told(panel, tick).replace(" points", "");
            canvas.text((panel.x.0 - 6.0, y + 3.5), &text, small.at(Anchor::End));
        }
    }
    let (first, last) = (x.domain.0 as u32, x.domain.1 as u32);
    let most = (((panel.x.1 - panel.x.0) / 42.0) as usize).max(1);
    for year in years(first, last, most) {
        let at = x.at(f64::from(year));
        canvas.line((at, panel.y.range.0), (at, panel.y.range.0 + 4.0), Look::line(colour::GREY, 0.8));
        let anchor = if year == first { Anchor::Start } else { Anchor::Middle };
        canvas.text((at, panel.y.range.0 + 16.0), &year.to_string(), small.at(anchor));
    }
}
