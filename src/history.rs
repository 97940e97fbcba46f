//! The history of a run: the rows of every table, one type for each table.
pub mod cell;
pub mod row;
pub mod rows;

use bevy_ecs::prelude::Resource;
use rows::*;

/// The rows of all tables of one run, in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// One row for each quarter.
    pub metrics: Vec<MetricsRow>,
    /// One row for each year and nation.
    pub nations: Vec<NationRow>,
    /// One row for each year and ordered pair.
    pub dyads: Vec<DyadRow>,
    /// One row for each year and bloc.
    pub blocs: Vec<BlocRow>,
    /// One row for each year, network, layer and vendor.
    pub networks: Vec<NetworkRow>,
    /// One row for each year and mission.
    pub missions: Vec<MissionRow>,
    /// One row for each decision.
    pub decisions: Vec<DecisionRow>,
    /// One row for each event that was applied.
    pub events: Vec<EventRow>,
}

/// Which tables a run records; `metrics` and `nations` are always recorded.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detail {
    /// True if dyads, blocs, networks, missions, decisions and events are recorded.
    pub full: bool,
}

/// The id of a decision: its quarter and its number within the run. Sorted as text, ids are in the order of the
/// decisions.
pub fn decision_id(quarter: crate::world::clock::Quarter, number: u32) -> cell::Text {
    format!("{quarter}-{number:07}").into()
}
