//! The access decisions of a quarter: for each action and level, a bit matrix over pairs (sender, receiver).
use super::ids::NationId;
use super::levels::{LEVELS, Level};
use super::matrix::BitMatrix;
use super::sets::NationSet;
use super::slot::Slot;
use bevy_ecs::prelude::Resource;

/// What is permitted and what rules forbid in one quarter, for every ordered pair.
#[derive(Resource, Debug, PartialEq, Eq)]
pub struct Grants {
    /// `share[level rank]`: the pairs (sender, receiver) for which reports of this level may be sent.
    pub share: [BitMatrix; LEVELS],
    /// The pairs that may work alongside each other.
    pub work: BitMatrix,
    /// The pairs (sender, host) for which missions may be kept.
    pub colocate: BitMatrix,
    /// `share_forbidden[level rank]`: the pairs for which a rule forbids sharing, whatever the agreements allow.
    pub share_forbidden: [BitMatrix; LEVELS],
    /// Pairs for which a rule forbids working alongside.
    pub work_forbidden: BitMatrix,
    /// Pairs for which a rule forbids missions.
    pub colocate_forbidden: BitMatrix,
    /// `tear_lines[level rank]`: the pairs for which the sender's rule lets sanitised versions at this level go in the stead
    /// of more sensitive reports that it forbids.
    pub tear_lines: [BitMatrix; LEVELS],
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
        self.tear_lines.clone_from(&source.tear_lines);
    }
}

impl Grants {
    /// Nothing is permitted and nothing forbidden.
    pub fn none(nations: usize) -> Self {
        let none = BitMatrix::none(nations);
        Self {
            share: std::array::from_fn(|_| none.clone()),
            work: none.clone(),
            colocate: none.clone(),
            share_forbidden: std::array::from_fn(|_| none.clone()),
            work_forbidden: none.clone(),
            colocate_forbidden: none.clone(),
            tear_lines: std::array::from_fn(|_| none.clone()),
        }
    }

    /// The pairs that are permitted under a question.
    pub fn permitted(&self, slot: Slot) -> &BitMatrix {
        match slot {
            Slot::WORK => &self.work,
            Slot::COLOCATE => &self.colocate,
            share => &self.share[share.index()],
        }
    }
    /// The pairs that a rule forbids under a question.
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
    /// The pairs that are permitted and those that are forbidden under a question.
    pub(crate) fn planes_mut(&mut self, slot: Slot) -> (&mut BitMatrix, &mut BitMatrix) {
        match slot {
            Slot::WORK => (&mut self.work, &mut self.work_forbidden),
            Slot::COLOCATE => (&mut self.colocate, &mut self.colocate_forbidden),
            share => (&mut self.share[share.index()], &mut self.share_forbidden[share.index()]),
        }
    }

    /// The nations for which a rule forbids any action of `giver`.
    pub fn restricted(&self, giver: NationId) -> NationSet {
        let mut restricted = self.work_forbidden.set_of(giver);
        for plane in self.share_forbidden.iter().chain([&self.colocate_forbidden]) {
            restricted.words_mut().iter_mut().zip(plane.row(giver)).for_each(|(word, row)| *word |= row);
        }
        restricted
    }

    /// The highest level that no rule forbids from `giver` to `receiver`; none if even open reports are forbidden.
    pub fn rule_cap(&self, giver: NationId, receiver: NationId) -> Option<Level> {
        Level::ALL.iter().rev().copied().find(|level| !self.share_forbidden[level.rank()].get(giver, receiver))
    }
}
