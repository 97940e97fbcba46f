//! Two variants of a scenario on the same luck: paired differences, and who makes them.
pub mod contrast;
pub mod difference;
pub mod student;
pub mod told;

use crate::ensemble::Ensemble;
use crate::output::columns::{BUDGET, Columns};
use crate::output::folder::{Draft, Placing, Refusal};
use crate::output::growth::{Growth, Site};
use crate::output::request::Request;
use crate::output::sheet::{self, Sheet};
use crate::output::work::Work;
use crate::output::{WriteError, copies, pages};
use contrast::{Contrast, Standing};
use difference::Difference;
use noforn::history::cell::{Quantity, Share, Text};
use noforn::history::row::{Row, rows};
use noforn::quarter::measures::pairs;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

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
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Where the table was written.
    pub folder: PathBuf,
    /// Every metric of every quarter, by time, then name.
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

/// Runs both variants of an ensemble of two and writes the folder of their comparison. Both have the same seed and
/// quarters. `progress` hears of each replicate, first of those that a stopped program told before.
pub fn compare(
    folder: &Path,
    ensemble: &Ensemble,
    job: (usize, &AtomicBool),
    placing: Placing,
    progress: &mut dyn FnMut(),
) -> Result<Comparison, WriteError> {
    let work = work(ensemble)?;
    let draft = Draft::of(folder, placing, &work)?;
    let (points, contrast) = fill(draft.site(), ensemble, &work, job, progress)?;
    Ok(Comparison { folder: draft.finish()?, points, contrast })
}

/// What the comparison of an ensemble is.
pub fn work(ensemble: &Ensemble) -> Result<Work, Refusal> {
    Ok(Work::new(ensemble, copies::request(ensemble, NAME.to_owned())?))
}

/// Runs both variants and writes every file into the folder of a place.
pub fn fill(
    site: &Site,
    ensemble: &Ensemble,
    work: &Work,
    (threads, stop): (usize, &AtomicBool),
    progress: &mut dyn FnMut(),
) -> Result<(Vec<Point>, Contrast), WriteError> {
    let failed = |error| Refusal::Io(site.folder(), error);
    copies::write(&site.folder(), ensemble, &work.request)?;
    let mut growth = begin(site, work).map_err(failed)?;
    let done = u32::try_from(growth.done()).unwrap_or(u32::MAX).min(ensemble.reps);
    (0..done).for_each(|_| progress());
    let look = |world: &bevy_ecs::prelude::World| pairs::levels(world).cells().to_vec();
    let make = |history: noforn::history::History, levels| Told {
        measures: history.metrics.iter().flat_map(pages::measures).collect(),
        standing: Standing::new(&history.nations, levels),
    };
    let ran = ensemble.for_each_rep(done..ensemble.reps, threads, stop, look, make, |_, told| {
        add(&mut growth, &told, ensemble.variants[0].file.nations.len())?;
        progress();
        Ok(())
    });
    if let Err(ended) = ran {
        growth.keep().map_err(failed)?;
        return Err(ended.into());
    }
    drop(growth.close());
    conclude(site, ensemble, &work.request).map_err(|error| failed(error).into())
}

fn begin(site: &Site, work: &Work) -> io::Result<Growth> {
    let mut growth = Growth::new(site, work)?;
    [VALUES, STANDINGS].into_iter().try_for_each(|name| growth.begin(name, ""))?;
    growth.keep()?;
    Ok(growth)
}

/// What one run of one variant adds.
struct Told {
    measures: Vec<f64>,
    standing: Standing,
}

fn add(growth: &mut Growth, told: &[Told], nations: usize) -> io::Result<()> {
    let [a, b] = told else { unreachable!("two variants are compared") };
    assert_eq!(a.measures.len(), b.measures.len(), "the variants that are compared have the same quarters");
    let record: Vec<f64> = a.measures.iter().zip(&b.measures).flat_map(|(a, b)| [*a, *b]).collect();
    growth.record(VALUES, &record)?;
    growth.append(STANDINGS, &[a, b].map(|told| told.standing.bytes(nations)).concat(), 1)?;
    growth.step()
}

fn conclude(site: &Site, ensemble: &Ensemble, request: &Request) -> io::Result<(Vec<Point>, Contrast)> {
    let (points, contrast) = (points(site, ensemble)?, contrast(site, ensemble)?);
    let rows: Vec<CompareRow> = points.iter().map(|point| row(ensemble, point)).collect();
    let [a, b] = [0, 1].map(|at| variant(ensemble, at));
    let about = format!("Variant `{b}` against `{a}`, {} runs of each on the same luck.", ensemble.reps);
    let folder = site.folder();
    sheet::write(&folder, &[Sheet::of(&folder, &rows)?], ensemble, request, &about)?;
    Ok((points, contrast))
}

fn variant(ensemble: &Ensemble, at: usize) -> &str {
    &ensemble.variants[at].variant
}

/// Every metric of every quarter, by time, then name.
fn points(site: &Site, ensemble: &Ensemble) -> io::Result<Vec<Point>> {
    let names: Vec<&'static str> = pages::metrics().collect();
    let quarters: Vec<_> = ensemble.prepared[0].quarters().collect();
    let width = 2 * names.len() * quarters.len();
    let (mut points, mut first) = (Vec::new(), Vec::new());
    Columns::open(&site.home().join(VALUES), width, ensemble.reps as usize)?.each(BUDGET, |column, values| {
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
fn contrast(site: &Site, ensemble: &Ensemble) -> io::Result<Contrast> {
    let nations = ensemble.variants[0].file.nations.len();
    let mut reader = BufReader::with_capacity(1 << 20, File::open(site.home().join(STANDINGS))?);
    let mut both = [(); 2].map(|()| vec![0; Standing::width(nations)]);
    let mut contrast = Contrast::default();
    for rep in 0..ensemble.reps {
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
