//! The result of a condition for all receivers of one giver, as two bit planes: true, and error.
use crate::world::sets::NationSet;

/// Receivers for whom a condition holds, and receivers for whom it errs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Planes {
    pub yes: NationSet,
    pub err: NationSet,
}

impl Planes {
    /// Receivers for whom the condition is false: it neither holds nor errs.
    pub(super) fn no(&self, everyone: &NationSet) -> NationSet {
        let mut no = everyone.clone();
        no.subtract(&self.yes);
        no.subtract(&self.err);
        no
    }

    /// The result restricted to some receivers.
    pub(super) fn among(mut self, receivers: &NationSet) -> Self {
        self.yes.intersect_with(receivers);
        self.err.intersect_with(receivers);
        self
    }

    /// Unites the result with that for other receivers.
    pub(super) fn add(&mut self, others: &Self) {
        self.yes.union_with(&others.yes);
        self.err.union_with(&others.err);
    }
}
