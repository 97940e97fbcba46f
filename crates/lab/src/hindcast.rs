//! What an ensemble says of stances on record, and how that compares with what happened.
pub mod ablation;
pub mod baseline;
pub mod forecast;
pub mod record;
pub mod score;
pub mod table;
pub mod told;

use crate::ensemble::Ensemble;
use crate::output::folder::Draft;
use crate::output::{WriteError, copies};
use ablation::Ablation;
use baseline::Tier;
use forecast::{Forecast, forecast};
use noforn::history::row::Row;
use noforn::run::Prepared;
use record::Record;
use score::{Case, YEARS, year_end};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use table::{AblationRow, HindcastRow, ReliabilityRow, ScorecardRow, Scored, score_of, write};

/// The copy of the record in the folder.
pub const RECORD: &str = "record.csv";

/// What an ensemble is scored against.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// The record of its nations.
    pub record: &'a Record,
    /// The text that the record was read from, which the folder keeps.
    pub text: &'a str,
    /// Each mechanism that is taken away in turn, and the scenario as it stands without it.
    pub without: &'a [(Ablation, Prepared)],
}

/// The scores of one forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Who forecasts.
    pub forecast: &'static str,
    /// Its cases.
    pub cases: Vec<Case>,
    /// How many runs its probabilities rest on.
    pub runs: f64,
}

/// What one variant says.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The variant.
    pub variant: String,
    /// The model, then the baselines.
    pub scores: Vec<Scores>,
}

/// What a hindcast found.
#[derive(Clone, Debug)]
pub struct Hindcast {
    /// Where the tables were written.
    pub folder: PathBuf,
    /// One verdict a variant.
    pub verdicts: Vec<Verdict>,
    /// What each mechanism earns, where it was asked for; first the scenario as it stands.
    pub ablations: Vec<AblationRow>,
}

/// The last quarter that is scored.
pub fn end() -> noforn::world::clock::Quarter {
    year_end(*YEARS.end())
}

impl Scores {
    /// Mean Brier score.
    pub fn brier(&self) -> f64 {
        score::mean(&self.cases, Case::brier)
    }
    /// Mean ranked probability score.
    pub fn ranked(&self) -> f64 {
        score::mean(&self.cases, Case::ranked)
    }
    /// Mean logarithmic score.
    pub fn log(&self) -> f64 {
        score::mean(&self.cases, |case| case.log(self.runs))
    }
}

/// The scores of a forecast of one variant against a record, and of the baselines.
pub fn verdict(ensemble: &Ensemble, variant: usize, forecast: &Forecast, record: &Record) -> Verdict {
    let scenario = &ensemble.variants[variant];
    let tier = |nation: &str| Tier::of(scenario, nation);
    let model = score::cases(record, |nation, year| {
        let at = forecast.nation(nation).expect("the record was cut to the scenario's nations");
        forecast.shares(at, year_end(year))
    });
    let runs = forecast.paths.len() as f64;
    // A baseline is a formula: what it gives as certain it holds for certain, but for one case in ten thousand.
    let sure = 9998.0;
    let scores = vec![
        Scores { forecast: "model", cases: model, runs },
        Scores { forecast: "tier_hazard", cases: baseline::tier_hazard(record, tier), runs: sure },
        Scores { forecast: "base_rate", cases: baseline::base_rate(record), runs: sure },
        Scores { forecast: "nobody", cases: baseline::nobody(record), runs: sure },
    ];
    Verdict { variant: scenario.variant.clone(), scores }
}

/// Runs every variant of an ensemble up to the end of the scored years, scores it against a record of its nations, and
/// writes the folder, replacing what this program wrote there before only with `force`. The scenario as it stands is
/// also scored without each mechanism of the trial. `progress` hears of each run.
pub fn hindcast(
    folder: &Path,
    ensemble: &Ensemble,
    trial: Trial,
    workers: (usize, &AtomicBool),
    force: bool,
    progress: &mut dyn FnMut(),
) -> Result<Hindcast, WriteError> {
    let draft = Draft::begin(folder, force)?;
    let (verdicts, ablations) = fill(&draft.path(), ensemble, trial, workers, progress)?;
    Ok(Hindcast { folder: draft.finish()?, verdicts, ablations })
}

/// Runs, scores and writes every file into a folder.
pub fn fill(
    home: &Path,
    ensemble: &Ensemble,
    Trial { record, text, without }: Trial,
    (threads, stop): (usize, &AtomicBool),
    progress: &mut dyn FnMut(),
) -> Result<(Vec<Verdict>, Vec<AblationRow>), WriteError> {
    let tables = [HindcastRow::TABLE, ScorecardRow::TABLE, ReliabilityRow::TABLE, AblationRow::TABLE];
    let tables = tables[..if without.is_empty() { 3 } else { 4 }].join(",");
    let mut request = copies::request(ensemble, tables)?;
    copies::write(home, ensemble, &request)?;
    copies::write_records(home, &mut request, &[(RECORD, text)])?;
    let mut verdicts = Vec::new();
    for (variant, prepared) in ensemble.prepared.iter().enumerate() {
        let told = forecast(prepared, (ensemble.reps, threads), end(), stop, progress)?;
        verdicts.push(verdict(ensemble, variant, &told, record));
    }
    let base = ensemble.variants.iter().position(|scenario| scenario.variant == copies::BASELINE).unwrap_or(0);
    let mut scored: Vec<Scored> = vec![(None, score_of(&verdicts[base].scores[0]))];
    for (ablation, prepared) in without {
        let told = forecast(prepared, (ensemble.reps, threads), end(), stop, progress)?;
        scored.push((Some(*ablation), score_of(&verdict(ensemble, base, &told, record).scores[0])));
    }
    let ablations = write(home, ensemble, &request, (&verdicts, &scored, record.len()))?;
    Ok((verdicts, ablations))
}
