//! Facts: properties of nations that rules may read, and their values.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A fact's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum FactValue {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
}

impl FactValue {
    /// The value as a number: 0 or 1 for no and yes.
    pub fn number(self) -> i64 {
        match self {
            FactValue::Boolean(yes) => i64::from(yes),
            FactValue::Integer(number) => number,
        }
    }
}

/// Whether a fact is yes or no, or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactType {
    /// Yes or no.
    Boolean,
    /// A whole number between `min` and `max`.
    Integer,
}

entry!(
    /// A property of nations that the rules of this scenario may read as `resource.NAME`.
    FactEntry {
        /// Yes or no, or a whole number.
        #[serde(rename = "type")]
        kind: FactType,
        /// The value of nations that set none.
        default: FactValue,
        /// The least value of an integer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = -1_000_000_000, max = 1_000_000_000))]
        min: Option<i64>,
        /// The greatest value of an integer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = -1_000_000_000, max = 1_000_000_000))]
        max: Option<i64>,
    }
);
