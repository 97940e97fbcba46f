//! Summary of the runs of a variant: the spread of every metric in every quarter, and of the outcomes.
use crate::ensemble::Ensemble;
use crate::measures::{RecordLayout, TimeSeries, all};
use crate::tables::column_reader::{BUDGET, ColumnReader};
use crate::tables::csv_lines::{self, CsvLines};
use crate::tables::quantile::{self, Spread};
use crate::tables::rows::SummaryRow;
use crate::tables::{ReadSeek, metrics};
use noforn::history::cell::Quantity;
use std::collections::BTreeMap;
use std::io;

/// The spread of every metric in one quarter of a variant.
pub type Spreads = BTreeMap<&'static str, Spread>;

/// Summary of the runs of a variant.
#[derive(Clone, Debug, Default)]
pub struct VariantSummary {
    /// The rows of `summary.csv`.
    pub lines: CsvLines,
    /// The spread of each metric in the last quarter.
    pub end: Spreads,
    /// Every measure over time.
    pub measures: Vec<TimeSeries>,
}

/// Summarises the runs of a variant from their `ensemble.reps` records: metrics by quarter, then the record of the measures.
pub fn summarise(records: Box<dyn ReadSeek + '_>, ensemble: &Ensemble, variant: usize) -> io::Result<VariantSummary> {
    let scenario = &ensemble.variants[variant];
    let lead = csv_lines::leading_cells(&[&scenario.name, &scenario.variant]);
    let quarters: Vec<_> = ensemble.prepared[variant].quarters().collect();
    let names: Vec<&str> = metrics::names().collect();
    let metrics = quarters.len() * names.len();
    let (mut summary, mut spreads) = (VariantSummary::default(), Spreads::new());
    let layout = RecordLayout::new(scenario.start, scenario.end);
    let mut measured = Vec::with_capacity(layout.width());
    let mut columns = ColumnReader::new(records, metrics + layout.width(), ensemble.reps as usize)?;
    columns.for_each_column(BUDGET, |column, values| {
        let spread = quantile::spread(values);
        if column >= metrics {
            measured.push(spread);
            return Ok(());
        }
        spreads.insert(names[column % names.len()], spread);
        if spreads.len() == names.len() {
            let quarter = quarters[column / names.len()];
            let rows = spreads.iter().map(|(metric, spread)| row(quarter.year(), quarter.number(), metric, spread));
            rows.for_each(|row| summary.lines.push(&lead, &row));
            summary.end = std::mem::take(&mut spreads);
        }
        Ok(())
    })?;
    summary.measures = layout.series(&measured, all().count());
    Ok(summary)
}

fn row(year: u32, quarter: u32, metric: &'static str, spread: &Spread) -> SummaryRow {
    let quantile = |index: usize| spread.quantiles.map(|quantiles| Quantity(quantiles[index]));
    SummaryRow {
        year,
        quarter,
        metric,
        n: spread.n,
        mean: spread.mean.map(Quantity),
        sd: spread.sd.map(Quantity),
        q05: quantile(0),
        q25: quantile(1),
        q50: quantile(2),
        q75: quantile(3),
        q95: quantile(4),
    }
}
