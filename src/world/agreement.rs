//! Agreements: who shares with whom, up to which level, which products, and how much of them.
use super::ids::{AgreementId, NationId};
use super::levels::{AgreementKind, LEVELS, Level, PRODUCTS, Product};
use super::matrix::{BitMatrix, Matrix};
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

/// An agreement as the sharing of reports uses it.
#[derive(Clone, Debug, PartialEq)]
pub struct Carrier {
    /// Whether it is a pool or each pair decides.
    pub kind: AgreementKind,
    /// Its members.
    pub members: NationSet,
    /// The highest level it carries.
    pub ceiling: Level,
    /// By product: the number of its contribution share in [`Covenant::shares`].
    pub contribution: [u16; PRODUCTS],
}

impl Carrier {
    /// True if it carries reports of a class and level.
    pub fn carries(&self, class: ContributionClass, level: usize) -> bool {
        self.ceiling.rank() >= level && self.contribution[class.product.rank()] >= class.least
    }
}

/// By product and level, for every pair: the greatest contribution share of the agreements of one kind that join the
/// two, as its number in [`Covenant::shares`].
pub type Contributions = [[Matrix<u16>; LEVELS]; PRODUCTS];

/// Reports of a nation that the same agreements carry. A report's *reserve*, uniform in [0, 1), says how reluctant its
/// producer is to contribute it: an agreement carries it if its contribution share is greater. So who contributes three
/// tenths to one agreement and all to another gives to the first a part of what it gives to the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ContributionClass {
    /// What they are.
    pub product: Product,
    /// An agreement carries them if the number of its contribution share is at least this.
    pub least: u16,
}

/// What agreements allow between pairs, at full trust and without rules. Computed from the agreements whenever they
/// change.
#[derive(Resource, Clone, Debug)]
pub struct Covenant {
    /// `joined[level rank]`: the pairs of members of any agreement whose ceiling is at least this level.
    pub joined: [BitMatrix; LEVELS],
    /// The contribution shares of all agreements, 0 to 1, ascending and each once: first 0 (not carried), last 1.
    pub shares: Vec<f64>,
    /// What pools carry.
    pub pooled: Contributions,
    /// What agreements carry in which each pair decides.
    pub paired: Contributions,
    /// The agreements of the scenario.
    pub carriers: Vec<Carrier>,
    /// For each nation, the numbers of the agreements to which it belongs.
    pub joined_by: Vec<Vec<usize>>,
    /// `side[level rank]`: the pairs of an agreement made during the run, which carries everything up to this level.
    pub side: [BitMatrix; LEVELS],
    /// For each nation the classes of its reports: by product, in each by ascending reserve.
    pub classes: Vec<Vec<ContributionClass>>,
    /// True if agreements changed since this was computed.
    pub stale: bool,
    /// How often it was computed: a generation counter for caches.
    pub revision: u32,
}

impl Covenant {
    /// Nothing is agreed yet, and it is stale.
    pub fn none(nations: usize) -> Self {
        Self {
            joined: std::array::from_fn(|_| BitMatrix::none(nations)),
            shares: vec![0.0, 1.0],
            pooled: nothing(nations),
            paired: nothing(nations),
            carriers: Vec::new(),
            joined_by: vec![Vec::new(); nations],
            side: std::array::from_fn(|_| BitMatrix::none(nations)),
            classes: vec![Vec::new(); nations],
            stale: true,
            revision: 0,
        }
    }
    /// The highest level that any agreement between the two covers; none if no agreement joins them.
    pub fn ceiling(&self, from: NationId, to: NationId) -> Option<Level> {
        Level::ALL.iter().rev().copied().find(|level| self.joined[level.rank()].get(from, to))
    }
    /// The number, among the classes of its producer, of the class of a report with this product and reserve in [0, 1).
    pub fn class_of(&self, producer: NationId, product: Product, reserve: f64) -> usize {
        let carries = |least: u16| self.shares.get(usize::from(least)).is_none_or(|share| reserve < *share);
        let found = self.classes[producer.index()].iter().position(|c| c.product == product && carries(c.least));
        found.expect("the last class of a product has all reserves")
    }
    /// The agreements of a nation that carry its reports of a class and level.
    pub fn carriers_of(
        &self,
        producer: NationId,
        class: ContributionClass,
        level: usize,
    ) -> impl Iterator<Item = &Carrier> {
        let own = self.joined_by[producer.index()].iter().map(|at| &self.carriers[*at]);
        own.filter(move |carrier| carrier.carries(class, level))
    }
    /// Those to whom agreements of some kinds, and those made during the run, carry a nation's reports of a class and level.
    fn carried_to(
        &self,
        producer: NationId,
        class: ContributionClass,
        level: usize,
        counts: impl Fn(&Carrier) -> bool,
    ) -> NationSet {
        let mut readers = self.side[level].set_of(producer);
        if usize::from(class.least) >= self.shares.len() {
            readers.clear();
        }
        let carriers = self.carriers_of(producer, class, level).filter(|carrier| counts(carrier));
        carriers.for_each(|carrier| readers.union_with(&carrier.members));
        readers.remove(producer);
        readers
    }
    /// Those to whom an agreement carries a nation's reports of a class and level.
    pub fn due(&self, producer: NationId, class: ContributionClass, level: usize) -> NationSet {
        self.carried_to(producer, class, level, |_| true)
    }
    /// Those to whom an agreement in which each pair decides carries a nation's reports of a class and level.
    pub fn partners(&self, producer: NationId, class: ContributionClass, level: usize) -> NationSet {
        self.carried_to(producer, class, level, |carrier| carrier.kind == AgreementKind::Bilateral)
    }
    /// The share of a nation's reports of a product and level that agreements carry to another: by pools, and by
    /// agreements in which each pair decides.
    pub fn carried(&self, product: usize, level: usize, from: NationId, to: NationId) -> [f64; 2] {
        [&self.pooled, &self.paired].map(|carried| self.shares[usize::from(carried[product][level][(from, to)])])
    }
}

/// Nothing is carried.
fn nothing(nations: usize) -> Contributions {
    std::array::from_fn(|_| std::array::from_fn(|_| Matrix::filled(nations, 0)))
}
