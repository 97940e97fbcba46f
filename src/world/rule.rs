//! Rules: what they forbid, when they were announced, and how their owner applies them to each nation.
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
    /// The hash of its id, which addresses its random numbers.
    pub subject: u64,
    /// The nation that owns the rule.
    pub owner: NationId,
    /// True if it forbids sharing.
    pub forbids_share: bool,
    /// True if it forbids working alongside.
    pub forbids_work: bool,
    /// True if it forbids missions.
    pub forbids_colocate: bool,
    /// Quarters from the announcement until the rule is in force.
    pub grace: u32,
    /// Whether it always applies in full, or the owner chooses each time.
    pub enforcement: Enforcement,
    /// The level of the sanitised versions that are sent of more sensitive reports if the owner chooses the tear-line; up to
    /// it reports go as they are.
    pub tear_line: Option<Level>,
}

/// What the owner does to one nation under a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// The rule in full.
    Full,
    /// Sanitised versions, at the level of the tear-line, of what is more sensitive.
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

/// Whether and how a rule applies to one nation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Application {
    /// Its condition does not hold for the nation.
    Clear,
    /// Its condition holds, and the owner chose a measure.
    Triggered {
        /// The measure it chose.
        measure: Measure,
        /// The quarter of the choice.
        chosen: Quarter,
        /// The record of the choice.
        because: Because,
    },
    /// Its condition held and the rule was enforced. It no longer holds, but access is not restored yet.
    Restoring {
        /// The measure that still applies.
        measure: Measure,
        /// The first quarter in which it no longer applies.
        until: Quarter,
        /// The record of the choice.
        because: Because,
    },
}

/// What changes in a run about a rule.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct RuleProgress {
    /// The quarter of its announcement; none before that, and none after it was lifted.
    pub announced: Option<Quarter>,
    /// The event that announced it.
    pub because: Because,
    /// How it applies to each nation, in identity order.
    pub towards: Vec<Application>,
    /// Nations that an event exempted.
    pub spared: NationSet,
}

/// The pairs that are restricted now in any action, and the decision that began each restriction.
#[derive(Resource, Clone, Debug, Default)]
pub struct Restrictions {
    /// The restricted pairs `(owner, nation)`.
    pub pairs: BitMatrix,
    /// The decision that began the restriction of each pair.
    pub because: BTreeMap<(NationId, NationId), Because>,
    /// The id of the rule that binds each restricted pair. Filled at the end of a year if decisions are kept.
    pub binding: BTreeMap<(NationId, NationId), Text>,
    /// The number of (pair, action) that the announced rules would forbid if enforced in full.
    pub declared: u32,
    /// The number of these that are forbidden in full.
    pub applied: u32,
}
