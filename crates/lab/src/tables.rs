//! Tables as files: reading and writing them, the meaning of their columns, statistics over many rows.
pub mod catalogue;
pub mod codebook;
pub mod column_reader;
pub mod csv_lines;
pub mod memory;
pub mod metrics;
pub mod package;
pub mod quantile;
pub mod rows;
pub mod vocabulary;
pub mod written_table;

use std::io::{self, Read, Seek, Write};

/// A file that is open for reading.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

/// A file that is written and then read.
pub trait ReadWrite: Read + Write + Seek {}

impl<T: Read + Write + Seek> ReadWrite for T {}

/// A set of named files: a folder on the disk, or memory. A name is a relative path with `/` between folders.
pub trait Tables {
    /// The name of the whole set in messages, such as the path of a folder.
    fn place(&self) -> String;
    /// The name of a file in messages.
    fn shown(&self, file: &str) -> String;
    /// Opens a file for reading. Returns `ErrorKind::NotFound` if there is none.
    fn open(&self, file: &str) -> io::Result<Box<dyn ReadSeek + '_>>;
    /// Creates a file, or empties the one of that name.
    fn create(&self, file: &str) -> io::Result<Box<dyn Write + '_>>;
    /// A temporary file without a name; it is removed when it is dropped.
    fn scratch(&self) -> io::Result<Box<dyn ReadWrite>>;

    /// Writes a complete file.
    fn write(&self, file: &str, text: &str) -> io::Result<()> {
        let mut writer = self.create(file)?;
        writer.write_all(text.as_bytes())?;
        writer.flush()
    }

    /// Reads a file as UTF-8 text, at most its first `greatest` bytes.
    fn read(&self, file: &str, greatest: u64) -> io::Result<String> {
        let mut text = String::new();
        self.open(file)?.take(greatest).read_to_string(&mut text)?;
        Ok(text)
    }

    /// True if the file exists and can be read.
    fn has(&self, file: &str) -> bool {
        self.open(file).is_ok()
    }
}

/// The files in one folder of a set of files.
pub struct Subfolder<'a> {
    /// The set that contains the folder.
    pub within: &'a dyn Tables,
    /// The name of the folder in the set.
    pub name: &'a str,
}

impl Subfolder<'_> {
    fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }
}

impl Tables for Subfolder<'_> {
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
