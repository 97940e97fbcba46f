//! Rules: what an owner announced, and what it applies to whom.
use super::clock::Quarter;
use super::ids::{NationId, RuleId};
use super::levels::{Enforcement, Level};
use super::matrix::BitMatrix;
use super::record::Because;
use super::sets::NationSet;
use super::text::Text;
use bevy_ecs::prelude::*;
use std::collections::BTreeMap;

/// A rule's identity and what does not change in a run.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(immutable)]
pub struct Rule {
    /// Its identity.
    pub id: RuleId,
    /// Its address in chance.
    pub subject: u64,
    /// Whose rule it is.
    pub owner: NationId,
    /// Whether it forbids sharing.
    pub forbids_share: bool,
    /// Whether it forbids working alongside.
    pub forbids_work: bool,
    /// Whether it forbids missions.
    pub forbids_colocate: bool,
    /// Quarters between announcement and force.
    pub grace: u32,
    /// How firmly it is applied.
    pub enforcement: Enforcement,
    /// The highest level still sent where the owner chooses the tear-line.
    pub tear_line: Option<Level>,
}

/// What the owner does to one nation under a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The rule in full.
    Full,
    /// Reports with their sources removed, up to the tear-line.
    TearLine,
    /// Nothing.
    Waived,
}

impl Measure {
    /// The word in the decisions table.
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Full => "full",
            Measure::TearLine => "tear_line",
            Measure::Waived => "waived",
        }
    }
}

/// How a rule stands towards one nation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Application {
    /// Its condition does not hold.
    Clear,
    /// It holds, and the owner chose.
    Triggered {
        /// What it chose.
        measure: Measure,
        /// When.
        chosen: Quarter,
        /// The record of the choice.
        because: Because,
    },
    /// It held and was enforced; it no longer holds, but is not restored yet.
    Restoring {
        /// What applied.
        measure: Measure,
        /// The first quarter without it.
        until: Quarter,
        /// The record of the choice.
        because: Because,
    },
}

/// The course of a rule.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct Course {
    /// When it was announced, while it stands.
    pub announced: Option<Quarter>,
    /// The event that announced it.
    pub because: Because,
    /// How it stands towards each nation.
    pub towards: Vec<Application>,
    /// Nations that an event spared.
    pub spared: NationSet,
}

/// Who restricts whom at the moment, in any action, and since which decision.
#[derive(Resource, Clone, Debug, Default)]
pub struct Restrictions {
    /// Owner to restricted.
    pub pairs: BitMatrix,
    /// The record of each restriction.
    pub because: BTreeMap<(NationId, NationId), Because>,
    /// At year's end, where decisions are kept: the rule that stops each restricted pair, by its id.
    pub binding: BTreeMap<(NationId, NationId), Text>,
    /// Pairs and actions that the announced rules would stop if enforced in full.
    pub declared: u32,
    /// Pairs and actions that are stopped as fully as that.
    pub applied: u32,
}
