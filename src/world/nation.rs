//! Nations: who they are, what they take for given, and what they hold at the moment.
use super::clock::Quarter;
use super::ids::NationId;
use super::levels::{Level, Stance};
use super::record::Because;
use bevy_ecs::prelude::*;

/// A nation's identity.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(immutable)]
pub struct Nation {
    /// Its identity.
    pub id: NationId,
    /// Its address in chance: the stable hash of its iso3.
    pub subject: u64,
}

/// What does not change in a run.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(immutable)]
pub struct Profile {
    /// Intelligence output (index).
    pub intelligence: f64,
    /// Position on the voting scale, 0 to 1.
    pub alignment: f64,
    /// Exposure to the rivals the coalition guards against, 0 to 1.
    pub threat: f64,
    /// Weight of replacement costs relative to its means, 0 to 1.
    pub cost_sensitivity: f64,
    /// Part of its exports that goes to the homes of flagged vendors, 0 to 1.
    pub trade: f64,
    /// The highest level it may read.
    pub clearance: Level,
    /// When its 5G roll-out starts.
    pub rollout_start: Quarter,
    /// Years until nine tenths of its 5G are built.
    pub rollout_years: f64,
}

/// Its policy on the flagged vendors.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// The stance.
    pub stance: Stance,
    /// Since when.
    pub since: Quarter,
    /// What led to it.
    pub because: Because,
}

/// What it believes: log-odds that the flagged vendors are compromised.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Belief {
    /// Now.
    pub log_odds: f64,
    /// To which it relaxes.
    pub prior: f64,
}

impl Belief {
    /// The belief as a probability.
    pub fn share(self) -> f64 {
        1.0 / (1.0 + libm::exp(-self.log_odds))
    }
    /// The log-odds of a probability strictly between 0 and 1.
    pub fn log_odds_of(share: f64) -> f64 {
        libm::log(share / (1.0 - share))
    }
}

/// How long its government has reason to review.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Attention {
    /// The last quarter of heightened attention, if any was raised.
    pub until: Option<Quarter>,
    /// What raised it.
    pub because: Because,
}

/// What others do to it and for it.
#[derive(Component, Clone, Copy, Debug, PartialEq, Default)]
pub struct Pressure {
    /// Compensation on offer for replacing equipment, in million US dollars.
    pub compensation_musd: f64,
    /// How hard a vendor's home punishes it now, 0 to 1; fades.
    pub retaliation: f64,
    /// The part of its collection that its missions abroad still give, 0 to 1.
    pub missions_working: f64,
}
