//! Memory: how often a quarter asks for it, in a world that has served a run before.
#[path = "common/disk.rs"]
mod disk;

use bevy_ecs::prelude::World;
use disk::Disk;
use noforn::load::{Choice, load};
use noforn::run::Prepared;
use noforn::world::agreement::Covenant;
use noforn::world::clock::Quarter;
use noforn::world::rule::Restrictions;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use std::alloc::System;

#[global_allocator]
static MEMORY: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// How often memory was asked for so far.
fn asked() -> usize {
    let stats = MEMORY.stats();
    stats.allocations + stats.reallocations
}

/// A quarter of a run.
#[derive(Debug)]
struct Seen {
    #[expect(dead_code, reason = "a failing test prints it")]
    quarter: Quarter,
    /// How often it asked for memory.
    asked: usize,
    /// How often agreements were derived so far.
    revision: u32,
    /// How many pairs are restricted.
    restricted: usize,
}

/// The quarters of a variant's first run, in a world that has served the same run.
fn quarters(variant: &str) -> Vec<Seen> {
    let choice = Choice { variant: (variant != "baseline").then(|| variant.to_owned()), ..Choice::default() };
    let scenario = load(&Disk, "scenarios/huawei-2019.toml", &choice);
    let prepared = Prepared::new(&scenario.unwrap_or_else(|faults| panic!("{:?}", faults.faults)));
    let end = prepared.quarters().last().expect("a run has quarters");
    prepared.watch(0, end, |_| ()).expect("no rule errs");
    let mut told = Vec::with_capacity(prepared.quarters().count());
    let mut quarters = prepared.quarters();
    let mut before = asked();
    let see = |world: &World| {
        let now = asked();
        told.push(Seen {
            quarter: quarters.next().expect("one a step"),
            asked: now - before,
            revision: world.resource::<Covenant>().revision,
            restricted: world.resource::<Restrictions>().because.len(),
        });
        before = now;
    };
    prepared.watch(0, end, see).expect("no rule errs");
    told
}

/// In one test, as what another thread asks for would be counted.
#[test]
fn a_quarter_of_a_warm_world_asks_for_little_memory_unless_the_alliance_changes() {
    for variant in ["baseline", "no-threat"] {
        let told = quarters(variant);
        // The first two years make room. Confidence and giving move in nearly every quarter, and with them some channels.
        let pairs = || told.windows(2).skip(8);
        let ties = |seen: &Seen| (seen.revision, seen.restricted);
        let quiet: Vec<&Seen> = pairs().filter(|pair| ties(&pair[0]) == ties(&pair[1])).map(|pair| &pair[1]).collect();
        assert!(quiet.len() > 20, "{variant}: quarters without a change are few");
        let asked: usize = quiet.iter().map(|seen| seen.asked).sum();
        assert!(asked <= 120 * quiet.len(), "{variant}: {asked} in {} quarters", quiet.len());
        for seen in quiet {
            assert!(seen.asked <= 160, "{variant}: {seen:?}");
        }
        assert!(pairs().all(|pair| pair[1].asked <= 1000), "{variant}: changed agreements are derived anew");
    }
}
