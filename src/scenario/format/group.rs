//! Groups of nations.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

entry!(
    /// A group of nations that rules may name, as in `resource in Group::"NATO"`.
    GroupEntry {
        /// Its members at the start.
        members: Vec<String>,
        /// Adds to the initial trust between its members, in shares of `model.trust_group_share`.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0))]
        trust_weight: f64,
    }
);
