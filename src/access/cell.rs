//! Evaluates a compiled expression for one pair and one question, with the result that Cedar would have.
use super::facts::{Exposure, Facts, WhatIf};
use super::ir::{ArithmeticOp, CompareOp, CompiledPolicy, EntityKind, NationAttribute, Node, RuleMark, SetNode};
use crate::world::ids::{NationId, RuleId};
use crate::world::levels::LEVELS;
use crate::world::sets::members;
use crate::world::slot::Slot;

/// An arithmetic overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overflow;

/// Evaluates expressions for one giver, one receiver and one question.
#[derive(Clone, Copy)]
pub(super) struct PairEvaluator<'f> {
    pub facts: &'f Facts,
    /// The owner of each rule.
    pub owners: &'f [Option<NationId>],
    pub giver: NationId,
    pub receiver: NationId,
    pub slot: Slot,
    /// Replaces what the facts say of the receiver.
    pub what_if: Option<WhatIf>,
}

/// The value of a set expression: a row of bits over nations, or a list of numbers.
enum SetValue<'f> {
    Row(&'f [u64]),
    List(Vec<i64>),
}

impl SetValue<'_> {
    fn contains(&self, member: i64) -> bool {
        match self {
            SetValue::Row(words) => words[member as usize / 64] >> (member % 64) & 1 == 1,
            SetValue::List(list) => list.contains(&member),
        }
    }
    fn list(&self) -> Vec<i64> {
        match self {
            SetValue::Row(words) => members(words).map(|nation| nation.index() as i64).collect(),
            SetValue::List(list) => list.clone(),
        }
    }
    fn is_superset(&self, other: &SetValue<'_>) -> bool {
        match (self, other) {
            (SetValue::Row(a), SetValue::Row(b)) => a.iter().zip(*b).all(|(a, b)| b & !a == 0),
            _ => other.list().iter().all(|member| self.contains(*member)),
        }
    }
    fn intersects(&self, other: &SetValue<'_>) -> bool {
        match (self, other) {
            (SetValue::Row(a), SetValue::Row(b)) => a.iter().zip(*b).any(|(a, b)| a & b != 0),
            _ => other.list().iter().any(|member| self.contains(*member)),
        }
    }
}

impl PairEvaluator<'_> {
    /// Whether a policy's scope covers this pair and question.
    pub(super) fn within(&self, policy: &CompiledPolicy) -> bool {
        policy.covers(self.slot)
            && policy.giver.contains(self.facts, self.giver)
            && policy.receiver.contains(self.facts, self.receiver)
    }

    /// Whether a condition holds.
    pub(super) fn holds(&self, node: &Node) -> Result<bool, Overflow> {
        Ok(self.value(node)? != 0)
    }

    /// The value of an expression.
    pub(super) fn value(&self, node: &Node) -> Result<i64, Overflow> {
        let yes = |yes: bool| Ok(i64::from(yes));
        match node {
            Node::Not(a) => yes(!self.holds(a)?),
            Node::Neg(a) => self.value(a)?.checked_neg().ok_or(Overflow),
            Node::Arith(op, a, b) => arithmetic(*op, self.value(a)?, self.value(b)?),
            Node::Compare(op, a, b) => match (&**a, &**b) {
                // The most frequent form in rules, evaluated without recursion.
                (Node::Exposure(field), Node::Const(than)) => yes(compare(*op, field.value(&self.exposure()), *than)),
                (Node::Const(than), Node::Exposure(field)) => yes(compare(*op, *than, field.value(&self.exposure()))),
                (a, b) => yes(compare(*op, self.value(a)?, self.value(b)?)),
            },
            Node::And(a, b) => yes(self.holds(a)? && self.holds(b)?),
            Node::Or(a, b) => yes(self.holds(a)? || self.holds(b)?),
            Node::If(c, a, b) => self.value(if self.holds(c)? { a } else { b }),
            Node::In(kind, a, of, set) => {
                let (entity, set) = (self.value(a)?, self.set(set)?);
                yes(self.is_in(*kind, entity, *of, &set))
            }
            Node::Contains(set, a) => {
                let set = self.set(set)?;
                let member = self.value(a)?;
                yes(set.contains(member))
            }
            Node::ContainsAll(a, b) => yes(self.set(a)?.is_superset(&self.set(b)?)),
            Node::ContainsAny(a, b) => {
                let (a, b) = (self.set(a)?, self.set(b)?);
                yes(a.intersects(&b))
            }
            Node::SameSet(a, b) => {
                let (a, b) = (self.set(a)?, self.set(b)?);
                yes(a.is_superset(&b) && b.is_superset(&a))
            }
            Node::IsEmpty(set) => yes(self.set(set)?.list().is_empty()),
            Node::Known(a, known) => self.value(a).map(|_| i64::from(*known)),
            Node::Cached(_, _, a) => self.value(a),
            leaf => self.leaf(leaf),
        }
    }

    fn leaf(&self, node: &Node) -> Result<i64, Overflow> {
        Ok(match node {
            Node::Const(value) => *value,
            Node::Giver => self.giver.index() as i64,
            Node::Receiver => self.receiver.index() as i64,
            Node::Action => self.slot.action().rank() as i64,
            Node::Level => self.slot.level_rank() as i64,
            Node::Exposure(field) => field.value(&self.exposure()),
            Node::SideCeiling => self.side_ceiling(),
            Node::Of(column, nation) => self.column(*column, self.value(nation)? as usize),
            Node::Quarters(rule) => self.quarters(*rule),
            Node::RuleMark(rule, mark) => i64::from(self.mark(*rule, *mark)),
            _ => unreachable!("every node with parts is handled by `value`"),
        })
    }

    fn exposure(&self) -> Exposure {
        self.what_if.map_or_else(|| self.facts.seen[(self.giver, self.receiver)], |what_if| what_if.exposure)
    }

    fn column(&self, column: NationAttribute, nation: usize) -> i64 {
        match self.what_if {
            Some(what_if) if column == NationAttribute::Stance && nation == self.receiver.index() => what_if.stance,
            _ => column.values(self.facts)[nation],
        }
    }

    /// The rank of the highest ceiling among the agreements made during the run that join the pair; -1 if none does.
    pub(super) fn side_ceiling(&self) -> i64 {
        let joined = |rank: &usize| self.facts.side[*rank].get(self.giver, self.receiver);
        (0..LEVELS).rev().find(joined).map_or(-1, |rank| rank as i64)
    }

    /// Quarters since a rule was announced; -1 unless the giver owns the rule.
    pub(super) fn quarters(&self, rule: RuleId) -> i64 {
        if self.owns(rule) { self.facts.rule(rule).quarters_in_force } else { -1 }
    }

    /// A mark of a rule; false unless the giver owns the rule.
    fn mark(&self, rule: RuleId, mark: RuleMark) -> bool {
        let state = self.facts.rule(rule);
        self.owns(rule)
            && match mark {
                RuleMark::Waived => state.waived.contains(self.receiver),
                RuleMark::TearLine => state.tear_line.contains(self.receiver),
                RuleMark::Restoring => state.restoring.contains(self.receiver),
            }
    }

    pub(super) fn owns(&self, rule: RuleId) -> bool {
        self.owners[rule.index()] == Some(self.giver)
    }

    fn is_in(&self, kind: EntityKind, entity: i64, of: EntityKind, set: &SetValue<'_>) -> bool {
        let nation = || NationId::new(entity as usize);
        match (kind, of) {
            (EntityKind::Nation, EntityKind::Group) => {
                set.list().iter().any(|g| self.facts.groups[*g as usize].contains(nation()))
            }
            (EntityKind::Nation, EntityKind::Agreement) => {
                set.list().iter().any(|a| self.facts.agreements[*a as usize].contains(nation()))
            }
            (kind, of) => kind == of && set.contains(entity),
        }
    }

    fn set(&self, set: &SetNode) -> Result<SetValue<'_>, Overflow> {
        Ok(match set {
            SetNode::Informs(of) => SetValue::Row(self.facts.informs.row(NationId::new(self.value(of)? as usize))),
            SetNode::Restricts(of) => SetValue::Row(self.facts.restricts.row(NationId::new(self.value(of)? as usize))),
            SetNode::List(items) => {
                SetValue::List(items.iter().map(|item| self.value(item)).collect::<Result<Vec<_>, _>>()?)
            }
            SetNode::If(c, a, b) => self.set(if self.holds(c)? { a } else { b })?,
        })
    }
}

/// Arithmetic that errs on overflow, as Cedar's does.
pub(super) fn arithmetic(op: ArithmeticOp, a: i64, b: i64) -> Result<i64, Overflow> {
    match op {
        ArithmeticOp::Add => a.checked_add(b),
        ArithmeticOp::Sub => a.checked_sub(b),
        ArithmeticOp::Mul => a.checked_mul(b),
    }
    .ok_or(Overflow)
}

pub(super) fn compare(op: CompareOp, a: i64, b: i64) -> bool {
    match op {
        CompareOp::Equal => a == b,
        CompareOp::Less => a < b,
        CompareOp::LessEqual => a <= b,
    }
}
