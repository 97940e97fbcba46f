//! Calibration: which parameters leave the record likely, as a weighted sample.
pub mod pool;
pub mod priors;
pub mod target;
