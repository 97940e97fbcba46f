//! A comparison that cannot fail proves nothing: every fault planted in the compiled form is found.
use super::decisions::{Tally, compare_world};
use super::worlds::generated;
use crate::access::Policies;
use crate::access::ir::{Arithmetic, Column, Comparison, Compiled, Condition, Keep, Kind, Mark, Node, Seen, Set};
use std::sync::Arc;

/// What breaks a compiled policy.
type Fault = Box<dyn Fn(Compiled) -> Compiled>;

/// The same policies with a fault in every condition.
fn planted(policies: &Policies, fault: &dyn Fn(Compiled) -> Compiled) -> Policies {
    let mut book = (*policies.book).clone();
    for entry in &mut book.entries {
        entry.policy = fault(entry.policy.clone());
    }
    Policies { book: Arc::new(book) }
}

/// A fault in a node, wherever it stands.
fn each(change: fn(Node) -> Node) -> Fault {
    Box::new(move |policy| policy.with(|node| node.rewrite(&mut |node| change(node))))
}

fn swapped(node: Node) -> Node {
    match node {
        Node::If(c, a, b) => Node::If(c, b, a),
        other => other,
    }
}

fn less_or_equal(node: Node) -> Node {
    match node {
        Node::Compare(Comparison::Less, a, b) => Node::Compare(Comparison::LessEqual, a, b),
        other => other,
    }
}

fn never_equal(node: Node) -> Node {
    match node {
        Node::Compare(Comparison::LessEqual, a, b) => Node::Compare(Comparison::Less, a, b),
        other => other,
    }
}

fn wrong_column(node: Node) -> Node {
    match node {
        Node::Of(Column::Stance, of) => Node::Of(Column::Clearance, of),
        other => other,
    }
}

fn wrong_sight(node: Node) -> Node {
    if node == Node::Seen(Seen::Access4g) { Node::Seen(Seen::Access5g) } else { node }
}

fn wrong_mark(node: Node) -> Node {
    match node {
        Node::Mark(rule, Mark::Restoring) => Node::Mark(rule, Mark::TearLine),
        other => other,
    }
}

fn wrong_sign(node: Node) -> Node {
    match node {
        Node::Arith(Arithmetic::Sub, a, b) => Node::Arith(Arithmetic::Sub, b, a),
        other => other,
    }
}

fn wrong_side(node: Node) -> Node {
    match node {
        Node::Contains(set, member) => match *set {
            Set::Informs(of) => Node::Contains(Box::new(Set::Restricts(of)), member),
            other => Node::Contains(Box::new(other), member),
        },
        other => other,
    }
}

fn all_for_any(node: Node) -> Node {
    match node {
        Node::ContainsAny(a, b) => Node::ContainsAll(a, b),
        other => other,
    }
}

fn reversed_or(node: Node) -> Node {
    match node {
        Node::Or(a, b) => Node::Or(b, a),
        other => other,
    }
}

fn reversed_and(node: Node) -> Node {
    match node {
        Node::And(a, b) => Node::And(b, a),
        other => other,
    }
}

fn nobody_inside(node: Node) -> Node {
    match node {
        Node::In(Kind::Nation, _, Kind::Group, _) => Node::Const(0),
        other => other,
    }
}

fn no_level(node: Node) -> Node {
    if node == Node::Level { Node::Const(0) } else { node }
}

fn deaf(mut policy: Compiled) -> Compiled {
    policy.deaf = true;
    policy
}

/// A giver's row served to the next giver.
fn kept_too_long(policy: Compiled) -> Compiled {
    policy.with(|node| match node {
        Node::Kept(Keep::Giver, at, inner) => Node::Kept(Keep::Sweep, at, inner),
        Node::And(a, b) => match *b {
            Node::Kept(Keep::Giver, at, inner) => Node::And(a, Box::new(Node::Kept(Keep::Sweep, at, inner))),
            b => Node::And(a, Box::new(b)),
        },
        other => other,
    })
}

fn one_question_fewer(mut policy: Compiled) -> Compiled {
    policy.slots &= !1;
    policy
}

fn everyone_receives(mut policy: Compiled) -> Compiled {
    policy.receiver = crate::access::ir::Scope::Anyone;
    policy
}

#[test]
fn every_planted_fault_is_found() {
    let faults: [(&str, Fault); 18] = [
        ("swapped branches", each(swapped)),
        ("< as <=", each(less_or_equal)),
        ("<= as <", each(never_equal)),
        ("another column", each(wrong_column)),
        ("another percentage", each(wrong_sight)),
        ("another mark", each(wrong_mark)),
        ("reversed subtraction", each(wrong_sign)),
        ("another set", each(wrong_side)),
        ("all for any", each(all_for_any)),
        ("|| from the right", each(reversed_or)),
        ("&& from the right", each(reversed_and)),
        ("nobody in a group", each(nobody_inside)),
        ("no level", each(no_level)),
        ("errors unnoticed", Box::new(deaf)),
        ("kept too long", Box::new(kept_too_long)),
        ("a question missed", Box::new(one_question_fewer)),
        ("scope ignored", Box::new(everyone_receives)),
        ("negated", Box::new(|policy: Compiled| policy.with(|node| Node::Not(Box::new(node))))),
    ];
    for (name, fault) in faults {
        let found = (0..200).find(|number| {
            let (number, reckless) = (5000 + number, true);
            let world = generated(number, reckless);
            let policies = planted(&world.policies, &*fault);
            let mut tally = Tally::default();
            compare_world(&world, &policies, number, reckless, &mut tally).is_err()
        });
        assert!(found.is_some(), "`{name}` goes unnoticed in 200 worlds");
    }
}

#[test]
fn without_a_fault_nothing_is_found() {
    for number in 5000..5020 {
        let world = generated(number, true);
        let same = planted(&world.policies, &|policy| policy);
        let mut tally = Tally::default();
        assert_eq!(compare_world(&world, &same, number, true, &mut tally), Ok(()));
        assert!(
            world
                .policies
                .book
                .entries
                .iter()
                .all(|e| !matches!(&e.policy.condition, Condition::Tree(_) if e.policy.deaf))
        );
    }
}
