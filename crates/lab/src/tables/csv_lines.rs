//! Writes rows as CSV: RFC 4180, but with `\n` as line end; cells that spreadsheets would run as formulas are escaped.
use noforn::history::cell::Kind;
use noforn::history::row::Row;

/// Lines of one table, in one buffer.
#[derive(Clone, Debug, Default)]
pub struct CsvLines {
    text: String,
    rows: u64,
}

impl CsvLines {
    /// The lines of rows; each line begins with `leading`, the text that `leading_cells` returns.
    ///
    /// Panics unless the rows are sorted by unique keys, which the data package promises.
    pub fn new<R: Row>(leading: &str, rows: &[R]) -> Self {
        let mut lines =
            CsvLines { text: String::with_capacity(rows.len() * (leading.len() + 8 * R::COLUMNS.len())), rows: 0 };
        for (index, row) in rows.iter().enumerate() {
            assert!(
                index == 0 || rows[index - 1].by_key(row).is_lt(),
                "rows of `{}` lie in the order of their keys, no two alike: row {index} does not",
                R::TABLE
            );
            lines.push(leading, row);
        }
        lines
    }

    /// Appends a row after its leading cells.
    pub fn push<R: Row>(&mut self, leading: &str, row: &R) {
        self.text.push_str(leading);
        let mut kinds = R::COLUMNS.iter().map(|column| column.kind);
        row.cells(&mut |write| {
            let start = self.text.len();
            write(&mut self.text);
            if kinds.next() == Some(Kind::String) {
                escape(&mut self.text, start);
            }
            self.text.push(',');
        });
        self.text.pop();
        self.text.push('\n');
        self.rows += 1;
    }

    /// Appends a row whose cells are already formatted.
    pub fn push_text(&mut self, cells: &str) {
        self.text.push_str(cells);
        self.text.push('\n');
        self.rows += 1;
    }

    /// The text of the lines.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// Number of rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

/// Escaped text cells, each with its comma, for the start of a line.
pub fn leading_cells(cells: &[&str]) -> String {
    let mut text = String::new();
    for cell in cells {
        let start = text.len();
        text.push_str(cell);
        escape(&mut text, start);
        text.push(',');
    }
    text
}

/// True if a spreadsheet would run a cell with this first character: the list of OWASP's "CSV injection".
pub fn is_formula_start(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n')
}

/// Escapes the text cell that begins at `start`: an apostrophe before a formula, quotes where CSV needs them.
fn escape(text: &mut String, start: usize) {
    let formula = text[start..].starts_with(is_formula_start);
    let cell = &text.as_bytes()[start..];
    let quoted = cell.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
    if formula {
        text.insert(start, '\'');
    }
    if quoted {
        let cell = text[start..].replace('"', "\"\"");
        text.truncate(start);
        text.push('"');
        text.push_str(&cell);
        text.push('"');
    }
}

/// A text cell without the apostrophe that `escape` put before a formula.
pub fn unescaped(cell: &str) -> &str {
    let rest = cell.strip_prefix('\'').filter(|rest| rest.starts_with(is_formula_start));
    rest.unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;
    use noforn::history::rows::EventRow;

    fn event(id: &str, source: Option<&str>) -> EventRow {
        EventRow { year: 2019, quarter: 1, event_id: id.into(), effect: "note", source: source.map(Into::into) }
    }

    #[test]
    fn cells_are_quoted_and_escaped_where_necessary() {
        let cases = [
            (Some("plain words"), "plain words"),
            (Some("a, b"), "\"a, b\""),
            (Some("he said \"no\""), "\"he said \"\"no\"\"\""),
            (Some("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0"),
            (Some("=1,2"), "\"'=1,2\""),
            (Some("-1"), "'-1"),
            (Some("+1"), "'+1"),
            (Some("@sum"), "'@sum"),
            (Some("\tx"), "'\tx"),
            (Some("two\nlines"), "\"two\nlines\""),
            (Some("Côte d'Ivoire"), "Côte d'Ivoire"),
            (None, ""),
        ];
        for (source, cell) in cases {
            let lines = CsvLines::new("s,v,0,", &[event("warning", source)]);
            assert_eq!(lines.text(), format!("s,v,0,2019,1,warning,note,{cell}\n"));
            assert_eq!(lines.rows(), 1);
        }
    }

    #[test]
    fn leading_cells_are_escaped_too() {
        assert_eq!(leading_cells(&["=x", "a,b", "0"]), "'=x,\"a,b\",0,");
    }

    #[test]
    #[should_panic(expected = "rows of `events` lie in the order of their keys")]
    fn unsorted_rows_panic() {
        CsvLines::new("", &[event("b", None), event("a", None)]);
    }
}
