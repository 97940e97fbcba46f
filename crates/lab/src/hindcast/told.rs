//! A hindcast in words and in JSON.
use super::score::{Case, YEARS};
use super::{Hindcast, Scores, Verdict};
use serde_json::{Value, json};
use std::fmt::Write;

/// How many of the worst misses are told.
const MISSES: usize = 6;

/// What is told, and of what.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// What was found.
    pub hindcast: &'a Hindcast,
    /// The folder of the tables, as typed.
    pub folder: &'a str,
    /// The scenario as typed.
    pub scenario: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Runs of each variant.
    pub reps: u32,
    /// The record as typed.
    pub record: &'a str,
    /// The nation that shares, for the command to type next.
    pub guarantor: &'a str,
    /// Nations on record that the scenario does not have.
    pub strangers: &'a [String],
}

/// A nation's cases, and its mean Brier score.
fn misses(scores: &Scores) -> Vec<(f64, &[Case])> {
    let nations = scores.cases.chunk_by(|a, b| a.nation == b.nation);
    let mut misses: Vec<(f64, &[Case])> =
        nations.map(|cases| (super::score::mean(cases, Case::brier), cases)).collect();
    misses.sort_by(|a, b| b.0.total_cmp(&a.0));
    misses
}

/// In words.
pub fn text(told: &Told) -> String {
    let mut out = String::new();
    for verdict in &told.hindcast.verdicts {
        one(&mut out, told, verdict);
    }
    ablations(&mut out, told.hindcast);
    // Writing to a string cannot fail.
    if !told.strangers.is_empty() {
        let _ = writeln!(out, "left out: {}, on record but not in the scenario", told.strangers.join(", "));
    }
    let _ = writeln!(out, "tables    {}", told.folder);
    let _ =
        writeln!(out, "\nnext: noforn evidence {}    what a credible run should show, held or missed", told.scenario);
    out
}

fn one(out: &mut String, told: &Told, verdict: &Verdict) {
    let model = &verdict.scores[0];
    let nations = model.cases.len() / YEARS.count();
    let _ = writeln!(
        out,
        "{} ({}): {} runs against {} nations of {}, at the ends of {} to {}\n",
        told.name,
        verdict.variant,
        told.reps,
        nations,
        told.record,
        YEARS.start(),
        YEARS.end()
    );
    let _ = writeln!(out, "{:<24}{:>8}{:>9}{:>9}{:>8}{:>12}", "forecast", "Brier", "ranked", "log", "AUC", "first ban");
    for scores in &verdict.scores {
        let area = super::score::area(&scores.cases).map_or("-".to_owned(), |area| format!("{area:.3}"));
        let error = super::score::first_ban_error(&scores.cases);
        let error = error.map_or("-".to_owned(), |years| format!("±{years:.1} years"));
        let _ = writeln!(
            out,
            "{:<24}{:>8.4}{:>9.4}{:>9.4}{area:>8}{error:>12}",
            words(scores.forecast),
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
    for (score, cases) in misses(model).into_iter().take(MISSES) {
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
            told.name, told.guarantor, last.nation, last.year
        );
    }
    let _ = writeln!(out, "  (after `noforn run {}`; add `--not` where nothing was withheld)\n", told.scenario);
}

fn ablations(out: &mut String, hindcast: &Hindcast) {
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

fn words(forecast: &str) -> &'static str {
    match forecast {
        "model" => "the model",
        "tier_hazard" => "a hazard for each tier",
        "base_rate" => "the base rate",
        _ => "nobody moves",
    }
}

/// In JSON.
pub fn json(told: &Told) -> Value {
    let scores = |scores: &Scores| {
        json!({
            "forecast": scores.forecast,
            "brier_score": scores.brier(),
            "ranked_probability_score": scores.ranked(),
            "log_score": scores.log(),
            "auc_share": super::score::area(&scores.cases),
            "first_ban_error_years": super::score::first_ban_error(&scores.cases),
        })
    };
    let miss = |(score, cases): &(f64, &[Case])| {
        json!({
            "iso3": cases[0].nation,
            "brier_score": score,
            "banned_share": cases.iter().map(Case::banned_share).collect::<Vec<_>>(),
            "recorded_rank": cases.iter().map(|case| case.recorded.rank()).collect::<Vec<_>>(),
        })
    };
    let verdict = |verdict: &Verdict| {
        json!({
            "variant": verdict.variant,
            "nations": verdict.scores[0].cases.len() / YEARS.count(),
            "scores": verdict.scores.iter().map(scores).collect::<Vec<_>>(),
            "misses": misses(&verdict.scores[0]).iter().map(miss).collect::<Vec<_>>(),
        })
    };
    json!({
        "folder": told.folder,
        "reps": told.reps,
        "record": told.record,
        "left_out": told.strangers,
        "variants": told.hindcast.verdicts.iter().map(verdict).collect::<Vec<_>>(),
    })
}
