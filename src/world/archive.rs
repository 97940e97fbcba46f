//! The archive: the reports of the last four quarters, and which of them each nation read.
use super::clock::Quarter;
use super::ids::NationId;
use super::report::{Authority, Content, Dissemination, Report};
use super::transposed::TransposedSets;
use bevy_ecs::prelude::*;
use std::collections::VecDeque;

/// How many quarters a report is kept, its own included.
pub const KEPT_QUARTERS: u32 = 4;

/// The reports that are still kept, oldest first. A report is recalled when a nation that it reached may no longer read
/// it.
#[derive(Resource, Clone, Debug, Default)]
pub struct Archive {
    /// One entry for each kept quarter, oldest first.
    quarters: VecDeque<QuarterReports>,
    /// Entries of expired quarters, whose memory is used again.
    spare: Vec<QuarterReports>,
}

/// The reports of one quarter.
#[derive(Clone, Debug)]
struct QuarterReports {
    made: Quarter,
    disseminations: Vec<Dissemination>,
    /// For each report: the index of its dissemination, and its content.
    filed: Vec<(u32, Content)>,
    /// For each nation, as bits: which of the reports it read. Empty until the readers are transposed.
    read: TransposedSets,
    /// One bit for each report: whether it leaked. Bits after the last leak may be missing.
    leaked: Vec<u64>,
}

impl Archive {
    /// Starts a quarter: drops the reports of quarters that expired, and returns the number that the next report gets.
    pub fn start_quarter(&mut self, now: Quarter) -> usize {
        while self.quarters.front().is_some_and(|oldest| now.since(oldest.made) >= i64::from(KEPT_QUARTERS)) {
            self.spare.extend(self.quarters.pop_front());
        }
        let mut reports = self.spare.pop().unwrap_or_else(|| QuarterReports::new(now));
        reports.reuse_for(now);
        self.quarters.push_back(reports);
        self.len()
    }

    /// Removes every report.
    pub fn clear(&mut self) {
        self.spare.extend(self.quarters.drain(..));
    }

    /// Adds a dissemination, which any number of this quarter's reports may share, and returns its index.
    ///
    /// # Panics
    ///
    /// If no quarter was started.
    pub fn add_dissemination(&mut self, dissemination: Dissemination) -> usize {
        let disseminations = &mut self.last().disseminations;
        disseminations.push(dissemination);
        disseminations.len() - 1
    }

    /// Adds a report of this quarter. `dissemination` is an index that [`Archive::add_dissemination`] returned this
    /// quarter.
    ///
    /// # Panics
    ///
    /// If no quarter was started.
    pub fn file(&mut self, dissemination: usize, content: Content) {
        self.last().file(dissemination, content);
    }

    /// Computes from the readers of each report of this quarter the reports that each nation read. Reports that are
    /// added later are included.
    ///
    /// # Panics
    ///
    /// If no quarter was started.
    pub fn transpose_readers(&mut self) {
        self.last().transpose_readers();
    }

    fn last(&mut self) -> &mut QuarterReports {
        self.quarters.back_mut().expect("a quarter is started before there are reports of it")
    }

    /// The reports of this quarter that a nation read, as words of bits, one bit for each report. Call
    /// [`Archive::transpose_readers`] first.
    ///
    /// # Panics
    ///
    /// If no quarter was started.
    pub fn read_this_quarter(&self, nation: NationId) -> impl Iterator<Item = u64> + Clone + '_ {
        self.quarters.back().expect("a quarter is started before its reports are read").read.row(nation)
    }

    /// The content of a report, if the nation may read it now.
    ///
    /// # Panics
    ///
    /// If no report has this number.
    pub fn read<'a>(&'a self, number: usize, nation: NationId, authority: &Authority) -> Option<&'a Content> {
        self.report(number).read(nation, authority)
    }

    /// The report with this number: 0 is the oldest that is kept.
    ///
    /// # Panics
    ///
    /// If no report has this number.
    pub fn report(&self, number: usize) -> Report<'_> {
        let (quarter, number) = self.locate(number);
        self.quarters[quarter].report(number)
    }

    /// All reports, oldest first.
    pub fn reports(&self) -> impl Iterator<Item = Report<'_>> {
        self.quarters.iter().flat_map(|quarter| (0..quarter.filed.len()).map(|number| quarter.report(number)))
    }

    /// How many reports there are.
    pub fn len(&self) -> usize {
        self.quarters.iter().map(|quarter| quarter.filed.len()).sum()
    }

    /// True if there are no reports.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Searches the reports that a nation read and that did not leak, from the report `from` on: skips `skipped` of
    /// them and returns the number of the next, if there is one. The readers of every quarter must have been
    /// transposed.
    pub fn nth_held(&self, nation: NationId, from: usize, mut skipped: u64) -> Option<usize> {
        let mut before = 0;
        for quarter in &self.quarters {
            if from < before + quarter.filed.len() {
                match quarter.nth_held(nation, from.saturating_sub(before), skipped) {
                    Ok(number) => return Some(before + number),
                    Err(left) => skipped = left,
                }
            }
            before += quarter.filed.len();
        }
        None
    }

    /// Marks a report as leaked. It stays so, and [`Archive::nth_held`] no longer finds it.
    ///
    /// # Panics
    ///
    /// If no report has this number.
    pub fn leak(&mut self, number: usize) {
        let (quarter, number) = self.locate(number);
        self.quarters[quarter].leak(number);
    }

    /// True if a report leaked.
    ///
    /// # Panics
    ///
    /// If no report has this number.
    pub fn leaked(&self, number: usize) -> bool {
        let (quarter, number) = self.locate(number);
        self.quarters[quarter].leaked.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// The index of the quarter of a report, and the number of the report within it.
    fn locate(&self, mut number: usize) -> (usize, usize) {
        let mut at = 0;
        while number >= self.quarters[at].filed.len() {
            number -= self.quarters[at].filed.len();
            at += 1;
        }
        (at, number)
    }
}

impl QuarterReports {
    fn new(made: Quarter) -> Self {
        Self {
            made,
            disseminations: Vec::new(),
            filed: Vec::new(),
            read: TransposedSets::default(),
            leaked: Vec::new(),
        }
    }

    /// Empties itself for the reports of another quarter, and keeps its memory.
    fn reuse_for(&mut self, made: Quarter) {
        self.made = made;
        self.disseminations.clear();
        self.filed.clear();
        self.read.clear();
        self.leaked.clear();
    }

    fn report(&self, number: usize) -> Report<'_> {
        let (dissemination, content) = &self.filed[number];
        Report::new(&self.disseminations[*dissemination as usize], content, self.made)
    }

    fn file(&mut self, dissemination: usize, content: Content) {
        if self.read.is_transposed() {
            self.read.push(self.disseminations[dissemination].reached().words());
        }
        self.filed.push((dissemination as u32, content));
    }

    fn transpose_readers(&mut self) {
        let disseminations = &self.disseminations;
        self.read.transpose(self.filed.iter().map(|(at, _)| disseminations[*at as usize].reached().words()));
    }

    fn leak(&mut self, number: usize) {
        if self.leaked.len() <= number / 64 {
            self.leaked.resize(number / 64 + 1, 0);
        }
        self.leaked[number / 64] |= 1 << (number % 64);
    }

    /// As [`Archive::nth_held`], within this quarter. The error is how many are left to skip in the next quarter.
    fn nth_held(&self, nation: NationId, from: usize, mut skipped: u64) -> Result<usize, u64> {
        let leaked = self.leaked.iter().copied().chain(std::iter::repeat(0));
        let mut later = u64::MAX << (from % 64);
        for (word, (read, leaked)) in self.read.row(nation).zip(leaked).enumerate().skip(from / 64) {
            let mut held = read & !leaked & std::mem::replace(&mut later, u64::MAX);
            let count = u64::from(held.count_ones());
            if skipped >= count {
                skipped -= count;
                continue;
            }
            (0..skipped).for_each(|_| held &= held - 1);
            return Ok(word * 64 + held.trailing_zeros() as usize);
        }
        Err(skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::grants::Grants;
    use crate::world::label::Label;
    use crate::world::label::Relay;
    use crate::world::levels::Level;
    use crate::world::report::Clearances;
    use crate::world::sets::NationSet;

    #[test]
    fn a_report_is_recalled_restored_and_dropped_but_who_read_it_and_that_it_leaked_stays() {
        let id = NationId::new;
        let all = NationSet::all(3);
        let cleared = Clearances::new(&[Level::Open, Level::Secret, Level::TopSecret]);
        let mut open = Grants::none(3);
        open.share[3].row_mut(id(0)).copy_from_slice(all.words());
        let shut = Grants::none(3);
        let at = |grants| Authority { grants, cleared: &cleared.0 };
        let now = Quarter::new(2019, 1);
        let content = Content { subject: id(2), warning: true };
        let label = Label::new(Level::Secret, all, id(0), Relay::WithinRelease);
        let channel = NationSet::from_members(3, [id(1)]);
        let mut archive = Archive::default();
        archive.start_quarter(now);
        let dissemination = Dissemination::new(label, &channel, &at(&open));
        let index = archive.add_dissemination(dissemination.clone());
        archive.file(index, content);
        let read = |archive: &Archive, nation, grants| archive.read(0, id(nation), &at(grants)).copied();
        assert_eq!(read(&archive, 0, &shut), Some(content), "its owner, cleared or not");
        assert_eq!(read(&archive, 1, &open), Some(content));
        assert_eq!(read(&archive, 1, &shut), None, "recalled");
        assert_eq!(read(&archive, 2, &open), None, "it never reached the third");
        assert_eq!(
            archive.report(0).reached(),
            &NationSet::from_members(3, [id(0), id(1)]),
            "what was read stays read"
        );
        assert!(!archive.leaked(0));
        archive.leak(0);
        assert!(archive.leaked(0));
        archive.start_quarter(now.plus(KEPT_QUARTERS - 1));
        assert_eq!(archive.len(), 1);
        archive.start_quarter(now.plus(KEPT_QUARTERS));
        assert!(archive.is_empty());
        let index = archive.add_dissemination(dissemination);
        archive.file(index, content);
        archive.transpose_readers();
        assert_eq!((archive.report(0).made(), archive.leaked(0)), (now.plus(KEPT_QUARTERS), false));
        let read = |nation| (archive.nth_held(id(nation), 0, 0), archive.read_this_quarter(id(nation)).sum::<u64>());
        assert_eq!([read(1), read(2)], [(Some(0), 1), (None, 0)], "a quarter that uses old memory starts empty");
    }

    #[test]
    fn the_nth_held_report_is_counted_over_all_quarters_without_those_that_leaked() {
        let (n, start) = (70, Quarter::new(2019, 1));
        let cleared = Clearances::new(&vec![Level::TopSecret; n]);
        let mut grants = Grants::none(n);
        let owner = NationId::new(0);
        grants.share[0].row_mut(owner).copy_from_slice(NationSet::all(n).words());
        let authority = Authority { grants: &grants, cleared: &cleared.0 };
        let content = Content { subject: owner, warning: false };
        let reads = |number: usize, nation: usize| (number * 5 + nation * nation).is_multiple_of(3);
        let mut archive = Archive::default();
        for number in 0usize..200 {
            let now = start.plus((number / 70) as u32);
            if number.is_multiple_of(70) {
                archive.start_quarter(now);
            }
            let readers = NationSet::from_members(n, (0..n).filter(|nation| reads(number, *nation)).map(NationId::new));
            let label = Label::new(Level::Open, readers.clone(), owner, Relay::WithinRelease);
            let index = archive.add_dissemination(Dissemination::new(label, &readers, &authority));
            archive.file(index, content);
            if number % 70 == 30 {
                archive.transpose_readers();
            }
        }
        (0..200).step_by(7).for_each(|number| archive.leak(number));
        for nation in 1..n {
            let held: Vec<usize> = (0..200).filter(|number| reads(*number, nation) && number % 7 != 0).collect();
            for from in [0, 1, 64, 69, 70, 133, 199] {
                let left: Vec<usize> = held.iter().copied().filter(|number| *number >= from).collect();
                for skipped in 0..left.len() + 2 {
                    let found = archive.nth_held(NationId::new(nation), from, skipped as u64);
                    assert_eq!(found, left.get(skipped).copied(), "nation {nation} from {from}, {skipped} skipped");
                }
            }
        }
    }
}
