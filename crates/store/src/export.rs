//! A folder of results as files that other tools open: networks for graph programs, tables for spreadsheets and databases.
pub mod gexf;
pub mod graph;
pub mod graphml;
pub mod parquet;
pub mod source;
pub mod xlsx;

use std::fmt;

/// The kinds of files there are; each has a file of code of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A network with intervals of years.
    Gexf,
    /// A network of one year, or of all.
    Graphml,
    /// A workbook.
    Xlsx,
    /// A folder of Parquet files.
    Parquet,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 4] = [Format::Gexf, Format::Graphml, Format::Xlsx, Format::Parquet];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Gexf => "gexf",
            Format::Graphml => "graphml",
            Format::Xlsx => "xlsx",
            Format::Parquet => "parquet",
        }
    }
    /// The programs that it is for, and what it contains.
    pub fn about(self) -> &'static str {
        match self {
            Format::Gexf => "Gephi: nations and pairs with what they were in each year",
            Format::Graphml => "igraph, networkx and others: one year, or every year as attributes of its own",
            Format::Xlsx => "Spreadsheets: a sheet for each table, numbers as numbers whatever the language",
            Format::Parquet => "DuckDB, polars, pandas, arrow: a file for each table, columns typed",
        }
    }
    /// The ending of its file; none where it is a folder.
    pub fn ending(self) -> Option<&'static str> {
        (self != Format::Parquet).then(|| self.name())
    }
    /// Whether it holds the network of one run, and not tables.
    pub fn is_network(self) -> bool {
        matches!(self, Format::Gexf | Format::Graphml)
    }
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Format::ALL
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| format!("`{}` is no kind of file that is exported", name.escape_default()))
    }
}

/// Why nothing was exported.
#[derive(Debug)]
pub enum ExportError {
    /// The folder is not as this program writes it, or lacks what is asked for.
    Folder(String),
    /// The system said no.
    Io(std::io::Error),
}

impl fmt::Display for ExportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExportError::Folder(message) => f.write_str(message),
            ExportError::Io(error) => error.fmt(f),
        }
    }
}

impl From<std::io::Error> for ExportError {
    fn from(error: std::io::Error) -> Self {
        ExportError::Io(error)
    }
}

impl From<String> for ExportError {
    fn from(message: String) -> Self {
        ExportError::Folder(message)
    }
}

impl From<rust_xlsxwriter::XlsxError> for ExportError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        use rust_xlsxwriter::XlsxError;
        match error {
            XlsxError::IoError(error) => ExportError::Io(error),
            XlsxError::ZipError(error) => ExportError::Io(error.into()),
            other => ExportError::Folder(format!("no workbook can be made of these tables: {other}")),
        }
    }
}
