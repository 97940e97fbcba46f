//! Missions: embassies, consulates and outposts of a sender in a host.
use super::clock::Quarter;
use super::ids::{MissionId, NationId};
use super::levels::{MissionKind, MissionStatus};
use super::matrix::{BitMatrix, Matrix};
use super::record::Because;
use super::sets::NationSet;
use bevy_ecs::prelude::*;

/// A mission's identity and what does not change in a run.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(immutable)]
pub struct Mission {
    /// Its identity.
    pub id: MissionId,
    /// The nation that sends it.
    pub sender: NationId,
    /// The nation that hosts it.
    pub host: NationId,
    /// Embassy, consulate or outpost.
    pub kind: MissionKind,
    /// Its weight: the value of an outpost where the scenario gives one, else the number of posts plus troops in thousands.
    pub weight: f64,
}

/// The nation entity that sends a mission.
#[derive(Component, Clone, Debug, PartialEq, Eq)]
#[relationship(relationship_target = MissionsAbroad)]
pub struct SentBy(pub Entity);

/// The missions that a nation sends.
#[derive(Component, Clone, Debug, Default, PartialEq, Eq)]
#[relationship_target(relationship = SentBy)]
pub struct MissionsAbroad(Vec<Entity>);

/// The nation entity that hosts a mission.
#[derive(Component, Clone, Debug, PartialEq, Eq)]
#[relationship(relationship_target = MissionsHosted)]
pub struct HostedBy(pub Entity);

/// The missions that a nation hosts.
#[derive(Component, Clone, Debug, Default, PartialEq, Eq)]
#[relationship_target(relationship = HostedBy)]
pub struct MissionsHosted(Vec<Entity>);

/// Whether a mission is open, and since when.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Presence {
    /// The status.
    pub status: MissionStatus,
    /// The quarter in which the status began.
    pub since: Quarter,
    /// The quarter from which the sender may be there again; none if it may not, or the mission is open.
    pub allowed_since: Option<Quarter>,
    /// True if an event closed it; then only an event opens it.
    pub by_event: bool,
    /// What led to the status.
    pub because: Because,
}

/// Missions summed over pairs of nations.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Outreach {
    /// The pairs `(sender, host)` with any mission, whatever its status.
    pub has_mission: BitMatrix,
    /// For `(from, to)`: of the weight of all outposts of `from`, the share that `to` hosts, 0 to 1.
    pub outposts: Matrix<f64>,
    /// The number of missions that are withdrawn.
    pub withdrawn: u32,
    /// Nations that sent a mission which was not open when missions were last updated.
    pub closed: NationSet,
    /// Nations whose missions have a path without flagged equipment.
    pub clean_path: NationSet,
}
