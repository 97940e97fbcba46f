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
    /// Pool or bilateral.
    pub kind: AgreementKind,
    /// The highest level it covers.
    pub ceiling: Level,
}

/// Who belongs to an agreement.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct Members(pub NationSet);

/// A pool as the sharing of reports sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Its members.
    pub members: NationSet,
    /// The highest level it carries.
    pub ceiling: Level,
}

/// What agreements allow between pairs, at full trust and without rules; derived from agreements whenever they change.
#[derive(Resource, Clone, Debug)]
pub struct Covenant {
    /// `joined[level]`: pairs that some agreement joins at least at that level.
    pub joined: [BitMatrix; 5],
    /// `bilateral[level]`: pairs joined by an agreement in which each pair decides.
    pub bilateral: [BitMatrix; 5],
    /// The pools.
    pub pools: Vec<Pool>,
    /// Whether agreements changed since this was derived.
    pub stale: bool,
    /// How often it was derived.
    pub revision: u32,
}

impl Covenant {
    /// Nothing agreed yet; stale.
    pub fn none(nations: usize) -> Self {
        let blank = || std::array::from_fn(|_| BitMatrix::none(nations));
        Self { joined: blank(), bilateral: blank(), pools: Vec::new(), stale: true, revision: 0 }
    }
    /// The highest level that an agreement between the two covers.
    pub fn ceiling(&self, from: super::ids::NationId, to: super::ids::NationId) -> Option<Level> {
        Level::ALL.iter().rev().copied().find(|level| self.joined[level.rank()].get(from, to))
    }
}
