//! Reads a file of records (row-major `f64`) column by column, in bounded memory.
use super::ReadSeek;
use std::io::{self, BufReader, Read, SeekFrom};
use std::ops::Range;

/// Default bound on the bytes of values held in memory: 32 MiB.
pub const BUDGET: usize = 32 << 20;

/// A file of records of equal width, one per run. NaN is a missing number.
pub struct ColumnReader<'a> {
    file: Box<dyn ReadSeek + 'a>,
    width: usize,
    records: usize,
}

impl<'a> ColumnReader<'a> {
    /// A reader of `records` records of `width` numbers. Returns an error if the file has another size.
    pub fn new(mut file: Box<dyn ReadSeek + 'a>, width: usize, records: usize) -> io::Result<Self> {
        if file.seek(SeekFrom::End(0))? != (width * records * size_of::<f64>()) as u64 {
            let message = format!("a file does not hold {records} records of {width} numbers");
            return Err(io::Error::other(message));
        }
        Ok(Self { file, width, records })
    }

    /// Calls `visit` with the index of every column, in order, and its values in the order of the runs. Holds at most
    /// `budget` bytes of values, or one column.
    pub fn for_each_column(
        &mut self,
        budget: usize,
        mut visit: impl FnMut(usize, &mut Vec<f64>) -> io::Result<()>,
    ) -> io::Result<()> {
        let at_once = (budget / (size_of::<f64>() * self.records.max(1))).clamp(1, self.width.max(1));
        for first in (0..self.width).step_by(at_once) {
            let columns = first..(first + at_once).min(self.width);
            for (offset, mut values) in self.read(columns)?.into_iter().enumerate() {
                visit(first + offset, &mut values)?;
            }
        }
        Ok(())
    }

    /// Reads a range of columns in one pass over the file.
    fn read(&mut self, columns: Range<usize>) -> io::Result<Vec<Vec<f64>>> {
        let mut values = vec![Vec::with_capacity(self.records); columns.len()];
        self.for_each_record(|record| {
            values.iter_mut().zip(&record[columns.clone()]).for_each(|(column, number)| column.push(*number));
            Ok(())
        })?;
        Ok(values)
    }

    /// Calls `visit` with every record, in the order of the runs.
    pub fn for_each_record(&mut self, mut visit: impl FnMut(&[f64]) -> io::Result<()>) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(1 << 20, &mut self.file);
        let (mut bytes, mut record) = (vec![0; self.width * size_of::<f64>()], vec![0.0; self.width]);
        for _ in 0..self.records {
            reader.read_exact(&mut bytes)?;
            let (numbers, _) = bytes.as_chunks();
            record.iter_mut().zip(numbers).for_each(|(value, number)| *value = f64::from_le_bytes(*number));
            visit(&record)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transposed(budget: usize) -> Vec<Vec<f64>> {
        let bytes: Vec<u8> = (0..350).flat_map(|number| f64::from(number).to_le_bytes()).collect();
        let file = || Box::new(std::io::Cursor::new(bytes.clone()));
        let mut all = Vec::new();
        let visit = |column, values: &mut Vec<f64>| {
            assert_eq!(column, all.len(), "columns come in order");
            all.push(values.clone());
            Ok(())
        };
        ColumnReader::new(file(), 7, 50).unwrap().for_each_column(budget, visit).unwrap();
        assert!(ColumnReader::new(file(), 7, 49).is_err());
        all
    }

    #[test]
    fn the_memory_budget_does_not_change_the_columns() {
        let in_memory = transposed(1 << 20);
        assert_eq!(in_memory.len(), 7);
        assert_eq!(in_memory[3][..3], [3.0, 10.0, 17.0]);
        for budget in [1, 100, 900, 2700] {
            assert_eq!(transposed(budget), in_memory, "with {budget} bytes of memory");
        }
    }
}
