//! A folder on the disk as a set of files.
use noforn_lab::tables::{ReadSeek, ReadWrite, Tables};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A folder on the disk. Only regular files are read.
#[derive(Clone, Debug)]
pub struct DiskFolder(pub PathBuf);

impl DiskFolder {
    /// The folder at a path.
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl Tables for DiskFolder {
    fn place(&self) -> String {
        self.0.display().to_string()
    }

    fn shown(&self, file: &str) -> String {
        self.0.join(file).display().to_string()
    }

    fn open(&self, file: &str) -> io::Result<Box<dyn ReadSeek + '_>> {
        Ok(Box::new(open_regular(&self.0.join(file))?))
    }

    fn create(&self, file: &str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(BufWriter::new(File::create(self.0.join(file))?)))
    }

    fn scratch(&self) -> io::Result<Box<dyn ReadWrite>> {
        Ok(Box::new(tempfile::tempfile()?))
    }
}

/// Opens a regular file for reading. Refuses others: a pipe would wait, and a device might never end.
pub fn open_regular(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() { File::open(path) } else { Err(io::Error::other("it is not a regular file")) }
}
