//! Names of the metrics, and their values rounded as in the table.
use noforn::history::row::Row;
use noforn::history::rows::MetricsRow;

/// The names of the metrics: the columns of `metrics` without its keys.
pub fn names() -> impl Iterator<Item = &'static str> {
    MetricsRow::COLUMNS[MetricsRow::KEYS..].iter().map(|column| column.name)
}

/// The metrics of a row, rounded as written, so that the summary can be computed from the table. NaN where missing.
pub fn values(row: &MetricsRow) -> Vec<f64> {
    let (mut text, mut numbers) = (String::new(), Vec::with_capacity(MetricsRow::COLUMNS.len()));
    row.cells(&mut |write| {
        text.clear();
        write(&mut text);
        numbers.push(if text.is_empty() { f64::NAN } else { text.parse().expect("metrics are numbers") });
    });
    numbers.split_off(MetricsRow::KEYS)
}
