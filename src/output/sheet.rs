//! The files of a folder that answers one question: its table, the codebook, where values were set, the data package.
use super::lines::Lines;
use super::package::{self, resource_of, schema_of, slug};
use super::request::Request;
use super::rows::{CodebookRow, OriginRow};
use super::writer::plain;
use super::{codebook, copies};
use crate::ensemble::Ensemble;
use crate::history::row::{Column, Row};
use serde_json::{Value, json};
use std::io;
use std::path::Path;

/// A table whose columns may be known only when it is written.
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
    /// Its rows.
    pub lines: Lines,
}

impl<'a> Sheet<'a> {
    /// The table of rows that stand by themselves, in the order of their keys.
    pub fn of<R: Row>(rows: &[R]) -> Self {
        Self { name: R::TABLE, doc: R::DOC, keys: R::KEYS, columns: R::COLUMNS.to_vec(), lines: plain(rows) }
    }

    fn header(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
        names.join(",") + "\n"
    }

    fn write(&self, folder: &Path) -> io::Result<Value> {
        std::fs::write(folder.join(format!("{}.csv", self.name)), self.header() + self.lines.text())?;
        let schema = schema_of(self.name, self.columns.iter(), self.keys);
        resource_of(folder, self.name, self.doc, self.lines.rows(), schema)
    }
}

/// Writes the table of an answer, its codebook, where the values of its scenarios were set, and the data package.
/// `about` says in a sentence what the table is.
pub fn write(folder: &Path, answer: &Sheet, ensemble: &Ensemble, request: &Request, about: &str) -> io::Result<()> {
    let origins = copies::origins(ensemble);
    let described = [
        (answer.name, answer.columns.clone()),
        (CodebookRow::TABLE, CodebookRow::COLUMNS.to_vec()),
        (OriginRow::TABLE, OriginRow::COLUMNS.to_vec()),
    ];
    let rows = described.iter().flat_map(|(name, columns)| codebook::table_rows(name, columns.iter()));
    let mut rows: Vec<CodebookRow> = rows.collect();
    rows.sort_by(|a, b| (&a.table, &a.column).cmp(&(&b.table, &b.column)));
    let resources = [answer.write(folder)?, Sheet::of(&rows).write(folder)?, Sheet::of(&origins).write(folder)?];
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
