//! noforn: who may see whose intelligence in an alliance, and what happens when membership hangs on hardware.
pub mod access;
pub mod history;
pub mod quarter;
pub mod run;
pub mod scenario;
pub mod world;

#[cfg(feature = "cli")]
pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
pub mod compare;
#[cfg(feature = "cli")]
pub mod ensemble;
#[cfg(feature = "cli")]
pub mod faultlines;
#[cfg(feature = "cli")]
pub mod output;
#[cfg(feature = "cli")]
pub mod sweep;
#[cfg(feature = "cli")]
pub mod why;
