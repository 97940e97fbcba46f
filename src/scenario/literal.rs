//! Maps bytes of a string value to bytes of the literal that it is written as.

/// The span of `raw`, the literal of a string value, that `len` bytes at `offset` of the value come from: first byte and
/// end. None if the value is shorter than the offset.
pub fn source_span(raw: &str, csv: bool, offset: usize, len: usize) -> Option<(usize, usize)> {
    let units = units(raw, csv);
    let mut decoded = 0;
    let mut start = None;
    let mut end = None;
    for unit in &units {
        if start.is_none() && offset < decoded + unit.bytes {
            start = Some(unit.start);
        }
        if decoded < offset + len && unit.bytes > 0 {
            end = Some(unit.end);
        }
        decoded += unit.bytes;
    }
    // An offset at the end of the value, as for a condition that ends too early.
    let last = units.last().map_or(0, |unit| unit.end);
    let start = start.or_else(|| (offset == decoded).then_some(last))?;
    Some((start, end.unwrap_or(start).max(start)))
}

/// One character or escape of a literal: its span in the literal, and the number of bytes of the value that it makes.
struct LiteralUnit {
    start: usize,
    end: usize,
    bytes: usize,
}

/// How a string is quoted.
#[derive(Clone, Copy, PartialEq)]
enum Quoting {
    Bare,
    Literal,
    Basic,
    Csv,
}

/// The units of a literal, in order.
fn units(raw: &str, csv: bool) -> Vec<LiteralUnit> {
    let (quoting, mark) = match raw {
        _ if csv && raw.starts_with('"') => (Quoting::Csv, 1),
        _ if csv => (Quoting::Bare, 0),
        _ if raw.starts_with("\"\"\"") && raw.len() >= 6 => (Quoting::Basic, 3),
        _ if raw.starts_with("'''") && raw.len() >= 6 => (Quoting::Literal, 3),
        _ if raw.starts_with('"') && raw.len() >= 2 => (Quoting::Basic, 1),
        _ if raw.starts_with('\'') && raw.len() >= 2 => (Quoting::Literal, 1),
        _ => (Quoting::Bare, 0),
    };
    let end = raw.len().saturating_sub(mark).max(mark);
    let mut at = mark;
    if mark == 3 {
        // A line break directly after an opening triple quote is not part of the value.
        at += ["\r\n", "\n"]
            .iter()
            .find(|newline| raw[at..end].starts_with(**newline))
            .map_or(0, |newline| newline.len());
    }
    let mut units = Vec::new();
    while let Some(next) = raw.get(at..end).and_then(|rest| unit(rest, quoting)) {
        units.push(LiteralUnit { start: at, end: at + next.0, bytes: next.1 });
        at += next.0;
    }
    units
}

/// The length of the first unit in the literal, and in the value.
fn unit(rest: &str, quoting: Quoting) -> Option<(usize, usize)> {
    let first = rest.chars().next()?;
    match quoting {
        Quoting::Csv if rest.starts_with("\"\"") => Some((2, 1)),
        Quoting::Basic if first == '\\' => Some(escape(&rest[1..])),
        _ => Some((first.len_utf8(), first.len_utf8())),
    }
}

/// The same for an escape, from the character after the backslash.
fn escape(rest: &str) -> (usize, usize) {
    let digits = match rest.chars().next() {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(c) if c.is_whitespace() => {
            let gap = rest.len() - rest.trim_start().len();
            return (1 + gap, 0);
        }
        Some(c) => return (1 + c.len_utf8(), 1),
        None => return (1, 0),
    };
    let code = rest.get(1..=digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let bytes = code.and_then(char::from_u32).map_or(1, char::len_utf8);
    ((2 + digits).min(1 + rest.len()), bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_value_is_found_however_it_is_quoted() {
        let found = |raw: &str, csv, offset, len| {
            let (start, end) = source_span(raw, csv, offset, len).expect("lies within");
            raw[start..end].to_owned()
        };
        assert_eq!(found("'context.core > 0'", false, 8, 4), "core");
        assert_eq!(found(r#""a\tb \u00e9 core""#, false, 7, 4), "core");
        assert_eq!(found("'''\ncore > 0'''", false, 0, 4), "core");
        assert_eq!(found("\"\"\"\na \\\n   core\"\"\"", false, 2, 4), "core");
        assert_eq!(found("\"say \"\"core\"\"\"", true, 5, 4), "core");
        assert_eq!(found("core > 0", false, 0, 4), "core");
        assert_eq!(source_span("'ab'", false, 2, 1), Some((3, 3)));
        assert_eq!(source_span("'ab'", false, 3, 1), None);
        assert_eq!(source_span("\"\"", false, 0, 1), Some((0, 0)));
        assert_eq!(source_span("\"", false, 5, 1), None);
    }
}
