//! Runs of a scenario: from a scenario and a seed to a history.
mod draw;
mod plan;
mod rank;
mod reset;
mod spawn;
mod ties;

use crate::access::Policies;
use crate::history::rows::{DecisionRow, EventRow};
use crate::history::{Detail, History};
use crate::quarter::measures::{Ledger, decision_id};
use crate::quarter::quarter;
use crate::scenario::Scenario;
use crate::world::chance::{Chance, subject};
use crate::world::clock::Quarter;
use crate::world::effect::Timeline;
use crate::world::model::Model;
use crate::world::record::{Because, Decision, DecisionLog};
use crate::world::setting::{Clock, Halt, Names};
use crate::world::subjects::Subjects;
use bevy_ecs::prelude::*;
use plan::Plan;
use std::fmt;
use std::sync::{Arc, Mutex};

/// Why a run stopped: a rule that cannot be evaluated is never taken as a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halted(pub String);

impl fmt::Display for Halted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Halted {}

/// A scenario that is prepared once for all of its runs, on any thread.
#[derive(Clone, Debug)]
pub struct Prepared {
    scenario: Arc<Scenario>,
    plan: Arc<Plan>,
    policies: Policies,
    /// True if runs draw the parameters of the model from the scenario's posterior.
    draws: bool,
    /// The nation that each random number makes the subject of a report.
    subjects: Subjects,
    /// Makes a new schedule of a quarter.
    schedule: fn() -> Schedule,
    idle: Arc<IdleSimulations>,
}

/// A world, and the schedule that simulates a quarter of it.
struct Simulation {
    world: World,
    schedule: Schedule,
}

/// Simulations that finished a run. The next runs reset and use them again, which is faster than to spawn new ones.
#[derive(Default)]
struct IdleSimulations(Mutex<Vec<Simulation>>);

impl fmt::Debug for IdleSimulations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdleSimulations")
    }
}

impl IdleSimulations {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Simulation>> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

impl Prepared {
    /// Prepares a checked scenario for its runs.
    pub fn new(scenario: &Scenario) -> Self {
        Self::with_schedule(scenario, quarter)
    }

    /// Prepares a checked scenario with another schedule: that of [`quarter`] with one more system, or with one
    /// replaced. Ensembles, sweeps and comparisons of this prepared scenario use it in every run.
    ///
    /// Runs use the same world one after another. The start of a run resets only what the model's own causes change: a
    /// system of yours must reset its own state in the first quarter, or have none.
    pub fn with_schedule(scenario: &Scenario, schedule: fn() -> Schedule) -> Self {
        let addresses: Vec<u64> = scenario.file.nations.keys().map(|id| subject(id)).collect();
        Self {
            plan: Arc::new(Plan::new(scenario, &scenario.file.model)),
            policies: Policies::compile(scenario),
            scenario: Arc::new(scenario.clone()),
            draws: true,
            subjects: Subjects::new(&addresses),
            schedule,
            idle: Arc::default(),
        }
    }

    /// The same scenario with these parameters in every run. None are drawn from the posterior; each nation's
    /// intelligence is drawn from its range as before.
    #[must_use]
    pub fn with_model(&self, model: &Model) -> Self {
        let intelligence = draw::intelligence(&self.scenario.file, self.chance(0), 0);
        Self { plan: Arc::new(self.plan.with(&self.scenario, model, &intelligence)), draws: false, ..self.clone() }
    }

    /// Another scenario prepared with the same schedule.
    #[must_use]
    pub fn prepare(&self, scenario: &Scenario) -> Self {
        Self::with_schedule(scenario, self.schedule)
    }

    /// A new schedule, which simulates one quarter of a world of this scenario; see [`step`].
    pub fn schedule(&self) -> Schedule {
        (self.schedule)()
    }

    /// The scenario that was prepared.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The scenario's policies, compiled.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Runs the scenario once. The replicate number `rep`, from 0, and the scenario's seed determine all random
    /// numbers.
    ///
    /// # Errors
    /// If a rule cannot be evaluated.
    pub fn run(&self, rep: u32, detail: Detail) -> Result<History, Halted> {
        self.run_and_look(rep, detail, |_| ()).map(|(history, ())| history)
    }

    /// As [`Prepared::run`]; also returns the result of `look` on the world after the last quarter.
    ///
    /// # Errors
    /// If a rule cannot be evaluated.
    pub fn run_and_look<T>(
        &self,
        rep: u32,
        detail: Detail,
        look: impl FnOnce(&World) -> T,
    ) -> Result<(History, T), Halted> {
        let mut simulation = self.simulation(rep, detail);
        for now in self.quarters() {
            step(&mut simulation.world, &mut simulation.schedule, now)?;
        }
        let seen = look(&simulation.world);
        let history = self.take_history(&mut simulation.world);
        self.idle.lock().push(simulation);
        Ok((history, seen))
    }

    /// Runs up to the quarter `end`, and calls `see` with the world after each quarter. No history is returned.
    ///
    /// # Errors
    /// If a rule cannot be evaluated.
    pub fn watch(&self, rep: u32, end: Quarter, mut see: impl FnMut(&World)) -> Result<(), Halted> {
        let mut simulation = self.simulation(rep, Detail { full: false });
        for now in self.quarters().take_while(|now| *now <= end) {
            step(&mut simulation.world, &mut simulation.schedule, now)?;
            see(&simulation.world);
        }
        self.idle.lock().push(simulation);
        Ok(())
    }

    /// A simulation at the start of a run: an idle one that is reset, or else a new one.
    fn simulation(&self, rep: u32, detail: Detail) -> Simulation {
        let idle = self.idle.lock().pop();
        match idle {
            Some(mut simulation) => {
                let drawn = self.drawn(rep);
                reset::reset(&mut simulation.world, drawn.as_ref().unwrap_or(&self.plan), self.chance(rep), detail);
                simulation
            }
            None => Simulation { world: self.world(rep, detail), schedule: self.schedule() },
        }
    }

    /// The plan of a run that draws its parameters; none for a run with the scenario's own.
    fn drawn(&self, rep: u32) -> Option<Plan> {
        let (file, chance) = (&self.scenario.file, self.chance(rep));
        if rep == 0 || !file.draws() {
            return None;
        }
        let model = draw::model(file, chance, rep).filter(|_| self.draws);
        let model = model.as_ref().unwrap_or(&self.plan.model);
        Some(self.plan.with(&self.scenario, model, &draw::intelligence(file, chance, rep)))
    }

    fn chance(&self, rep: u32) -> Chance {
        Chance::new(self.scenario.file.run.seed, rep)
    }

    /// The world at the start of a run, before its first quarter.
    pub fn world(&self, rep: u32, detail: Detail) -> World {
        let drawn = self.drawn(rep);
        let plan = drawn.as_ref().unwrap_or(&self.plan);
        spawn::spawn(plan, &self.policies, &self.subjects, self.chance(rep), detail)
    }

    /// The quarters of a run, in order.
    pub fn quarters(&self) -> impl Iterator<Item = Quarter> + use<> {
        (self.plan.start.0..=self.plan.end.0).map(Quarter)
    }

    /// Takes the history of a finished run out of its world.
    fn take_history(&self, world: &mut World) -> History {
        let mut history = std::mem::take(&mut world.resource_mut::<Ledger>().history);
        history.decisions = self.decisions(world);
        history.events = self.events(world);
        history
    }

    /// The decisions made so far, in order; none in a world that does not keep them.
    pub fn decisions(&self, world: &World) -> Vec<DecisionRow> {
        let names = world.resource::<Names>();
        world.resource::<DecisionLog>().kept.iter().map(|kept| self.decision(kept, names)).collect()
    }

    /// The events applied so far, by quarter and id; none in a world that does not keep decisions.
    pub fn events(&self, world: &World) -> Vec<EventRow> {
        if !world.resource::<DecisionLog>().on {
            return Vec::new();
        }
        let names = world.resource::<Names>();
        let applied = world.resource::<Timeline>().applied.iter();
        let mut events: Vec<EventRow> =
            applied.map(|(quarter, event)| self.event(*quarter, names, event.index())).collect();
        events.sort_by(|a, b| (a.year, a.quarter, &a.event_id).cmp(&(b.year, b.quarter, &b.event_id)));
        events
    }

    fn decision(&self, (quarter, number, decision): &(Quarter, u32, Decision), names: &Names) -> DecisionRow {
        let place = self.scenario.origin(&decision.path);
        let because = match decision.because {
            Because::Start => None,
            Because::Event(event) => Some(names.events[event.index()].clone()),
            made @ Because::Decision { .. } => decision_id(made),
        };
        let share = crate::history::cell::Share;
        DecisionRow {
            year: quarter.year(),
            quarter: quarter.number(),
            decision_id: decision_id(Because::Decision { quarter: *quarter, number: *number })
                .expect("a decision has an id"),
            kind: decision.kind.as_str(),
            actor_iso3: names.nation(decision.actor).clone(),
            target_iso3: decision.target.map(|target| names.nation(target).clone()),
            rule_id: decision.rule.map(|rule| names.rule(rule).clone()),
            outcome: decision.outcome.clone(),
            probability: share(decision.probability),
            draw: decision.draw.map(share),
            reason: decision.reason.as_str().into(),
            because_id: because,
            // A decision that is based on a default of the program refers to the first line of the scenario.
            source_file: place
                .map_or_else(|| format!("{}.toml", self.scenario.name).into(), |place| place.file.clone()),
            source_line: place.map_or(1, |place| place.line),
        }
    }

    fn event(&self, quarter: Quarter, names: &Names, event: usize) -> EventRow {
        let id = &names.events[event];
        let entry = &self.scenario.file.events[&**id];
        EventRow {
            year: quarter.year(),
            quarter: quarter.number(),
            event_id: id.clone(),
            effect: entry.effect(),
            source: entry.source.as_deref().map(Into::into),
        }
    }
}

/// The id of the nation on which others rely: of those that list a vendor or own a rule, the one with the greatest
/// intelligence.
pub fn guarantor(scenario: &Scenario) -> Option<String> {
    let nation = ties::guarantor(scenario)?;
    scenario.file.nations.keys().nth(nation.index()).cloned()
}

/// Simulates one quarter of a world.
///
/// # Errors
/// If a rule cannot be evaluated.
pub fn step(world: &mut World, schedule: &mut Schedule, now: Quarter) -> Result<(), Halted> {
    world.resource_mut::<Clock>().0 = now;
    schedule.run(world);
    match world.resource::<Halt>().0.clone() {
        Some(reason) => Err(Halted(reason)),
        None => Ok(()),
    }
}
