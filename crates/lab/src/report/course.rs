//! What `metrics.csv` says over all runs: the course of the measures, and their paired differences.
mod held;
mod layout;
mod runs;

use super::table::{Table, Wrong};
use crate::tables::Tables;
use crate::tables::columns::BUDGET;
use crate::tables::quantile::{Spread, spread};
use csv::Position;
use held::Held;
use layout::Layout;
pub use layout::{MEASURES, Measure, Unit, WITHHELD};
use noforn::scenario::Scenario;
use runs::{Run, RunReader};

/// Runs whose totals are kept one by one, for the clouds of the trade-off.
pub const CLOUD: usize = 300;

/// A measure over time.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// When, in years (2019.25 is the end of the first quarter; the middle of the year for what is told by year).
    pub times: Vec<f64>,
    /// Over the runs.
    pub spreads: Vec<Spread>,
}

impl Series {
    /// The median at the last time that has one.
    pub fn last(&self) -> Option<f64> {
        self.spreads.iter().rev().find_map(|spread| spread.quantiles).map(|quantiles| quantiles[2])
    }
    /// Whether no run ever moves it from zero.
    pub fn is_still(&self) -> bool {
        let nothing = |spread: &Spread| spread.sd.unwrap_or_default() == 0.0 && spread.mean.unwrap_or_default() == 0.0;
        self.spreads.iter().all(nothing)
    }
}

/// What the runs of a variant come to.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Runs that were read.
    pub runs: u32,
    /// Every measure, in the order of `MEASURES`.
    pub series: Vec<Series>,
    /// Warnings missed and reports leaked over the whole run, as shares.
    pub totals: Option<[Spread; 2]>,
    /// The same of the first runs, one by one.
    pub cloud: Vec<[f64; 2]>,
    /// Of the first run, the quarter in which rules stopped most (share, year, quarter), if they ever stopped anything.
    pub worst: Option<(f64, u32, u32)>,
    /// Against the reference on the same luck; none for the reference, and where runs cannot be paired.
    pub against: Option<Against>,
}

/// Paired differences from the reference, variant less reference.
#[derive(Clone, Debug, Default)]
pub struct Against {
    /// Pairs of runs.
    pub pairs: u32,
    /// Every measure, in the order of `MEASURES`.
    pub series: Vec<Series>,
    /// Warnings missed and reports leaked over the whole run.
    pub totals: Option<[Spread; 2]>,
}

/// Reads `metrics.csv` for the scenarios that are shown, the first of which is the reference; none where the folder
/// does not have it.
pub fn read(folder: &dyn Tables, scenarios: &[Scenario]) -> Result<Option<Vec<Course>>, Wrong> {
    let Some(starts) = starts(folder, scenarios)? else { return Ok(None) };
    let mut courses = Vec::new();
    for (at, scenario) in scenarios.iter().enumerate() {
        let Some(start) = starts[at].clone() else {
            courses.push(Course::default());
            continue;
        };
        let mut course = alone(folder, RunReader::open(folder, scenario, start.clone())?, &Layout::new(scenario))?;
        let reference = &scenarios[0];
        if let (true, Some(first)) = (at > 0 && paired(scenario, reference), starts[0].clone()) {
            let runs = (RunReader::open(folder, reference, first)?, RunReader::open(folder, scenario, start)?);
            course.against = against(folder, runs, &Layout::new(scenario))?;
        }
        courses.push(course);
    }
    Ok(Some(courses))
}

/// Where the rows of each scenario begin.
fn starts(folder: &dyn Tables, scenarios: &[Scenario]) -> Result<Option<Vec<Option<Position>>>, Wrong> {
    let Some(mut table) = Table::open(folder, "metrics", &["variant"])? else { return Ok(None) };
    let mut starts = vec![None; scenarios.len()];
    let mut last = String::new();
    while table.next_row()? {
        if table.text(0) == last {
            continue;
        }
        last = table.text(0).to_owned();
        if let Some(at) = scenarios.iter().position(|scenario| scenario.variant == last)
            && starts[at].is_none()
        {
            starts[at] = table.position();
        }
    }
    Ok(Some(starts))
}

/// Whether two variants meet the same luck in the same quarters.
pub fn paired(a: &Scenario, b: &Scenario) -> bool {
    a.file.run.seed == b.file.run.seed && (a.start, a.end) == (b.start, b.end)
}

fn unwritten(error: std::io::Error) -> Wrong {
    format!("values of many runs cannot be put aside: {error}")
}

fn alone(folder: &dyn Tables, mut runs: RunReader, layout: &Layout) -> Result<Course, Wrong> {
    let mut course = Course::default();
    let mut columns = Held::new(folder, layout.width()).map_err(unwritten)?;
    while let Some(Run { rep, values, worst }) = runs.next_run()? {
        course.runs += 1;
        if course.cloud.len() < CLOUD {
            course.cloud.push(layout.totals(&values));
        }
        if rep == 0 {
            course.worst = worst;
        }
        columns.push(&values).map_err(unwritten)?;
    }
    let (series, totals) = spreads(columns, layout)?;
    Ok(Course { series, totals, ..course })
}

fn against(
    folder: &dyn Tables,
    (mut reference, mut variant): (RunReader, RunReader),
    layout: &Layout,
) -> Result<Option<Against>, Wrong> {
    let mut columns = Held::new(folder, layout.width()).map_err(unwritten)?;
    let mut pairs = 0;
    let (mut a, mut b) = (reference.next_run()?, variant.next_run()?);
    while let (Some(one), Some(other)) = (&a, &b) {
        if one.rep == other.rep {
            let difference: Vec<f64> = other.values.iter().zip(&one.values).map(|(b, a)| b - a).collect();
            columns.push(&difference).map_err(unwritten)?;
            pairs += 1;
        }
        let (first, second) = (one.rep, other.rep);
        if first <= second {
            a = reference.next_run()?;
        }
        if second <= first {
            b = variant.next_run()?;
        }
    }
    if pairs == 0 {
        return Ok(None);
    }
    let (series, totals) = spreads(columns, layout)?;
    Ok(Some(Against { pairs, series, totals }))
}

fn spreads(columns: Held, layout: &Layout) -> Result<(Vec<Series>, Option<[Spread; 2]>), Wrong> {
    let mut all = Vec::with_capacity(layout.width());
    let each = |_, values: &mut Vec<f64>| {
        all.push(spread(values));
        Ok(())
    };
    columns.each(BUDGET, each).map_err(unwritten)?;
    let mut all = all.into_iter();
    let series = (0..MEASURES.len()).map(|measure| {
        let times = layout.times(measure);
        Series { spreads: all.by_ref().take(times.len()).collect(), times }
    });
    let series: Vec<Series> = series.collect();
    let totals = [all.next(), all.next()];
    Ok((
        series,
        match totals {
            [Some(missed), Some(leaked)] => Some([missed, leaked]),
            _ => None,
        },
    ))
}
