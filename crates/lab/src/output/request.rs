//! What was asked for, as the data package keeps it, so that it can be asked again.
use super::work::Shard;
use crate::sweep::design::Layout;
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
    pub sweep: Option<Swept>,
    /// What the scenario was held against: copies in the folder, with their SHA-256.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<String, String>,
    /// The variants, in the order in which they were run.
    pub variants: Vec<Kept>,
}

/// What a sweep was asked for beside its points, which `design.csv` holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// How the points were laid out, as for `--design`.
    pub design: Layout,
    /// SHA-256 of `design.csv`.
    pub design_sha256: String,
    /// Points.
    pub points: usize,
    /// The metrics that are told.
    pub metrics: Vec<String>,
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
