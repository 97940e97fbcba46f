//! The compiled form of a condition: a small typed tree over whole numbers, and what each part of it reads.
mod policy;

use super::facts::{Exposure, Facts};
use crate::world::ids::{FactId, RuleId};
pub(super) use policy::{Compiled, Condition, Left, Scope};

/// What an entity is; its number is its rank in the roster of its kind (for actions, their rank).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Nation,
    Group,
    Agreement,
    Action,
}

/// A column of the giver's view of the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Core,
    Access,
    Government,
    Access4g,
    Access5g,
    Mission,
}

impl Seen {
    pub(super) fn of(self, exposure: &Exposure) -> i64 {
        i64::from(match self {
            Seen::Core => exposure.core,
            Seen::Access => exposure.access,
            Seen::Government => exposure.government,
            Seen::Access4g => exposure.access_4g,
            Seen::Access5g => exposure.access_5g,
            Seen::Mission => exposure.mission,
        })
    }
}

/// A column over nations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Stance,
    Clearance,
    Alignment,
    Fact(FactId),
}

impl Column {
    pub(super) fn of(self, facts: &Facts) -> &[i64] {
        match self {
            Column::Stance => &facts.stance,
            Column::Clearance => &facts.clearance,
            Column::Alignment => &facts.alignment_percent,
            Column::Fact(fact) => &facts.declared[fact.index()],
        }
    }
}

/// The yes-or-no state of a rule towards a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Waived,
    TearLine,
    Restoring,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Sub,
    Mul,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Less,
    LessEqual,
}

/// An expression whose value is one number: a whole number, a yes (1) or no (0), or an entity's rank.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Const(i64),
    Giver,
    Receiver,
    Action,
    Level,
    Seen(Seen),
    SideCeiling,
    /// A column at a nation.
    Of(Column, Box<Node>),
    Quarters(RuleId),
    Mark(RuleId, Mark),
    Not(Box<Node>),
    Neg(Box<Node>),
    Arith(Arithmetic, Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    /// Whether an entity of the first kind is, or is below, one of a set's of the second kind.
    In(Kind, Box<Node>, Kind, Box<Set>),
    Contains(Box<Set>, Box<Node>),
    ContainsAll(Box<Set>, Box<Set>),
    ContainsAny(Box<Set>, Box<Set>),
    IsEmpty(Box<Set>),
    SameSet(Box<Set>, Box<Set>),
    /// Known in advance, but the operand is evaluated for its errors.
    Known(Box<Node>, bool),
    /// A yes or no that is evaluated once and kept: for the whole sweep, or for one giver.
    Kept(Keep, usize, Box<Node>),
}

/// For how long a kept value holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// It reads nothing of the receiver: one value serves a whole row, and takes no place.
    Row,
    /// It reads the receiver only.
    Sweep,
    /// It reads neither action nor level.
    Giver,
}

/// An expression whose value is a set.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Set {
    Informs(Box<Node>),
    Restricts(Box<Node>),
    List(Vec<Node>),
    If(Box<Node>, Box<Set>, Box<Set>),
}

/// What an expression reads, as bits.
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
    /// Whether one value serves a whole row.
    pub(super) fn one_a_row(self) -> bool {
        !self.any(Reads::RECEIVER.and(Reads::PAIR))
    }
    /// Whether it depends on the question.
    pub(super) fn slot(self) -> bool {
        self.any(Reads::ACTION.and(Reads::LEVEL))
    }
}

impl Node {
    /// What it reads, its parts included.
    pub(super) fn reads(&self) -> Reads {
        match self {
            Node::Const(_) => Reads::NOTHING,
            Node::Giver | Node::Quarters(_) => Reads::GIVER,
            Node::Receiver => Reads::RECEIVER,
            Node::Action => Reads::ACTION,
            Node::Level => Reads::LEVEL,
            Node::Seen(_) | Node::SideCeiling | Node::Mark(..) => Reads::PAIR,
            Node::Of(_, a) | Node::Not(a) | Node::Neg(a) | Node::Known(a, _) | Node::Kept(_, _, a) => a.reads(),
            Node::Arith(_, a, b) | Node::Compare(_, a, b) | Node::And(a, b) | Node::Or(a, b) => {
                a.reads().and(b.reads())
            }
            Node::If(a, b, c) => a.reads().and(b.reads()).and(c.reads()),
            Node::In(_, a, _, set) | Node::Contains(set, a) => a.reads().and(set.reads()),
            Node::ContainsAll(a, b) | Node::ContainsAny(a, b) | Node::SameSet(a, b) => a.reads().and(b.reads()),
            Node::IsEmpty(set) => set.reads(),
        }
    }

    /// The tree with every part replaced, the innermost first.
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
            Node::Kept(_, _, a) => return a.rewrite(change),
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

impl Set {
    pub(super) fn reads(&self) -> Reads {
        match self {
            Set::Informs(of) | Set::Restricts(of) => of.reads(),
            Set::List(items) => items.iter().fold(Reads::NOTHING, |all, item| all.and(item.reads())),
            Set::If(c, a, b) => c.reads().and(a.reads()).and(b.reads()),
        }
    }
    fn rewrite(self, change: &mut dyn FnMut(Node) -> Node) -> Set {
        match self {
            Set::Informs(of) => Set::Informs(Box::new(of.rewrite(change))),
            Set::Restricts(of) => Set::Restricts(Box::new(of.rewrite(change))),
            Set::List(items) => Set::List(items.into_iter().map(|item| item.rewrite(change)).collect()),
            Set::If(c, a, b) => {
                Set::If(Box::new(c.rewrite(change)), Box::new(a.rewrite(change)), Box::new(b.rewrite(change)))
            }
        }
    }
}
