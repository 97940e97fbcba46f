//! The verdicts for a person at a screen of 100 columns, and the same as JSON.
use super::statement::{Finding, Model, Statistic, Verdict};
use serde_json::{Value, json};

/// Columns of a line.
const WIDE: usize = 100;

/// A number in a table: a whole one as it is, others with three significant digits or so.
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

/// What a statistic is held against: a number, a range, a bound.
pub fn against(finding: &Finding) -> String {
    match (finding.within, finding.recorded) {
        (Some((low, high)), _) if high.is_infinite() => format!(">= {}", short(low)),
        (Some((low, high)), _) if low.is_infinite() => format!("<= {}", short(high)),
        (Some((low, high)), _) => format!("{} to {}", short(low), short(high)),
        (None, Some(recorded)) => short(recorded),
        (None, None) => "-".to_owned(),
    }
}

/// The 90 % interval.
pub fn interval(model: Option<Model>) -> String {
    model.map_or_else(|| "-".to_owned(), |model| format!("{} to {}", short(model.low), short(model.high)))
}

/// The widest the interval may be.
pub fn width(statistic: &Statistic) -> String {
    if statistic.width.is_finite() { short(statistic.width) } else { "-".to_owned() }
}

/// Text in lines of at most `wide` characters, each but the first behind `indent` blanks.
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

/// Whether a statistic holds, and how many runs tell it where not all do.
pub fn answer(finding: &Finding, reps: u32) -> String {
    let word = if finding.holds { "yes" } else { "no" };
    if finding.n == u64::from(reps) { word.to_owned() } else { format!("{word}, n {}", finding.n) }
}

/// The table, statement by statement.
pub fn text(verdicts: &[Verdict], reps: u32) -> String {
    let mut out = String::new();
    for verdict in verdicts {
        let word = if verdict.holds() { "holds " } else { "MISSED" };
        let says = wrapped(verdict.statement.says, 11, WIDE);
        out += &format!("{:>2} {word}  {says}\n", verdict.statement.number);
        out += &format!(
            "  {:<45} {:>11} {:>6} {:>16} {:>5}  {}\n",
            "statistic", "on record", "median", "90 % interval", "width", "holds"
        );
        for (statistic, finding) in verdict.rows() {
            let median = finding.model.map_or_else(|| "-".to_owned(), |model| short(model.median));
            let answer = answer(finding, reps);
            out += &format!(
                "  {:<45} {:>11} {:>6} {:>16} {:>5}  {answer}\n",
                statistic.what,
                against(finding),
                median,
                interval(finding.model),
                width(statistic),
            );
        }
        out.push('\n');
    }
    out
}

/// How many statements hold.
pub fn held(verdicts: &[Verdict]) -> usize {
    verdicts.iter().filter(|verdict| verdict.holds()).count()
}

/// The last line but one: how many hold, and which do not.
pub fn count(verdicts: &[Verdict], reps: u32) -> String {
    let missed: Vec<String> = verdicts.iter().filter(|v| !v.holds()).map(|v| v.statement.number.to_string()).collect();
    let missed = if missed.is_empty() { String::new() } else { format!("; missed: {}", missed.join(", ")) };
    let text = format!("{} of {} statements hold over {reps} runs{missed}", held(verdicts), verdicts.len());
    wrapped(&text, 0, WIDE)
}

/// The same for a program.
pub fn json(verdicts: &[Verdict]) -> Value {
    let finite = |number: f64| number.is_finite().then_some(number);
    let row = |(statistic, finding): (&Statistic, &Finding)| {
        json!({
            "statistic": statistic.what,
            "unit": statistic.unit,
            "recorded": finding.recorded,
            "bound_low": finding.within.and_then(|(low, _)| finite(low)),
            "bound_high": finding.within.and_then(|(_, high)| finite(high)),
            "model_median": finding.model.map(|model| model.median),
            "model_q05": finding.model.map(|model| model.low),
            "model_q95": finding.model.map(|model| model.high),
            "width_allowed": finite(statistic.width),
            "n": finding.n,
            "holds": finding.holds,
        })
    };
    let one = |verdict: &Verdict| {
        json!({
            "statement": verdict.statement.number,
            "says": verdict.statement.says,
            "holds": verdict.holds(),
            "note": verdict.statement.note,
            "statistics": verdict.rows().map(row).collect::<Vec<_>>(),
        })
    };
    json!(verdicts.iter().map(one).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_minus_nothing() {
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
