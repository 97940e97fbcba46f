//! The same scenario under many values of some paths: a design of points, each run several times on the same luck.
pub mod bootstrap;
pub mod design;
pub mod elementary;
pub mod indices;
pub mod over;
pub mod points;
pub mod table;
pub mod variance;

use crate::ensemble::{Ended, Ensemble, ordered};
use crate::output::folder::{Draft, Placing, Refusal};
use crate::output::growth::{Growth, Site, inside};
use crate::output::merge::{Piece, join, whole, write_mark};
use crate::output::request::{Request, Swept};
use crate::output::sheet;
use crate::output::verify::VerifyError;
use crate::output::work::{self, Mark, Shard, Work, sha256};
use crate::output::{WriteError, copies, pages};
use design::Design;
use noforn::history::{Detail, History};
use noforn::load::Faults;
use noforn::run::Halted;
use points::Points;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// The file of the points.
pub const DESIGN: &str = "design.csv";
/// The numbers of every run, a record a run.
const VALUES: &str = "values.bin";

/// How a sweep is run.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The points.
    pub design: &'a Design,
    /// The metrics that are told: columns of `metrics`.
    pub metrics: &'a [&'static str],
    /// The part of the points that is run; all of them where none is named.
    pub shard: Option<Shard>,
    /// Threads; 0 for as many as there are cores.
    pub threads: usize,
    /// Set to end early.
    pub stop: &'a AtomicBool,
}

/// Why nothing was written.
#[derive(Debug)]
pub enum SweepError {
    /// The scenario at a point has faults.
    Faults(Box<Faults>),
    /// A run met a rule that cannot be decided.
    Halted {
        /// The point's name.
        point: String,
        /// The rule, the pair and the quarter.
        why: Halted,
    },
    /// The folder is not written, or the runs ended early.
    Write(WriteError),
}

impl<E: Into<WriteError>> From<E> for SweepError {
    fn from(error: E) -> Self {
        SweepError::Write(error.into())
    }
}

impl fmt::Display for SweepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SweepError::Faults(faults) => write!(f, "the scenario has {} faults", faults.faults.len()),
            SweepError::Halted { point, why } => write!(f, "a run of point `{point}` was halted: {why}"),
            SweepError::Write(error) => error.fmt(f),
        }
    }
}

/// Runs every point `ensemble.reps` times and writes the folder of the sweep. `ensemble` holds the scenario as it
/// stands without the points; `points` makes it ready at each. `progress` hears of each run, first of those that a
/// stopped program made before.
pub fn sweep(
    folder: &Path,
    ensemble: &Ensemble,
    points: &Points,
    order: Order,
    placing: Placing,
    progress: &mut dyn FnMut(),
) -> Result<PathBuf, SweepError> {
    let work = work(ensemble, order)?;
    let draft = Draft::of(folder, placing, &work)?;
    fill(draft.site(), ensemble, &work, points, order, progress)?;
    Ok(draft.finish()?)
}

/// What a sweep of an ensemble is.
pub fn work(ensemble: &Ensemble, order: Order) -> Result<Work, Refusal> {
    let request = copies::request(ensemble, table::NAME.to_owned())?;
    let sweep = Swept {
        design: order.design.layout,
        design_sha256: sha256(&order.design.text()),
        points: order.design.points.len(),
        metrics: order.metrics.iter().map(|metric| (*metric).to_owned()).collect(),
    };
    Ok(Work::new(ensemble, Request { shard: order.shard, sweep: Some(sweep), ..request }))
}

/// Runs the points and writes every file into the folder of a place.
pub fn fill(
    site: &Site,
    ensemble: &Ensemble,
    work: &Work,
    points: &Points,
    order: Order,
    progress: &mut dyn FnMut(),
) -> Result<(), SweepError> {
    let failed = |error| Refusal::Io(site.folder(), error);
    let mut growth = begin(site, ensemble, work, order.design)?;
    let ran = run(&mut growth, ensemble.reps as usize, points, order, progress);
    if let Err(ended) = ran {
        growth.keep().map_err(failed)?;
        return Err(ended);
    }
    conclude(site, ensemble, order, &growth.close()).map_err(|error| failed(error).into())
}

/// Writes what is known before anything is run.
fn begin(site: &Site, ensemble: &Ensemble, work: &Work, design: &Design) -> Result<Growth, Refusal> {
    copies::write(&site.folder(), ensemble, &work.request)?;
    let begun = || {
        std::fs::write(site.folder().join(DESIGN), design.text())?;
        let mut growth = Growth::new(site, work)?;
        growth.begin(&record_file(work), "")?;
        growth.keep()?;
        Ok(growth)
    };
    begun().map_err(|error| Refusal::Io(site.folder(), error))
}

/// The file that holds the numbers of every run; a part of a work keeps it.
fn record_file(work: &Work) -> String {
    if work.request.shard.is_some() { inside(VALUES) } else { VALUES.to_owned() }
}

/// Makes the runs that are not made yet.
fn run(
    growth: &mut Growth,
    reps: usize,
    points: &Points,
    order: Order,
    progress: &mut dyn FnMut(),
) -> Result<(), SweepError> {
    let columns: Vec<usize> = order
        .metrics
        .iter()
        .map(|metric| pages::metrics().position(|known| known == *metric).expect("the metrics are columns"))
        .collect();
    let all = work::items(order.shard, order.design.points.len());
    let (first, runs) = (all.start * reps, all.len() * reps);
    let done = (growth.done() as usize).min(runs);
    (0..done).for_each(|_| progress());
    let one = |index: usize| -> Result<Vec<f64>, SweepError> {
        let run = first + done + index;
        let (point, rep) = (run / reps, u32::try_from(run % reps).expect("a replicate is less than `reps`"));
        let prepared = points.prepared(point).map_err(|faults| SweepError::Faults(Box::new(faults)))?;
        let history = prepared.run(rep, Detail { full: false });
        let halted = |why| SweepError::Halted { point: order.design.points[point].0.clone(), why };
        Ok(last(&history.map_err(halted)?, &columns))
    };
    let (name, mut wrong) = (record_file(growth.work()), None);
    let ended = ordered::for_each(order.threads, runs - done, order.stop, one, |index, made| {
        let values = made.map_err(|error| {
            wrong = Some(error);
            Ended::Stopped
        })?;
        growth.record(&name, &values).and_then(|()| growth.step()).map_err(Ended::Io)?;
        let run = first + done + index;
        if (run + 1).is_multiple_of(reps) {
            points.done(run / reps);
        }
        progress();
        Ok(())
    });
    match wrong {
        Some(error) => Err(error),
        None => Ok(ended?),
    }
}

/// The numbers of the last quarter, as they are written; NaN where missing.
fn last(history: &History, columns: &[usize]) -> Vec<f64> {
    let all = history.metrics.last().map(pages::measures).unwrap_or_default();
    columns.iter().map(|column| all.get(*column).copied().unwrap_or(f64::NAN)).collect()
}

/// Writes what follows when every run is made: the table, of a whole design its indices, and the data package.
fn conclude(site: &Site, ensemble: &Ensemble, order: Order, mark: &Mark) -> io::Result<()> {
    let (folder, request) = (site.folder(), &mark.work.request);
    let records = site.home().join(record_file(&mark.work));
    let names = table::names(order);
    let (sheet, means) = table::write(&folder, &records, order, &names, ensemble.reps as usize)?;
    let design = table::design(&folder, order)?;
    let mut sheets = vec![sheet, design];
    if request.shard.is_none() {
        sheets.extend(indices::write(&folder, order, ensemble.seed(0), &means)?);
    } else {
        write_mark(&folder, mark)?;
    }
    let points = work::items(request.shard, order.design.points.len()).len();
    let part = request.shard.map(|shard| format!(" Part {shard} of the design.")).unwrap_or_default();
    let about = format!("{points} points, {} runs of each on the same luck.{part}", ensemble.reps);
    sheet::write(&folder, &sheets, ensemble, request, &about)
}

/// The points that a folder keeps, as they were asked for.
pub fn kept(folder: &Path, swept: &Swept) -> Result<(Design, Vec<&'static str>), String> {
    let path = folder.join(DESIGN);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    if sha256(&text) != swept.design_sha256 {
        return Err(format!("`{}` was changed", path.display()));
    }
    let design = design::read(&text).map_err(|why| format!("`{}` is not a design: {why}", path.display()))?;
    let known = |name: &String| {
        pages::metrics().find(|metric| metric == name).ok_or_else(|| format!("there is no metric `{name}`"))
    };
    let metrics = swept.metrics.iter().map(known).collect::<Result<_, _>>()?;
    Ok((Design { layout: swept.design, ..design }, metrics))
}

/// Joins the parts of a sweep into one folder. They must have been read by `pieces`; `ensemble` is theirs.
pub fn merge(target: &Path, pieces: &[Piece], ensemble: &Ensemble, replace: bool) -> Result<PathBuf, VerifyError> {
    let work = whole(pieces);
    let swept = work.request.sweep.as_ref().expect("the parts are of a sweep");
    let (design, metrics) = kept(&pieces[0].folder, swept).map_err(VerifyError::Folder)?;
    let stop = AtomicBool::new(false);
    let order = Order { design: &design, metrics: &metrics, shard: None, threads: 0, stop: &stop };
    let placing = Placing { replace, resume: false };
    let draft = Draft::of(target, placing, &work).map_err(WriteError::from)?;
    let failed = |error| WriteError::Refused(Refusal::Io(target.to_owned(), error));
    let mut growth = begin(draft.site(), ensemble, &work, &design).map_err(WriteError::from)?;
    join(&mut growth, pieces).map_err(failed)?;
    conclude(draft.site(), ensemble, order, &growth.close()).map_err(failed)?;
    Ok(draft.finish().map_err(WriteError::from)?)
}
