//! Parses CSV text into records of fields with their places (RFC 4180).
use crate::scenario::fault::Fault;
use crate::scenario::source::SourceText;

/// A field: its text, and the bytes of the source that it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvField {
    /// The text, without quotes.
    pub text: String,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A record: the fields of one row.
pub type CsvRecord = Vec<CsvField>;

/// The records of a text. Empty lines are skipped.
///
/// # Errors
/// If a quotation mark is out of place.
pub fn rows(source: &SourceText) -> Result<Vec<CsvRecord>, Fault> {
    let text: &str = source.text();
    let mut rows = Vec::new();
    let mut row = CsvRecord::new();
    let mut at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while at < text.len() || !row.is_empty() {
        let field = field(text, at).map_err(|start| quote_fault(source, start))?;
        at = field.end;
        row.push(field);
        if text[at..].starts_with(',') {
            at += 1;
            continue;
        }
        at += if text[at..].starts_with("\r\n") { 2 } else { usize::from(at < text.len()) };
        let full = std::mem::take(&mut row);
        if full.len() > 1 || !full[0].text.is_empty() {
            rows.push(full);
        }
    }
    Ok(rows)
}

/// The field that starts at a byte. The error is the byte of a quotation mark that is out of place.
fn field(text: &str, start: usize) -> Result<CsvField, usize> {
    let rest = &text[start..];
    if !rest.starts_with('"') {
        let length = rest.find([',', '\n', '\r']).unwrap_or(rest.len());
        let plain = &rest[..length];
        return match plain.find('"') {
            Some(quote) => Err(start + quote),
            None => Ok(CsvField { text: plain.to_owned(), start, end: start + length }),
        };
    }
    let mut inner = String::new();
    let mut at = start + 1;
    loop {
        let quote = at + text[at..].find('"').ok_or(start)?;
        inner.push_str(&text[at..quote]);
        at = quote + 1;
        if text[at..].starts_with('"') {
            inner.push('"');
            at += 1;
        } else if at == text.len() || text[at..].starts_with([',', '\n', '\r']) {
            return Ok(CsvField { text: inner, start, end: at });
        } else {
            return Err(quote);
        }
    }
}

fn quote_fault(source: &SourceText, at: usize) -> Fault {
    Fault::new("csv-quote", "this quotation mark is out of place")
        .at(source.place(at, at + 1))
        .help("a cell with commas, line breaks or quotation marks stands in quotation marks, those inside it doubled")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Option<Vec<Vec<String>>> {
        let rows = rows(&SourceText::new("t.csv", text)).ok()?;
        Some(rows.into_iter().map(|row| row.into_iter().map(|cell| cell.text).collect()).collect())
    }

    #[test]
    fn fields_are_parsed_as_the_standard_says() {
        let rows =
            |cells: &[&[&str]]| Some(cells.iter().map(|r| r.iter().map(|c| (*c).to_owned()).collect()).collect());
        assert_eq!(texts("id,a\nx,1\n"), rows(&[&["id", "a"], &["x", "1"]]));
        assert_eq!(texts("id,a\r\n\r\nx,\"1,\"\"2\"\"\n3\""), rows(&[&["id", "a"], &["x", "1,\"2\"\n3"]]));
        assert_eq!(texts("id,a\nx,"), rows(&[&["id", "a"], &["x", ""]]));
        assert_eq!(texts(""), rows(&[]));
        assert_eq!(texts("a\"b"), None);
        assert_eq!(texts("\"ab"), None);
        assert_eq!(texts("\"a\"b"), None);
    }
}
