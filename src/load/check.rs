//! Semantic checks of a scenario whose shape is right: references, sums, dates.
mod agreements;
mod checker;
mod events;
mod nations;
mod networks;
mod posterior;
mod rules;
mod run;

pub use checker::{Ids, Origins};
pub use posterior::drop_overridden;
pub use run::{UNKNOWN_START, most_rows};

use crate::scenario::fault::Fault;
use crate::scenario::format::ScenarioFile;
use crate::scenario::{Dated, Rosters};
use crate::world::clock::Quarter;
use crate::world::ids::Roster;
use checker::SemanticChecker;
use std::collections::BTreeMap;

/// A scenario that has passed the semantic checks.
#[derive(Debug)]
pub struct Checked {
    /// The file, with the short forms of events expanded.
    pub file: ScenarioFile,
    /// The ids of every table.
    pub rosters: Rosters,
    /// The events in order.
    pub timeline: Vec<Dated>,
    /// First quarter.
    pub start: Quarter,
    /// Last quarter.
    pub end: Quarter,
}

/// Checks the meaning of a file and adds what it finds to `faults`. None if there is a fault, or if the shape had one
/// (`whole` is false).
pub fn check(
    mut file: ScenarioFile,
    ids: &Ids,
    origins: &Origins<'_>,
    whole: bool,
    faults: &mut Vec<Fault>,
) -> Option<Checked> {
    let mut checker = SemanticChecker::new(&file, ids, origins);
    let span = run::check(&mut checker);
    nations::check(&mut checker);
    networks::check(&mut checker);
    agreements::check(&mut checker);
    rules::check(&mut checker);
    posterior::check(&mut checker);
    let days = events::check(&mut checker, span);
    let is_right = checker.faults.is_empty();
    faults.append(&mut checker.faults);
    let (start, end) = span?;
    if !is_right || !whole {
        return None;
    }
    events::expand_short_forms(&mut file);
    let rosters = rosters(&file);
    let timeline = timeline(days, end, &file, &rosters);
    Some(Checked { file, rosters, timeline, start, end })
}

/// The events up to the end of the run, by quarter, date and id.
fn timeline(mut days: Vec<(events::Day, String)>, end: Quarter, file: &ScenarioFile, rosters: &Rosters) -> Vec<Dated> {
    days.retain(|(day, _)| day.quarter <= end);
    days.sort();
    days.into_iter().map(|(day, id)| Dated::new(day.quarter, id, file, rosters)).collect()
}

/// The sorted ids of every table.
fn rosters(file: &ScenarioFile) -> Rosters {
    fn ids<T>(table: &BTreeMap<String, T>) -> Roster {
        Roster::new(table.keys().cloned())
    }
    Rosters {
        nations: ids(&file.nations),
        vendors: ids(&file.vendors),
        networks: ids(&file.networks),
        missions: ids(&file.missions),
        agreements: ids(&file.agreements),
        groups: ids(&file.groups),
        rules: ids(&file.rules),
        facts: ids(&file.facts),
    }
}
