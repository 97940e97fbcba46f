//! The files of a folder that answers one question: its table, the codebook, where values were set, the data package.
use super::lines;
use super::package::{self, resource_of, schema_of, slug};
use super::request::Request;
use super::rows::{CodebookRow, OriginRow};
use super::writer::plain;
use super::{codebook, copies};
use crate::ensemble::Ensemble;
use noforn::history::row::{Column, Row};
use serde_json::{Value, json};
use std::io;
use std::path::Path;

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
    /// Writes the table of rows that stand by themselves, in the order of their keys.
    pub fn of<R: Row>(folder: &Path, rows: &[R]) -> io::Result<Self> {
        let (columns, lines) = (R::COLUMNS.to_vec(), plain(rows));
        std::fs::write(folder.join(format!("{}.csv", R::TABLE)), header(&columns) + lines.text())?;
        Ok(Self { name: R::TABLE, doc: R::DOC, keys: R::KEYS, columns, rows: lines.rows() })
    }

    fn resource(&self, folder: &Path) -> io::Result<Value> {
        let schema = schema_of(self.name, self.columns.iter(), self.keys);
        resource_of(folder, self.name, self.doc, self.rows, schema)
    }
}

/// The first line of a table of these columns.
pub fn header(columns: &[Column]) -> String {
    let names: Vec<String> = columns.iter().map(|column| lines::lead(&[column.name])).collect();
    let header = names.concat();
    header[..header.len() - 1].to_owned() + "\n"
}

/// Writes the codebook of the tables of an answer, where the values of its scenarios were set, and the data package.
/// `about` says in a sentence what the answer is.
pub fn write(folder: &Path, answer: &[Sheet], ensemble: &Ensemble, request: &Request, about: &str) -> io::Result<()> {
    let own = [(CodebookRow::TABLE, CodebookRow::COLUMNS), (OriginRow::TABLE, OriginRow::COLUMNS)];
    let described = answer.iter().map(|sheet| (sheet.name, &sheet.columns[..])).chain(own);
    let rows = described.flat_map(|(name, columns)| codebook::table_rows(name, columns.iter()));
    let mut rows: Vec<CodebookRow> = rows.collect();
    rows.sort_by(|a, b| (&a.table, &a.column).cmp(&(&b.table, &b.column)));
    let mut resources: Vec<Value> = answer.iter().map(|sheet| sheet.resource(folder)).collect::<io::Result<_>>()?;
    resources.push(Sheet::of(folder, &rows)?.resource(folder)?);
    resources.push(Sheet::of(folder, &copies::origins(ensemble))?.resource(folder)?);
    let title = ensemble.variants.first().map_or("", |scenario| &scenario.file.title);
    let package = json!({
        "profile": "tabular-data-package",
        "name": slug(&request.scenario),
        "version": request.engine_version,
        "title": title,
        "description": format!("{about} Simulated by noforn {}; `codebook.csv` tells every column.", request.engine_version),
        "noforn": request,
        "resources": resources,
    });
    std::fs::write(folder.join(package::FILE), format!("{package:#}\n"))
}
