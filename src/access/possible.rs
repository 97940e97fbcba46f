//! Whether a rule's condition can hold, and can fail, judged by the range of everything it reads.
use super::ir::{Comparison, Condition, Node};
use super::policies::Policies;
use super::range::{Range, fact_ranges, range};
use crate::scenario::Scenario;
use crate::world::ids::RuleId;
use serde::Serialize;

/// What the ranges of what a condition reads say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Prospect {
    /// It holds for no value that what it reads may take: proved.
    Never,
    /// It holds for every value: proved.
    Always,
    /// Neither is proved.
    Sometimes,
}

/// Whether something may be no, and may be yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct May {
    no: bool,
    yes: bool,
}

const EITHER: May = May { no: true, yes: true };

impl Policies {
    /// What the ranges of what it reads say of a rule's bare condition. Each part is judged by itself, so that what
    /// two parts exclude together is not seen: `Sometimes` proves nothing.
    pub fn prospect(&self, scenario: &Scenario, rule: RuleId) -> Prospect {
        let Condition::Tree(node) = &self.book.declared[rule.index()].policy.condition else {
            return Prospect::Sometimes;
        };
        match truth(node, &fact_ranges(scenario)) {
            May { yes: false, .. } => Prospect::Never,
            May { no: false, .. } => Prospect::Always,
            May { .. } => Prospect::Sometimes,
        }
    }
}

/// Whether a yes or no may be either.
fn truth(node: &Node, facts: &[Range]) -> May {
    let of = |node: &Node| truth(node, facts);
    match node {
        Node::Not(a) => {
            let a = of(a);
            May { no: a.yes, yes: a.no }
        }
        Node::And(a, b) => {
            let (a, b) = (of(a), of(b));
            May { no: a.no || b.no, yes: a.yes && b.yes }
        }
        Node::Or(a, b) => {
            let (a, b) = (of(a), of(b));
            May { no: a.no && b.no, yes: a.yes || b.yes }
        }
        Node::If(c, a, b) => {
            let (c, a, b) = (of(c), of(a), of(b));
            May { no: c.yes && a.no || c.no && b.no, yes: c.yes && a.yes || c.no && b.yes }
        }
        Node::Kept(_, _, a) => of(a),
        Node::Known(_, known) => May { no: !known, yes: *known },
        Node::Compare(op, a, b) => match (range(a, facts), range(b, facts)) {
            (Ok(a), Ok(b)) => compared(*op, a, b),
            _ => EITHER,
        },
        Node::Const(value) => May { no: *value == 0, yes: *value != 0 },
        _ => EITHER,
    }
}

fn compared(op: Comparison, a: Range, b: Range) -> May {
    match op {
        Comparison::Less => May { yes: a.0 < b.1, no: a.1 >= b.0 },
        Comparison::LessEqual => May { yes: a.0 <= b.1, no: a.1 > b.0 },
        Comparison::Equal => May { yes: a.0 <= b.1 && b.0 <= a.1, no: !(a.0 == a.1 && b.0 == b.1 && a.0 == b.0) },
    }
}

#[cfg(test)]
mod tests {
    use super::super::ir::Seen;
    use super::*;

    #[test]
    fn ranges_prove_what_can_never_and_what_must_hold() {
        let seen = || Box::new(Node::Seen(Seen::Core));
        let number = |value| Box::new(Node::Const(value));
        let below = |value| Node::Compare(Comparison::Less, seen(), number(value));
        let above = |value| Node::Not(Box::new(Node::Compare(Comparison::LessEqual, seen(), number(value))));
        let cases = [
            (above(0), EITHER),
            (above(100), May { no: true, yes: false }),
            (above(-1), May { no: false, yes: true }),
            (below(101), May { no: false, yes: true }),
            (Node::And(Box::new(above(0)), Box::new(above(100))), May { no: true, yes: false }),
            (Node::Or(Box::new(above(100)), Box::new(above(0))), EITHER),
            (Node::And(Box::new(above(50)), Box::new(below(20))), EITHER),
        ];
        for (node, expected) in cases {
            assert_eq!(truth(&node, &[]), expected, "{node:?}");
        }
    }
}
