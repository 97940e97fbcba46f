//! What is done with runs: ensembles, comparisons, sweeps, forecasts held against a record, reports, and why.
pub mod analysis;
pub mod calibration;
pub mod compare;
pub mod ensemble;
pub mod evidence;
pub mod faultlines;
pub mod hindcast;
pub mod output;
pub mod report;
pub mod sweep;
pub mod why;
