//! Experiments over parameters: a scenario at every point of a design, each point run several times on the same luck.
pub mod bootstrap;
pub mod closing;
pub mod design;
pub(crate) mod draw;
pub mod elementary;
pub mod indices;
pub mod over;
pub mod over_run;
pub mod points;
pub mod table;
pub mod variance;

use crate::ensemble::{Ended, Ensemble};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::{Request, SweepRequest};
use crate::study::shard::{self, Shard};
use crate::study::work::{Checkpoint, Work};
use crate::study::{Append, AppendFile, FOLDER, Study, attachments, kept, record_file};
use crate::tables::package::sha256;
use crate::tables::{Subfolder, Tables};
use crate::workers::Workers;
use closing::SweepFindings;
use design::Design;
use indices::Indices;
use noforn::history::Detail;
use points::PreparedPoints;
use std::io;
use std::ops::Range;
use table::SweepTable;

/// The file that lists the points of the design.
pub const DESIGN_FILE: &str = "design.csv";
/// The file of metrics: one record of `f64` per run.
const VALUES_FILE: &str = "values.bin";

/// A scenario at the points of a design.
pub struct SweepStudy {
    /// The scenario before a point changes it: one variant.
    ensemble: Ensemble,
    points: PreparedPoints,
    /// The metrics that are written: of `over_run::names`.
    metrics: Vec<&'static str>,
    /// The index of each of these metrics among all metrics.
    columns: Vec<usize>,
    work: Work,
}

impl SweepStudy {
    /// A study that runs every point of a design, or the points of one shard, `ensemble.reps` times. `ensemble` holds the
    /// scenario before a point changes it; `points` prepares it at each point. Returns an error if a name cannot be a
    /// file name.
    pub fn new(
        ensemble: Ensemble,
        points: PreparedPoints,
        metrics: Vec<&'static str>,
        shard: Option<Shard>,
    ) -> Result<Self, UnsafeName> {
        let request = copies::request(&ensemble, table::NAME.to_owned())?;
        let sweep = SweepRequest {
            design: points.design.method,
            design_sha256: sha256(&points.design.to_csv()),
            points: points.design.points.len(),
            metrics: metrics.iter().map(|metric| (*metric).to_owned()).collect(),
        };
        let work = Work::new(&ensemble, Request { shard, sweep: Some(sweep), ..request });
        let columns = metrics.iter().map(|metric| column(metric)).collect();
        Ok(Self { ensemble, points, metrics, columns, work })
    }

    /// The design: the paths that vary and the points.
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

    /// The points that this study runs: all, or those of its shard.
    fn shard_points(&self) -> Range<usize> {
        shard::items(self.work.request.shard, self.design().points.len())
    }

    /// Writes the table, the data package and, if the design is complete, the sensitivity indices. Returns the means at each
    /// point, and the indices.
    fn write_tables(&self, files: &dyn Tables, workers: &impl Workers) -> Result<SweepFindings, Ended> {
        let folder = Subfolder { within: files, name: FOLDER };
        let (request, points) = (&self.work.request, self.shard_points());
        let names = table::column_names(&self.metrics);
        let table = SweepTable { design: self.design(), metrics: &self.metrics, names: &names };
        let records = files.open(&record_file(&self.work, VALUES_FILE)).map_err(Ended::Io)?;
        let (sheet, means) = table.write(&folder, records, points.clone(), self.reps()).map_err(Ended::Io)?;
        let mut sheets = vec![sheet, table.describe_design()];
        let mut indices = Indices::None;
        if request.shard.is_none() {
            indices = Indices::compute(self.design(), self.ensemble.seed(0), &means, workers)?;
            sheets.extend(indices.write(&folder, &self.design().paths, &self.metrics)?);
        }
        let part = request.shard.map(|shard| format!(" Part {shard} of the design.")).unwrap_or_default();
        let about = format!("{} points, {} runs of each on the same luck.{part}", points.len(), self.ensemble.reps);
        attachments::write(&folder, &sheets, &self.ensemble, request, &about).map_err(Ended::Io)?;
        Ok(SweepFindings { means, indices })
    }
}

impl Study for SweepStudy {
    /// The metrics of a run.
    type Item = Vec<f64>;
    type Memory = ();
    type Findings = SweepFindings;

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.design().points.len() * self.reps()
    }

    /// A shard has all runs of each of its points.
    fn part(&self) -> Range<usize> {
        let points = self.shard_points();
        points.start * self.reps()..points.end * self.reps()
    }

    fn append_files(&self) -> Vec<AppendFile> {
        vec![AppendFile::records(record_file(&self.work, VALUES_FILE))]
    }

    fn begin(&self, folder: &dyn Tables) -> io::Result<()> {
        copies::write(folder, &self.ensemble, &self.work.request)?;
        folder.write(DESIGN_FILE, &self.design().to_csv())
    }

    fn make(&self, item: usize) -> Result<Vec<f64>, Ended> {
        let (point, rep) = (item / self.reps(), item % self.reps());
        let prepared = self.points.prepared(point).map_err(|faults| Ended::Faults(Box::new(faults)))?;
        let history =
            prepared.run(u32::try_from(rep).expect("a replicate is less than `reps`"), Detail { full: false });
        let name = &self.design().points[point].0;
        let history = history.map_err(|why| Ended::Halted { run: format!("a run of point `{name}`"), why })?;
        let all = over_run::values(&history);
        Ok(self.columns.iter().map(|column| all[*column]).collect())
    }

    fn append(&self, item: usize, made: Vec<f64>, files: &mut dyn Append, (): &mut ()) -> io::Result<()> {
        files.record(&record_file(&self.work, VALUES_FILE), &made)?;
        if (item + 1).is_multiple_of(self.reps()) {
            self.points.release(item / self.reps());
        }
        Ok(())
    }

    fn conclude(
        &self,
        files: &dyn Tables,
        _: &Checkpoint,
        (): (),
        workers: &impl Workers,
    ) -> Result<SweepFindings, Ended> {
        self.write_tables(files, workers)
    }
}

/// The index of a metric among all metrics of a sweep.
fn column(metric: &str) -> usize {
    over_run::names().position(|known| known == metric).expect("the metrics are of a sweep")
}

/// Reads back the design and the metrics of a sweep from its folder. Returns an error if the design was changed or a metric
/// is unknown.
pub fn read_request(folder: &dyn Tables, swept: &SweepRequest) -> Result<(Design, Vec<&'static str>), String> {
    let text = kept::read(folder, DESIGN_FILE)?;
    if sha256(&text) != swept.design_sha256 {
        return Err(format!("`{}` was changed", folder.shown(DESIGN_FILE)));
    }
    let design =
        design::from_csv(&text).map_err(|why| format!("`{}` is not a design: {why}", folder.shown(DESIGN_FILE)))?;
    let metrics = swept.metrics.iter().map(|name| known_metric(name)).collect::<Result<_, _>>()?;
    Ok((Design { method: swept.design, ..design }, metrics))
}

fn known_metric(name: &str) -> Result<&'static str, String> {
    over_run::names().find(|metric| *metric == name).ok_or_else(|| format!("there is no metric `{name}`"))
}
