//! The tables of a folder as its data package describes them: names, columns, kinds.
use super::ExportError;
use crate::disk_folder::open_regular;
use csv::StringRecord;
use noforn_lab::study::copies::safe_name;
use noforn_lab::tables::csv_lines::unescaped;
use noforn_lab::tables::package;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The kind of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// 0 or 1.
    Boolean,
    /// Text.
    Text,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: FieldType,
    /// Whether it may be empty.
    pub optional: bool,
}

/// A table.
#[derive(Clone, Debug)]
pub struct TableFile {
    /// Its name: the file without `.csv`.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<Field>,
    pub(super) path: PathBuf,
}

/// A cell as its kind has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// Nothing.
    Empty,
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// Text, without the apostrophe that keeps spreadsheets from running it.
    Text(&'a str),
}

/// The tables of a folder, or those that are named; says which is missing.
pub fn tables(folder: &Path, named: &[String]) -> Result<Vec<TableFile>, ExportError> {
    noforn_lab::study::kept::request(&crate::disk_folder::DiskFolder::new(folder))?;
    let text = std::fs::read_to_string(folder.join(package::FILE))?;
    let package: Value =
        serde_json::from_str(&text).map_err(|error| format!("`{}` is not JSON: {error}", package::FILE))?;
    let mut all = Vec::new();
    for resource in package["resources"].as_array().into_iter().flatten() {
        all.push(table(folder, resource)?);
    }
    if named.is_empty() {
        return Ok(all);
    }
    named.iter().map(|name| find(&all, name)).collect()
}

fn find(tables: &[TableFile], name: &str) -> Result<TableFile, ExportError> {
    tables.iter().find(|table| table.name == name).cloned().ok_or_else(|| {
        let names = tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>().join(", ");
        ExportError::Folder(format!("the folder has no table `{}`; it has {names}", name.escape_default()))
    })
}

fn table(folder: &Path, resource: &Value) -> Result<TableFile, ExportError> {
    let text = |key: &str| resource[key].as_str().unwrap_or_default().to_owned();
    let path = text("path");
    // A package that was written by others must not lead out of its folder.
    let file = safe_name(&path).map_err(|refusal| refusal.to_string())?;
    let name = file.strip_suffix(".csv").ok_or_else(|| format!("`{path}` of `{}` is not CSV", package::FILE))?;
    let columns: Vec<Field> = resource["schema"]["fields"].as_array().into_iter().flatten().map(column).collect();
    if columns.is_empty() {
        return Err(format!("`{}` describes no column of `{path}`", package::FILE).into());
    }
    Ok(TableFile { name: name.to_owned(), columns, path: folder.join(file) })
}

fn column(field: &Value) -> Field {
    Field {
        name: field["name"].as_str().unwrap_or_default().to_owned(),
        kind: match field["type"].as_str() {
            Some("integer" | "year") => FieldType::Integer,
            Some("number") => FieldType::Number,
            Some("boolean") => FieldType::Boolean,
            _ => FieldType::Text,
        },
        optional: field["constraints"]["required"].as_bool() != Some(true),
    }
}

/// The rows of a table, one at a time.
pub struct Rows<'a> {
    table: &'a TableFile,
    reader: csv::Reader<File>,
    record: StringRecord,
}

impl TableFile {
    /// Opens the table; its header must be that of the data package.
    pub fn rows(&self) -> Result<Rows<'_>, ExportError> {
        let wrong = |error: String| format!("`{}.csv` cannot be read: {error}", self.name);
        let file = open_regular(&self.path).map_err(|error| wrong(error.to_string()))?;
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(file);
        let header = reader.headers().map_err(|error| wrong(error.to_string()))?;
        if !header.iter().eq(self.columns.iter().map(|column| column.name.as_str())) {
            return Err(format!("the columns of `{}.csv` are not those of `{}`", self.name, package::FILE).into());
        }
        Ok(Rows { table: self, reader, record: StringRecord::new() })
    }

    /// The place of a column.
    pub fn column(&self, name: &str) -> Result<usize, ExportError> {
        let found = self.columns.iter().position(|column| column.name == name);
        found.ok_or_else(|| ExportError::Folder(format!("`{}.csv` has no column `{name}`", self.name)))
    }
}

impl Rows<'_> {
    /// Goes on to the next row; false where there is none.
    pub fn step(&mut self) -> Result<bool, ExportError> {
        let read = self.reader.read_record(&mut self.record);
        Ok(read.map_err(|error| format!("`{}.csv` cannot be read: {error}", self.table.name))?)
    }

    /// The text of a cell as it stands in the file.
    pub fn raw(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    /// A cell of this row.
    pub fn cell(&self, column: usize) -> Result<Scalar<'_>, ExportError> {
        let (text, kind) = (self.raw(column), self.table.columns[column].kind);
        if text.is_empty() {
            return Ok(Scalar::Empty);
        }
        let cell = match kind {
            FieldType::Text => Some(Scalar::Text(unescaped(text))),
            FieldType::Integer => text.parse().ok().map(Scalar::Integer),
            FieldType::Number => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Scalar::Number),
            FieldType::Boolean => matches!(text, "0" | "1").then(|| Scalar::Boolean(text == "1")),
        };
        cell.ok_or_else(|| {
            let line = self.record.position().map_or(0, csv::Position::line);
            let column = &self.table.columns[column].name;
            format!("`{}.csv`, line {line}: `{}` is no value of `{column}`", self.table.name, text.escape_default())
                .into()
        })
    }
}
