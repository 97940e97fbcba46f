//! The measures of two variants over time and their paired differences, read from the records of their runs.
use super::difference::{PairedDifference, PairedStatistics};
use super::metric_differences::MetricDifference;
use crate::ensemble::Ensemble;
use crate::measures::{RecordLayout, TimeSeries, all};
use crate::tables::column_reader::{BUDGET, ColumnReader};
use crate::tables::{ReadSeek, metrics, quantile};
use std::io;

/// A measure of both variants over time, and their paired differences.
#[derive(Clone, Debug, PartialEq)]
pub struct MeasureDifference {
    /// The first variant, then the second.
    pub series: [TimeSeries; 2],
    /// The differences at each time of the series.
    pub differences: Vec<PairedDifference>,
}

impl MeasureDifference {
    /// True if the variants never differ in it, in any run.
    pub fn is_same(&self) -> bool {
        let none = |found: &PairedStatistics| found.mean == 0.0 && found.sd.unwrap_or_default() == 0.0;
        self.differences.iter().filter_map(|difference| difference.statistics.as_ref()).all(none)
    }

    /// Indices of the first time at which the mean difference is greatest, and of the last time with values; once if they
    /// are the same.
    pub fn moments(&self) -> Vec<usize> {
        let known =
            self.differences.iter().enumerate().filter_map(|(at, found)| Some((at, found.statistics?.mean.abs())));
        let known: Vec<(usize, f64)> = known.collect();
        // Of equal means, `max_by` returns the last.
        let most = known.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1));
        let mut moments: Vec<usize> = most.into_iter().chain(known.last()).map(|(at, _)| *at).collect();
        moments.dedup();
        moments
    }
}

/// The layout of the record of the measures.
pub fn layout(ensemble: &Ensemble) -> RecordLayout {
    RecordLayout::new(ensemble.variants[0].start, ensemble.variants[0].end)
}

/// The difference in every metric of every quarter, sorted by time, then name; and in every measure. A record has the
/// metrics by quarter, then the measures, each number of the first variant followed by that of the second.
pub fn read(
    records: Box<dyn ReadSeek + '_>,
    ensemble: &Ensemble,
) -> io::Result<(Vec<MetricDifference>, Vec<MeasureDifference>)> {
    let names: Vec<&'static str> = metrics::names().collect();
    let quarters: Vec<_> = ensemble.prepared[0].quarters().collect();
    let (metrics, layout) = (names.len() * quarters.len(), layout(ensemble));
    let (mut differences, mut first) = (Vec::new(), Vec::new());
    let (mut spreads, mut paired) = ([Vec::new(), Vec::new()], Vec::new());
    let mut columns = ColumnReader::new(records, 2 * (metrics + layout.width()), ensemble.reps as usize)?;
    columns.for_each_column(BUDGET, |column, values| {
        if column % 2 == 0 {
            std::mem::swap(&mut first, values);
            return Ok(());
        }
        let (at, difference) = (column / 2, PairedDifference::new(&first, values));
        if at >= metrics {
            paired.push(difference);
            spreads[0].push(quantile::spread(&mut first));
            spreads[1].push(quantile::spread(values));
            return Ok(());
        }
        let (quarter, metric) = (quarters[at / names.len()], names[at % names.len()]);
        differences.push(MetricDifference { year: quarter.year(), quarter: quarter.number(), metric, difference });
        Ok(())
    })?;
    differences.sort_by_key(|metric| (metric.year, metric.quarter, metric.metric));
    let [a, b] = spreads.map(|spreads| layout.series(&spreads, all().count()));
    let measure = |(at, (a, b))| MeasureDifference { series: [a, b], differences: paired[layout.range(at)].to_vec() };
    Ok((differences, a.into_iter().zip(b).enumerate().map(measure).collect()))
}
