//! The policies of a scenario, compiled once; every run and thread shares them.
use super::answer::{Explanation, PolicyIx};
use super::assemble::Draft;
use super::book::Book;
use super::cell::Cell;
use super::facts::Facts;
use super::ir::{Compiled, Condition};
use super::scratch::Scratch;
use crate::scenario::Scenario;
use crate::world::ids::{NationId, RuleId};
use crate::world::slot::Slot;
use bevy_ecs::prelude::Resource;
use std::fmt::Write;
use std::sync::Arc;

/// The policies of a scenario, ready to decide. Cloning is cheap.
#[derive(Resource, Clone, Debug)]
pub struct Policies {
    pub(super) book: Arc<Book>,
}

impl Policies {
    /// Compiles the policies of a scenario whose Cedar passed [`Policies::check`].
    ///
    /// # Panics
    /// Where the Cedar of the scenario was never checked and is wrong.
    pub fn compile(scenario: &Scenario) -> Self {
        Self { book: Arc::new(Book::of(scenario)) }
    }

    /// How many policies there are.
    pub fn len(&self) -> usize {
        self.book.entries.len()
    }
    /// Whether there are none (there are always those that stand in every scenario).
    pub fn is_empty(&self) -> bool {
        self.book.entries.is_empty()
    }
    /// Every policy, in order.
    pub fn all(&self) -> impl Iterator<Item = PolicyIx> + use<> {
        (0..self.len()).map(PolicyIx::new)
    }
    /// A policy's id.
    pub fn id(&self, policy: PolicyIx) -> &str {
        &self.draft(policy).id
    }
    /// What a policy says, in words.
    pub fn says(&self, policy: PolicyIx) -> &str {
        &self.draft(policy).says
    }
    /// The rule of the `[rules]` table that a policy comes from, if any.
    pub fn rule(&self, policy: PolicyIx) -> Option<RuleId> {
        self.draft(policy).rule
    }
    /// A policy whole, as Cedar text.
    pub fn text(&self, policy: PolicyIx) -> &str {
        &self.draft(policy).text
    }
    /// Whether a policy forbids; if not, it permits.
    pub fn forbids(&self, policy: PolicyIx) -> bool {
        self.book.entries[policy.index()].forbids
    }
    /// Whether a policy is decided in its compiled form; if not, Cedar decides it pair by pair, at about 10 us each.
    pub fn is_compiled(&self, policy: PolicyIx) -> bool {
        self.why_left(policy).is_none()
    }
    /// Why a policy is left to Cedar.
    pub fn why_left(&self, policy: PolicyIx) -> Option<&str> {
        match &self.book.entries[policy.index()].policy.condition {
            Condition::Tree(_) => None,
            Condition::Cedar(left) => Some(&left.why),
        }
    }
    /// All policies whole, as one Cedar text.
    pub fn cedar_text(&self) -> String {
        let mut text = String::new();
        for (at, entry) in self.book.entries.iter().enumerate() {
            let _ = writeln!(text, "{}{}", if at > 0 { "\n" } else { "" }, entry.draft.text);
        }
        text
    }
    /// The nations that might restrict someone, in identity order: the owners of rules, and whom a complete policy
    /// that forbids may cover as giver (everyone where it does not name one nation).
    pub fn owners(&self) -> &[NationId] {
        &self.book.owners
    }
    /// Why a question is answered as it is. Meant for telling; to decide everything at once use [`Policies::decide`].
    pub fn explain(&self, facts: &Facts, giver: NationId, receiver: NationId, slot: Slot) -> Explanation {
        self.explain_with(facts, giver, receiver, slot, &mut Scratch::new())
    }
    /// The same, with room to work in: what is left to Cedar then costs less.
    pub fn explain_with(
        &self,
        facts: &Facts,
        giver: NationId,
        receiver: NationId,
        slot: Slot,
        scratch: &mut Scratch,
    ) -> Explanation {
        let book = &self.book;
        let cell = Cell { facts, owners: &book.rule_owners, giver, receiver, slot, what_if: None };
        let mut told = Explanation::default();
        for (at, entry) in book.entries.iter().enumerate() {
            if !cell.within(&entry.policy) {
                continue;
            }
            match book.holds(&entry.policy, &cell, scratch) {
                Some(false) => {}
                Some(true) if entry.forbids => told.forbids.push(PolicyIx::new(at)),
                Some(true) => told.permits.push(PolicyIx::new(at)),
                None => told.errors.push(PolicyIx::new(at)),
            }
        }
        told.allowed = !told.permits.is_empty() && told.forbids.is_empty();
        told
    }

    fn draft(&self, policy: PolicyIx) -> &Draft {
        &self.book.entries[policy.index()].draft
    }
}

impl Book {
    /// Whether a policy's condition holds, inside its scope; none where it errs.
    pub(super) fn holds(&self, policy: &Compiled, cell: &Cell<'_>, scratch: &mut Scratch) -> Option<bool> {
        match &policy.condition {
            Condition::Tree(node) => {
                let value = cell.holds(node).ok();
                #[cfg(test)]
                let value = if policy.deaf { value.or(Some(false)) } else { value };
                value
            }
            Condition::Cedar(left) => {
                let request = self.cedar.request(&self.rule_owners, cell.facts, cell.giver, cell.receiver, cell.slot);
                scratch.world(self, cell.facts).holds(left, &request)
            }
        }
    }
}
