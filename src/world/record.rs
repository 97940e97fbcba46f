//! The log of decisions: each with its probability, its reason and what led to it, numbered in order.
use super::clock::Quarter;
use super::ids::{EventId, NationId, RuleId};
use super::text::Text;
use bevy_ecs::prelude::*;

/// What led to a decision or a state.
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

/// One decision of an actor in the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its kind.
    pub kind: DecisionKind,
    /// The nation that decided.
    pub actor: NationId,
    /// The nation that the decision is about, if any.
    pub target: Option<NationId>,
    /// The rule that it applies, if any.
    pub rule: Option<RuleId>,
    /// What was decided, as the decisions table writes it.
    pub outcome: Text,
    /// The probability of this outcome, 0 to 1.
    pub probability: f64,
    /// The random number in [0, 1) that decided, if there was one.
    pub draw: Option<f64>,
    /// Why, as text with values and thresholds.
    pub reason: String,
    /// What led to it.
    pub because: Because,
    /// The path of the scenario key that it is based on, such as `rules.core`.
    pub path: String,
}

/// The decisions of a run.
#[derive(Resource, Clone, Debug, Default)]
pub struct DecisionLog {
    /// True if decisions are kept. They get numbers in any case.
    pub on: bool,
    /// How many decisions were made: the number of the last.
    pub made: u32,
    /// The kept decisions: quarter, number, decision.
    pub kept: Vec<(Quarter, u32, Decision)>,
}

impl DecisionLog {
    /// Records a decision and returns the reference to it. `decision` is called only if decisions are kept.
    pub fn record(&mut self, quarter: Quarter, decision: impl FnOnce() -> Decision) -> Because {
        self.made += 1;
        if self.on {
            self.kept.push((quarter, self.made, decision()));
        }
        Because::Decision { quarter, number: self.made }
    }
}
