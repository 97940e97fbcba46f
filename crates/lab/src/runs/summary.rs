//! What the runs of each variant come to: the spread of every metric in every quarter, and of the outcomes.
use super::outcome::MEASURES;
use crate::ensemble::Ensemble;
use crate::tables::columns::{BUDGET, Columns};
use crate::tables::lines::{self, Lines};
use crate::tables::quantile::{self, Spread};
use crate::tables::rows::SummaryRow;
use crate::tables::{ReadSeek, metrics};
use noforn::history::cell::Quantity;
use std::collections::BTreeMap;
use std::io;

/// The spread of every metric in one quarter of a variant.
pub type Spreads = BTreeMap<&'static str, Spread>;

/// What the runs of a variant come to.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The rows of `summary.csv`.
    pub lines: Lines,
    /// The metrics of the last quarter.
    pub end: Spreads,
    /// The spread of each of `MEASURES`.
    pub outcomes: Vec<Spread>,
}

/// Summarises the runs of a variant from their records, `ensemble.reps` of them: metrics by quarter, then `MEASURES`.
pub fn summary(records: Box<dyn ReadSeek + '_>, ensemble: &Ensemble, variant: usize) -> io::Result<Summary> {
    let scenario = &ensemble.variants[variant];
    let lead = lines::lead(&[&scenario.name, &scenario.variant]);
    let quarters: Vec<_> = ensemble.prepared[variant].quarters().collect();
    let names: Vec<&str> = metrics::metrics().collect();
    let metrics = quarters.len() * names.len();
    let (mut summary, mut spreads) = (Summary::default(), Spreads::new());
    let mut columns = Columns::new(records, metrics + MEASURES.len(), ensemble.reps as usize)?;
    columns.each(BUDGET, |column, values| {
        let spread = quantile::spread(values);
        if column >= metrics {
            summary.outcomes.push(spread);
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
    Ok(summary)
}

fn row(year: u32, quarter: u32, metric: &'static str, spread: &Spread) -> SummaryRow {
    let at = |index: usize| spread.quantiles.map(|quantiles| Quantity(quantiles[index]));
    SummaryRow {
        year,
        quarter,
        metric,
        n: spread.n,
        mean: spread.mean.map(Quantity),
        sd: spread.sd.map(Quantity),
        q05: at(0),
        q25: at(1),
        q50: at(2),
        q75: at(3),
        q95: at(4),
    }
}
