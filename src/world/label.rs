//! The label of a report: its level, its release set, its owners. Labels form a join-semilattice.
use super::ids::NationId;
use super::levels::{LEVELS, Level};
use super::model::Model;
use super::sets::{NationSet, is_member};
use smallvec::{SmallVec, smallvec};

/// Who may pass a report on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relay {
    /// Nobody without its originator's consent (ORCON, the third-party rule).
    ByConsent,
    /// Its holders, within the set of nations to which its originator releases it (REL TO).
    WithinRelease,
    /// Its holders, to whom they may inform themselves.
    Free,
}

impl Relay {
    /// Who may pass reports on under these parameters.
    pub fn of(model: &Model) -> Self {
        match (model.originator_control, model.rel_to_relay) {
            (false, _) => Relay::Free,
            (true, true) => Relay::WithinRelease,
            (true, false) => Relay::ByConsent,
        }
    }
}

/// The label that an owner gave to one collected report, on which a report is based.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLabel {
    owner: NationId,
    level: Level,
    release: NationSet,
    relay: Relay,
}

impl SourceLabel {
    /// The nation that collected it.
    pub fn owner(&self) -> NationId {
        self.owner
    }
    /// Its own level.
    pub fn level(&self) -> Level {
        self.level
    }
    /// The nations to which its owner releases it, the owner included; where relays are free, all that it may come to.
    pub fn release(&self) -> &NationSet {
        &self.release
    }
    /// Who may pass it on.
    pub fn relay(&self) -> Relay {
        self.relay
    }
}

/// The label of a report: the set of the sources that it is based on. Labels form a join-semilattice: [`Label::join`]
/// is associative, commutative and idempotent. A join never admits more than its parts: who may hold it may hold each
/// part.
#[derive(Debug, PartialEq, Eq)]
pub struct Label {
    /// Sorted, without repetition, at least one. An assessment has two.
    sources: SmallVec<[SourceLabel; 2]>,
    /// The nations to which all owners release it; none if there is one source, whose release set it is.
    common: Option<NationSet>,
}

impl Clone for Label {
    fn clone(&self) -> Self {
        // Nearly every label has one source: copy it without a loop.
        let sources = match self.sources.as_slice() {
            [one] => smallvec![one.clone()],
            many => many.iter().cloned().collect(),
        };
        Self { sources, common: self.common.clone() }
    }
}

impl Label {
    /// The label of a collected report. Its owner always belongs to its release set.
    pub fn new(level: Level, mut release: NationSet, owner: NationId, relay: Relay) -> Self {
        release.insert(owner);
        Self { sources: smallvec![SourceLabel { owner, level, release, relay }], common: None }
    }
    /// The level: the highest level of its sources.
    pub fn level(&self) -> Level {
        self.sources.iter().map(|source| source.level).max().unwrap_or(Level::Open)
    }
    /// The nations to which every owner of a source releases it.
    pub fn release(&self) -> &NationSet {
        self.common.as_ref().unwrap_or(&self.sources[0].release)
    }
    /// The owners of its sources, in identity order, each once.
    pub fn originators(&self) -> impl Iterator<Item = NationId> + '_ {
        let repeated = |at: usize| at > 0 && self.sources[at - 1].owner == self.sources[at].owner;
        self.sources.iter().enumerate().filter(move |(at, _)| !repeated(*at)).map(|(_, source)| source.owner)
    }
    /// Its sources, sorted, each once.
    pub fn sources(&self) -> &[SourceLabel] {
        &self.sources
    }
    /// The label of an assessment fused from two reports: the higher level, the common release set, the owners of both.
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

    /// True if a nation may hold a report with this label. It may always hold its own sources. Of the others it must be
    /// in every release set, be cleared for every level, and every owner whose consent counts must be allowed to inform it at
    /// every level of these.
    ///
    /// `cleared[level rank]` is the set of nations cleared for a level; `informs(owner, level, nation)` is this
    /// quarter's grant.
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
                && (source.relay == Relay::Free || foreign().all(|other| informs(source.owner, other.level, nation)))
        })
    }

    /// The set of all nations that [`Label::admits`] admits. `informs(owner, level)` is the set, as words of bits, of
    /// the nations that an owner may inform at a level.
    pub fn readers<'a>(
        &self,
        cleared: &[NationSet; LEVELS],
        informs: impl Fn(NationId, Level) -> &'a [u64],
    ) -> NationSet {
        let mut readers = self.release().clone();
        readers.intersect_with(&cleared[self.level().rank()]);
        for source in self.sources.iter().filter(|source| source.relay != Relay::Free) {
            for other in &self.sources {
                let row = informs(source.owner, other.level);
                readers.words_mut().iter_mut().zip(row).for_each(|(reader, may)| *reader &= may);
            }
        }
        // Owners need no grant for their own sources, so they are decided one by one.
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
        let relay = prop_oneof![Just(Relay::ByConsent), Just(Relay::WithinRelease), Just(Relay::Free)];
        (0usize..5, 0u64..32, 0usize..N, relay).prop_map(|(level, release, owner, relay)| {
            let level = Level::from_rank(level).expect("five levels");
            Label::new(level, set(release), id(owner), relay)
        })
    }

    fn labels() -> impl Strategy<Value = Label> {
        proptest::collection::vec(collected(), 1..4)
            .prop_map(|parts| parts[1..].iter().fold(parts[0].clone(), |label, part| label.join(part)))
    }

    /// The level each nation is cleared for, and whom it may inform at each level. Grants are random at every level,
    /// because a rule may forbid a low level and allow a high one.
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
                let cleared =
                    |level: usize| NationSet::from_members(N, (0..N).filter(|n| clearances[*n] > level).map(id));
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
                let rest: Vec<&SourceLabel> = label.sources().iter().filter(|s| s.owner() != id(n)).collect();
                let mut expected = true;
                for source in &rest {
                    expected &= source.release().contains(id(n)) && now.cleared[source.level().rank()].contains(id(n));
                    for other in rest.iter().filter(|_| source.relay() != Relay::Free) {
                        expected &= now.informs[other.level().rank()][source.owner().index()] >> n & 1 == 1;
                    }
                }
                prop_assert_eq!(readers.contains(id(n)), expected, "nation {}", n);
            }
        }
    }

    #[test]
    fn owning_one_source_gives_no_access_to_another() {
        let all = std::array::from_fn(|_| NationSet::all(N));
        let alone = Label::new(Level::Secret, set(0b00100), id(0), Relay::WithinRelease);
        let shared = Label::new(Level::Open, set(0b00101), id(1), Relay::WithinRelease);
        let fused = alone.join(&shared);
        let readers = fused.readers(&all, |_, _| &[0b11111]);
        assert_eq!(readers, set(0b00101), "the owner of the open report was never released the secret one");
        assert_eq!(fused.originators().collect::<Vec<_>>(), [id(0), id(1)]);
    }
}
