//! What is wrong in a file: a code, a place, the fact in the author's words, and what would be right.
use std::fmt;
use std::sync::Arc;

/// A stretch of one source text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the author names it (relative to the scenario where possible; `--set` for the command line).
    pub file: Arc<str>,
    /// Byte where it starts.
    pub start: usize,
    /// Byte behind its end.
    pub end: usize,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A stable code such as `unknown-id`.
    pub code: &'static str,
    /// Lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// Where; none only for what has no text (a file that cannot be read and that nothing names).
    pub place: Option<Place>,
    /// What would be right.
    pub help: Option<String>,
}

impl Fault {
    /// A fault without place or help yet.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: None, help: None }
    }
    /// The fault, at a place.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }
    /// The fault, with what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Fault {
    /// In one line: `rules.toml:3:8: there is no nation `UK`; did you mean `GBR`?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(Place { file, line, column, .. }) = &self.place {
            write!(f, "{file}:{line}:{column}: ")?;
        }
        write!(f, "{}", self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}
