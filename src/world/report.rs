//! Reports: kept for four quarters, and read only through the function that checks the label.
use super::clock::Quarter;
use super::ids::NationId;
use super::label::Label;
use super::levels::Level;
use super::sets::NationSet;
use crate::access::grants::Grants;
use bevy_ecs::prelude::*;

/// How many quarters a report is kept.
pub const KEPT_QUARTERS: u32 = 4;

/// What a report says. Only [`Archive::read`] hands it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// The nation it concerns.
    pub subject: NationId,
    /// Whether it warns its subject.
    pub warning: bool,
}

/// A report in the archive.
#[derive(Clone, Debug)]
pub struct Report {
    label: Label,
    content: Content,
    /// When it was produced.
    made: Quarter,
    /// Whom it reached through a channel; the label decides which of them may hold it now.
    reached: NationSet,
    /// Who has read it so far; what was read cannot be taken back.
    seen: NationSet,
    leaked: bool,
}

impl Report {
    /// A new report that reached these nations.
    pub fn new(label: Label, content: Content, made: Quarter, reached: NationSet) -> Self {
        let seen = label.originators().clone();
        Self { label, content, made, reached, seen, leaked: false }
    }
    /// Its label, which is not secret.
    pub fn label(&self) -> &Label {
        &self.label
    }
    /// When it was produced.
    pub fn made(&self) -> Quarter {
        self.made
    }
    /// Who has read it so far.
    pub fn seen(&self) -> &NationSet {
        &self.seen
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
    pub cleared: &'a [NationSet; 5],
}

impl Authority<'_> {
    /// Who may hold a report with this label now.
    pub fn holders(&self, label: &Label) -> NationSet {
        let level = label.level().rank();
        label.readers(&self.cleared[level], |originator| self.grants.share[level].row(originator))
    }
}

/// Who is cleared for each level.
#[derive(Resource, Clone, Debug)]
pub struct Clearances(pub [NationSet; 5]);

impl Clearances {
    /// From each nation's clearance, by identity.
    pub fn new(clearances: &[Level]) -> Self {
        let n = clearances.len();
        let cleared = |level: &Level| NationSet::of(n, (0..n).filter(|i| clearances[*i] >= *level).map(NationId::new));
        Self(std::array::from_fn(|rank| cleared(&Level::ALL[rank])))
    }
}

/// The reports that are still kept, oldest first.
#[derive(Resource, Clone, Debug, Default)]
pub struct Archive {
    reports: Vec<Report>,
}

impl Archive {
    /// Forgets what is older than four quarters.
    pub fn expire(&mut self, now: Quarter) {
        self.reports.retain(|report| now.since(report.made) < i64::from(KEPT_QUARTERS));
    }
    /// Files a new report.
    pub fn file(&mut self, report: Report) {
        self.reports.push(report);
    }
    /// What a nation may read of a report now: its content, or nothing.
    pub fn read<'a>(&'a self, number: usize, nation: NationId, authority: &Authority) -> Option<&'a Content> {
        let report = &self.reports[number];
        let holds = authority.holders(&report.label).contains(nation);
        let reached = report.reached.contains(nation) || report.label.originators().contains(nation);
        (holds && reached).then_some(&report.content)
    }
    /// Everyone who may hold a kept report under this quarter's grants reads it; recall is that the others cannot.
    pub fn circulate(&mut self, authority: &Authority) {
        for report in &mut self.reports {
            let mut readers = authority.holders(&report.label);
            let mut reached = report.reached.clone();
            reached.union_with(report.label.originators());
            readers.intersect_with(&reached);
            report.seen.union_with(&readers);
        }
    }
    /// The reports, oldest first.
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }
    /// A report, to mark a leak.
    pub fn report_mut(&mut self, number: usize) -> &mut Report {
        &mut self.reports[number]
    }
}
