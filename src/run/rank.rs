//! The identities of ids in a checked scenario.
use crate::scenario::Scenario;
use crate::world::ids::{Roster, VendorId};

/// The rank of an id that the loader has found on its roster.
pub(super) fn rank(roster: &Roster, id: &str) -> usize {
    roster.rank(id).expect("the loader has found every id")
}

/// The identity of a vendor by id.
pub(super) fn vendor(scenario: &Scenario, id: &str) -> VendorId {
    VendorId::new(rank(&scenario.rosters.vendors, id))
}
