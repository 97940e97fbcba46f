//! Two variants of a scenario on the same luck: paired differences, and who makes them.
pub mod contrast;
pub mod difference;
pub mod student;
pub mod told;

use crate::ensemble::Ensemble;
use crate::history::cell::{Quantity, Share, Text};
use crate::history::row::{Row, rows};
use crate::output::columns::{BUDGET, Columns};
use crate::output::folder::{Draft, Refusal};
use crate::output::{WriteError, copies, pages, sheet};
use crate::quarter::measures::pairs;
use contrast::{Contrast, Standing};
use difference::Difference;
use sheet::Sheet;
use std::io;
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

/// Runs both variants of an ensemble of two and writes the folder of their comparison, replacing what this program
/// wrote there before only with `force`. Both have the same seed and quarters. `progress` hears of each replicate.
pub fn compare(
    folder: &Path,
    ensemble: &Ensemble,
    (threads, stop): (usize, &AtomicBool),
    force: bool,
    progress: &mut dyn FnMut(),
) -> Result<Comparison, WriteError> {
    let draft = Draft::begin(folder, force)?;
    let failed = |error| Refusal::Io(draft.path().to_owned(), error);
    let request = copies::write(draft.path(), ensemble, CompareRow::TABLE.to_owned())?;
    let mut pairing = Pairing::default();
    let look = |world: &bevy_ecs::prelude::World| pairs::levels(world).cells().to_vec();
    let make = |history: crate::history::History, levels| Told {
        quarters: history.metrics.iter().map(|row| (row.year, row.quarter)).collect(),
        measures: history.metrics.iter().flat_map(pages::measures).collect(),
        standing: Standing::new(&history.nations, levels),
    };
    ensemble.for_each_rep(threads, stop, look, make, |rep, told| {
        pairing.add(draft.path(), rep, &told)?;
        progress();
        Ok(())
    })?;
    let contrast = std::mem::take(&mut pairing.contrast);
    let points = pairing.points().map_err(failed)?;
    let rows: Vec<CompareRow> = points.iter().map(|point| row(ensemble, point)).collect();
    let about = format!(
        "Variant `{}` against `{}`, {} runs of each on the same luck.",
        variant(ensemble, 1),
        variant(ensemble, 0),
        ensemble.reps
    );
    sheet::write(draft.path(), &Sheet::of(&rows), ensemble, &request, &about).map_err(failed)?;
    Ok(Comparison { folder: draft.finish()?, points, contrast })
}

fn variant(ensemble: &Ensemble, at: usize) -> &str {
    &ensemble.variants[at].variant
}

/// What one run of one variant adds.
struct Told {
    quarters: Vec<(u32, u32)>,
    measures: Vec<f64>,
    standing: Standing,
}

/// The numbers of both variants, run by run.
#[derive(Default)]
struct Pairing {
    quarters: Vec<(u32, u32)>,
    columns: Option<Columns>,
    contrast: Contrast,
}

impl Pairing {
    fn add(&mut self, folder: &Path, rep: u32, told: &[Told]) -> io::Result<()> {
        let [a, b] = told else { unreachable!("two variants are compared") };
        assert_eq!(a.quarters, b.quarters, "the variants that are compared have the same quarters");
        self.quarters.clone_from(&a.quarters);
        self.contrast.add(rep, &a.standing, &b.standing);
        // Side by side, so that a column of one is followed by that of the other.
        let record: Vec<f64> = a.measures.iter().zip(&b.measures).flat_map(|(a, b)| [*a, *b]).collect();
        let columns = self.columns.get_or_insert_with(|| Columns::new(record.len(), folder, BUDGET));
        columns.push(&record)
    }

    /// Every metric of every quarter, by time, then name.
    fn points(self) -> io::Result<Vec<Point>> {
        let names: Vec<&'static str> = pages::metrics().collect();
        let (mut points, mut first) = (Vec::new(), Vec::new());
        let Some(columns) = self.columns else { return Ok(points) };
        columns.each(|column, values| {
            if column % 2 == 0 {
                std::mem::swap(&mut first, values);
                return Ok(());
            }
            let (at, metric) = (column / 2 / names.len(), names[column / 2 % names.len()]);
            let (year, quarter) = self.quarters[at];
            points.push(Point { year, quarter, metric, difference: Difference::of(&first, values) });
            Ok(())
        })?;
        points.sort_by_key(|point| (point.year, point.quarter, point.metric));
        Ok(points)
    }
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
