//! The metrics: their names, and their numbers as a reader of the table finds them.
use noforn::history::row::Row;
use noforn::history::rows::MetricsRow;

/// The columns of `metrics` that are summarised: all but its keys.
pub fn metrics() -> impl Iterator<Item = &'static str> {
    MetricsRow::COLUMNS[MetricsRow::KEYS..].iter().map(|column| column.name)
}

/// The numbers of a row as a reader of the table finds them, so that the summary follows from the table.
pub fn measures(row: &MetricsRow) -> Vec<f64> {
    let (mut text, mut numbers) = (String::new(), Vec::with_capacity(MetricsRow::COLUMNS.len()));
    row.cells(&mut |write| {
        text.clear();
        write(&mut text);
        numbers.push(if text.is_empty() { f64::NAN } else { text.parse().expect("metrics are numbers") });
    });
    numbers.split_off(MetricsRow::KEYS)
}
