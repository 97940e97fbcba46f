//! The time of a whole run and of each cause, for 73 and 195 nations.
#[path = "../tests/common/disk.rs"]
mod disk;

use bevy_ecs::prelude::*;
use bevy_ecs::system::ScheduleSystem;
use disk::Disk;
use divan::Bencher;
use divan::counter::ItemsCount;
use noforn::history::Detail;
use noforn::load::files::Files;
use noforn::load::{Choice, load};
use noforn::quarter::{self, quarter};
use noforn::run::{Prepared, step};
use noforn::world::clock::Quarter;
use std::fmt::Write;

fn main() {
    divan::main();
}

/// The scenario in memory; all other files are read from the disk.
struct WithScenario<'a>(&'a str);

impl Files for WithScenario<'_> {
    fn read(&self, path: &str) -> Result<String, String> {
        if path == "scenarios/bench.toml" { Ok(self.0.to_owned()) } else { Disk.read(path) }
    }
}

/// The world of 2019 with further nations, each with a network, an embassy to its neighbour and a pact with the
/// United States by turns, up to `nations`.
fn world(nations: usize) -> Prepared {
    let mut text = String::from("format = 1\ntitle = \"bench\"\nextends = [\"huawei-2019.toml\"]\n");
    let letter = |n: usize| char::from(b'A' + n as u8);
    let id = |n: usize| format!("Q{}{}", letter(n / 26 % 26), letter(n % 26));
    for n in 0..nations.saturating_sub(73) {
        let (me, next) = (id(n), if n == 0 { "USA".to_owned() } else { id(n - 1) });
        let pact = if n % 3 == 0 { "[\"USA\"]" } else { "[]" };
        let _ = writeln!(
            text,
            "[nations.{me}]\nname = \"{me}\"\nintelligence = {}\nalignment_share = 0.{}\npacts = {pact}\nclearance = \"confidential\"\nassumed = [\"all\"]\n\
             [networks.{me}-network]\nnation = \"{me}\"\nsubscribers_million = 10\ncore = {{ huawei = 0.3, nokia = 0.7 }}\n\
             access_4g = {{ huawei = 0.5, nokia = 0.5 }}\naccess_5g = {{ huawei = 0.5, nokia = 0.5 }}\nassumed = [\"all\"]\n\
             [missions.{me}-embassy]\nsender = \"{me}\"\nhost = \"{next}\"\nkind = \"embassy\"\nassumed = [\"all\"]\n\
             [agreements.usa-{me}]\nkind = \"bilateral\"\nmembers = [\"USA\", \"{me}\"]\nceiling = \"confidential\"\nassumed = [\"all\"]",
            5 + n % 20,
            10 + n % 80,
        );
    }
    let scenario = load(&WithScenario(&text), "scenarios/bench.toml", &Choice::default());
    Prepared::new(&scenario.unwrap_or_else(|faults| panic!("{:?}", faults.faults)))
}

/// One run of 44 quarters, without the big tables.
#[divan::bench(args = [73, 195], sample_count = 20)]
fn whole_run(bencher: Bencher, nations: usize) {
    let prepared = world(nations);
    let quarters = prepared.quarters().count();
    bencher.counter(ItemsCount::new(quarters)).bench_local(|| prepared.run(0, Detail { full: false }));
}

/// The same with every table recorded.
#[divan::bench(args = [73, 195], sample_count = 20)]
fn whole_run_with_all_tables(bencher: Bencher, nations: usize) {
    let prepared = world(nations);
    let quarters = prepared.quarters().count();
    bencher.counter(ItemsCount::new(quarters)).bench_local(|| prepared.run(0, Detail { full: true }));
}

/// Spawning the entities and resources of a world.
#[divan::bench(args = [73, 195], sample_count = 20)]
fn spawning(bencher: Bencher, nations: usize) {
    let prepared = world(nations);
    bencher.bench_local(|| prepared.world(0, Detail { full: false }));
}

/// A world in the middle of its run, made anew for each sample, and one cause by itself.
fn cause<M>(bencher: Bencher, nations: usize, system: impl IntoScheduleConfigs<ScheduleSystem, M> + Copy) {
    let prepared = world(nations);
    let halfway = || {
        let mut world = prepared.world(0, Detail { full: false });
        let mut all = quarter();
        for now in prepared.quarters().take_while(|now| *now < Quarter::new(2021, 3)) {
            step(&mut world, &mut all, now).expect("no rule errs");
        }
        let mut alone = Schedule::default();
        alone.add_systems(system);
        alone.initialize(&mut world).expect("one system has no cycle");
        (world, alone)
    };
    bencher.counter(ItemsCount::new(1usize)).with_inputs(halfway).bench_local_refs(|(world, alone)| alone.run(world));
}

macro_rules! causes {
    ($($name:ident = $system:path;)+) => {$(
        #[divan::bench(args = [73, 195], sample_count = 20, sample_size = 1)]
        fn $name(bencher: Bencher, nations: usize) {
            cause(bencher, nations, $system);
        }
    )+};
}

causes! {
    cause_01_events = quarter::events::events;
    cause_02_beliefs = quarter::beliefs::beliefs;
    cause_03_stances = quarter::stances::stances;
    cause_04_procurement = quarter::procurement::procurement;
    cause_05_access = quarter::access::access;
    cause_06_missions = quarter::missions::missions;
    cause_07_agreements = quarter::agreements::agreements;
    cause_08_sharing = quarter::sharing::sharing;
    cause_09_compromise = quarter::compromise::compromise;
    cause_10_diplomacy = quarter::diplomacy::diplomacy;
    cause_11_measures = quarter::measures::measures;
}
