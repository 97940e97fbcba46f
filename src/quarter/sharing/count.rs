//! Counts: of every report, the pairs that were due and what became of them.
use super::release::sort;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::report::{Content, Report};
use crate::world::sets::{NationSet, members};
use crate::world::tally::Tally;

/// Who should read a report if agreements alone decided, and whom rules keep it from.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// Whom agreements of all owners allow.
    pub due: &'a NationSet,
    /// Whom a rule of any owner stops.
    pub stopped: &'a NationSet,
    /// Whom a rule of its producer stops.
    pub own: &'a NationSet,
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
    /// Counts one report; `friction` is whom it missed between pool and side list.
    pub fn enter(
        &mut self,
        producer: NationId,
        report: &Report,
        content: &Content,
        bounds: &Bounds,
        friction: &NationSet,
    ) {
        let mut readers = report.reached().clone();
        report.label().originators().for_each(|owner| readers.remove(owner));
        self.informs.row_mut(producer).iter_mut().zip(readers.words()).for_each(|(row, reader)| *row |= reader);
        let sorted = sort(bounds.due, &readers, bounds.stopped, friction);
        let quarter = &mut self.tally.quarter;
        quarter.produced += 1;
        quarter.due += sorted.due;
        quarter.read += sorted.read;
        quarter.withheld += sorted.due - sorted.read - sorted.friction - sorted.untrusted;
        quarter.untrusted += sorted.untrusted;
        quarter.friction += sorted.friction;
        self.tally.nation(producer).produced += 1;
        self.columns.read.add(&readers);
        self.columns.withheld.add(&sorted.withheld);
        if self.tally.pairs {
            self.enter_pairs(producer, &readers, &sorted.withheld, bounds.own);
        }
        warn(self.tally, content, producer, bounds.due, &readers);
    }

    fn enter_pairs(&mut self, producer: NationId, readers: &NationSet, withheld: &NationSet, own: &NationSet) {
        readers.iter().for_each(|reader| self.tally.sent[(producer, reader)] += 1);
        for kept in withheld.iter() {
            if own.contains(kept) {
                self.tally.withheld[(producer, kept)] += 1;
            } else {
                self.tally.co_owner[(producer, kept)] += 1;
            }
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

/// Counts a warning that its subject should have read.
fn warn(tally: &mut Tally, content: &Content, producer: NationId, due: &NationSet, readers: &NationSet) {
    if content.warning && content.subject != producer && due.contains(content.subject) {
        let missed = !readers.contains(content.subject);
        tally.quarter.warnings += 1;
        tally.quarter.warnings_missed += u32::from(missed);
        tally.nation(content.subject).warnings_missed += u32::from(missed);
    }
}

/// How many of the added sets each nation is in: digit `k` of all counts is the `k`-th set, so that adding a set is
/// adding one everywhere at once.
#[derive(Debug, Default)]
struct Column {
    digits: Vec<NationSet>,
}

impl Column {
    fn add(&mut self, set: &NationSet) {
        for (at, word) in set.words().iter().enumerate() {
            let mut carry = *word;
            for digit in &mut self.digits {
                if carry == 0 {
                    break;
                }
                let digit = &mut digit.words_mut()[at];
                (*digit, carry) = (*digit ^ carry, *digit & carry);
            }
            if carry != 0 {
                let mut digit = set.clone();
                digit.clear();
                digit.words_mut()[at] = carry;
                self.digits.push(digit);
            }
        }
    }

    /// Hands out every count above 0, and begins again.
    fn drain(&mut self, mut take: impl FnMut(NationId, u32)) {
        for (place, digit) in self.digits.iter_mut().enumerate() {
            members(digit.words()).for_each(|nation| take(nation, 1 << place));
            digit.clear();
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
                column.add(&set);
                set.iter().for_each(|n| by_hand[n.index()] += 1);
            }
            let mut counts = [0u32; 70];
            column.drain(|nation, count| counts[nation.index()] += count);
            assert_eq!(counts, by_hand);
        }
    }
}
