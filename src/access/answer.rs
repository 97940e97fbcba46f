//! What a decision says beside yes and no: why, or that it cannot be made.
use crate::world::ids::{NationId, RuleId};
use std::fmt;

/// A policy by its place among all policies of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyIx(pub(super) u32);

impl PolicyIx {
    pub(super) fn new(place: usize) -> Self {
        Self(u32::try_from(place).expect("the loader bounds every table below 65,536 rows"))
    }
    /// Its place, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Why a question is answered as it is, as Cedar's diagnostics say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it is allowed: some permit holds, no forbid.
    pub allowed: bool,
    /// The permits that hold, also where a forbid wins.
    pub permits: Vec<PolicyIx>,
    /// The forbids that hold.
    pub forbids: Vec<PolicyIx>,
    /// The policies that err; Cedar skips them, a run stops.
    pub errors: Vec<PolicyIx>,
}

impl Explanation {
    /// The policies that determine the decision, in Cedar's sense.
    pub fn determining(&self) -> &[PolicyIx] {
        if self.forbids.is_empty() { &self.permits } else { &self.forbids }
    }
}

/// A policy that errs: an arithmetic overflow. A run that meets one stops, for Cedar would skip the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessError {
    /// The policy's id; for a rule of `[rules]`, the rule's.
    pub rule: String,
    /// The rule of the `[rules]` table it comes from, if any.
    pub rule_id: Option<RuleId>,
    /// Who would give.
    pub giver: NationId,
    /// Who would receive.
    pub receiver: NationId,
    /// Both by id.
    pub names: [String; 2],
    /// What went wrong, in words.
    pub message: String,
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [giver, receiver] = &self.names;
        write!(f, "`{}` cannot be decided for `{giver}` towards `{receiver}`: {}", self.rule, self.message)
    }
}

impl std::error::Error for AccessError {}
