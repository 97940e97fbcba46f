//! Compares the engine with a second implementation of its core over plain arrays: equal numbers, and the time of each.
//!
//! `cargo bench --bench kernel` compares; `-- --export FILE` writes the world as JSON for benches/mesa/model.py.
#[path = "../../tests/common/disk.rs"]
mod disk;

mod equipment;
mod kernel;
mod reports;
mod state;

use disk::Disk;
use kernel::Row;
use noforn::history::Detail;
use noforn::history::rows::MetricsRow;
use noforn::load::{Choice, load};
use noforn::run::Prepared;
use noforn::world::agreement::{Carrier, Covenant};
use noforn::world::chance::{Chance, Poisson};
use noforn::world::levels::{AgreementKind, PRODUCTS};
use noforn::world::matrix::BitMatrix;
use noforn::world::nation::{Belief, Nation, Position, Profile};
use noforn::world::network::{Layers, Network as Operator};
use noforn::world::report::Clearances;
use noforn::world::setting::{Roll, Setting, everyone};
use noforn::world::subjects::Subjects;
use noforn::world::ties::Trust;
use noforn::world::vendor::VendorList;
use state::{Class, Kernel, Layer, Market, Network, VENDORS, World};
use std::time::Instant;

/// The number of runs that are compared and timed.
const RUNS: u32 = 20;
/// How often the two are timed in turn.
const ROUNDS: usize = 15;

fn main() {
    let scenario = load(&Disk, "benches/kernel/core.toml", &Choice::default());
    let scenario = scenario.unwrap_or_else(|faults| panic!("{:?}", faults.faults));
    let prepared = Prepared::new(&scenario);
    let worlds: Vec<World> = (0..RUNS).map(|rep| read(&prepared, rep)).collect();
    let world = &worlds[0];
    let seed = scenario.file.run.seed;
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|arg| arg == "--export") {
        std::fs::write(&args[at + 1], export(world).to_string()).expect("the file can be written");
        return;
    }
    for rep in 0..RUNS {
        let history = prepared.run(rep, Detail { full: false }).expect("no rule errs");
        let by_hand = Kernel::new(&worlds[rep as usize], Chance::new(seed, rep)).run();
        assert_eq!(history.metrics.len(), by_hand.len());
        for (metrics, by_hand) in history.metrics.iter().zip(&by_hand) {
            compare(metrics, by_hand);
        }
    }
    let (mut engine, mut by_hand) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        engine.push(timed(|rep| drop(prepared.run(rep, Detail { full: false }))));
        by_hand.push(timed(|rep| drop(Kernel::new(&worlds[rep as usize], Chance::new(seed, rep)).run())));
    }
    let quarters = f64::from(RUNS * (world.end - world.start + 1));
    let [engine, by_hand] = [engine, by_hand].map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2] / quarters * 1e6
    });
    println!("the same metrics in {RUNS} runs of {} quarters", world.end - world.start + 1);
    println!("engine_us_per_quarter {engine:.1}");
    println!("kernel_us_per_quarter {by_hand:.1}");
    println!("engine_to_kernel {:.2}", engine / by_hand);
}

/// The seconds that all runs take: processor time where the system measures it (Linux), else wall-clock time.
fn timed(run: impl Fn(u32)) -> f64 {
    let on_processor = || -> Option<f64> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        text.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
    };
    let (wall, start) = (Instant::now(), on_processor());
    (0..RUNS).for_each(run);
    match (start, on_processor()) {
        (Some(start), Some(end)) => end - start,
        _ => wall.elapsed().as_secs_f64(),
    }
}

/// Asserts that a quarter of the kernel has the metrics of the engine.
fn compare(metrics: &MetricsRow, row: &Row) {
    let when = format!("{} Q{}", metrics.year, metrics.quarter);
    let share = |part: u32| f64::from(part) / f64::from(row.counts.due);
    let some = |part: u32, of: u32| if of > 0 { f64::from(part) / f64::from(of) } else { 0.0 };
    let counts = &row.counts;
    assert_eq!((metrics.bloc_count, metrics.reports_produced), (row.structure.blocs, counts.produced), "{when}");
    assert_eq!(metrics.warnings_raised, counts.warnings, "{when}");
    let pairs = [
        (metrics.fragmentation_index.0, row.structure.fragmentation),
        (metrics.distance_fragmentation_index.0, row.structure.distance_fragmentation),
        (metrics.effective_pictures.0, row.structure.effective_pictures),
        (metrics.picture_overlap_share.0, row.structure.picture_overlap),
        (metrics.reach_share.0, share(counts.read)),
        (metrics.reports_withheld_share.0, share(counts.withheld)),
        (metrics.reports_lost_to_trust_share.0, share(counts.untrusted)),
        (metrics.reports_lost_to_friction_share.0, share(counts.friction)),
        (metrics.warnings_missed_share.map_or(0.0, |s| s.0), some(counts.warnings_missed, counts.warnings)),
        (metrics.pool_thinning_share.map_or(0.0, |s| s.0), some(counts.pool_thinned, counts.pool_due)),
        (metrics.mean_core_flagged_share.0, row.flagged[0]),
        (metrics.mean_access_4g_flagged_share.0, row.flagged[1]),
        (metrics.mean_access_5g_flagged_share.0, row.flagged[2]),
        (metrics.replacement_cost_musd.0 / 1e6, row.cost_musd / 1e6),
    ];
    for (at, (engine, kernel)) in pairs.into_iter().enumerate() {
        assert!((engine - kernel).abs() < 1e-9, "{when}: metric {at} is {engine} in the engine, {kernel} by hand");
    }
}

/// The world of a run of a scenario as plain arrays.
fn read(prepared: &Prepared, rep: u32) -> World {
    let mut world = prepared.world(rep, Detail { full: false });
    let roll = world.resource::<Roll>().clone();
    let setting = world.resource::<Setting>().clone();
    let n = setting.nations;
    assert!(n <= 128, "a set is one u128");
    let vendors = world.resource::<VendorList>().clone();
    let mut nations = world.query::<(&Nation, &Profile, &Position, &Belief)>();
    let nations: Vec<_> = roll.nations.iter().map(|e| nations.get(&world, *e).expect("it is a nation")).collect();
    let nations: Vec<_> = nations.into_iter().map(|(n, p, s, b)| (*n, p.clone(), *s, *b)).collect();
    let total: f64 = nations.iter().map(|(_, profile, ..)| profile.intelligence).sum();
    let means = nations.iter().map(|(_, profile, ..)| setting.model.reports_per_quarter * profile.intelligence / total);
    let owner = prepared.policies().owners()[0];
    let each = |is: &dyn Fn(usize) -> bool| std::array::from_fn(|v| v < vendors.len() && is(v));
    let padded = |values: &[f64]| std::array::from_fn(|v| values.get(v).copied().unwrap_or(0.0));
    let market = Market {
        vendors: vendors.len(),
        covered: each(&|v| vendors.covered[v]),
        flagged: each(&|v| vendors.flagged_by[v].contains(owner)),
        listed: each(&|v| vendors.flagged_by_anyone(v)),
        price: padded(&vendors.price),
        quality: padded(&vendors.quality),
        stance: nations.iter().map(|(_, _, position, _)| position.stance.rank()).collect(),
        risk: nations.iter().map(|(_, profile, _, belief)| belief.share() * profile.threat).collect(),
        rollout: nations.iter().map(|(_, profile, ..)| (profile.rollout_start.0, profile.rollout_years)).collect(),
    };
    let mut operators = world.query::<(&Operator, &Layers)>();
    let network = |(operator, layers): (&Operator, &Layers)| Network {
        nation: operator.nation.index(),
        subject: operator.subject,
        subscribers: operator.subscribers,
        layers: std::array::from_fn(|rank| {
            let mut layer = state::empty(padded(&layers.0[rank].wanted));
            (layer.standing, layer.built) = (padded(&layers.0[rank].initial), layers.0[rank].built);
            layer.market_standing = layer.standing;
            layer
        }),
    };
    let networks = roll.networks.iter().map(|e| network(operators.get(&world, *e).expect("it is a network"))).collect();
    let covenant = world.resource::<Covenant>();
    let wide = |words: &[u64]| words.iter().rev().fold(0u128, |set, word| set << 64 | u128::from(*word));
    let rows = |planes: &[BitMatrix; 5]| {
        std::array::from_fn(|rank| everyone(n).map(|nation| wide(planes[rank].row(nation))).collect())
    };
    // Reserves between two neighbouring contribution shares: the same agreements carry them.
    let kinds = (0..PRODUCTS).flat_map(|product| (1..covenant.shares.len()).map(move |least| (product, least)));
    let class = |(product, least): (usize, usize)| {
        let carries = |carrier: &&Carrier| usize::from(carrier.contribution[product]) >= least;
        let carriers: Vec<(bool, u128, usize)> = covenant
            .carriers
            .iter()
            .filter(carries)
            .map(|c| (c.kind == AgreementKind::Pool, wide(c.members.words()), c.ceiling.rank()))
            .collect();
        let partners = |rank: usize, nation: usize, pools: bool| {
            let own = carriers
                .iter()
                .filter(|(pool, members, ceiling)| (pools || !pool) && members >> nation & 1 == 1 && *ceiling >= rank);
            own.fold(0, |all, (_, members, _)| all | members) & !(1 << nation)
        };
        let planes =
            |pools: bool| std::array::from_fn(|rank| (0..n).map(|nation| partners(rank, nation, pools)).collect());
        let [until, from] = [least, least - 1].map(|at| covenant.shares[at]);
        let pools = carriers.iter().filter(|(pool, ..)| *pool).map(|(_, members, ceiling)| (*members, *ceiling));
        Class {
            product,
            until,
            share: until - from,
            joined: planes(true),
            bilateral: planes(false),
            pools: pools.collect(),
        }
    };
    let clearances = world.resource::<Clearances>();
    World {
        n,
        start: setting.start.0,
        end: setting.end.0,
        subject: nations.iter().map(|(nation, ..)| nation.subject).collect(),
        counts: means.map(Poisson::new).collect(),
        subjects: world.resource::<Subjects>().clone(),
        trust: world.resource::<Trust>().goodwill.cells().to_vec(),
        joined: rows(&covenant.joined),
        classes: kinds.map(class).collect(),
        raw_share: nations.iter().map(|(_, profile, ..)| profile.raw_share).collect(),
        parts: nations.iter().map(|(_, profile, ..)| setting.model.value_parts(profile.raw_share)).collect(),
        mean_value: nations.iter().map(|(_, profile, ..)| setting.model.mean_value(profile.raw_share)).collect(),
        cleared: std::array::from_fn(|rank| wide(clearances.0[rank].words())),
        market,
        networks,
        owner: owner.index(),
        grace: prepared.scenario().file.rules.values().next().expect("it has one rule").grace_quarters,
        model: setting.model,
    }
}

/// The world as JSON: sets as lists of nations.
fn export(world: &World) -> serde_json::Value {
    let set = |set: u128| state::bits(set).collect::<Vec<_>>();
    let rows =
        |planes: &[Vec<u128>; 5]| planes.iter().map(|p| p.iter().map(|s| set(*s)).collect()).collect::<Vec<Vec<_>>>();
    let market = &world.market;
    let layer = |layer: &Layer| serde_json::json!({ "mix": &layer.wanted[..market.vendors] });
    let network = |network: &Network| {
        serde_json::json!({
            "nation": network.nation,
            "subscribers": network.subscribers,
            "layers": network.layers.iter().map(layer).collect::<Vec<_>>(),
        })
    };
    let class = |class: &Class| {
        let pools = class.pools.iter().map(|(members, ceiling)| (set(*members), ceiling));
        serde_json::json!({
            "product": class.product,
            "until": class.until,
            "share": class.share,
            "joined": rows(&class.joined),
            "bilateral": rows(&class.bilateral),
            "pools": pools.collect::<Vec<_>>(),
        })
    };
    serde_json::json!({
        "nations": world.n,
        "quarters": world.end - world.start + 1,
        "start": world.start,
        "model": world.model,
        "means": world.counts.iter().map(|counts| counts.mean).collect::<Vec<_>>(),
        "trust": world.trust.chunks(world.n).collect::<Vec<_>>(),
        "joined": rows(&world.joined),
        "classes": world.classes.iter().map(class).collect::<Vec<_>>(),
        "raw_share": world.raw_share,
        "parts": world.parts,
        "mean_value": world.mean_value,
        "mix": world.model.level_probabilities(),
        "cleared": world.cleared.map(set),
        "covered": &market.covered[..market.vendors],
        "flagged": &market.flagged[..market.vendors],
        "price": &market.price[..market.vendors],
        "quality": &market.quality[..market.vendors],
        "stance": market.stance,
        "risk": market.risk,
        "rollout": market.rollout,
        "networks": world.networks.iter().map(network).collect::<Vec<_>>(),
        "owner": world.owner,
        "grace": world.grace,
    })
}

const _: () = assert!(VENDORS >= 5, "the world of 2019 has five vendors");
