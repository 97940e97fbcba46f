//! The quarter's collected reports, indexed by subject in bit sets, and the choice of a report to fuse.
use crate::world::chance::within;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::bits;

/// A collected report, without its content: a nation that uses it must read it through the archive.
#[derive(Clone, Copy, Debug)]
pub struct Collected {
    /// Who produced it.
    pub producer: NationId,
    /// Its subject in the random streams.
    pub luck: u64,
    /// The nation it concerns.
    pub subject: NationId,
    /// True if its producer fuses it with another, if it can.
    pub fusion: bool,
    /// How reluctant its producer is to contribute it, 0 to 1.
    pub reserve: f64,
    /// True if its producer tells its subject of a danger in spite of its own rules.
    pub tells: bool,
}

/// This quarter's collected reports, and for each nation the set of reports that concern it.
#[derive(Debug, Default)]
pub struct ReportIndex {
    reports: Vec<Collected>,
    /// One row of words per subject, one bit per report.
    about: Vec<u64>,
}

impl ReportIndex {
    /// Removes all reports.
    pub fn clear(&mut self) {
        self.reports.clear();
    }

    /// Adds a report; its number is the number of reports before it.
    pub fn push(&mut self, report: Collected) {
        self.reports.push(report);
    }

    /// Builds the sets of reports by subject, after all reports were added.
    pub fn index_by_subject(&mut self, nations: usize) {
        let words = self.words();
        self.about.clear();
        self.about.resize(nations * words, 0);
        for (number, report) in self.reports.iter().enumerate() {
            self.about[report.subject.index() * words + number / 64] |= 1 << (number % 64);
        }
    }

    /// The reports, by number.
    pub fn reports(&self) -> &[Collected] {
        &self.reports
    }

    /// Words per row.
    fn words(&self) -> usize {
        self.reports.len().div_ceil(64)
    }

    /// The number of the report with which a nation fuses its own. Candidates are the reports it `read` (one bit each)
    /// of nations with which it may work in both directions. Reports on the same subject come first; among equals the
    /// random numbers of the two reports decide.
    pub fn fusion_partner(
        &self,
        mine: Collected,
        read: impl Iterator<Item = u64> + Clone,
        work: &BitMatrix,
    ) -> Option<usize> {
        let about = &self.about[mine.subject.index() * self.words()..][..self.words()];
        let on_subject = read.clone().zip(about).map(|(read, about)| read & about);
        // Numbers beyond the collected reports are assessments that were fused since.
        let collected = bits(read).take_while(|number| *number < self.reports.len());
        self.best(mine, work, bits(on_subject)).or_else(|| self.best(mine, work, collected))
    }

    /// The candidate of the highest random rank that the nation may use.
    fn best(&self, mine: Collected, work: &BitMatrix, numbers: impl Iterator<Item = usize>) -> Option<usize> {
        let me = mine.producer;
        let usable = |other: NationId| other != me && work.get(me, other) && work.get(other, me);
        let mut best = None;
        for number in numbers {
            let other = self.reports[number];
            let rank = (within(mine.luck, other.luck), number);
            // Few rank above the best so far, so the access check runs only for these.
            if best.is_none_or(|best| rank > best) && usable(other.producer) {
                best = Some(rank);
            }
        }
        best.map(|(_, number)| number)
    }
}
