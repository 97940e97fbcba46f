//! The tables of a sweep: `sweep.csv`, a row a point, and `design.csv`, the points alone.
use super::design::{Design, is_number};
use crate::tables::column_reader::ColumnReader;
use crate::tables::csv_lines;
use crate::tables::quantile::{self, Spread};
use crate::tables::written_table::{WrittenTable, header};
use crate::tables::{ReadSeek, Tables};
use noforn::history::cell::{Cell, Kind, Quantity};
use noforn::history::row::Column;
use std::io::{self, Write};
use std::ops::Range;

/// The table's name.
pub const NAME: &str = "sweep";
/// The statistics of each metric: suffix of the column and index of the quantile (`None`: the mean).
const STATISTICS: [(&str, Option<usize>); 4] = [("mean", None), ("q05", Some(0)), ("q50", Some(2)), ("q95", Some(4))];

/// The names of the metric columns, four per metric.
pub fn column_names(metrics: &[&str]) -> Vec<String> {
    metrics.iter().flat_map(|metric| STATISTICS.map(|(statistic, _)| format!("{metric}_{statistic}"))).collect()
}

/// Design, metrics and columns of `sweep.csv`.
#[derive(Clone, Copy, Debug)]
pub struct SweepTable<'a> {
    /// The points.
    pub design: &'a Design,
    /// The metrics.
    pub metrics: &'a [&'static str],
    /// The names of the metric columns, from `column_names`.
    pub names: &'a [String],
}

impl<'a> SweepTable<'a> {
    /// Writes `sweep.csv` for a range of points from the records of their runs, one point at a time. Returns the description
    /// of the table and `means[m][p]`, the mean of metric m at point p rounded as written (NaN where missing).
    pub fn write(
        &self,
        folder: &dyn Tables,
        records: Box<dyn ReadSeek + '_>,
        points: Range<usize>,
        reps: usize,
    ) -> io::Result<(WrittenTable<'a>, Vec<Vec<f64>>)> {
        let columns = self.columns(self.names);
        let points = &self.design.points[points];
        let mut file = io::BufWriter::new(folder.create(&format!("{NAME}.csv"))?);
        file.write_all(header(&columns).as_bytes())?;
        let mut values_at_point = vec![Vec::new(); self.metrics.len()];
        let mut means = vec![Vec::new(); self.metrics.len()];
        let mut rest = points.iter();
        ColumnReader::new(records, self.metrics.len(), points.len() * reps)?.for_each_record(|record| {
            values_at_point.iter_mut().zip(record).for_each(|(values, value)| values.push(*value));
            if values_at_point[0].len() < reps {
                return Ok(());
            }
            let (name, values) = rest.next().expect("there are as many records as runs");
            let mut text = point_cells(&columns, name, values);
            for (values, means) in values_at_point.iter_mut().zip(&mut means) {
                let spread = quantile::spread(values);
                means.push(push_statistics(&spread, &mut text));
                values.clear();
            }
            text.pop();
            file.write_all((text + "\n").as_bytes())
        })?;
        file.flush()?;
        let doc = "One point of a design, over its runs: metrics of the last quarter; with `_run_mean` and `_run_worst` over the whole run.";
        Ok((WrittenTable { name: NAME, doc, keys: 1, columns, rows: points.len() as u64 }, means))
    }

    /// The description of `design.csv`, which the study writes before any run.
    pub fn describe_design(&self) -> WrittenTable<'a> {
        let (doc, rows) = ("One point of a design, as `--design` reads it.", self.design.points.len() as u64);
        WrittenTable { name: "design", doc, keys: 1, columns: self.columns(&[]), rows }
    }

    fn columns(&self, names: &'a [String]) -> Vec<Column<'a>> {
        let key = |name, doc| Column { name, kind: Kind::String, optional: false, unit: "", doc };
        let mut columns = vec![key("point", "Point of the design.")];
        columns.extend(self.design.paths.iter().enumerate().map(|(at, path)| {
            let doc = "Value of this path of the scenario, as for `--set`.";
            let numbers = self.design.points.iter().all(|(_, values)| is_number(&values[at]));
            let (kind, unit) =
                if numbers { (Kind::Number { decimals: 6 }, "unit of the path") } else { (Kind::String, "") };
            Column { name: path, kind, optional: false, unit, doc }
        }));
        for (name, (_, quantile)) in names.iter().zip(self.metrics.iter().flat_map(|_| STATISTICS)) {
            let doc = match quantile {
                None => "Mean over the runs of the point (empty where the metric is missing in all).",
                Some(_) => "Quantile over the runs of the point (type 7).",
            };
            let kind = Kind::Number { decimals: 6 };
            columns.push(Column { name, kind, optional: true, unit: "unit of the metric", doc });
        }
        columns
    }
}

/// The cells of a point's name and values, each with its comma.
fn point_cells(columns: &[Column], name: &str, values: &[String]) -> String {
    let cells = columns[1..].iter().zip(values).map(|(column, value)| match column.kind {
        Kind::String => csv_lines::leading_cells(&[value]),
        _ => format!("{value},"),
    });
    csv_lines::leading_cells(&[name]) + &cells.collect::<String>()
}

/// Appends the cells of a metric to `text`; returns its mean, rounded as written.
fn push_statistics(spread: &Spread, text: &mut String) -> f64 {
    let start = text.len();
    let mut mean = f64::NAN;
    for (_, quantile) in STATISTICS {
        let value = match quantile {
            None => spread.mean,
            Some(at) => spread.quantiles.map(|quantiles| quantiles[at]),
        };
        value.map(Quantity).write(text);
        if quantile.is_none() && text.len() > start {
            mean = text[start..].parse().expect("a mean is a number");
        }
        text.push(',');
    }
    mean
}
