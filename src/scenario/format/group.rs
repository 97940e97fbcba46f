//! Groups of nations.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

entry!(
    /// A group of nations that rules may name, as in `resource in Group::"NATO"`.
    GroupEntry {
        /// Its members at the start.
        members: Vec<String>,
        /// Adds to the trust between its members, in shares of `model.trust_group_share`.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0))]
        trust_weight: f64,
        /// Whether its members have a defence pact with one another.
        #[serde(default)]
        defence_pact: bool,
    }
);
