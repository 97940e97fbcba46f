//! What is assumed: one value that holds a scenario whose files were read and checked.
pub mod countries;
pub mod fault;
pub mod format;
pub mod resolve;
mod rosters;
pub mod schema;
pub mod source;
pub mod words;
mod written;

use crate::world::clock::Quarter;
use crate::world::effect::Effect;
use fault::Place;
use format::ScenarioFile;
pub use rosters::Rosters;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the variant that changes nothing: the scenario as its file says.
pub const BASELINE: &str = "baseline";

/// A complete Cedar policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CedarText {
    /// The file, as the scenario names it.
    pub file: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// An event of the timeline, in the order it is applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    /// The quarter it is applied in.
    pub quarter: Quarter,
    /// Its id in `[events]`.
    pub id: String,
    /// What it does.
    pub effect: Effect,
}

impl Dated {
    /// An event of a checked file.
    pub fn new(quarter: Quarter, id: String, file: &ScenarioFile, rosters: &Rosters) -> Self {
        let effect = file.events[&id].resolve(rosters, &file.groups);
        Self { quarter, id, effect: effect.expect("a checked event has its keys, and what they name exists") }
    }
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
    /// Resolves the effects of the timeline again, after a change of the rosters.
    pub fn resolve_effects(&mut self) {
        for event in &mut self.timeline {
            *event = Dated::new(event.quarter, std::mem::take(&mut event.id), &self.file, &self.rosters);
        }
    }

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
