//! No mission is withdrawn in a quarter in which nothing forbids it any more.
use super::shared::scenario;
use noforn::access::Policies;
use noforn::access::facts::Facts;
use noforn::history::Detail;
use noforn::quarter::quarter;
use noforn::run::{Prepared, step};
use noforn::world::levels::MissionStatus;
use noforn::world::mission::{Mission, Presence};
use noforn::world::rule::{Application, Rule, RuleProgress};
use noforn::world::setting::Roll;
use noforn::world::slot::Slot;

/// Runs a scenario and returns how many missions were withdrawn, and how many were closed while a rule only restored.
fn withdrawals(variant: &str, rep: u32, set: &[(&str, &str)]) -> (usize, usize) {
    let huawei = scenario("scenarios/huawei-2019.toml", variant, set);
    let prepared = Prepared::new(&huawei);
    let (mut world, mut schedule) = (prepared.world(rep, Detail { full: false }), quarter());
    let (mut withdrawn, mut spared) = (0, 0);
    for now in prepared.quarters() {
        step(&mut world, &mut schedule, now).expect("no rule errs");
        let roll = world.resource::<Roll>();
        let (policies, facts) = (world.resource::<Policies>(), world.resource::<Facts>());
        for entity in &roll.missions {
            let mission = world.get::<Mission>(*entity).expect("a mission");
            let presence = world.get::<Presence>(*entity).expect("a mission");
            if presence.status == MissionStatus::Open || presence.by_event {
                continue;
            }
            let (sender, host) = (mission.sender, mission.host);
            let forbids = policies.explain(facts, sender, host, Slot::COLOCATE).forbids;
            let standing = roll.rules.iter().any(|rule| {
                let course = world.get::<RuleProgress>(*rule).expect("a rule");
                let rule = world.get::<Rule>(*rule).expect("a rule");
                let holds = matches!(course.towards[host.index()], Application::Triggered { .. });
                rule.owner == sender && holds && forbids.iter().any(|policy| policies.rule(*policy) == Some(rule.id))
            });
            if presence.status == MissionStatus::Withdrawn && presence.since == now {
                assert!(standing, "run {rep}: {sender:?} leaves {host:?} in {now}, and nothing forbids it");
                withdrawn += 1;
            }
            spared += usize::from(presence.status == MissionStatus::Suspended && !standing && !forbids.is_empty());
        }
    }
    (withdrawn, spared)
}

#[test]
fn no_mission_is_withdrawn_over_a_cause_that_is_gone() {
    let (mut withdrawn, mut spared) = (0, 0);
    for rep in 0..4 {
        for set in
            [[("model.withdraw_quarters", "2")], [("model.withdraw_quarters", "0")], [("model.withdraw_quarters", "5")]]
        {
            let (left, kept) = withdrawals("as-spoken", rep, &set);
            withdrawn += left;
            spared += kept;
        }
    }
    println!("{withdrawn} missions withdrawn, {spared} quarters of missions suspended without a standing cause");
    assert!(withdrawn > 0, "nothing was withdrawn, so the law was not tried");
    assert!(spared > 0, "no cause ended while a mission was suspended, so the law was not tried");
}
