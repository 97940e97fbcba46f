//! Hindcast: forecasts of stances by an ensemble, scored against the historical record.
pub mod ablation;
pub mod baseline;
pub mod forecast;
pub mod record;
pub mod score;
pub mod table;
pub mod text;

use crate::ensemble::{Ended, Ensemble};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::Request;
use crate::study::shard::Shard;
use crate::study::work::{Checkpoint, Work};
use crate::study::{Append, AppendFile, FOLDER, Study, attachments, record_file};
use crate::tables::package::sha256;
use crate::tables::{Subfolder, Tables};
use crate::workers::Workers;
use ablation::Ablation;
use baseline::Tier;
use forecast::{Forecast, path_length, run_path};
use noforn::history::row::Row;
use noforn::run::Prepared;
use noforn::scenario::BASELINE;
use record::StanceRecord;
use score::{Case, YEARS, year_end};
use std::io;
use table::{AblationRow, AblationScore, HindcastRow, ReliabilityRow, ScorecardRow, brier_and_ranked, write};

/// Name of the copy of the record in the folder.
pub const RECORD: &str = "record.csv";

/// An ensemble scored against a record of its nations.
#[derive(Clone, Debug)]
pub struct HindcastStudy {
    ensemble: Ensemble,
    record: StanceRecord,
    /// The text that the record was read from, which the folder keeps.
    text: String,
    /// Each mechanism that is switched off, and the baseline without it.
    without: Vec<(Ablation, Prepared)>,
    work: Work,
}

/// The scores of one forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Name of the forecast: `model`, `tier_hazard`, `base_rate` or `nobody`.
    pub forecast: &'static str,
    /// Its cases.
    pub cases: Vec<Case>,
    /// How many runs its probabilities come from; they bound the logarithmic score.
    pub runs: f64,
}

/// The scores of one variant.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantScores {
    /// The variant.
    pub variant: String,
    /// The model, then the baselines.
    pub scores: Vec<Scores>,
}

/// The result of a hindcast; empty for a part of one.
#[derive(Clone, Debug, Default)]
pub struct Hindcast {
    /// The scores of each variant.
    pub variants: Vec<VariantScores>,
    /// The scores without each mechanism, if the user asked for them; the first with every mechanism.
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

/// Scores the forecast of one variant and the baseline forecasts against a record.
pub fn score_variant(ensemble: &Ensemble, variant: usize, forecast: &Forecast, record: &StanceRecord) -> VariantScores {
    let scenario = &ensemble.variants[variant];
    let tier = |nation: &str| Tier::of_nation(scenario, nation);
    let model = score::cases(record, |nation, year| {
        let at = forecast.nation(nation).expect("the record was cut to the scenario's nations");
        forecast.shares(at, year_end(year))
    });
    let runs = forecast.paths.len() as f64;
    // A baseline is a formula without runs. Its probabilities are bounded to one in ten thousand, as by so many runs.
    let baseline_runs = 9998.0;
    let scores = vec![
        Scores { forecast: "model", cases: model, runs },
        Scores { forecast: "tier_hazard", cases: baseline::tier_hazard(record, tier), runs: baseline_runs },
        Scores { forecast: "base_rate", cases: baseline::base_rate(record), runs: baseline_runs },
        Scores { forecast: "nobody", cases: baseline::nobody(record), runs: baseline_runs },
    ];
    VariantScores { variant: scenario.variant.clone(), scores }
}

impl HindcastStudy {
    /// Runs every variant of an ensemble up to the end of the scored years, and the baseline without each mechanism of
    /// `without`. `record` was read from `text` and has only nations of the scenario. Fails if a variant has a name that
    /// cannot be a file name.
    pub fn new(
        ensemble: Ensemble,
        (record, text): (StanceRecord, String),
        without: Vec<(Ablation, Prepared)>,
        shard: Option<Shard>,
    ) -> Result<Self, UnsafeName> {
        let tables = [HindcastRow::TABLE, ScorecardRow::TABLE, ReliabilityRow::TABLE, AblationRow::TABLE];
        let tables = tables[..if without.is_empty() { 3 } else { 4 }].join(",");
        let request = copies::request(&ensemble, tables)?;
        let records = [(RECORD.to_owned(), sha256(&text))].into();
        let work = Work::new(&ensemble, Request { shard, records, ..request });
        Ok(Self { ensemble, record, text, without, work })
    }

    /// The scenarios that are run: the variants, then the baseline without each mechanism.
    fn scenarios(&self) -> impl Iterator<Item = &Prepared> {
        self.ensemble.prepared.iter().chain(self.without.iter().map(|(_, prepared)| prepared))
    }

    /// The file of the stances of one of the scenarios, one record per run.
    fn stances_file(&self, scenario: usize) -> String {
        record_file(&self.work, &format!("stances-{scenario}.bin"))
    }

    fn read_forecasts(&self, files: &dyn Tables) -> io::Result<Vec<Forecast>> {
        self.scenarios().enumerate().map(|(at, prepared)| self.read_forecast(files, at, prepared)).collect()
    }

    fn read_forecast(&self, files: &dyn Tables, scenario: usize, prepared: &Prepared) -> io::Result<Forecast> {
        let mut reader = io::BufReader::new(files.open(&self.stances_file(scenario))?);
        let mut paths = Vec::with_capacity(self.ensemble.reps as usize);
        for _ in 0..self.ensemble.reps {
            let mut path = vec![0; path_length(prepared, end())];
            io::Read::read_exact(&mut reader, &mut path)?;
            paths.push(path.into());
        }
        Ok(Forecast::new(prepared, end(), paths))
    }

    /// The scores of each variant, and of the baseline without each mechanism.
    fn score(&self, files: &dyn Tables) -> io::Result<(Vec<VariantScores>, Vec<AblationScore>)> {
        let forecasts = self.read_forecasts(files)?;
        let (of_variants, without) = forecasts.split_at(self.ensemble.variants.len());
        let score =
            |variant: usize, forecast: &Forecast| score_variant(&self.ensemble, variant, forecast, &self.record);
        let variants: Vec<VariantScores> =
            of_variants.iter().enumerate().map(|(at, forecast)| score(at, forecast)).collect();
        let base = self.ensemble.variants.iter().position(|scenario| scenario.variant == BASELINE).unwrap_or(0);
        let mut scored: Vec<AblationScore> = vec![(None, brier_and_ranked(&variants[base].scores[0]))];
        for ((ablation, _), forecast) in self.without.iter().zip(without) {
            scored.push((Some(*ablation), brier_and_ranked(&score(base, forecast).scores[0])));
        }
        Ok((variants, scored))
    }
}

impl Study for HindcastStudy {
    /// The stances of a run.
    type Item = forecast::StancePath;
    type Memory = ();
    type Findings = Hindcast;

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.scenarios().count() * self.ensemble.reps as usize
    }

    fn append_files(&self) -> Vec<AppendFile> {
        (0..self.scenarios().count()).map(|scenario| AppendFile::records(self.stances_file(scenario))).collect()
    }

    fn begin(&self, folder: &dyn Tables) -> io::Result<()> {
        copies::write(folder, &self.ensemble, &self.work.request)?;
        folder.write(RECORD, &self.text)
    }

    fn make(&self, item: usize) -> Result<Self::Item, Ended> {
        let reps = self.ensemble.reps as usize;
        let rep = u32::try_from(item % reps).expect("a replicate is less than `reps`");
        let prepared = self.scenarios().nth(item / reps).expect("an item is of one of the scenarios");
        run_path(prepared, rep, end()).map_err(|why| Ended::halted(&prepared.scenario().variant, rep, why))
    }

    fn append(&self, item: usize, made: Self::Item, files: &mut dyn Append, (): &mut ()) -> io::Result<()> {
        files.append(&self.stances_file(item / self.ensemble.reps as usize), &made, 1)
    }

    fn conclude(&self, files: &dyn Tables, _: &Checkpoint, (): (), _: &impl Workers) -> Result<Hindcast, Ended> {
        let folder = Subfolder { within: files, name: FOLDER };
        let request = &self.work.request;
        if let Some(shard) = request.shard {
            let about = format!("Part {shard} of the runs that are scored against a record.");
            attachments::write(&folder, &[], &self.ensemble, request, &about).map_err(Ended::Io)?;
            return Ok(Hindcast::default());
        }
        let (variants, scored) = self.score(files).map_err(Ended::Io)?;
        let about = (&variants[..], &scored[..], self.record.len());
        let ablations = write(&folder, &self.ensemble, request, about).map_err(Ended::Io)?;
        Ok(Hindcast { variants, ablations })
    }
}
