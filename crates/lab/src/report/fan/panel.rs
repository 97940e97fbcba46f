//! One panel of a fan chart: quantile bands around a median line.
use crate::measures::{TimeSeries, Unit};
use crate::report::numbers::{difference, value};
use crate::report::svg::axis::{Scale, years};
use crate::report::svg::{Anchor, Canvas, ShapeStyle, TextStyle, colour, path_through};

/// What a panel shows, and where.
pub struct Panel<'a> {
    /// The time series to draw.
    pub series: &'a TimeSeries,
    /// Left and right end of the panel.
    pub x: (f64, f64),
    /// The scale of the values.
    pub y: Scale,
    /// The unit of the values.
    pub unit: Unit,
    /// True if the values are differences, which are written with a sign.
    pub signed: bool,
    /// True if the axis of values has labels.
    pub labelled: bool,
    /// The colour of the bands.
    pub colour: &'a str,
}

/// Draws the axes, the bands of 5 to 95 % and 25 to 75 %, the median line, and a dot at its end.
pub fn draw_panel(canvas: &mut Canvas, panel: &Panel<'_>) {
    let times = &panel.series.times;
    let (Some(first), Some(last)) = (times.first(), times.last()) else { return };
    let x = Scale::new((first.floor(), last.ceil().max(first.floor() + 1.0)), panel.x);
    draw_axes(canvas, panel, &x);
    for (low, high, opacity) in [(0, 4, 0.22), (1, 3, 0.45)] {
        canvas.path(&band(panel, &x, low, high), ShapeStyle::area(panel.colour).opacity(opacity));
    }
    let median = points(panel, &x, 2);
    canvas.polyline(&median, ShapeStyle::line(colour::BLACK, 1.8));
    if let Some(end) = median.last() {
        canvas.circle(*end, 2.4, ShapeStyle::area(colour::BLACK));
    }
}

fn format_value(panel: &Panel<'_>, number: f64) -> String {
    if panel.signed { difference(number, panel.unit) } else { value(number, panel.unit) }
}

/// The points of one quantile: 0 to 4 for 5, 25, 50, 75 and 95 %.
fn points(panel: &Panel<'_>, x: &Scale, at: usize) -> Vec<(f64, f64)> {
    let values = panel.series.times.iter().zip(&panel.series.spreads);
    values.filter_map(|(time, spread)| spread.quantiles.map(|q| (x.at(*time), panel.y.at(q[at])))).collect()
}

/// The area between two quantiles as path commands.
fn band(panel: &Panel<'_>, x: &Scale, low: usize, high: usize) -> String {
    let mut edge = points(panel, x, high);
    edge.extend(points(panel, x, low).into_iter().rev());
    if edge.is_empty() { String::new() } else { path_through(&edge) + "Z" }
}

fn draw_axes(canvas: &mut Canvas, panel: &Panel<'_>, x: &Scale) {
    let small = TextStyle::plain().size(10.5).fill(colour::GREY);
    let is_right = |tick: &f64| panel.unit != Unit::Count || (tick - tick.round()).abs() < 1e-9;
    for tick in panel.y.ticks(5).into_iter().filter(is_right) {
        let y = panel.y.at(tick);
        let zero = panel.signed && tick.abs() < 1e-12;
        let style =
            if zero { ShapeStyle::line(colour::BLACK, 1.0).dashed("4 2") } else { ShapeStyle::line(colour::RULE, 0.7) };
        canvas.line((panel.x.0, y), (panel.x.1, y), style);
        if panel.labelled {
            let text = format_value(panel, tick).replace(" points", "");
            canvas.text((panel.x.0 - 6.0, y + 3.5), &text, small.anchored(Anchor::End));
        }
    }
    let (first, last) = (x.domain.0 as u32, x.domain.1 as u32);
    let most = (((panel.x.1 - panel.x.0) / 42.0) as usize).max(1);
    for year in years(first, last, most) {
        let at = x.at(f64::from(year));
        canvas.line((at, panel.y.range.0), (at, panel.y.range.0 + 4.0), ShapeStyle::line(colour::GREY, 0.8));
        let anchor = if year == first { Anchor::Start } else { Anchor::Middle };
        canvas.text((at, panel.y.range.0 + 16.0), &year.to_string(), small.anchored(anchor));
    }
}
