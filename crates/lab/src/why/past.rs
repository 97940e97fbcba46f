//! A run, made again up to a quarter.
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
pub struct Pair {
    /// Who would give.
    pub sender: NationId,
    /// Who would receive.
    pub receiver: NationId,
}

/// A run up to a quarter.
#[derive(Debug)]
pub struct Past {
    /// The pair that is asked about.
    pub pair: Pair,
    /// The world at the end of the quarter.
    pub world: World,
    /// The facts that the quarter was decided on.
    pub facts: Facts,
    /// What the sender saw of the receiver, quarter by quarter.
    pub seen: Vec<(Quarter, Exposure)>,
}

impl Past {
    /// Makes a run again up to the end of a quarter; `full` keeps its decisions.
    pub fn of(prepared: &Prepared, rep: u32, until: Quarter, pair: Pair, full: bool) -> Result<Self, Halted> {
        let mut world = prepared.world(rep, Detail { full });
        let mut schedule = quarter();
        let mut seen = Vec::new();
        for now in prepared.quarters().filter(|now| *now <= until) {
            if now == until {
                world.insert_resource(DecidedOn::default());
            }
            step(&mut world, &mut schedule, now)?;
            seen.push((now, world.resource::<Facts>().seen[(pair.sender, pair.receiver)]));
        }
        let decided_on = world.remove_resource::<DecidedOn>().and_then(|decided_on| decided_on.0);
        let facts = decided_on.expect("the quarter lies within the run, and every quarter decides");
        Ok(Self { pair, world, facts, seen })
    }

    /// What the sender sees of the receiver now.
    pub fn exposure(&self) -> Exposure {
        self.facts.seen[(self.pair.sender, self.pair.receiver)]
    }

    /// The id of the decision that restricts the pair, if one does.
    pub fn restricted_because(&self) -> Option<String> {
        let because = self.world.resource::<Restrictions>().because.get(&(self.pair.sender, self.pair.receiver));
        because.and_then(|because| decision_id(*because)).map(|id| id.to_string())
    }
}
