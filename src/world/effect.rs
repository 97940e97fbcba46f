//! The timeline: what events do to the world, with every id resolved.
use super::clock::Quarter;
use super::ids::{AgreementId, EventId, FactId, GroupId, MissionId, NationId, RuleId, VendorId};
use super::levels::Stance;
use super::sets::NationSet;
use bevy_ecs::prelude::*;
use std::sync::Arc;

/// What a nation may join and leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Club {
    /// An agreement.
    Agreement(AgreementId),
    /// A group that rules name.
    Group(GroupId),
}

/// What an event does.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each field is the key of the scenario's effect of the same name")]
pub enum Effect {
    /// A rule comes into the world.
    Announce(RuleId),
    /// A rule ends.
    Lift(RuleId),
    /// A nation lists a vendor.
    Flag { vendor: VendorId, by: NationId },
    /// A nation takes a vendor off its list.
    Unflag { vendor: VendorId, by: NationId },
    /// A nation cuts a vendor's chip supply.
    Embargo { vendor: VendorId, by: NationId, strength: f64 },
    /// A nation eases the cut.
    Ease { vendor: VendorId },
    /// A nation contradicts its threat.
    Contradict { by: NationId },
    /// A vendor denies.
    Deny(VendorId),
    /// A nation campaigns against a vendor.
    Advocate { by: NationId, strength: f64 },
    /// A compromise becomes public.
    Disclose(NationId),
    /// A state punishes a nation.
    Retaliate { nation: NationId, strength: f64 },
    /// Money for replacing equipment, to each of the nations an equal part.
    Compensate { nations: NationSet, amount_musd: f64 },
    /// A government takes a stance.
    Stance { nation: NationId, stance: Stance },
    /// A nation joins.
    Join { club: Club, nation: NationId },
    /// A nation leaves.
    Leave { club: Club, nation: NationId },
    /// A mission opens.
    Open(MissionId),
    /// A mission closes.
    Close(MissionId),
    /// An owner spares a nation.
    Waive { rule: RuleId, nation: NationId },
    /// A fact takes a value.
    SetFact { fact: FactId, nation: NationId, value: i64 },
    /// The missions of a nation get a path without flagged equipment.
    CleanPath(NationId),
    /// Nothing.
    Note,
}

/// The events of a run in the order they are applied; the rank is the `EventId`.
#[derive(Resource, Clone, Debug, Default)]
pub struct Timeline {
    /// When, and what.
    pub events: Arc<[(Quarter, Effect)]>,
    /// The first that lies ahead.
    pub next: usize,
    /// Those that took place, with their quarter.
    pub applied: Vec<(Quarter, EventId)>,
}
