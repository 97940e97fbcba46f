//! Messages from one cause to the others: causes do not call each other.
use super::ids::{NationId, RuleId, VendorId};
use super::record::Because;
use bevy_ecs::prelude::*;

/// Something that happened and to which other causes may react.
#[derive(Message, Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// An owner campaigns against a vendor.
    Advocacy {
        /// The owner.
        by: NationId,
        /// The strength, 0 to 1.
        strength: f64,
        /// The event that caused it.
        because: Because,
    },
    /// A vendor denies that it is compromised.
    Denial {
        /// The vendor.
        vendor: VendorId,
    },
    /// A compromise in a nation became public.
    Disclosure {
        /// The nation in which it was found.
        nation: NationId,
        /// The event or decision that caused it.
        because: Because,
    },
    /// It was found that reports leaked in a nation.
    LeakFound {
        /// The nation that had read them.
        holder: NationId,
        /// The owner of some of them.
        owner: NationId,
    },
    /// A vendor's chip supply was cut.
    Embargo {
        /// The event that caused it.
        because: Because,
    },
    /// A rule was announced.
    Announced {
        /// The rule.
        rule: RuleId,
        /// The event that caused it.
        because: Because,
    },
    /// An owner contradicted its own rule.
    Contradicted {
        /// The owner.
        by: NationId,
    },
    /// A government chose the stance `banned` or a stricter one.
    Ban {
        /// Its nation.
        nation: NationId,
        /// The decision that caused it.
        because: Because,
    },
    /// An owner chose what to do under a triggered rule.
    Enforcement {
        /// The owner.
        owner: NationId,
        /// The part it enforced, from 0 (waived) to 1 (in full).
        strength: f64,
    },
}
