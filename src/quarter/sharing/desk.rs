//! The desk: the reports collected this quarter, and with which of them a nation fuses one of its own.
use crate::world::chance::within;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::bits;

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

/// This quarter's collected reports, and which concern whom.
#[derive(Debug, Default)]
pub struct Desk {
    fresh: Vec<Fresh>,
    /// By subject, a bit a report.
    about: Vec<u64>,
}

impl Desk {
    /// Clears the desk.
    pub fn open(&mut self) {
        self.fresh.clear();
    }

    /// Puts down a report.
    pub fn put(&mut self, fresh: Fresh) {
        self.fresh.push(fresh);
    }

    /// Sorts what was put down by subject.
    pub fn sort(&mut self, nations: usize) {
        let words = self.words();
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

    fn words(&self) -> usize {
        self.fresh.len().div_ceil(64)
    }

    /// The number of the report that a nation fuses its own with, of those that it `read` from others with whom it
    /// works both ways: on the same subject first, then what the luck of its own ranks highest.
    pub fn partner(&self, mine: Fresh, read: impl Iterator<Item = u64> + Clone, work: &BitMatrix) -> Option<usize> {
        let about = &self.about[mine.subject.index() * self.words()..][..self.words()];
        let on_subject = read.clone().zip(about).map(|(read, about)| read & about);
        // What was fused since is no collected report.
        let collected = || bits(read).take_while(|number| *number < self.fresh.len());
        self.best(mine, work, bits(on_subject)).or_else(|| self.best(mine, work, collected()))
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
