//! The files that every answer has beside its tables: the codebook, where values were set, the data package.
use super::copies;
use super::request::Request;
use crate::ensemble::Ensemble;
use crate::tables::Tables;
use crate::tables::codebook::table_rows;
use crate::tables::package::{self, About};
use crate::tables::rows::{CodebookRow, OriginRow};
use crate::tables::sheet::Sheet;
use noforn::history::row::Row;
use serde_json::Value;
use std::io;

/// Writes the codebook of the tables of an answer, where the values of its scenarios were set, and the data package.
/// `about` says in a sentence what the answer is.
pub fn write(
    folder: &dyn Tables,
    answer: &[Sheet],
    ensemble: &Ensemble,
    request: &Request,
    about: &str,
) -> io::Result<()> {
    let own = [(CodebookRow::TABLE, CodebookRow::COLUMNS), (OriginRow::TABLE, OriginRow::COLUMNS)];
    let described = answer.iter().map(|sheet| (sheet.name, &sheet.columns[..])).chain(own);
    let rows = described.flat_map(|(name, columns)| table_rows(name, columns.iter()));
    let mut rows: Vec<CodebookRow> = rows.collect();
    rows.sort_by(|a, b| (&a.table, &a.column).cmp(&(&b.table, &b.column)));
    let mut resources: Vec<Value> = answer.iter().map(|sheet| sheet.resource(folder)).collect::<io::Result<_>>()?;
    resources.push(Sheet::of(folder, &rows)?.resource(folder)?);
    resources.push(Sheet::of(folder, &copies::origins(ensemble))?.resource(folder)?);
    let version = &request.engine_version;
    let description = format!("{about} Simulated by noforn {version}; `codebook.csv` tells every column.");
    let title = ensemble.variants.first().map_or("", |scenario| &scenario.file.title);
    let about = About { scenario: &request.scenario, title, version, description: &description };
    folder.write(package::FILE, &package::text(about, request, &resources))
}
