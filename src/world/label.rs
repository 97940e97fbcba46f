//! The label of a report: how sensitive it is, to whom it is released, and whose it is.
use super::ids::NationId;
use super::levels::{LEVELS, Level};
use super::sets::{NationSet, is_member};
use smallvec::{SmallVec, smallvec};

/// One collected report that a report rests on, as its owner labelled it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    owner: NationId,
    level: Level,
    release: NationSet,
}

impl Source {
    /// Whose it is.
    pub fn owner(&self) -> NationId {
        self.owner
    }
    /// How sensitive it is by itself.
    pub fn level(&self) -> Level {
        self.level
    }
    /// To whom its owner releases it, the owner included.
    pub fn release(&self) -> &NationSet {
        &self.release
    }
}

/// A label: the set of what a report rests on. Labels form a join-semilattice: [`Label::join`] is associative,
/// commutative and idempotent, and a join is never wider than its parts: whoever may hold it may hold each of them.
#[derive(Debug, PartialEq, Eq)]
pub struct Label {
    /// Sorted, each once, at least one; an assessment rests on two.
    sources: SmallVec<[Source; 2]>,
    /// To whom all owners release it, where it rests on several reports.
    common: Option<NationSet>,
}

impl Clone for Label {
    fn clone(&self) -> Self {
        // Nearly every label has one source, which is copied straight.
        let sources = match self.sources.as_slice() {
            [one] => smallvec![one.clone()],
            many => many.iter().cloned().collect(),
        };
        Self { sources, common: self.common.clone() }
    }
}

impl Label {
    /// The label of a collected report. Its owner always belongs to its release set.
    pub fn new(level: Level, mut release: NationSet, owner: NationId) -> Self {
        release.insert(owner);
        Self { sources: smallvec![Source { owner, level, release }], common: None }
    }
    /// How sensitive it is: as its most sensitive source.
    pub fn level(&self) -> Level {
        self.sources.iter().map(|source| source.level).max().unwrap_or(Level::Open)
    }
    /// To whom every originator releases it.
    pub fn release(&self) -> &NationSet {
        self.common.as_ref().unwrap_or(&self.sources[0].release)
    }
    /// Whose it is, in identity order.
    pub fn originators(&self) -> impl Iterator<Item = NationId> + '_ {
        let repeated = |at: usize| at > 0 && self.sources[at - 1].owner == self.sources[at].owner;
        self.sources.iter().enumerate().filter(move |(at, _)| !repeated(*at)).map(|(_, source)| source.owner)
    }
    /// What it rests on, each source once.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }
    /// The label of an assessment fused from both: the higher level, the common release set, all originators.
    #[must_use]
    pub fn join(&self, other: &Label) -> Label {
        let mut sources = self.sources.clone();
        sources.extend(other.sources.iter().cloned());
        sources.sort_unstable();
        sources.dedup();
        let common = (sources.len() > 1).then(|| {
            let mut common = self.release().clone();
            common.intersect_with(other.release());
            common
        });
        Label { sources, common }
    }

    /// Whether a nation may hold a report with this label: what in it is its own it may hold; for the rest, every
    /// owner releases it to the nation and may inform it at every level of the rest, and the nation is cleared for it.
    pub fn admits(
        &self,
        nation: NationId,
        cleared: &[NationSet; LEVELS],
        informs: impl Fn(NationId, Level, NationId) -> bool,
    ) -> bool {
        let foreign = || self.sources.iter().filter(|source| source.owner != nation);
        foreign().all(|source| {
            source.release.contains(nation)
                && cleared[source.level.rank()].contains(nation)
                && foreign().all(|other| informs(source.owner, other.level, nation))
        })
    }

    /// Everyone whom the label [`Label::admits`]; `informs(owner, level)` is the row of those whom an owner may inform.
    pub fn readers<'a>(
        &self,
        cleared: &[NationSet; LEVELS],
        informs: impl Fn(NationId, Level) -> &'a [u64],
    ) -> NationSet {
        let mut readers = self.release().clone();
        readers.intersect_with(&cleared[self.level().rank()]);
        for source in &self.sources {
            for other in &self.sources {
                let row = informs(source.owner, other.level);
                readers.words_mut().iter_mut().zip(row).for_each(|(reader, may)| *reader &= may);
            }
        }
        // Owners are held to the rest only: their own bits are not their grants' business.
        let may = |owner, level, nation: NationId| is_member(informs(owner, level), nation);
        for owner in self.originators() {
            readers.set(owner, self.admits(owner, cleared, may));
        }
        readers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const N: usize = 5;

    fn set(bits: u64) -> NationSet {
        NationSet::from_words(&[bits])
    }

    fn id(n: usize) -> NationId {
        NationId::new(n)
    }

    fn collected() -> impl Strategy<Value = Label> {
        (0usize..5, 0u64..32, 0usize..N).prop_map(|(level, release, owner)| {
            let level = Level::from_rank(level).expect("five levels");
            Label::new(level, set(release), id(owner))
        })
    }

    fn labels() -> impl Strategy<Value = Label> {
        proptest::collection::vec(collected(), 1..4)
            .prop_map(|parts| parts[1..].iter().fold(parts[0].clone(), |label, part| label.join(part)))
    }

    /// What nations are cleared for and whom they may inform at each level, in no sensible order on purpose: a rule may
    /// forbid a low level and leave a high one.
    #[derive(Clone, Debug)]
    struct Now {
        cleared: [NationSet; LEVELS],
        informs: [[u64; N]; LEVELS],
    }

    impl Now {
        fn readers(&self, label: &Label) -> NationSet {
            label
                .readers(&self.cleared, |owner, level| std::slice::from_ref(&self.informs[level.rank()][owner.index()]))
        }
    }

    fn now() -> impl Strategy<Value = Now> {
        (proptest::array::uniform5(0usize..6), proptest::array::uniform5(proptest::array::uniform5(0u64..32))).prop_map(
            |(clearances, informs)| {
                let cleared = |level: usize| NationSet::of(N, (0..N).filter(|n| clearances[*n] > level).map(id));
                Now { cleared: std::array::from_fn(cleared), informs }
            },
        )
    }

    proptest! {
        #[test]
        fn joining_is_associative_commutative_and_idempotent(a in labels(), b in labels(), c in labels()) {
            prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
            prop_assert_eq!(a.join(&b), b.join(&a));
            prop_assert_eq!(a.join(&a), a);
        }

        #[test]
        fn a_join_is_never_wider_than_its_parts(a in labels(), b in labels(), now in now()) {
            let joined = a.join(&b);
            prop_assert!(joined.release().is_subset(a.release()) && joined.release().is_subset(b.release()));
            prop_assert_eq!(joined.level(), a.level().max(b.level()));
            prop_assert!(now.readers(&joined).is_subset(&now.readers(&a)));
        }

        #[test]
        fn readers_are_exactly_those_whom_every_other_owner_allows(label in labels(), now in now()) {
            let readers = now.readers(&label);
            for n in 0..N {
                let rest: Vec<&Source> = label.sources().iter().filter(|s| s.owner() != id(n)).collect();
                let mut expected = true;
                for source in &rest {
                    expected &= source.release().contains(id(n)) && now.cleared[source.level().rank()].contains(id(n));
                    for other in &rest {
                        expected &= now.informs[other.level().rank()][source.owner().index()] >> n & 1 == 1;
                    }
                }
                prop_assert_eq!(readers.contains(id(n)), expected, "nation {}", n);
            }
        }
    }

    #[test]
    fn owning_one_source_does_not_open_another() {
        let all = std::array::from_fn(|_| NationSet::all(N));
        let alone = Label::new(Level::Secret, set(0b00100), id(0));
        let shared = Label::new(Level::Open, set(0b00101), id(1));
        let fused = alone.join(&shared);
        let readers = fused.readers(&all, |_, _| &[0b11111]);
        assert_eq!(readers, set(0b00101), "the owner of the open report was never released the secret one");
        assert_eq!(fused.originators().collect::<Vec<_>>(), [id(0), id(1)]);
    }
}
