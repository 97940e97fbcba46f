//! What an ensemble says of stances on record, and how that compares with what happened.
pub mod ablation;
pub mod baseline;
pub mod forecast;
pub mod record;
pub mod score;
pub mod table;
pub mod told;

use crate::ensemble::{Ended, Ensemble};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::Request;
use crate::study::work::{Mark, Shard, Work};
use crate::study::{Append, FOLDER, Growing, Study, answer, record_file};
use crate::tables::package::sha256;
use crate::tables::{Folder, Tables};
use crate::workers::Workers;
use ablation::Ablation;
use baseline::Tier;
use forecast::{Forecast, path, width};
use noforn::history::row::Row;
use noforn::run::Prepared;
use noforn::scenario::BASELINE;
use record::Record;
use score::{Case, YEARS, year_end};
use std::io;
use table::{AblationRow, HindcastRow, ReliabilityRow, ScorecardRow, Scored, score_of, write};

/// The copy of the record in the folder.
pub const RECORD: &str = "record.csv";

/// An ensemble scored against a record of its nations.
#[derive(Clone, Debug)]
pub struct HindcastStudy {
    ensemble: Ensemble,
    record: Record,
    /// The text that the record was read from, which the folder keeps.
    text: String,
    /// Each mechanism that is taken away in turn, and the baseline without it.
    without: Vec<(Ablation, Prepared)>,
    work: Work,
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

/// What a hindcast found. Nothing of a part.
#[derive(Clone, Debug, Default)]
pub struct Hindcast {
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

impl HindcastStudy {
    /// Every variant of an ensemble run up to the end of the scored years and scored against `record`, which was read
    /// from `text` and cut to the nations of the scenario; the baseline also without each mechanism of `without`.
    pub fn new(
        ensemble: Ensemble,
        (record, text): (Record, String),
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

    /// The stances of the runs of one of the scenarios, a record a run.
    fn file(&self, scenario: usize) -> String {
        record_file(&self.work, &format!("stances-{scenario}.bin"))
    }

    fn forecasts(&self, files: &dyn Tables) -> io::Result<Vec<Forecast>> {
        let read = |(at, prepared)| -> io::Result<Forecast> {
            let mut reader = io::BufReader::new(files.open(&self.file(at))?);
            let paths = (0..self.ensemble.reps).map(|_| {
                let mut path = vec![0; width(prepared, end())];
                io::Read::read_exact(&mut reader, &mut path)?;
                Ok(path.into())
            });
            Ok(Forecast::new(prepared, end(), paths.collect::<io::Result<_>>()?))
        };
        self.scenarios().enumerate().map(read).collect()
    }

    fn scored(&self, files: &dyn Tables) -> io::Result<(Vec<Verdict>, Vec<Scored>)> {
        let forecasts = self.forecasts(files)?;
        let (variants, without) = forecasts.split_at(self.ensemble.variants.len());
        let judge = |variant: usize, forecast: &Forecast| verdict(&self.ensemble, variant, forecast, &self.record);
        let verdicts: Vec<Verdict> = variants.iter().enumerate().map(|(at, forecast)| judge(at, forecast)).collect();
        let base = self.ensemble.variants.iter().position(|scenario| scenario.variant == BASELINE).unwrap_or(0);
        let mut scored: Vec<Scored> = vec![(None, score_of(&verdicts[base].scores[0]))];
        for ((ablation, _), forecast) in self.without.iter().zip(without) {
            scored.push((Some(*ablation), score_of(&judge(base, forecast).scores[0])));
        }
        Ok((verdicts, scored))
    }
}

impl Study for HindcastStudy {
    /// The stances of a run.
    type Item = forecast::Path;
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

    fn growing(&self) -> Vec<Growing> {
        (0..self.scenarios().count()).map(|scenario| Growing::records(self.file(scenario))).collect()
    }

    fn begin(&self, folder: &dyn Tables) -> io::Result<()> {
        copies::write(folder, &self.ensemble, &self.work.request)?;
        folder.write(RECORD, &self.text)
    }

    fn make(&self, item: usize) -> Result<Self::Item, Ended> {
        let reps = self.ensemble.reps as usize;
        let rep = u32::try_from(item % reps).expect("a replicate is less than `reps`");
        let prepared = self.scenarios().nth(item / reps).expect("an item is of one of the scenarios");
        path(prepared, rep, end()).map_err(|why| Ended::halted(&prepared.scenario().variant, rep, why))
    }

    fn append(&self, item: usize, made: Self::Item, files: &mut dyn Append, (): &mut ()) -> io::Result<()> {
        files.append(&self.file(item / self.ensemble.reps as usize), &made, 1)
    }

    fn conclude(&self, files: &dyn Tables, _: &Mark, (): (), _: &impl Workers) -> Result<Hindcast, Ended> {
        let folder = Folder { within: files, name: FOLDER };
        let request = &self.work.request;
        if let Some(shard) = request.shard {
            let about = format!("Part {shard} of the runs that are scored against a record.");
            answer::write(&folder, &[], &self.ensemble, request, &about).map_err(Ended::Io)?;
            return Ok(Hindcast::default());
        }
        let (verdicts, scored) = self.scored(files).map_err(Ended::Io)?;
        let about = (&verdicts[..], &scored[..], self.record.len());
        let ablations = write(&folder, &self.ensemble, request, about).map_err(Ended::Io)?;
        Ok(Hindcast { verdicts, ablations })
    }
}
