//! No cause is a stub: with its parameter at zero a named metric moves in a named direction, on the same luck.
use super::shared::{runs, scenario};
use noforn::history::rows::{MetricsRow, NationRow};
use noforn::history::{Detail, History};
use noforn::quarter::quarter;
use noforn::run::{Prepared, step};
use noforn::world::nation::{Nation, Pressure, Profile};
use noforn::world::setting::Setting;
use noforn::world::tally::Tally;

const HUAWEI: &str = "scenarios/huawei-2019.toml";
const REPS: u32 = 100;

/// Where a metric goes without the mechanism.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goes {
    Up,
    Down,
}

/// The mean of a metric over all quarters.
fn mean(history: &History, metric: impl Fn(&MetricsRow) -> f64) -> f64 {
    history.metrics.iter().map(metric).sum::<f64>() / history.metrics.len() as f64
}

/// The mean over all nations and years.
fn nations(history: &History, value: impl Fn(&NationRow) -> f64) -> f64 {
    history.nations.iter().map(value).sum::<f64>() / history.nations.len() as f64
}

/// Switches something off and compares run by run: the sign must be agreed in at least four fifths of the pairs.
fn without(variant: &str, off: &[(&str, &str)], goes: Goes, name: &str, metric: impl Fn(&History) -> f64) {
    let with = runs(&scenario(HUAWEI, variant, &[]), REPS);
    let without = runs(&scenario(HUAWEI, variant, off), REPS);
    let moved = |(with, without): &(&History, &History)| match goes {
        Goes::Up => metric(without) > metric(with),
        Goes::Down => metric(without) < metric(with),
    };
    let agreed = with.iter().zip(&without).filter(moved).count();
    println!("{name} goes {goes:?} without {off:?} in {agreed} of {REPS} pairs");
    assert!(agreed * 5 >= 4 * REPS as usize, "{name} goes {goes:?} without {off:?} in only {agreed} of {REPS} pairs");
}

#[test]
fn without_events_nobody_is_restricted() {
    without("as-spoken", &[("model.event_probability", "0.0")], Goes::Down, "reports_withheld_share", |h| {
        mean(h, |m| m.reports_withheld_share.0)
    });
}

#[test]
fn without_advocacy_beliefs_stay_lower() {
    without("baseline", &[("model.advocacy_weight", "0.0")], Goes::Down, "belief_share", |h| {
        nations(h, |n| n.belief_share.0)
    });
}

#[test]
fn without_reviews_no_government_moves() {
    without("baseline", &[("model.review_rate", "0.0")], Goes::Down, "stance_rank", |h| {
        nations(h, |n| f64::from(n.stance_rank))
    });
}

#[test]
fn without_turnover_equipment_stays() {
    without("baseline", &[("model.turnover_factor", "0.0")], Goes::Up, "mean_core_flagged_share", |h| {
        mean(h, |m| m.mean_core_flagged_share.0)
    });
}

#[test]
fn an_owner_that_sees_nothing_applies_nothing() {
    without("as-spoken", &[("model.vigilance_share", "0.0")], Goes::Down, "applied_restriction_count", |h| {
        mean(h, |m| f64::from(m.applied_restriction_count))
    });
}

#[test]
fn collection_that_does_not_rest_on_missions_survives_their_withdrawal() {
    without("as-spoken", &[("model.mission_collection_share", "0.0")], Goes::Up, "reports_produced", |h| {
        mean(h, |m| f64::from(m.reports_produced))
    });
}

#[test]
fn without_side_groups_the_cut_off_reach_less() {
    without("as-spoken", &[("model.realign_rate", "0.0")], Goes::Down, "reports_read", |h| {
        nations(h, |n| f64::from(n.reports_read))
    });
}

#[test]
fn without_friction_side_lists_lose_nothing() {
    without("baseline", &[("model.side_list_friction", "0.0")], Goes::Down, "reports_lost_to_friction_share", |h| {
        mean(h, |m| m.reports_lost_to_friction_share.0)
    });
}

/// The part of reports that leaked, over all quarters.
fn leaked(history: &History) -> f64 {
    mean(history, |m| m.reports_leaked_share.0)
}

#[test]
fn without_leaks_nothing_leaks() {
    // Every vendor flagged is compromised here, so that each run has something to leak through.
    let baseline = |set: &[(&str, &str)]| {
        let compromised = [("model.compromised_probability", "1.0")];
        runs(&scenario(HUAWEI, "baseline", &[&compromised, set].concat()), REPS)
    };
    let with = baseline(&[]);
    for off in [("model.leak_rate", "0.0"), ("model.segregated_share", "1.0"), ("model.insider_leak_rate", "0.0")] {
        let without = baseline(&[off]);
        let agreed = with.iter().zip(&without).filter(|(with, without)| leaked(without) < leaked(with)).count();
        assert!(agreed * 5 >= 4 * REPS as usize, "reports leak less without {off:?} in only {agreed} of {REPS} pairs");
    }
    let without = baseline(&[("model.leak_rate", "0.0"), ("model.insider_leak_rate", "0.0")]);
    assert!(without.iter().all(|history| leaked(history) == 0.0));
}

#[test]
fn secrets_leak_without_flagged_equipment_and_mostly_by_other_ways() {
    let sound = scenario(HUAWEI, "baseline", &[("model.compromised_probability", "0.0")]);
    assert!(runs(&sound, 5).iter().all(|history| leaked(history) > 0.0), "insiders leak everywhere");
    let prepared = Prepared::new(&scenario(HUAWEI, "baseline", &[]));
    let (mut all, mut by_equipment) = (0, 0);
    for rep in 0..20 {
        let history = prepared.run(rep, Detail { full: true }).expect("no rule errs");
        let leaks = history.decisions.iter().filter(|row| row.kind == "leak");
        for row in leaks {
            all += 1;
            by_equipment += u32::from(row.reason.contains("government networks"));
        }
    }
    println!("{by_equipment} of {all} leaks come through equipment");
    assert!(by_equipment > 0 && 2 * by_equipment < all, "{by_equipment} of {all} leaks come through equipment");
}

#[test]
fn without_diplomacy_trust_survives_restriction() {
    without("as-spoken", &[("model.trust_loss_rate", "0.0")], Goes::Down, "reports_lost_to_trust_share", |h| {
        mean(h, |m| m.reports_lost_to_trust_share.0)
    });
}

#[test]
fn where_anything_counts_as_sharing_freely_fewer_stand_apart() {
    without("baseline", &[("model.free_share", "0.0")], Goes::Down, "distance_fragmentation_index", |h| {
        mean(h, |m| m.distance_fragmentation_index.0)
    });
}

#[test]
fn a_nation_collects_by_its_size_and_less_where_its_missions_are_closed() {
    let set = [("model.mission_collection_share", "0.4"), ("run.end", "2022Q4")];
    let huawei = scenario(HUAWEI, "as-spoken", &set);
    let prepared = Prepared::new(&huawei);
    let (mut world, mut schedule) = (prepared.world(0, Detail { full: false }), quarter());
    let (mut closed, mut moved) = (0, 0);
    for now in prepared.quarters() {
        step(&mut world, &mut schedule, now).expect("no rule errs");
        let model = world.resource::<Setting>().model.clone();
        let mut query = world.query::<(&Nation, &Profile, &Pressure)>();
        let nations: Vec<_> = query
            .iter(&world)
            .map(|(n, profile, pressure)| (n.id, profile.intelligence, pressure.missions_working))
            .collect();
        let total: f64 = nations.iter().map(|(_, size, _)| size).sum();
        for (nation, size, working) in nations {
            let told = model.reports_per_quarter * size / total * (1.0 - 0.4 * (1.0 - working));
            let expected = world.resource::<Tally>().expected[nation.index()];
            assert!((expected - told).abs() < 1e-9 * told.max(1.0), "{now}: {expected} is not {told}");
            closed += u32::from(working < 1.0);
            moved += u32::from(working > 0.0 && working < 1.0);
        }
    }
    assert!(closed > 0 && moved > 0, "no mission was closed");
}

#[test]
fn where_nobody_has_intelligence_nobody_reports() {
    let none = ["USA", "GBR", "DEU"].map(|iso3| format!("nations.{iso3}.intelligence"));
    let set: Vec<(&str, &str)> = none.iter().map(|path| (path.as_str(), "0")).collect();
    let history = &runs(&scenario("scenarios/tutorial.toml", "baseline", &set), 1)[0];
    assert!(history.metrics.iter().all(|row| row.reports_produced == 0));
}
