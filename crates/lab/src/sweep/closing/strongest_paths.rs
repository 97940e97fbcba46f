//! The indices of the paths that move the main metrics most, as lines of the closing text.
use super::{SweepFindings, as_lines, form, number};
use crate::compare::closing::MAIN;
use crate::sweep::bootstrap::Estimate;
use crate::sweep::design::Design;
use crate::sweep::indices::Indices;

/// Greatest number of paths of a metric.
const PATHS: usize = 3;

/// A row for each of the strongest paths of each main metric, with its indices, the strongest first; of the form of the metric
/// that `metric_of` gives. Without a main metric, rows of all others. Empty if the design has no indices.
pub fn lines(
    design: &Design,
    findings: &SweepFindings,
    metrics: &[&'static str],
    metric_of: impl Fn(&str) -> Option<usize>,
) -> Vec<String> {
    let heads = match &findings.indices {
        Indices::None => return Vec::new(),
        Indices::Sobol(_) => ["first order", "total"],
        Indices::Morris(_) => ["mean absolute effect (mu*)", "sigma"],
    };
    let mut bases: Vec<&str> = MAIN.into_iter().filter(|base| metric_of(base).is_some()).collect();
    if bases.is_empty() {
        bases = metrics.iter().map(|metric| form(metric).0).collect();
        bases.sort_unstable();
        bases.dedup();
    }
    let mut table = vec![["strongest paths", "path", heads[0], heads[1]].map(str::to_owned).to_vec()];
    for metric in bases.into_iter().filter_map(metric_of) {
        table.extend(rows(design, findings, metric).into_iter().enumerate().map(|(rank, (path, indices))| {
            let name = if rank == 0 { metrics[metric] } else { "" };
            [name.to_owned(), path].into_iter().chain(indices).collect()
        }));
    }
    if table.len() == 1 {
        return Vec::new();
    }
    let mut lines = vec![String::new()];
    lines.extend(as_lines(&table));
    lines.push(format!("at most {PATHS} paths of each metric, with 95 % bootstrap intervals"));
    lines
}

/// The strongest paths of a metric with their indices, without those that do nothing. Empty if the metric has none.
fn rows(design: &Design, findings: &SweepFindings, metric: usize) -> Vec<(String, [String; 2])> {
    let found: Option<Vec<(f64, [String; 2])>> = match &findings.indices {
        Indices::None => None,
        Indices::Sobol(all) => all[metric].as_ref().map(|paths| {
            paths.iter().map(|one| (one.total.value, [one.first_order, one.total].map(interval))).collect()
        }),
        Indices::Morris(all) => all[metric].as_ref().map(|paths| {
            let sigma = |sigma: Option<f64>| sigma.map_or("-".to_owned(), number);
            paths.iter().map(|one| (one.mu_star.value, [interval(one.mu_star), sigma(one.sigma)])).collect()
        }),
    };
    let mut found: Vec<_> = design.paths.iter().cloned().zip(found.unwrap_or_default()).collect();
    found.retain(|(_, (strength, _))| *strength > 0.0);
    found.sort_by(|(_, a), (_, b)| b.0.total_cmp(&a.0));
    found.into_iter().take(PATHS).map(|(path, (_, texts))| (path, texts)).collect()
}

fn interval(estimate: Estimate) -> String {
    let (low, high) = estimate.interval;
    format!("{} ({} to {})", number(estimate.value), number(low), number(high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::request::DesignMethod;
    use crate::sweep::elementary::MorrisIndices;
    use crate::sweep::variance::SobolIndices;

    fn estimate(value: f64) -> Estimate {
        Estimate { value, interval: (value - 0.1, value + 0.1) }
    }

    fn lines_of(indices: Indices) -> Vec<String> {
        let paths = ["a", "b", "c", "d"].map(str::to_owned).to_vec();
        let design = Design { method: DesignMethod::Saltelli, paths, points: Vec::new() };
        let findings = SweepFindings { means: Vec::new(), indices };
        lines(&design, &findings, &["reach_share", "reports_withheld_share"], |base| {
            ["reach_share", "reports_withheld_share"].iter().position(|metric| *metric == base)
        })
    }

    #[test]
    fn the_strongest_paths_of_a_metric_have_their_indices() {
        let sobol = |total: f64| SobolIndices { first_order: estimate(total / 2.0), total: estimate(total) };
        let lines = lines_of(Indices::Sobol(vec![Some([0.0, 0.8, 0.0, 0.6].map(sobol).to_vec()), None]));
        assert!(lines[1].contains("first order") && lines[1].ends_with("total"), "{lines:?}");
        let path = |line: &String| line.trim_start_matches("reach_share").trim_start().chars().next();
        assert_eq!(lines[2..4].iter().filter_map(path).collect::<String>(), "bd", "{lines:?}");
        assert!(lines[2].contains("0.4 (0.3 to 0.5)") && lines[2].ends_with("0.8 (0.7 to 0.9)"), "{lines:?}");
        assert_eq!(lines.len(), 5, "a metric without indices has no row: {lines:?}");
    }

    #[test]
    fn a_morris_design_has_its_own_and_a_grid_has_none() {
        let morris = MorrisIndices { mu: -1.0, mu_star: estimate(1.0), sigma: None };
        let lines = lines_of(Indices::Morris(vec![Some(vec![morris; 4]), Some(vec![morris; 4])]));
        assert!(lines[1].contains("mu*") && lines[2].ends_with('-'), "{lines:?}");
        assert_eq!(lines.len(), 9, "{lines:?}");
        assert_eq!(lines_of(Indices::None), [""; 0]);
    }
}
