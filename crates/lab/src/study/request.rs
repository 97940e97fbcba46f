//! The request of a study, which the data package keeps so that the study can be repeated.
use super::shard::Shard;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Greatest number of runs of each variant.
pub const GREATEST_REPS: u32 = 1_000_000;

/// A request, and the files that hold its scenarios.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Version of the engine that made the study.
    pub engine_version: String,
    /// The scenario's name.
    pub scenario: String,
    /// Runs of each variant.
    pub reps: u32,
    /// The tables, as for `--tables`; for studies of other commands the names of their tables.
    pub tables: String,
    /// The shard, if the folder holds only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// Design and metrics, if the study is a sweep.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<SweepRequest>,
    /// Points and runs, if the study is a comparison over the space of parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robustness: Option<RobustnessRequest>,
    /// Historical records that the study used: the names of their copies in the folder, with their SHA-256.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub records: BTreeMap<String, String>,
    /// The variants, in the order in which they were run.
    pub variants: Vec<Kept>,
}

/// The request of a sweep; `design.csv` holds its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepRequest {
    /// The method that placed the points, as for `--design`.
    pub design: DesignMethod,
    /// SHA-256 of `design.csv`.
    pub design_sha256: String,
    /// Number of points.
    pub points: usize,
    /// The metrics that are written.
    pub metrics: Vec<String>,
}

/// The request of a comparison over the space of parameters; `design.csv` holds its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RobustnessRequest {
    /// Number of points.
    pub points: usize,
    /// Runs of each variant at each point.
    pub reps: u32,
    /// SHA-256 of `design.csv`.
    pub design_sha256: String,
}

/// The method that places the points of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DesignMethod {
    /// Full factorial: every combination of values, the last path fastest.
    Grid,
    /// Latin hypercube: the range of each path has as many slices as there are points, and every slice has one point.
    #[serde(rename = "lhs")]
    Latin,
    /// A Sobol sequence, scrambled with the master seed.
    Sobol,
    /// Saltelli's design for Sobol indices. Each base point is a pair A and B from a Sobol sequence and gives the points A, A
    /// with one path from B (for each path), and B.
    Saltelli,
    /// Morris's design: trajectories on a grid of four levels, one step along each path per trajectory.
    Morris,
    /// The points of a file.
    File,
}

impl DesignMethod {
    /// Number of points of the design for each point asked for, over `paths` paths.
    pub fn points_each(self, paths: usize) -> usize {
        match self {
            DesignMethod::Saltelli => paths + 2,
            DesignMethod::Morris => paths + 1,
            DesignMethod::Grid | DesignMethod::Latin | DesignMethod::Sobol | DesignMethod::File => 1,
        }
    }
}

/// A variant and the copies of its files in the folder.
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
