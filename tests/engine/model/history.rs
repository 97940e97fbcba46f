//! What a credible run of 2019 shows, and one of 1985: over many runs, on the same luck.
use super::shared::{runs, scenario};
use noforn::history::History;
use noforn::history::rows::{DyadRow, MetricsRow};
use noforn::world::levels::Binding;

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
    let apart = differences(&spoken, &base, |run| at_end(run).fragmentation_index.0);
    let higher = apart.iter().filter(|difference| **difference > 0.0).count();
    assert!(higher * 100 >= 95 * REPS as usize, "more fragmented in only {higher} of {REPS} pairs");
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

#[test]
fn new_zealand_is_cut_for_its_ports_and_restored_while_the_ban_stands() {
    let letter = scenario("scenarios/new-zealand-1985.toml", "to-the-letter", &[]);
    let history = super::shared::whole(&letter);
    let row = |year: u32| -> &DyadRow {
        let is = |row: &&DyadRow| row.year == year && &*row.sender_iso3 == "USA" && &*row.receiver_iso3 == "NZL";
        history.dyads.iter().find(is).expect("every pair has a row a year")
    };
    assert!(row(1984).share_permitted && row(1984).reports_withheld == 0, "before");
    for year in [1986, 2000, 2008] {
        assert!(!row(year).share_permitted && !row(year).work_permitted, "{year}");
        assert_eq!(
            (row(year).binding_reason, row(year).binding_rule.as_deref()),
            (Binding::Rule, Some("port-ban")),
            "{year}"
        );
        assert_eq!(row(year).reports_sent, 0, "cut means cut");
        assert!(row(year).reports_withheld > 0, "{year}");
    }
    assert!(row(2012).share_permitted, "lifted in 2009, restored within the years that restoring takes");
    let relayed = |sender: &str| {
        let is = |row: &&DyadRow| row.year == 1990 && &*row.sender_iso3 == sender && &*row.receiver_iso3 == "NZL";
        history.dyads.iter().find(is).expect("every pair has a row").reports_sent
    };
    assert!(relayed("AUS") > 0 && relayed("GBR") > 0, "the others go on sharing what is their own");
}
