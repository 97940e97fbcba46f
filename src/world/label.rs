//! The label of a report, and the only way to read one.
