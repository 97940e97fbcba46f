//! The answer to a condition for all receivers of one giver, as bits: for whom it holds, for whom it errs.
use crate::world::sets::NationSet;

/// Receivers for whom a condition holds, and receivers for whom it errs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Planes {
    pub yes: NationSet,
    pub err: NationSet,
}

impl Planes {
    /// Receivers for whom it is neither.
    pub(super) fn no(&self, everyone: &NationSet) -> NationSet {
        let mut no = everyone.clone();
        no.subtract(&self.yes);
        no.subtract(&self.err);
        no
    }

    /// The same for these receivers only.
    pub(super) fn among(mut self, receivers: &NationSet) -> Self {
        self.yes.intersect_with(receivers);
        self.err.intersect_with(receivers);
        self
    }

    /// Adds what is found of other receivers.
    pub(super) fn add(&mut self, others: &Self) {
        self.yes.union_with(&others.yes);
        self.err.union_with(&others.err);
    }
}
