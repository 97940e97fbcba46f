//! What rules declare: the receivers for whom a bare condition holds, and what rules would forbid under full enforcement.
use super::answer::AccessError;
use super::cell::PairEvaluator;
use super::facts::{Exposure, Facts, WhatIf};
use super::ir::Condition;
use super::policies::Policies;
use super::scratch::Scratch;
use super::store::{LONG_IN_FORCE, PolicyStore, PotentialForbid};
use crate::world::ids::{NationId, RuleId};
use crate::world::levels::LEVELS;
use crate::world::sets::NationSet;
use crate::world::slot::Slot;

/// Facts without marks, for policies that Cedar decides; with `in_force`, announced rules have no grace left.
fn facts_without_marks(facts: &Facts, in_force: bool) -> Facts {
    let mut facts = facts.clone();
    for rule in &mut facts.rules {
        rule.waived.clear();
        rule.tear_line.clear();
        rule.restoring.clear();
        if in_force && rule.quarters_in_force >= 0 {
            rule.quarters_in_force = LONG_IN_FORCE;
        }
    }
    facts
}

impl Policies {
    /// The receivers for whom a rule's bare condition holds, with its owner as giver: `when` and not `unless`, without
    /// regard to waivers, tear-lines and restoring. Empty until the rule's grace has passed. Where the condition reads
    /// the action or the level, it must hold for one of the questions that the rule forbids.
    ///
    /// # Errors
    /// If the condition errs for a receiver.
    pub fn triggers(&self, rule: RuleId, facts: &Facts, scratch: &mut Scratch) -> Result<NationSet, AccessError> {
        let declared = &self.store.declared[rule.index()];
        let mut triggered = NationSet::none(facts.nations);
        let owner = self.store.rule_owners[rule.index()];
        let Some(owner) = owner.filter(|_| facts.rule(rule).quarters_in_force >= declared.grace) else {
            return Ok(triggered);
        };
        let unmarked = declared.policy.tree().is_none().then(|| facts_without_marks(facts, false));
        let facts = unmarked.as_ref().unwrap_or(facts);
        let mut pass = self.store.single_pass(owner, facts, scratch);
        for slot in Slot::all().filter(|slot| declared.policy.covers(*slot)) {
            let planes = pass.planes(&declared.policy, slot);
            if let Some(receiver) = planes.err.iter().next() {
                return Err(self.store.error(&self.store.entries[rule.index()], owner, receiver));
            }
            triggered.union_with(&planes.yes);
            if declared.policy.tree().is_some_and(|node| !node.reads().question()) {
                break;
            }
        }
        Ok(triggered)
    }

    /// Whether a rule's bare condition would hold for a receiver with this exposure, without regard to grace. Where the
    /// condition reads the action or the level, it must hold for one of the questions that the rule forbids. None where
    /// the condition errs.
    pub fn would_hold(
        &self,
        rule: RuleId,
        facts: &Facts,
        receiver: NationId,
        exposure: Exposure,
        scratch: &mut Scratch,
    ) -> Option<bool> {
        let policy = &self.store.declared[rule.index()].policy;
        let owner = self.store.rule_owners[rule.index()]?;
        let imagined = policy.tree().is_none().then(|| {
            let mut facts = facts_without_marks(facts, false);
            facts.seen[(owner, receiver)] = exposure;
            facts
        });
        let facts = imagined.as_ref().unwrap_or(facts);
        let what_if = Some(WhatIf { exposure, stance: facts.stance[receiver.index()] });
        let mut holds = false;
        for slot in Slot::all() {
            let pair = PairEvaluator { facts, owners: &self.store.rule_owners, giver: owner, receiver, slot, what_if };
            if pair.within(policy) {
                holds |= self.store.holds(policy, &pair, scratch)?;
            }
        }
        Some(holds)
    }

    /// The levels at which the owner would not share with the receiver under `what_if`: bit i is the level of rank i (0
    /// open to 4 top secret). Its announced rules and the complete policies that cover it apply in full: without
    /// waivers, tear-lines, restoring and grace. A policy that errs counts as one that forbids. Takes about 0.1 us, and
    /// milliseconds where Cedar decides a policy.
    pub fn would_forbid(
        &self,
        facts: &Facts,
        owner: NationId,
        receiver: NationId,
        what_if: WhatIf,
        scratch: &mut Scratch,
    ) -> u8 {
        const EVERY: u8 = (1 << LEVELS) - 1;
        if owner == receiver {
            return 0;
        }
        let mut forbidden = 0;
        for forbid in &self.store.potential_forbids[owner.index()] {
            let open = forbid.policy.slots & EVERY & !forbidden;
            let announced = forbid.rule.is_none_or(|rule| facts.rule(rule).quarters_in_force >= 0);
            if open != 0 && announced {
                forbidden |= open & self.store.levels_forbidden(forbid, open, facts, owner, receiver, what_if, scratch);
            }
        }
        forbidden
    }
}

impl PolicyStore {
    /// The levels among `open` at which one policy would forbid sharing.
    #[expect(clippy::too_many_arguments, reason = "a question and what if")]
    fn levels_forbidden(
        &self,
        forbid: &PotentialForbid,
        open: u8,
        facts: &Facts,
        owner: NationId,
        receiver: NationId,
        what_if: WhatIf,
        scratch: &mut Scratch,
    ) -> u8 {
        let imagined = matches!(forbid.policy.condition, Condition::Cedar(_)).then(|| {
            let mut facts = facts_without_marks(facts, true);
            facts.seen[(owner, receiver)] = what_if.exposure;
            facts.stance[receiver.index()] = what_if.stance;
            facts
        });
        let facts = imagined.as_ref().unwrap_or(facts);
        let slots = Slot::all().filter(|slot| open >> slot.index() & 1 == 1);
        let owners = self.rule_owners.as_slice();
        let mut forbidden = 0;
        for slot in slots {
            let pair = PairEvaluator { facts, owners, giver: owner, receiver, slot, what_if: Some(what_if) };
            if pair.within(&forbid.policy) && self.holds(&forbid.policy, &pair, scratch) != Some(false) {
                if !forbid.by_level {
                    return open;
                }
                forbidden |= 1 << slot.index();
            } else if !forbid.by_level {
                return 0;
            }
        }
        forbidden
    }
}
