//! Interval arithmetic: the range of a compiled expression, to refuse arithmetic that could overflow.
use super::ir::{ArithmeticOp, NationAttribute, Node, SetNode};
use crate::scenario::Scenario;
use crate::scenario::format::{FactEntry, FactType};

/// The least and the greatest value, in 128 bits, so that an overflow of 64 bits is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ValueRange(pub(super) i128, pub(super) i128);

impl ValueRange {
    pub(super) fn new(least: i64, greatest: i64) -> Self {
        Self(i128::from(least), i128::from(greatest))
    }
    fn hull(self, other: ValueRange) -> ValueRange {
        ValueRange(self.0.min(other.0), self.1.max(other.1))
    }
    fn fits(self) -> bool {
        self.0 >= i128::from(i64::MIN) && self.1 <= i128::from(i64::MAX)
    }
}

/// An overflow is possible. The analysis ignores conditions that guard the arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MayOverflow;

/// The greatest number of quarters a scenario may last.
const QUARTERS: i64 = 100 * 4;

/// The range of each fact of a scenario, by rank.
pub(super) fn fact_ranges(scenario: &Scenario) -> Vec<ValueRange> {
    scenario.file.facts.values().map(fact_range).collect()
}

fn fact_range(fact: &FactEntry) -> ValueRange {
    const BOUND: i64 = 1_000_000_000;
    match fact.kind {
        FactType::Boolean => ValueRange::new(0, 1),
        FactType::Integer => ValueRange::new(fact.min.unwrap_or(-BOUND), fact.max.unwrap_or(BOUND)),
    }
}

/// The range of an expression's value; `facts` holds the range of each fact.
pub(super) fn value_range(node: &Node, facts: &[ValueRange]) -> Result<ValueRange, MayOverflow> {
    let of = |node: &Node| value_range(node, facts);
    let truth = Ok(ValueRange(0, 1));
    match node {
        Node::Const(value) => Ok(ValueRange::new(*value, *value)),
        Node::Giver | Node::Receiver | Node::Action => Ok(ValueRange(0, i128::from(u16::MAX))),
        Node::Level => Ok(ValueRange(0, 4)),
        Node::SideCeiling => Ok(ValueRange(-1, 4)),
        Node::Exposure(_) => Ok(ValueRange(0, 100)),
        Node::Quarters(_) => Ok(ValueRange::new(-1, QUARTERS)),
        Node::RuleMark(..) => truth,
        Node::Of(column, nation) => of(nation).map(|_| match column {
            NationAttribute::Stance => ValueRange(0, 3),
            NationAttribute::Clearance => ValueRange(0, 4),
            NationAttribute::Alignment => ValueRange(0, 100),
            NationAttribute::Fact(fact) => facts[fact.index()],
        }),
        Node::Neg(a) => fitting(of(a).map(|a| ValueRange(-a.1, -a.0))?),
        Node::Arith(op, a, b) => fitting(combined(*op, of(a)?, of(b)?)),
        Node::If(c, a, b) => {
            of(c)?;
            Ok(of(a)?.hull(of(b)?))
        }
        Node::Cached(_, _, a) => of(a),
        Node::Not(a) | Node::Known(a, _) => check_all(&[a], facts).and(truth),
        Node::Compare(_, a, b) | Node::And(a, b) | Node::Or(a, b) => check_all(&[a, b], facts).and(truth),
        Node::In(_, a, _, set) | Node::Contains(set, a) => check_all(&[a], facts).and(check_set(set, facts)).and(truth),
        Node::ContainsAll(a, b) | Node::ContainsAny(a, b) | Node::SameSet(a, b) => {
            check_set(a, facts).and(check_set(b, facts)).and(truth)
        }
        Node::IsEmpty(set) => check_set(set, facts).and(truth),
    }
}

/// Checks expressions of which only the errors matter.
fn check_all(nodes: &[&Node], facts: &[ValueRange]) -> Result<(), MayOverflow> {
    nodes.iter().try_for_each(|node| value_range(node, facts).map(|_| ()))
}

/// Checks the members of a set.
fn check_set(set: &SetNode, facts: &[ValueRange]) -> Result<(), MayOverflow> {
    match set {
        SetNode::Informs(of) | SetNode::Restricts(of) => value_range(of, facts).map(|_| ()),
        SetNode::List(items) => items.iter().try_for_each(|item| value_range(item, facts).map(|_| ())),
        SetNode::If(c, a, b) => value_range(c, facts).map(|_| ()).and(check_set(a, facts)).and(check_set(b, facts)),
    }
}

/// The range of an operation on two ranges.
fn combined(op: ArithmeticOp, a: ValueRange, b: ValueRange) -> ValueRange {
    match op {
        ArithmeticOp::Add => ValueRange(a.0 + b.0, a.1 + b.1),
        ArithmeticOp::Sub => ValueRange(a.0 - b.1, a.1 - b.0),
        ArithmeticOp::Mul => {
            let corners = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
            let at = |best: fn(i128, i128) -> i128| corners.into_iter().reduce(best).expect("four corners");
            ValueRange(at(Ord::min), at(Ord::max))
        }
    }
}

/// The range, if 64 bits hold it.
fn fitting(range: ValueRange) -> Result<ValueRange, MayOverflow> {
    if range.fits() { Ok(range) } else { Err(MayOverflow) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arith(op: ArithmeticOp, a: Node, b: Node) -> Node {
        Node::Arith(op, Box::new(a), Box::new(b))
    }

    #[test]
    fn an_overflow_is_seen_where_the_ranges_allow_it() {
        let fact = || Node::Of(NationAttribute::Fact(crate::world::ids::FactId::new(0)), Box::new(Node::Receiver));
        let facts = [ValueRange::new(-1_000_000_000, 1_000_000_000)];
        let square = || arith(ArithmeticOp::Mul, fact(), fact());
        assert_eq!(
            value_range(&square(), &facts),
            Ok(ValueRange(-1_000_000_000_000_000_000, 1_000_000_000_000_000_000))
        );
        assert_eq!(value_range(&arith(ArithmeticOp::Mul, square(), fact()), &facts), Err(MayOverflow));
        let greatest = || Node::Const(i64::MAX);
        assert_eq!(value_range(&arith(ArithmeticOp::Add, greatest(), Node::Level), &facts), Err(MayOverflow));
        assert_eq!(
            value_range(&arith(ArithmeticOp::Sub, greatest(), Node::Level), &facts).map(|r| r.1),
            Ok(i64::MAX.into())
        );
        assert_eq!(value_range(&Node::Neg(Box::new(Node::Const(i64::MIN))), &facts), Err(MayOverflow));
    }
}
