//! Numbers, names and text tables for people to read.
use crate::measures::Unit;
use crate::tables::quantile::Spread;
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

/// A share in percent, with at most one decimal, or two below 0.95 percent.
pub fn percent(share: f64) -> String {
    format!("{} %", decimal(share * 100.0))
}

/// A number with at most one decimal, or two below 0.95.
pub fn decimal(number: f64) -> String {
    let text = if number.abs() < 0.95 && number != 0.0 { format!("{number:.2}") } else { format!("{number:.1}") };
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if matches!(text, "-0" | "") { "0".to_owned() } else { text.to_owned() }
}

/// A number in its unit: `12.3 %`, `1,204`, `2.9`. Counts and millions of US dollars are whole.
pub fn value(number: f64, unit: Unit) -> String {
    match unit {
        Unit::Share => percent(number),
        Unit::Number => decimal(number),
        Unit::Count | Unit::Musd => whole(number),
    }
}

/// A number rounded to a whole one, with a comma between thousands.
pub fn whole(number: f64) -> String {
    let rounded = number.round();
    let sign = if rounded < 0.0 { "-" } else { "" };
    format!("{sign}{}", grouped(rounded.abs() as u64))
}

/// The median with its 5 % and 95 % quantiles: `12.3 % (10 to 14 %)`; the median alone if all three read alike.
pub fn interval(spread: &Spread, unit: Unit) -> String {
    let Some([low, _, median, _, high]) = spread.quantiles else { return "-".to_owned() };
    let [low, median, high] = [low, median, high].map(|number| value(number, unit));
    if low == high {
        return median;
    }
    // The unit is written once.
    format!("{median} ({} to {high})", low.strip_suffix(" %").unwrap_or(&low))
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
        assert_eq!([0.25, 0.1234, 0.0012, 1e-9].map(percent), ["25 %", "12.3 %", "0.12 %", "0 %"]);
        assert_eq!([29.5, 28.4, -0.4, -1204.0].map(whole), ["30", "28", "0", "-1,204"]);
        let spread = |values: &[f64]| crate::tables::quantile::spread(&mut values.to_vec());
        assert_eq!(interval(&spread(&[0.1, 0.2, 0.3]), Unit::Share), "20 % (11 to 29 %)");
        assert_eq!(interval(&spread(&[7.0, 7.2]), Unit::Count), "7");
        assert_eq!(shell_word("my study's"), r"'my study'\''s'");
        let many: Vec<Text> = (0..10).map(|n| format!("n{n}").into()).collect();
        assert_eq!(names(&many), "n0, n1, n2, n3, n4, n5, n6, n7 and 2 more");
    }
}
