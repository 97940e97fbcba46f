//! The section of a robust comparison: whether the signs of the differences survive the assumptions.
use crate::compare::difference::sign;
use crate::compare::robustness::text::SIGNIFICANT;
use crate::compare::robustness::whole_run::BANS;
use crate::measures::{INFLOW, MEASURES, OUTFLOW, Unit};
use crate::report::figure::{Figure, HtmlTable};
use crate::report::numbers::{capital, difference, value};
use crate::report::page::Section;
use crate::report::survival::{OrderShare, SURVIVES, order_names, verdict};
use crate::report::svg::axis::Scale;
use crate::report::svg::{Anchor, Canvas, ShapeStyle, TextStyle, WIDTH, colour};
use crate::report::table::{TableError, TableReader};
use crate::tables::Tables;
use std::collections::BTreeMap;

/// One measure over the space of parameters.
struct SpaceRow {
    metric: String,
    statistic: String,
    /// The difference at the shipped parameters.
    shipped: f64,
    same_sign: f64,
    /// The parameter that changes the sign and the value at which it does; none if no parameter does by itself.
    cause: Option<(String, String)>,
    cells: Vec<String>,
}

/// Makes the section; none if the comparison was not repeated over the space of parameters.
pub fn section(folder: &dyn Tables, [a, b]: [&str; 2], hub: &str) -> Result<Option<Section>, TableError> {
    let Some(rows) = read_robustness(folder)? else { return Ok(None) };
    let points = read_points(folder)?;
    let mut section = Section::new("robustness", "Whether the sign survives the assumptions");
    let turning = rows.iter().filter(|row| row.same_sign < SURVIVES).count();
    section.paragraphs.push(format!(
        "The parameters were drawn together over what is plausible. Of {} measures, {} keep their sign at nine of ten points \
         or more, {turning} do not.",
        rows.len(),
        rows.len() - turning
    ));
    section.paragraphs.push(order_sentence(&rows, [a, b], hub));
    for row in &rows {
        let key = (row.metric.clone(), row.statistic.clone());
        if let Some(values) = points.get(&key).filter(|values| values.iter().any(|value| value.0 != 0.0)) {
            section.figures.push(space_figure(row, values, [a, b]));
        }
    }
    let heads = ["measure", "of a run", "difference", "same sign", "no difference", "what changes it", "at"];
    let table = HtmlTable {
        caption: format!("{b} less {a} over the space of parameters"),
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.into_iter().map(|row| row.cells).collect(),
        source: "robustness.csv",
    };
    section.tables.push(table);
    Ok(Some(section))
}

/// Says by what the order of the two variants survives the assumptions.
fn order_sentence(rows: &[SpaceRow], [a, b]: [&str; 2], hub: &str) -> String {
    let metrics = [MEASURES[INFLOW].column, MEASURES[OUTFLOW].column, BANS[0]].into_iter().zip(order_names(hub));
    let found: Vec<OrderShare> = metrics
        .filter_map(|(metric, by)| {
            let row = rows.iter().find(|row| row.metric == metric && sign(row.shipped) != 0)?;
            let cause = row.cause.as_ref().map(|(parameter, at)| format!("; it changes with `{parameter}` at {at}"));
            Some(OrderShare { by, share: row.same_sign, cause: cause.unwrap_or_default() })
        })
        .collect();
    verdict(&format!("At {} of the points or more {a} and {b} have one order", value(SURVIVES, Unit::Share)), &found)
}

/// The rows of the main measures: of metrics the mean over the run, of bans the number at its end.
fn read_robustness(folder: &dyn Tables) -> Result<Option<Vec<SpaceRow>>, TableError> {
    let columns = ["metric", "statistic", "mean", "same_sign_share", "zero_share", "parameter", "threshold", "p_value"];
    let Some(mut table) = TableReader::open(folder, "robustness", &columns)? else { return Ok(None) };
    let mut rows = Vec::new();
    while table.next_row()? {
        let (metric, statistic) = (table.text(0).to_owned(), table.text(1).to_owned());
        let measure = MEASURES.iter().find(|measure| measure.column == metric);
        let shown = if measure.is_some() {
            statistic == "mean"
        } else {
            metric.ends_with("_banning_count") && statistic == "last"
        };
        let (Some(shipped), Some(same_sign), true) = (table.number(2)?, table.number(3)?, shown) else { continue };
        let unit = measure
            .map_or(Unit::Number, |measure| if measure.unit == Unit::Share { Unit::Share } else { Unit::Number });
        let significant = table.number(7)?.is_some_and(|p_value| p_value <= SIGNIFICANT);
        let cause = significant.then(|| (table.text(5).to_owned(), table.text(6).to_owned()));
        let nothing = if table.text(5).is_empty() { "" } else { "no parameter by itself" };
        let (name, at) = cause.clone().unwrap_or_else(|| (nothing.to_owned(), String::new()));
        let cells = vec![
            measure.map_or_else(|| metric.replace('_', " "), |measure| measure.name.to_owned()),
            statistic.clone(),
            difference(shipped, unit),
            value(same_sign, Unit::Share),
            value(table.number(4)?.unwrap_or_default(), Unit::Share),
            name,
            at,
        ];
        rows.push(SpaceRow { metric, statistic, shipped, same_sign, cause, cells });
    }
    Ok(Some(rows))
}

/// The mean difference at a point with its 95 % interval.
type PointDifference = (f64, f64, f64);

/// The differences at the points, by measure and statistic, in ascending order.
fn read_points(folder: &dyn Tables) -> Result<BTreeMap<(String, String), Vec<PointDifference>>, TableError> {
    let columns = ["metric", "statistic", "mean", "ci95_low", "ci95_high"];
    let mut all: BTreeMap<(String, String), Vec<PointDifference>> = BTreeMap::new();
    let Some(mut table) = TableReader::open(folder, "robustness_points", &columns)? else { return Ok(all) };
    while table.next_row()? {
        let Some(mean) = table.number(2)? else { continue };
        let bounds = (table.number(3)?.unwrap_or(mean), table.number(4)?.unwrap_or(mean));
        let key = (table.text(0).to_owned(), table.text(1).to_owned());
        all.entry(key).or_default().push((mean, bounds.0, bounds.1));
    }
    all.values_mut().for_each(|values| values.sort_by(|a, b| a.0.total_cmp(&b.0)));
    Ok(all)
}

fn space_figure(row: &SpaceRow, values: &[PointDifference], [a, b]: [&str; 2]) -> Figure {
    let unit = if MEASURES.iter().any(|measure| measure.column == row.metric && measure.unit == Unit::Share) {
        Unit::Share
    } else {
        Unit::Number
    };
    let finding = format!(
        "{}: {b} less {a} has the same sign as at the shipped parameters at {} of the points",
        capital(&row.cells[0]),
        value(row.same_sign, Unit::Share)
    );
    Figure {
        id: format!("space-{}", row.metric.replace('_', "-")),
        description: format!("The difference in `{}` at each point of the space of parameters, ordered.", row.metric),
        how_to_read:
            "Each mark is a point of the space of parameters with the 95 % interval of its mean difference; blue has \
                      the sign of the shipped parameters (dashed line), vermillion has not."
                .to_owned(),
        drawings: vec![draw_points(row, values, unit, &finding)],
        tables: vec![HtmlTable {
            caption: format!("{}: {b} less {a} at the points, ordered", capital(&row.cells[0])),
            heads: ["place", "mean difference", "95 % interval"].map(str::to_owned).to_vec(),
            rows: (0..values.len()).map(|rank| point_row(rank, values[rank], unit)).collect(),
            source: "robustness_points.csv",
        }],
        finding,
    }
}

/// The place of a point in the order, its mean difference and the interval.
fn point_row(rank: usize, (mean, from, to): PointDifference, unit: Unit) -> Vec<String> {
    let [mean, from, to] = [mean, from, to].map(|number| difference(number, unit));
    vec![(rank + 1).to_string(), mean, format!("{from} to {to}")]
}

/// Draws the points from left to right in ascending order of their differences.
fn draw_points(row: &SpaceRow, values: &[PointDifference], unit: Unit, title: &str) -> Canvas {
    let (left, right, top, bottom) = (64.0, WIDTH - 14.0, 16.0, 190.0);
    let mut canvas = Canvas::new(WIDTH, bottom + 30.0, title.to_owned());
    let low = values.iter().map(|value| value.1).fold(row.shipped.min(0.0), f64::min);
    let high = values.iter().map(|value| value.2).fold(row.shipped.max(0.0), f64::max);
    let y = Scale::round((low, high), (bottom, top), 5);
    let x = Scale::new((-1.0, values.len() as f64), (left, right));
    let small = TextStyle::plain().size(10.5).fill(colour::GREY);
    for tick in y.ticks(5) {
        canvas.line((left, y.at(tick)), (right, y.at(tick)), ShapeStyle::line(colour::RULE, 0.7));
        let text = difference(tick, unit).replace(" points", "");
        canvas.text((left - 6.0, y.at(tick) + 3.5), &text, small.anchored(Anchor::End));
    }
    canvas.line((left, y.at(0.0)), (right, y.at(0.0)), ShapeStyle::line(colour::BLACK, 1.0));
    canvas.line(
        (left, y.at(row.shipped)),
        (right, y.at(row.shipped)),
        ShapeStyle::line(colour::PURPLE, 1.4).dashed("5 3"),
    );
    for (rank, (mean, from, to)) in values.iter().enumerate() {
        let at = x.at(rank as f64);
        let same = mean.signum() == row.shipped.signum() && *mean != 0.0;
        let fill = if same { colour::BLUE } else { colour::VERMILLION };
        canvas.line((at, y.at(*from)), (at, y.at(*to)), ShapeStyle::line(fill, 1.0).opacity(0.5));
        canvas.circle((at, y.at(*mean)), 2.6, ShapeStyle::area(fill));
    }
    canvas.text((left, bottom + 18.0), "points of the space, ordered by the difference", small);
    canvas
}
