//! Two variants of a scenario with common random numbers: paired differences per metric, nation and pair.
pub mod closing;
pub mod contrast;
pub mod difference;
pub mod measure_differences;
pub mod metric_differences;
pub mod robustness;
pub mod student_t;

use crate::ensemble::{Ended, Ensemble, Run};
use crate::measures;
use crate::study::copies::{self, UnsafeName};
use crate::study::request::Request;
use crate::study::shard::Shard;
use crate::study::work::{Checkpoint, Work};
use crate::study::{Append, AppendFile, FOLDER, Study, attachments, record_file};
use crate::sweep::DESIGN_FILE;
use crate::tables::written_table::WrittenTable;
use crate::tables::{ReadSeek, Subfolder, Tables, metrics};
use crate::workers::Workers;
use bevy_ecs::prelude::World;
use contrast::{Contrast, FinalState};
use measure_differences::MeasureDifference;
use metric_differences::{CompareRow, MetricDifference, row};
use noforn::history::Detail;
use noforn::history::row::Row;
use noforn::quarter::measures::pairs;
use robustness::{Robustness, RobustnessDesign, whole_run};
use std::io::{self, BufReader, Read};

/// The result of a comparison.
#[derive(Clone, Debug, Default)]
pub struct PairedComparison {
    /// Every metric of every quarter, by time, then name. Empty for a shard.
    pub metrics: Vec<MetricDifference>,
    /// Every measure at all its times, in the order of `measures::all`. Empty for a shard.
    pub measures: Vec<MeasureDifference>,
    /// Nations and pairs that differ. Empty for a shard.
    pub contrast: Contrast,
    /// Whether the signs hold over the space of parameters, if that was asked for. None for a shard.
    pub robustness: Option<Robustness>,
}

/// The table's name.
pub const NAME: &str = CompareRow::TABLE;
/// The file of metrics: one record of `f64` per run; each value of the first variant is followed by that of the second.
const VALUES_FILE: &str = "values.bin";
/// The file of final states: one record per run, the state of the first variant, then of the second.
const STATES_FILE: &str = "standings.bin";

/// The file of whole runs: one record of `f64` per run, at the shipped parameters and then at each point.
const WHOLE_RUNS_FILE: &str = "whole-runs.bin";

/// A comparison of two variants, run by run. Both have the same seed, quarters and nations.
#[derive(Clone, Debug)]
pub struct CompareStudy {
    ensemble: Ensemble,
    robustness: Option<RobustnessDesign>,
    work: Work,
}

/// What one run of one variant leaves.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// Every metric, quarter by quarter, then the record of the measures.
    values: Vec<f64>,
    state: FinalState,
    /// What `whole_run::summarize` returns; empty unless the comparison is over the space of parameters.
    whole_run: Vec<f64>,
}

/// One run of each variant on the same luck.
#[derive(Clone, Debug)]
pub enum ComparedRuns {
    /// At the shipped parameters.
    Shipped([RunSummary; 2]),
    /// At a point of the space of parameters: what `whole_run::summarize` returns.
    AtPoint([Vec<f64>; 2]),
}

impl CompareStudy {
    /// A study of the two variants of an ensemble, all replicates or those of a shard; with `robustness` also at the points
    /// of a design. Returns an error if a name cannot be a file name.
    pub fn new(
        ensemble: Ensemble,
        robustness: Option<RobustnessDesign>,
        shard: Option<Shard>,
    ) -> Result<Self, UnsafeName> {
        assert_eq!(ensemble.variants.len(), 2, "two variants are compared");
        let request = copies::request(&ensemble, NAME.to_owned())?;
        let points = robustness.as_ref().map(RobustnessDesign::request);
        let work = Work::new(&ensemble, Request { shard, robustness: points, ..request });
        Ok(Self { ensemble, robustness, work })
    }

    fn nations(&self) -> usize {
        self.ensemble.variants[0].file.nations.len()
    }

    fn run(&self, run: Run) -> Result<RunSummary, Ended> {
        let levels = |world: &World| pairs::levels(world).cells().to_vec();
        let (history, levels) = self.ensemble.run_and_look(run, levels)?;
        let mut values: Vec<f64> = history.metrics.iter().flat_map(metrics::values).collect();
        values.extend(measures::of_run(&measure_differences::layout(&self.ensemble), &history));
        let scenario = &self.ensemble.variants[run.variant];
        let whole_run = self.robustness.as_ref().map(|_| whole_run::summarize(scenario, &history)).unwrap_or_default();
        Ok(RunSummary { values, state: FinalState::new(&history.nations, levels), whole_run })
    }

    /// One run of a variant at a point.
    fn run_at(&self, design: &RobustnessDesign, point: usize, run: Run) -> Result<Vec<f64>, Ended> {
        let scenario = &self.ensemble.variants[run.variant];
        let model = design.model(&scenario.file.model, point);
        let history = self.ensemble.prepared[run.variant].with_model(&model).run(run.rep, Detail { full: false });
        let history = history.map_err(|why| {
            let run = format!("run {} of variant `{}` at point {point}", run.rep, scenario.variant);
            Ended::Halted { run, why }
        })?;
        Ok(whole_run::summarize(scenario, &history))
    }

    fn compare(&self, files: &dyn Tables) -> io::Result<PairedComparison> {
        let (metrics, measures) =
            measure_differences::read(files.open(&record_file(&self.work, VALUES_FILE))?, &self.ensemble)?;
        let contrast =
            contrast(files.open(&record_file(&self.work, STATES_FILE))?, self.ensemble.reps, self.nations())?;
        Ok(PairedComparison { metrics, measures, contrast, robustness: None })
    }
}

impl Study for CompareStudy {
    /// One run of each variant.
    type Item = ComparedRuns;
    type Memory = ();
    type Findings = PairedComparison;

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.ensemble.reps as usize + self.robustness.as_ref().map_or(0, RobustnessDesign::items)
    }

    fn append_files(&self) -> Vec<AppendFile> {
        let names = [VALUES_FILE, STATES_FILE].into_iter().chain(self.robustness.as_ref().map(|_| WHOLE_RUNS_FILE));
        names.map(|name| AppendFile::records(record_file(&self.work, name))).collect()
    }

    fn begin(&self, folder: &dyn Tables) -> io::Result<()> {
        copies::write(folder, &self.ensemble, &self.work.request)?;
        self.robustness.as_ref().map_or(Ok(()), |asked| folder.write(DESIGN_FILE, &asked.design.to_csv()))
    }

    fn make(&self, item: usize) -> Result<Self::Item, Ended> {
        let small = |number: usize| u32::try_from(number).expect("a replicate is less than `reps`");
        let [a, b] = [0, 1];
        match (item.checked_sub(self.ensemble.reps as usize), &self.robustness) {
            (Some(item), Some(asked)) => {
                let (point, rep) = (item / asked.reps as usize, small(item % asked.reps as usize));
                let run = |variant| self.run_at(asked, point, Run { variant, rep });
                Ok(ComparedRuns::AtPoint([run(a)?, run(b)?]))
            }
            _ => {
                let run = |variant| self.run(Run { variant, rep: small(item) });
                Ok(ComparedRuns::Shipped([run(a)?, run(b)?]))
            }
        }
    }

    fn append(&self, _: usize, made: Self::Item, files: &mut dyn Append, (): &mut ()) -> io::Result<()> {
        let whole_runs_file = record_file(&self.work, WHOLE_RUNS_FILE);
        let [a, b] = match &made {
            ComparedRuns::AtPoint([a, b]) => return files.record(&whole_runs_file, &paired(a, b)),
            ComparedRuns::Shipped(both) => both,
        };
        if self.robustness.is_some() {
            files.record(&whole_runs_file, &paired(&a.whole_run, &b.whole_run))?;
        }
        files.record(&record_file(&self.work, VALUES_FILE), &paired(&a.values, &b.values))?;
        let states = [a, b].map(|run| run.state.to_bytes(self.nations())).concat();
        files.append(&record_file(&self.work, STATES_FILE), &states, 1)
    }

    fn conclude(
        &self,
        files: &dyn Tables,
        _: &Checkpoint,
        (): (),
        _: &impl Workers,
    ) -> Result<PairedComparison, Ended> {
        let folder = Subfolder { within: files, name: FOLDER };
        let [a, b] = [0, 1].map(|at| variant(&self.ensemble, at));
        let reps = self.ensemble.reps;
        if let Some(shard) = self.work.request.shard {
            let about = format!("Part {shard} of the {reps} runs of variant `{b}` against `{a}`.");
            attachments::write(&folder, &[], &self.ensemble, &self.work.request, &about).map_err(Ended::Io)?;
            return Ok(PairedComparison::default());
        }
        let mut comparison = self.compare(files).map_err(Ended::Io)?;
        let rows: Vec<CompareRow> = comparison.metrics.iter().map(|metric| row(&self.ensemble, metric)).collect();
        let about = format!("Variant `{b}` against `{a}`, {reps} runs of each on the same luck.");
        let mut sheets = vec![WrittenTable::write(&folder, &rows).map_err(Ended::Io)?];
        if let Some(asked) = &self.robustness {
            let records = files.open(&record_file(&self.work, WHOLE_RUNS_FILE)).map_err(Ended::Io)?;
            let (found, written) = asked.write(&folder, records, &self.ensemble).map_err(Ended::Io)?;
            comparison.robustness = Some(found);
            sheets.extend(written);
        }
        attachments::write(&folder, &sheets, &self.ensemble, &self.work.request, &about).map_err(Ended::Io)?;
        Ok(comparison)
    }
}

/// The numbers of two variants, each of the first followed by that of the second.
fn paired(a: &[f64], b: &[f64]) -> Vec<f64> {
    assert_eq!(a.len(), b.len(), "the variants that are compared have the same quarters");
    a.iter().zip(b).flat_map(|(a, b)| [*a, *b]).collect()
}

fn variant(ensemble: &Ensemble, at: usize) -> &str {
    &ensemble.variants[at].variant
}

/// Counts the nations and pairs that differ, run by run.
fn contrast(records: Box<dyn ReadSeek + '_>, reps: u32, nations: usize) -> io::Result<Contrast> {
    let mut reader = BufReader::with_capacity(1 << 20, records);
    let mut both = [(); 2].map(|()| vec![0; FinalState::byte_count(nations)]);
    let mut contrast = Contrast::default();
    for rep in 0..reps {
        both.iter_mut().try_for_each(|bytes| reader.read_exact(bytes))?;
        let [a, b] = [0, 1].map(|at| FinalState::from_bytes(&both[at], nations));
        contrast.add(rep, &a, &b);
    }
    Ok(contrast)
}
