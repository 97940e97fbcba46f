//! Formats numbers and lists of names as text.
use crate::measures::Unit;
use crate::words;

/// Formats a number in its unit, as `words::value` does, with a no-break space.
pub fn value(number: f64, unit: Unit) -> String {
    words::value(number, unit).replace(' ', "\u{a0}")
}

/// Formats a share (0 to 1) in percent, as `words::percent` does, with a no-break space.
pub fn percent(share: f64) -> String {
    value(share, Unit::Share)
}

/// Formats a difference of shares (-1 to 1) in percentage points, with its sign.
pub fn points(share: f64) -> String {
    let number = words::decimal(share.abs() * 100.0);
    let sign = if number == "0" {
        ""
    } else if share < 0.0 {
        "−"
    } else {
        "+"
    };
    format!("{sign}{number} points")
}

/// Formats a difference in a unit, with its sign.
pub fn difference(number: f64, unit: Unit) -> String {
    if unit == Unit::Share {
        return points(number);
    }
    let text = words::value(number.abs(), unit);
    let sign = if text == "0" {
        ""
    } else if number < 0.0 {
        "−"
    } else {
        "+"
    };
    format!("{sign}{text}")
}

/// The text with its first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// `1 nation`, `2 nations`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Joins at most `most` names for a sentence: `A, B and 2 more`.
pub fn join_names(names: &[&str], most: usize) -> String {
    let shown = &names[..names.len().min(most)];
    let more = names.len() - shown.len();
    match (shown, more) {
        ([], _) => "nobody".to_owned(),
        ([one], 0) => (*one).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_keep_two_decimals_and_others_one() {
        let cases = [
            (0.0, "0\u{a0}%"),
            (0.5, "50\u{a0}%"),
            (0.0123, "1.2\u{a0}%"),
            (0.00123, "0.12\u{a0}%"),
            (0.369, "36.9\u{a0}%"),
            (1e-9, "0\u{a0}%"),
        ];
        for (share, text) in cases {
            assert_eq!(percent(share), text);
        }
        assert_eq!(
            (points(-0.019), points(0.2), points(0.0)),
            ("−1.9 points".into(), "+20 points".into(), "0 points".into())
        );
        assert_eq!(join_names(&["A", "B", "C"], 5), "A, B and C");
        assert_eq!(join_names(&["A", "B", "C"], 2), "A, B and 1 more");
        assert_eq!((count(1, "run"), count(3, "run")), ("1 run".into(), "3 runs".into()));
    }
}
