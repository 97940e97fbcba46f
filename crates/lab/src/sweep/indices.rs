//! `indices.csv`: sensitivity indices of each path for each metric, from a Saltelli or a Morris design.
use super::bootstrap::{Estimate, RESAMPLES};
use super::design::Design;
use super::elementary::{MorrisIndices, morris};
use super::variance::{SobolIndices, sobol};
use crate::ensemble::Ended;
use crate::study::request::DesignMethod;
use crate::tables::Tables;
use crate::tables::written_table::WrittenTable;
use crate::workers::Workers;
use noforn::history::cell::{Quantity, Text};
use noforn::history::row::{Row, rows};

rows! {
    /// Sobol indices of one path for one metric, of its means over the runs of each point, as `sweep` has them. Empty where the metric is missing at a point or the same at all.
    SobolRow = "indices" keys 2 {
        /// A metric of the sweep.
        metric: &'static str, "";
        /// A path that was varied.
        path: Text, "";
        /// saltelli.
        method: &'static str, "";
        /// The part of the variance that the path explains alone (Saltelli 2010). An estimate: it can lie below 0.
        first_order: Option<Quantity>, "part of the variance";
        /// Lower end of its 95 % bootstrap interval, base points drawn again.
        first_order_low: Option<Quantity>, "part of the variance";
        /// Upper end of the same interval.
        first_order_high: Option<Quantity>, "part of the variance";
        /// The part of the variance that the path explains alone and together with others (Jansen 1999).
        total: Option<Quantity>, "part of the variance";
        /// Lower end of its 95 % bootstrap interval.
        total_low: Option<Quantity>, "part of the variance";
        /// Upper end of the same interval.
        total_high: Option<Quantity>, "part of the variance";
    }
    /// Elementary effects of one path on one metric, of its means over the runs of each point, as `sweep` has them: change of the metric / step, where the range of the path is 1. Empty where the metric is missing at a point.
    MorrisRow = "indices" keys 2 {
        /// A metric of the sweep.
        metric: &'static str, "";
        /// A path that was varied.
        path: Text, "";
        /// morris.
        method: &'static str, "";
        /// Mean effect.
        mu: Option<Quantity>, "unit of the metric";
        /// Mean absolute effect (Campolongo 2007).
        mu_star: Option<Quantity>, "unit of the metric";
        /// Lower end of its 95 % bootstrap interval, walks drawn again.
        mu_star_low: Option<Quantity>, "unit of the metric";
        /// Upper end of the same interval.
        mu_star_high: Option<Quantity>, "unit of the metric";
        /// Sample standard deviation of the effects: large where the path interacts or is not linear (empty below two walks).
        sigma: Option<Quantity>, "unit of the metric";
    }
}

/// The indices of every path for each metric; `None` of a metric where it is missing at a point or the same at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Indices {
    /// The design allows none.
    #[default]
    None,
    /// Of a Saltelli design.
    Sobol(Vec<Option<Vec<SobolIndices>>>),
    /// Of a Morris design.
    Morris(Vec<Option<Vec<MorrisIndices>>>),
}

impl Indices {
    /// Computes the indices that the design allows. `means[m][p]` is the mean of metric m at point p.
    pub fn compute(design: &Design, seed: u64, means: &[Vec<f64>], workers: &impl Workers) -> Result<Self, Ended> {
        let paths: Vec<&str> = design.paths.iter().map(String::as_str).collect();
        Ok(match design.method {
            DesignMethod::Saltelli => {
                Self::Sobol(workers.map(means.len(), |at| sobol(&means[at], paths.len(), seed, RESAMPLES))?)
            }
            DesignMethod::Morris => {
                Self::Morris(workers.map(means.len(), |at| morris(&means[at], &paths, seed, RESAMPLES))?)
            }
            DesignMethod::Grid | DesignMethod::Latin | DesignMethod::Sobol | DesignMethod::File => Self::None,
        })
    }

    /// Writes the table, and describes it; `None` if there are no indices.
    pub fn write(
        &self,
        folder: &dyn Tables,
        paths: &[String],
        metrics: &[&'static str],
    ) -> Result<Option<WrittenTable<'static>>, Ended> {
        match self {
            Self::None => Ok(None),
            Self::Sobol(all) => write_rows(folder, &rows(metrics, paths, all, sobol_row)),
            Self::Morris(all) => write_rows(folder, &rows(metrics, paths, all, morris_row)),
        }
    }
}

/// A row for each metric and path, sorted by them.
fn rows<I: Copy, R: Row>(
    metrics: &[&'static str],
    paths: &[String],
    all: &[Option<Vec<I>>],
    row: fn(&'static str, &str, Option<I>) -> R,
) -> Vec<R> {
    let mut rows = Vec::new();
    for (metric, found) in metrics.iter().zip(all) {
        let index = |at: usize| found.as_ref().map(|found| found[at]);
        rows.extend(paths.iter().enumerate().map(|(at, path)| row(metric, path, index(at))));
    }
    rows.sort_by(Row::by_key);
    rows
}

fn write_rows<R: Row>(folder: &dyn Tables, rows: &[R]) -> Result<Option<WrittenTable<'static>>, Ended> {
    WrittenTable::write(folder, rows).map(Some).map_err(Ended::Io)
}

fn value(estimate: Option<Estimate>) -> Option<Quantity> {
    estimate.map(|estimate| Quantity(estimate.value))
}

fn low(estimate: Option<Estimate>) -> Option<Quantity> {
    estimate.map(|estimate| Quantity(estimate.interval.0))
}

fn high(estimate: Option<Estimate>) -> Option<Quantity> {
    estimate.map(|estimate| Quantity(estimate.interval.1))
}

fn sobol_row(metric: &'static str, path: &str, indices: Option<SobolIndices>) -> SobolRow {
    let (first, total) = (indices.map(|indices| indices.first_order), indices.map(|indices| indices.total));
    SobolRow {
        metric,
        path: path.into(),
        method: "saltelli",
        first_order: value(first),
        first_order_low: low(first),
        first_order_high: high(first),
        total: value(total),
        total_low: low(total),
        total_high: high(total),
    }
}

fn morris_row(metric: &'static str, path: &str, indices: Option<MorrisIndices>) -> MorrisRow {
    let star = indices.map(|indices| indices.mu_star);
    MorrisRow {
        metric,
        path: path.into(),
        method: "morris",
        mu: indices.map(|indices| Quantity(indices.mu)),
        mu_star: value(star),
        mu_star_low: low(star),
        mu_star_high: high(star),
        sigma: indices.and_then(|indices| indices.sigma).map(Quantity),
    }
}

#[cfg(test)]
mod tests {
    use super::super::design::{Design, lay_out};
    use super::super::over::{Axis, AxisValues};
    use super::super::variance::tests::ishigami;
    use super::*;

    /// A design over the three arguments of the Ishigami function, and its values there.
    fn ishigami_design(method: DesignMethod, points: usize) -> (Design, Vec<f64>) {
        let pi = std::f64::consts::PI;
        let values = AxisValues::Range { low: -pi, high: pi, steps: None };
        let axes = ["x1", "x2", "x3"].map(|path| Axis { path: path.to_owned(), values: values.clone() });
        let design = lay_out(&axes, method, points, 7).unwrap();
        let value_at =
            |values: &[String]| ishigami(&values.iter().map(|value| value.parse().unwrap()).collect::<Vec<_>>());
        let values = design.points.iter().map(|(_, values)| value_at(values)).collect();
        (design, values)
    }

    #[test]
    fn indices_from_a_saltelli_design_are_near_the_closed_form_of_the_ishigami_function() {
        let (_, values) = ishigami_design(DesignMethod::Saltelli, 4096);
        // In closed form, with a = 7 and b = 0.1.
        let known = [(0.3139, 0.5576), (0.4424, 0.4424), (0.0, 0.2437)];
        for (found, (first, total)) in sobol(&values, 3, 7, 50).unwrap().iter().zip(known) {
            assert!((found.first_order.value - first).abs() < 0.02, "{found:?} is not {first}");
            assert!((found.total.value - total).abs() < 0.02, "{found:?} is not {total}");
        }
    }

    #[test]
    fn screening_finds_the_path_without_effect() {
        let (design, _) = ishigami_design(DesignMethod::Morris, 40);
        let linear = |values: &[String]| values[0].parse::<f64>().unwrap() - 2.0 * values[2].parse::<f64>().unwrap();
        let values: Vec<f64> = design.points.iter().map(|(_, values)| linear(values)).collect();
        let found = morris(&values, &["x1", "x2", "x3"], 7, 50).unwrap();
        let range = 2.0 * std::f64::consts::PI;
        for (found, effect) in found.iter().zip([range, 0.0, -2.0 * range]) {
            assert!((found.mu - effect).abs() < 1e-9 && found.sigma.unwrap() < 1e-9, "{found:?} is not {effect}");
            assert!((found.mu_star.value - effect.abs()).abs() < 1e-9);
        }
    }
}
