//! Reports, whose content only a function that checks the label returns.
use super::clock::Quarter;
use super::grants::Grants;
use super::ids::NationId;
use super::label::Label;
use super::levels::{LEVELS, Level};
use super::sets::NationSet;
use bevy_ecs::prelude::*;

/// What a report says. Only [`Report::read`] returns it, and only for a nation that may hold the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    /// The nation it concerns.
    pub subject: NationId,
    /// True if it warns its subject of a danger.
    pub warning: bool,
}

/// How reports were disseminated: their label, and the nations they reached. Many reports may share one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dissemination {
    label: Label,
    /// The nations that read them when they were new. This cannot be undone; the label decides which of these may hold
    /// them now.
    reached: NationSet,
}

impl Dissemination {
    /// The dissemination of new reports. They reach those of the channel, and of their owners, who may hold them under
    /// this authority; these read them at once.
    pub fn new(label: Label, channel: &NationSet, authority: &Authority) -> Self {
        let mut carried = channel.clone();
        label.originators().for_each(|owner| carried.insert(owner));
        let mut reached = authority.holders(&label);
        reached.intersect_with(&carried);
        Self { label, reached }
    }
    /// True if a nation may read these reports now.
    pub fn admits(&self, nation: NationId, authority: &Authority) -> bool {
        self.reached.contains(nation) && authority.may_hold(&self.label, nation)
    }
    /// The label, which is not secret.
    pub fn label(&self) -> &Label {
        &self.label
    }
    /// The nations that read them when they were new, owners included. No other nation reads them later.
    pub fn reached(&self) -> &NationSet {
        &self.reached
    }
}

/// A report in the archive.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    dissemination: &'a Dissemination,
    content: &'a Content,
    made: Quarter,
}

impl<'a> Report<'a> {
    pub(super) fn new(dissemination: &'a Dissemination, content: &'a Content, made: Quarter) -> Self {
        Self { dissemination, content, made }
    }
    /// Its content, if the nation may read it now.
    pub fn read(&self, nation: NationId, authority: &Authority) -> Option<&'a Content> {
        self.dissemination.admits(nation, authority).then_some(self.content)
    }
    /// Its label and the nations it reached.
    pub fn dissemination(&self) -> &'a Dissemination {
        self.dissemination
    }
    /// Its label, which is not secret.
    pub fn label(&self) -> &'a Label {
        &self.dissemination.label
    }
    /// The quarter in which it was produced.
    pub fn made(&self) -> Quarter {
        self.made
    }
    /// The nations that read it when it was new, owners included. No other nation reads it later.
    pub fn reached(&self) -> &'a NationSet {
        &self.dissemination.reached
    }
}

/// What decides whether a nation may read a report: this quarter's grants, and the nations cleared for each level.
#[derive(Clone, Copy, Debug)]
pub struct Authority<'a> {
    /// This quarter's grants.
    pub grants: &'a Grants,
    /// `cleared[level rank]`: the nations cleared for the level.
    pub cleared: &'a [NationSet; LEVELS],
}

impl Authority<'_> {
    /// The nations that may hold a report with this label now.
    pub fn holders(&self, label: &Label) -> NationSet {
        label.readers(self.cleared, |owner, level| self.grants.share[level.rank()].row(owner))
    }
    /// True if a nation may hold a report with this label now.
    pub fn may_hold(&self, label: &Label, nation: NationId) -> bool {
        label.admits(nation, self.cleared, |owner, level, to| self.grants.share[level.rank()].get(owner, to))
    }
}

/// The nations cleared for each level, by the rank of the level.
#[derive(Resource, Clone, Debug)]
pub struct Clearances(pub [NationSet; LEVELS]);

impl Clearances {
    /// Computes the sets from the clearance of each nation, in identity order.
    pub fn new(clearances: &[Level]) -> Self {
        Self(std::array::from_fn(|rank| NationSet::where_holds(clearances, |own| own.rank() >= rank)))
    }
}
