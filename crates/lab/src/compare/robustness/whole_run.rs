//! Measures of a whole run: each metric, the numbers of bans and the hub's part of all collection, by four statistics.
use crate::evidence::reference_data::is_ally;
use crate::tables::metrics;
use noforn::history::History;
use noforn::history::rows::NationRow;
use noforn::scenario::Scenario;
use noforn::world::levels::Stance;

/// How a measure is summed up over the quarters of a run (measures that are no metric: over its years).
pub const STATISTICS: [&str; 4] = ["mean", "least", "greatest", "last"];
/// The measures beside the metrics: nations at a ban or a removal, and those of them in NATO or the Five Eyes.
pub const BANS: [&str; 2] = ["nations_banning_count", "allies_banning_count"];
/// The reports that the hub collects in a year, of those of all nations.
const COLLECTION: &str = "hub_collection_share";

/// The names of the measures: every metric, the numbers of bans, the hub's part of collection.
pub fn names() -> Vec<&'static str> {
    metrics::names().chain(BANS).chain([COLLECTION]).collect()
}

/// The statistics of every measure over a run, those of a measure together. NaN where a measure is missing throughout.
pub fn summarize(scenario: &Scenario, history: &History) -> Vec<f64> {
    let mut series = vec![Vec::with_capacity(history.metrics.len()); metrics::names().count()];
    for row in &history.metrics {
        series.iter_mut().zip(metrics::values(row)).for_each(|(values, value)| values.push(value));
    }
    series.extend([bans(&history.nations, |_| true), bans(&history.nations, |id| is_ally(scenario, id))]);
    series.push(collection(&history.nations, scenario.rosters.nations.id(scenario.hub().index())));
    series.iter().flat_map(|values| statistics(values)).collect()
}

/// The number of these nations at a ban or a removal, at the end of each year.
fn bans(nations: &[NationRow], counted: impl Fn(&str) -> bool) -> Vec<f64> {
    let years = nations.chunk_by(|a, b| a.year == b.year);
    let bans = |row: &&NationRow| row.stance_rank >= Stance::Banned.rank() as u32 && counted(&row.iso3);
    years.map(|year| year.iter().filter(bans).count() as f64).collect()
}

/// The hub's part of the reports that are collected in each year; NaN where nobody collects any.
fn collection(nations: &[NationRow], hub: &str) -> Vec<f64> {
    let reports = |rows: &[NationRow], counted: &dyn Fn(&str) -> bool| {
        rows.iter().filter(|row| counted(&row.iso3)).map(|row| u64::from(row.reports_produced)).sum::<u64>() as f64
    };
    let years = nations.chunk_by(|a, b| a.year == b.year);
    years.map(|year| reports(year, &|iso3| iso3 == hub) / reports(year, &|_| true)).collect()
}

fn statistics(values: &[f64]) -> [f64; 4] {
    let there: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let Some(last) = there.last() else { return [f64::NAN; 4] };
    let mean = there.iter().sum::<f64>() / there.len() as f64;
    [mean, there.iter().copied().fold(*last, f64::min), there.iter().copied().fold(*last, f64::max), *last]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::three_nations;
    use noforn::history::Detail;
    use noforn::run::Prepared;

    #[test]
    fn missing_quarters_do_not_count() {
        assert_eq!(statistics(&[f64::NAN, 2.0, 4.0, 3.0, f64::NAN]), [3.0, 2.0, 4.0, 3.0]);
        assert!(statistics(&[f64::NAN])[0].is_nan());
    }

    #[test]
    fn a_run_has_four_numbers_of_every_measure() {
        let scenario = three_nations::scenario("baseline");
        let history = Prepared::new(&scenario).run(0, Detail { full: false }).unwrap();
        let all = summarize(&scenario, &history);
        assert_eq!(all.len(), names().len() * STATISTICS.len());
        let collection = all[all.len() - STATISTICS.len()];
        assert!((collection - 0.5).abs() < 0.05, "the hub has half of all intelligence and collects {collection}");
        for numbers in all.chunks(STATISTICS.len()).filter(|numbers| !numbers[0].is_nan()) {
            let [mean, least, greatest, last] = [0, 1, 2, 3].map(|at| numbers[at]);
            assert!(
                least - 1e-9 <= mean && mean <= greatest + 1e-9 && least <= last && last <= greatest,
                "{numbers:?}"
            );
        }
    }
}
