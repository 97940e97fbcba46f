//! Typed identities: the rank of an id among the scenario's sorted ids, a type of its own for each kind.
use std::fmt;

macro_rules! identity {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u16);

        impl $name {
            /// The identity of this rank (0 is the first in sorted order; at most 65,535).
            pub fn new(rank: usize) -> Self {
                Self(u16::try_from(rank).expect("the loader bounds every table below 65,536 rows"))
            }
            /// The rank, as the index of an array in identity order.
            pub fn index(self) -> usize {
                usize::from(self.0)
            }
        }
    )+};
}

identity!(
    /// A nation.
    NationId,
    /// A maker of network equipment.
    VendorId,
    /// An operator's network.
    NetworkId,
    /// An embassy, consulate or outpost.
    MissionId,
    /// An agreement declared in the scenario.
    AgreementId,
    /// A group of nations that rules may name.
    GroupId,
    /// A rule, or a complete Cedar policy that counts as one.
    RuleId,
    /// A fact: a declared property of nations.
    FactId,
    /// An event of the timeline, in the order it is applied.
    EventId,
);

/// The sorted ids of one table; the rank of an id is its identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster(Vec<String>);

impl Roster {
    /// A roster of these ids, sorted.
    pub fn new(ids: impl IntoIterator<Item = String>) -> Self {
        let mut ids: Vec<String> = ids.into_iter().collect();
        ids.sort();
        Self(ids)
    }
    /// The number of ids.
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// True if there are no ids.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The rank of an id, if it is on the roster.
    pub fn rank(&self, id: &str) -> Option<usize> {
        self.0.binary_search_by(|known| known.as_str().cmp(id)).ok()
    }
    /// The id of a rank.
    ///
    /// # Panics
    /// If there are not so many ids.
    pub fn id(&self, rank: usize) -> &str {
        &self.0[rank]
    }
    /// All ids in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> + Clone {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(", "))
    }
}
