//! News: what one cause tells the others without knowing them.
use super::ids::{NationId, RuleId, VendorId};
use super::record::Because;
use bevy_ecs::prelude::*;

/// Something that others may answer to.
#[derive(Message, Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// An owner speaks against a vendor, with a strength of 0 to 1.
    Advocacy {
        /// Who speaks.
        by: NationId,
        /// How strongly.
        strength: f64,
        /// The event.
        because: Because,
    },
    /// A vendor denies.
    Denial {
        /// The vendor.
        vendor: VendorId,
    },
    /// A compromise in a nation became public.
    Disclosure {
        /// Where it was found.
        nation: NationId,
        /// The event or decision.
        because: Because,
    },
    /// A vendor's chip supply was cut.
    Embargo {
        /// The event.
        because: Because,
    },
    /// A rule was announced.
    Announced {
        /// The rule.
        rule: RuleId,
        /// The event.
        because: Because,
    },
    /// An owner contradicted its own rule.
    Contradicted {
        /// Who.
        by: NationId,
    },
    /// A government took a ban or more.
    Ban {
        /// Who.
        nation: NationId,
        /// The decision.
        because: Because,
    },
    /// An owner chose what to do under a triggered rule.
    Enforcement {
        /// The owner.
        owner: NationId,
        /// How much it enforced: 1 in full, 0 not at all.
        strength: f64,
    },
}
