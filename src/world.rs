//! What exists: nations, vendors, networks, missions, agreements, rules, and what holds between two nations.
pub mod chance;
pub mod clock;
pub mod ids;
pub mod label;
pub mod levels;
pub mod matrix;
pub mod model;
pub mod sets;
