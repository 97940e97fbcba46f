//! The order of nations in a matrix: by bloc, the largest first, within a bloc by intelligence.
use crate::report::nations::NationStatistics;
use noforn::scenario::Scenario;
use std::cmp::Reverse;

/// Sorts the ranks of the nations by their bloc at the end of the first year.
pub fn order(nations: usize, statistics: Option<&NationStatistics>, scenario: &Scenario) -> Vec<usize> {
    let blocs: Vec<usize> = statistics.map_or_else(|| vec![0; nations], |statistics| statistics.blocs_of(0).to_vec());
    let intelligence: Vec<f64> = scenario.file.nations.values().map(|nation| nation.intelligence).collect();
    let sizes: Vec<usize> = blocs.iter().map(|bloc| blocs.iter().filter(|other| *other == bloc).count()).collect();
    // Nations alone in their bloc get the same key; otherwise they would be sorted by code instead of intelligence.
    let keys: Vec<usize> =
        (0..nations).map(|nation| if sizes[nation] > 1 { blocs[nation] } else { usize::MAX }).collect();
    let mut order: Vec<usize> = (0..nations).collect();
    order.sort_by(|a, b| {
        let by_bloc = (Reverse(sizes[*a]), keys[*a]).cmp(&(Reverse(sizes[*b]), keys[*b]));
        by_bloc.then(intelligence[*b].total_cmp(&intelligence[*a])).then(a.cmp(b))
    });
    order
}
