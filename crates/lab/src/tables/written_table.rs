//! A table that is written at once, and its description for the data package.
use super::Tables;
use super::csv_lines::{self, CsvLines};
use super::package::{table_resource, table_schema};
use noforn::history::row::{Column, Row};
use serde_json::Value;
use std::io;

/// Description of a written table whose columns need not be known at compile time.
#[derive(Clone, Debug)]
pub struct WrittenTable<'a> {
    /// Its name: the file without `.csv`.
    pub name: &'a str,
    /// What a row describes.
    pub doc: &'a str,
    /// Number of leading columns that are keys.
    pub keys: usize,
    /// Its columns, keys first.
    pub columns: Vec<Column<'a>>,
    /// Number of rows.
    pub rows: u64,
}

impl<'a> WrittenTable<'a> {
    /// Writes rows, sorted by their keys, as a CSV file and returns the description of the table.
    pub fn write<R: Row>(tables: &dyn Tables, rows: &[R]) -> io::Result<Self> {
        let (columns, lines) = (R::COLUMNS.to_vec(), CsvLines::new("", rows));
        tables.write(&format!("{}.csv", R::TABLE), &(header(&columns) + lines.text()))?;
        Ok(Self { name: R::TABLE, doc: R::DOC, keys: R::KEYS, columns, rows: lines.rows() })
    }

    /// The description of the table for the data package.
    pub fn resource(&self, tables: &dyn Tables) -> io::Result<Value> {
        let schema = table_schema(self.name, self.columns.iter(), self.keys);
        table_resource(tables, self.name, self.doc, self.rows, schema)
    }
}

/// The first line of a table with these columns, with its line end.
pub fn header(columns: &[Column]) -> String {
    let names: Vec<String> = columns.iter().map(|column| csv_lines::leading_cells(&[column.name])).collect();
    let header = names.concat();
    header[..header.len() - 1].to_owned() + "\n"
}
