//! What owners declare: on whom a rule's bare condition holds, and what it would forbid if enforced in full.
use super::answer::AccessError;
use super::assemble;
use super::cell::Cell;
use super::compile::{Names, compile};
use super::facts::{Exposure, Facts, WhatIf};
use super::ir::{Comparison, Compiled, Condition, Node};
use super::keep::keep;
use super::lower::Parts;
use super::policies::{Book, Policies, may_contain};
use super::scratch::Scratch;
use crate::scenario::format::RuleEntry;
use crate::world::ids::{NationId, RuleId};
use crate::world::levels::LEVELS;
use crate::world::sets::NationSet;
use crate::world::slot::Slot;

/// How long a rule counts as in force where grace is ignored: the longest grace a scenario may give, in quarters.
const LONG_IN_FORCE: i64 = 400;

/// A rule's bare condition: `when` and `unless`, no marks.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    grace: i64,
    policy: Compiled,
}

impl Declared {
    pub(super) fn of(id: &str, rule: &RuleEntry, names: &Names<'_>, kept: &mut usize) -> Self {
        let policy = assemble::parse(id, &Parts::of(id, rule).bare().text);
        let policy = compile(&policy, names).with(|node| keep(node.rewrite(&mut unmarked), kept));
        Self { grace: i64::from(rule.grace_quarters), policy }
    }
}

impl Declared {
    /// The bare condition, within its scope.
    pub(super) fn policy(&self) -> &Compiled {
        &self.policy
    }
}

/// What may forbid sharing, enforced in full.
#[derive(Clone, Debug)]
pub(super) struct Threat {
    /// Where it is a rule of `[rules]`: nothing before it is announced.
    rule: Option<RuleId>,
    policy: Compiled,
    /// Whether its condition reads the level.
    by_level: bool,
}

impl Threat {
    fn of(rule: Option<RuleId>, policy: &Compiled) -> Self {
        let in_full = |node: Node| node.rewrite(&mut |node| in_force(unmarked(node)));
        let policy = policy.clone().with(in_full);
        let by_level = policy.tree().is_none_or(|node| node.reads().slot());
        Self { rule, policy, by_level }
    }
}

/// Nobody is spared, nobody lingers.
fn unmarked(node: Node) -> Node {
    if let Node::Mark(..) = node { Node::Const(0) } else { node }
}

/// What is announced has long been in force.
fn in_force(node: Node) -> Node {
    let Node::Quarters(_) = node else { return node };
    let zero = Box::new(Node::Const(0));
    let unannounced = Node::Compare(Comparison::Less, Box::new(node.clone()), zero);
    Node::If(Box::new(unannounced), Box::new(node), Box::new(Node::Const(LONG_IN_FORCE)))
}

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

impl Book {
    /// What each nation may restrict by: its rules, and the complete policies that may cover it.
    pub(super) fn threats(&self, nations: usize) -> Vec<Vec<Threat>> {
        let rules = self.declared.iter().enumerate().map(|(rank, d)| Threat::of(Some(RuleId::new(rank)), &d.policy));
        let complete = self.entries.iter().filter(|entry| entry.forbids && entry.draft.rule.is_none());
        let all: Vec<Threat> = rules.chain(complete.map(|entry| Threat::of(None, &entry.policy))).collect();
        let of = |nation| all.iter().filter(|t| may_contain(t.policy.giver, NationId::new(nation))).cloned().collect();
        (0..nations).map(of).collect()
    }
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
