//! The archive: the reports of the last four quarters, and what of them each nation holds.
use super::clock::Quarter;
use super::ids::NationId;
use super::report::{Authority, Content, Dissemination, Report};
use super::turned::Turned;
use bevy_ecs::prelude::*;
use std::collections::VecDeque;

/// How many quarters a report is kept.
pub const KEPT_QUARTERS: u32 = 4;

/// The reports that are still kept, oldest first. Recall is that whom a report reached may no longer read it.
#[derive(Resource, Clone, Debug, Default)]
pub struct Archive {
    /// By the quarter they were made in.
    shelves: VecDeque<Shelf>,
    /// Shelves to be used again.
    cleared: Vec<Shelf>,
}

/// The reports of one quarter.
#[derive(Clone, Debug)]
struct Shelf {
    made: Quarter,
    ways: Vec<Dissemination>,
    /// The number of the way that each went, and what it says.
    filed: Vec<(u32, Content)>,
    /// Who read which, once they are sorted.
    read: Turned,
    /// A bit for each report that leaked, as far as any did.
    leaked: Vec<u64>,
}

impl Archive {
    /// Puts up a shelf for the reports of a quarter, and forgets those that are older than four quarters; returns the
    /// number of the next report.
    pub fn open(&mut self, now: Quarter) -> usize {
        while self.shelves.front().is_some_and(|shelf| now.since(shelf.made) >= i64::from(KEPT_QUARTERS)) {
            self.cleared.extend(self.shelves.pop_front());
        }
        let mut shelf = self.cleared.pop().unwrap_or_else(|| Shelf::new(now));
        shelf.open(now);
        self.shelves.push_back(shelf);
        self.len()
    }

    /// Forgets every report.
    pub fn clear(&mut self) {
        self.cleared.extend(self.shelves.drain(..));
    }

    /// A way for reports of this quarter, and its number.
    ///
    /// # Panics
    ///
    /// Before the first shelf is put up.
    pub fn way(&mut self, went: Dissemination) -> usize {
        let ways = &mut self.last().ways;
        ways.push(went);
        ways.len() - 1
    }

    /// Files a new report that went a way of this quarter.
    ///
    /// # Panics
    ///
    /// Before the first shelf is put up.
    pub fn file(&mut self, way: usize, content: Content) {
        self.last().file(way, content);
    }

    /// Sorts the reports of this quarter by who read them; those filed later are sorted in.
    ///
    /// # Panics
    ///
    /// Before the first shelf is put up.
    pub fn sort(&mut self) {
        self.last().sort();
    }

    fn last(&mut self) -> &mut Shelf {
        self.shelves.back_mut().expect("a quarter is opened before there are reports of it")
    }

    /// Which of this quarter's reports a nation read, once they are sorted: a bit a report.
    ///
    /// # Panics
    ///
    /// Before the first shelf is put up.
    pub fn new_to(&self, nation: NationId) -> impl Iterator<Item = u64> + Clone + '_ {
        self.shelves.back().expect("a quarter is opened before its reports are read").read.row(nation)
    }

    /// What a nation may read of a report now: its content, or nothing.
    pub fn read<'a>(&'a self, number: usize, nation: NationId, authority: &Authority) -> Option<&'a Content> {
        self.report(number).read(nation, authority)
    }

    /// The report with a number.
    ///
    /// # Panics
    ///
    /// Where there is none.
    pub fn report(&self, number: usize) -> Report<'_> {
        let (shelf, number) = self.shelf_of(number);
        self.shelves[shelf].report(number)
    }

    /// The reports, oldest first.
    pub fn reports(&self) -> impl Iterator<Item = Report<'_>> {
        self.shelves.iter().flat_map(|shelf| (0..shelf.filed.len()).map(|number| shelf.report(number)))
    }

    /// How many reports there are.
    pub fn len(&self) -> usize {
        self.shelves.iter().map(|shelf| shelf.filed.len()).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the report that a nation has read and nobody leaked which comes after `skipped` others like it,
    /// from the report `from` on; every quarter's must have been sorted.
    pub fn held(&self, nation: NationId, from: usize, mut skipped: u64) -> Option<usize> {
        let mut before = 0;
        for shelf in &self.shelves {
            if from < before + shelf.filed.len() {
                match shelf.held(nation, from.saturating_sub(before), skipped) {
                    Ok(number) => return Some(before + number),
                    Err(left) => skipped = left,
                }
            }
            before += shelf.filed.len();
        }
        None
    }

    /// A report leaks. What leaked stays leaked, and nobody leaks it again.
    pub fn leak(&mut self, number: usize) {
        let (shelf, number) = self.shelf_of(number);
        self.shelves[shelf].leak(number);
    }

    /// Whether a report leaked.
    pub fn leaked(&self, number: usize) -> bool {
        let (shelf, number) = self.shelf_of(number);
        self.shelves[shelf].leaked.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// The shelf that a report is on, and its number there.
    fn shelf_of(&self, mut number: usize) -> (usize, usize) {
        let mut at = 0;
        while number >= self.shelves[at].filed.len() {
            number -= self.shelves[at].filed.len();
            at += 1;
        }
        (at, number)
    }
}

impl Shelf {
    fn new(made: Quarter) -> Self {
        Self { made, ways: Vec::new(), filed: Vec::new(), read: Turned::default(), leaked: Vec::new() }
    }

    /// Becomes the empty shelf of a quarter, in the memory it has.
    fn open(&mut self, made: Quarter) {
        self.made = made;
        self.ways.clear();
        self.filed.clear();
        self.read.clear();
        self.leaked.clear();
    }

    fn report(&self, number: usize) -> Report<'_> {
        let (way, content) = &self.filed[number];
        Report::new(&self.ways[*way as usize], content, self.made)
    }

    fn file(&mut self, way: usize, content: Content) {
        if self.read.is_turned() {
            self.read.push(self.ways[way].reached().words());
        }
        self.filed.push((way as u32, content));
    }

    fn sort(&mut self) {
        self.read.turn(self.filed.iter().map(|(way, _)| self.ways[*way as usize].reached().words()));
    }

    fn leak(&mut self, number: usize) {
        if self.leaked.len() <= number / 64 {
            self.leaked.resize(number / 64 + 1, 0);
        }
        self.leaked[number / 64] |= 1 << (number % 64);
    }

    /// As [`Archive::held`]; how many are left to skip where the shelf holds too few.
    fn held(&self, nation: NationId, from: usize, mut skipped: u64) -> Result<usize, u64> {
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
    use crate::world::levels::Level;
    use crate::world::report::Clearances;
    use crate::world::sets::NationSet;

    #[test]
    fn a_report_is_recalled_restored_and_forgotten_but_what_was_read_and_leaked_stays() {
        let id = NationId::new;
        let all = NationSet::all(3);
        let cleared = Clearances::new(&[Level::Open, Level::Secret, Level::TopSecret]);
        let mut open = Grants::none(3);
        open.share[3].row_mut(id(0)).copy_from_slice(all.words());
        let shut = Grants::none(3);
        let at = |grants| Authority { grants, cleared: &cleared.0 };
        let now = Quarter::new(2019, 1);
        let content = Content { subject: id(2), warning: true };
        let label = Label::new(Level::Secret, all, id(0));
        let channel = NationSet::of(3, [id(1)]);
        let mut archive = Archive::default();
        archive.open(now);
        let went = Dissemination::new(label, &channel, &at(&open));
        let way = archive.way(went.clone());
        archive.file(way, content);
        let read = |archive: &Archive, nation, grants| archive.read(0, id(nation), &at(grants)).copied();
        assert_eq!(read(&archive, 0, &shut), Some(content), "its owner, cleared or not");
        assert_eq!(read(&archive, 1, &open), Some(content));
        assert_eq!(read(&archive, 1, &shut), None, "recalled");
        assert_eq!(read(&archive, 2, &open), None, "it never reached the third");
        assert_eq!(archive.report(0).reached(), &NationSet::of(3, [id(0), id(1)]), "what was read stays read");
        assert!(!archive.leaked(0));
        archive.leak(0);
        assert!(archive.leaked(0));
        archive.open(now.plus(KEPT_QUARTERS - 1));
        assert_eq!(archive.len(), 1);
        archive.open(now.plus(KEPT_QUARTERS));
        assert!(archive.is_empty());
        let way = archive.way(went);
        archive.file(way, content);
        archive.sort();
        assert_eq!((archive.report(0).made(), archive.leaked(0)), (now.plus(KEPT_QUARTERS), false));
        let told = |nation| (archive.held(id(nation), 0, 0), archive.new_to(id(nation)).sum::<u64>());
        assert_eq!([told(1), told(2)], [(Some(0), 1), (None, 0)], "a shelf used again holds nothing from before");
    }

    #[test]
    fn what_a_nation_holds_is_counted_over_quarters_and_what_leaked_is_skipped() {
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
                archive.open(now);
            }
            let readers = NationSet::of(n, (0..n).filter(|nation| reads(number, *nation)).map(NationId::new));
            let label = Label::new(Level::Open, readers.clone(), owner);
            let way = archive.way(Dissemination::new(label, &readers, &authority));
            archive.file(way, content);
            if number % 70 == 30 {
                archive.sort();
            }
        }
        (0..200).step_by(7).for_each(|number| archive.leak(number));
        for nation in 1..n {
            let held: Vec<usize> = (0..200).filter(|number| reads(*number, nation) && number % 7 != 0).collect();
            for from in [0, 1, 64, 69, 70, 133, 199] {
                let left: Vec<usize> = held.iter().copied().filter(|number| *number >= from).collect();
                for skipped in 0..left.len() + 2 {
                    let told = archive.held(NationId::new(nation), from, skipped as u64);
                    assert_eq!(told, left.get(skipped).copied(), "nation {nation} from {from}, {skipped} skipped");
                }
            }
        }
    }
}
