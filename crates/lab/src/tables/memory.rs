//! Files in memory, for programs without a disk.
use super::{ReadSeek, ReadWrite, Tables};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};

/// Files in memory, by name.
#[derive(Clone, Debug, Default)]
pub struct MemoryTables {
    files: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl MemoryTables {
    /// The bytes of all files, by name.
    pub fn into_files(self) -> BTreeMap<String, Vec<u8>> {
        self.files.into_inner()
    }

    /// Appends bytes to a file; creates it if necessary.
    pub fn append(&self, file: &str, bytes: &[u8]) {
        self.files.borrow_mut().entry(file.to_owned()).or_default().extend_from_slice(bytes);
    }
}

/// A writer that appends to one file.
struct MemoryWriter<'a> {
    memory: &'a MemoryTables,
    file: String,
}

impl Write for MemoryWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.memory.append(&self.file, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Tables for MemoryTables {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn shown(&self, file: &str) -> String {
        file.to_owned()
    }

    fn open(&self, file: &str) -> io::Result<Box<dyn ReadSeek + '_>> {
        let bytes = self.files.borrow().get(file).cloned().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(bytes)))
    }

    fn create(&self, file: &str) -> io::Result<Box<dyn Write + '_>> {
        self.files.borrow_mut().insert(file.to_owned(), Vec::new());
        Ok(Box::new(MemoryWriter { memory: self, file: file.to_owned() }))
    }

    fn scratch(&self) -> io::Result<Box<dyn ReadWrite>> {
        Ok(Box::new(Cursor::new(Vec::new())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Subfolder;

    #[test]
    fn a_file_reads_as_it_was_written() {
        let memory = MemoryTables::default();
        let folder = Subfolder { within: &memory, name: "inner" };
        folder.write("a.csv", "h\n1\n").unwrap();
        memory.append("inner/a.csv", b"2\n");
        assert_eq!(folder.read("a.csv", 100).unwrap(), "h\n1\n2\n");
        assert_eq!(folder.read("a.csv", 3).unwrap(), "h\n1");
        assert_eq!(memory.open("a.csv").err().map(|error| error.kind()), Some(io::ErrorKind::NotFound));
        folder.write("a.csv", "new").unwrap();
        assert_eq!(memory.into_files()["inner/a.csv"], b"new");
    }
}
