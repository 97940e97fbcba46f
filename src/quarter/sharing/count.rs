//! Counts: of every report, the pairs that were due and what became of them.
use super::release::{Sorted, sort};
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::report::{Content, Dissemination};
use crate::world::sets::{NationSet, bits};
use crate::world::tally::Tally;

/// What is counted of a report: who read it, and what became of the nations that were due.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Whom it reached, its owners aside.
    pub readers: NationSet,
    sorted: Sorted,
}

impl Entry {
    /// Of a report that went this way: `due` are those whom agreements of all owners allow, `stopped` whom a rule of
    /// any owner stops, and `friction` whom it missed between pool and side list.
    pub fn new(went: &Dissemination, due: &NationSet, stopped: &NationSet, friction: &NationSet) -> Self {
        let mut readers = went.reached().clone();
        went.label().originators().for_each(|owner| readers.remove(owner));
        Self { sorted: sort(due, &readers, stopped, friction), readers }
    }
}

/// What is counted of a quarter's reports.
pub struct Books<'a> {
    /// Counts for the alliance, and by nation and pair.
    pub tally: &'a mut Tally,
    /// Who informed whom.
    pub informs: &'a mut BitMatrix,
    /// Counts by nation under way.
    pub columns: Columns,
}

/// Counts by nation of reports read and of reports withheld.
#[derive(Debug, Default)]
pub struct Columns {
    read: Column,
    withheld: Column,
}

impl Books<'_> {
    /// Counts as many reports alike; `own` is whom a rule of their producer stops.
    pub fn enter(&mut self, producer: NationId, entry: &Entry, own: &NationSet, times: u32) {
        let Entry { readers, sorted } = entry;
        self.informs.row_mut(producer).iter_mut().zip(readers.words()).for_each(|(row, reader)| *row |= reader);
        let quarter = &mut self.tally.quarter;
        quarter.produced += times;
        quarter.due += sorted.due * times;
        quarter.read += sorted.read * times;
        quarter.withheld += (sorted.due - sorted.read - sorted.friction - sorted.untrusted) * times;
        quarter.untrusted += sorted.untrusted * times;
        quarter.friction += sorted.friction * times;
        self.tally.nation(producer).produced += times;
        self.columns.read.add(readers, times);
        self.columns.withheld.add(&sorted.withheld, times);
        if self.tally.pairs {
            self.enter_pairs(producer, entry, own, times);
        }
    }

    fn enter_pairs(&mut self, producer: NationId, entry: &Entry, own: &NationSet, times: u32) {
        entry.readers.iter().for_each(|reader| self.tally.sent[(producer, reader)] += times);
        for kept in entry.sorted.withheld.iter() {
            if own.contains(kept) {
                self.tally.withheld[(producer, kept)] += times;
            } else {
                self.tally.co_owner[(producer, kept)] += times;
            }
        }
    }

    /// Counts a report's warning, if it is one and its subject should have read it.
    pub fn warn(&mut self, producer: NationId, content: &Content, due: &NationSet, readers: &NationSet) {
        if content.warning && content.subject != producer && due.contains(content.subject) {
            let missed = u32::from(!readers.contains(content.subject));
            self.tally.quarter.warnings += 1;
            self.tally.quarter.warnings_missed += missed;
            self.tally.nation(content.subject).warnings_missed += missed;
        }
    }

    /// Adds what was counted by nation to its year; returns the columns, empty.
    pub fn close(mut self) -> Columns {
        let tally = &mut *self.tally;
        self.columns.read.drain(|nation, count| tally.nation(nation).read += count);
        self.columns.withheld.drain(|nation, count| tally.nation(nation).withheld_from += count);
        self.columns
    }
}

/// How many digits a count has.
const DIGITS: usize = u32::BITS as usize;

/// How many of the added sets each nation is in, for each word of the sets: digit `k` of all its counts is the `k`-th
/// word, so that adding a set is adding one everywhere at once.
#[derive(Debug, Default)]
struct Column {
    digits: Vec<[u64; DIGITS]>,
}

impl Column {
    /// Adds a set as many times as are asked for.
    fn add(&mut self, set: &NationSet, times: u32) {
        self.digits.resize(set.words().len(), [0; DIGITS]);
        for (digits, word) in self.digits.iter_mut().zip(set.words()).filter(|(_, word)| **word != 0) {
            for place in bits(std::iter::once(u64::from(times))) {
                let mut carry = *word;
                for digit in &mut digits[place..] {
                    (*digit, carry) = (*digit ^ carry, *digit & carry);
                    if carry == 0 {
                        break;
                    }
                }
            }
        }
    }

    /// Hands out every count above 0, and begins again.
    fn drain(&mut self, mut take: impl FnMut(NationId, u32)) {
        for (at, digits) in self.digits.iter_mut().enumerate() {
            for (place, digit) in digits.iter_mut().enumerate() {
                let nations = bits(std::iter::once(std::mem::take(digit)));
                nations.for_each(|bit| take(NationId::new(at * 64 + bit), 1 << place));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_as_one_would_by_hand() {
        let mut column = Column::default();
        for round in 0..2 {
            let mut by_hand = [0u32; 70];
            for number in 0..50 + round {
                let set = NationSet::of(70, (0..70).filter(|n| (number * 7 + n * n) % (n + 2) < 2).map(NationId::new));
                let times = number as u32 % 6;
                column.add(&set, times);
                set.iter().for_each(|n| by_hand[n.index()] += times);
            }
            let mut counts = [0u32; 70];
            column.drain(|nation, count| counts[nation.index()] += count);
            assert_eq!(counts, by_hand);
        }
    }
}
