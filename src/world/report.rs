//! Reports: kept for four quarters, and read only through the function that checks the label.
use super::clock::Quarter;
use super::ids::NationId;
use super::label::Label;
use super::levels::{LEVELS, Level};
use super::sets::NationSet;
use crate::access::grants::Grants;
use bevy_ecs::prelude::*;
use std::collections::VecDeque;

/// How many quarters a report is kept.
pub const KEPT_QUARTERS: u32 = 4;

/// What a report says. Once it is in a report, only [`Report::read`] hands it out, to who may hold the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// The nation it concerns.
    pub subject: NationId,
    /// Whether it warns its subject.
    pub warning: bool,
}

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    label: Label,
    content: Content,
    /// When it was produced.
    made: Quarter,
    /// Whom it reached, which cannot be taken back; the label decides which of them may hold it now.
    reached: NationSet,
    leaked: bool,
}

impl Report {
    /// A new report. Of those to whom the channel carries it, and of its owners, it reaches who may hold it now: they
    /// read it at once.
    pub fn new(label: Label, content: Content, made: Quarter, channel: &NationSet, authority: &Authority) -> Self {
        let mut carried = channel.clone();
        label.originators().for_each(|owner| carried.insert(owner));
        let mut reached = authority.holders(&label);
        reached.intersect_with(&carried);
        Self { label, content, made, reached, leaked: false }
    }
    /// Another report of the same owners that goes the same way under the same label.
    #[must_use]
    pub fn like(&self, content: Content, made: Quarter) -> Self {
        Self { label: self.label.clone(), reached: self.reached.clone(), content, made, leaked: false }
    }
    /// What a nation may read of it now: its content, or nothing.
    pub fn read(&self, nation: NationId, authority: &Authority) -> Option<&Content> {
        (self.reached.contains(nation) && authority.may_hold(&self.label, nation)).then_some(&self.content)
    }
    /// Its label, which is not secret.
    pub fn label(&self) -> &Label {
        &self.label
    }
    /// When it was produced.
    pub fn made(&self) -> Quarter {
        self.made
    }
    /// Who read it when it was new, its owners included; nobody else ever does.
    pub fn reached(&self) -> &NationSet {
        &self.reached
    }
    /// Whether it leaked.
    pub fn leaked(&self) -> bool {
        self.leaked
    }
    /// It leaks. What leaked stays leaked.
    pub fn leak(&mut self) {
        self.leaked = true;
    }
}

/// What decides who may read: this quarter's grants, and who is cleared for each level.
#[derive(Clone, Copy, Debug)]
pub struct Authority<'a> {
    /// This quarter's grants.
    pub grants: &'a Grants,
    /// `cleared[level]`: nations that may read it.
    pub cleared: &'a [NationSet; LEVELS],
}

impl Authority<'_> {
    /// Who may hold a report with this label now.
    pub fn holders(&self, label: &Label) -> NationSet {
        label.readers(self.cleared, |owner, level| self.grants.share[level.rank()].row(owner))
    }
    /// Whether a nation may hold a report with this label now.
    pub fn may_hold(&self, label: &Label, nation: NationId) -> bool {
        label.admits(nation, self.cleared, |owner, level, to| self.grants.share[level.rank()].get(owner, to))
    }
}

/// Who is cleared for each level.
#[derive(Resource, Clone, Debug)]
pub struct Clearances(pub [NationSet; LEVELS]);

impl Clearances {
    /// From each nation's clearance, by identity.
    pub fn new(clearances: &[Level]) -> Self {
        let n = clearances.len();
        let cleared = |level: &Level| NationSet::of(n, (0..n).filter(|i| clearances[*i] >= *level).map(NationId::new));
        Self(std::array::from_fn(|rank| cleared(&Level::ALL[rank])))
    }
}

/// The reports that are still kept, oldest first. Recall is that whom a report reached may no longer read it.
#[derive(Resource, Clone, Debug, Default)]
pub struct Archive {
    reports: VecDeque<Report>,
}

impl Archive {
    /// Forgets what is older than four quarters.
    pub fn expire(&mut self, now: Quarter) {
        let old = |report: &Report| now.since(report.made) >= i64::from(KEPT_QUARTERS);
        let kept = self.reports.iter().position(|report| !old(report)).unwrap_or(self.reports.len());
        self.reports.drain(..kept);
    }
    /// Forgets every report.
    pub fn clear(&mut self) {
        self.reports.clear();
    }
    /// Files a new report.
    pub fn file(&mut self, report: Report) {
        self.reports.push_back(report);
    }
    /// What a nation may read of a report now: its content, or nothing.
    pub fn read<'a>(&'a self, number: usize, nation: NationId, authority: &Authority) -> Option<&'a Content> {
        self.reports[number].read(nation, authority)
    }
    /// The reports, oldest first.
    pub fn reports(&self) -> &VecDeque<Report> {
        &self.reports
    }
    /// A report, to mark a leak.
    pub fn report_mut(&mut self, number: usize) -> &mut Report {
        &mut self.reports[number]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        archive.file(Report::new(label, content, now, &channel, &at(&open)));
        let read = |archive: &Archive, nation, grants| archive.read(0, id(nation), &at(grants)).copied();
        assert_eq!(read(&archive, 0, &shut), Some(content), "its owner, cleared or not");
        assert_eq!(read(&archive, 1, &open), Some(content));
        assert_eq!(read(&archive, 1, &shut), None, "recalled");
        assert_eq!(read(&archive, 2, &open), None, "it never reached the third");
        assert_eq!(archive.reports()[0].reached(), &NationSet::of(3, [id(0), id(1)]), "what was read stays read");
        assert!(!archive.reports()[0].leaked());
        archive.report_mut(0).leak();
        assert!(archive.reports()[0].leaked());
        archive.expire(now.plus(KEPT_QUARTERS - 1));
        assert_eq!(archive.reports().len(), 1);
        archive.expire(now.plus(KEPT_QUARTERS));
        assert!(archive.reports().is_empty());
    }
}
