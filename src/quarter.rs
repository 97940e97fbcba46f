//! What happens in a quarter.
pub mod measures;
