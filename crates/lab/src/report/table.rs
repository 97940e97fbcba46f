//! A table of a folder, read row by row.
use crate::tables::{ReadSeek, Tables};
use csv::{Position, StringRecord};

/// A table, and the columns that are wanted of it, by their place in the list.
pub struct Table<'a> {
    name: String,
    reader: csv::Reader<Box<dyn ReadSeek + 'a>>,
    columns: Vec<usize>,
    record: StringRecord,
}

/// What is wrong with a table, in words that name it.
pub type Wrong = String;

impl<'a> Table<'a> {
    /// Opens a table; none where the folder does not have it.
    pub fn open(folder: &'a dyn Tables, name: &str, wanted: &[&str]) -> Result<Option<Self>, Wrong> {
        let wrong = |error: String| format!("`{name}.csv` cannot be read: {error}");
        let file = match folder.open(&format!("{name}.csv")) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(|error| wrong(error.to_string()))?,
        };
        let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 18).from_reader(file);
        let header = reader.headers().map_err(|error| wrong(error.to_string()))?.clone();
        let column = |column: &&str| {
            let found = header.iter().position(|cell| cell == *column);
            found.ok_or_else(|| format!("`{name}.csv` has no column `{column}`: it is not as noforn wrote it"))
        };
        let columns = wanted.iter().map(column).collect::<Result<_, _>>()?;
        Ok(Some(Self { name: name.to_owned(), reader, columns, record: StringRecord::new() }))
    }

    /// Goes on to the next row; false where there is none.
    pub fn next_row(&mut self) -> Result<bool, Wrong> {
        let read = self.reader.read_record(&mut self.record);
        read.map_err(|error| format!("`{}.csv` cannot be read: {error}", self.name))
    }

    /// Where the row that was read last begins, to return to.
    pub fn position(&self) -> Option<Position> {
        self.record.position().cloned()
    }

    /// Goes to a place where a row begins.
    pub fn seek(&mut self, position: Position) -> Result<(), Wrong> {
        self.reader.seek(position).map_err(|error| format!("`{}.csv` cannot be read: {error}", self.name))
    }

    /// The text of a wanted column in this row.
    pub fn text(&self, column: usize) -> &str {
        self.record.get(self.columns[column]).unwrap_or_default()
    }

    /// The number in a wanted column; none where the cell is empty.
    pub fn number(&self, column: usize) -> Result<Option<f64>, Wrong> {
        let text = self.text(column);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(self.bad(text)),
        }
    }

    /// The whole number in a wanted column.
    pub fn whole(&self, column: usize) -> Result<u32, Wrong> {
        let text = self.text(column);
        text.parse().map_err(|_| self.bad(text))
    }

    fn bad(&self, text: &str) -> Wrong {
        let line = self.record.position().map_or(0, Position::line);
        let text: String = text.chars().take(40).collect();
        format!("`{}.csv`, line {line}: `{}` is not a number that noforn wrote", self.name, text.escape_default())
    }
}
