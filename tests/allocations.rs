//! Memory: how often a quarter asks for it, in a world that has served a run before.
use noforn::cli::disk::Disk;
use noforn::run::Prepared;
use noforn::scenario::load::{Choice, load};
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

/// How often each quarter of a variant's first run asks for memory, where the world has served the same run.
fn per_quarter(variant: &str) -> Vec<(Quarter, usize)> {
    let choice = Choice { variant: (variant != "baseline").then(|| variant.to_owned()), ..Choice::default() };
    let scenario = load(&Disk, "scenarios/huawei-2019.toml", &choice);
    let prepared = Prepared::new(&scenario.unwrap_or_else(|faults| panic!("{:?}", faults.faults)));
    let end = prepared.quarters().last().expect("a run has quarters");
    prepared.watch(0, end, |_| ()).expect("no rule errs");
    let mut told = Vec::with_capacity(prepared.quarters().count());
    let mut quarters = prepared.quarters();
    let mut before = asked();
    let see = |_: &bevy_ecs::prelude::World| {
        let now = asked();
        told.push((quarters.next().expect("one a step"), now - before));
        before = now;
    };
    prepared.watch(0, end, see).expect("no rule errs");
    told
}

/// In one test, as what another thread asks for would be counted.
#[test]
fn a_quarter_of_a_warm_world_asks_for_no_memory_unless_the_alliance_changes() {
    // The first four quarters fill the archive.
    let warm = |variant| per_quarter(variant).split_off(5);
    let asking = |told: &[(Quarter, usize)]| told.iter().filter(|(_, count)| *count > 0).count();
    let quiet = warm("no-threat");
    let moved = warm("baseline");
    println!("no-threat: {quiet:?}\nbaseline: {moved:?}");
    assert_eq!(asking(&quiet), 0, "nobody is restricted, nobody joins: {quiet:?}");
    assert!(moved.iter().all(|(_, count)| *count <= 40), "{moved:?}");
}
