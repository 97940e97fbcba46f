//! Memory: how often a quarter asks for it, in a world that has served a run before.
#[path = "common/disk.rs"]
mod disk;

use bevy_ecs::prelude::World;
use disk::Disk;
use noforn::load::{Choice, load};
use noforn::run::Prepared;
use noforn::world::clock::Quarter;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static MEMORY: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often memory was asked for so far.
fn asked() -> usize {
    let stats = MEMORY.stats();
    stats.allocations + stats.reallocations
}

/// How often each quarter of a variant's first run asked for memory, in a world that has served the same run.
fn quarters(variant: &str) -> Vec<(Quarter, usize)> {
    let choice = Choice { variant: (variant != "baseline").then(|| variant.to_owned()), ..Choice::default() };
    let scenario = load(&Disk, "scenarios/huawei-2019.toml", &choice);
    let prepared = Prepared::new(&scenario.unwrap_or_else(|faults| panic!("{:?}", faults.faults)));
    let end = prepared.quarters().last().expect("a run has quarters");
    prepared.watch(0, end, |_| ()).expect("no rule errs");
    let mut told = Vec::with_capacity(prepared.quarters().count());
    let mut quarters = prepared.quarters();
    let mut before = asked();
    let see = |_: &World| {
        let now = asked();
        told.push((quarters.next().expect("one a step"), now - before));
        before = now;
    };
    prepared.watch(0, end, see).expect("no rule errs");
    told
}

/// In one test, as what another thread asks for would be counted.
#[test]
fn a_quarter_of_a_warm_world_asks_for_little_memory() {
    for variant in ["baseline", "no-threat"] {
        // The first two years make room. Then, year ends and changed agreements included, memory is asked for where a producer
        // has a report of a product, level and reserve that it had not had before, and where its partners' order changed.
        for (quarter, asked) in quarters(variant).into_iter().skip(8) {
            assert!(asked <= 150, "{variant}: {asked} in {quarter}");
        }
    }
}
