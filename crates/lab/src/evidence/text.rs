//! The judged statements as text of 100 columns and as JSON.
use super::statement::{Assessment, Interval, JudgedStatement, Statistic};
use serde_json::{Value, json};

/// Columns of a line.
const WIDE: usize = 100;

/// A number for a table: whole numbers as they are, others with about three significant digits.
pub fn short(number: f64) -> String {
    let decimals = match number.abs() {
        _ if (number - number.round()).abs() < 1e-9 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{number:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text.trim_start_matches(['-', '0', '.']).is_empty() { "0".to_owned() } else { text.to_owned() }
}

/// What a statistic is compared with: a number, a range or a bound.
pub fn criterion(assessment: &Assessment) -> String {
    match (assessment.within, assessment.recorded) {
        (Some((low, high)), _) if high.is_infinite() => format!(">= {}", short(low)),
        (Some((low, high)), _) if low.is_infinite() => format!("<= {}", short(high)),
        (Some((low, high)), _) => format!("{} to {}", short(low), short(high)),
        (None, Some(recorded)) => short(recorded),
        (None, None) => "-".to_owned(),
    }
}

/// The 90 % interval of the model.
pub fn interval(model: Option<Interval>) -> String {
    model.map_or_else(|| "-".to_owned(), |model| format!("{} to {}", short(model.low), short(model.high)))
}

/// The greatest width allowed for the interval.
pub fn width(statistic: &Statistic) -> String {
    if statistic.width.is_finite() { short(statistic.width) } else { "-".to_owned() }
}

/// Breaks text into lines of at most `wide` characters; each line but the first starts with `indent` blanks.
fn wrapped(text: &str, indent: usize, wide: usize) -> String {
    let (mut out, mut column) = (String::new(), indent);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > wide {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            column = indent;
        } else if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// Whether a statistic holds, and how many runs give a value if not all do.
pub fn holds(assessment: &Assessment, reps: u32) -> String {
    let word = if assessment.holds { "yes" } else { "no" };
    if assessment.n == u64::from(reps) { word.to_owned() } else { format!("{word}, n {}", assessment.n) }
}

/// The table, one section per statement.
pub fn text(verdicts: &[JudgedStatement], reps: u32) -> String {
    let mut out = String::new();
    for verdict in verdicts {
        let word = if verdict.holds() { "holds " } else { "MISSED" };
        let says = wrapped(verdict.statement.says, 11, WIDE);
        out += &format!("{:>2} {word}  {says}\n", verdict.statement.number);
        out += &format!(
            "  {:<45} {:>11} {:>6} {:>16} {:>5}  {}\n",
            "statistic", "on record", "median", "90 % interval", "width", "holds"
        );
        for (statistic, assessment) in verdict.rows() {
            let median = assessment.model.map_or_else(|| "-".to_owned(), |model| short(model.median));
            let holds = holds(assessment, reps);
            out += &format!(
                "  {:<45} {:>11} {:>6} {:>16} {:>5}  {holds}\n",
                statistic.what,
                criterion(assessment),
                median,
                interval(assessment.model),
                width(statistic),
            );
        }
        out.push('\n');
    }
    out
}

/// How many statements hold.
pub fn count_holding(verdicts: &[JudgedStatement]) -> usize {
    verdicts.iter().filter(|verdict| verdict.holds()).count()
}

/// The summary: how many statements hold, and which do not.
pub fn summary(verdicts: &[JudgedStatement], reps: u32) -> String {
    let missed: Vec<String> = verdicts.iter().filter(|v| !v.holds()).map(|v| v.statement.number.to_string()).collect();
    let missed = if missed.is_empty() { String::new() } else { format!("; missed: {}", missed.join(", ")) };
    let text = format!("{} of {} statements hold over {reps} runs{missed}", count_holding(verdicts), verdicts.len());
    wrapped(&text, 0, WIDE)
}

/// The judged statements as JSON.
pub fn to_json(verdicts: &[JudgedStatement]) -> Value {
    json!(verdicts.iter().map(statement_to_json).collect::<Vec<_>>())
}

fn statement_to_json(verdict: &JudgedStatement) -> Value {
    json!({
        "statement": verdict.statement.number,
        "says": verdict.statement.says,
        "holds": verdict.holds(),
        "note": verdict.statement.note,
        "statistics": verdict.rows().map(statistic_to_json).collect::<Vec<_>>(),
    })
}

fn statistic_to_json((statistic, assessment): (&Statistic, &Assessment)) -> Value {
    json!({
        "statistic": statistic.what,
        "unit": statistic.unit,
        "recorded": assessment.recorded,
        "bound_low": assessment.within.and_then(|(low, _)| finite(low)),
        "bound_high": assessment.within.and_then(|(_, high)| finite(high)),
        "model_median": assessment.model.map(|model| model.median),
        "model_q05": assessment.model.map(|model| model.low),
        "model_q95": assessment.model.map(|model| model.high),
        "width_allowed": finite(statistic.width),
        "n": assessment.n,
        "holds": assessment.holds,
    })
}

/// A bound or width; none where it is infinite.
fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_minus_zero() {
        let cases = [
            (4.0, "4"),
            (-0.0001, "0"),
            (0.154, "0.154"),
            (0.0163, "0.016"),
            (2.034, "2.03"),
            (12.34, "12.3"),
            (-0.33, "-0.33"),
            (0.5, "0.5"),
            (100.0, "100"),
        ];
        for (number, text) in cases {
            assert_eq!(short(number), text);
        }
    }

    #[test]
    fn long_lines_break_between_words() {
        assert_eq!(wrapped("one two three", 2, 9), "one two\n  three");
        assert_eq!(wrapped("a-word-that-is-long b", 0, 5), "a-word-that-is-long\nb");
    }
}
