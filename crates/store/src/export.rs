//! A folder of results as files that other tools open: networks for graph programs, tables for spreadsheets and databases.
pub mod gexf;
pub mod graph;
pub mod graphml;
pub mod parquet;
pub mod source;
pub mod thrift;
pub mod workbook;
pub mod xlsx;
pub mod zip;

use std::fmt;

/// The kinds of files there are; each has a file of code of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Gephi: nations and pairs with what they were in each year
    Gexf,
    /// igraph, networkx and others: one year, or every year as attributes of its own
    Graphml,
    /// Spreadsheets: a sheet for each table, numbers as numbers whatever the language
    Xlsx,
    /// DuckDB, polars, pandas, arrow: a file for each table, columns typed
    Parquet,
}

impl Format {
    /// The ending of its file; none where it is a folder.
    pub fn ending(self) -> Option<&'static str> {
        match self {
            Format::Gexf => Some("gexf"),
            Format::Graphml => Some("graphml"),
            Format::Xlsx => Some("xlsx"),
            Format::Parquet => None,
        }
    }
    /// Whether it holds the network of one run, and not tables.
    pub fn is_network(self) -> bool {
        matches!(self, Format::Gexf | Format::Graphml)
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
