//! What is assumed: one value that holds a scenario whose files were read and checked.
pub mod countries;
pub mod fault;
pub mod format;
pub mod resolve;
pub mod schema;
pub mod source;
pub mod words;
mod written;

use crate::world::clock::Quarter;
use crate::world::ids::Roster;
use fault::Place;
use format::ScenarioFile;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The sorted ids of every table; the rank of an id is its identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rosters {
    /// Nations.
    pub nations: Roster,
    /// Vendors.
    pub vendors: Roster,
    /// Networks.
    pub networks: Roster,
    /// Missions.
    pub missions: Roster,
    /// Agreements.
    pub agreements: Roster,
    /// Groups.
    pub groups: Roster,
    /// Rules of the `[rules]` table.
    pub rules: Roster,
    /// Facts.
    pub facts: Roster,
}

/// A complete Cedar policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CedarText {
    /// The file, as the scenario names it.
    pub file: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// An event of the timeline, in the order it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The quarter it is applied in.
    pub quarter: Quarter,
    /// Its id in `[events]`.
    pub id: String,
}

/// A scenario that has passed its checks; nothing below it checks again.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name: the file's, without folder and ending.
    pub name: String,
    /// The variant it stands for; `baseline` as the file stands.
    pub variant: String,
    /// The merged file, every id resolved, every number in its range.
    pub file: ScenarioFile,
    /// The ids of every table.
    pub rosters: Rosters,
    /// Events by quarter, date and id; an event's rank here is its `EventId`.
    pub timeline: Vec<Dated>,
    /// First quarter.
    pub start: Quarter,
    /// Last quarter.
    pub end: Quarter,
    /// Complete Cedar policy files.
    pub cedar: Vec<CedarText>,
    /// Where each value was set, by dotted path (`rules.no-flagged-core.when`).
    pub origins: Arc<BTreeMap<String, Place>>,
    /// SHA-256 of the canonical resolved scenario with all CSV and Cedar text, in lower-case hexadecimal.
    pub sha256: String,
}

impl Scenario {
    /// Where the value at a path was set; the nearest table above it where the path itself has no text.
    pub fn origin(&self, path: &str) -> Option<&Place> {
        let mut path = path;
        loop {
            if let Some(place) = self.origins.get(path) {
                return Some(place);
            }
            path = &path[..path.rfind('.')?];
        }
    }
}
