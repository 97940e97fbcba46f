//! What is recorded of a quarter: blocs, and how far the alliance has come apart.
pub mod communities;
pub mod graph;
