//! The records of many runs, kept in scratch space until all are there.
use crate::tables::columns::Columns;
use crate::tables::{ReadSeek, ReadWrite, Tables};
use std::io::{self, BufWriter, Write};

/// Records of equal width, one a run.
pub struct Held {
    width: usize,
    records: usize,
    file: BufWriter<Box<dyn ReadWrite>>,
}

impl Held {
    /// None yet.
    pub fn new(tables: &dyn Tables, width: usize) -> io::Result<Self> {
        Ok(Self { width, records: 0, file: BufWriter::new(tables.scratch()?) })
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
        let file: Box<dyn ReadSeek> = Box::new(file);
        Columns::new(file, self.width, self.records)?.each(budget, each)
    }
}
