//! Records of numbers, written run by run and read column by column, in bounded memory.
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

/// Bytes of values held in memory.
pub const BUDGET: usize = 32 << 20;

/// A file of records of equal width, one a run; NaN stands for a missing number.
#[derive(Debug)]
pub struct Columns {
    file: File,
    width: usize,
    records: usize,
}

impl Columns {
    /// Opens a file of records.
    pub fn open(path: &Path, width: usize, records: usize) -> io::Result<Self> {
        let file = File::open(path)?;
        if file.metadata()?.len() != (width * records * size_of::<f64>()) as u64 {
            let message = format!("`{}` does not hold {records} records of {width} numbers", path.display());
            return Err(io::Error::other(message));
        }
        Ok(Self { file, width, records })
    }

    /// Hands every column to `each`, in order, with its values in the order of the runs. At most `budget` bytes of
    /// values are held, or one column.
    pub fn each(
        &mut self,
        budget: usize,
        mut each: impl FnMut(usize, &mut Vec<f64>) -> io::Result<()>,
    ) -> io::Result<()> {
        let at_once = (budget / (size_of::<f64>() * self.records.max(1))).clamp(1, self.width.max(1));
        for first in (0..self.width).step_by(at_once) {
            let columns = first..(first + at_once).min(self.width);
            for (offset, mut values) in self.read(columns)?.into_iter().enumerate() {
                each(first + offset, &mut values)?;
            }
        }
        Ok(())
    }

    /// Reads some columns in one pass over the file.
    fn read(&mut self, columns: Range<usize>) -> io::Result<Vec<Vec<f64>>> {
        let mut values = vec![Vec::with_capacity(self.records); columns.len()];
        self.records(|record| {
            values.iter_mut().zip(&record[columns.clone()]).for_each(|(column, number)| column.push(*number));
            Ok(())
        })?;
        Ok(values)
    }

    /// Hands every record to `each`, in the order of the runs.
    pub fn records(&mut self, mut each: impl FnMut(&[f64]) -> io::Result<()>) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(1 << 20, &self.file);
        let (mut bytes, mut record) = (vec![0; self.width * size_of::<f64>()], vec![0.0; self.width]);
        for _ in 0..self.records {
            reader.read_exact(&mut bytes)?;
            let (numbers, _) = bytes.as_chunks();
            record.iter_mut().zip(numbers).for_each(|(value, number)| *value = f64::from_le_bytes(*number));
            each(&record)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transposed(budget: usize) -> Vec<Vec<f64>> {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..350).flat_map(|number| f64::from(number).to_le_bytes()).collect();
        std::fs::write(folder.path().join("v"), bytes).unwrap();
        let mut all = Vec::new();
        let each = |column, values: &mut Vec<f64>| {
            assert_eq!(column, all.len(), "columns come in order");
            all.push(values.clone());
            Ok(())
        };
        Columns::open(&folder.path().join("v"), 7, 50).unwrap().each(budget, each).unwrap();
        assert!(Columns::open(&folder.path().join("v"), 7, 49).is_err());
        all
    }

    #[test]
    fn columns_are_the_same_whatever_the_memory() {
        let in_memory = transposed(1 << 20);
        assert_eq!(in_memory.len(), 7);
        assert_eq!(in_memory[3][..3], [3.0, 10.0, 17.0]);
        for budget in [1, 100, 900, 2700] {
            assert_eq!(transposed(budget), in_memory, "with {budget} bytes of memory");
        }
    }
}
