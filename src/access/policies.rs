//! The policies of a scenario: compiled once, shared by all runs and threads.
use super::answer::{Explanation, PolicyIx};
use super::assemble::PolicySource;
use super::cell::PairEvaluator;
use super::facts::Facts;
use super::ir::{CompiledPolicy, Condition};
use super::scratch::Scratch;
use super::store::PolicyStore;
use crate::scenario::Scenario;
use crate::world::ids::{NationId, RuleId};
use crate::world::slot::Slot;
use bevy_ecs::prelude::Resource;
use std::fmt::Write;
use std::sync::Arc;

/// The compiled policies of a scenario. Cloning copies a reference.
#[derive(Resource, Clone, Debug)]
pub struct Policies {
    pub(super) store: Arc<PolicyStore>,
}

impl Policies {
    /// Compiles the policies of a scenario whose Cedar passed [`Policies::check`].
    ///
    /// # Panics
    /// If the scenario's Cedar was not checked and has a fault.
    pub fn compile(scenario: &Scenario) -> Self {
        Self { store: Arc::new(PolicyStore::new(scenario)) }
    }

    /// The number of policies.
    pub fn len(&self) -> usize {
        self.store.entries.len()
    }
    /// Whether there are none. In fact every scenario has the built-in permits.
    pub fn is_empty(&self) -> bool {
        self.store.entries.is_empty()
    }
    /// Every policy, in order.
    pub fn all(&self) -> impl Iterator<Item = PolicyIx> + use<> {
        (0..self.len()).map(PolicyIx::new)
    }
    /// A policy's id.
    pub fn id(&self, policy: PolicyIx) -> &str {
        &self.source(policy).id
    }
    /// What a policy says, in words.
    pub fn says(&self, policy: PolicyIx) -> &str {
        &self.source(policy).says
    }
    /// The rule of the `[rules]` table that a policy comes from, if any.
    pub fn rule(&self, policy: PolicyIx) -> Option<RuleId> {
        self.source(policy).rule
    }
    /// The Cedar text of a policy.
    pub fn text(&self, policy: PolicyIx) -> &str {
        &self.source(policy).text
    }
    /// Whether a policy forbids; if not, it permits.
    pub fn forbids(&self, policy: PolicyIx) -> bool {
        self.store.entries[policy.index()].forbids
    }
    /// Whether a policy has a compiled form. If not, Cedar decides it pair by pair, which takes about 10 us each.
    pub fn is_compiled(&self, policy: PolicyIx) -> bool {
        self.why_uncompiled(policy).is_none()
    }
    /// Why a policy has no compiled form; none where it has one.
    pub fn why_uncompiled(&self, policy: PolicyIx) -> Option<&str> {
        match &self.store.entries[policy.index()].policy.condition {
            Condition::Tree(_) => None,
            Condition::Cedar(uncompiled) => Some(&uncompiled.why),
        }
    }
    /// All policies as one Cedar text.
    pub fn cedar_text(&self) -> String {
        let mut text = String::new();
        for (at, entry) in self.store.entries.iter().enumerate() {
            let _ = writeln!(text, "{}{}", if at > 0 { "\n" } else { "" }, entry.source.text);
        }
        text
    }
    /// The nations that may restrict others, in identity order: owners of rules, and nations that a complete policy that
    /// forbids may cover as giver (all nations, unless its scope names one).
    pub fn owners(&self) -> &[NationId] {
        &self.store.owners
    }
    /// The decision on one question, with its reasons. To decide all pairs at once, use [`Policies::decide`].
    pub fn explain(&self, facts: &Facts, giver: NationId, receiver: NationId, slot: Slot) -> Explanation {
        self.explain_with(facts, giver, receiver, slot, &mut Scratch::new())
    }
    /// The same with a work space, which makes policies that Cedar decides faster.
    pub fn explain_with(
        &self,
        facts: &Facts,
        giver: NationId,
        receiver: NationId,
        slot: Slot,
        scratch: &mut Scratch,
    ) -> Explanation {
        let store = &self.store;
        let pair = PairEvaluator { facts, owners: &store.rule_owners, giver, receiver, slot, what_if: None };
        let mut explanation = Explanation::default();
        for (at, entry) in store.entries.iter().enumerate() {
            if !pair.within(&entry.policy) {
                continue;
            }
            match store.holds(&entry.policy, &pair, scratch) {
                Some(false) => {}
                Some(true) if entry.forbids => explanation.forbids.push(PolicyIx::new(at)),
                Some(true) => explanation.permits.push(PolicyIx::new(at)),
                None => explanation.errors.push(PolicyIx::new(at)),
            }
        }
        explanation.allowed = !explanation.permits.is_empty() && explanation.forbids.is_empty();
        explanation
    }

    fn source(&self, policy: PolicyIx) -> &PolicySource {
        &self.store.entries[policy.index()].source
    }
}

impl PolicyStore {
    /// Whether a policy's condition holds for a pair in its scope; none where it errs.
    pub(super) fn holds(
        &self,
        policy: &CompiledPolicy,
        pair: &PairEvaluator<'_>,
        scratch: &mut Scratch,
    ) -> Option<bool> {
        match &policy.condition {
            Condition::Tree(node) => {
                let value = pair.holds(node).ok();
                #[cfg(test)]
                let value = if policy.ignores_errors { value.or(Some(false)) } else { value };
                value
            }
            Condition::Cedar(uncompiled) => {
                let request = self.cedar.request(&self.rule_owners, pair.facts, pair.giver, pair.receiver, pair.slot);
                scratch.entities(self, pair.facts).holds(uncompiled, &request)
            }
        }
    }
}
