//! Which parts of a condition are evaluated once and serve again.
use super::ir::{Keep, Node, Reads};

/// A condition with its parts marked that serve for every question or for every giver; `next` counts the places.
pub(super) fn keep(node: Node, next: &mut usize) -> Node {
    mark(node, None, next)
}

/// A yes or no: kept whole where it may be kept for longer than what surrounds it, else part by part.
fn mark(node: Node, around: Option<Keep>, next: &mut usize) -> Node {
    if node.reads().one_a_row() {
        return Node::Kept(Keep::Row, 0, Box::new(node));
    }
    let lasts = lasting(&node).filter(|keep| around != Some(*keep) && around != Some(Keep::Sweep));
    let inner = lasts.or(around);
    let at = *next;
    *next += usize::from(lasts.is_some());
    let mut sub = |node: Box<Node>| Box::new(mark(*node, inner, next));
    let node = match node {
        Node::Not(a) => Node::Not(sub(a)),
        Node::And(a, b) => Node::And(sub(a), sub(b)),
        Node::Or(a, b) => Node::Or(sub(a), sub(b)),
        // The branches of a choice between yes and no are yes or no themselves.
        Node::If(c, a, b) => Node::If(sub(c), sub(a), sub(b)),
        other => other,
    };
    match lasts {
        Some(keep) => Node::Kept(keep, at, Box::new(node)),
        None => node,
    }
}

/// How long the value of a part lasts, where evaluating it is worth keeping it.
fn lasting(node: &Node) -> Option<Keep> {
    let reads = node.reads();
    if reads.slot() || matches!(node, Node::Mark(..)) {
        return None;
    }
    Some(if reads.any(Reads::GIVER.and(Reads::PAIR)) { Keep::Giver } else { Keep::Sweep })
}
