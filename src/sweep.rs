//! The same scenario under many values of some paths: a design of points, each run several times on the same luck.
pub mod design;
pub mod over;
pub mod points;

use crate::ensemble::{Ended, Ensemble, ordered};
use crate::history::cell::{Cell, Kind, Quantity};
use crate::history::row::Column;
use crate::history::{Detail, History};
use crate::output::folder::{Draft, Refusal};
use crate::output::lines::{self, Lines};
use crate::output::quantile::{self, Spread};
use crate::output::sheet::{self, Sheet};
use crate::output::{WriteError, copies, pages};
use crate::run::Halted;
use crate::scenario::load::Faults;
use design::Design;
use points::Points;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// The table's name.
const TABLE: &str = "sweep";
/// What is told of each metric, and its index among the quantiles (none: the mean).
const TOLD: [(&str, Option<usize>); 4] = [("mean", None), ("q05", Some(0)), ("q50", Some(2)), ("q95", Some(4))];

/// How a sweep is run.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The points.
    pub design: &'a Design,
    /// The metrics that are told: columns of `metrics`.
    pub metrics: &'a [&'static str],
    /// Threads; 0 for as many as there are cores.
    pub threads: usize,
    /// Set to end early; then nothing is left.
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
/// stands without the points; `points` makes it ready at each. `progress` hears of each run.
pub fn sweep(
    folder: &Path,
    ensemble: &Ensemble,
    points: &Points,
    order: Order,
    force: bool,
    progress: &mut dyn FnMut(),
) -> Result<PathBuf, SweepError> {
    let draft = Draft::begin(folder, force)?;
    let request = copies::write(draft.path(), ensemble, TABLE.to_owned())?;
    let spreads = run(ensemble.reps, points, order, progress)?;
    let names = names(order);
    let sheet = table(order, &names, &spreads);
    let about = format!("{} points, {} runs of each on the same luck.", spreads.len(), ensemble.reps);
    sheet::write(draft.path(), &sheet, ensemble, &request, &about)
        .map_err(|error| Refusal::Io(draft.path().to_owned(), error))?;
    Ok(draft.finish()?)
}

/// The spread of every metric at the last quarter, point by point.
fn run(reps: u32, points: &Points, order: Order, progress: &mut dyn FnMut()) -> Result<Vec<Vec<Spread>>, SweepError> {
    let columns: Vec<usize> = order
        .metrics
        .iter()
        .map(|metric| pages::metrics().position(|known| known == *metric).expect("the metrics are columns"))
        .collect();
    let reps = reps as usize;
    let one = |index: usize| -> Result<Vec<f64>, SweepError> {
        let (point, rep) = (index / reps, u32::try_from(index % reps).expect("a replicate is less than `reps`"));
        let prepared = points.prepared(point).map_err(|faults| SweepError::Faults(Box::new(faults)))?;
        let history = prepared.run(rep, Detail { full: false });
        let halted = |why| SweepError::Halted { point: order.design.points[point].0.clone(), why };
        Ok(last(&history.map_err(halted)?, &columns))
    };
    let (mut spreads, mut open, mut wrong) = (Vec::new(), vec![Vec::new(); columns.len()], None);
    let ended = ordered::for_each(order.threads, order.design.points.len() * reps, order.stop, one, |index, made| {
        let values = made.map_err(|error| {
            wrong = Some(error);
            Ended::Stopped
        })?;
        open.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        if (index + 1).is_multiple_of(reps) {
            points.done(index / reps);
            spreads.push(open.iter_mut().map(|column| quantile::spread(&mut std::mem::take(column))).collect());
        }
        progress();
        Ok(())
    });
    match wrong {
        Some(error) => Err(error),
        None => Ok(ended.map(|()| spreads)?),
    }
}

/// The numbers of the last quarter, as they are written; NaN where missing.
fn last(history: &History, columns: &[usize]) -> Vec<f64> {
    let all = history.metrics.last().map(pages::measures).unwrap_or_default();
    columns.iter().map(|column| all.get(*column).copied().unwrap_or(f64::NAN)).collect()
}

/// The names of the columns of metrics.
fn names(order: Order) -> Vec<String> {
    order.metrics.iter().flat_map(|metric| TOLD.map(|(told, _)| format!("{metric}_{told}"))).collect()
}

fn table<'a>(order: Order<'a>, names: &'a [String], spreads: &[Vec<Spread>]) -> Sheet<'a> {
    let key = |name, doc| Column { name, kind: Kind::String, optional: false, unit: "", doc };
    let mut columns = vec![key("point", "Point of the design.")];
    columns.extend(order.design.paths.iter().enumerate().map(|(at, path)| {
        let doc = "Value of this path of the scenario, as for `--set`.";
        let numbers = order.design.points.iter().all(|(_, values)| is_number(&values[at]));
        let (kind, unit) =
            if numbers { (Kind::Number { decimals: 6 }, "unit of the path") } else { (Kind::String, "") };
        Column { name: path, kind, optional: false, unit, doc }
    }));
    for (name, (_, quantile)) in names.iter().zip(order.metrics.iter().flat_map(|_| TOLD)) {
        let doc = match quantile {
            None => "Mean over the runs of the point, last quarter (empty where the metric is missing in all).",
            Some(_) => "Quantile over the runs of the point, last quarter (type 7).",
        };
        let kind = Kind::Number { decimals: 6 };
        columns.push(Column { name, kind, optional: true, unit: "unit of the metric", doc });
    }
    let mut lines = Lines::default();
    for ((point, values), spreads) in order.design.points.iter().zip(spreads) {
        let cells = columns[1..].iter().zip(values).map(|(column, value)| match column.kind {
            Kind::String => lines::lead(&[value]),
            _ => format!("{value},"),
        });
        let text = lines::lead(&[point]) + &cells.collect::<String>() + &spreads.iter().map(told).collect::<String>();
        lines.push_text(&text[..text.len() - 1]);
    }
    Sheet { name: TABLE, doc: "One point of a design, over its runs, at the last quarter.", keys: 1, columns, lines }
}

/// Whether a value is a number as every reader of CSV takes it for one.
fn is_number(value: &str) -> bool {
    let plain = value.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    plain && value.parse::<f64>().is_ok_and(f64::is_finite)
}

fn told(spread: &Spread) -> String {
    let mut text = String::new();
    for (_, quantile) in TOLD {
        let value = match quantile {
            None => spread.mean,
            Some(at) => spread.quantiles.map(|quantiles| quantiles[at]),
        };
        value.map(Quantity).write(&mut text);
        text.push(',');
    }
    text
}
