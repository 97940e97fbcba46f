//! The values of many runs, written run by run and read column by column, in bounded memory.
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Bytes of values held in memory; what goes beyond lies in a nameless file.
pub const BUDGET: usize = 32 << 20;

/// Records of equal width, one a run.
pub struct Columns {
    width: usize,
    folder: PathBuf,
    budget: usize,
    records: usize,
    held: Vec<f64>,
    spilled: Option<BufWriter<File>>,
}

impl Columns {
    /// None yet; `folder` is where the nameless file goes if one is needed.
    pub fn new(width: usize, folder: &Path, budget: usize) -> Self {
        Self { width, folder: folder.to_owned(), budget, records: 0, held: Vec::new(), spilled: None }
    }

    /// Appends the values of a run; NaN stands for a missing one.
    pub fn push(&mut self, record: &[f64]) -> io::Result<()> {
        assert_eq!(record.len(), self.width, "runs of one variant have the same quarters");
        self.records += 1;
        self.held.extend_from_slice(record);
        if self.held.len() * size_of::<f64>() > self.budget { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        let file = match &mut self.spilled {
            Some(file) => file,
            none => none.insert(BufWriter::new(tempfile::tempfile_in(&self.folder)?)),
        };
        for value in self.held.drain(..) {
            file.write_all(&value.to_le_bytes())?;
        }
        Ok(())
    }

    /// Hands every column to `each`, in order, with its values in the order of the runs.
    pub fn each(mut self, mut each: impl FnMut(usize, &mut Vec<f64>) -> io::Result<()>) -> io::Result<()> {
        if self.spilled.is_some() {
            self.spill()?;
        }
        let Some(file) = self.spilled.take() else {
            return (0..self.width).try_for_each(|column| {
                each(column, &mut self.held.iter().skip(column).step_by(self.width).copied().collect())
            });
        };
        self.held = Vec::new();
        let mut file = file.into_inner().map_err(|error| error.into_error())?;
        let at_once = (self.budget / (size_of::<f64>() * self.records)).clamp(1, self.width);
        for first in (0..self.width).step_by(at_once) {
            let columns = first..(first + at_once).min(self.width);
            for (offset, mut values) in self.read(&mut file, columns)?.into_iter().enumerate() {
                each(first + offset, &mut values)?;
            }
        }
        Ok(())
    }

    /// Reads some columns in one pass over the file.
    fn read(&self, file: &mut File, columns: std::ops::Range<usize>) -> io::Result<Vec<Vec<f64>>> {
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(1 << 20, file);
        let mut record = vec![0; self.width * size_of::<f64>()];
        let mut values = vec![Vec::with_capacity(self.records); columns.len()];
        for _ in 0..self.records {
            reader.read_exact(&mut record)?;
            let (numbers, _) = record.as_chunks();
            for (column, number) in values.iter_mut().zip(&numbers[columns.clone()]) {
                column.push(f64::from_le_bytes(*number));
            }
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transposed(budget: usize) -> Vec<Vec<f64>> {
        let folder = tempfile::tempdir().unwrap();
        let mut columns = Columns::new(7, folder.path(), budget);
        for run in 0..50 {
            let record: Vec<f64> = (0..7).map(|column| f64::from(run * 7 + column)).collect();
            columns.push(&record).unwrap();
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the spilled file has no name");
        let mut all = Vec::new();
        let each = |column, values: &mut Vec<f64>| {
            assert_eq!(column, all.len(), "columns come in order");
            all.push(values.clone());
            Ok(())
        };
        columns.each(each).unwrap();
        all
    }

    #[test]
    fn columns_are_the_same_in_memory_and_spilled() {
        let in_memory = transposed(1 << 20);
        assert_eq!(in_memory.len(), 7);
        assert_eq!(in_memory[3][..3], [3.0, 10.0, 17.0]);
        for budget in [1, 100, 900, 2700] {
            assert_eq!(transposed(budget), in_memory, "with {budget} bytes of memory");
        }
    }
}
