//! Ranges of intelligence: each run but the first draws every nation's value by its address, whatever else differs.
use super::super::disk::Disk;
use super::shared::{scenario, written};
use bevy_ecs::world::World;
use noforn::history::Detail;
use noforn::load::{Choice, load};
use noforn::quarter::quarter;
use noforn::run::{Prepared, step};
use noforn::scenario::Scenario;
use noforn::world::ids::NationId;
use noforn::world::nation::Profile;
use noforn::world::setting::{Roll, Setting};
use noforn::world::tally::Tally;
use noforn::world::ties::{Dependence, Guarantor};
use std::collections::BTreeSet;

const HUAWEI: &str = "scenarios/huawei-2019.toml";

/// Three nations that read each other; the first is the hub of the file, the second is greater in some draws, the third has no
/// range.
const THREE: &str = "format = 1\ntitle = \"three\"\n[run]\nstart = \"2019Q1\"\nend = \"2019Q4\"\n\
    [nations]\nAAA = { name = \"a\", clearance = \"top_secret\", intelligence = 10, intelligence_low = 1, intelligence_high = 100 }\n\
    BBB = { name = \"b\", clearance = \"top_secret\", intelligence = 9, intelligence_low = 1, intelligence_high = 100 }\n\
    CCC = { name = \"c\", clearance = \"top_secret\", intelligence = 3 }\n\
    [groups.ALL]\nmembers = [\"AAA\", \"BBB\", \"CCC\"]\ntrust_weight = 1\ndefence_pact = true\n\
    [agreements.pool]\nkind = \"pool\"\nmembers = [\"AAA\", \"BBB\", \"CCC\"]\nceiling = \"top_secret\"\n\
    [vendors.v]\nhome = \"BBB\"\nflagged_by = [\"AAA\", \"BBB\"]\n";

/// Output of every nation at the start of a run.
fn output(prepared: &Prepared, rep: u32) -> Vec<f64> {
    let mut world = prepared.world(rep, Detail { full: false });
    let roll = world.resource::<Roll>().nations.clone();
    let mut profiles = world.query::<&Profile>();
    profiles.iter_many(&world, &roll).filter_map(Result::ok).map(|profile| profile.intelligence).collect()
}

fn given(scenario: &Scenario) -> Vec<f64> {
    scenario.file.nations.values().map(|nation| nation.intelligence).collect()
}

#[test]
fn a_run_draws_within_the_ranges_and_variants_of_a_run_draw_alike() {
    let variants = ["baseline", "as-spoken"].map(|variant| scenario(HUAWEI, variant, &[]));
    let [one, other] = variants.each_ref().map(Prepared::new);
    assert_eq!(output(&one, 0), given(&variants[0]), "the first run uses the value itself");
    let mut last = output(&one, 0);
    for rep in 1..5 {
        let drawn = output(&one, rep);
        assert_eq!(drawn, output(&other, rep), "run {rep} of both variants");
        let mut moved = 0;
        for ((id, nation), (drawn, last)) in variants[0].file.nations.iter().zip(drawn.iter().zip(&last)) {
            let (low, high) = nation.range().expect("every nation of the data has a range");
            assert!((low..=high).contains(drawn), "{id}: {drawn} in run {rep}");
            moved += usize::from(drawn != last);
        }
        assert!(moved > 60, "only {moved} nations differ between runs");
        last = drawn;
    }
}

#[test]
fn draws_are_uniform_in_the_logarithm_and_independent_of_each_other() {
    const REPS: u32 = 2000;
    let prepared = Prepared::new(&written(THREE));
    let shares: Vec<[f64; 2]> = (1..=REPS)
        .map(|rep| output(&prepared, rep))
        .map(|both| [0, 1].map(|at| both[at].ln() / 100_f64.ln()))
        .collect();
    for at in [0, 1] {
        let mut sorted: Vec<f64> = shares.iter().map(|share| share[at]).collect();
        sorted.sort_by(f64::total_cmp);
        let ends = sorted.iter().enumerate().map(|(k, share)| (share - (k as f64 + 0.5) / f64::from(REPS)).abs());
        let distance = ends.fold(0.0, f64::max);
        assert!(distance < 1.63 / f64::from(REPS).sqrt(), "Kolmogorov-Smirnov distance {distance}");
    }
    let product = shares.iter().map(|[a, b]| (a - 0.5) * (b - 0.5)).sum::<f64>() / f64::from(REPS);
    assert!((product * 12.0).abs() < 0.08, "correlation {}", product * 12.0);
}

#[test]
fn a_further_nation_changes_no_draw_of_the_others() {
    let more = THREE.replace("BBB = {", "AAB = { name = \"d\", intelligence = 5 }\nBBB = {");
    let [few, more] = [THREE, &more].map(|text| Prepared::new(&written(text)));
    for rep in 0..4 {
        let all = output(&more, rep);
        assert_eq!(output(&few, rep), [all[0], all[2], all[3]], "run {rep}");
        assert_eq!([all[1], all[3]], [5.0, 3.0], "without a range the value is fixed");
    }
}

#[test]
fn fixed_parameters_and_settings_fix_the_value() {
    let choice = Choice { fixed_parameters: true, ..Choice::default() };
    let fixed = load(&Disk, HUAWEI, &choice).expect("the scenario is right");
    assert_eq!(output(&Prepared::new(&fixed), 3), given(&fixed));
    let set = scenario(HUAWEI, "baseline", &[("nations.FRA.intelligence", "20")]);
    assert_eq!(set.file.nations["FRA"].range(), None);
    let france = set.file.nations.keys().position(|id| id == "FRA").expect("France is there");
    assert_eq!(output(&Prepared::new(&set), 3)[france], 20.0);
    assert_eq!(set.file.ranges(), set.file.nations.len() - 1);
}

#[test]
fn hub_and_guarantor_stay_and_leaders_and_dependence_follow_the_draw() {
    let prepared = Prepared::new(&written(THREE));
    let mut led_by_the_other = 0;
    for rep in 1..40 {
        let drawn = output(&prepared, rep);
        let see = |world: &World| {
            let dependence = &world.resource::<Dependence>().0;
            let [a, c] = [0, 2].map(NationId::new);
            (world.resource::<Setting>().hub, world.resource::<Guarantor>().nation, dependence[(c, a)])
        };
        let (history, (hub, guarantor, dependence)) =
            prepared.run_and_look(rep, Detail { full: true }, see).expect("no rule errs");
        assert_eq!((hub, guarantor), (NationId::new(0), Some(NationId::new(0))), "run {rep}");
        assert!((dependence - drawn[0] / (drawn[0] + drawn[1])).abs() < 1e-12, "run {rep}: {dependence} of {drawn:?}");
        let blocs: BTreeSet<&str> = history.nations.iter().map(|row| &*row.bloc_id).collect();
        if blocs.len() == 1 {
            let greatest = if drawn[1] > drawn[0] { "BBB" } else { "AAA" };
            assert!(blocs.contains(greatest), "run {rep}: {blocs:?} lead {drawn:?}");
            led_by_the_other += usize::from(greatest == "BBB");
        }
    }
    assert!(led_by_the_other > 5, "the other leads in {led_by_the_other} runs");
}

/// The hub's part of all reports that are expected in the first quarter of the first run.
fn hub_share(power: &str) -> f64 {
    let prepared = Prepared::new(&scenario(HUAWEI, "baseline", &[("model.intelligence_power", power)]));
    let mut world = prepared.world(0, Detail { full: false });
    step(&mut world, &mut quarter(), prepared.scenario().start).expect("no rule errs");
    let expected = &world.resource::<Tally>().expected;
    expected[world.resource::<Setting>().hub.index()] / expected.iter().sum::<f64>()
}

#[test]
fn the_plausible_powers_give_the_hub_from_12_to_70_percent_of_collection() {
    assert!((hub_share("0.49") - 0.12).abs() < 0.01, "{}", hub_share("0.49"));
    assert!((hub_share("1.0") - 100.0 / given(&scenario(HUAWEI, "baseline", &[])).iter().sum::<f64>()).abs() < 1e-12);
    assert!((hub_share("1.29") - 0.70).abs() < 0.01, "{}", hub_share("1.29"));
}

#[test]
fn a_power_of_one_changes_nothing() {
    let [left, given] =
        [&[][..], &[("model.intelligence_power", "1.0")]].map(|set| Prepared::new(&scenario(HUAWEI, "as-spoken", set)));
    for rep in [0, 3] {
        let [left, given] =
            [&left, &given].map(|prepared| prepared.run(rep, Detail { full: false }).expect("no rule errs"));
        assert_eq!(left, given, "run {rep}");
    }
}
