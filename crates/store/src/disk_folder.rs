//! A folder on the disk as a set of files.
use crate::inputs;
use noforn_lab::study::copies::{UnsafeName, safe_name};
use noforn_lab::tables::{ReadSeek, ReadWrite, Tables};
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A folder on the disk. Only regular files are read.
#[derive(Clone, Debug)]
pub struct DiskFolder {
    /// Its path.
    pub path: PathBuf,
    /// Whether the files that are read are noted as inputs, over which nothing is written.
    noted: bool,
}

impl DiskFolder {
    /// The folder at a path.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), noted: true }
    }

    fn file(&self, name: &str) -> io::Result<PathBuf> {
        file_in(&self.path, name).map_err(|name| io::Error::new(ErrorKind::InvalidInput, name))
    }

    /// A folder that is written or replaced: what is read of it is no input.
    pub fn unnoted(path: &Path) -> Self {
        Self { path: path.to_owned(), noted: false }
    }
}

/// The path of a file in a folder. Every name that comes from a file becomes a path here: one that would lead out of the
/// folder is refused.
pub fn file_in(folder: &Path, name: &str) -> Result<PathBuf, UnsafeName> {
    let mut path = folder.to_owned();
    for part in name.split('/') {
        path.push(safe_name(part)?);
    }
    Ok(path)
}

impl Tables for DiskFolder {
    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn shown(&self, file: &str) -> String {
        self.path.join(file).display().to_string()
    }

    fn open(&self, file: &str) -> io::Result<Box<dyn ReadSeek + '_>> {
        let path = self.file(file)?;
        Ok(Box::new(if self.noted { open_regular(&path)? } else { open_unnoted(&path)? }))
    }

    fn create(&self, file: &str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(BufWriter::new(File::create(self.file(file)?)?)))
    }

    fn scratch(&self) -> io::Result<Box<dyn ReadWrite>> {
        Ok(Box::new(tempfile::tempfile()?))
    }
}

/// Opens a regular file for reading, and notes it as an input. Refuses others: a pipe would wait, and a device might never end.
pub fn open_regular(path: &Path) -> io::Result<File> {
    let file = open_unnoted(path)?;
    inputs::note(path);
    Ok(file)
}

/// Opens a regular file for reading, of a folder that is written or replaced.
pub fn open_unnoted(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() { File::open(path) } else { Err(io::Error::other("it is not a regular file")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_within_its_folder() {
        for bad in
            ["", ".", "..", "../x", "/x", "a//b", "a\\b", "c:x", ".hidden", "a\nb", "a/../../b", "folder/", "x/.."]
        {
            assert!(file_in(Path::new("here"), bad).is_err(), "{bad:?}");
            assert!(DiskFolder::new(Path::new("here")).create(bad).is_err(), "{bad:?}");
        }
        assert_eq!(file_in(Path::new("here"), "folder/my study.csv").unwrap(), Path::new("here/folder/my study.csv"));
    }
}
