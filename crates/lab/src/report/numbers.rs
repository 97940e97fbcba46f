//! Formats numbers and lists of names as text.
use super::metrics::Unit;

/// Formats a number in its unit: `12.3 %`, `4`. Shares are given as 0 to 1.
pub fn value(number: f64, unit: Unit) -> String {
    match unit {
        Unit::Share => percent(number),
        Unit::Count => plain(number),
    }
}

/// Formats a share (0 to 1) in percent, with at most one decimal, or two below 0.95 percent.
pub fn percent(share: f64) -> String {
    format!("{}\u{a0}%", decimal(share * 100.0))
}

/// Formats a difference of shares (-1 to 1) in percentage points, with its sign.
pub fn points(share: f64) -> String {
    let number = decimal(share.abs() * 100.0);
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
    let text = plain(number.abs());
    let sign = if text == "0" {
        ""
    } else if number < 0.0 {
        "−"
    } else {
        "+"
    };
    format!("{sign}{text}")
}

/// Formats a number with at most one decimal, or two below 0.95.
pub fn plain(number: f64) -> String {
    decimal(number)
}

fn decimal(number: f64) -> String {
    let text = if number.abs() < 0.95 && number != 0.0 { format!("{number:.2}") } else { format!("{number:.1}") };
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if matches!(text, "-0" | "") { "0".to_owned() } else { text.to_owned() }
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
