//! Tables as files: where they lie, what their columns mean, and what is computed over many rows.
pub mod catalogue;
pub mod codebook;
pub mod columns;
pub mod lines;
pub mod memory;
pub mod metrics;
pub mod package;
pub mod quantile;
pub mod rows;
pub mod sheet;
pub mod vocabulary;

use std::io::{self, Read, Seek, Write};

/// Bytes that are read from the start, or from a place in them.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// Bytes that are written, then read.
pub trait ReadWrite: Read + Write + Seek {}

impl<T: Read + Write + Seek> ReadWrite for T {}

/// Named files: a folder on the disk, or memory. Names are relative and separate folders by `/`.
pub trait Tables {
    /// The name of all of them together, such as the folder's path, as messages show it.
    fn place(&self) -> String;
    /// A file's name as messages show it.
    fn shown(&self, file: &str) -> String;
    /// Opens a file to read. `ErrorKind::NotFound` where there is none.
    fn open(&self, file: &str) -> io::Result<Box<dyn ReadSeek + '_>>;
    /// Begins a file, in place of one of that name.
    fn create(&self, file: &str) -> io::Result<Box<dyn Write + '_>>;
    /// Room for bytes that vanish with what is returned.
    fn scratch(&self) -> io::Result<Box<dyn ReadWrite>>;

    /// Writes a file whole.
    fn write(&self, file: &str, text: &str) -> io::Result<()> {
        let mut writer = self.create(file)?;
        writer.write_all(text.as_bytes())?;
        writer.flush()
    }

    /// Reads a file as text, at most `greatest` bytes of it.
    fn read(&self, file: &str, greatest: u64) -> io::Result<String> {
        let mut text = String::new();
        self.open(file)?.take(greatest).read_to_string(&mut text)?;
        Ok(text)
    }

    /// Whether there is such a file.
    fn has(&self, file: &str) -> bool {
        self.open(file).is_ok()
    }
}

/// The files of a folder within others.
pub struct Folder<'a> {
    /// The files that hold the folder.
    pub within: &'a dyn Tables,
    /// Its name there.
    pub name: &'a str,
}

impl Folder<'_> {
    fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }
}

impl Tables for Folder<'_> {
    fn place(&self) -> String {
        self.within.shown(self.name)
    }

    fn shown(&self, file: &str) -> String {
        self.within.shown(&self.path(file))
    }

    fn open(&self, file: &str) -> io::Result<Box<dyn ReadSeek + '_>> {
        self.within.open(&self.path(file))
    }

    fn create(&self, file: &str) -> io::Result<Box<dyn Write + '_>> {
        self.within.create(&self.path(file))
    }

    fn scratch(&self) -> io::Result<Box<dyn ReadWrite>> {
        self.within.scratch()
    }
}
