//! A table that is written whole, and the first line of its file.
use super::Tables;
use super::lines::{self, Lines};
use super::package::{resource_of, schema_of};
use noforn::history::row::{Column, Row};
use serde_json::Value;
use std::io;

/// A table that is written, whose columns may be known only then.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    /// Its name: the file without `.csv`.
    pub name: &'a str,
    /// What a row is.
    pub doc: &'a str,
    /// How many of the first columns are keys.
    pub keys: usize,
    /// Its columns, keys first.
    pub columns: Vec<Column<'a>>,
    /// How many rows it has.
    pub rows: u64,
}

impl<'a> Sheet<'a> {
    /// Writes the table of rows that lead with their own keys, in the order of these.
    pub fn of<R: Row>(tables: &dyn Tables, rows: &[R]) -> io::Result<Self> {
        let (columns, lines) = (R::COLUMNS.to_vec(), Lines::of("", rows));
        tables.write(&format!("{}.csv", R::TABLE), &(header(&columns) + lines.text()))?;
        Ok(Self { name: R::TABLE, doc: R::DOC, keys: R::KEYS, columns, rows: lines.rows() })
    }

    /// What the data package says of it.
    pub fn resource(&self, tables: &dyn Tables) -> io::Result<Value> {
        let schema = schema_of(self.name, self.columns.iter(), self.keys);
        resource_of(tables, self.name, self.doc, self.rows, schema)
    }
}

/// The first line of a table of these columns.
pub fn header(columns: &[Column]) -> String {
    let names: Vec<String> = columns.iter().map(|column| lines::lead(&[column.name])).collect();
    let header = names.concat();
    header[..header.len() - 1].to_owned() + "\n"
}
