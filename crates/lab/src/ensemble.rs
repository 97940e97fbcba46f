//! Ensembles: every variant of a scenario run several times. Runs with the same replicate number share their random numbers
//! across variants.
use bevy_ecs::prelude::World;
use noforn::history::{Detail, History};
use noforn::load::Faults;
use noforn::run::{Halted, Prepared};
use noforn::scenario::Scenario;
use std::fmt;
use std::io;

/// One run of an ensemble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// Its variant: an index into `Ensemble::variants`.
    pub variant: usize,
    /// Its replicate, from 0.
    pub rep: u32,
}

/// Variants of a scenario, each prepared once, and the number of runs of each.
#[derive(Clone, Debug)]
pub struct Ensemble {
    /// The scenarios, one per variant.
    pub variants: Vec<Scenario>,
    /// The prepared scenarios, in the same order.
    pub prepared: Vec<Prepared>,
    /// Number of runs of each variant.
    pub reps: u32,
}

/// The error of runs that ended early.
#[derive(Debug)]
pub enum Ended {
    /// The user stopped them (Ctrl-C).
    Stopped,
    /// A run met a rule that cannot be decided.
    Halted {
        /// The run in words: `run 3 of variant `as-spoken``.
        run: String,
        /// The rule, the pair and the quarter.
        why: Halted,
    },
    /// A scenario that is prepared during the runs, such as a point of a sweep, has faults.
    Faults(Box<Faults>),
    /// Results could not be written or read.
    Io(io::Error),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Stopped => write!(f, "stopped before the last run"),
            Ended::Halted { run, why: Halted(why) } => write!(f, "{run} was halted: {why}"),
            Ended::Faults(faults) => write!(f, "the scenario has {} faults", faults.faults.len()),
            Ended::Io(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Ended {}

impl Ended {
    /// The error for a halted run of a variant.
    pub fn halted(variant: &str, rep: u32, why: Halted) -> Self {
        Ended::Halted { run: format!("run {rep} of variant `{variant}`"), why }
    }
}

impl Ensemble {
    /// Prepares every variant.
    pub fn new(variants: Vec<Scenario>, reps: u32) -> Self {
        let prepared = variants.iter().map(Prepared::new).collect();
        Self { variants, prepared, reps }
    }

    /// An ensemble of prepared variants, perhaps with a custom schedule ([`Prepared::with_schedule`]).
    pub fn from_prepared(prepared: Vec<Prepared>, reps: u32) -> Self {
        let variants = prepared.iter().map(|prepared| prepared.scenario().clone()).collect();
        Self { variants, prepared, reps }
    }

    /// The master seed of a variant.
    pub fn seed(&self, variant: usize) -> u64 {
        self.variants[variant].file.run.seed
    }

    /// Number of runs.
    pub fn len(&self) -> usize {
        self.variants.len() * self.reps as usize
    }

    /// True if there are no runs.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every run, ordered by variant, then replicate.
    pub fn runs(&self) -> impl Iterator<Item = Run> + use<> {
        let reps = self.reps;
        (0..self.variants.len()).flat_map(move |variant| (0..reps).map(move |rep| Run { variant, rep }))
    }

    /// The run at an index of `runs`.
    pub fn at(&self, index: usize) -> Run {
        let rep = u32::try_from(index % self.reps as usize).expect("a replicate is less than `reps`");
        Run { variant: index / self.reps as usize, rep }
    }

    /// Makes one run and returns its history.
    pub fn run(&self, run: Run, detail: Detail) -> Result<History, Ended> {
        self.prepared[run.variant].run(run.rep, detail).map_err(|why| self.halted(run, why))
    }

    /// Makes one run without the big tables. Also returns the value of `look`, called with the world after the last quarter.
    pub fn run_and_look<L>(&self, run: Run, look: impl FnOnce(&World) -> L) -> Result<(History, L), Ended> {
        let made = self.prepared[run.variant].run_and_look(run.rep, Detail { full: false }, look);
        made.map_err(|why| self.halted(run, why))
    }

    fn halted(&self, run: Run, why: Halted) -> Ended {
        Ended::halted(&self.variants[run.variant].variant, run.rep, why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::three_nations;

    #[test]
    fn runs_are_ordered_by_variant_then_replicate() {
        let ensemble = three_nations::ensemble(&["a", "b"], 3);
        let expected: Vec<(usize, u32)> = vec![(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)];
        assert_eq!(ensemble.runs().map(|run| (run.variant, run.rep)).collect::<Vec<_>>(), expected);
        assert!(ensemble.runs().zip(0..).all(|(run, index)| ensemble.at(index) == run));
        assert_eq!((ensemble.len(), three_nations::ensemble(&["a"], 0).is_empty()), (6, true));
    }

    #[test]
    fn the_error_names_the_halted_run() {
        let why = Halted("rule `x` cannot be decided for `USA` and `GBR` in 2020Q3".to_owned());
        let ended = Ended::halted("as-spoken", 3, why);
        let expected =
            "run 3 of variant `as-spoken` was halted: rule `x` cannot be decided for `USA` and `GBR` in 2020Q3";
        assert_eq!(ended.to_string(), expected);
    }
}
