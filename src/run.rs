//! A scenario and a seed to a history.
