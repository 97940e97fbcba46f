//! Bit sets of nations: a release set, the members of a group, a row of permissions.
use super::ids::NationId;
use std::cmp::Ordering;

const WORD: usize = 64;

/// A set of nations as bits. Its capacity is the number of nations, the same for every set of a world.
#[derive(Debug, Default)]
pub struct NationSet(Words);

/// Words of 64 bits: inline for up to 128 nations, on the heap for more.
#[derive(Clone, Debug)]
enum Words {
    One([u64; 1]),
    Two([u64; 2]),
    Many(Box<[u64]>),
}

impl Default for Words {
    fn default() -> Self {
        Words::Many(Box::default())
    }
}

impl Clone for NationSet {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
    fn clone_from(&mut self, source: &Self) {
        match (&mut self.0, &source.0) {
            (Words::Many(own), Words::Many(words)) if own.len() == words.len() => own.copy_from_slice(words),
            _ => *self = source.clone(),
        }
    }
}

impl PartialEq for NationSet {
    fn eq(&self, other: &Self) -> bool {
        self.words().len() == other.words().len() && self.every(other, |a, b| a == b)
    }
}

impl Eq for NationSet {}

impl PartialOrd for NationSet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NationSet {
    fn cmp(&self, other: &Self) -> Ordering {
        self.words().cmp(other.words())
    }
}

/// The number of 64-bit words that hold one bit for each of this many nations.
pub fn words_for(nations: usize) -> usize {
    nations.div_ceil(WORD)
}

impl NationSet {
    /// The empty set with a capacity of this many nations.
    pub fn none(nations: usize) -> Self {
        Self(match words_for(nations) {
            1 => Words::One([0]),
            2 => Words::Two([0; 2]),
            many => Words::Many(vec![0; many].into()),
        })
    }
    /// The set of all of this many nations.
    pub fn all(nations: usize) -> Self {
        let mut set = Self::none(nations);
        set.words_mut().fill(u64::MAX);
        if let (Some(last), 1..) = (set.words_mut().last_mut(), nations % WORD) {
            *last = (1 << (nations % WORD)) - 1;
        }
        set
    }
    /// The set of these members, with a capacity of `nations`.
    pub fn from_members(nations: usize, members: impl IntoIterator<Item = NationId>) -> Self {
        let mut set = Self::none(nations);
        for n in members {
            set.insert(n);
        }
        set
    }
    /// The nations whose value satisfies a condition. `values` has one value for each nation, in identity order.
    pub fn where_holds<T>(values: &[T], holds: impl Fn(&T) -> bool) -> Self {
        let mut set = Self::none(values.len());
        for (word, values) in set.words_mut().iter_mut().zip(values.chunks(WORD)) {
            // Eight at a time, so that the processor need not wait for one before it looks at the next.
            for (at, eight) in values.chunks(8).enumerate() {
                let byte = eight.iter().rev().fold(0, |byte, value| byte << 1 | u64::from(holds(value)));
                *word |= byte << (8 * at);
            }
        }
        set
    }
    /// The set with these words (a row of a matrix).
    pub fn from_words(words: &[u64]) -> Self {
        Self(match words {
            [one] => Words::One([*one]),
            [low, high] => Words::Two([*low, *high]),
            many => Words::Many(many.into()),
        })
    }
    /// Replaces the members by those of these words, without new memory where the capacity is the same.
    pub fn copy_words(&mut self, words: &[u64]) {
        match &mut self.0 {
            Words::Many(own) if own.len() == words.len() => own.copy_from_slice(words),
            _ => *self = Self::from_words(words),
        }
    }
    /// The words; the nation of rank 0 is the lowest bit of the first.
    pub fn words(&self) -> &[u64] {
        match &self.0 {
            Words::One(words) => words,
            Words::Two(words) => words,
            Words::Many(words) => words,
        }
    }
    /// The words, to change in place. Bits beyond the capacity must stay 0.
    pub fn words_mut(&mut self) -> &mut [u64] {
        match &mut self.0 {
            Words::One(words) => words,
            Words::Two(words) => words,
            Words::Many(words) => words,
        }
    }
    /// Changes each word by the word of the other set at the same index.
    fn combine(&mut self, other: &Self, change: impl Fn(&mut u64, u64)) {
        // Two inline words are by far the most frequent case: no loop is needed.
        if let (Words::Two([a, b]), Words::Two([c, d])) = (&mut self.0, &other.0) {
            change(a, *c);
            change(b, *d);
        } else {
            self.words_mut().iter_mut().zip(other.words()).for_each(|(a, b)| change(a, *b));
        }
    }
    /// True if a condition holds for every word and the word of the other set at the same index.
    fn every(&self, other: &Self, holds: impl Fn(u64, u64) -> bool) -> bool {
        if let (Words::Two([a, b]), Words::Two([c, d])) = (&self.0, &other.0) {
            holds(*a, *c) && holds(*b, *d)
        } else {
            self.words().iter().zip(other.words()).all(|(a, b)| holds(*a, *b))
        }
    }
    /// Adds a nation.
    pub fn insert(&mut self, n: NationId) {
        self.words_mut()[n.index() / WORD] |= 1 << (n.index() % WORD);
    }
    /// Removes a nation.
    pub fn remove(&mut self, n: NationId) {
        self.words_mut()[n.index() / WORD] &= !(1 << (n.index() % WORD));
    }
    /// Adds or removes a nation.
    pub fn set(&mut self, n: NationId, member: bool) {
        if member { self.insert(n) } else { self.remove(n) }
    }
    /// True if a nation is a member.
    pub fn contains(&self, n: NationId) -> bool {
        is_member(self.words(), n)
    }
    /// True if every member is also in the other set.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.every(other, |a, b| a & !b == 0)
    }
    /// Keeps the members that are in both sets.
    pub fn intersect_with(&mut self, other: &Self) {
        self.combine(other, |a, b| *a &= b);
    }
    /// Keeps the members whose bits are set in these words, a row of a matrix over as many nations.
    pub fn intersect_words(&mut self, words: &[u64]) {
        self.words_mut().iter_mut().zip(words).for_each(|(own, other)| *own &= other);
    }
    /// Adds the members of the other set.
    pub fn union_with(&mut self, other: &Self) {
        self.combine(other, |a, b| *a |= b);
    }
    /// Removes the members of the other set.
    pub fn subtract(&mut self, other: &Self) {
        self.combine(other, |a, b| *a &= !b);
    }
    /// The symmetric difference: removes the members that are in both, and adds the other members of the other set.
    pub fn toggle(&mut self, other: &Self) {
        self.combine(other, |a, b| *a ^= b);
    }
    /// The number of members.
    pub fn len(&self) -> usize {
        match &self.0 {
            Words::Two([a, b]) => (a.count_ones() + b.count_ones()) as usize,
            _ => self.words().iter().map(|w| w.count_ones() as usize).sum(),
        }
    }
    /// True if there are no members.
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Words::Two([a, b]) => a | b == 0,
            _ => self.words().iter().all(|w| *w == 0),
        }
    }
    /// Removes all members.
    pub fn clear(&mut self) {
        self.words_mut().fill(0);
    }
    /// The members in identity order.
    pub fn iter(&self) -> impl Iterator<Item = NationId> + '_ {
        members(self.words())
    }
}

/// True if the bit of a nation is set.
pub fn is_member(words: &[u64], n: NationId) -> bool {
    words[n.index() / WORD] >> (n.index() % WORD) & 1 == 1
}

/// The nations whose bits are set, in identity order.
pub fn members(words: &[u64]) -> impl Iterator<Item = NationId> + '_ {
    bits(words.iter().copied()).map(NationId::new)
}

/// The indices of the bits that are set, in increasing order.
pub fn bits<W: Iterator<Item = u64>>(mut words: W) -> Bits<W> {
    Bits { left: words.next().unwrap_or(0), words, at: 0 }
}

/// An iterator over the indices of the bits that are set.
#[derive(Clone, Debug)]
pub struct Bits<W> {
    words: W,
    /// The index of the lowest bit of the current word, and the bits of it that are still to come.
    at: usize,
    left: u64,
}

impl<W: Iterator<Item = u64>> Iterator for Bits<W> {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.left = self.words.next()?;
            self.at += WORD;
        }
        let bit = self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(self.at + bit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Random members as standard sets, which share no code with the bit sets.
    fn members_of(nations: usize) -> impl Strategy<Value = BTreeSet<usize>> {
        prop::collection::btree_set(0..nations, 0..=nations)
    }
    fn two() -> impl Strategy<Value = (usize, BTreeSet<usize>, BTreeSet<usize>)> {
        (1_usize..200).prop_flat_map(|n| (Just(n), members_of(n), members_of(n)))
    }
    fn set(nations: usize, members: &BTreeSet<usize>) -> NationSet {
        NationSet::from_members(nations, members.iter().map(|member| NationId::new(*member)))
    }
    fn ranks(set: &NationSet) -> Vec<usize> {
        set.iter().map(NationId::index).collect()
    }
    fn sorted<'a>(members: impl Iterator<Item = &'a usize>) -> Vec<usize> {
        members.copied().collect()
    }

    proptest! {
        #[test]
        fn a_set_holds_its_members_in_identity_order((n, a, _) in two()) {
            let bits = set(n, &a);
            prop_assert_eq!(ranks(&bits), sorted(a.iter()));
            prop_assert_eq!((bits.len(), bits.is_empty()), (a.len(), a.is_empty()));
            prop_assert!((0..n).all(|i| bits.contains(NationId::new(i)) == a.contains(&i)));
            prop_assert_eq!(bits.words().len(), n.div_ceil(64));
            prop_assert_eq!(&NationSet::from_words(bits.words()), &bits);
            prop_assert_eq!(ranks(&NationSet::all(n)), (0..n).collect::<Vec<_>>());
            let mut none = bits.clone();
            none.clear();
            prop_assert_eq!(none, NationSet::none(n));
        }

        #[test]
        fn union_intersection_and_difference_are_those_of_sets((n, a, b) in two()) {
            let (left, right) = (set(n, &a), set(n, &b));
            let with = |change: fn(&mut NationSet, &NationSet)| {
                let mut changed = left.clone();
                change(&mut changed, &right);
                ranks(&changed)
            };
            prop_assert_eq!(with(NationSet::union_with), sorted(a.union(&b)));
            prop_assert_eq!(with(NationSet::intersect_with), sorted(a.intersection(&b)));
            prop_assert_eq!(with(NationSet::subtract), sorted(a.difference(&b)));
            prop_assert_eq!(left.is_subset(&right), a.is_subset(&b));
            let both = set(n, &a.intersection(&b).copied().collect());
            prop_assert!(both.is_subset(&left) && both.is_subset(&right));
        }

        #[test]
        fn adding_or_removing_a_member_changes_no_other((n, a, _) in two(), pick: prop::sample::Index, put: bool) {
            let one = pick.index(n);
            let (mut bits, mut plain) = (set(n, &a), a);
            bits.set(NationId::new(one), put);
            if put { plain.insert(one) } else { plain.remove(&one) };
            prop_assert_eq!(ranks(&bits), sorted(plain.iter()));
            bits.remove(NationId::new(one));
            plain.remove(&one);
            prop_assert_eq!(ranks(&bits), sorted(plain.iter()));
            bits.words_mut().fill(0);
            prop_assert!(bits.is_empty());
        }
    }
}
