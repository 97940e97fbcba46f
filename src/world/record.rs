//! The record: choices of the run with their odds and causes, numbered as they are made.
use super::clock::Quarter;
use super::ids::{EventId, NationId, RuleId};
use super::text::Text;
use bevy_ecs::prelude::*;

/// What led to something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// The state of the world at the start.
    #[default]
    Start,
    /// An event of the timeline.
    Event(EventId),
    /// A recorded decision.
    Decision {
        /// The quarter it was made in.
        quarter: Quarter,
        /// Its number within the run.
        number: u32,
    },
}

/// The kinds of decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionKind {
    /// A government chose a stance.
    Stance,
    /// An operator chose a vendor.
    Contract,
    /// An owner enforced a rule.
    Enforce,
    /// An owner waived a rule.
    Waive,
    /// A mission was suspended, withdrawn or reopened.
    Mission,
    /// Two nations made an agreement.
    Agreement,
    /// A pair became restricted.
    Restrict,
    /// A pair was restored.
    Restore,
    /// A report leaked.
    Leak,
    /// A compromise was discovered.
    Disclosure,
}

impl DecisionKind {
    /// The word in the decisions table.
    pub fn as_str(self) -> &'static str {
        match self {
            DecisionKind::Stance => "stance",
            DecisionKind::Contract => "contract",
            DecisionKind::Enforce => "enforce",
            DecisionKind::Waive => "waive",
            DecisionKind::Mission => "mission",
            DecisionKind::Agreement => "agreement",
            DecisionKind::Restrict => "restrict",
            DecisionKind::Restore => "restore",
            DecisionKind::Leak => "leak",
            DecisionKind::Disclosure => "disclosure",
        }
    }
}

/// One choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its kind.
    pub kind: DecisionKind,
    /// Who decided.
    pub actor: NationId,
    /// On whom.
    pub target: Option<NationId>,
    /// Under which rule.
    pub rule: Option<RuleId>,
    /// What was decided.
    pub outcome: Text,
    /// The chance of this outcome.
    pub probability: f64,
    /// The draw that decided.
    pub draw: Option<f64>,
    /// Why, with values and thresholds.
    pub reason: String,
    /// What led to it.
    pub because: Because,
    /// The path in the scenario of what it rests on.
    pub path: String,
}

/// The decisions of a run.
#[derive(Resource, Clone, Debug, Default)]
pub struct Chronicle {
    /// Whether decisions are kept; numbers are given either way.
    pub on: bool,
    /// How many were made.
    pub made: u32,
    /// Those kept: quarter, number, decision.
    pub kept: Vec<(Quarter, u32, Decision)>,
}

impl Chronicle {
    /// Records a choice and returns what refers to it; the choice is only told where decisions are kept.
    pub fn record(&mut self, quarter: Quarter, tell: impl FnOnce() -> Decision) -> Because {
        self.made += 1;
        if self.on {
            self.kept.push((quarter, self.made, tell()));
        }
        Because::Decision { quarter, number: self.made }
    }
}
