//! The files of a folder on the disk.
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
        Ok(Box::new(regular(&self.0.join(file))?))
    }

    fn create(&self, file: &str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(BufWriter::new(File::create(self.0.join(file))?)))
    }

    fn scratch(&self) -> io::Result<Box<dyn ReadWrite>> {
        Ok(Box::new(tempfile::tempfile()?))
    }
}

/// Opens a file to read, if it is one: a pipe would wait, a device might never end.
pub fn regular(path: &Path) -> io::Result<File> {
    let refuse = || io::Error::other("it is not a regular file");
    if fs::metadata(path)?.is_file() { File::open(path) } else { Err(refuse()) }
}
