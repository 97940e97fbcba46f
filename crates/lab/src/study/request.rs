//! What was asked for, as the data package keeps it, so that it can be asked again.
use super::work::Shard;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most runs of each variant that may be asked for.
pub const GREATEST_REPS: u32 = 1_000_000;

/// A request and the files that hold what it was asked of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Version of the engine that answered.
    pub engine_version: String,
    /// The scenario's name.
    pub scenario: String,
    /// Runs of each variant.
    pub reps: u32,
    /// The tables, as for `--tables`; for the folders of the other commands the names of their own.
    pub tables: String,
    /// The part, where the folder holds one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Of a sweep what was swept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<SweepRequest>,
    /// What the scenario was held against: copies in the folder, with their SHA-256.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<String, String>,
    /// The variants, in the order in which they were run.
    pub variants: Vec<Kept>,
}

/// What a sweep was asked for beside its points, which `design.csv` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepRequest {
    /// How the points were laid out, as for `--design`.
    pub design: Layout,
    /// SHA-256 of `design.csv`.
    pub design_sha256: String,
    /// Points.
    pub points: usize,
    /// The metrics that are told.
    pub metrics: Vec<String>,
}

/// How the points of a sweep are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Every combination, the last path fastest.
    Grid,
    /// Each path's range is cut into as many slices as there are points, and every slice is met once.
    #[serde(rename = "lhs")]
    Latin,
    /// A low-discrepancy sequence, scrambled by the master seed.
    Sobol,
    /// For each of a number of base points, drawn twice from a Sobol sequence as A and B: A, A with each path in turn
    /// from B, and B.
    Saltelli,
    /// Walks on a grid of four levels, each path stepped once a walk.
    Morris,
    /// As another tool wrote them.
    File,
}

impl Layout {
    /// Points for each that is asked for, over so many paths.
    pub fn points_each(self, paths: usize) -> usize {
        match self {
            Layout::Saltelli => paths + 2,
            Layout::Morris => paths + 1,
            Layout::Grid | Layout::Latin | Layout::Sobol | Layout::File => 1,
        }
    }
}

/// A variant and the files that hold its resolved scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The variant's name.
    pub variant: String,
    /// The resolved scenario, a file of the folder.
    pub file: String,
    /// Its SHA-256, as in `runs.csv`.
    pub scenario_sha256: String,
    /// Its complete Cedar policy files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<KeptPolicy>,
}

/// A policy file that was copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPolicy {
    /// The copy, a file of the folder.
    pub file: String,
    /// What the scenario called it.
    pub name: String,
}
