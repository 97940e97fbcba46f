//! Every decision about a restriction goes back to an event, or to how things stood at the start.
use super::shared::scenario;
use noforn::history::rows::DecisionRow;
use noforn::history::{Detail, History};
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use std::collections::BTreeMap;

const RUNS: u32 = 20;

/// Follows a chain to its end; every link was made no later than the one before.
fn follow(scenario: &Scenario, rows: &BTreeMap<&str, &DecisionRow>, first: &DecisionRow) {
    let mut at = first;
    for _ in 0..rows.len() {
        assert!(!at.source_file.is_empty() && at.source_line > 0, "{at:?} has no place");
        let Some(because) = &at.because_id else {
            let defaults = format!("{}.toml", scenario.name);
            assert!(
                (&*at.source_file, at.source_line) != (defaults.as_str(), 1),
                "{at:?} rests on nothing in the files"
            );
            return;
        };
        let Some(next) = rows.get(&**because) else {
            let event = scenario.file.events.get(&**because);
            assert!(event.is_some(), "`{because}` is neither a decision nor an event");
            return;
        };
        assert!(next.decision_id < at.decision_id, "{} comes before {}, which caused it", at.decision_id, because);
        at = next;
    }
    panic!("the causes of {} go round in a circle", first.decision_id);
}

fn causes_end(scenario: &Scenario, history: &History) -> usize {
    let rows: BTreeMap<&str, &DecisionRow> = history.decisions.iter().map(|row| (&*row.decision_id, row)).collect();
    let told = |row: &&DecisionRow| ["restrict", "restore", "enforce", "waive", "mission"].contains(&row.kind);
    let all: Vec<&DecisionRow> = history.decisions.iter().filter(told).collect();
    all.iter().for_each(|row| follow(scenario, &rows, row));
    all.len()
}

#[test]
fn every_restriction_goes_back_to_an_event_or_to_the_start() {
    let scenario = scenario("scenarios/huawei-2019.toml", "as-spoken", &[]);
    let prepared = Prepared::new(&scenario);
    for rep in 0..RUNS {
        let history = prepared.run(rep, Detail { full: true }).expect("no rule errs");
        assert!(causes_end(&scenario, &history) > 100, "run {rep} restricts nobody");
    }
}

#[test]
fn a_restriction_names_the_choice_under_the_rule_that_binds() {
    let scenario = scenario("scenarios/huawei-2019.toml", "as-spoken", &[]);
    let history = Prepared::new(&scenario).run(0, Detail { full: true }).expect("no rule errs");
    let rows: BTreeMap<&str, &DecisionRow> = history.decisions.iter().map(|row| (&*row.decision_id, row)).collect();
    for row in history.decisions.iter().filter(|row| row.kind == "restrict") {
        let choice = row.because_id.as_ref().and_then(|id| rows.get(&**id)).expect("a choice is what restricts");
        assert_eq!((choice.kind, &choice.rule_id, &choice.target_iso3), ("enforce", &row.rule_id, &row.target_iso3));
        assert!(row.reason.contains(&**row.rule_id.as_ref().expect("a rule")), "{}", row.reason);
    }
}
