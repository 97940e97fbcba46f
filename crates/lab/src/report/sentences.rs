//! The five sentences at the top of the report, made from the statistics.
use super::ReportData;
use super::metrics::{MetricStatistics, WITHHELD};
use super::numbers::{count, percent};
use super::{stances, storyline, tradeoff};

/// Writes five sentences that sum up the report.
pub fn five(data: &ReportData<'_>) -> Vec<String> {
    let first = &data.scenarios()[0];
    let runs = count(data.folder.request.reps as usize, "run");
    let variants = match data.scenarios().len() {
        1 => String::new(),
        many => format!(" under {many} rule designs"),
    };
    let what = format!(
        "{}: {} from {} to {}{variants}, {runs} each, all of them simulated and none of them a forecast.",
        first.file.title.trim_end_matches('.'),
        count(first.file.nations.len(), "nation"),
        first.start,
        first.end
    );
    vec![what, blocs_sentence(data), withheld_sentence(data), tradeoff_sentence(data), stance_sentence(data)]
}

fn with_full_stop(text: String) -> String {
    if text.ends_with('.') { text } else { text + "." }
}

fn missing(table: &str, about: &str) -> String {
    format!("What became of {about} cannot be told: the folder has no `{table}.csv`.")
}

fn blocs_sentence(data: &ReportData<'_>) -> String {
    let Some(all) = &data.nation_statistics else { return missing("nations", "the alliance") };
    let finding = |at: usize| storyline::finding(&data.scenarios()[at].variant, &all[at], &data.nations[at]);
    // Compare the reference with the variant in which most nations leave the largest bloc, or else change blocs.
    let moves = |at: &usize| (storyline::leavers(&all[*at]).len(), storyline::mover_count(&all[*at]));
    let other = (1..all.len()).rev().max_by_key(moves).filter(|at| moves(at) > moves(&0));
    match other {
        Some(at) => with_full_stop(format!("{}; {}", finding(0), lowercase_first(&finding(at)))),
        None => with_full_stop(finding(0)),
    }
}

/// The text with its first letter in lower case, to continue a sentence with it.
fn lowercase_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

/// The greatest median share withheld in any year.
fn worst_withheld(metrics: &MetricStatistics) -> Option<f64> {
    let spreads = metrics.series.get(WITHHELD)?.spreads.iter();
    spreads.filter_map(|spread| spread.quantiles).map(|quantiles| quantiles[2]).max_by(f64::total_cmp)
}

fn withheld_sentence(data: &ReportData<'_>) -> String {
    let variants = data.variant_metrics();
    let Some((name, first)) = variants.first() else { return missing("metrics", "what rules withhold") };
    let base = worst_withheld(first).unwrap_or_default();
    let lead = if base > 0.0 {
        format!("In the worst year rules keep {} of what agreements allow from its readers in {name}", percent(base))
    } else {
        format!("In {name} rules keep nothing from anybody that agreements allow")
    };
    let most = variants[1..].iter().map(|(other, metrics)| (*other, worst_withheld(metrics).unwrap_or_default()));
    match most.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, share)| *share > 0.0) {
        Some((other, share)) if (share - base).abs() < 0.0005 => {
            with_full_stop(format!("{lead}, and no more in any variant, {other} among them"))
        }
        Some((other, share)) if base > 0.0 => with_full_stop(format!("{lead}; in {other} it is {}", percent(share))),
        Some((other, share)) => {
            with_full_stop(format!("{lead}; in the worst year of {other} they keep {}", percent(share)))
        }
        None => with_full_stop(lead),
    }
}

fn tradeoff_sentence(data: &ReportData<'_>) -> String {
    let variants = data.variant_metrics();
    if variants.is_empty() {
        missing("metrics", "leaks and warnings")
    } else {
        with_full_stop(tradeoff::finding(&variants))
    }
}

fn stance_sentence(data: &ReportData<'_>) -> String {
    let variants = data.variant_nations();
    if variants.is_empty() {
        missing("nations", "governments' stances")
    } else {
        with_full_stop(stances::finding(&variants, &data.nations[0]))
    }
}
