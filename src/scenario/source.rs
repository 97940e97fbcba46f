//! Source texts, and the line and column of their bytes.
use super::fault::Place;
use super::{Scenario, literal};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the text that holds the settings of the command line.
pub const SETTINGS: &str = "--set";

/// Bytes between two cached counts of characters, which make a column in a very long line fast to compute.
const STRIDE: usize = 64;

/// One source text with its name.
#[derive(Clone, Debug)]
pub struct SourceText {
    name: Arc<str>,
    text: Arc<str>,
    /// The byte at which each line starts.
    lines: Vec<usize>,
    /// The number of characters before each stride.
    characters: Vec<usize>,
}

/// Whether a byte starts a character.
fn starts_character(byte: &u8) -> bool {
    byte & 0xC0 != 0x80
}

impl SourceText {
    /// A text and its name.
    pub fn new(name: &str, text: &str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let mut counted = 0;
        let characters = text.as_bytes().chunks(STRIDE).map(|chunk| {
            let before = counted;
            counted += chunk.iter().filter(|byte| starts_character(byte)).count();
            before
        });
        Self {
            name: name.into(),
            text: text.into(),
            lines: std::iter::once(0).chain(newlines).collect(),
            characters: characters.collect(),
        }
    }
    /// The file name, as the author gives it; [`SETTINGS`] for the command line.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }
    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }
    /// The place of the bytes from `start` up to `end`. A position inside a character or after the end moves back to the
    /// nearest boundary.
    pub fn place(&self, start: usize, end: usize) -> Place {
        let start = self.boundary(start);
        let end = self.boundary(end.max(start));
        let line = self.lines.partition_point(|first| *first <= start);
        let column = self.characters_before(start) - self.characters_before(self.lines[line - 1]) + 1;
        let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { file: self.name.clone(), start, end, line: narrow(line), column: narrow(column) }
    }
    /// The place of the first line.
    pub fn top(&self) -> Place {
        let end = self.text.find('\n').unwrap_or(self.text.len());
        self.place(0, end)
    }

    fn boundary(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
    fn characters_before(&self, at: usize) -> usize {
        let stride = at / STRIDE;
        let counted = self.characters.get(stride).copied();
        let from = if counted.is_some() { stride * STRIDE } else { 0 };
        counted.unwrap_or(0) + self.text.as_bytes()[from..at].iter().filter(|byte| starts_character(byte)).count()
    }
}

/// All texts that a scenario was read from, by name.
#[derive(Clone, Debug, Default)]
pub struct Sources(BTreeMap<Arc<str>, Arc<SourceText>>);

impl Sources {
    /// Adds a text; it replaces one of the same name.
    pub fn add(&mut self, source: SourceText) -> Arc<SourceText> {
        let source = Arc::new(source);
        self.0.insert(source.name.clone(), source.clone());
        source
    }
    /// The text with a name.
    pub fn get(&self, name: &str) -> Option<&Arc<SourceText>> {
        self.0.get(name)
    }
    /// All texts by name.
    pub fn texts(&self) -> BTreeMap<Arc<str>, Arc<str>> {
        self.0.iter().map(|(name, source)| (name.clone(), source.text.clone())).collect()
    }
    /// The place of bytes in a file; none if there is no such file.
    pub fn place(&self, file: &str, start: usize, end: usize) -> Option<Place> {
        Some(self.0.get(file)?.place(start, end))
    }
    /// The place of a part of a string value: `offset` and `len` count bytes of the value at `path` (as in
    /// `Scenario::origins`), without its quotes and escapes. If that part cannot be located in the source, the place of
    /// the whole value.
    pub fn place_in(&self, scenario: &Scenario, path: &str, offset: usize, len: usize) -> Option<Place> {
        let whole = scenario.origin(path)?;
        let source = self.0.get(&whole.file)?;
        let raw = source.text.get(whole.start..whole.end)?;
        let Some((start, end)) = literal::source_span(raw, whole.file.ends_with(".csv"), offset, len) else {
            return Some(whole.clone());
        };
        Some(source.place(whole.start + start, whole.start + end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_also_far_into_a_long_line() {
        let text = format!("a = 1\n{}x", "é".repeat(3000));
        let place = SourceText::new("f", &text).place(text.len() - 1, text.len());
        assert_eq!((place.line, place.column), (2, 3001));
        let place = SourceText::new("f", "é").place(1, 9);
        assert_eq!((place.line, place.column, place.start, place.end), (1, 1, 0, 2));
        assert_eq!(SourceText::new("f", "").top().line, 1);
    }
}
