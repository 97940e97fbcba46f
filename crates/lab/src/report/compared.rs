//! The report of a comparison: how the variants differ over time.
mod space;

use super::fan::panel::{Panel, draw_panel};
use super::figure::{Figure, HtmlTable};
use super::numbers::{capital, difference};
use super::page::Section;
use super::svg::axis::Scale;
use super::svg::{Canvas, WIDTH, colour};
use super::table::{TableError, TableReader};
use crate::measures::{MEASURES, MeasureDefinition, TimeSeries};
use crate::tables::Tables;
use std::collections::BTreeMap;

/// The sections of the report.
pub fn sections(folder: &dyn Tables, names: [&str; 2], hub: &str) -> Result<Vec<Section>, TableError> {
    let mut sections = vec![differences_section(folder, names)?];
    sections.extend(space::section(folder, names, hub)?);
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
