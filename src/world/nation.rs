//! Nations: identity, fixed profile, and the state of their governments.
use super::clock::Quarter;
use super::ids::NationId;
use super::levels::{Level, STANCES, Stance};
use super::record::Because;
use bevy_ecs::prelude::*;

/// A nation's identity.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
#[component(immutable)]
pub struct Nation {
    /// Its identity.
    pub id: NationId,
    /// The stable hash of its iso3 code, which addresses its random numbers.
    pub subject: u64,
}

/// The properties of a nation that do not change in a run.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(immutable)]
pub struct Profile {
    /// Intelligence output: `intelligence` of the scenario, or of the run's draw, to the power `intelligence_power`. It
    /// counts only relative to that of other nations.
    pub intelligence: f64,
    /// The raw part of the reports it collects, 0 to 1; the rest are assessments.
    pub raw_share: f64,
    /// Position on the voting scale, from 0 (the far end) to 1 (the guarantor's end).
    pub alignment: f64,
    /// Exposure to the rivals that the coalition guards against, 0 to 1.
    pub threat: f64,
    /// True if a technical agency of its own assesses the flagged vendors.
    pub own_assessment: bool,
    /// True if it warns of a threat whomever the threat is to, its own rules notwithstanding.
    pub duty_to_warn: bool,
    /// Weight of replacement costs relative to its means, 0 to 1.
    pub cost_sensitivity: f64,
    /// The part of its exports that goes to the home states of flagged vendors, 0 to 1.
    pub trade: f64,
    /// The highest level it may read.
    pub clearance: Level,
    /// The quarter in which its 5G roll-out starts.
    pub rollout_start: Quarter,
    /// Years until nine tenths of its 5G network are built.
    pub rollout_years: f64,
}

/// A government's policy on the flagged vendors.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// The stance.
    pub stance: Stance,
    /// By rank of stance: since when the government has stood at that stance or a stricter one. Only ranks up to the
    /// present stance count.
    pub since: [Quarter; STANCES],
    /// What led to it.
    pub because: Because,
}

impl Position {
    /// The position of a government that stands at a stance at the start of a run.
    pub fn new(stance: Stance, start: Quarter) -> Self {
        Self { stance, since: [start; STANCES], because: Because::Start }
    }
    /// Takes a stance. What the government has demanded so far, and still demands, keeps its date; nothing changes if it
    /// stands there already.
    pub fn take(&mut self, stance: Stance, now: Quarter, because: Because) {
        if stance != self.stance {
            let newly = self.since.iter_mut().skip(self.stance.rank() + 1);
            newly.for_each(|since| *since = now);
            (self.stance, self.because) = (stance, because);
        }
    }
}

/// A nation's belief that the flagged vendors are compromised, in log-odds (natural logarithm).
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Belief {
    /// The belief now.
    pub log_odds: f64,
    /// The belief to which it returns over time.
    pub prior: f64,
}

impl Belief {
    /// The belief as a probability, 0 to 1.
    pub fn share(self) -> f64 {
        1.0 / (1.0 + libm::exp(-self.log_odds))
    }
    /// The log-odds of a probability strictly between 0 and 1.
    pub fn log_odds_of(share: f64) -> f64 {
        libm::log(share / (1.0 - share))
    }
}

/// How long a government reviews its stance more often.
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Attention {
    /// The last quarter of heightened attention, if there was any.
    pub until: Option<Quarter>,
    /// What raised it.
    pub because: Because,
}

/// What other nations do to a nation and for it.
#[derive(Component, Clone, Copy, Debug, PartialEq, Default)]
pub struct Pressure {
    /// Compensation on offer for replacing equipment, in million US dollars.
    pub compensation_musd: f64,
    /// How hard a vendor's home state punishes it now, 0 to 1; fades over time.
    pub retaliation: f64,
    /// The part of the collection by its missions abroad that still works, 0 to 1.
    pub missions_working: f64,
}
