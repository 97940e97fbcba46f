//! Mutation tests: the comparison with Cedar finds every fault that is put into the compiled form.
use super::decisions::{DecisionCounts, compare_world};
use super::worlds::generated;
use crate::access::Policies;
use crate::access::ir::{
    ArithmeticOp, CacheLifetime, CompareOp, CompiledPolicy, Condition, EntityKind, ExposureField, NationAttribute,
    Node, RuleMark, SetNode,
};
use std::sync::Arc;

/// A change that breaks a compiled policy.
type Mutation = Box<dyn Fn(CompiledPolicy) -> CompiledPolicy>;

/// The policies with a mutation applied to each.
fn mutated(policies: &Policies, mutation: &dyn Fn(CompiledPolicy) -> CompiledPolicy) -> Policies {
    let mut store = (*policies.store).clone();
    for entry in &mut store.entries {
        entry.policy = mutation(entry.policy.clone());
    }
    Policies { store: Arc::new(store) }
}

/// A mutation of every node.
fn each(change: fn(Node) -> Node) -> Mutation {
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
        Node::Compare(CompareOp::Less, a, b) => Node::Compare(CompareOp::LessEqual, a, b),
        other => other,
    }
}

fn never_equal(node: Node) -> Node {
    match node {
        Node::Compare(CompareOp::LessEqual, a, b) => Node::Compare(CompareOp::Less, a, b),
        other => other,
    }
}

fn wrong_attribute(node: Node) -> Node {
    match node {
        Node::Of(NationAttribute::Stance, of) => Node::Of(NationAttribute::Clearance, of),
        other => other,
    }
}

fn wrong_exposure(node: Node) -> Node {
    if node == Node::Exposure(ExposureField::Access4g) { Node::Exposure(ExposureField::Access5g) } else { node }
}

fn wrong_mark(node: Node) -> Node {
    match node {
        Node::RuleMark(rule, RuleMark::Restoring) => Node::RuleMark(rule, RuleMark::TearLine),
        other => other,
    }
}

fn wrong_sign(node: Node) -> Node {
    match node {
        Node::Arith(ArithmeticOp::Sub, a, b) => Node::Arith(ArithmeticOp::Sub, b, a),
        other => other,
    }
}

fn wrong_set(node: Node) -> Node {
    match node {
        Node::Contains(set, member) => match *set {
            SetNode::Informs(of) => Node::Contains(Box::new(SetNode::Restricts(of)), member),
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
        Node::In(EntityKind::Nation, _, EntityKind::Group, _) => Node::Const(0),
        other => other,
    }
}

fn no_level(node: Node) -> Node {
    if node == Node::Level { Node::Const(0) } else { node }
}

fn ignores_errors(mut policy: CompiledPolicy) -> CompiledPolicy {
    policy.ignores_errors = true;
    policy
}

/// A row cached for one giver and used for the next.
fn cached_too_long(policy: CompiledPolicy) -> CompiledPolicy {
    policy.with(|node| match node {
        Node::Cached(CacheLifetime::Giver, at, inner) => Node::Cached(CacheLifetime::Decision, at, inner),
        Node::And(a, b) => match *b {
            Node::Cached(CacheLifetime::Giver, at, inner) => {
                Node::And(a, Box::new(Node::Cached(CacheLifetime::Decision, at, inner)))
            }
            b => Node::And(a, Box::new(b)),
        },
        other => other,
    })
}

fn one_question_fewer(mut policy: CompiledPolicy) -> CompiledPolicy {
    policy.slots &= !1;
    policy
}

fn everyone_receives(mut policy: CompiledPolicy) -> CompiledPolicy {
    policy.receiver = crate::access::ir::NationScope::Anyone;
    policy
}

#[test]
fn every_mutation_is_found() {
    let mutations: [(&str, Mutation); 18] = [
        ("swapped branches", each(swapped)),
        ("< as <=", each(less_or_equal)),
        ("<= as <", each(never_equal)),
        ("another attribute", each(wrong_attribute)),
        ("another percentage", each(wrong_exposure)),
        ("another mark", each(wrong_mark)),
        ("reversed subtraction", each(wrong_sign)),
        ("another set", each(wrong_set)),
        ("all for any", each(all_for_any)),
        ("|| from the right", each(reversed_or)),
        ("&& from the right", each(reversed_and)),
        ("nobody in a group", each(nobody_inside)),
        ("no level", each(no_level)),
        ("errors unnoticed", Box::new(ignores_errors)),
        ("cached too long", Box::new(cached_too_long)),
        ("a question missed", Box::new(one_question_fewer)),
        ("scope ignored", Box::new(everyone_receives)),
        ("negated", Box::new(|policy: CompiledPolicy| policy.with(|node| Node::Not(Box::new(node))))),
    ];
    for (name, mutation) in mutations {
        let found = (0..200).find(|number| {
            let (number, reckless) = (5000 + number, true);
            let world = generated(number, reckless);
            let policies = mutated(&world.policies, &*mutation);
            let mut counts = DecisionCounts::default();
            compare_world(&world, &policies, number, reckless, &mut counts).is_err()
        });
        assert!(found.is_some(), "`{name}` goes unnoticed in 200 worlds");
    }
}

#[test]
fn without_a_mutation_nothing_is_found() {
    for number in 5000..5020 {
        let world = generated(number, true);
        let same = mutated(&world.policies, &|policy| policy);
        let mut counts = DecisionCounts::default();
        assert_eq!(compare_world(&world, &same, number, true, &mut counts), Ok(()));
        assert!(
            world
                .policies
                .store
                .entries
                .iter()
                .all(|e| !matches!(&e.policy.condition, Condition::Tree(_) if e.policy.ignores_errors))
        );
    }
}
