//! The sense of a scenario whose shape is right: references, sums, dates.
mod agreements;
mod desk;
mod events;
mod nations;
mod networks;
mod posterior;
mod rules;
mod run;

pub use desk::{Ids, Origins};
pub use posterior::settle;
pub use run::{UNKNOWN_START, most_rows};

use crate::scenario::fault::Fault;
use crate::scenario::format::ScenarioFile;
use crate::scenario::{Dated, Rosters};
use crate::world::clock::Quarter;
use crate::world::ids::Roster;
use desk::Desk;
use std::collections::BTreeMap;

/// A scenario that makes sense.
#[derive(Debug)]
pub struct Checked {
    /// The file; short forms of events written out.
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

/// Holds a file against the sense of its words; none where it or its shape (not `whole`) is at fault.
pub fn check(
    mut file: ScenarioFile,
    ids: &Ids,
    origins: &Origins<'_>,
    whole: bool,
    faults: &mut Vec<Fault>,
) -> Option<Checked> {
    let mut desk = Desk::new(&file, ids, origins);
    let span = run::check(&mut desk);
    nations::check(&mut desk);
    networks::check(&mut desk);
    agreements::check(&mut desk);
    rules::check(&mut desk);
    posterior::check(&mut desk);
    let days = events::check(&mut desk, span);
    let right = desk.faults.is_empty();
    faults.append(&mut desk.faults);
    let (start, end) = span?;
    if !right || !whole {
        return None;
    }
    events::write_out(&mut file);
    let rosters = rosters(&file);
    let timeline = timeline(days, end, &file, &rosters);
    Some(Checked { file, rosters, timeline, start, end })
}

/// Events by quarter, date and id, up to the end of the run.
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
