//! Reads a table of a folder row by row.
use crate::tables::{ReadSeek, Tables};
use csv::{Position, StringRecord};

/// A reader of a CSV table. Columns are addressed by their position in the list given to `open`.
pub struct TableReader<'a> {
    name: String,
    reader: csv::Reader<Box<dyn ReadSeek + 'a>>,
    columns: Vec<usize>,
    record: StringRecord,
}

/// What is wrong with a table, as a message that names the table.
pub type TableError = String;

impl<'a> TableReader<'a> {
    /// Opens the table `name`. Returns none if the folder does not have it, and an error if it lacks a wanted column.
    pub fn open(folder: &'a dyn Tables, name: &str, wanted: &[&str]) -> Result<Option<Self>, TableError> {
        let unreadable = |error: String| format!("`{name}.csv` cannot be read: {error}");
        let file = match folder.open(&format!("{name}.csv")) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(|error| unreadable(error.to_string()))?,
        };
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(file);
        let header = reader.headers().map_err(|error| unreadable(error.to_string()))?.clone();
        let mut columns = Vec::with_capacity(wanted.len());
        for column in wanted {
            let found = header.iter().position(|cell| cell == *column);
            let lacks = || format!("`{name}.csv` has no column `{column}`: it is not as noforn wrote it");
            columns.push(found.ok_or_else(lacks)?);
        }
        Ok(Some(Self { name: name.to_owned(), reader, columns, record: StringRecord::new() }))
    }

    /// Reads the next row. Returns false at the end of the table.
    pub fn next_row(&mut self) -> Result<bool, TableError> {
        let read = self.reader.read_record(&mut self.record);
        read.map_err(|error| format!("`{}.csv` cannot be read: {error}", self.name))
    }

    /// The position where the last row that was read begins.
    pub fn position(&self) -> Option<Position> {
        self.record.position().cloned()
    }

    /// Moves to a position where a row begins.
    pub fn seek(&mut self, position: Position) -> Result<(), TableError> {
        self.reader.seek(position).map_err(|error| format!("`{}.csv` cannot be read: {error}", self.name))
    }

    /// Number of columns that are read.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The text of a column in this row.
    pub fn text(&self, column: usize) -> &str {
        self.record.get(self.columns[column]).unwrap_or_default()
    }

    /// The number in a column; none if the cell is empty, an error if it holds no finite number.
    pub fn number(&self, column: usize) -> Result<Option<f64>, TableError> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(self.not_a_number(text)),
        }
    }

    /// The whole number in a column; an error if the cell holds none.
    pub fn whole(&self, column: usize) -> Result<u32, TableError> {
        let text = self.text(column);
        text.parse().map_err(|_| self.not_a_number(text))
    }

    fn not_a_number(&self, text: &str) -> TableError {
        let line = self.record.position().map_or(0, Position::line);
        let text: String = text.chars().take(40).collect();
        format!("`{}.csv`, line {line}: `{}` is not a number that noforn wrote", self.name, text.escape_default())
    }
}
