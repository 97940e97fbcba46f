//! What a credible run of 2019 shows: over many runs, on the same luck.
use super::shared::{runs, scenario};
use noforn::history::History;
use noforn::history::rows::MetricsRow;

const HUAWEI: &str = "scenarios/huawei-2019.toml";
const REPS: u32 = 200;

fn variant(name: &str) -> Vec<History> {
    runs(&scenario(HUAWEI, name, &[("run.end", "2023Q4")]), REPS)
}

fn at_end(history: &History) -> &MetricsRow {
    history.metrics.last().expect("a run has quarters")
}

/// How many nations stand at this rank or beyond, up to another, in the last year.
fn standing(history: &History, ranks: std::ops::RangeInclusive<u32>) -> f64 {
    let last = history.nations.last().expect("a run has years").year;
    history.nations.iter().filter(|nation| nation.year == last && ranks.contains(&nation.stance_rank)).count() as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}

/// Mean paired difference and half the width of its 95 % interval (normal).
fn paired(differences: &[f64]) -> (f64, f64) {
    let n = differences.len() as f64;
    let mean = differences.iter().sum::<f64>() / n;
    let variance = differences.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / (n - 1.0);
    (mean, 1.96 * (variance / n).sqrt())
}

fn differences(of: &[History], less: &[History], measure: impl Fn(&History) -> f64) -> Vec<f64> {
    of.iter().zip(less).map(|(of, less)| measure(of) - measure(less)).collect()
}

#[test]
fn the_threat_to_the_letter_withholds_far_more_and_breaks_the_alliance_up() {
    let (base, spoken) = (variant("baseline"), variant("as-spoken"));
    let withheld = |runs: &[History]| median(runs.iter().map(|run| at_end(run).reports_withheld_share.0).collect());
    let (little, much) = (withheld(&base), withheld(&spoken));
    assert!(much >= 0.1 && much >= 5.0 * little, "withheld: {little:.4} in the base run, {much:.4} as spoken");
    let higher = |measure: fn(&MetricsRow) -> f64| {
        let apart = differences(&spoken, &base, |run| measure(at_end(run)));
        apart.iter().filter(|difference| **difference > 0.0).count()
    };
    let pictures = higher(|row| row.effective_pictures.0);
    assert!(pictures * 100 >= 95 * REPS as usize, "more pictures in only {pictures} of {REPS} pairs");
    // Blocs are coarser: what is open goes on, and most blocs stand as they did.
    let blocs = higher(|row| row.fragmentation_index.0);
    assert!(blocs * 100 >= 90 * REPS as usize, "more fragmented in only {blocs} of {REPS} pairs");
}

#[test]
fn without_the_threat_or_the_embargo_fewer_states_ban() {
    let base = variant("baseline");
    for name in ["no-threat", "no-embargo"] {
        let (mean, half) = paired(&differences(&variant(name), &base, |run| standing(run, 2..=3)));
        assert!(mean + half < 0.0, "{name}: {mean:.2} bans more than the base run, give or take {half:.2}");
    }
}

#[test]
fn a_rule_on_the_core_alone_makes_hedging_the_natural_answer() {
    let (core, any) = (variant("core-only"), variant("any-layer"));
    let (mean, half) = paired(&differences(&any, &core, |run| standing(run, 1..=1)));
    assert!(mean + half < 0.0, "any-layer: {mean:.2} more rest at restricted, give or take {half:.2}");
}
