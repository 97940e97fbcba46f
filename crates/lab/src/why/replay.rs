//! Replay: one run, made again up to the end of a quarter.
use bevy_ecs::prelude::*;
use noforn::access::facts::{DecidedOn, Exposure, Facts};
use noforn::history::Detail;
use noforn::quarter::measures::decision_id;
use noforn::quarter::quarter;
use noforn::run::{Halted, Prepared, step};
use noforn::world::clock::Quarter;
use noforn::world::ids::NationId;
use noforn::world::rule::Restrictions;

/// An ordered pair of nations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NationPair {
    /// The nation that would send.
    pub sender: NationId,
    /// The nation that would receive.
    pub receiver: NationId,
}

/// A run up to the end of a quarter.
#[derive(Debug)]
pub struct Replay {
    /// The pair that the question is about.
    pub pair: NationPair,
    /// The world at the end of the quarter.
    pub world: World,
    /// The facts on which access was decided in the quarter.
    pub facts: Facts,
    /// The exposure of the receiver as the sender saw it, by quarter.
    pub exposures: Vec<(Quarter, Exposure)>,
}

impl Replay {
    /// Runs a replicate up to the end of a quarter; `full` keeps its decisions. Fails if the run halts.
    pub fn run(prepared: &Prepared, rep: u32, until: Quarter, pair: NationPair, full: bool) -> Result<Self, Halted> {
        let mut world = prepared.world(rep, Detail { full });
        let mut schedule = quarter();
        let mut exposures = Vec::new();
        for now in prepared.quarters().filter(|now| *now <= until) {
            if now == until {
                world.insert_resource(DecidedOn::default());
            }
            step(&mut world, &mut schedule, now)?;
            exposures.push((now, world.resource::<Facts>().seen[(pair.sender, pair.receiver)]));
        }
        let decided_on = world.remove_resource::<DecidedOn>().and_then(|decided_on| decided_on.0);
        let facts = decided_on.expect("the quarter lies within the run, and every quarter decides");
        Ok(Self { pair, world, facts, exposures })
    }

    /// The exposure of the receiver as the sender sees it now.
    pub fn exposure(&self) -> Exposure {
        self.facts.seen[(self.pair.sender, self.pair.receiver)]
    }

    /// The id of the decision that restricts the pair; none if it is not restricted.
    pub fn restricted_because(&self) -> Option<String> {
        let because = self.world.resource::<Restrictions>().because.get(&(self.pair.sender, self.pair.receiver));
        because.and_then(|because| decision_id(*because)).map(|id| id.to_string())
    }
}
