//! The timeline: the effects of events on the world, with every id resolved.
use super::clock::Quarter;
use super::ids::{AgreementId, EventId, FactId, GroupId, MissionId, NationId, RuleId, VendorId};
use super::levels::Stance;
use super::sets::NationSet;
use bevy_ecs::prelude::*;
use std::sync::Arc;

/// What a nation may join or leave: an agreement or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Club {
    /// An agreement.
    Agreement(AgreementId),
    /// A group that rules name.
    Group(GroupId),
}

/// The effect of an event.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each field is the key of the scenario's effect of the same name")]
pub enum Effect {
    /// A rule is announced.
    Announce(RuleId),
    /// A rule is lifted.
    Lift(RuleId),
    /// A nation lists a vendor as a risk.
    Flag { vendor: VendorId, by: NationId },
    /// A nation no longer lists a vendor.
    Unflag { vendor: VendorId, by: NationId },
    /// A nation cuts this part (0 to 1) of a vendor's chip supply.
    Embargo { vendor: VendorId, by: NationId, strength: f64 },
    /// The cut of a vendor's chip supply ends.
    Ease { vendor: VendorId },
    /// A nation contradicts its own rule.
    Contradict { by: NationId },
    /// A vendor denies that it is compromised.
    Deny(VendorId),
    /// A nation campaigns against a vendor, with a strength of 0 to 1.
    Advocate { by: NationId, strength: f64 },
    /// A compromise in a nation becomes public.
    Disclose(NationId),
    /// A vendor's home state punishes a nation, with a strength of 0 to 1.
    Retaliate { nation: NationId, strength: f64 },
    /// The nations get money for replacing equipment (million US dollars), in equal parts.
    Compensate { nations: NationSet, amount_musd: f64 },
    /// A government takes this stance.
    Stance { nation: NationId, stance: Stance },
    /// A nation joins an agreement or a group.
    Join { club: Club, nation: NationId },
    /// A nation leaves an agreement or a group.
    Leave { club: Club, nation: NationId },
    /// A mission opens.
    Open(MissionId),
    /// A mission closes.
    Close(MissionId),
    /// The owner of a rule exempts a nation.
    Waive { rule: RuleId, nation: NationId },
    /// A declared fact about a nation gets this value.
    SetFact { fact: FactId, nation: NationId, value: i64 },
    /// The missions of a nation get a path without flagged equipment.
    CleanPath(NationId),
    /// No effect: the event is only recorded.
    Note,
}

/// The events of a run in the order in which they are applied; the index is the `EventId`.
#[derive(Resource, Clone, Debug, Default)]
pub struct Timeline {
    /// The quarter and the effect of each event.
    pub events: Arc<[(Quarter, Effect)]>,
    /// The index of the first event that is still to come.
    pub next: usize,
    /// The events that took place, each with its quarter.
    pub applied: Vec<(Quarter, EventId)>,
}
