//! Many runs: every variant of a scenario, several times each, told in one order whatever the number of threads.
pub mod ordered;

use bevy_ecs::prelude::World;
use noforn::history::{Detail, History};
use noforn::run::{Halted, Prepared};
use noforn::scenario::Scenario;
use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

/// One run of an ensemble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// Its variant: an index into `Ensemble::variants`.
    pub variant: usize,
    /// Its replicate, from 0.
    pub rep: u32,
}

/// Variants of a scenario, each made ready once, and how often each is run.
#[derive(Clone, Debug)]
pub struct Ensemble {
    /// The scenarios, one a variant.
    pub variants: Vec<Scenario>,
    /// The same, made ready.
    pub prepared: Vec<Prepared>,
    /// Runs of each variant.
    pub reps: u32,
}

/// Why an ensemble ended early.
#[derive(Debug)]
pub enum Ended {
    /// Somebody asked for it (Ctrl-C).
    Stopped,
    /// A run met a rule that cannot be decided.
    Halted {
        /// The variant's name.
        variant: String,
        /// The replicate.
        rep: u32,
        /// The rule, the pair and the quarter.
        why: Halted,
    },
    /// What was made could not be taken.
    Io(io::Error),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Stopped => write!(f, "stopped before the last run"),
            Ended::Halted { variant, rep, why: Halted(why) } => {
                write!(f, "run {rep} of variant `{variant}` was halted: {why}")
            }
            Ended::Io(error) => write!(f, "{error}"),
        }
    }
}

impl Ensemble {
    /// Makes every variant ready.
    pub fn new(variants: Vec<Scenario>, reps: u32) -> Self {
        let prepared = variants.iter().map(Prepared::new).collect();
        Self { variants, prepared, reps }
    }

    /// The master seed of a variant.
    pub fn seed(&self, variant: usize) -> u64 {
        self.variants[variant].file.run.seed
    }

    /// How many runs there are.
    pub fn len(&self) -> usize {
        self.variants.len() * self.reps as usize
    }

    /// Whether there is nothing to run.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every run, by variant, then replicate.
    pub fn runs(&self) -> impl Iterator<Item = Run> + use<> {
        let reps = self.reps;
        (0..self.variants.len()).flat_map(move |variant| (0..reps).map(move |rep| Run { variant, rep }))
    }

    /// The run at an index of `runs`.
    pub fn at(&self, index: usize) -> Run {
        let rep = u32::try_from(index % self.reps as usize).expect("a replicate is less than `reps`");
        Run { variant: index / self.reps as usize, rep }
    }

    /// Runs all on `threads` threads (0: as many as there are cores). `make` is called where a run was made, with
    /// its history; what it returns is handed to `take` in the order of `runs`.
    ///
    /// Only a few runs a thread are held at a time. Fails with the first run, in that order, that was halted, with
    /// what `take` fails with, or soon after `stop` is set.
    pub fn for_each_ordered<T: Send>(
        &self,
        threads: usize,
        stop: &AtomicBool,
        detail: impl Fn(Run) -> Detail + Sync,
        make: impl Fn(Run, History) -> T + Sync,
        take: impl FnMut(Run, T) -> io::Result<()>,
    ) -> Result<(), Ended> {
        self.for_each_in(0..self.len(), threads, stop, detail, make, take)
    }

    /// Runs a stretch of `runs` as `for_each_ordered` runs all.
    pub fn for_each_in<T: Send>(
        &self,
        stretch: Range<usize>,
        threads: usize,
        stop: &AtomicBool,
        detail: impl Fn(Run) -> Detail + Sync,
        make: impl Fn(Run, History) -> T + Sync,
        mut take: impl FnMut(Run, T) -> io::Result<()>,
    ) -> Result<(), Ended> {
        let run = |index: usize| self.at(stretch.start + index);
        let one = |index: usize| self.run(run(index), detail(run(index))).map(|history| make(run(index), history));
        ordered::for_each(threads, stretch.len(), stop, one, |index, made| take(run(index), made?).map_err(Ended::Io))
    }

    /// Makes one run.
    pub fn run(&self, run: Run, detail: Detail) -> Result<History, Ended> {
        self.prepared[run.variant].run(run.rep, detail).map_err(|why| self.halted(run, why))
    }

    /// Runs a stretch of replicates in all variants together, so that they can be held against each other. `make` is called
    /// for each run with its history and with what `look` saw in its world after the last quarter; `take` is handed
    /// what it returned for one replicate in all variants, in the order of the replicates. The big tables are not
    /// recorded. Ends as `for_each_ordered` does.
    pub fn for_each_rep<L, T: Send>(
        &self,
        reps: Range<u32>,
        threads: usize,
        stop: &AtomicBool,
        look: impl Fn(&World) -> L + Sync,
        make: impl Fn(History, L) -> T + Sync,
        mut take: impl FnMut(u32, Vec<T>) -> io::Result<()>,
    ) -> Result<(), Ended> {
        let rep = |index: usize| reps.start + u32::try_from(index).expect("a replicate is less than `reps`");
        let one = |index: usize| {
            let made = (0..self.variants.len()).map(|variant| {
                let run = Run { variant, rep: rep(index) };
                let made = self.prepared[variant].run_and_look(run.rep, Detail { full: false }, &look);
                made.map(|(history, seen)| make(history, seen)).map_err(|why| self.halted(run, why))
            });
            made.collect::<Result<Vec<T>, Ended>>()
        };
        ordered::for_each(threads, reps.len(), stop, one, |index, made| take(rep(index), made?).map_err(Ended::Io))
    }

    fn halted(&self, run: Run, why: Halted) -> Ended {
        Ended::Halted { variant: self.variants[run.variant].variant.clone(), rep: run.rep, why }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::fake;

    #[test]
    fn runs_go_by_variant_then_replicate() {
        let ensemble = fake::ensemble(&["a", "b"], 3);
        let expected: Vec<(usize, u32)> = vec![(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)];
        assert_eq!(ensemble.runs().map(|run| (run.variant, run.rep)).collect::<Vec<_>>(), expected);
        assert!(ensemble.runs().zip(0..).all(|(run, index)| ensemble.at(index) == run));
        assert_eq!((ensemble.len(), fake::ensemble(&["a"], 0).is_empty()), (6, true));
    }

    #[test]
    fn a_halted_run_is_named() {
        let why = Halted("rule `x` cannot be decided for `USA` and `GBR` in 2020Q3".to_owned());
        let ended = Ended::Halted { variant: "as-spoken".to_owned(), rep: 3, why };
        let said = "run 3 of variant `as-spoken` was halted: rule `x` cannot be decided for `USA` and `GBR` in 2020Q3";
        assert_eq!(ended.to_string(), said);
    }
}
