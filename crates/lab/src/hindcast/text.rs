//! The summary of a hindcast as text and as JSON.
use super::score::{Case, YEARS, area_under_curve, first_ban_error, mean};
use super::{Hindcast, Scores, VariantScores};
use serde_json::{Value, json};
use std::fmt::Write;

/// How many of the worst misses the text lists.
const MISSES: usize = 6;

/// A hindcast, and how it was made.
#[derive(Clone, Debug)]
pub struct HindcastSummary<'a> {
    /// The scores.
    pub hindcast: &'a Hindcast,
    /// The folder of the tables, as typed by the user.
    pub folder: &'a str,
    /// The scenario file, as typed by the user.
    pub scenario: &'a str,
    /// Name of the scenario.
    pub name: &'a str,
    /// Runs of each variant.
    pub reps: u32,
    /// The record file, as typed by the user.
    pub record: &'a str,
    /// The nation that shares, for the suggested command.
    pub guarantor: &'a str,
    /// Nations of the record that the scenario does not have.
    pub strangers: &'a [String],
}

/// The mean Brier score and the cases of each nation, the worst score first.
fn nations_by_score(scores: &Scores) -> Vec<(f64, &[Case])> {
    let nations = scores.cases.chunk_by(|a, b| a.nation == b.nation);
    let mut misses: Vec<(f64, &[Case])> = nations.map(|cases| (mean(cases, Case::brier), cases)).collect();
    misses.sort_by(|a, b| b.0.total_cmp(&a.0));
    misses
}

/// The summary as text.
pub fn text(summary: &HindcastSummary) -> String {
    let mut out = String::new();
    for variant in &summary.hindcast.variants {
        write_variant(&mut out, summary, variant);
    }
    write_ablations(&mut out, summary.hindcast);
    // Writing to a string cannot fail.
    if !summary.strangers.is_empty() {
        let _ = writeln!(out, "left out: {}, on record but not in the scenario", summary.strangers.join(", "));
    }
    let _ = writeln!(out, "tables    {}", summary.folder);
    let _ = writeln!(
        out,
        "\nnext: noforn evidence {}    what a credible run should show, held or missed",
        summary.scenario
    );
    out
}

fn write_variant(out: &mut String, summary: &HindcastSummary, variant: &VariantScores) {
    let model = &variant.scores[0];
    let nations = model.cases.len() / YEARS.count();
    let _ = writeln!(
        out,
        "{} ({}): {} runs against {} nations of {}, at the ends of {} to {}\n",
        summary.name,
        variant.variant,
        summary.reps,
        nations,
        summary.record,
        YEARS.start(),
        YEARS.end()
    );
    let _ = writeln!(out, "{:<24}{:>8}{:>9}{:>9}{:>8}{:>12}", "forecast", "Brier", "ranked", "log", "AUC", "first ban");
    for scores in &variant.scores {
        let area = area_under_curve(&scores.cases).map_or("-".to_owned(), |area| format!("{area:.3}"));
        let error = first_ban_error(&scores.cases);
        let error = error.map_or("-".to_owned(), |years| format!("±{years:.1} years"));
        let _ = writeln!(
            out,
            "{:<24}{:>8.4}{:>9.4}{:>9.4}{area:>8}{error:>12}",
            forecast_label(scores.forecast),
            scores.brier(),
            scores.ranked(),
            scores.log(),
        );
    }
    let _ = writeln!(
        out,
        "\nlower is better, but for AUC; Brier and log score `banned` or beyond, ranked all four stances"
    );
    let _ = writeln!(out, "\nthe worst misses (mean Brier score of a nation):");
    for (score, cases) in nations_by_score(model).into_iter().take(MISSES) {
        let last = &cases[cases.len() - 1];
        let said: Vec<String> = cases.iter().map(|case| format!("{:.0}", case.banned_share() * 100.0)).collect();
        let happened: String = cases.iter().map(|case| case.recorded.rank().to_string()).collect();
        let _ = writeln!(
            out,
            "  {} {score:.2}  ranks on record {happened}; {} % banned or beyond",
            last.nation,
            said.join(", ")
        );
        let _ = writeln!(
            out,
            "      noforn why output/{} {} {} --in {}",
            summary.name, summary.guarantor, last.nation, last.year
        );
    }
    let _ = writeln!(out, "  (after `noforn run {}`; add `--not` where nothing was withheld)\n", summary.scenario);
}

fn write_ablations(out: &mut String, hindcast: &Hindcast) {
    if hindcast.ablations.is_empty() {
        return;
    }
    let _ = writeln!(out, "{:<34}{:>9}{:>9}{:>11}{:>9}", "without", "Brier", "gain", "ranked", "gain");
    for row in &hindcast.ablations {
        let _ = writeln!(
            out,
            "{:<34}{:>9.4}{:>+9.4}{:>11.4}{:>+9.4}",
            row.mechanism, row.brier_score.0, row.brier_gain.0, row.ranked_probability_score.0, row.ranked_gain.0
        );
    }
    let _ = writeln!(out, "\ngain: what the mechanism earns, the score without it less the score with it\n");
}

fn forecast_label(forecast: &str) -> &'static str {
    match forecast {
        "model" => "the model",
        "tier_hazard" => "a hazard for each tier",
        "base_rate" => "the base rate",
        _ => "nobody moves",
    }
}

/// The summary as JSON.
pub fn to_json(summary: &HindcastSummary) -> Value {
    json!({
        "folder": summary.folder,
        "reps": summary.reps,
        "record": summary.record,
        "left_out": summary.strangers,
        "variants": summary.hindcast.variants.iter().map(variant_to_json).collect::<Vec<_>>(),
    })
}

fn variant_to_json(variant: &VariantScores) -> Value {
    json!({
        "variant": variant.variant,
        "nations": variant.scores[0].cases.len() / YEARS.count(),
        "scores": variant.scores.iter().map(scores_to_json).collect::<Vec<_>>(),
        "misses": nations_by_score(&variant.scores[0]).iter().map(nation_to_json).collect::<Vec<_>>(),
    })
}

fn scores_to_json(scores: &Scores) -> Value {
    json!({
        "forecast": scores.forecast,
        "brier_score": scores.brier(),
        "ranked_probability_score": scores.ranked(),
        "log_score": scores.log(),
        "auc_share": area_under_curve(&scores.cases),
        "first_ban_error_years": first_ban_error(&scores.cases),
    })
}

fn nation_to_json((score, cases): &(f64, &[Case])) -> Value {
    json!({
        "iso3": cases[0].nation,
        "brier_score": score,
        "banned_share": cases.iter().map(Case::banned_share).collect::<Vec<_>>(),
        "recorded_rank": cases.iter().map(|case| case.recorded.rank()).collect::<Vec<_>>(),
    })
}
