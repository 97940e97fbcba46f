//! Two variants of a scenario with common random numbers: paired differences per metric, nation and pair.
pub mod closing;
pub mod contrast;
pub mod difference;
pub mod student_t;

use crate::ensemble::{Ended, Ensemble, Run};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::Request;
use crate::study::shard::Shard;
use crate::study::work::{Checkpoint, Work};
use crate::study::{Append, AppendFile, FOLDER, Study, attachments, record_file};
use crate::tables::column_reader::{BUDGET, ColumnReader};
use crate::tables::written_table::WrittenTable;
use crate::tables::{ReadSeek, Subfolder, Tables, metrics};
use crate::workers::Workers;
use bevy_ecs::prelude::World;
use contrast::{Contrast, FinalState};
use difference::{PairedDifference, PairedStatistics};
use noforn::history::cell::{Quantity, Share, Text};
use noforn::history::row::{Row, rows};
use noforn::quarter::measures::pairs;
use std::io::{self, BufReader, Read};

rows! {
    /// One metric in one quarter: the second variant against the first, run by run on the same luck.
    CompareRow = "compare" keys 6 {
        /// Scenario: its file's name without folder and ending.
        scenario: Text, "";
        /// The variant that is compared with.
        variant_a: Text, "";
        /// The variant that is compared.
        variant_b: Text, "";
        /// Year.
        year: u32, "year";
        /// Quarter of the year, 1 to 4.
        quarter: u32, "quarter";
        /// A column of `metrics`.
        metric: &'static str, "";
        /// Runs in which the metric is missing in neither variant; the other columns are about these.
        n: u64, "runs";
        /// Mean of variant a.
        mean_a: Option<Quantity>, "unit of the metric";
        /// Mean of variant b.
        mean_b: Option<Quantity>, "unit of the metric";
        /// Mean of the paired differences, b - a.
        mean: Option<Quantity>, "unit of the metric";
        /// Sample standard deviation of the differences, divided by n - 1 (empty below two runs).
        sd: Option<Quantity>, "unit of the metric";
        /// Lower end of the 95 % interval of the mean difference: mean - t * sd / sqrt(n), t Student's 0.975 quantile with n - 1 degrees of freedom.
        ci95_low: Option<Quantity>, "unit of the metric";
        /// Upper end of the same interval.
        ci95_high: Option<Quantity>, "unit of the metric";
        /// 5 % quantile of the differences (type 7).
        q05: Option<Quantity>, "unit of the metric";
        /// Median difference.
        q50: Option<Quantity>, "unit of the metric";
        /// 95 % quantile of the differences.
        q95: Option<Quantity>, "unit of the metric";
        /// Runs whose difference has the sign of the mean difference / n; where the mean is 0, runs that do not differ.
        agree_share: Option<Share>, "share";
    }
}

/// The difference in one metric in one quarter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricDifference {
    /// Year.
    pub year: u32,
    /// Quarter of the year, 1 to 4.
    pub quarter: u32,
    /// A column of `metrics`.
    pub metric: &'static str,
    /// Statistics of the paired differences.
    pub difference: PairedDifference,
}

/// The result of a comparison.
#[derive(Clone, Debug, Default)]
pub struct PairedComparison {
    /// Every metric of every quarter, by time, then name. Empty for a shard.
    pub metrics: Vec<MetricDifference>,
    /// Nations and pairs that differ. Empty for a shard.
    pub contrast: Contrast,
}

/// The table's name.
pub const NAME: &str = CompareRow::TABLE;
/// The file of metrics: one record of `f64` per run; each value of the first variant is followed by that of the second.
const VALUES_FILE: &str = "values.bin";
/// The file of final states: one record per run, the state of the first variant, then of the second.
const STATES_FILE: &str = "standings.bin";

/// A comparison of two variants, run by run. Both have the same seed, quarters and nations.
#[derive(Clone, Debug)]
pub struct CompareStudy {
    ensemble: Ensemble,
    work: Work,
}

/// What one run of one variant leaves.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// Every metric, quarter by quarter.
    measures: Vec<f64>,
    state: FinalState,
}

impl CompareStudy {
    /// A study of the two variants of an ensemble, all replicates or those of a shard. Returns an error if a name cannot be
    /// a file name.
    pub fn new(ensemble: Ensemble, shard: Option<Shard>) -> Result<Self, UnsafeName> {
        assert_eq!(ensemble.variants.len(), 2, "two variants are compared");
        let request = copies::request(&ensemble, NAME.to_owned())?;
        let work = Work::new(&ensemble, Request { shard, ..request });
        Ok(Self { ensemble, work })
    }

    fn nations(&self) -> usize {
        self.ensemble.variants[0].file.nations.len()
    }

    fn run(&self, run: Run) -> Result<RunSummary, Ended> {
        let levels = |world: &World| pairs::levels(world).cells().to_vec();
        let (history, levels) = self.ensemble.run_and_look(run, levels)?;
        let measures = history.metrics.iter().flat_map(metrics::values).collect();
        Ok(RunSummary { measures, state: FinalState::new(&history.nations, levels) })
    }

    fn compare(&self, files: &dyn Tables) -> io::Result<PairedComparison> {
        let metrics = metric_differences(files.open(&record_file(&self.work, VALUES_FILE))?, &self.ensemble)?;
        let contrast =
            contrast(files.open(&record_file(&self.work, STATES_FILE))?, self.ensemble.reps, self.nations())?;
        Ok(PairedComparison { metrics, contrast })
    }
}

impl Study for CompareStudy {
    /// One run of each variant.
    type Item = [RunSummary; 2];
    type Memory = ();
    type Findings = PairedComparison;

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.ensemble.reps as usize
    }

    fn append_files(&self) -> Vec<AppendFile> {
        [VALUES_FILE, STATES_FILE].map(|name| AppendFile::records(record_file(&self.work, name))).into()
    }

    fn make(&self, item: usize) -> Result<Self::Item, Ended> {
        let rep = u32::try_from(item).expect("a replicate is less than `reps`");
        Ok([self.run(Run { variant: 0, rep })?, self.run(Run { variant: 1, rep })?])
    }

    fn append(&self, _: usize, made: Self::Item, files: &mut dyn Append, (): &mut ()) -> io::Result<()> {
        let [a, b] = &made;
        assert_eq!(a.measures.len(), b.measures.len(), "the variants that are compared have the same quarters");
        let record: Vec<f64> = a.measures.iter().zip(&b.measures).flat_map(|(a, b)| [*a, *b]).collect();
        files.record(&record_file(&self.work, VALUES_FILE), &record)?;
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
        let comparison = self.compare(files).map_err(Ended::Io)?;
        let rows: Vec<CompareRow> = comparison.metrics.iter().map(|metric| row(&self.ensemble, metric)).collect();
        let about = format!("Variant `{b}` against `{a}`, {reps} runs of each on the same luck.");
        let sheet = WrittenTable::write(&folder, &rows).map_err(Ended::Io)?;
        attachments::write(&folder, &[sheet], &self.ensemble, &self.work.request, &about).map_err(Ended::Io)?;
        Ok(comparison)
    }
}

fn variant(ensemble: &Ensemble, at: usize) -> &str {
    &ensemble.variants[at].variant
}

/// The difference in every metric of every quarter, sorted by time, then name.
fn metric_differences(records: Box<dyn ReadSeek + '_>, ensemble: &Ensemble) -> io::Result<Vec<MetricDifference>> {
    let names: Vec<&'static str> = metrics::names().collect();
    let quarters: Vec<_> = ensemble.prepared[0].quarters().collect();
    let width = 2 * names.len() * quarters.len();
    let (mut differences, mut first) = (Vec::new(), Vec::new());
    ColumnReader::new(records, width, ensemble.reps as usize)?.for_each_column(BUDGET, |column, values| {
        if column % 2 == 0 {
            std::mem::swap(&mut first, values);
            return Ok(());
        }
        let (at, metric) = (quarters[column / 2 / names.len()], names[column / 2 % names.len()]);
        let difference = PairedDifference::new(&first, values);
        differences.push(MetricDifference { year: at.year(), quarter: at.number(), metric, difference });
        Ok(())
    })?;
    differences.sort_by_key(|metric| (metric.year, metric.quarter, metric.metric));
    Ok(differences)
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

fn row(ensemble: &Ensemble, metric: &MetricDifference) -> CompareRow {
    let statistics = metric.difference.statistics;
    let quantity = |value: fn(&PairedStatistics) -> f64| statistics.as_ref().map(|found| Quantity(value(found)));
    let interval = statistics.and_then(|found| found.interval);
    CompareRow {
        scenario: ensemble.variants[0].name.as_str().into(),
        variant_a: variant(ensemble, 0).into(),
        variant_b: variant(ensemble, 1).into(),
        year: metric.year,
        quarter: metric.quarter,
        metric: metric.metric,
        n: metric.difference.n,
        mean_a: quantity(|found| found.mean_a),
        mean_b: quantity(|found| found.mean_b),
        mean: quantity(|found| found.mean),
        sd: statistics.and_then(|found| found.sd).map(Quantity),
        ci95_low: interval.map(|(low, _)| Quantity(low)),
        ci95_high: interval.map(|(_, high)| Quantity(high)),
        q05: quantity(|found| found.quantiles[0]),
        q50: quantity(|found| found.quantiles[1]),
        q95: quantity(|found| found.quantiles[2]),
        agree_share: statistics.map(|found| Share(found.agree_share)),
    }
}
