//! Rows as the text of a CSV file: RFC 4180 but for its line ends, which are `\n`.
use noforn::history::cell::Kind;
use noforn::history::row::Row;

/// Lines of one table, in one buffer.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    text: String,
    rows: u64,
}

impl Lines {
    /// The lines of these rows, each behind the cells of `lead` (as `lead` wrote them).
    ///
    /// The rows must lie in the order of their keys, no two with the same: the data package promises it.
    pub fn of<R: Row>(lead: &str, rows: &[R]) -> Self {
        let mut lines =
            Lines { text: String::with_capacity(rows.len() * (lead.len() + 8 * R::COLUMNS.len())), rows: 0 };
        for (index, row) in rows.iter().enumerate() {
            assert!(
                index == 0 || rows[index - 1].by_key(row).is_lt(),
                "rows of `{}` lie in the order of their keys, no two alike: row {index} does not",
                R::TABLE
            );
            lines.push(lead, row);
        }
        lines
    }

    /// Appends a row behind its leading cells.
    pub fn push<R: Row>(&mut self, lead: &str, row: &R) {
        self.text.push_str(lead);
        let mut kinds = R::COLUMNS.iter().map(|column| column.kind);
        row.cells(&mut |write| {
            let start = self.text.len();
            write(&mut self.text);
            if kinds.next() == Some(Kind::String) {
                guard(&mut self.text, start);
            }
            self.text.push(',');
        });
        self.text.pop();
        self.text.push('\n');
        self.rows += 1;
    }

    /// Appends a row whose cells are written already.
    pub fn push_text(&mut self, cells: &str) {
        self.text.push_str(cells);
        self.text.push('\n');
        self.rows += 1;
    }

    /// Their text.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

/// The text of leading cells, each with its comma.
pub fn lead(cells: &[&str]) -> String {
    let mut text = String::new();
    for cell in cells {
        let start = text.len();
        text.push_str(cell);
        guard(&mut text, start);
        text.push(',');
    }
    text
}

/// Whether a spreadsheet would run a cell that starts so: the characters that OWASP names under "CSV injection".
pub fn is_formula_start(first: char) -> bool {
    matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n')
}

/// Makes a text cell safe: an apostrophe before what a spreadsheet would run as a formula, quotes where CSV needs them.
fn guard(text: &mut String, start: usize) {
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

/// A text cell without the apostrophe that keeps spreadsheets from running it.
pub fn unguarded(cell: &str) -> &str {
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
    fn cells_are_quoted_and_made_safe_where_they_must_be() {
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
            let lines = Lines::of("s,v,0,", &[event("warning", source)]);
            assert_eq!(lines.text(), format!("s,v,0,2019,1,warning,note,{cell}\n"));
            assert_eq!(lines.rows(), 1);
        }
    }

    #[test]
    fn leading_cells_are_made_safe_too() {
        assert_eq!(lead(&["=x", "a,b", "0"]), "'=x,\"a,b\",0,");
    }

    #[test]
    #[should_panic(expected = "rows of `events` lie in the order of their keys")]
    fn rows_out_of_order_are_a_fault_of_the_program() {
        Lines::of("", &[event("b", None), event("a", None)]);
    }
}
