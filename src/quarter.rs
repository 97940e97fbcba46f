//! What happens in a quarter: one file per cause.
pub mod agreements;
pub mod beliefs;
pub mod compromise;
pub mod diplomacy;
pub mod events;
pub mod measures;
pub mod missions;
pub mod procurement;
pub mod sharing;
