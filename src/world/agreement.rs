//! Agreements: who shares with whom, up to which level.
use super::ids::AgreementId;
use super::levels::{AgreementKind, Level};
use super::matrix::BitMatrix;
use super::sets::NationSet;
use bevy_ecs::prelude::*;

/// An agreement's identity and what does not change in a run.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
#[component(immutable)]
pub struct Agreement {
    /// Its identity.
    pub id: AgreementId,
    /// Whether it is a pool or each pair decides.
    pub kind: AgreementKind,
    /// The highest level it covers.
    pub ceiling: Level,
}

/// The members of an agreement.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct Members(pub NationSet);

/// A pool, as the sharing of reports uses it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Its members.
    pub members: NationSet,
    /// The highest level it carries.
    pub ceiling: Level,
}

/// What agreements allow between pairs, at full trust and without rules. Computed from the agreements whenever they
/// change.
#[derive(Resource, Clone, Debug)]
pub struct Covenant {
    /// `joined[level rank]`: the pairs of members of any agreement whose ceiling is at least this level.
    pub joined: [BitMatrix; 5],
    /// `bilateral[level rank]`: the same for agreements in which each pair decides.
    pub bilateral: [BitMatrix; 5],
    /// The pools.
    pub pools: Vec<Pool>,
    /// True if agreements changed since this was computed.
    pub stale: bool,
    /// How often it was computed: a generation counter for caches.
    pub revision: u32,
}

impl Covenant {
    /// Nothing is agreed yet, and it is stale.
    pub fn none(nations: usize) -> Self {
        let [joined, bilateral] = std::array::from_fn(|_| std::array::from_fn(|_| BitMatrix::none(nations)));
        Self { joined, bilateral, pools: Vec::new(), stale: true, revision: 0 }
    }
    /// The highest level that any agreement between the two covers; none if no agreement joins them.
    pub fn ceiling(&self, from: super::ids::NationId, to: super::ids::NationId) -> Option<Level> {
        Level::ALL.iter().rev().copied().find(|level| self.joined[level.rank()].get(from, to))
    }
}
