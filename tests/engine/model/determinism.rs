//! The same scenario and seed give the same history, however the file is ordered and whoever else is in it.
use super::shared::{scenario, whole, written};
use noforn::history::rows::DecisionRow;
use noforn::history::{Detail, History};
use noforn::run::Prepared;
use noforn::scenario::resolve::resolved_toml;
use std::collections::BTreeMap;

/// A history without the lines of the file that its decisions point at.
fn unlined(mut history: History) -> History {
    history.decisions.iter_mut().for_each(|decision| {
        decision.source_line = 0;
        decision.source_file = "".into();
    });
    history
}

#[test]
fn a_run_repeats_itself() {
    let huawei = scenario("scenarios/huawei-2019.toml", "baseline", &[]);
    assert_eq!(whole(&huawei), whole(&huawei));
}

#[test]
fn a_world_that_has_served_other_runs_serves_as_a_new_one() {
    let huawei = scenario("scenarios/huawei-2019.toml", "as-spoken", &[("run.end", "2025Q4")]);
    let served = Prepared::new(&huawei);
    for rep in 0..4 {
        let full = Detail { full: rep % 2 == 1 };
        let again = served.run(rep, full).expect("no rule errs");
        let anew = Prepared::new(&huawei).run(rep, full).expect("no rule errs");
        assert_eq!(again, anew, "run {rep}");
    }
}

#[test]
fn another_seed_is_another_history() {
    let one = scenario("scenarios/tutorial.toml", "baseline", &[]);
    let other = scenario("scenarios/tutorial.toml", "baseline", &[("run.seed", "2")]);
    assert_ne!(whole(&one), whole(&other));
}

#[test]
fn the_order_of_tables_in_the_file_does_not_matter() {
    let huawei = scenario("scenarios/huawei-2019.toml", "as-spoken", &[("run.end", "2022Q4")]);
    let text = resolved_toml(&huawei);
    let (top, tables) = text.split_once("\n[").expect("a scenario has tables");
    let mut tables: Vec<&str> = tables.split("\n[").collect();
    tables.reverse();
    let reversed = format!("{top}\n[{}", tables.join("\n["));
    assert_ne!(text, reversed);
    let (forwards, backwards) = (written(&text), written(&reversed));
    assert_eq!(forwards.sha256, backwards.sha256);
    assert_eq!(unlined(whole(&forwards)), unlined(whole(&backwards)));
}

#[test]
fn a_resolved_scenario_runs_as_the_one_it_came_from() {
    let huawei = scenario("scenarios/huawei-2019.toml", "baseline", &[("run.end", "2021Q4")]);
    let resolved = written(&resolved_toml(&huawei));
    assert_eq!(resolved.sha256, huawei.sha256);
    assert_eq!(unlined(whole(&huawei)), unlined(whole(&resolved)));
}

/// What a choice was about, but for its draw and its number.
fn about(decision: &DecisionRow) -> (u32, u32, &'static str, String, String) {
    let target = decision.target_iso3.as_deref().unwrap_or_default();
    let rule = decision.rule_id.as_deref().unwrap_or_default();
    let subject = decision.reason.split(';').next().unwrap_or_default();
    let subject = if decision.kind == "contract" { subject } else { "" };
    let what = format!("{} {} {target} {rule} {subject}", decision.actor_iso3, decision.outcome);
    (decision.year, decision.quarter, decision.kind, what, decision.because_id.is_some().to_string())
}

#[test]
fn a_further_nation_changes_nobody_elses_draws() {
    let text = resolved_toml(&scenario("scenarios/huawei-2019.toml", "baseline", &[("run.end", "2023Q4")]));
    let stranger = "\n[nations.XKX]\nname = \"a stranger\"\nintelligence = 1.0\nassumed = [\"all\"]\n";
    let (before, after) = (whole(&written(&text)), whole(&written(&(text.clone() + stranger))));
    let drawn = |history: &History| -> BTreeMap<_, _> {
        let decisions = history.decisions.iter().filter(|decision| decision.draw.is_some());
        decisions.map(|decision| (about(decision), decision.draw)).collect()
    };
    let (before, after) = (drawn(&before), drawn(&after));
    let mut shared = 0;
    for (about, draw) in &before {
        if let Some(again) = after.get(about) {
            assert_eq!(draw, again, "{about:?}");
            shared += 1;
        }
    }
    assert!(shared * 10 >= before.len() * 8, "only {shared} of {} choices are made in both", before.len());
}
