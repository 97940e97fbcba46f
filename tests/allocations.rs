//! Memory: how often a quarter asks for it, in a world that has served a run before.
#[path = "common/disk.rs"]
mod disk;

use bevy_ecs::prelude::World;
use disk::Disk;
use noforn::load::{Choice, load};
use noforn::quarter::measures::Ledger;
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
    quarter: Quarter,
    /// How often it asked for memory.
    asked: usize,
    /// How often agreements were derived so far.
    revision: u32,
    /// How many pairs are restricted.
    restricted: usize,
    /// How far the alliance has come apart.
    apart: [f64; 4],
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
        let row = world.resource::<Ledger>().history.metrics.last().expect("a row a quarter");
        told.push(Seen {
            quarter: quarters.next().expect("one a step"),
            asked: now - before,
            revision: world.resource::<Covenant>().revision,
            restricted: world.resource::<Restrictions>().because.len(),
            apart: [
                row.fragmentation_index.0,
                row.distance_fragmentation_index.0,
                row.effective_pictures.0,
                row.picture_overlap_share.0,
            ],
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
        // The first two years make room.
        let pairs = || told.windows(2).skip(8);
        let ties = |seen: &Seen| (seen.revision, seen.restricted, seen.apart);
        let same = |pair: &[Seen]| ties(&pair[0]) == ties(&pair[1]);
        let quiet: Vec<&Seen> = pairs().filter(|pair| same(pair)).map(|pair| &pair[1]).collect();
        let within = || quiet.iter().filter(|seen| !seen.quarter.ends_year());
        assert!(within().count() > 5, "{variant}: quarters without a change are few");
        // Memory is asked for where a producer has a report of a product, level and reserve that it had not had before, a few
        // times each; this becomes rare.
        let late: Vec<&&Seen> = within().filter(|seen| seen.quarter >= Quarter::new(2026, 1)).collect();
        let asked: usize = late.iter().map(|seen| seen.asked).sum();
        assert!(asked <= 40 * late.len(), "{variant}: {asked} in the last {} quarters", late.len());
        for seen in within() {
            assert!(seen.asked <= 120, "{variant}: {seen:?}");
        }
        assert!(quiet.iter().all(|seen| seen.asked <= 140), "{variant}: a year's rows ask for little");
        assert!(pairs().all(|pair| pair[1].asked <= 200), "{variant}: changed agreements are derived anew");
    }
}
