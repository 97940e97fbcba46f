//! Whether arithmetic can overflow at all: the range of every number a rule may read is bounded.
use super::ir::{Arithmetic, Column, Node, Set};
use crate::scenario::Scenario;
use crate::scenario::format::FactType;

/// The least and the greatest value; wide enough to see an overflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range(pub(super) i128, pub(super) i128);

impl Range {
    pub(super) fn new(least: i64, greatest: i64) -> Self {
        Self(i128::from(least), i128::from(greatest))
    }
    fn hull(self, other: Range) -> Range {
        Range(self.0.min(other.0), self.1.max(other.1))
    }
    fn fits(self) -> bool {
        self.0 >= i128::from(i64::MIN) && self.1 <= i128::from(i64::MAX)
    }
}

/// An overflow is possible: guards around the arithmetic are not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MayOverflow;

/// The greatest number of quarters a scenario may last.
const QUARTERS: i64 = 100 * 4;

/// The range of each fact of a scenario.
pub(super) fn fact_ranges(scenario: &Scenario) -> Vec<Range> {
    const BOUND: i64 = 1_000_000_000;
    let range = |fact: &crate::scenario::format::FactEntry| match fact.kind {
        FactType::Boolean => Range::new(0, 1),
        FactType::Integer => Range::new(fact.min.unwrap_or(-BOUND), fact.max.unwrap_or(BOUND)),
    };
    scenario.file.facts.values().map(range).collect()
}

/// The range of an expression's value; `facts` holds the range of each fact.
pub(super) fn range(node: &Node, facts: &[Range]) -> Result<Range, MayOverflow> {
    let of = |node: &Node| range(node, facts);
    let truth = Ok(Range(0, 1));
    let all = |nodes: &[&Node]| nodes.iter().try_for_each(|node| of(node).map(|_| ()));
    match node {
        Node::Const(value) => Ok(Range::new(*value, *value)),
        Node::Giver | Node::Receiver | Node::Action => Ok(Range(0, i128::from(u16::MAX))),
        Node::Level => Ok(Range(0, 4)),
        Node::SideCeiling => Ok(Range(-1, 4)),
        Node::Seen(_) => Ok(Range(0, 100)),
        Node::Quarters(_) => Ok(Range::new(-1, QUARTERS)),
        Node::Mark(..) => truth,
        Node::Of(column, nation) => of(nation).map(|_| match column {
            Column::Stance => Range(0, 3),
            Column::Clearance => Range(0, 4),
            Column::Alignment => Range(0, 100),
            Column::Fact(fact) => facts[fact.index()],
        }),
        Node::Neg(a) => fitting(of(a).map(|a| Range(-a.1, -a.0))?),
        Node::Arith(op, a, b) => fitting(combined(*op, of(a)?, of(b)?)),
        Node::If(c, a, b) => {
            of(c)?;
            Ok(of(a)?.hull(of(b)?))
        }
        Node::Kept(_, _, a) => of(a),
        Node::Not(a) | Node::Known(a, _) => all(&[a]).and(truth),
        Node::Compare(_, a, b) | Node::And(a, b) | Node::Or(a, b) => all(&[a, b]).and(truth),
        Node::In(_, a, _, set) | Node::Contains(set, a) => all(&[a]).and(inside(set, facts)).and(truth),
        Node::ContainsAll(a, b) | Node::ContainsAny(a, b) | Node::SameSet(a, b) => {
            inside(a, facts).and(inside(b, facts)).and(truth)
        }
        Node::IsEmpty(set) => inside(set, facts).and(truth),
    }
}

fn inside(set: &Set, facts: &[Range]) -> Result<(), MayOverflow> {
    match set {
        Set::Informs(of) | Set::Restricts(of) => range(of, facts).map(|_| ()),
        Set::List(items) => items.iter().try_for_each(|item| range(item, facts).map(|_| ())),
        Set::If(c, a, b) => range(c, facts).map(|_| ()).and(inside(a, facts)).and(inside(b, facts)),
    }
}

fn combined(op: Arithmetic, a: Range, b: Range) -> Range {
    match op {
        Arithmetic::Add => Range(a.0 + b.0, a.1 + b.1),
        Arithmetic::Sub => Range(a.0 - b.1, a.1 - b.0),
        Arithmetic::Mul => {
            let corners = [a.0 * b.0, a.0 * b.1, a.1 * b.0, a.1 * b.1];
            let at = |best: fn(i128, i128) -> i128| corners.into_iter().reduce(best).expect("four corners");
            Range(at(Ord::min), at(Ord::max))
        }
    }
}

fn fitting(range: Range) -> Result<Range, MayOverflow> {
    if range.fits() { Ok(range) } else { Err(MayOverflow) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arith(op: Arithmetic, a: Node, b: Node) -> Node {
        Node::Arith(op, Box::new(a), Box::new(b))
    }

    #[test]
    fn an_overflow_is_seen_where_the_ranges_allow_it() {
        let fact = || Node::Of(Column::Fact(crate::world::ids::FactId::new(0)), Box::new(Node::Receiver));
        let facts = [Range::new(-1_000_000_000, 1_000_000_000)];
        let square = || arith(Arithmetic::Mul, fact(), fact());
        assert_eq!(range(&square(), &facts), Ok(Range(-1_000_000_000_000_000_000, 1_000_000_000_000_000_000)));
        assert_eq!(range(&arith(Arithmetic::Mul, square(), fact()), &facts), Err(MayOverflow));
        let greatest = || Node::Const(i64::MAX);
        assert_eq!(range(&arith(Arithmetic::Add, greatest(), Node::Level), &facts), Err(MayOverflow));
        assert_eq!(range(&arith(Arithmetic::Sub, greatest(), Node::Level), &facts).map(|r| r.1), Ok(i64::MAX.into()));
        assert_eq!(range(&Node::Neg(Box::new(Node::Const(i64::MIN))), &facts), Err(MayOverflow));
    }
}
