//! Explanations of decisions, and errors of policies.
use crate::world::ids::{NationId, RuleId};
use std::fmt;

/// A policy, identified by its index among the policies of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyIx(pub(super) u32);

impl PolicyIx {
    pub(super) fn new(place: usize) -> Self {
        Self(u32::try_from(place).expect("the loader bounds every table below 65,536 rows"))
    }
    /// The index, from 0.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A decision and its reasons, as in Cedar's diagnostics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it is allowed: a permit holds, and no forbid does.
    pub allowed: bool,
    /// The permits that hold, also where a forbid overrides them.
    pub permits: Vec<PolicyIx>,
    /// The forbids that hold.
    pub forbids: Vec<PolicyIx>,
    /// The policies that err. Cedar skips them; a run stops.
    pub errors: Vec<PolicyIx>,
}

impl Explanation {
    /// The policies that determine the decision, in Cedar's sense.
    pub fn determining(&self) -> &[PolicyIx] {
        if self.forbids.is_empty() { &self.permits } else { &self.forbids }
    }
}

/// A policy that errs: its arithmetic overflows. The run stops, because Cedar would skip the policy and so permit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessError {
    /// The policy's id; for a rule of `[rules]`, the rule's.
    pub rule: String,
    /// The rule of the `[rules]` table it comes from, if any.
    pub rule_id: Option<RuleId>,
    /// The nation that would give.
    pub giver: NationId,
    /// The nation that would receive.
    pub receiver: NationId,
    /// The ids of giver and receiver.
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
