//! Two variants of a scenario on the same luck: paired differences, and who makes them.
pub mod contrast;
pub mod difference;
pub mod student;
pub mod told;

use crate::ensemble::{Ended, Ensemble, Run};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::Request;
use crate::study::work::{Mark, Shard, Work};
use crate::study::{Append, FOLDER, Growing, Study, answer, record_file};
use crate::tables::columns::{BUDGET, Columns};
use crate::tables::sheet::Sheet;
use crate::tables::{Folder, ReadSeek, Tables, metrics};
use crate::workers::Workers;
use bevy_ecs::prelude::World;
use contrast::{Contrast, Standing};
use difference::Difference;
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

/// One metric in one quarter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Year.
    pub year: u32,
    /// Quarter of the year, 1 to 4.
    pub quarter: u32,
    /// A column of `metrics`.
    pub metric: &'static str,
    /// The paired differences.
    pub difference: Difference,
}

/// What a comparison found.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Every metric of every quarter, by time, then name. None of a part.
    pub points: Vec<Point>,
    /// Who differs.
    pub contrast: Contrast,
}

/// The table's name.
pub const NAME: &str = CompareRow::TABLE;
/// The numbers of both variants, a record a run; each number of the first is followed by that of the second.
const VALUES: &str = "values.bin";
/// Where the nations of both variants stand at the end, a record a run.
const STANDINGS: &str = "standings.bin";

/// Two variants on the same luck, run by run. Both have the same seed, quarters and nations.
#[derive(Clone, Debug)]
pub struct CompareStudy {
    ensemble: Ensemble,
    work: Work,
}

/// What one run of one variant leaves.
#[derive(Clone, Debug)]
pub struct RunSummary {
    measures: Vec<f64>,
    standing: Standing,
}

impl CompareStudy {
    /// The comparison of the two variants of an ensemble, or a part of its replicates. Refuses names that cannot be
    /// written.
    pub fn new(ensemble: Ensemble, shard: Option<Shard>) -> Result<Self, UnsafeName> {
        assert_eq!(ensemble.variants.len(), 2, "two variants are compared");
        let request = copies::request(&ensemble, NAME.to_owned())?;
        let work = Work::new(&ensemble, Request { shard, ..request });
        Ok(Self { ensemble, work })
    }

    fn nations(&self) -> usize {
        self.ensemble.variants[0].file.nations.len()
    }

    fn found(&self, files: &dyn Tables) -> io::Result<Comparison> {
        let points = points(files.open(&record_file(&self.work, VALUES))?, &self.ensemble)?;
        let contrast = contrast(files.open(&record_file(&self.work, STANDINGS))?, self.ensemble.reps, self.nations())?;
        Ok(Comparison { points, contrast })
    }
}

impl Study for CompareStudy {
    /// Of each variant.
    type Item = [RunSummary; 2];
    type Memory = ();
    type Findings = Comparison;

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.ensemble.reps as usize
    }

    fn growing(&self) -> Vec<Growing> {
        [VALUES, STANDINGS].map(|name| Growing::records(record_file(&self.work, name))).into()
    }

    fn make(&self, item: usize) -> Result<Self::Item, Ended> {
        let rep = u32::try_from(item).expect("a replicate is less than `reps`");
        let one = |variant: usize| {
            let look = |world: &World| pairs::levels(world).cells().to_vec();
            let (history, levels) = self.ensemble.run_and_look(Run { variant, rep }, look)?;
            let measures = history.metrics.iter().flat_map(metrics::measures).collect();
            Ok(RunSummary { measures, standing: Standing::new(&history.nations, levels) })
        };
        Ok([one(0)?, one(1)?])
    }

    fn append(&self, _: usize, made: Self::Item, files: &mut dyn Append, (): &mut ()) -> io::Result<()> {
        let [a, b] = &made;
        assert_eq!(a.measures.len(), b.measures.len(), "the variants that are compared have the same quarters");
        let record: Vec<f64> = a.measures.iter().zip(&b.measures).flat_map(|(a, b)| [*a, *b]).collect();
        files.record(&record_file(&self.work, VALUES), &record)?;
        let standings = [a, b].map(|run| run.standing.bytes(self.nations())).concat();
        files.append(&record_file(&self.work, STANDINGS), &standings, 1)
    }

    fn conclude(&self, files: &dyn Tables, _: &Mark, (): (), _: &impl Workers) -> Result<Comparison, Ended> {
        let folder = Folder { within: files, name: FOLDER };
        let [a, b] = [0, 1].map(|at| variant(&self.ensemble, at));
        let reps = self.ensemble.reps;
        if let Some(shard) = self.work.request.shard {
            let about = format!("Part {shard} of the {reps} runs of variant `{b}` against `{a}`.");
            answer::write(&folder, &[], &self.ensemble, &self.work.request, &about).map_err(Ended::Io)?;
            return Ok(Comparison::default());
        }
        let found = self.found(files).map_err(Ended::Io)?;
        let rows: Vec<CompareRow> = found.points.iter().map(|point| row(&self.ensemble, point)).collect();
        let about = format!("Variant `{b}` against `{a}`, {reps} runs of each on the same luck.");
        let sheet = Sheet::of(&folder, &rows).map_err(Ended::Io)?;
        answer::write(&folder, &[sheet], &self.ensemble, &self.work.request, &about).map_err(Ended::Io)?;
        Ok(found)
    }
}

fn variant(ensemble: &Ensemble, at: usize) -> &str {
    &ensemble.variants[at].variant
}

/// Every metric of every quarter, by time, then name.
fn points(records: Box<dyn ReadSeek + '_>, ensemble: &Ensemble) -> io::Result<Vec<Point>> {
    let names: Vec<&'static str> = metrics::metrics().collect();
    let quarters: Vec<_> = ensemble.prepared[0].quarters().collect();
    let width = 2 * names.len() * quarters.len();
    let (mut points, mut first) = (Vec::new(), Vec::new());
    Columns::new(records, width, ensemble.reps as usize)?.each(BUDGET, |column, values| {
        if column % 2 == 0 {
            std::mem::swap(&mut first, values);
            return Ok(());
        }
        let (at, metric) = (quarters[column / 2 / names.len()], names[column / 2 % names.len()]);
        let difference = Difference::of(&first, values);
        points.push(Point { year: at.year(), quarter: at.number(), metric, difference });
        Ok(())
    })?;
    points.sort_by_key(|point| (point.year, point.quarter, point.metric));
    Ok(points)
}

/// Who differs, run by run.
fn contrast(records: Box<dyn ReadSeek + '_>, reps: u32, nations: usize) -> io::Result<Contrast> {
    let mut reader = BufReader::with_capacity(1 << 20, records);
    let mut both = [(); 2].map(|()| vec![0; Standing::width(nations)]);
    let mut contrast = Contrast::default();
    for rep in 0..reps {
        both.iter_mut().try_for_each(|bytes| reader.read_exact(bytes))?;
        let [a, b] = [0, 1].map(|at| Standing::read(&both[at], nations));
        contrast.add(rep, &a, &b);
    }
    Ok(contrast)
}

fn row(ensemble: &Ensemble, point: &Point) -> CompareRow {
    let found = point.difference.found;
    let of = |value: fn(&difference::Found) -> f64| found.as_ref().map(|found| Quantity(value(found)));
    let interval = found.and_then(|found| found.interval);
    CompareRow {
        scenario: ensemble.variants[0].name.as_str().into(),
        variant_a: variant(ensemble, 0).into(),
        variant_b: variant(ensemble, 1).into(),
        year: point.year,
        quarter: point.quarter,
        metric: point.metric,
        n: point.difference.n,
        mean_a: of(|found| found.mean_a),
        mean_b: of(|found| found.mean_b),
        mean: of(|found| found.mean),
        sd: found.and_then(|found| found.sd).map(Quantity),
        ci95_low: interval.map(|(low, _)| Quantity(low)),
        ci95_high: interval.map(|(_, high)| Quantity(high)),
        q05: of(|found| found.quantiles[0]),
        q50: of(|found| found.quantiles[1]),
        q95: of(|found| found.quantiles[2]),
        agree_share: found.map(|found| Share(found.agree)),
    }
}
