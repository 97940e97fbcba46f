//! A scenario and a seed to a history.
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

/// Why a run stopped: a rule that cannot be decided is never taken for a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halted(pub String);

impl fmt::Display for Halted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Halted {}

/// A scenario made ready once; serves every run of it, on any thread.
#[derive(Clone, Debug)]
pub struct Prepared {
    scenario: Arc<Scenario>,
    plan: Arc<Plan>,
    policies: Policies,
    /// Whether runs draw their parameters from the scenario's posterior.
    draws: bool,
    /// Whom reports may concern.
    subjects: Subjects,
    /// Makes the schedule of a quarter.
    schedule: fn() -> Schedule,
    stages: Arc<Stages>,
}

/// A world with the schedule that moves it on.
struct Stage {
    world: World,
    schedule: Schedule,
}

/// Worlds that have served a run and serve the next: each run puts everything that moves back to the start.
#[derive(Default)]
struct Stages(Mutex<Vec<Stage>>);

impl fmt::Debug for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stages")
    }
}

impl Stages {
    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Stage>> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

impl Prepared {
    /// Prepares a checked scenario for its runs.
    pub fn new(scenario: &Scenario) -> Self {
        Self::with_schedule(scenario, quarter)
    }

    /// Prepares a checked scenario whose quarters follow another schedule: that of [`quarter`] with a system more, or with
    /// one replaced. Ensembles, sweeps and comparisons of what is prepared so use it in every run.
    ///
    /// A world serves one run after another, and each run puts back only what the model's own causes change. A system of
    /// yours keeps its state in a resource that it resets in the first quarter, or has none.
    pub fn with_schedule(scenario: &Scenario, schedule: fn() -> Schedule) -> Self {
        let addresses: Vec<u64> = scenario.file.nations.keys().map(|id| subject(id)).collect();
        Self {
            plan: Arc::new(Plan::new(scenario, &scenario.file.model)),
            policies: Policies::compile(scenario),
            scenario: Arc::new(scenario.clone()),
            draws: true,
            subjects: Subjects::new(&addresses),
            schedule,
            stages: Arc::default(),
        }
    }

    /// The same scenario under these parameters in every run, whatever calibration left possible.
    #[must_use]
    pub fn with_model(&self, model: &Model) -> Self {
        Self { plan: Arc::new(self.plan.under(&self.scenario, model)), draws: false, ..self.clone() }
    }

    /// Another scenario prepared with the same schedule.
    #[must_use]
    pub fn prepare(&self, scenario: &Scenario) -> Self {
        Self::with_schedule(scenario, self.schedule)
    }

    /// A new schedule that moves a world of this scenario on by a quarter; see [`step`].
    pub fn schedule(&self) -> Schedule {
        (self.schedule)()
    }

    /// The scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The rules, compiled.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// The history of one run; `rep` counts from 0 and names its luck together with the seed.
    pub fn run(&self, rep: u32, detail: Detail) -> Result<History, Halted> {
        self.run_and_look(rep, detail, |_| ()).map(|(history, ())| history)
    }

    /// The same, and what `look` sees in the world after the last quarter.
    pub fn run_and_look<T>(
        &self,
        rep: u32,
        detail: Detail,
        look: impl FnOnce(&World) -> T,
    ) -> Result<(History, T), Halted> {
        let mut stage = self.stage(rep, detail);
        for now in self.quarters() {
            step(&mut stage.world, &mut stage.schedule, now)?;
        }
        let seen = look(&stage.world);
        let history = self.told(&mut stage.world);
        self.stages.free().push(stage);
        Ok((history, seen))
    }

    /// Runs up to and with `end` and shows the world after every quarter; nothing is recorded.
    pub fn watch(&self, rep: u32, end: Quarter, mut see: impl FnMut(&World)) -> Result<(), Halted> {
        let mut stage = self.stage(rep, Detail { full: false });
        for now in self.quarters().take_while(|now| *now <= end) {
            step(&mut stage.world, &mut stage.schedule, now)?;
            see(&stage.world);
        }
        self.stages.free().push(stage);
        Ok(())
    }

    /// A world at the start of a run: one that has served, or else a new one.
    fn stage(&self, rep: u32, detail: Detail) -> Stage {
        let served = self.stages.free().pop();
        match served {
            Some(mut stage) => {
                let drawn = self.drawn(rep);
                reset::reset(&mut stage.world, drawn.as_ref().unwrap_or(&self.plan), self.chance(rep), detail);
                stage
            }
            None => Stage { world: self.world(rep, detail), schedule: self.schedule() },
        }
    }

    /// The plan of a run that draws its parameters.
    fn drawn(&self, rep: u32) -> Option<Plan> {
        let drawn = draw::model(&self.scenario.file, self.chance(rep), rep).filter(|_| self.draws);
        drawn.map(|model| self.plan.under(&self.scenario, &model))
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

    /// The history that a world leaves at the end of its run.
    fn told(&self, world: &mut World) -> History {
        let mut history = std::mem::take(&mut world.resource_mut::<Ledger>().history);
        history.decisions = self.decisions(world);
        history.events = self.events(world);
        history
    }

    /// The choices made so far in a world that keeps them, in the order in which they were made.
    pub fn decisions(&self, world: &World) -> Vec<DecisionRow> {
        let names = world.resource::<Names>();
        world.resource::<DecisionLog>().kept.iter().map(|kept| self.decision(kept, names)).collect()
    }

    /// The events applied so far, by quarter and id; none where decisions are not kept.
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
            // What rests on a default of the program points at the top of the scenario, which leaves it so.
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

/// The nation on whom others rely: of those that list a vendor or own a rule, the one with the greatest intelligence.
pub fn guarantor(scenario: &Scenario) -> Option<String> {
    let nation = ties::guarantor(scenario)?;
    scenario.file.nations.keys().nth(nation.index()).cloned()
}

/// One quarter of a world.
pub fn step(world: &mut World, schedule: &mut Schedule, now: Quarter) -> Result<(), Halted> {
    world.resource_mut::<Clock>().0 = now;
    schedule.run(world);
    match world.resource::<Halt>().0.clone() {
        Some(reason) => Err(Halted(reason)),
        None => Ok(()),
    }
}
