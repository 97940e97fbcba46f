//! What is allowed this quarter for every ordered pair: one row of bits a giver, action and level.
use super::ids::NationId;
use super::levels::{LEVELS, Level};
use super::matrix::BitMatrix;
use super::sets::NationSet;
use super::slot::Slot;
use bevy_ecs::prelude::Resource;

/// The decisions of one quarter.
#[derive(Resource, Debug, PartialEq, Eq)]
pub struct Grants {
    /// Who may send reports of each level to whom.
    pub share: [BitMatrix; LEVELS],
    /// Who may work alongside whom.
    pub work: BitMatrix,
    /// Who may keep missions with whom.
    pub colocate: BitMatrix,
    /// Pairs and levels that some rule forbids, whatever the agreements say.
    pub share_forbidden: [BitMatrix; LEVELS],
    /// Pairs for which a rule forbids working alongside.
    pub work_forbidden: BitMatrix,
    /// Pairs for which a rule forbids missions.
    pub colocate_forbidden: BitMatrix,
}

impl Clone for Grants {
    fn clone(&self) -> Self {
        let mut grants = Self::none(0);
        grants.clone_from(self);
        grants
    }
    fn clone_from(&mut self, source: &Self) {
        self.share.clone_from(&source.share);
        self.work.clone_from(&source.work);
        self.colocate.clone_from(&source.colocate);
        self.share_forbidden.clone_from(&source.share_forbidden);
        self.work_forbidden.clone_from(&source.work_forbidden);
        self.colocate_forbidden.clone_from(&source.colocate_forbidden);
    }
}

impl Grants {
    /// Nothing allowed, nothing forbidden.
    pub fn none(nations: usize) -> Self {
        let none = BitMatrix::none(nations);
        Self {
            share: std::array::from_fn(|_| none.clone()),
            work: none.clone(),
            colocate: none.clone(),
            share_forbidden: std::array::from_fn(|_| none.clone()),
            work_forbidden: none.clone(),
            colocate_forbidden: none,
        }
    }

    /// What is granted under a question.
    pub fn permitted(&self, slot: Slot) -> &BitMatrix {
        match slot {
            Slot::WORK => &self.work,
            Slot::COLOCATE => &self.colocate,
            share => &self.share[share.index()],
        }
    }
    /// What some forbid stops under a question.
    pub fn forbidden(&self, slot: Slot) -> &BitMatrix {
        match slot {
            Slot::WORK => &self.work_forbidden,
            Slot::COLOCATE => &self.colocate_forbidden,
            share => &self.share_forbidden[share.index()],
        }
    }
    pub(crate) fn permitted_mut(&mut self, slot: Slot) -> &mut BitMatrix {
        self.planes_mut(slot).0
    }
    pub(crate) fn forbidden_mut(&mut self, slot: Slot) -> &mut BitMatrix {
        self.planes_mut(slot).1
    }
    /// What is granted and what is stopped under a question.
    pub(crate) fn planes_mut(&mut self, slot: Slot) -> (&mut BitMatrix, &mut BitMatrix) {
        match slot {
            Slot::WORK => (&mut self.work, &mut self.work_forbidden),
            Slot::COLOCATE => (&mut self.colocate, &mut self.colocate_forbidden),
            share => (&mut self.share[share.index()], &mut self.share_forbidden[share.index()]),
        }
    }

    /// Whom some rule keeps from anything that `giver` has to give.
    pub fn restricted(&self, giver: NationId) -> NationSet {
        let mut restricted = self.work_forbidden.set_of(giver);
        for plane in self.share_forbidden.iter().chain([&self.colocate_forbidden]) {
            restricted.words_mut().iter_mut().zip(plane.row(giver)).for_each(|(word, row)| *word |= row);
        }
        restricted
    }

    /// The highest level that no rule stops from `giver` to `receiver`; none if even open reports are stopped.
    pub fn rule_cap(&self, giver: NationId, receiver: NationId) -> Option<Level> {
        Level::ALL.iter().rev().copied().find(|level| !self.share_forbidden[level.rank()].get(giver, receiver))
    }
}
