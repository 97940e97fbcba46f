//! The label of a report: how sensitive it is, to whom it is released, and whose it is.
use super::levels::Level;
use super::sets::NationSet;

/// A label. Labels form a join-semilattice: [`Label::join`] is associative, commutative and idempotent, and a join is
/// never wider than its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    level: Level,
    release: NationSet,
    originators: NationSet,
}

impl Label {
    /// A label. Originators always belong to the release set of their own report.
    pub fn new(level: Level, mut release: NationSet, originators: NationSet) -> Self {
        release.union_with(&originators);
        Self { level, release, originators }
    }
    /// How sensitive it is.
    pub fn level(&self) -> Level {
        self.level
    }
    /// To whom every originator releases it.
    pub fn release(&self) -> &NationSet {
        &self.release
    }
    /// Whose it is.
    pub fn originators(&self) -> &NationSet {
        &self.originators
    }
    /// The label of an assessment fused from both: the higher level, the common release set, both originators.
    #[must_use]
    pub fn join(&self, other: &Label) -> Label {
        let mut release = self.release.clone();
        release.intersect_with(&other.release);
        let mut originators = self.originators.clone();
        originators.union_with(&other.originators);
        Label { level: self.level.max(other.level), release, originators }
    }

    /// Who may hold a report with this label: whom every originator both releases it to and may inform now
    /// (`informs(originator)`), if cleared for its level; and its originators.
    pub fn readers<'a>(&self, cleared: &NationSet, informs: impl Fn(super::ids::NationId) -> &'a [u64]) -> NationSet {
        let mut readers = self.release.clone();
        readers.intersect_with(cleared);
        for originator in self.originators.iter() {
            // An originator always "informs" itself: its own bit is not its grant's business.
            let row = informs(originator);
            let own = readers.contains(originator);
            readers.words_mut().iter_mut().zip(row).for_each(|(reader, may)| *reader &= may);
            readers.set(originator, own);
        }
        readers.union_with(&self.originators);
        readers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::ids::NationId;
    use proptest::prelude::*;

    const N: usize = 5;

    fn set(bits: u64) -> NationSet {
        NationSet::from_words(&[bits])
    }

    fn labels() -> impl Strategy<Value = Label> {
        (0usize..5, 0u64..32, 0usize..N).prop_map(|(level, release, owner)| {
            let level = Level::from_rank(level).expect("five levels");
            Label::new(level, set(release), NationSet::of(N, [NationId::new(owner)]))
        })
    }

    proptest! {
        #[test]
        fn joining_is_associative_commutative_and_idempotent(a in labels(), b in labels(), c in labels()) {
            prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
            prop_assert_eq!(a.join(&b), b.join(&a));
            prop_assert_eq!(a.join(&a), a);
        }

        #[test]
        fn a_join_is_never_wider_than_its_parts(a in labels(), b in labels()) {
            let joined = a.join(&b);
            prop_assert!(joined.release().is_subset(a.release()) && joined.release().is_subset(b.release()));
            prop_assert!(joined.level() >= a.level() && joined.level() >= b.level());
        }

        #[test]
        fn readers_are_exactly_those_whom_every_originator_allows(
            a in labels(), b in labels(), cleared in 0u64..32, grants in proptest::collection::vec(0u64..32, N),
        ) {
            let label = a.join(&b);
            let readers = label.readers(&set(cleared), |o| &grants[o.index()..=o.index()]);
            for n in (0..N).map(NationId::new) {
                let allowed = label.originators().iter().all(|o| o == n || grants[o.index()] >> n.index() & 1 == 1);
                let expected = label.originators().contains(n)
                    || (label.release().contains(n) && cleared >> n.index() & 1 == 1 && allowed);
                prop_assert_eq!(readers.contains(n), expected, "nation {}", n.index());
            }
        }
    }
}
