//! The ids of every table of a scenario, sorted.
use crate::world::ids::Roster;

/// The sorted ids of every table. The rank of an id, from 0, identifies its entry in the engine.
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
