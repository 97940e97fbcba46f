//! Abstract interpretation: whether a rule's condition can be true and can be false, by the ranges of what it reads.
use super::ir::{CompareOp, Condition, Node};
use super::policies::Policies;
use super::range::{ValueRange, fact_ranges, value_range};
use crate::scenario::Scenario;
use crate::world::ids::RuleId;
use serde::Serialize;

/// Which results of a condition the ranges of its inputs exclude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Satisfiability {
    /// It is proved false for all values of its inputs.
    Never,
    /// It is proved true for all values of its inputs.
    Always,
    /// Neither is proved.
    Sometimes,
}

/// The results that a Boolean may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PossibleTruth {
    no: bool,
    yes: bool,
}

const EITHER: PossibleTruth = PossibleTruth { no: true, yes: true };

impl Policies {
    /// Which results of a rule's bare condition are proved impossible. The analysis takes each part by itself and misses
    /// what two parts exclude together, so `Sometimes` proves nothing.
    pub fn satisfiability(&self, scenario: &Scenario, rule: RuleId) -> Satisfiability {
        let Condition::Tree(node) = &self.store.declared[rule.index()].policy.condition else {
            return Satisfiability::Sometimes;
        };
        match truth(node, &fact_ranges(scenario)) {
            PossibleTruth { yes: false, .. } => Satisfiability::Never,
            PossibleTruth { no: false, .. } => Satisfiability::Always,
            PossibleTruth { .. } => Satisfiability::Sometimes,
        }
    }
}

/// The results that a Boolean expression may have.
fn truth(node: &Node, facts: &[ValueRange]) -> PossibleTruth {
    let of = |node: &Node| truth(node, facts);
    match node {
        Node::Not(a) => {
            let a = of(a);
            PossibleTruth { no: a.yes, yes: a.no }
        }
        Node::And(a, b) => {
            let (a, b) = (of(a), of(b));
            PossibleTruth { no: a.no || b.no, yes: a.yes && b.yes }
        }
        Node::Or(a, b) => {
            let (a, b) = (of(a), of(b));
            PossibleTruth { no: a.no && b.no, yes: a.yes || b.yes }
        }
        Node::If(c, a, b) => {
            let (c, a, b) = (of(c), of(a), of(b));
            PossibleTruth { no: c.yes && a.no || c.no && b.no, yes: c.yes && a.yes || c.no && b.yes }
        }
        Node::Cached(_, _, a) => of(a),
        Node::Known(_, known) => PossibleTruth { no: !known, yes: *known },
        Node::Compare(op, a, b) => match (value_range(a, facts), value_range(b, facts)) {
            (Ok(a), Ok(b)) => compared(*op, a, b),
            _ => EITHER,
        },
        Node::Const(value) => PossibleTruth { no: *value == 0, yes: *value != 0 },
        _ => EITHER,
    }
}

fn compared(op: CompareOp, a: ValueRange, b: ValueRange) -> PossibleTruth {
    match op {
        CompareOp::Less => PossibleTruth { yes: a.0 < b.1, no: a.1 >= b.0 },
        CompareOp::LessEqual => PossibleTruth { yes: a.0 <= b.1, no: a.1 > b.0 },
        CompareOp::Equal => {
            PossibleTruth { yes: a.0 <= b.1 && b.0 <= a.1, no: !(a.0 == a.1 && b.0 == b.1 && a.0 == b.0) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ir::ExposureField;
    use super::*;

    #[test]
    fn ranges_prove_what_can_never_and_what_must_hold() {
        let seen = || Box::new(Node::Exposure(ExposureField::Core));
        let number = |value| Box::new(Node::Const(value));
        let below = |value| Node::Compare(CompareOp::Less, seen(), number(value));
        let above = |value| Node::Not(Box::new(Node::Compare(CompareOp::LessEqual, seen(), number(value))));
        let cases = [
            (above(0), EITHER),
            (above(100), PossibleTruth { no: true, yes: false }),
            (above(-1), PossibleTruth { no: false, yes: true }),
            (below(101), PossibleTruth { no: false, yes: true }),
            (Node::And(Box::new(above(0)), Box::new(above(100))), PossibleTruth { no: true, yes: false }),
            (Node::Or(Box::new(above(100)), Box::new(above(0))), EITHER),
            (Node::And(Box::new(above(50)), Box::new(below(20))), EITHER),
        ];
        for (node, expected) in cases {
            assert_eq!(truth(&node, &[]), expected, "{node:?}");
        }
    }
}
