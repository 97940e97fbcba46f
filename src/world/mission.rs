//! Missions: embassies, consulates and outposts of a sender in a host.
use super::clock::Quarter;
use super::ids::{MissionId, NationId};
use super::levels::{MissionKind, MissionStatus};
use super::matrix::{BitMatrix, Matrix};
use super::record::Because;
use bevy_ecs::prelude::*;

/// A mission's identity and what does not change in a run.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(immutable)]
pub struct Mission {
    /// Its identity.
    pub id: MissionId,
    /// Who sends it.
    pub sender: NationId,
    /// Where it is.
    pub host: NationId,
    /// What it is.
    pub kind: MissionKind,
    /// How much it counts: posts, and troops in thousands.
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

/// Whether a mission works.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Presence {
    /// The status.
    pub status: MissionStatus,
    /// Since when.
    pub since: Quarter,
    /// Since when the sender may be there again, while it is not.
    pub allowed_since: Option<Quarter>,
    /// Whether an event closed it (then only an event opens it).
    pub by_event: bool,
    /// What led to the status.
    pub because: Because,
}

/// What missions mean for pairs of nations.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Outreach {
    /// Who has any mission, whatever its status, with whom.
    pub has_mission: BitMatrix,
    /// The part of all outposts of `from` that `to` hosts, by weight.
    pub outposts: Matrix<f64>,
    /// How many missions are withdrawn.
    pub withdrawn: u32,
    /// Nations with a mission that was not open when last looked at.
    pub closed: super::sets::NationSet,
    /// Nations whose missions have a path without flagged equipment.
    pub clean_path: super::sets::NationSet,
}
