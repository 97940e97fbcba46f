//! Writes the files that go with the tables of a study: codebook, origins of values, data package.
use super::copies;
use super::request::Request;
use crate::ensemble::Ensemble;
use crate::tables::Tables;
use crate::tables::codebook::table_rows;
use crate::tables::package::{self, PackageInfo};
use crate::tables::rows::{CodebookRow, OriginRow};
use crate::tables::written_table::WrittenTable;
use noforn::history::row::Row;
use serde_json::Value;
use std::io;

/// Writes the codebook, the origins of the scenarios' values and the data package of written tables. `about` describes the
/// study in one sentence.
pub fn write(
    folder: &dyn Tables,
    tables: &[WrittenTable],
    ensemble: &Ensemble,
    request: &Request,
    about: &str,
) -> io::Result<()> {
    let own = [(CodebookRow::TABLE, CodebookRow::COLUMNS), (OriginRow::TABLE, OriginRow::COLUMNS)];
    let described = tables.iter().map(|sheet| (sheet.name, &sheet.columns[..])).chain(own);
    let rows = described.flat_map(|(name, columns)| table_rows(name, columns.iter()));
    let mut rows: Vec<CodebookRow> = rows.collect();
    rows.sort_by(|a, b| (&a.table, &a.column).cmp(&(&b.table, &b.column)));
    let mut resources: Vec<Value> = tables.iter().map(|sheet| sheet.resource(folder)).collect::<io::Result<_>>()?;
    resources.push(WrittenTable::write(folder, &rows)?.resource(folder)?);
    resources.push(WrittenTable::write(folder, &copies::origins(ensemble))?.resource(folder)?);
    let version = &request.engine_version;
    let description = format!("{about} Simulated by noforn {version}; `codebook.csv` tells every column.");
    let title = ensemble.variants.first().map_or("", |scenario| &scenario.file.title);
    let info = PackageInfo { scenario: &request.scenario, title, version, description: &description };
    folder.write(package::FILE, &package::text(info, request, &resources))
}
