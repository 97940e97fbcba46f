//! Reports: read only through the function that checks the label.
use super::clock::Quarter;
use super::grants::Grants;
use super::ids::NationId;
use super::label::Label;
use super::levels::{LEVELS, Level};
use super::sets::NationSet;
use bevy_ecs::prelude::*;

/// What a report says. Once it is in a report, only [`Report::read`] hands it out, to who may hold the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// The nation it concerns.
    pub subject: NationId,
    /// Whether it warns its subject.
    pub warning: bool,
}

/// How reports were disseminated: their label, and whom they reached. Many may go the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dissemination {
    label: Label,
    /// Whom they reached, which cannot be taken back; the label decides which of them may hold them now.
    reached: NationSet,
}

impl Dissemination {
    /// A way for new reports. Of those to whom the channel carries them, and of their owners, they reach who may hold
    /// them now: these read them at once.
    pub fn new(label: Label, channel: &NationSet, authority: &Authority) -> Self {
        let mut carried = channel.clone();
        label.originators().for_each(|owner| carried.insert(owner));
        let mut reached = authority.holders(&label);
        reached.intersect_with(&carried);
        Self { label, reached }
    }
    /// Whether a nation may read now what went this way.
    pub fn admits(&self, nation: NationId, authority: &Authority) -> bool {
        self.reached.contains(nation) && authority.may_hold(&self.label, nation)
    }
    /// Their label, which is not secret.
    pub fn label(&self) -> &Label {
        &self.label
    }
    /// Who read them when they were new, their owners included; nobody else ever does.
    pub fn reached(&self) -> &NationSet {
        &self.reached
    }
}

/// A report on its shelf.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    went: &'a Dissemination,
    content: &'a Content,
    made: Quarter,
}

impl<'a> Report<'a> {
    /// What was produced then, and how it went.
    pub(super) fn new(went: &'a Dissemination, content: &'a Content, made: Quarter) -> Self {
        Self { went, content, made }
    }
    /// What a nation may read of it now: its content, or nothing.
    pub fn read(&self, nation: NationId, authority: &Authority) -> Option<&'a Content> {
        self.went.admits(nation, authority).then_some(self.content)
    }
    /// How it went.
    pub fn went(&self) -> &'a Dissemination {
        self.went
    }
    /// Its label, which is not secret.
    pub fn label(&self) -> &'a Label {
        &self.went.label
    }
    /// When it was produced.
    pub fn made(&self) -> Quarter {
        self.made
    }
    /// Who read it when it was new, its owners included; nobody else ever does.
    pub fn reached(&self) -> &'a NationSet {
        &self.went.reached
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
