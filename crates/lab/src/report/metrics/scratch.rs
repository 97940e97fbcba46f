//! Keeps the records of many runs in scratch space until all are written, then reads them by column.
use crate::tables::column_reader::ColumnReader;
use crate::tables::{ReadSeek, ReadWrite, Tables};
use std::io::{self, BufWriter, Write};

/// Records of equal width, one per run.
pub struct ScratchRecords {
    width: usize,
    records: usize,
    file: BufWriter<Box<dyn ReadWrite>>,
}

impl ScratchRecords {
    /// No records yet; each will have `width` values. Fails if there is no scratch space.
    pub fn new(tables: &dyn Tables, width: usize) -> io::Result<Self> {
        Ok(Self { width, records: 0, file: BufWriter::new(tables.scratch()?) })
    }

    /// Adds the record of a run; missing values are NaN.
    pub fn push(&mut self, record: &[f64]) -> io::Result<()> {
        assert_eq!(record.len(), self.width, "runs of one variant have the same quarters");
        self.records += 1;
        record.iter().try_for_each(|number| self.file.write_all(&number.to_le_bytes()))
    }

    /// Calls `visit` with the index and the values of each column, in order. Keeps about `budget` bytes in memory.
    pub fn each_column(
        self,
        budget: usize,
        visit: impl FnMut(usize, &mut Vec<f64>) -> io::Result<()>,
    ) -> io::Result<()> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        let file: Box<dyn ReadSeek> = Box::new(file);
        ColumnReader::new(file, self.width, self.records)?.for_each_column(budget, visit)
    }
}
