//! Statistics of `metrics.csv` over all runs of a variant, and paired differences from the reference.
mod runs;
mod scratch;

use super::table::{TableError, TableReader};
use crate::measures::{LEAKED, MEASURES, MISSED, RecordLayout, TimeSeries};
use crate::tables::Tables;
use crate::tables::column_reader::BUDGET;
use crate::tables::quantile::{Spread, spread};
use csv::Position;
use noforn::scenario::Scenario;
use runs::{RunReader, RunRecord};
use scratch::ScratchRecords;

/// Greatest number of runs that are small marks of the trade-off figure.
pub const CLOUD: usize = 300;

/// Greatest number of runs whose totals are kept one by one, so that memory does not grow with the folder.
pub const KEPT_RUNS: usize = 10_000;

/// Statistics of the runs of a variant.
#[derive(Clone, Debug, Default)]
pub struct MetricStatistics {
    /// Number of runs.
    pub runs: u32,
    /// One series per measure, in the order of `MEASURES`.
    pub series: Vec<TimeSeries>,
    /// Each of `MEASURES` over the whole run.
    pub whole: Vec<Spread>,
    /// Each of `MEASURES` over the whole run, of each of the first `KEPT_RUNS` runs, with the number of the run; NaN is missing.
    pub whole_by_run: Vec<(u32, Vec<f64>)>,
    /// The year and the quarter of the first run in which rules withheld most; none if they withheld nothing.
    pub worst: Option<(u32, u32)>,
    /// Differences from the reference, paired by run. None for the reference, and if the seed or the quarters differ
    /// from those of the reference.
    pub differences: Option<PairedDifferences>,
}

impl MetricStatistics {
    /// Shares (0 to 1) of warnings missed and of reports leaked over the whole run, of each of the first `CLOUD` runs.
    pub fn cloud(&self) -> impl Iterator<Item = [f64; 2]> {
        self.whole_by_run.iter().take(CLOUD).map(|(_, whole)| [whole[MISSED], whole[LEAKED]])
    }
}

/// Paired differences from the reference, variant less reference.
#[derive(Clone, Debug, Default)]
pub struct PairedDifferences {
    /// Number of pairs of runs.
    pub pairs: u32,
    /// One series per measure, in the order of `MEASURES`.
    pub series: Vec<TimeSeries>,
    /// Differences of each of `MEASURES` over the whole run.
    pub whole: Vec<Spread>,
}

/// Reads `metrics.csv` for the scenarios that are shown; the first is the reference. Returns none if the folder has no
/// such table.
pub fn read(folder: &dyn Tables, scenarios: &[Scenario]) -> Result<Option<Vec<MetricStatistics>>, TableError> {
    let Some(starts) = first_rows(folder, scenarios)? else { return Ok(None) };
    let mut all = Vec::new();
    for (at, scenario) in scenarios.iter().enumerate() {
        let Some(start) = starts[at].clone() else {
            all.push(MetricStatistics::default());
            continue;
        };
        let mut statistics =
            run_statistics(folder, RunReader::open(folder, scenario, start.clone())?, &layout(scenario))?;
        let reference = &scenarios[0];
        if let (true, Some(first)) = (at > 0 && can_be_paired(scenario, reference), starts[0].clone()) {
            let runs = (RunReader::open(folder, reference, first)?, RunReader::open(folder, scenario, start)?);
            statistics.differences = paired_differences(folder, runs, &layout(scenario))?;
        }
        all.push(statistics);
    }
    Ok(Some(all))
}

/// The position of the first row of each scenario; none for one without rows.
fn first_rows(folder: &dyn Tables, scenarios: &[Scenario]) -> Result<Option<Vec<Option<Position>>>, TableError> {
    let Some(mut table) = TableReader::open(folder, "metrics", &["variant"])? else { return Ok(None) };
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

/// True if runs of two variants can be paired: they have the same seed and the same quarters.
pub fn can_be_paired(a: &Scenario, b: &Scenario) -> bool {
    a.file.run.seed == b.file.run.seed && (a.start, a.end) == (b.start, b.end)
}

fn layout(scenario: &Scenario) -> RecordLayout {
    RecordLayout::new(scenario.start, scenario.end)
}

fn scratch_failed(error: std::io::Error) -> TableError {
    format!("values of many runs cannot be put aside: {error}")
}

fn run_statistics(
    folder: &dyn Tables,
    mut runs: RunReader,
    layout: &RecordLayout,
) -> Result<MetricStatistics, TableError> {
    let mut statistics = MetricStatistics::default();
    let mut records = ScratchRecords::new(folder, layout.metrics_width()).map_err(scratch_failed)?;
    while let Some(RunRecord { rep, values, worst }) = runs.next_run()? {
        statistics.runs += 1;
        if statistics.whole_by_run.len() < KEPT_RUNS {
            statistics.whole_by_run.push((rep, values[layout.whole(0)..].to_vec()));
        }
        if rep == 0 {
            statistics.worst = worst.map(|(_, year, quarter)| (year, quarter));
        }
        records.push(&values).map_err(scratch_failed)?;
    }
    let (series, whole) = spreads(records, layout)?;
    Ok(MetricStatistics { series, whole, ..statistics })
}

fn paired_differences(
    folder: &dyn Tables,
    (mut reference, mut variant): (RunReader, RunReader),
    layout: &RecordLayout,
) -> Result<Option<PairedDifferences>, TableError> {
    let mut records = ScratchRecords::new(folder, layout.metrics_width()).map_err(scratch_failed)?;
    let mut pairs = 0;
    let (mut a, mut b) = (reference.next_run()?, variant.next_run()?);
    while let (Some(one), Some(other)) = (&a, &b) {
        if one.rep == other.rep {
            let difference: Vec<f64> = other.values.iter().zip(&one.values).map(|(b, a)| b - a).collect();
            records.push(&difference).map_err(scratch_failed)?;
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
    let (series, whole) = spreads(records, layout)?;
    Ok(Some(PairedDifferences { pairs, series, whole }))
}

/// The distribution of each value of the records over the runs: one series per measure, and each over the whole run.
fn spreads(records: ScratchRecords, layout: &RecordLayout) -> Result<(Vec<TimeSeries>, Vec<Spread>), TableError> {
    let mut all = Vec::with_capacity(layout.metrics_width());
    records
        .each_column(BUDGET, |_, values| {
            all.push(spread(values));
            Ok(())
        })
        .map_err(scratch_failed)?;
    Ok((layout.series(&all, MEASURES.len()), all[layout.whole(0)..].to_vec()))
}
