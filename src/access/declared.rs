//! What owners declare: on whom a rule's bare condition holds, and what it would forbid if enforced in full.
use super::answer::AccessError;
use super::book::{Book, LONG_IN_FORCE, Threat};
use super::cell::Cell;
use super::facts::{Exposure, Facts, WhatIf};
use super::ir::Condition;
use super::policies::Policies;
use super::scratch::Scratch;
use crate::world::ids::{NationId, RuleId};
use crate::world::levels::LEVELS;
use crate::world::sets::NationSet;
use crate::world::slot::Slot;

/// The same for what is left to Cedar.
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
    /// The receivers on which a rule's bare condition holds for its owner: `when` and not `unless`, whoever is waived,
    /// on a tear-line or restoring. Nobody before the rule's grace has passed. Where the condition reads the action or
    /// the level, it is enough that it holds for one of those the rule forbids.
    pub fn triggers(&self, rule: RuleId, facts: &Facts, scratch: &mut Scratch) -> Result<NationSet, AccessError> {
        let declared = &self.book.declared[rule.index()];
        let mut triggered = NationSet::none(facts.nations);
        let owner = self.book.rule_owners[rule.index()];
        let Some(owner) = owner.filter(|_| facts.rule(rule).quarters_in_force >= declared.grace) else {
            return Ok(triggered);
        };
        let unmarked = declared.policy.tree().is_none().then(|| facts_without_marks(facts, false));
        let facts = unmarked.as_ref().unwrap_or(facts);
        let mut turn = self.book.turn(owner, facts, scratch);
        for slot in Slot::all().filter(|slot| declared.policy.covers(*slot)) {
            let planes = turn.planes(&declared.policy, slot);
            if let Some(receiver) = planes.err.iter().next() {
                return Err(self.book.error(&self.book.entries[rule.index()], owner, receiver));
            }
            triggered.union_with(&planes.yes);
            if declared.policy.tree().is_some_and(|node| !node.reads().slot()) {
                break;
            }
        }
        Ok(triggered)
    }

    /// Whether a rule's bare condition holds for its owner towards a receiver whose networks looked like this, whatever
    /// its grace; where it reads the action or the level, whether it holds for one of those the rule forbids. None
    /// where it cannot be decided.
    pub fn would_hold(
        &self,
        rule: RuleId,
        facts: &Facts,
        receiver: NationId,
        exposure: Exposure,
        scratch: &mut Scratch,
    ) -> Option<bool> {
        let policy = &self.book.declared[rule.index()].policy;
        let owner = self.book.rule_owners[rule.index()]?;
        let imagined = policy.tree().is_none().then(|| {
            let mut facts = facts_without_marks(facts, false);
            facts.seen[(owner, receiver)] = exposure;
            facts
        });
        let facts = imagined.as_ref().unwrap_or(facts);
        let what_if = Some(WhatIf { exposure, stance: facts.stance[receiver.index()] });
        let mut holds = false;
        for slot in Slot::all() {
            let cell = Cell { facts, owners: &self.book.rule_owners, giver: owner, receiver, slot, what_if };
            if cell.within(policy) {
                holds |= self.book.holds(policy, &cell, scratch)?;
            }
        }
        Some(holds)
    }

    /// The levels, one bit each, at which the owner's announced rules and the complete policies that cover it would
    /// forbid sharing with the receiver as it would be, enforced in full: no waivers, tear-lines or lingering, and no
    /// grace, for to be announced is enough. A rule that cannot be decided counts as one that forbids. Takes about
    /// 0.1 us; milliseconds where a policy is left to Cedar.
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
        for threat in &self.book.threats[owner.index()] {
            let open = threat.policy.slots & EVERY & !forbidden;
            let announced = threat.rule.is_none_or(|rule| facts.rule(rule).quarters_in_force >= 0);
            if open != 0 && announced {
                forbidden |= open & self.book.threatened(threat, open, facts, owner, receiver, what_if, scratch);
            }
        }
        forbidden
    }
}

impl Book {
    #[expect(clippy::too_many_arguments, reason = "a question and what if")]
    fn threatened(
        &self,
        threat: &Threat,
        open: u8,
        facts: &Facts,
        owner: NationId,
        receiver: NationId,
        what_if: WhatIf,
        scratch: &mut Scratch,
    ) -> u8 {
        let imagined = matches!(threat.policy.condition, Condition::Cedar(_)).then(|| {
            let mut facts = facts_without_marks(facts, true);
            facts.seen[(owner, receiver)] = what_if.exposure;
            facts.stance[receiver.index()] = what_if.stance;
            facts
        });
        let facts = imagined.as_ref().unwrap_or(facts);
        let slots = Slot::all().filter(|slot| open >> slot.index() & 1 == 1);
        let cell =
            |slot| Cell { facts, owners: &self.rule_owners, giver: owner, receiver, slot, what_if: Some(what_if) };
        let mut forbidden = 0;
        for slot in slots {
            let cell = cell(slot);
            if cell.within(&threat.policy) && self.holds(&threat.policy, &cell, scratch) != Some(false) {
                if !threat.by_level {
                    return open;
                }
                forbidden |= 1 << slot.index();
            } else if !threat.by_level {
                return 0;
            }
        }
        forbidden
    }
}
