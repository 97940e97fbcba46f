//! The intermediate representation of conditions: a small typed tree over whole numbers, and what each part reads.
mod policy;

use super::facts::{Exposure, Facts};
use crate::world::ids::{FactId, RuleId};
pub(super) use policy::{CompiledPolicy, Condition, NationScope, Uncompiled};

/// The type of an entity. Its value is its rank in the roster of that type (for actions, `Action::rank`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntityKind {
    Nation,
    Group,
    Agreement,
    Action,
}

/// A field of the exposure that the giver sees at the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExposureField {
    Core,
    Access,
    Government,
    Access4g,
    Access5g,
    Mission,
}

impl ExposureField {
    /// The field's value, in percent.
    pub(super) fn value(self, exposure: &Exposure) -> i64 {
        i64::from(match self {
            ExposureField::Core => exposure.core,
            ExposureField::Access => exposure.access,
            ExposureField::Government => exposure.government,
            ExposureField::Access4g => exposure.access_4g,
            ExposureField::Access5g => exposure.access_5g,
            ExposureField::Mission => exposure.mission,
        })
    }
}

/// An attribute of nations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NationAttribute {
    Stance,
    Clearance,
    Alignment,
    Fact(FactId),
}

impl NationAttribute {
    /// The attribute of every nation, by nation.
    pub(super) fn values(self, facts: &Facts) -> &[i64] {
        match self {
            NationAttribute::Stance => &facts.stance,
            NationAttribute::Clearance => &facts.clearance,
            NationAttribute::Alignment => &facts.alignment_percent,
            NationAttribute::Fact(fact) => &facts.declared[fact.index()],
        }
    }
}

/// A Boolean that a rule has for each receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleMark {
    Waived,
    TearLine,
    Restoring,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArithmeticOp {
    Add,
    Sub,
    Mul,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CompareOp {
    Equal,
    Less,
    LessEqual,
}

/// An expression whose value is one number: a whole number, a Boolean (1 or 0), or an entity's rank.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Const(i64),
    Giver,
    Receiver,
    Action,
    Level,
    Exposure(ExposureField),
    SideCeiling,
    /// An attribute of a nation.
    Of(NationAttribute, Box<Node>),
    Quarters(RuleId),
    RuleMark(RuleId, RuleMark),
    Not(Box<Node>),
    Neg(Box<Node>),
    Arith(ArithmeticOp, Box<Node>, Box<Node>),
    Compare(CompareOp, Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    /// Cedar's `in`: true if the entity (of the first type) is, or belongs to, one of the set (of the second type).
    In(EntityKind, Box<Node>, EntityKind, Box<SetNode>),
    Contains(Box<SetNode>, Box<Node>),
    ContainsAll(Box<SetNode>, Box<SetNode>),
    ContainsAny(Box<SetNode>, Box<SetNode>),
    IsEmpty(Box<SetNode>),
    SameSet(Box<SetNode>, Box<SetNode>),
    /// A result that is known, with an operand that is evaluated only because it may err.
    Known(Box<Node>, bool),
    /// A Boolean that is computed once and cached; the number is its index in `Scratch::cached`.
    Cached(CacheLifetime, usize, Box<Node>),
}

/// How long a cached value is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CacheLifetime {
    /// For one row: it does not read the receiver, so one value serves all receivers. It is not stored.
    Row,
    /// For a whole decision: it reads only the receiver.
    Decision,
    /// For one giver: it reads neither action nor level.
    Giver,
}

/// An expression whose value is a set.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SetNode {
    Informs(Box<Node>),
    Restricts(Box<Node>),
    List(Vec<Node>),
    If(Box<Node>, Box<SetNode>, Box<SetNode>),
}

/// What an expression reads, as a set of bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reads(u8);

impl Reads {
    pub(super) const NOTHING: Reads = Reads(0);
    pub(super) const GIVER: Reads = Reads(1);
    pub(super) const RECEIVER: Reads = Reads(2);
    pub(super) const PAIR: Reads = Reads(4);
    pub(super) const ACTION: Reads = Reads(8);
    pub(super) const LEVEL: Reads = Reads(16);

    pub(super) fn and(self, other: Reads) -> Reads {
        Reads(self.0 | other.0)
    }
    pub(super) fn any(self, other: Reads) -> bool {
        self.0 & other.0 != 0
    }
    /// True if the value is the same for all receivers.
    pub(super) fn ignores_receiver(self) -> bool {
        !self.any(Reads::RECEIVER.and(Reads::PAIR))
    }
    /// True if the value depends on the action or the level.
    pub(super) fn question(self) -> bool {
        self.any(Reads::ACTION.and(Reads::LEVEL))
    }
}

impl Node {
    /// What the expression and its parts read.
    pub(super) fn reads(&self) -> Reads {
        match self {
            Node::Const(_) => Reads::NOTHING,
            Node::Giver | Node::Quarters(_) => Reads::GIVER,
            Node::Receiver => Reads::RECEIVER,
            Node::Action => Reads::ACTION,
            Node::Level => Reads::LEVEL,
            Node::Exposure(_) | Node::SideCeiling | Node::RuleMark(..) => Reads::PAIR,
            Node::Of(_, a) | Node::Not(a) | Node::Neg(a) | Node::Known(a, _) | Node::Cached(_, _, a) => a.reads(),
            Node::Arith(_, a, b) | Node::Compare(_, a, b) | Node::And(a, b) | Node::Or(a, b) => {
                a.reads().and(b.reads())
            }
            Node::If(a, b, c) => a.reads().and(b.reads()).and(c.reads()),
            Node::In(_, a, _, set) | Node::Contains(set, a) => a.reads().and(set.reads()),
            Node::ContainsAll(a, b) | Node::ContainsAny(a, b) | Node::SameSet(a, b) => a.reads().and(b.reads()),
            Node::IsEmpty(set) => set.reads(),
        }
    }

    /// The tree with `change` applied to every node, the innermost first.
    pub(super) fn rewrite(self, change: &mut dyn FnMut(Node) -> Node) -> Node {
        let mut sub = |node: Box<Node>| Box::new(node.rewrite(change));
        let whole = match self {
            Node::Of(c, a) => Node::Of(c, sub(a)),
            Node::Not(a) => Node::Not(sub(a)),
            Node::Neg(a) => Node::Neg(sub(a)),
            Node::Arith(op, a, b) => Node::Arith(op, sub(a), sub(b)),
            Node::Compare(op, a, b) => Node::Compare(op, sub(a), sub(b)),
            Node::And(a, b) => Node::And(sub(a), sub(b)),
            Node::Or(a, b) => Node::Or(sub(a), sub(b)),
            Node::If(a, b, c) => Node::If(sub(a), sub(b), sub(c)),
            Node::Known(a, known) => Node::Known(sub(a), known),
            Node::Cached(_, _, a) => return a.rewrite(change),
            Node::In(k, a, l, s) => Node::In(k, Box::new(a.rewrite(change)), l, Box::new(s.rewrite(change))),
            Node::Contains(s, a) => Node::Contains(Box::new(s.rewrite(change)), Box::new(a.rewrite(change))),
            Node::ContainsAll(a, b) => Node::ContainsAll(Box::new(a.rewrite(change)), Box::new(b.rewrite(change))),
            Node::ContainsAny(a, b) => Node::ContainsAny(Box::new(a.rewrite(change)), Box::new(b.rewrite(change))),
            Node::SameSet(a, b) => Node::SameSet(Box::new(a.rewrite(change)), Box::new(b.rewrite(change))),
            Node::IsEmpty(s) => Node::IsEmpty(Box::new(s.rewrite(change))),
            leaf => leaf,
        };
        change(whole)
    }
}

impl SetNode {
    pub(super) fn reads(&self) -> Reads {
        match self {
            SetNode::Informs(of) | SetNode::Restricts(of) => of.reads(),
            SetNode::List(items) => items.iter().fold(Reads::NOTHING, |all, item| all.and(item.reads())),
            SetNode::If(c, a, b) => c.reads().and(a.reads()).and(b.reads()),
        }
    }
    fn rewrite(self, change: &mut dyn FnMut(Node) -> Node) -> SetNode {
        match self {
            SetNode::Informs(of) => SetNode::Informs(Box::new(of.rewrite(change))),
            SetNode::Restricts(of) => SetNode::Restricts(Box::new(of.rewrite(change))),
            SetNode::List(items) => SetNode::List(items.into_iter().map(|item| item.rewrite(change)).collect()),
            SetNode::If(c, a, b) => {
                SetNode::If(Box::new(c.rewrite(change)), Box::new(a.rewrite(change)), Box::new(b.rewrite(change)))
            }
        }
    }
}
