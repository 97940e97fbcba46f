//! A compiled policy: whom it is about, which questions, and when it holds.
use super::Node;
use crate::access::facts::Facts;
use crate::world::ids::NationId;
use crate::world::sets::NationSet;
use crate::world::slot::Slot;

/// Who a policy's scope lets in on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) enum Scope {
    Anyone,
    Nobody,
    Nation(usize),
    Group(usize),
    Agreement(usize),
}

/// When a policy holds, its scope aside.
#[derive(Clone, Debug)]
pub(in crate::access) enum Condition {
    /// The compiled form.
    Tree(Node),
    /// Without one: Cedar decides it, pair by pair.
    Cedar(Box<Left>),
}

/// A policy that is left to Cedar.
#[derive(Clone, Debug)]
pub(in crate::access) struct Left {
    /// Why it has no compiled form.
    pub why: String,
    /// The policy by itself.
    pub set: cedar_policy::PolicySet,
}

/// A policy, ready to be decided: whom it is about, which questions, and its condition.
#[derive(Clone, Debug)]
pub(in crate::access) struct Compiled {
    pub giver: Scope,
    pub receiver: Scope,
    /// The questions its scope covers, one bit each.
    pub slots: u8,
    pub condition: Condition,
    /// A planted fault: its errors go unnoticed.
    #[cfg(test)]
    pub deaf: bool,
}

impl Compiled {
    /// Whether its scope covers a question.
    pub(in crate::access) fn covers(&self, slot: Slot) -> bool {
        self.slots >> slot.index() & 1 == 1
    }
    /// Its condition, if it has a compiled form.
    pub(in crate::access) fn tree(&self) -> Option<&Node> {
        match &self.condition {
            Condition::Tree(node) => Some(node),
            Condition::Cedar(_) => None,
        }
    }
    /// The same with another condition where it is a tree.
    pub(in crate::access) fn with(self, change: impl FnOnce(Node) -> Node) -> Self {
        let condition = match self.condition {
            Condition::Tree(node) => Condition::Tree(change(node)),
            left => left,
        };
        Self { condition, ..self }
    }
}

impl Scope {
    /// Whether it lets a nation in.
    pub(in crate::access) fn contains(self, facts: &Facts, nation: NationId) -> bool {
        match self {
            Scope::Anyone => true,
            Scope::Nobody => false,
            Scope::Nation(one) => nation.index() == one,
            Scope::Group(group) => facts.groups[group].contains(nation),
            Scope::Agreement(agreement) => facts.agreements[agreement].contains(nation),
        }
    }
    /// Takes out whom it does not let in.
    pub(in crate::access) fn narrow(self, facts: &Facts, set: &mut NationSet) {
        match self {
            Scope::Anyone => {}
            Scope::Nobody => set.clear(),
            Scope::Nation(one) => {
                let one = NationId::new(one);
                let kept = set.contains(one);
                set.clear();
                set.set(one, kept);
            }
            Scope::Group(group) => set.intersect_with(&facts.groups[group]),
            Scope::Agreement(agreement) => set.intersect_with(&facts.agreements[agreement]),
        }
    }
}
