//! Numbers and names as people write them.
use noforn::history::cell::Text;

/// Names that are listed; of the others only the number is told.
const NAMES: usize = 8;

/// `1 run`, `2 runs`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// A number with a comma between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |(place, digit): (usize, char)| {
        let comma = if place > 0 && (digits.len() - place).is_multiple_of(3) { "," } else { "" };
        format!("{comma}{digit}")
    };
    digits.chars().enumerate().map(comma).collect()
}

/// A share in percent, with a decimal where it has one.
pub fn percent(share: f64) -> String {
    let number = format!("{:.1}", share * 100.0);
    format!("{} %", number.strip_suffix(".0").unwrap_or(&number))
}

/// The first `NAMES` names, and how many more there are.
pub fn names(names: &[Text]) -> String {
    let listed: Vec<&str> = names.iter().take(NAMES).map(|name| &**name).collect();
    let more = names.len().saturating_sub(NAMES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", listed.join(", "))
}

/// A word as a shell reads it back.
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
    fn numbers_and_words_are_written_for_people() {
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
