//! Reports: read only through the function that checks the label.
use super::clock::Quarter;
use super::ids::NationId;
use super::label::Label;
use super::levels::{LEVELS, Level};
use super::sets::NationSet;
use crate::access::grants::Grants;
use bevy_ecs::prelude::*;

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
}

impl Report {
    /// A new report. Of those to whom the channel carries it, and of its owners, it reaches who may hold it now: they
    /// read it at once.
    pub fn new(label: Label, content: Content, made: Quarter, channel: &NationSet, authority: &Authority) -> Self {
        let mut carried = channel.clone();
        label.originators().for_each(|owner| carried.insert(owner));
        let mut reached = authority.holders(&label);
        reached.intersect_with(&carried);
        Self { label, content, made, reached }
    }
    /// Another report of the same owners that goes the same way under the same label.
    #[must_use]
    pub fn like(&self, content: Content, made: Quarter) -> Self {
        Self { label: self.label.clone(), reached: self.reached.clone(), content, made }
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
