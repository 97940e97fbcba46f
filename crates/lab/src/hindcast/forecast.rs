//! The forecast of an ensemble: the stance of every nation at the end of every quarter, by run.
use bevy_ecs::prelude::World;
use noforn::run::{Halted, Prepared};
use noforn::world::clock::Quarter;
use noforn::world::levels::{STANCES, Stance};
use noforn::world::nation::Position;
use noforn::world::setting::Roll;

/// The stances of one run, as ranks: all quarters of the first nation, then of the second, and so on.
pub type StancePath = Box<[u8]>;

/// The stances of an ensemble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// First quarter.
    pub start: Quarter,
    /// Number of quarters.
    pub quarters: usize,
    /// Nations, by iso3.
    pub nations: Vec<String>,
    /// One path per run.
    pub paths: Vec<StancePath>,
}

/// Runs a replicate and returns its stances up to the end of the quarter `end`.
pub fn run_path(prepared: &Prepared, rep: u32, end: Quarter) -> Result<StancePath, Halted> {
    let mut ranks: Vec<Vec<u8>> = vec![Vec::new(); prepared.scenario().rosters.nations.len()];
    prepared.watch(rep, end, |world| {
        ranks.iter_mut().zip(current_ranks(world)).for_each(|(ranks, rank)| ranks.push(rank));
    })?;
    Ok(ranks.concat().into())
}

fn current_ranks(world: &World) -> Vec<u8> {
    let rank = |nation: &_| world.get::<Position>(*nation).expect("every nation has a position").stance.rank() as u8;
    world.resource::<Roll>().nations.iter().map(rank).collect()
}

/// The length of a path of a scenario up to the end of the quarter `end`: nations times quarters.
pub fn path_length(prepared: &Prepared, end: Quarter) -> usize {
    prepared.scenario().rosters.nations.len() * prepared.quarters().take_while(|now| *now <= end).count()
}

impl Forecast {
    /// From paths of runs of a scenario up to the end of the quarter `end`.
    pub fn new(prepared: &Prepared, end: Quarter, paths: Vec<StancePath>) -> Self {
        let scenario = prepared.scenario();
        Self {
            start: scenario.start,
            quarters: prepared.quarters().take_while(|now| *now <= end).count(),
            nations: scenario.file.nations.keys().cloned().collect(),
            paths,
        }
    }

    /// The index of a nation.
    pub fn nation(&self, iso3: &str) -> Option<usize> {
        self.nations.binary_search_by(|id| id.as_str().cmp(iso3)).ok()
    }

    /// The ranks of a nation in one run, by quarter.
    pub fn nation_path<'a>(&self, path: &'a StancePath, nation: usize) -> &'a [u8] {
        &path[nation * self.quarters..(nation + 1) * self.quarters]
    }

    /// The rank of a nation at the end of a quarter in one run.
    pub fn rank(&self, path: &StancePath, nation: usize, quarter: Quarter) -> usize {
        usize::from(self.nation_path(path, nation)[(quarter.0 - self.start.0) as usize])
    }

    /// The shares of the runs in which a nation has each stance at the end of a quarter.
    pub fn shares(&self, nation: usize, quarter: Quarter) -> [f64; STANCES] {
        let mut counts = [0_u32; STANCES];
        self.paths.iter().for_each(|path| counts[self.rank(path, nation, quarter)] += 1);
        counts.map(|count| f64::from(count) / self.paths.len() as f64)
    }

    /// The first quarter at whose end a nation has `banned` or beyond in one run.
    pub fn first_ban(&self, path: &StancePath, nation: usize) -> Option<Quarter> {
        let banned = Stance::Banned.rank();
        let at = self.nation_path(path, nation).iter().position(|rank| usize::from(*rank) >= banned)?;
        Some(self.start.plus(u32::try_from(at).expect("a run has few quarters")))
    }

    /// The last quarter.
    pub fn end(&self) -> Quarter {
        Quarter(self.start.0 + self.quarters as u32 - 1)
    }
}
