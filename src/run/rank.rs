//! The rank of an id in a checked scenario.
use crate::world::ids::Roster;

/// The rank of an id that the loader has found on its roster.
pub(super) fn rank(roster: &Roster, id: &str) -> usize {
    roster.rank(id).expect("the loader has found every id")
}
