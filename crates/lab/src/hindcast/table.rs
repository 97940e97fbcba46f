//! The tables of a hindcast.
use super::ablation::Ablation;
use super::baseline::Tier;
use super::score::{self, ReliabilityBin, YEARS};
use super::{Scores, VariantScores};
use crate::ensemble::Ensemble;
use crate::study::attachments;
use crate::study::request::Request;
use crate::tables::Tables;
use crate::tables::written_table::WrittenTable;
use noforn::history::cell::{Quantity, Share, Text};
use noforn::history::row::rows;
use std::io;

rows! {
    /// One nation at the end of one year: what the ensemble says of its stance, and the record.
    HindcastRow = "hindcast" keys 4 {
        /// Scenario: its file's name without folder and ending.
        scenario: Text, "";
        /// Variant of the scenario.
        variant: Text, "";
        /// Nation, ISO 3166-1 alpha-3.
        iso3: Text, "";
        /// Year.
        year: u32, "year";
        /// How close it is to the guarantor's intelligence: five_eyes, nine, fourteen, nato or rest.
        tier: &'static str, "";
        /// The part of the runs in which its stance is `open`.
        open_share: Share, "share";
        /// The part of the runs in which its stance is `restricted`.
        restricted_share: Share, "share";
        /// The part of the runs in which its stance is `banned`.
        banned_share: Share, "share";
        /// The part of the runs in which its stance is `removal`.
        removal_share: Share, "share";
        /// The rank of its stance on record.
        recorded_rank: u32, "rank";
        /// Squared difference of the probability of `banned` or beyond and what happened (1 or 0).
        brier_score: Quantity, "score";
        /// Squared differences of the cumulated probabilities of the stances and what happened, summed over three thresholds.
        ranked_probability_score: Quantity, "score";
        /// Minus the natural logarithm of the probability given to what happened (`banned` or beyond, or not).
        log_score: Quantity, "score";
    }
    /// The scores of one forecast over the scored nations and years: lower is better, but for the area.
    ScorecardRow = "scorecard" keys 3 {
        /// Scenario: its file's name without folder and ending.
        scenario: Text, "";
        /// Variant of the scenario.
        variant: Text, "";
        /// Who forecasts: model, nobody, base_rate or tier_hazard.
        forecast: &'static str, "";
        /// Nations that are scored: those on record not at `banned` or beyond at the end of 2018.
        nations: u64, "nations";
        /// Mean Brier score of `banned` or beyond over nations and the year ends 2019 to 2025.
        brier_score: Quantity, "score";
        /// Mean ranked probability score over the four stances, 0 to 3.
        ranked_probability_score: Quantity, "score";
        /// Mean logarithmic score of `banned` or beyond.
        log_score: Quantity, "score";
        /// The chance that a case of `banned` or beyond was given a greater probability than another (empty where all are alike).
        auc_share: Option<Share>, "share";
        /// Mean over nations that did ban of the difference, in years, between the first ban and the first year end with a probability of one half (2026 where there is none); empty where nobody banned.
        first_ban_error_years: Option<Quantity>, "years";
    }
    /// What a mechanism earns: the scores of the scenario as it stands without it, on the same luck.
    AblationRow = "ablations" keys 2 {
        /// Scenario: its file's name without folder and ending.
        scenario: Text, "";
        /// What is switched off (`nothing`: the scenario as it stands).
        mechanism: Text, "";
        /// The path that switches it off (empty where nothing is).
        path: Option<Text>, "";
        /// Its value there.
        value: Option<Text>, "";
        /// Mean Brier score of `banned` or beyond without it.
        brier_score: Quantity, "score";
        /// Mean ranked probability score over the four stances without it.
        ranked_probability_score: Quantity, "score";
        /// What it earns: the Brier score without it less that of the scenario as it stands.
        brier_gain: Quantity, "score";
        /// The same of the ranked probability score.
        ranked_gain: Quantity, "score";
    }
    /// Cases by the probability that the model gave them.
    ReliabilityRow = "reliability" keys 3 {
        /// Scenario: its file's name without folder and ending.
        scenario: Text, "";
        /// Variant of the scenario.
        variant: Text, "";
        /// Probabilities from this on, a tenth wide.
        from_share: Share, "share";
        /// Cases: nations and years.
        cases: u32, "cases";
        /// Mean probability of `banned` or beyond (empty without cases).
        told_share: Option<Share>, "share";
        /// The part in which it happened (empty without cases).
        happened_share: Option<Share>, "share";
    }
}

/// Writes the tables of scores with codebook and data package. `scored` are the scores without each mechanism, the first
/// with every mechanism; without ablations there is only this one, and no table of them.
pub fn write(
    folder: &dyn Tables,
    ensemble: &Ensemble,
    request: &Request,
    (variants, scored, recorded): (&[VariantScores], &[AblationScore], usize),
) -> io::Result<Vec<AblationRow>> {
    let name: Text = ensemble.variants[0].name.as_str().into();
    let rows: Vec<HindcastRow> =
        variants.iter().zip(&ensemble.variants).flat_map(|(v, s)| case_rows(&name, v, s)).collect();
    let mut cards: Vec<ScorecardRow> = variants.iter().flat_map(|variant| scorecard_rows(&name, variant)).collect();
    cards.sort_by(|a, b| (&a.variant, a.forecast).cmp(&(&b.variant, b.forecast)));
    let bins: Vec<ReliabilityRow> = variants.iter().flat_map(|variant| reliability_rows(&name, variant)).collect();
    let mut sheets = vec![
        WrittenTable::write(folder, &rows)?,
        WrittenTable::write(folder, &cards)?,
        WrittenTable::write(folder, &bins)?,
    ];
    let mut ablations = Vec::new();
    if scored.len() > 1 {
        ablations = scored.iter().map(|(off, score)| ablation_row(&name, *off, *score, scored[0].1)).collect();
        let mut sorted = ablations.clone();
        sorted.sort_by(|a, b| a.mechanism.cmp(&b.mechanism));
        sheets.push(WrittenTable::write(folder, &sorted)?);
    }
    let about = format!("{} runs of each variant, scored against {} nations on record.", ensemble.reps, recorded);
    attachments::write(folder, &sheets, ensemble, request, &about)?;
    Ok(ablations)
}

/// A mechanism (none for the whole model), and the Brier score and ranked probability score without it.
pub type AblationScore = (Option<Ablation>, (f64, f64));

/// Brier score and ranked probability score.
pub fn brier_and_ranked(scores: &Scores) -> (f64, f64) {
    (scores.brier(), scores.ranked())
}

fn ablation_row(name: &Text, off: Option<Ablation>, (brier, ranked): (f64, f64), whole: (f64, f64)) -> AblationRow {
    AblationRow {
        scenario: name.clone(),
        mechanism: off.map_or("nothing", |off| off.mechanism).into(),
        path: off.map(|off| off.set.0.into()),
        value: off.map(|off| off.set.1.into()),
        brier_score: Quantity(brier),
        ranked_probability_score: Quantity(ranked),
        brier_gain: Quantity(brier - whole.0),
        ranked_gain: Quantity(ranked - whole.1),
    }
}

fn case_rows(name: &Text, scores: &VariantScores, scenario: &noforn::scenario::Scenario) -> Vec<HindcastRow> {
    let model = &scores.scores[0];
    let variant: Text = scores.variant.as_str().into();
    model
        .cases
        .iter()
        .map(|case| HindcastRow {
            scenario: name.clone(),
            variant: variant.clone(),
            iso3: case.nation.as_str().into(),
            year: case.year,
            tier: Tier::of_nation(scenario, &case.nation).as_str(),
            open_share: Share(case.shares[0]),
            restricted_share: Share(case.shares[1]),
            banned_share: Share(case.shares[2]),
            removal_share: Share(case.shares[3]),
            recorded_rank: case.recorded.rank() as u32,
            brier_score: Quantity(case.brier()),
            ranked_probability_score: Quantity(case.ranked()),
            log_score: Quantity(case.log(model.runs)),
        })
        .collect()
}

fn scorecard_rows(name: &Text, variant: &VariantScores) -> Vec<ScorecardRow> {
    variant
        .scores
        .iter()
        .map(|scores| ScorecardRow {
            scenario: name.clone(),
            variant: variant.variant.as_str().into(),
            forecast: scores.forecast,
            nations: (scores.cases.len() / YEARS.count()) as u64,
            brier_score: Quantity(scores.brier()),
            ranked_probability_score: Quantity(scores.ranked()),
            log_score: Quantity(scores.log()),
            auc_share: score::area_under_curve(&scores.cases).map(Share),
            first_ban_error_years: score::first_ban_error(&scores.cases).map(Quantity),
        })
        .collect()
}

fn reliability_rows(name: &Text, variant: &VariantScores) -> Vec<ReliabilityRow> {
    let bins = score::reliability_bins(&variant.scores[0].cases).into_iter().enumerate();
    bins.map(|(at, bin)| ReliabilityRow {
        scenario: name.clone(),
        variant: variant.variant.as_str().into(),
        from_share: Share(at as f64 / 10.0),
        cases: bin.cases,
        told_share: per_case(bin.probability_sum, bin),
        happened_share: per_case(f64::from(bin.happened), bin),
    })
    .collect()
}

/// A sum over the cases of a bin, divided by their number; none if the bin is empty.
fn per_case(sum: f64, bin: ReliabilityBin) -> Option<Share> {
    (bin.cases > 0).then(|| Share(sum / f64::from(bin.cases)))
}
