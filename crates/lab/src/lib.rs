//! What is done with runs, on tables in memory or wherever the caller keeps them: ensembles, comparisons, sweeps,
//! forecasts scored against a record, reports, and why something was withheld. No files, threads, clock or network.
pub mod analysis;
pub mod calibration;
pub mod cedar_check;
pub mod compare;
pub mod ensemble;
pub mod evidence;
pub mod faultlines;
pub mod hindcast;
pub mod measures;
pub mod report;
pub mod runs;
pub mod study;
pub mod sweep;
pub mod tables;
pub mod why;
pub mod words;
pub mod workers;

#[cfg(test)]
mod by_hand;
#[cfg(test)]
extern crate self as noforn_lab;
#[cfg(test)]
#[path = "../../../tests/common/three_nations.rs"]
mod three_nations;
