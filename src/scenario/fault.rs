//! Faults in scenario files: a code, a place, a message in the author's words, and help.
use std::fmt;
use std::sync::Arc;

/// A span of one source text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file name, as the author gives it (relative to the scenario where possible; `--set` for the command line).
    pub file: Arc<str>,
    /// The first byte, from 0.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// One fault of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// A stable code such as `unknown-id`.
    pub code: &'static str,
    /// The message: lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// Its place; none only for a file that cannot be read and that no other file names.
    pub place: Option<Place>,
    /// What would be right, in words.
    pub help: Option<String>,
}

impl Fault {
    /// A fault without place and help.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: None, help: None }
    }
    /// The fault with a place.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }
    /// The fault with help: what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Fault {
    /// Writes one line: `rules.toml:3:8: there is no nation `UK`; did you mean `GBR`?`
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
