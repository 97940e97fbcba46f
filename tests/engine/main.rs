//! The engine from within: the model as a whole, the flow of reports, measures, loading, and what the pages say of them.
#[path = "../common/disk.rs"]
mod disk;
mod docs;
mod flow;
mod graphs;
mod loader;
mod model;
mod pictures;
