//! Counts of reports due, read, withheld and lost; by nation in bit-sliced counters.
use super::release::{DueOutcome, classify};
use crate::world::ids::NationId;
use crate::world::levels::{LEVELS, PRODUCTS, Product};
use crate::world::matrix::BitMatrix;
use crate::world::model::ByProduct;
use crate::world::report::{Content, Dissemination};
use crate::world::sets::{NationSet, bits};
use crate::world::tally::{ReaderPairs, Tally};

/// Who read a report, and why the others that were due did not.
#[derive(Clone, Debug, PartialEq)]
pub struct ReaderCounts {
    /// Whom it reached, without its owners.
    pub readers: NationSet,
    /// Of those from whom a rule withheld it, the readers of a sanitised version.
    versions: NationSet,
    outcome: DueOutcome,
    /// 1 if it was due to the hub; and if the hub read it.
    to_hub: ReaderPairs,
}

impl ReaderCounts {
    /// The counts of a report: `due` are those to whom the agreements of all owners allow it, `stopped` those to whom a
    /// rule of any owner forbids it, `friction` those who missed it because it was lost on its way to a side list, and
    /// `versions` those whom a sanitised version of it reached.
    pub fn new(
        dissemination: &Dissemination,
        due: &NationSet,
        stopped: &NationSet,
        friction: &NationSet,
        versions: NationSet,
        hub: NationId,
    ) -> Self {
        let mut readers = dissemination.reached().clone();
        dissemination.label().originators().for_each(|owner| readers.remove(owner));
        let due_to_hub = due.contains(hub);
        let to_hub = ReaderPairs { due: u32::from(due_to_hub), read: u32::from(due_to_hub && readers.contains(hub)) };
        Self { outcome: classify(due, &readers, stopped, friction), readers, versions, to_hub }
    }
}

/// The counts that a quarter's reports are added to.
pub struct SharingCounts<'a> {
    /// Counts of the alliance, and by nation and pair.
    pub tally: &'a mut Tally,
    /// Who informed whom.
    pub informs: &'a mut BitMatrix,
    /// The hub of the alliance.
    pub hub: NationId,
    /// The value of a report, by product and level.
    pub values: ByProduct,
    /// The value of a sanitised version, of what the report is worth.
    pub version_share: f64,
    /// Counts of this quarter by nation, not yet added to the tally.
    pub counters: NationCounters,
}

/// Numbers of reports read and of reports withheld, by product and level, then by nation.
#[derive(Debug, Default)]
pub struct NationCounters {
    read: [[BitSlicedCounter; LEVELS]; PRODUCTS],
    withheld: [[BitSlicedCounter; LEVELS]; PRODUCTS],
    /// Sanitised versions read, by product and level of the reports.
    versions: [[BitSlicedCounter; LEVELS]; PRODUCTS],
}

/// Equal reports of one producer.
#[derive(Clone, Copy, Debug)]
pub struct ReportsOf {
    /// The nation that produces them.
    pub producer: NationId,
    /// What they are.
    pub product: Product,
    /// Rank of their level.
    pub level: usize,
    /// How many they are.
    pub times: u32,
}

impl SharingCounts<'_> {
    /// Adds equal reports; `own` are those to whom a rule of their producer forbids them.
    pub fn add(&mut self, reports: ReportsOf, counts: &ReaderCounts, own: &NationSet) {
        let ReaderCounts { readers, versions, outcome, to_hub } = counts;
        let ReportsOf { producer, product, level, times } = reports;
        let value = self.values[product.rank()][level];
        self.informs.row_mut(producer).iter_mut().zip(readers.words()).for_each(|(row, reader)| *row |= reader);
        let quarter = &mut self.tally.quarter;
        quarter.produced += times;
        quarter.due += outcome.due * times;
        quarter.read += outcome.read * times;
        quarter.withheld += (outcome.due - outcome.read - outcome.friction - outcome.untrusted) * times;
        if producer == self.hub {
            quarter.from_hub.add(ReaderPairs { due: outcome.due, read: outcome.read }, times);
        } else {
            quarter.to_hub.add(*to_hub, times);
        }
        quarter.untrusted += outcome.untrusted * times;
        quarter.friction += outcome.friction * times;
        let produced = self.tally.nation(producer);
        produced.produced += times;
        produced.value_produced += value * f64::from(times);
        self.counters.read[product.rank()][level].add(readers, times);
        self.counters.withheld[product.rank()][level].add(&outcome.withheld, times);
        self.counters.versions[product.rank()][level].add(versions, times);
        if self.tally.pairs {
            self.add_pairs(producer, counts, own, times, value * f64::from(times));
        }
    }

    fn add_pairs(&mut self, producer: NationId, counts: &ReaderCounts, own: &NationSet, times: u32, value: f64) {
        for reader in counts.readers.iter() {
            self.tally.sent[(producer, reader)] += times;
            self.tally.sent_value[(producer, reader)] += value;
        }
        for kept in counts.outcome.withheld.iter() {
            if own.contains(kept) {
                self.tally.withheld[(producer, kept)] += times;
                let sanitised = if counts.versions.contains(kept) { self.version_share } else { 0.0 };
                self.tally.sent_value[(producer, kept)] += value * sanitised;
                self.tally.withheld_value[(producer, kept)] += value * (1.0 - sanitised);
            } else {
                self.tally.co_owner[(producer, kept)] += times;
            }
        }
    }

    /// Counts a report as a warning if it warns another nation that agreements allow to read it. A nation that is `told`
    /// does not miss the warning, though it does not read the report.
    pub fn add_warning(
        &mut self,
        producer: NationId,
        content: &Content,
        due: &NationSet,
        readers: &NationSet,
        told: bool,
    ) {
        if content.warning && content.subject != producer && due.contains(content.subject) {
            let missed = u32::from(!readers.contains(content.subject) && !told);
            self.tally.quarter.warnings += 1;
            self.tally.quarter.warnings_missed += missed;
            self.tally.nation(content.subject).warnings_missed += missed;
        }
    }

    /// Adds the counts by nation to their year; returns the empty counters.
    pub fn add_to_year(mut self) -> NationCounters {
        let tally = &mut *self.tally;
        for (product, values) in self.values.iter().enumerate() {
            for (level, value) in values.iter().enumerate() {
                let raw = if product == Product::Raw.rank() { *value } else { 0.0 };
                self.counters.read[product][level].drain(|nation, count| {
                    let counts = tally.nation(nation);
                    counts.read += count;
                    counts.value_read += value * f64::from(count);
                    counts.raw_value_read += raw * f64::from(count);
                });
                self.counters.withheld[product][level].drain(|nation, count| {
                    let counts = tally.nation(nation);
                    counts.withheld_from += count;
                    counts.value_withheld_from += value * f64::from(count);
                });
                // What is sanitised is raw no more.
                let value = value * self.version_share;
                self.counters.versions[product][level].drain(|nation, count| {
                    let counts = tally.nation(nation);
                    counts.value_read += value * f64::from(count);
                    counts.value_withheld_from -= value * f64::from(count);
                });
            }
        }
        self.counters
    }
}

/// Binary digits of a count.
const DIGITS: usize = u32::BITS as usize;

/// Bit-sliced (vertical) counter: how many of the added sets contain each nation. For each group of 64 nations word `k`
/// holds binary digit `k` of their 64 counts, so that one ripple-carry addition increments all of them.
#[derive(Debug, Default)]
struct BitSlicedCounter {
    digits: Vec<[u64; DIGITS]>,
}

impl BitSlicedCounter {
    /// Adds a set `times` times.
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

    /// Passes the counts to `take`, one call per binary digit that is 1, with its value; sets all counts to 0.
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
    fn a_bit_sliced_counter_counts_like_an_array() {
        let mut counter = BitSlicedCounter::default();
        for round in 0..2 {
            let mut by_hand = [0u32; 70];
            for number in 0..50 + round {
                let set = NationSet::from_members(
                    70,
                    (0..70).filter(|n| (number * 7 + n * n) % (n + 2) < 2).map(NationId::new),
                );
                let times = number as u32 % 6;
                counter.add(&set, times);
                set.iter().for_each(|n| by_hand[n.index()] += times);
            }
            let mut counts = [0u32; 70];
            counter.drain(|nation, count| counts[nation.index()] += count);
            assert_eq!(counts, by_hand);
        }
    }
}
