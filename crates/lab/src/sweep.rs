//! The same scenario under many values of some paths: a design of points, each run several times on the same luck.
pub mod bootstrap;
pub mod design;
pub mod elementary;
pub mod indices;
pub mod over;
pub mod points;
pub mod table;
pub mod variance;

use crate::ensemble::{Ended, Ensemble};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::{Request, Swept};
use crate::study::work::{self, Mark, Shard, Work};
use crate::study::{Append, FOLDER, Growing, Study, answer, kept, record_file};
use crate::tables::metrics;
use crate::tables::package::sha256;
use crate::tables::{Folder, Tables};
use crate::workers::Workers;
use design::Design;
use noforn::history::{Detail, History};
use points::Points;
use std::io;
use std::ops::Range;

/// The file of the points.
pub const DESIGN: &str = "design.csv";
/// The numbers of every run, a record a run.
const VALUES: &str = "values.bin";

/// A scenario at the points of a design.
pub struct SweepStudy {
    /// The scenario as it is without the points.
    ensemble: Ensemble,
    points: Points,
    /// The metrics that are written: columns of `metrics`.
    metrics: Vec<&'static str>,
    /// Their places among the columns.
    columns: Vec<usize>,
    work: Work,
}

impl SweepStudy {
    /// Every point of a design run `ensemble.reps` times, or a part of the points. `ensemble` holds the scenario as it is
    /// without the points; `points` prepares it at each.
    pub fn new(
        ensemble: Ensemble,
        points: Points,
        metrics: Vec<&'static str>,
        shard: Option<Shard>,
    ) -> Result<Self, UnsafeName> {
        let request = copies::request(&ensemble, table::NAME.to_owned())?;
        let sweep = Swept {
            design: points.design.layout,
            design_sha256: sha256(&points.design.text()),
            points: points.design.points.len(),
            metrics: metrics.iter().map(|metric| (*metric).to_owned()).collect(),
        };
        let work = Work::new(&ensemble, Request { shard, sweep: Some(sweep), ..request });
        let column = |metric: &&str| metrics::metrics().position(|known| known == *metric);
        let columns = metrics.iter().map(|metric| column(metric).expect("the metrics are columns")).collect();
        Ok(Self { ensemble, points, metrics, columns, work })
    }

    /// The points.
    pub fn design(&self) -> &Design {
        &self.points.design
    }

    /// The metrics that are written.
    pub fn metrics(&self) -> &[&'static str] {
        &self.metrics
    }

    fn reps(&self) -> usize {
        self.ensemble.reps as usize
    }

    /// The points of the part.
    fn points_of_part(&self) -> Range<usize> {
        work::items(self.work.request.shard, self.design().points.len())
    }

    /// Writes the table, of a whole design its indices, and the data package.
    fn write(&self, files: &dyn Tables, workers: &impl Workers) -> Result<(), Ended> {
        let folder = Folder { within: files, name: FOLDER };
        let (request, points) = (&self.work.request, self.points_of_part());
        let names = table::names(&self.metrics);
        let table = table::Contents { design: self.design(), metrics: &self.metrics, names: &names };
        let records = files.open(&record_file(&self.work, VALUES)).map_err(Ended::Io)?;
        let (sheet, means) = table.write(&folder, records, points.clone(), self.reps()).map_err(Ended::Io)?;
        let mut sheets = vec![sheet, table.design()];
        if request.shard.is_none() {
            let seed = self.ensemble.seed(0);
            sheets.extend(indices::write(&folder, self.design(), &self.metrics, seed, &means, workers)?);
        }
        let part = request.shard.map(|shard| format!(" Part {shard} of the design.")).unwrap_or_default();
        let about = format!("{} points, {} runs of each on the same luck.{part}", points.len(), self.ensemble.reps);
        answer::write(&folder, &sheets, &self.ensemble, request, &about).map_err(Ended::Io)
    }
}

impl Study for SweepStudy {
    /// The metrics of a run at the last quarter.
    type Item = Vec<f64>;
    type Memory = ();
    type Findings = ();

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.design().points.len() * self.reps()
    }

    /// A part has whole points.
    fn part(&self) -> Range<usize> {
        let points = self.points_of_part();
        points.start * self.reps()..points.end * self.reps()
    }

    fn growing(&self) -> Vec<Growing> {
        vec![Growing::records(record_file(&self.work, VALUES))]
    }

    fn begin(&self, folder: &dyn Tables) -> io::Result<()> {
        copies::write(folder, &self.ensemble, &self.work.request)?;
        folder.write(DESIGN, &self.design().text())
    }

    fn make(&self, item: usize) -> Result<Vec<f64>, Ended> {
        let (point, rep) = (item / self.reps(), item % self.reps());
        let prepared = self.points.prepared(point).map_err(|faults| Ended::Faults(Box::new(faults)))?;
        let history =
            prepared.run(u32::try_from(rep).expect("a replicate is less than `reps`"), Detail { full: false });
        let name = &self.design().points[point].0;
        let history = history.map_err(|why| Ended::Halted { run: format!("a run of point `{name}`"), why })?;
        Ok(last(&history, &self.columns))
    }

    fn append(&self, item: usize, made: Vec<f64>, files: &mut dyn Append, (): &mut ()) -> io::Result<()> {
        files.record(&record_file(&self.work, VALUES), &made)?;
        if (item + 1).is_multiple_of(self.reps()) {
            self.points.done(item / self.reps());
        }
        Ok(())
    }

    fn conclude(&self, files: &dyn Tables, _: &Mark, (): (), workers: &impl Workers) -> Result<(), Ended> {
        self.write(files, workers)
    }
}

/// The numbers of the last quarter, as they are written; NaN where missing.
fn last(history: &History, columns: &[usize]) -> Vec<f64> {
    let all = history.metrics.last().map(metrics::measures).unwrap_or_default();
    columns.iter().map(|column| all.get(*column).copied().unwrap_or(f64::NAN)).collect()
}

/// The points and metrics that a folder keeps, as they were asked for.
pub fn kept(folder: &dyn Tables, swept: &Swept) -> Result<(Design, Vec<&'static str>), String> {
    let text = kept::read(folder, DESIGN)?;
    if sha256(&text) != swept.design_sha256 {
        return Err(format!("`{}` was changed", folder.shown(DESIGN)));
    }
    let design = design::read(&text).map_err(|why| format!("`{}` is not a design: {why}", folder.shown(DESIGN)))?;
    let known = |name: &String| {
        metrics::metrics().find(|metric| metric == name).ok_or_else(|| format!("there is no metric `{name}`"))
    };
    let metrics = swept.metrics.iter().map(known).collect::<Result<_, _>>()?;
    Ok((Design { layout: swept.design, ..design }, metrics))
}
