//! Numbers, names and text tables for people to read.
use noforn::history::cell::Text;

/// Greatest number of names that are listed; of the others only the number is written.
const LISTED_NAMES: usize = 8;

/// `1 run`, `2 runs`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// A number with a comma between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in percent, with one decimal unless that is 0.
pub fn percent(share: f64) -> String {
    let number = format!("{:.1}", share * 100.0);
    format!("{} %", number.strip_suffix(".0").unwrap_or(&number))
}

/// The first `LISTED_NAMES` names, and the number of the others.
pub fn names(names: &[Text]) -> String {
    let listed: Vec<&str> = names.iter().take(LISTED_NAMES).map(|name| &**name).collect();
    let more = names.len().saturating_sub(LISTED_NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", listed.join(", "))
}

/// A row of a text table: each cell padded to the width of its column, no spaces at the end.
pub fn padded(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
    cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

/// A word quoted for a shell, if it needs quotes.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '\\' | ':');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_formatted_for_people() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
        assert_eq!((percent(0.25), percent(0.1234)), ("25 %".to_owned(), "12.3 %".to_owned()));
        assert_eq!(shell_word("my study's"), r"'my study'\''s'");
        let many: Vec<Text> = (0..10).map(|n| format!("n{n}").into()).collect();
        assert_eq!(names(&many), "n0, n1, n2, n3, n4, n5, n6, n7 and 2 more");
    }
}
