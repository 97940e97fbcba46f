//! The value of a compiled expression for one pair and question, as Cedar would find it.
use super::facts::{Exposure, Facts, WhatIf};
use super::ir::{Arithmetic, Column, Comparison, Compiled, Kind, Mark, Node, Set};
use crate::world::ids::{NationId, RuleId};
use crate::world::levels::LEVELS;
use crate::world::sets::members;
use crate::world::slot::Slot;

/// An arithmetic overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overflow;

/// One pair and one question.
#[derive(Clone, Copy)]
pub(super) struct Cell<'f> {
    pub facts: &'f Facts,
    pub owners: &'f [Option<NationId>],
    pub giver: NationId,
    pub receiver: NationId,
    pub slot: Slot,
    pub what_if: Option<WhatIf>,
}

/// The value of a set: a row of bits over nations, or a list of numbers.
enum Members<'f> {
    Row(&'f [u64]),
    List(Vec<i64>),
}

impl Members<'_> {
    fn contains(&self, member: i64) -> bool {
        match self {
            Members::Row(words) => words[member as usize / 64] >> (member % 64) & 1 == 1,
            Members::List(list) => list.contains(&member),
        }
    }
    fn list(&self) -> Vec<i64> {
        match self {
            Members::Row(words) => members(words).map(|nation| nation.index() as i64).collect(),
            Members::List(list) => list.clone(),
        }
    }
    fn covers(&self, other: &Members<'_>) -> bool {
        match (self, other) {
            (Members::Row(a), Members::Row(b)) => a.iter().zip(*b).all(|(a, b)| b & !a == 0),
            _ => other.list().iter().all(|member| self.contains(*member)),
        }
    }
    fn meets(&self, other: &Members<'_>) -> bool {
        match (self, other) {
            (Members::Row(a), Members::Row(b)) => a.iter().zip(*b).any(|(a, b)| a & b != 0),
            _ => other.list().iter().any(|member| self.contains(*member)),
        }
    }
}

impl Cell<'_> {
    /// Whether a policy's scope covers this pair and question.
    pub(super) fn within(&self, policy: &Compiled) -> bool {
        policy.covers(self.slot)
            && policy.giver.contains(self.facts, self.giver)
            && policy.receiver.contains(self.facts, self.receiver)
    }

    /// Whether a condition holds here.
    pub(super) fn holds(&self, node: &Node) -> Result<bool, Overflow> {
        Ok(self.value(node)? != 0)
    }

    /// The value of an expression here.
    pub(super) fn value(&self, node: &Node) -> Result<i64, Overflow> {
        let yes = |yes: bool| Ok(i64::from(yes));
        match node {
            Node::Not(a) => yes(!self.holds(a)?),
            Node::Neg(a) => self.value(a)?.checked_neg().ok_or(Overflow),
            Node::Arith(op, a, b) => arithmetic(*op, self.value(a)?, self.value(b)?),
            Node::Compare(op, a, b) => match (&**a, &**b) {
                // What rules ask most, without a turn for each side.
                (Node::Seen(seen), Node::Const(than)) => yes(compare(*op, seen.of(&self.exposure()), *than)),
                (Node::Const(than), Node::Seen(seen)) => yes(compare(*op, *than, seen.of(&self.exposure()))),
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
            Node::ContainsAll(a, b) => yes(self.set(a)?.covers(&self.set(b)?)),
            Node::ContainsAny(a, b) => {
                let (a, b) = (self.set(a)?, self.set(b)?);
                yes(a.meets(&b))
            }
            Node::SameSet(a, b) => {
                let (a, b) = (self.set(a)?, self.set(b)?);
                yes(a.covers(&b) && b.covers(&a))
            }
            Node::IsEmpty(set) => yes(self.set(set)?.list().is_empty()),
            Node::Known(a, known) => self.value(a).map(|_| i64::from(*known)),
            Node::Kept(_, _, a) => self.value(a),
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
            Node::Seen(seen) => seen.of(&self.exposure()),
            Node::SideCeiling => self.side_ceiling(),
            Node::Of(column, nation) => self.column(*column, self.value(nation)? as usize),
            Node::Quarters(rule) => self.quarters(*rule),
            Node::Mark(rule, mark) => i64::from(self.mark(*rule, *mark)),
            _ => unreachable!("every node with parts is handled by `value`"),
        })
    }

    fn exposure(&self) -> Exposure {
        self.what_if.map_or_else(|| self.facts.seen[(self.giver, self.receiver)], |what_if| what_if.exposure)
    }

    fn column(&self, column: Column, nation: usize) -> i64 {
        match self.what_if {
            Some(what_if) if column == Column::Stance && nation == self.receiver.index() => what_if.stance,
            _ => column.of(self.facts)[nation],
        }
    }

    /// The rank of the highest ceiling of an agreement made during the run that joins the pair; -1 if none does.
    pub(super) fn side_ceiling(&self) -> i64 {
        let joined = |rank: &usize| self.facts.side[*rank].get(self.giver, self.receiver);
        (0..LEVELS).rev().find(joined).map_or(-1, |rank| rank as i64)
    }

    /// A giver sees its own rules only.
    pub(super) fn quarters(&self, rule: RuleId) -> i64 {
        if self.owns(rule) { self.facts.rule(rule).quarters_in_force } else { -1 }
    }

    fn mark(&self, rule: RuleId, mark: Mark) -> bool {
        let state = self.facts.rule(rule);
        self.owns(rule)
            && match mark {
                Mark::Waived => state.waived.contains(self.receiver),
                Mark::TearLine => state.tear_line.contains(self.receiver),
                Mark::Restoring => state.restoring.contains(self.receiver),
            }
    }

    pub(super) fn owns(&self, rule: RuleId) -> bool {
        self.owners[rule.index()] == Some(self.giver)
    }

    fn is_in(&self, kind: Kind, entity: i64, of: Kind, set: &Members<'_>) -> bool {
        let nation = || NationId::new(entity as usize);
        match (kind, of) {
            (Kind::Nation, Kind::Group) => set.list().iter().any(|g| self.facts.groups[*g as usize].contains(nation())),
            (Kind::Nation, Kind::Agreement) => {
                set.list().iter().any(|a| self.facts.agreements[*a as usize].contains(nation()))
            }
            (kind, of) => kind == of && set.contains(entity),
        }
    }

    fn set(&self, set: &Set) -> Result<Members<'_>, Overflow> {
        Ok(match set {
            Set::Informs(of) => Members::Row(self.facts.informs.row(NationId::new(self.value(of)? as usize))),
            Set::Restricts(of) => Members::Row(self.facts.restricts.row(NationId::new(self.value(of)? as usize))),
            Set::List(items) => {
                Members::List(items.iter().map(|item| self.value(item)).collect::<Result<Vec<_>, _>>()?)
            }
            Set::If(c, a, b) => self.set(if self.holds(c)? { a } else { b })?,
        })
    }
}

/// Checked, as Cedar's is.
pub(super) fn arithmetic(op: Arithmetic, a: i64, b: i64) -> Result<i64, Overflow> {
    match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Sub => a.checked_sub(b),
        Arithmetic::Mul => a.checked_mul(b),
    }
    .ok_or(Overflow)
}

pub(super) fn compare(op: Comparison, a: i64, b: i64) -> bool {
    match op {
        Comparison::Equal => a == b,
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
    }
}
