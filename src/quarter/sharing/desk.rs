//! The desk: the reports collected this quarter, and with which of them a nation fuses one of its own.
use crate::world::chance::within;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::bits;
use crate::world::turned::Turned;

/// A collected report, as its number among them: who produced it, where it lies in chance, and what its draw made of
/// it. Whoever uses it reads it, as anyone else must.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// Who produced it.
    pub producer: NationId,
    /// Its address in chance.
    pub luck: u64,
    /// Whom it concerns.
    pub subject: NationId,
    /// Whether its producer would fuse it with another.
    pub fusion: bool,
}

/// This quarter's collected reports: who read which, and which concern whom.
#[derive(Debug, Default)]
pub struct Desk {
    fresh: Vec<Fresh>,
    /// Whom each reached, row by row.
    reached: Vec<u64>,
    read: Turned,
    /// By subject, a bit a report.
    about: Vec<u64>,
}

impl Desk {
    /// Clears the desk.
    pub fn open(&mut self) {
        self.fresh.clear();
        self.reached.clear();
    }

    /// Puts down a report and whom it reached.
    pub fn put(&mut self, fresh: Fresh, reached: &[u64]) {
        self.fresh.push(fresh);
        self.reached.extend_from_slice(reached);
    }

    /// Sorts what was put down, by reader and by subject.
    pub fn sort(&mut self, nations: usize) {
        let count = self.fresh.len();
        let each = self.reached.len().checked_div(count).unwrap_or(0);
        self.read.turn(count, nations, |number| &self.reached[number * each..][..each]);
        let words = count.div_ceil(64);
        self.about.clear();
        self.about.resize(nations * words, 0);
        for (number, fresh) in self.fresh.iter().enumerate() {
            self.about[fresh.subject.index() * words + number / 64] |= 1 << (number % 64);
        }
    }

    /// The reports, in the order they were put down.
    pub fn fresh(&self) -> &[Fresh] {
        &self.fresh
    }

    /// The number of the report that a nation fuses its own with, of those that reached it from others with whom it
    /// works both ways: on the same subject first, then what the luck of its own ranks highest.
    pub fn partner(&self, mine: Fresh, work: &BitMatrix) -> Option<usize> {
        let read = self.read.row(mine.producer);
        let about = &self.about[mine.subject.index() * read.len()..][..read.len()];
        let on_subject = read.iter().zip(about).map(|(read, about)| read & about);
        self.best(mine, work, bits(on_subject)).or_else(|| self.best(mine, work, bits(read.iter().copied())))
    }

    fn best(&self, mine: Fresh, work: &BitMatrix, numbers: impl Iterator<Item = usize>) -> Option<usize> {
        let me = mine.producer;
        let usable = |other: NationId| other != me && work.get(me, other) && work.get(other, me);
        let mut best = None;
        for number in numbers {
            let other = self.fresh[number];
            let rank = (within(mine.luck, other.luck), number);
            // Few rank above the best so far: only these need be usable.
            if best.is_none_or(|best| rank > best) && usable(other.producer) {
                best = Some(rank);
            }
        }
        best.map(|(_, number)| number)
    }
}
