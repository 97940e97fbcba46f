//! Pictures and blocs held against numpy and scipy on the worlds of `tests/pictures/` (made by `make.py`), their laws, and
//! the pictures of runs against plain sums over what decides who may read.
use super::flow::expected::{Amounts, Deciding};
use super::flow::worlds::{Frame, World, agreements, raw_shares, run, worlds};
use noforn::access::facts::Facts;
use noforn::history::Detail;
use noforn::load::{Choice, load};
use noforn::quarter::measures::linkage::blocs;
use noforn::quarter::measures::pictures::Pictures;
use noforn::run::{Prepared, step};
use noforn::world::clock::Quarter;
use noforn::world::ids::NationId;
use noforn::world::rule::Restrictions;
use noforn::world::setting::Setting;
use noforn::world::tally::Tally;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;

/// How near overlaps must be: they are whole numbers of 2^-32, made of amounts in whole numbers of 2^-40.
const TOLERANCE: f64 = 1e-8;

fn rows(table: &str) -> Vec<Vec<String>> {
    let path = format!("{}/tests/pictures/{table}.csv", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).expect("the table is committed");
    reader.records().map(|row| row.expect("make.py writes whole rows").iter().map(str::to_owned).collect()).collect()
}

fn number<T: std::str::FromStr<Err: std::fmt::Debug>>(cell: &str) -> T {
    cell.parse().expect("make.py writes numbers")
}

fn nation(at: usize) -> NationId {
    NationId::new(at)
}

/// Sets a producer's row of the pictures; `total` is what all produce.
fn set(pictures: &mut Pictures, producer: usize, row: &[f64], total: f64) {
    let whole = row[producer];
    let shares: Vec<f64> = row.iter().map(|amount| if whole > 0.0 { amount / whole } else { 0.0 }).collect();
    pictures.set_producer(nation(producer), &shares, if total > 0.0 { whole / total } else { 0.0 });
}

fn total(amounts: &Amounts) -> f64 {
    amounts.iter().enumerate().map(|(producer, row)| row[producer]).sum()
}

fn pictures(amounts: &Amounts) -> Pictures {
    let mut pictures = Pictures::new(amounts.len());
    (0..amounts.len()).for_each(|producer| set(&mut pictures, producer, &amounts[producer], total(amounts)));
    pictures.update();
    pictures
}

/// The overlap by its formula.
fn overlap(amounts: &Amounts, i: usize, j: usize) -> f64 {
    let sum = |of: fn(f64, f64) -> f64| amounts.iter().map(|row| of(row[i], row[j])).sum::<f64>();
    let either = sum(f64::max);
    if i == j {
        1.0
    } else if either > 0.0 {
        sum(f64::min) / either
    } else {
        0.0
    }
}

/// Which pairs are in one bloc: the partition without its numbering.
fn pairs_together<B: PartialEq>(blocs: &[B]) -> Vec<bool> {
    blocs.iter().flat_map(|a| blocs.iter().map(move |b| a == b)).collect()
}

#[test]
fn pictures_and_blocs_agree_with_numpy_and_scipy() {
    let mut amounts: BTreeMap<String, Amounts> = BTreeMap::new();
    let worlds = rows("worlds");
    for row in &worlds {
        let n: usize = number(&row[1]);
        amounts.insert(row[0].clone(), vec![vec![0.0; n]; n]);
    }
    for row in rows("amounts").into_iter().chain(rows("huawei")) {
        let (producer, reader): (usize, usize) = (number(&row[1]), number(&row[2]));
        amounts.get_mut(&row[0]).expect("a world")[producer][reader] = number(&row[3]);
    }
    let mut by_nation: BTreeMap<String, Vec<(f64, usize)>> = BTreeMap::new();
    for row in rows("nations") {
        by_nation.entry(row[0].clone()).or_default().push((number(&row[2]), number(&row[3])));
    }
    assert!(worlds.len() >= 30 && amounts["huawei-2020Q4"].len() == 73, "{} worlds", worlds.len());
    for row in &worlds {
        let (name, amounts) = (&row[0], &amounts[&row[0]]);
        let pictures = pictures(amounts);
        let [effective, mean]: [f64; 2] = [2, 3].map(|at| number(&row[at]));
        let relative = (pictures.effective_number() / effective - 1.0).abs();
        assert!(relative < TOLERANCE, "{name}: {} pictures, {effective} by numpy", pictures.effective_number());
        assert!((pictures.mean_overlap() - mean).abs() < TOLERANCE, "{name}: {} {mean}", pictures.mean_overlap());
        let n = amounts.len();
        for (i, (sum, _)) in by_nation[name].iter().enumerate() {
            let own: f64 = (0..n).map(|j| pictures.overlap(nation(i), nation(j))).sum();
            assert!((own - sum).abs() < n as f64 * TOLERANCE, "{name}: nation {i} {own} {sum}");
            for j in 0..n {
                let s = pictures.overlap(nation(i), nation(j));
                assert!((s - overlap(amounts, i, j)).abs() < TOLERANCE, "{name}: {i} and {j}");
            }
        }
        let expected: Vec<usize> = by_nation[name].iter().map(|(_, bloc)| *bloc).collect();
        let found = blocs(&pictures, 0.5);
        assert_eq!(pairs_together(&found), pairs_together(&expected), "{name}");
        assert_eq!(found.iter().max().map_or(0, |last| last + 1), number::<usize>(&row[4]), "{name}");
    }
}

/// Average linkage by its definition: of all pairs of clusters join the nearest, of equals the first, and look again.
fn naive_blocs(amounts: &Amounts, threshold: f64) -> Vec<usize> {
    let pictures = pictures(amounts);
    let mut clusters: Vec<Vec<usize>> = (0..amounts.len()).map(|at| vec![at]).collect();
    loop {
        let mut best: Option<(f64, usize, usize)> = None;
        for a in 0..clusters.len() {
            for b in a + 1..clusters.len() {
                let pairs = clusters[a].iter().flat_map(|i| clusters[b].iter().map(move |j| (*i, *j)));
                let sum: f64 = pairs.map(|(i, j)| pictures.overlap(nation(i), nation(j))).sum();
                let average = sum / (clusters[a].len() * clusters[b].len()) as f64;
                if best.is_none_or(|(greatest, ..)| average > greatest) {
                    best = Some((average, a, b));
                }
            }
        }
        let Some((_, a, b)) = best.filter(|(average, ..)| *average >= threshold && *average > 0.0) else {
            break;
        };
        let joined = clusters.remove(b);
        clusters[a].extend(joined);
    }
    let mut blocs = vec![0; amounts.len()];
    clusters.iter().enumerate().for_each(|(bloc, members)| members.iter().for_each(|m| blocs[*m] = bloc));
    blocs
}

/// Amounts of up to 24 nations; small whole numbers make many equal overlaps.
fn amounts(whole: bool) -> impl Strategy<Value = Amounts> {
    (1usize..24, 0.0f64..1.0).prop_flat_map(move |(n, density)| {
        let cells = prop::collection::vec((0.0f64..1.0, 0.0f64..1.0), n * n);
        let produced = prop::collection::vec(prop_oneof![1 => Just(0.0), 6 => 0.01f64..10.0], n);
        (cells, produced).prop_map(move |(cells, produced)| {
            let amount = |producer: usize, reader: usize| {
                let (dice, share) = cells[producer * n + reader];
                let (of, share) = if whole {
                    (produced[producer].ceil().min(2.0), share.round())
                } else {
                    (produced[producer], share)
                };
                if producer == reader {
                    of
                } else if dice < density {
                    of * share
                } else {
                    0.0
                }
            };
            (0..n).map(|producer| (0..n).map(|reader| amount(producer, reader)).collect()).collect()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn there_are_between_one_and_n_pictures(amounts in amounts(false)) {
        let pictures = pictures(&amounts);
        let n = amounts.len() as f64;
        prop_assert!((1.0 - 1e-9..=n + 1e-9).contains(&pictures.effective_number()));
        prop_assert!((0.0..=1.0).contains(&pictures.mean_overlap()));
    }

    #[test]
    fn changes_give_the_same_pictures_as_a_fresh_start(before in amounts(false), seed in any::<u64>()) {
        let n = before.len();
        let mut now = before.clone();
        for (producer, row) in now.iter_mut().enumerate().filter(|(at, _)| seed >> (at % 64) & 1 == 1) {
            row.iter_mut().enumerate().filter(|(reader, _)| *reader != producer).for_each(|(_, cell)| *cell *= 0.25);
        }
        let all = total(&before);
        let mut changed = Pictures::new(n);
        (0..n).for_each(|producer| set(&mut changed, producer, &before[producer], all));
        changed.update();
        (0..n).for_each(|producer| set(&mut changed, producer, &now[producer], all));
        changed.update();
        let fresh = pictures(&now);
        for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (nation(i), nation(j)))) {
            prop_assert_eq!(changed.overlap(i, j), fresh.overlap(i, j));
        }
        (0..n).for_each(|producer| set(&mut changed, producer, &now[producer], all));
        prop_assert!(!changed.update(), "nothing changed");
    }

    #[test]
    fn blocs_are_those_of_the_definition(amounts in amounts(false), threshold in 0.05f64..1.0) {
        prop_assert_eq!(blocs(&pictures(&amounts), threshold), naive_blocs(&amounts, threshold));
    }

    #[test]
    fn of_equal_merges_the_one_with_the_smaller_identities_comes_first(amounts in amounts(true), threshold in 0.05f64..1.0) {
        prop_assert_eq!(blocs(&pictures(&amounts), threshold), naive_blocs(&amounts, threshold));
    }

    #[test]
    fn renumbering_nations_renumbers_pictures_and_blocs(amounts in amounts(false), seed in any::<u64>()) {
        let n = amounts.len();
        let mut order: Vec<usize> = (0..n).collect();
        let mut state = seed;
        for i in (1..n).rev() {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            order.swap(i, (state >> 33) as usize % (i + 1));
        }
        let renumbered: Amounts = order.iter().map(|p| order.iter().map(|r| amounts[*p][*r]).collect()).collect();
        let (first, second) = (pictures(&amounts), pictures(&renumbered));
        prop_assert_eq!(first.effective_number(), second.effective_number());
        prop_assert_eq!(first.mean_overlap(), second.mean_overlap());
        let found = blocs(&first, 0.4);
        let moved: Vec<usize> = order.iter().map(|i| found[*i]).collect();
        prop_assert_eq!(pairs_together(&blocs(&second, 0.4)), pairs_together(&moved));
    }

    #[test]
    fn a_nation_that_neither_sends_nor_receives_is_a_bloc_alone(amounts in amounts(false), produces in any::<bool>()) {
        let n = amounts.len();
        let mut wider: Amounts = amounts.iter().map(|row| row.iter().copied().chain([0.0]).collect()).collect();
        let mut alone = vec![0.0; n + 1];
        alone[n] = if produces { 1.0 } else { 0.0 };
        wider.push(alone);
        let (before, after) = (blocs(&pictures(&amounts), 0.3), blocs(&pictures(&wider), 0.3));
        prop_assert_eq!(after.iter().filter(|bloc| **bloc == after[n]).count(), 1);
        prop_assert_eq!(pairs_together(&after[..n]), pairs_together(&before));
    }

    #[test]
    fn a_cut_of_direct_sharing_never_raises_the_overlap_of_cutter_and_cut(
        before in amounts(false),
        pair in any::<(prop::sample::Index, prop::sample::Index)>(),
        left in 0.0f64..1.0,
    ) {
        let n = before.len();
        let (cutter, cut) = (pair.0.index(n), pair.1.index(n));
        prop_assume!(cutter != cut);
        let mut after = before.clone();
        after[cutter][cut] *= left;
        let overlap = |amounts| pictures(amounts).overlap(nation(cutter), nation(cut));
        prop_assert!(overlap(&after) <= overlap(&before) + TOLERANCE);
    }
}

fn check_frame(world: &World, frame: &Frame) -> Result<(), TestCaseError> {
    let (n, deciding) = (world.n(), Deciding::of(frame));
    let amounts = deciding.amounts(&frame.tally.expected);
    for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
        let s = frame.pictures.overlap(nation(i), nation(j));
        prop_assert!((s - overlap(&amounts, i, j)).abs() < TOLERANCE, "quarter {}: {i} and {j}", frame.quarter);
    }
    let own = |i: usize| amounts[i].iter().all(|amount| *amount <= amounts[i][i] * (1.0 + 1e-12));
    prop_assert!((0..n).all(own), "nobody gets more of a nation than it has: {:?}", amounts);
    let kept = frame.metrics.level_kept_share.map(|share| share.0);
    prop_assert_eq!(kept, deciding.level_kept_share(n), "quarter {}", frame.quarter);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_pictures_and_levels_of_a_run_are_those_of_what_decides(world in worlds()) {
        for frame in run(&world) {
            check_frame(&world, &frame)?;
        }
    }
}

/// What the 73 nations of 2019 may read of each other at the end of a quarter of `as-spoken`.
fn huawei(end: Quarter) -> (Amounts, bool) {
    let choice = Choice { variant: Some("as-spoken".to_owned()), ..Choice::default() };
    let scenario = load(&super::disk::Disk, "scenarios/huawei-2019.toml", &choice).expect("it ships");
    let prepared = Prepared::new(&scenario);
    let mut world = prepared.world(0, Detail { full: false });
    let mut schedule = prepared.schedule();
    for now in prepared.quarters().take_while(|now| *now <= end) {
        step(&mut world, &mut schedule, now).expect("no rule errs");
    }
    let agreements = agreements(&mut world);
    let raw_share = raw_shares(&mut world);
    let deciding = Deciding {
        model: &world.resource::<Setting>().model,
        covenant: world.resource(),
        grants: world.resource(),
        cleared: world.resource(),
        trust: world.resource(),
        giving: world.resource(),
        agreements,
        side: &world.resource::<Facts>().side,
        raw_share,
    };
    let amounts = deciding.amounts(&world.resource::<Tally>().expected);
    (amounts, world.resource::<Restrictions>().applied > 0)
}

#[test]
fn the_worlds_of_2019_have_rules_in_force() {
    let mut table = String::from("world,producer,reader,amount\n");
    for (name, end, restricted) in
        [("huawei-2019Q1", Quarter::new(2019, 1), false), ("huawei-2020Q4", Quarter::new(2020, 4), true)]
    {
        let (amounts, applied) = huawei(end);
        assert_eq!((amounts.len(), applied), (73, restricted), "{name}");
        for (producer, row) in amounts.iter().enumerate() {
            for (reader, amount) in row.iter().enumerate().filter(|(_, amount)| **amount > 0.0) {
                let _ = writeln!(table, "{name},{producer},{reader},{amount:.7}");
            }
        }
    }
    if std::env::var_os("NOFORN_BLESS").is_some() {
        let path = format!("{}/tests/pictures/huawei.csv", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, table).expect("the folder can be written to");
    }
}
