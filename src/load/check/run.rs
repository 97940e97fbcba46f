//! Checks the start and end of a run, parameters that depend on each other, and the size of tables.
use super::checker::SemanticChecker;
use crate::scenario::BASELINE;
use crate::scenario::fault::Fault;
use crate::world::clock::Quarter;

/// The placeholder for an unknown start and end of a run. Dates of events are then not checked.
pub const UNKNOWN_START: &str = "1900Q1";
/// The longest run, in quarters.
const LONGEST: i64 = 400;
/// The most rows of each table.
const MOST: [(&str, usize); 11] = [
    ("nations", 1024),
    ("rivals", 1024),
    ("vendors", 1024),
    ("agreements", 1024),
    ("groups", 1024),
    ("rules", 1024),
    ("facts", 256),
    ("posterior", 4096),
    ("networks", 20_000),
    ("missions", 60_000),
    ("events", 60_000),
];

/// The most rows that a table may have.
pub fn most_rows(table: &str) -> usize {
    MOST.iter().find(|(name, _)| *name == table).map_or(usize::MAX, |(_, most)| *most)
}

/// Checks the run; returns its first and last quarter if they are known and right.
pub fn check(checker: &mut SemanticChecker<'_>) -> Option<(Quarter, Quarter)> {
    model(checker);
    size(checker);
    let run = &checker.file.run;
    if let Some(hub) = &run.hub {
        checker.check_nation("run.hub", hub);
    }
    for (at, name) in run.variants.iter().enumerate() {
        for id in name.split('+').map(str::trim).filter(|id| *id != BASELINE) {
            checker.check_reference(&format!("run.variants.{at}"), &["variants"], "variant", id);
        }
    }
    let (start, end): (Quarter, Quarter) = (run.start.parse().ok()?, run.end.parse().ok()?);
    if run.start == UNKNOWN_START && run.end == UNKNOWN_START {
        return None;
    }
    if end < start {
        let fault = Fault::new("bad-date", format!("the run ends in `{end}`, before it starts in `{start}`"));
        checker.fault("run.end", fault.help("`run.end` is the last quarter that is simulated"));
        return None;
    }
    if end.since(start) >= LONGEST {
        let fault = Fault::new("long-run", format!("from `{start}` to `{end}` are more than 100 years"));
        checker.fault("run.end", fault.help(format!("end the run by `{}`", start.plus(399))));
        return None;
    }
    Some((start, end))
}

fn model(checker: &mut SemanticChecker<'_>) {
    let model = &checker.file.model;
    if model.level_mix.iter().all(|weight| *weight <= 0.0) {
        let fault = Fault::new("bad-model", "every weight of `model.level_mix` is 0, so no report has a level");
        checker.fault("model.level_mix", fault.help("give at least one level a weight above 0"));
    }
    if model.trust_for_level.windows(2).any(|pair| pair[0] > pair[1]) {
        let fault = Fault::new("bad-model", "`model.trust_for_level` falls from a level to a more sensitive one");
        checker.fault(
            "model.trust_for_level",
            fault.help("its four thresholds ascend: restricted, confidential, secret, top secret"),
        );
    }
}

fn size(checker: &mut SemanticChecker<'_>) {
    if checker.ids.is_empty_table("nations") {
        let fault = Fault::new("no-nations", "the scenario has no nations");
        checker.key_fault(
            "nations",
            fault.help("a nation is a table such as `[nations.DEU]`; `noforn new` writes a scenario to start from"),
        );
    }
    for (table, most) in MOST {
        let count = checker.ids.all(table).count();
        if count > most {
            let fault = Fault::new("too-many", format!("`{table}` has {count} rows"));
            checker.key_fault(table, fault.help(format!("it has at most {most}")));
        }
    }
}
