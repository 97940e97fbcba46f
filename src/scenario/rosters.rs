//! The ids of every table of a scenario, sorted.
use crate::world::ids::Roster;

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
