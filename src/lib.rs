//! The engine of noforn: who may see whose intelligence in an alliance, and what happens when membership depends on
//! hardware.
pub mod access;
pub mod history;
pub mod load;
pub mod quarter;
pub mod run;
pub mod scenario;
pub mod world;
