//! Scenarios: a scenario whose files were read and checked, as one value.
pub mod countries;
pub mod fault;
pub mod format;
mod literal;
pub mod resolve;
mod rosters;
pub mod schema;
pub mod source;
pub mod words;

use crate::world::clock::Quarter;
use crate::world::effect::Effect;
use crate::world::ids::NationId;
use fault::Place;
use format::ScenarioFile;
pub use rosters::Rosters;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The name of the variant without changes: the scenario as its file says.
pub const BASELINE: &str = "baseline";

/// A complete Cedar policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CedarText {
    /// The file name, as the scenario gives it.
    pub file: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
}

/// An event of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Dated {
    /// The quarter in which it is applied.
    pub quarter: Quarter,
    /// Its id in `[events]`.
    pub id: String,
    /// Its effect on the world.
    pub effect: Effect,
}

impl Dated {
    /// An event of a checked file, with its effect resolved.
    ///
    /// # Panics
    /// If the file has no such event, or the event was not checked.
    pub fn new(quarter: Quarter, id: String, file: &ScenarioFile, rosters: &Rosters) -> Self {
        let effect = file.events[&id].resolve(rosters, &file.groups);
        Self { quarter, id, effect: effect.expect("a checked event has its keys, and what they name exists") }
    }
}

/// A scenario that has passed all checks. Code that uses it does not check again.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Its name: the file name without folder and ending.
    pub name: String,
    /// The id of the variant; `baseline` for the file without changes.
    pub variant: String,
    /// The merged file. Every id in it exists, every number is in its range.
    pub file: ScenarioFile,
    /// The ids of every table.
    pub rosters: Rosters,
    /// Events by quarter, date and id. An event's index here is its `EventId`.
    pub timeline: Vec<Dated>,
    /// The first quarter that is simulated.
    pub start: Quarter,
    /// The last quarter that is simulated.
    pub end: Quarter,
    /// Complete Cedar policy files.
    pub cedar: Vec<CedarText>,
    /// The place of each value, by dotted path (`rules.no-flagged-core.when`).
    pub origins: Arc<BTreeMap<String, Place>>,
    /// SHA-256 of the canonical resolved scenario with all CSV and Cedar text, in lower-case hexadecimal.
    pub sha256: String,
}

impl Scenario {
    /// Resolves the effects of the timeline again. Call it after a change of the rosters.
    pub fn resolve_effects(&mut self) {
        for event in &mut self.timeline {
            *event = Dated::new(event.quarter, std::mem::take(&mut event.id), &self.file, &self.rosters);
        }
    }

    /// The hub: the nation that `run.hub` names, or else the one with the greatest intelligence, of equals the first by id.
    /// It is the same in every run.
    ///
    /// # Panics
    /// If the file was not checked: a checked one has nations, and `run.hub` is one of them.
    pub fn hub(&self) -> NationId {
        let nations = &self.file.nations;
        let named = self.file.run.hub.as_ref();
        let greatest = || {
            nations.iter().rev().max_by(|(_, a), (_, b)| a.intelligence.total_cmp(&b.intelligence)).map(|(id, _)| id)
        };
        let id = named.or_else(greatest).expect("a checked scenario has a nation");
        NationId::new(self.rosters.nations.rank(id).expect("the loader has found every id"))
    }

    /// The English name of the hub.
    pub fn hub_name(&self) -> &str {
        &self.file.nations[self.rosters.nations.id(self.hub().index())].name
    }

    /// The place of the value at a dotted path; where it has none, the place of the nearest table above it.
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
