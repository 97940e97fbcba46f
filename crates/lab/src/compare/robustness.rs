//! Whether the sign of a difference survives the assumptions: both variants at many points of the space of parameters.
pub mod rows;
pub mod space;
pub mod split;
pub mod text;
pub mod whole_run;

use super::difference::{PairedDifference, PairedStatistics, sign};
use crate::ensemble::Ensemble;
use crate::study::kept;
use crate::study::request::{DesignMethod, RobustnessRequest};
use crate::sweep::DESIGN_FILE;
use crate::sweep::design::{Design, from_csv};
use crate::sweep::points::MODEL_PREFIX;
use crate::sweep::table::SweepTable;
use crate::tables::column_reader::{BUDGET, ColumnReader};
use crate::tables::package::sha256;
use crate::tables::written_table::WrittenTable;
use crate::tables::{ReadSeek, Tables};
use noforn::history::cell::{Quantity, Share, Text};
use noforn::history::row::Row;
use noforn::world::model::{Model, PARAMETERS};
use rows::{RobustnessPointRow, RobustnessRow};
use split::{Split, Splitter};
use std::io;
use whole_run::STATISTICS;

/// The points at which a comparison is repeated, and the runs of each.
#[derive(Clone, Debug)]
pub struct RobustnessDesign {
    /// The points; each path is a parameter of the model that is one number.
    pub design: Design,
    /// Runs of each variant at each point.
    pub reps: u32,
}

/// What a robust comparison found.
#[derive(Clone, Debug)]
pub struct Robustness {
    /// One row per measure and statistic, sorted.
    pub rows: Vec<RobustnessRow>,
    /// Number of points.
    pub points: usize,
    /// Number of parameters that were drawn.
    pub parameters: usize,
    /// Runs of each variant at each point.
    pub reps: u32,
}

impl RobustnessDesign {
    /// Returns an error unless every path is a parameter and every value lies in its legal range.
    pub fn new(design: Design, reps: u32) -> Result<Self, String> {
        for (at, path) in design.paths.iter().enumerate() {
            let single = PARAMETERS.iter().filter(|parameter| parameter.length == 1);
            let parameter = single.into_iter().find(|known| path.strip_prefix(MODEL_PREFIX) == Some(known.name));
            let parameter = parameter.ok_or_else(|| format!("`{path}` is no parameter that is one number"))?;
            let legal = parameter.min..=parameter.max;
            let wrong = |value: &&String| !value.parse::<f64>().is_ok_and(|value| legal.contains(&value));
            if let Some(value) = design.points.iter().map(|(_, values)| &values[at]).find(wrong) {
                return Err(format!("`{value}` is no value of `{path}`"));
            }
        }
        Ok(Self { design, reps })
    }

    /// Reads the design of a comparison back from its folder. Returns an error if it was changed.
    pub fn read(folder: &dyn Tables, request: &RobustnessRequest) -> Result<Self, String> {
        let text = kept::read(folder, DESIGN_FILE)?;
        if sha256(&text) != request.design_sha256 {
            return Err(format!("`{}` was changed", folder.shown(DESIGN_FILE)));
        }
        let design = from_csv(&text).map(|design| Design { method: DesignMethod::Sobol, ..design });
        let read = design.and_then(|design| Self::new(design, request.reps));
        read.map_err(|why| format!("`{}` is not a design: {why}", folder.shown(DESIGN_FILE)))
    }

    /// The request that reads it back.
    pub fn request(&self) -> RobustnessRequest {
        let (points, design_sha256) = (self.design.points.len(), sha256(&self.design.to_csv()));
        RobustnessRequest { points, reps: self.reps, design_sha256 }
    }

    /// Number of runs of each variant, over all points.
    pub fn items(&self) -> usize {
        self.design.points.len() * self.reps as usize
    }

    /// The parameters of a model at a point.
    pub fn model(&self, base: &Model, point: usize) -> Model {
        let mut model = base.clone();
        for (path, value) in self.design.paths.iter().zip(&self.design.points[point].1) {
            let name = path.strip_prefix(MODEL_PREFIX).expect("every path is a parameter");
            let set = model.set(name, value.parse().expect("every value is a number"));
            assert!(set, "every path is a parameter that is one number");
        }
        model
    }

    /// The values of every parameter, point by point.
    fn columns(&self) -> Vec<Vec<f64>> {
        let value = |text: &String| text.parse().expect("every value is a number");
        let column = |at: usize| self.design.points.iter().map(|(_, values)| value(&values[at])).collect();
        (0..self.design.paths.len()).map(column).collect()
    }

    /// Writes the tables from the records of the runs at the shipped parameters and at the points. A record has each
    /// number of `whole_run::summarize` of the first variant, followed by that of the second.
    pub fn write<'t>(
        &'t self,
        folder: &dyn Tables,
        records: Box<dyn ReadSeek + '_>,
        ensemble: &Ensemble,
    ) -> io::Result<(Robustness, Vec<WrittenTable<'t>>)> {
        let (mut rows, mut points) = (Vec::new(), Vec::new());
        let splitter = Splitter::new(self.columns(), ensemble.seed(0));
        for_each_measure(records, ensemble.reps as usize, self, |measure| {
            points.extend(measure.points.iter().enumerate().map(|(point, found)| measure.point_row(point, found)));
            rows.push(self.row(ensemble, &splitter, &measure));
        })?;
        rows.sort_by(Row::by_key);
        points.sort_by(Row::by_key);
        let design = SweepTable { design: &self.design, metrics: &[], names: &[] }.describe_design();
        let sheets = vec![WrittenTable::write(folder, &rows)?, WrittenTable::write(folder, &points)?, design];
        let (points, parameters) = (self.design.points.len(), self.design.paths.len());
        Ok((Robustness { rows, points, parameters, reps: self.reps }, sheets))
    }

    fn row(&self, ensemble: &Ensemble, splitter: &Splitter, measure: &MeasureDifferences) -> RobustnessRow {
        let [a, b] = [0, 1].map(|at| Text::from(ensemble.variants[at].variant.as_str()));
        let found = measure.shipped.statistics;
        let expected = found.map_or(0, |found| sign(found.mean));
        let signs: Vec<Option<i8>> =
            measure.points.iter().map(|point| point.statistics.map(|found| sign(found.mean))).collect();
        let holds: Vec<bool> = signs.iter().map(|sign| *sign == Some(expected)).collect();
        // Where a measure is missing at some points, these do not separate the others.
        let split = splitter.split(&holds).filter(|_| signs.iter().all(Option::is_some));
        let sides = split.map(|split| Sides::new(self, split, &signs, expected));
        let there = signs.iter().flatten().count();
        let share = |wanted: i8| {
            let count = signs.iter().flatten().filter(|sign| **sign == wanted).count();
            (there > 0).then(|| Share(count as f64 / there as f64))
        };
        RobustnessRow {
            scenario: ensemble.variants[0].name.as_str().into(),
            variant_a: a,
            variant_b: b,
            metric: measure.metric,
            statistic: measure.statistic,
            n: measure.shipped.n,
            mean: found.map(|found| Quantity(found.mean)),
            ci95_low: end(found, |interval| interval.0),
            ci95_high: end(found, |interval| interval.1),
            points: there as u64,
            same_sign_share: share(expected),
            zero_share: share(0),
            parameter: split.map(|split| self.design.paths[split.parameter].as_str().into()),
            threshold: split.map(|split| Quantity(split.threshold)),
            sign_below: sides.map(|sides| sides.signs[0]),
            sign_above: sides.map(|sides| sides.signs[1]),
            same_sign_below_share: sides.map(|sides| sides.same[0]),
            same_sign_above_share: sides.map(|sides| sides.same[1]),
            gain_share: split.map(|split| Share(split.gain)),
            p_value: split.map(|split| Share(split.p_value)),
        }
    }
}

/// The signs of the points on both sides of a threshold, below it first.
#[derive(Clone, Copy)]
struct Sides {
    /// The most frequent sign; of equally frequent ones the least.
    signs: [i64; 2],
    /// The share of points with the expected sign.
    same: [Share; 2],
}

impl Sides {
    fn new(design: &RobustnessDesign, split: Split, signs: &[Option<i8>], expected: i8) -> Self {
        let values = &design.columns()[split.parameter];
        let sides = [true, false].map(|below| {
            let on_side = values.iter().zip(signs).filter(|(value, _)| (**value < split.threshold) == below);
            on_side.filter_map(|(_, sign)| *sign).collect::<Vec<i8>>()
        });
        let count = |side: &[i8], wanted: i8| side.iter().filter(|sign| **sign == wanted).count();
        let most = |side: &Vec<i8>| [1, 0, -1].into_iter().max_by_key(|wanted| count(side, *wanted)).unwrap_or(0);
        Self {
            signs: sides.each_ref().map(|side| most(side).into()),
            same: sides.each_ref().map(|side| Share(count(side, expected) as f64 / side.len() as f64)),
        }
    }
}

/// The differences in one measure: at the shipped parameters, and at each point.
struct MeasureDifferences {
    metric: &'static str,
    statistic: &'static str,
    shipped: PairedDifference,
    points: Vec<PairedDifference>,
}

impl MeasureDifferences {
    fn point_row(&self, point: usize, difference: &PairedDifference) -> RobustnessPointRow {
        let found = difference.statistics;
        RobustnessPointRow {
            point: point as u64,
            metric: self.metric,
            statistic: self.statistic,
            n: difference.n,
            mean_a: found.map(|found| Quantity(found.mean_a)),
            mean_b: found.map(|found| Quantity(found.mean_b)),
            mean: found.map(|found| Quantity(found.mean)),
            ci95_low: end(found, |interval| interval.0),
            ci95_high: end(found, |interval| interval.1),
        }
    }
}

fn end(found: Option<PairedStatistics>, which: fn((f64, f64)) -> f64) -> Option<Quantity> {
    found.and_then(|found| found.interval).map(|interval| Quantity(which(interval)))
}

/// Calls `visit` with every measure and statistic.
fn for_each_measure(
    records: Box<dyn ReadSeek + '_>,
    reps: usize,
    design: &RobustnessDesign,
    mut visit: impl FnMut(MeasureDifferences),
) -> io::Result<()> {
    let names = whole_run::names();
    let width = 2 * names.len() * STATISTICS.len();
    let mut first = Vec::new();
    ColumnReader::new(records, width, reps + design.items())?.for_each_column(BUDGET, |column, values| {
        if column % 2 == 0 {
            std::mem::swap(&mut first, values);
            return Ok(());
        }
        let ((a, at_points), (b, also)) = (first.split_at(reps), values.split_at(reps));
        let chunks = at_points.chunks(design.reps as usize).zip(also.chunks(design.reps as usize));
        visit(MeasureDifferences {
            metric: names[column / 2 / STATISTICS.len()],
            statistic: STATISTICS[column / 2 % STATISTICS.len()],
            shipped: PairedDifference::new(a, b),
            points: chunks.map(|(a, b)| PairedDifference::new(a, b)).collect(),
        });
        Ok(())
    })
}
