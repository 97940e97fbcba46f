//! The closing lines on robustness, as text and as JSON: whose sign holds, and which parameter changes it.
use super::Robustness;
use super::rows::RobustnessRow;
use super::whole_run::BANS;
use crate::compare::closing::{MAIN, number};
use crate::words::{count, padded, percent};
use serde_json::{Value, json};

/// A parameter is named only if so good a split has at most this chance where no parameter matters. One in a hundred, because
/// the table has about a dozen rows.
pub const SIGNIFICANT: f64 = 0.01;

/// The rows of the short table: the mean over the run of the main metrics, the number of bans at its end.
fn main_rows(found: &Robustness) -> impl Iterator<Item = &RobustnessRow> {
    let wanted = MAIN.iter().map(|metric| (*metric, "mean")).chain(BANS.map(|metric| (metric, "last")));
    wanted.filter_map(|wanted| found.rows.iter().find(|row| (row.metric, row.statistic) == wanted))
}

/// The closing lines as text.
pub fn to_text(found: &Robustness) -> Vec<String> {
    let (points, parameters) = (count(found.points as u64, "point"), count(found.parameters as u64, "parameter"));
    let runs = count(found.reps.into(), "run");
    let mut lines =
        vec![String::new(), format!("whether the sign holds: {points} of the space of {parameters}, {runs} of each")];
    let head = ["", "of a run", "difference", "95 % interval", "same sign", "none", "what changes it"];
    let rows: Vec<[String; 7]> =
        std::iter::once(head.map(str::to_owned)).chain(main_rows(found).filter_map(cells)).collect();
    let widths: [usize; 7] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    lines.extend(rows.iter().map(|row| padded(row, &widths)));
    lines.push(
        "same sign: points whose difference has the sign of the one at the shipped parameters; none: no difference"
            .to_owned(),
    );
    lines
}

fn cells(row: &RobustnessRow) -> Option<[String; 7]> {
    let (mean, same, zero) = (row.mean?.0, row.same_sign_share?.0, row.zero_share?.0);
    let interval = row.ci95_low.zip(row.ci95_high);
    Some([
        row.metric.to_owned(),
        row.statistic.to_owned(),
        number(mean),
        interval.map_or("-".to_owned(), |(low, high)| format!("{} to {}", number(low.0), number(high.0))),
        percent(same),
        percent(zero),
        cause(row),
    ])
}

/// The parameter that changes the sign, in words: the side where it holds less often, and how often on either side.
fn cause(row: &RobustnessRow) -> String {
    let sides = row.same_sign_below_share.zip(row.same_sign_above_share);
    let named = row.parameter.as_ref().zip(row.threshold).zip(sides).zip(row.p_value);
    match named {
        None => "-".to_owned(),
        Some((_, p_value)) if p_value.0 > SIGNIFICANT => "no parameter by itself".to_owned(),
        Some((((parameter, threshold), (below, above)), _)) => {
            let (way, there, else_) = if below.0 < above.0 { ("<", below, above) } else { (">", above, below) };
            let name = parameter.trim_start_matches("model.");
            format!("{name} {way} {}: {} there, else {}", number(threshold.0), percent(there.0), percent(else_.0))
        }
    }
}

/// The closing lines as JSON.
pub fn to_json(found: &Robustness) -> Value {
    json!({
        "points": found.points,
        "parameters": found.parameters,
        "reps": found.reps,
        "rows": found.rows.len(),
        "metrics": main_rows(found).map(row_json).collect::<Vec<_>>(),
    })
}

fn row_json(row: &RobustnessRow) -> Value {
    json!({
        "metric": row.metric,
        "statistic": row.statistic,
        "mean": row.mean.map(|value| value.0),
        "ci95_low": row.ci95_low.map(|value| value.0),
        "ci95_high": row.ci95_high.map(|value| value.0),
        "same_sign_share": row.same_sign_share.map(|value| value.0),
        "zero_share": row.zero_share.map(|value| value.0),
        "parameter": row.parameter.as_ref().map(|name| &**name),
        "threshold": row.threshold.map(|value| value.0),
        "sign_below": row.sign_below,
        "sign_above": row.sign_above,
        "same_sign_below_share": row.same_sign_below_share.map(|value| value.0),
        "same_sign_above_share": row.same_sign_above_share.map(|value| value.0),
        "gain_share": row.gain_share.map(|value| value.0),
        "p_value": row.p_value.map(|value| value.0),
    })
}
