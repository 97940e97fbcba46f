//! The records of many runs, put aside in a file that vanishes.
use crate::output::columns::Columns;
use std::io::{self, BufWriter, Write};
use tempfile::NamedTempFile;

/// Records of equal width, one a run.
pub struct Held {
    width: usize,
    records: usize,
    file: BufWriter<NamedTempFile>,
}

impl Held {
    /// None yet.
    pub fn new(width: usize) -> io::Result<Self> {
        Ok(Self { width, records: 0, file: BufWriter::new(NamedTempFile::new()?) })
    }

    /// Adds the record of a run; not a number where nothing is told.
    pub fn push(&mut self, record: &[f64]) -> io::Result<()> {
        assert_eq!(record.len(), self.width, "runs of one variant have the same quarters");
        self.records += 1;
        record.iter().try_for_each(|number| self.file.write_all(&number.to_le_bytes()))
    }

    /// Hands every column to `each`, in order; about `budget` bytes of values are held at once.
    pub fn each(self, budget: usize, each: impl FnMut(usize, &mut Vec<f64>) -> io::Result<()>) -> io::Result<()> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        Columns::open(file.path(), self.width, self.records)?.each(budget, each)
    }
}
