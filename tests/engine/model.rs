//! The model as a whole: on the shipped scenarios, over many runs.
mod causes;
mod determinism;
mod history;
mod imports;
mod layers;
mod mechanisms;
mod shared;
mod sources;
mod tidy;
