//! The report of a comparison: how the variants differ over time, and whether the signs survive the assumptions.
use super::fan::panel::{Panel, draw_panel};
use super::figure::{Figure, HtmlTable};
use super::numbers::{capital, difference, value};
use super::page::Section;
use super::svg::axis::Scale;
use super::svg::{Canvas, ShapeStyle, TextStyle, WIDTH, colour};
use super::table::{TableError, TableReader};
use crate::measures::{MEASURES, MeasureDefinition, TimeSeries, Unit};
use crate::tables::Tables;
use std::collections::BTreeMap;

/// The sections of the report.
pub fn sections(folder: &dyn Tables, names: [&str; 2]) -> Result<Vec<Section>, TableError> {
    let mut sections = vec![differences_section(folder, names)?];
    sections.extend(robustness_section(folder, names)?);
    Ok(sections)
}

fn differences_section(folder: &dyn Tables, [a, b]: [&str; 2]) -> Result<Section, TableError> {
    let mut section = Section::new("differences", "How the variants differ");
    let all = read_differences(folder)?;
    let moved = |series: &BandSeries| series.middles.iter().any(|middle| *middle != 0.0);
    let same: Vec<&str> = MEASURES
        .iter()
        .filter(|measure| !all.get(measure.column).is_some_and(moved))
        .map(|measure| measure.name)
        .collect();
    for measure in &MEASURES {
        if let Some(series) = all.get(measure.column).filter(|series| moved(series)) {
            section.figures.push(difference_figure(measure, series, [a, b]));
        }
    }
    if !same.is_empty() {
        section.paragraphs.push(format!("Not drawn, because the variants do not differ in them: {}.", same.join(", ")));
    }
    Ok(section)
}

/// The mean differences of each metric by quarter, with their 95 % intervals.
fn read_differences(folder: &dyn Tables) -> Result<BTreeMap<String, BandSeries>, TableError> {
    let columns = ["metric", "year", "quarter", "mean", "ci95_low", "ci95_high"];
    let mut all: BTreeMap<String, BandSeries> = BTreeMap::new();
    let Some(mut table) = TableReader::open(folder, "compare", &columns)? else { return Ok(all) };
    while table.next_row()? {
        let Some(mean) = table.number(3)? else { continue };
        let time = f64::from(table.whole(1)?) + f64::from(table.whole(2)?) / 4.0;
        let (low, high) = (table.number(4)?.unwrap_or(mean), table.number(5)?.unwrap_or(mean));
        all.entry(table.text(0).to_owned()).or_default().push(time, mean, (low, high));
    }
    Ok(all)
}

fn difference_figure(measure: &MeasureDefinition, band: &BandSeries, [a, b]: [&str; 2]) -> Figure {
    let most = (0..band.times.len()).rev().max_by(|x, y| band.middles[*x].abs().total_cmp(&band.middles[*y].abs()));
    let at = most.unwrap_or(0);
    let when = crate::measures::moment(band.times[at], false);
    let finding = format!(
        "{}: {b} less {a} is {} in {when}, where it is greatest",
        capital(measure.name),
        difference(band.middles[at], measure.unit)
    );
    let series = band.series();
    let (top, bottom) = (16.0, 190.0);
    let (low, high) = band.extent();
    let mut canvas = Canvas::new(WIDTH, bottom + 26.0, finding.clone());
    let y = Scale::round((low.min(0.0), high.max(0.0)), (bottom, top), 5);
    draw_panel(
        &mut canvas,
        &Panel {
            series: &series,
            x: (56.0, WIDTH - 14.0),
            y,
            unit: measure.unit,
            signed: true,
            labelled: true,
            colour: colour::PURPLE,
        },
    );
    let row = |at: usize| {
        let text = |number: f64| difference(number, measure.unit);
        vec![
            crate::measures::moment(band.times[at], false),
            text(band.middles[at]),
            format!("{} to {}", text(band.bounds[at].0), text(band.bounds[at].1)),
        ]
    };
    Figure {
        id: format!("difference-{}", measure.column.replace('_', "-")),
        description: format!("The mean difference in `{}` by quarter, {b} less {a}, with its 95 % interval.", measure.column),
        how_to_read: "The line is the mean of the differences of single quarters, run by run on the same luck; the band is \
                      its 95 % interval (Student's t). Where the band holds zero, luck alone may explain the difference."
            .to_owned(),
        drawings: vec![canvas],
        tables: vec![HtmlTable {
            caption: format!("{}: {b} less {a}, by quarter", capital(measure.name)),
            heads: ["quarter", "mean difference", "95 % interval"].map(str::to_owned).to_vec(),
            rows: (0..band.times.len()).map(row).collect(),
            source: "compare.csv",
        }],
        finding,
    }
}

/// One measure over the space of parameters.
struct SpaceRow {
    metric: String,
    statistic: String,
    /// The difference at the shipped parameters.
    shipped: f64,
    same_sign: f64,
    cells: Vec<String>,
}

fn robustness_section(folder: &dyn Tables, [a, b]: [&str; 2]) -> Result<Option<Section>, TableError> {
    let Some(rows) = read_robustness(folder)? else { return Ok(None) };
    let points = read_points(folder)?;
    let mut section = Section::new("robustness", "Whether the sign survives the assumptions");
    let turning = rows.iter().filter(|row| row.same_sign < 0.9).count();
    section.paragraphs.push(format!(
        "The parameters were drawn together over what is plausible. Of {} measures, {} keep their sign at nine of ten points \
         or more, {turning} do not.",
        rows.len(),
        rows.len() - turning
    ));
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

/// The rows of the main measures: of metrics the mean over the run, of bans the number at its end.
fn read_robustness(folder: &dyn Tables) -> Result<Option<Vec<SpaceRow>>, TableError> {
    let columns = ["metric", "statistic", "mean", "same_sign_share", "zero_share", "parameter", "threshold"];
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
        let cells = vec![
            measure.map_or_else(|| metric.replace('_', " "), |measure| measure.name.to_owned()),
            statistic.clone(),
            difference(shipped, unit),
            value(same_sign, Unit::Share),
            value(table.number(4)?.unwrap_or_default(), Unit::Share),
            table.text(5).to_owned(),
            table.text(6).to_owned(),
        ];
        rows.push(SpaceRow { metric, statistic, shipped, same_sign, cells });
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
    let (left, right, top, bottom) = (64.0, WIDTH - 14.0, 16.0, 190.0);
    let mut canvas = Canvas::new(WIDTH, bottom + 30.0, finding.clone());
    let low = values.iter().map(|value| value.1).fold(row.shipped.min(0.0), f64::min);
    let high = values.iter().map(|value| value.2).fold(row.shipped.max(0.0), f64::max);
    let y = Scale::round((low, high), (bottom, top), 5);
    let x = Scale::new((-1.0, values.len() as f64), (left, right));
    let small = TextStyle::plain().size(10.5).fill(colour::GREY);
    for tick in y.ticks(5) {
        canvas.line((left, y.at(tick)), (right, y.at(tick)), ShapeStyle::line(colour::RULE, 0.7));
        let text = difference(tick, unit).replace(" points", "");
        canvas.text((left - 6.0, y.at(tick) + 3.5), &text, small.anchored(super::svg::Anchor::End));
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
    Figure {
        id: format!("space-{}", row.metric.replace('_', "-")),
        description: format!("The difference in `{}` at each point of the space of parameters, ordered.", row.metric),
        how_to_read:
            "Each mark is a point of the space of parameters with the 95 % interval of its mean difference; blue has \
                      the sign of the shipped parameters (dashed line), vermillion has not."
                .to_owned(),
        drawings: vec![canvas],
        tables: Vec::new(),
        finding,
    }
}

/// A mean over time with an interval at each time.
#[derive(Default)]
struct BandSeries {
    times: Vec<f64>,
    middles: Vec<f64>,
    bounds: Vec<(f64, f64)>,
}

impl BandSeries {
    fn push(&mut self, time: f64, middle: f64, bounds: (f64, f64)) {
        self.times.push(time);
        self.middles.push(middle);
        self.bounds.push(bounds);
    }

    /// As a series whose inner and outer bands are the interval.
    fn series(&self) -> TimeSeries {
        let spread = |(middle, (low, high)): (&f64, &(f64, f64))| crate::tables::quantile::Spread {
            n: 1,
            mean: Some(*middle),
            sd: None,
            quantiles: Some([*low, *low, *middle, *high, *high]),
        };
        TimeSeries { times: self.times.clone(), spreads: self.middles.iter().zip(&self.bounds).map(spread).collect() }
    }

    /// The least lower and the greatest upper bound.
    fn extent(&self) -> (f64, f64) {
        let low = self.bounds.iter().map(|bounds| bounds.0).fold(f64::INFINITY, f64::min);
        (low, self.bounds.iter().map(|bounds| bounds.1).fold(f64::NEG_INFINITY, f64::max))
    }
}
