//! Agreements: who shares with whom, up to which level, which products, and how much of them.
use super::ids::{AgreementId, NationId};
use super::levels::{AgreementKind, LEVELS, Level, PRODUCTS, Product};
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
    /// By product: the share of what could go that members contribute, 0 to 1; 0 if it does not carry the product.
    pub contribution: [f64; PRODUCTS],
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

/// Where reports of one product may go whose reserve lies in one interval. A report's *reserve*, uniform in [0, 1), says
/// how reluctant its producer is to contribute it: an agreement carries it if its contribution share is greater. So who
/// contributes three tenths to one agreement and all to another gives to the first a part of what it gives to the second.
#[derive(Clone, Debug, PartialEq)]
pub struct ContributionClass {
    /// The product.
    pub product: Product,
    /// The end of the interval of reserves; it begins where that of the class before ends, or at 0.
    pub until: f64,
    /// The length of the interval: the share of the product's reports that are in this class.
    pub share: f64,
    /// `joined[level rank]`: the pairs of members of any agreement that carries the class up to this level.
    pub joined: [BitMatrix; LEVELS],
    /// `bilateral[level rank]`: the same for agreements in which each pair decides.
    pub bilateral: [BitMatrix; LEVELS],
    /// The pools that carry it.
    pub pools: Vec<Pool>,
}

/// What agreements allow between pairs, at full trust and without rules. Computed from the agreements whenever they
/// change.
#[derive(Resource, Clone, Debug)]
pub struct Covenant {
    /// `joined[level rank]`: the pairs of members of any agreement whose ceiling is at least this level.
    pub joined: [BitMatrix; LEVELS],
    /// What agreements carry, by product and then by reserve.
    pub classes: Vec<ContributionClass>,
    /// True if agreements changed since this was computed.
    pub stale: bool,
    /// How often it was computed: a generation counter for caches.
    pub revision: u32,
}

impl Covenant {
    /// Nothing is agreed yet, and it is stale.
    pub fn none(nations: usize) -> Self {
        let joined = std::array::from_fn(|_| BitMatrix::none(nations));
        Self { joined, classes: Vec::new(), stale: true, revision: 0 }
    }
    /// The highest level that any agreement between the two covers; none if no agreement joins them.
    pub fn ceiling(&self, from: NationId, to: NationId) -> Option<Level> {
        Level::ALL.iter().rev().copied().find(|level| self.joined[level.rank()].get(from, to))
    }
    /// The number of the class of a report, by its product and its reserve in [0, 1).
    pub fn class_of(&self, product: Product, reserve: f64) -> usize {
        let found = self.classes.iter().position(|class| class.product == product && reserve < class.until);
        found.expect("the classes of a product cover all reserves")
    }
}
