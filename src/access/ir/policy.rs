//! A compiled policy: its scope and its condition.
use super::Node;
use crate::access::facts::Facts;
use crate::world::ids::NationId;
use crate::world::sets::NationSet;
use crate::world::slot::Slot;

/// The scope of a policy on one side: the nations that it contains as giver or as receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) enum NationScope {
    Anyone,
    Nobody,
    Nation(usize),
    Group(usize),
    Agreement(usize),
}

/// The condition under which a policy holds within its scope.
#[derive(Clone, Debug)]
pub(in crate::access) enum Condition {
    /// The compiled form.
    Tree(Node),
    /// No compiled form: Cedar decides it, pair by pair.
    Cedar(Box<Uncompiled>),
}

/// A policy that only Cedar can decide.
#[derive(Clone, Debug)]
pub(in crate::access) struct Uncompiled {
    /// Why it has no compiled form.
    pub why: String,
    /// A policy set that holds only this policy.
    pub set: cedar_policy::PolicySet,
}

/// A policy in the form in which it is decided.
#[derive(Clone, Debug)]
pub(in crate::access) struct CompiledPolicy {
    pub giver: NationScope,
    pub receiver: NationScope,
    /// The questions that its scope covers: bit i is the question of index i.
    pub slots: u8,
    pub condition: Condition,
    /// A mutation for tests: its errors are ignored.
    #[cfg(test)]
    pub ignores_errors: bool,
}

impl CompiledPolicy {
    /// Whether its scope covers a question.
    pub(in crate::access) fn covers(&self, slot: Slot) -> bool {
        self.slots >> slot.index() & 1 == 1
    }
    /// The compiled form of its condition, if it has one.
    pub(in crate::access) fn tree(&self) -> Option<&Node> {
        match &self.condition {
            Condition::Tree(node) => Some(node),
            Condition::Cedar(_) => None,
        }
    }
    /// The policy with `change` applied to its condition, where that has a compiled form.
    pub(in crate::access) fn with(self, change: impl FnOnce(Node) -> Node) -> Self {
        let condition = match self.condition {
            Condition::Tree(node) => Condition::Tree(change(node)),
            uncompiled => uncompiled,
        };
        Self { condition, ..self }
    }
}

impl NationScope {
    /// Whether it contains a nation.
    pub(in crate::access) fn contains(self, facts: &Facts, nation: NationId) -> bool {
        match self {
            NationScope::Anyone => true,
            NationScope::Nobody => false,
            NationScope::Nation(one) => nation.index() == one,
            NationScope::Group(group) => facts.groups[group].contains(nation),
            NationScope::Agreement(agreement) => facts.agreements[agreement].contains(nation),
        }
    }
    /// Removes from a set the nations that it does not contain.
    pub(in crate::access) fn narrow(self, facts: &Facts, set: &mut NationSet) {
        match self {
            NationScope::Anyone => {}
            NationScope::Nobody => set.clear(),
            NationScope::Nation(one) => {
                let one = NationId::new(one);
                let kept = set.contains(one);
                set.clear();
                set.set(one, kept);
            }
            NationScope::Group(group) => set.intersect_with(&facts.groups[group]),
            NationScope::Agreement(agreement) => set.intersect_with(&facts.agreements[agreement]),
        }
    }
}
