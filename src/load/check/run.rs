//! When a scenario runs, its parameters that hang together, and its size.
use super::desk::Desk;
use crate::scenario::fault::Fault;
use crate::world::clock::Quarter;

/// Stands in for the start of a run that is not known; dates are not held against it.
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

/// First and last quarter, where they are known.
pub fn check(desk: &mut Desk<'_>) -> Option<(Quarter, Quarter)> {
    model(desk);
    size(desk);
    let run = &desk.file.run;
    let (start, end): (Quarter, Quarter) = (run.start.parse().ok()?, run.end.parse().ok()?);
    if run.start == UNKNOWN_START && run.end == UNKNOWN_START {
        return None;
    }
    if end < start {
        let fault = Fault::new("bad-date", format!("the run ends in `{end}`, before it starts in `{start}`"));
        desk.fault("run.end", fault.help("`run.end` is the last quarter that is simulated"));
        return None;
    }
    if end.since(start) >= LONGEST {
        let fault = Fault::new("long-run", format!("from `{start}` to `{end}` are more than 100 years"));
        desk.fault("run.end", fault.help(format!("end the run by `{}`", start.plus(399))));
        return None;
    }
    Some((start, end))
}

fn model(desk: &mut Desk<'_>) {
    let model = &desk.file.model;
    if model.level_mix.iter().all(|weight| *weight <= 0.0) {
        let fault = Fault::new("bad-model", "every weight of `model.level_mix` is 0, so no report has a level");
        desk.fault("model.level_mix", fault.help("give at least one level a weight above 0"));
    }
    if model.trust_for_level.windows(2).any(|pair| pair[0] > pair[1]) {
        let fault = Fault::new("bad-model", "`model.trust_for_level` falls from a level to a more sensitive one");
        desk.fault(
            "model.trust_for_level",
            fault.help("its four thresholds ascend: restricted, confidential, secret, top secret"),
        );
    }
}

fn size(desk: &mut Desk<'_>) {
    if desk.ids.is_empty_table("nations") {
        let fault = Fault::new("no-nations", "the scenario has no nations");
        desk.key_fault(
            "nations",
            fault.help("a nation is a table such as `[nations.DEU]`; `noforn new` writes a scenario to start from"),
        );
    }
    for (table, most) in MOST {
        let count = desk.ids.all(table).count();
        if count > most {
            let fault = Fault::new("too-many", format!("`{table}` has {count} rows"));
            desk.key_fault(table, fault.help(format!("it has at most {most}")));
        }
    }
}
