//! What a run leaves: one row type a table, filled by the quarter, told by the output.
pub mod cell;
pub mod row;
pub mod rows;

use bevy_ecs::prelude::Resource;
use rows::*;

/// The record of one run, rows in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// One row a quarter.
    pub metrics: Vec<MetricsRow>,
    /// One row a year and nation.
    pub nations: Vec<NationRow>,
    /// One row a year and ordered pair.
    pub dyads: Vec<DyadRow>,
    /// One row a year and bloc.
    pub blocs: Vec<BlocRow>,
    /// One row a year, network, layer and vendor.
    pub networks: Vec<NetworkRow>,
    /// One row a year and mission.
    pub missions: Vec<MissionRow>,
    /// One row a decision.
    pub decisions: Vec<DecisionRow>,
    /// One row an event that was applied.
    pub events: Vec<EventRow>,
}

/// Which of the big tables a run records; `metrics` and `nations` are always recorded.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Whether dyads, blocs, networks, missions, decisions and events are recorded.
    pub full: bool,
}

/// The id of a decision: its quarter and its number within the run, so written that ids sort as they were made.
pub fn decision_id(quarter: crate::world::clock::Quarter, number: u32) -> cell::Text {
    format!("{quarter}-{number:07}").into()
}
