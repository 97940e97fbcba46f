//! Memoization: chooses the parts of a condition whose results are cached, and for how long.
use super::ir::{CacheLifetime, Node, Reads};

/// Wraps the parts of a condition whose result serves several questions or givers in [`Node::Cached`]. `next` is the next
/// free index in the cache.
pub(super) fn memoize(node: Node, next: &mut usize) -> Node {
    wrap(node, None, next)
}

/// Wraps a Boolean where its result is valid for longer than the result around it, else its parts.
fn wrap(node: Node, around: Option<CacheLifetime>, next: &mut usize) -> Node {
    if node.reads().ignores_receiver() {
        return Node::Cached(CacheLifetime::Row, 0, Box::new(node));
    }
    let lifetime = lifetime(&node).filter(|own| around != Some(*own) && around != Some(CacheLifetime::Decision));
    let inner = lifetime.or(around);
    let at = *next;
    *next += usize::from(lifetime.is_some());
    let mut sub = |node: Box<Node>| Box::new(wrap(*node, inner, next));
    let node = match node {
        Node::Not(a) => Node::Not(sub(a)),
        Node::And(a, b) => Node::And(sub(a), sub(b)),
        Node::Or(a, b) => Node::Or(sub(a), sub(b)),
        // The branches of a Boolean `if` are Booleans.
        Node::If(c, a, b) => Node::If(sub(c), sub(a), sub(b)),
        other => other,
    };
    match lifetime {
        Some(lifetime) => Node::Cached(lifetime, at, Box::new(node)),
        None => node,
    }
}

/// How long the result of a part is valid; none where caching it saves nothing.
fn lifetime(node: &Node) -> Option<CacheLifetime> {
    let reads = node.reads();
    if reads.question() || matches!(node, Node::RuleMark(..)) {
        return None;
    }
    Some(if reads.any(Reads::GIVER.and(Reads::PAIR)) { CacheLifetime::Giver } else { CacheLifetime::Decision })
}
