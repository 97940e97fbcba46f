//! Compromise: reports on compromised networks leak, and leaks are discovered years later.
use crate::world::archive::Archive;
use crate::world::chance::{Stream, within};
use crate::world::clock::{Quarter, per_quarter};
use crate::world::ids::NationId;
use crate::world::model::Model;
use crate::world::nation::Nation;
use crate::world::network::Equipment;
use crate::world::news::News;
use crate::world::record::{Because, Decision, DecisionKind, DecisionLog};
use crate::world::setting::{Clock, Names, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;

/// The compromise of a run, and when it is discovered. The first leak sets the date of discovery; all leaks are
/// discovered together, and only once in a run.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Undiscovered {
    /// The nation where the first report leaked, the quarter of its discovery, and the record of the leak.
    pub leak: Option<(NationId, Quarter, Because)>,
    /// True once it has been discovered.
    pub known: bool,
}

/// Sets the start of a run: nothing has leaked.
pub fn reset(world: &mut World) {
    world.insert_resource(Undiscovered::default());
}

/// Draws which reports leak where the government's networks are compromised, and discovers the compromise when it is
/// due.
#[expect(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn compromise(
    setting: Res<Setting>,
    clock: Res<Clock>,
    roll: Res<Roll>,
    names: Res<Names>,
    vendors: Res<VendorList>,
    equipment: Res<Equipment>,
    nations: Query<&Nation>,
    mut archive: ResMut<Archive>,
    mut undiscovered: ResMut<Undiscovered>,
    mut decision_log: ResMut<DecisionLog>,
    mut tally: ResMut<Tally>,
    mut news: MessageWriter<News>,
) {
    let now = clock.0;
    discover(now, &mut undiscovered, &mut decision_log, &mut news, &names);
    if !vendors.compromised.contains(&true) {
        return;
    }
    for nation in nations.iter_many(&roll.nations).matched() {
        let installed = &equipment.0[nation.id.index()];
        let exposure = installed.government(|v| vendors.compromised[v]);
        let chance = per_quarter(setting.model.leak_rate * exposure);
        if chance <= 0.0 {
            continue;
        }
        let gaps = LeakGaps::new(chance);
        let mut draws = setting.chance.at(Stream::Leak, nation.subject, now);
        let mut from = 0;
        while let Some(number) = archive.nth_held(nation.id, from, gaps.skip(draws.uniform())) {
            from = number + 1;
            archive.leak(number);
            let report = archive.report(number);
            let owner = report.label().originators().next().unwrap_or(nation.id);
            let level = report.label().level();
            tally.quarter.leaked += 1;
            tally.nation(nation.id).leaked += 1;
            let record = decision_log.record(now, || Decision {
                kind: DecisionKind::Leak,
                actor: nation.id,
                target: Some(owner),
                rule: None,
                outcome: level.as_str().into(),
                probability: chance,
                draw: None,
                reason: format!(
                    "read in {}; compromised share of government networks {exposure:.2}",
                    names.nation(nation.id)
                ),
                because: installed.because,
                path: format!("nations.{}", names.nation(nation.id)),
            });
            if undiscovered.leak.is_none() {
                let luck = within(nation.subject, 1);
                let lag = lag(&setting.model, setting.chance.uniform(Stream::Discovery, luck, now, 0));
                undiscovered.leak = Some((nation.id, now.plus(lag), record));
            }
        }
    }
}

/// Geometric sampling: how many reports stay safe before the next leak, if each leaks with the same chance above 0.
struct LeakGaps {
    /// The natural logarithm of the chance that a report stays safe; `None` if every report leaks.
    log_safe: Option<f64>,
}

impl LeakGaps {
    fn new(chance: f64) -> Self {
        Self { log_safe: (chance < 1.0).then(|| libm::log1p(-chance)) }
    }

    /// How many reports stay safe before the next leak; `draw` is uniform in [0, 1).
    fn skip(&self, draw: f64) -> u64 {
        // Inversion of the distribution. The bound is close to 2^53, more than any archive holds.
        self.log_safe.map_or(0, |log_safe| (libm::log1p(-draw) / log_safe).min(9e15) as u64)
    }
}

/// Quarters until a leak is discovered: uniform within the spread around the mean, at least one; `draw` is in [0, 1).
fn lag(model: &Model, draw: f64) -> u32 {
    let around = 1.0 + model.discovery_spread_share * (2.0 * draw - 1.0);
    libm::ceil(model.discovery_years * around * 4.0).max(1.0) as u32
}

fn discover(
    now: Quarter,
    undiscovered: &mut Undiscovered,
    decision_log: &mut DecisionLog,
    news: &mut MessageWriter<News>,
    names: &Names,
) {
    let due = undiscovered.leak.filter(|(_, when, _)| *when <= now && !undiscovered.known);
    let Some((nation, _, because)) = due else { return };
    undiscovered.known = true;
    let because = decision_log.record(now, || Decision {
        kind: DecisionKind::Disclosure,
        actor: nation,
        target: None,
        rule: None,
        outcome: "discovered".into(),
        probability: 1.0,
        draw: None,
        reason: format!("a compromise in {} becomes public", names.nation(nation)),
        because,
        path: "model.discovery_years".to_owned(),
    });
    news.write(News::Disclosure { nation, because });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_between_leaks_have_the_mean_of_single_trials() {
        let chance = 0.05;
        let luck = crate::world::chance::Chance::new(1, 0);
        let n = 20_000;
        let total: u64 =
            (0..n).map(|k| LeakGaps::new(chance).skip(luck.uniform(Stream::Leak, 3, Quarter::new(2020, 1), k))).sum();
        let mean = total as f64 / f64::from(n);
        assert!((mean - 19.0).abs() < 0.6, "a geometric wait has mean (1 - p) / p = 19, not {mean}");
        assert_eq!(LeakGaps::new(1.0).skip(0.7), 0);
        assert_eq!(LeakGaps::new(chance).skip(0.0), 0);
    }

    #[test]
    fn a_discovery_comes_years_after_the_leak_and_never_in_its_quarter() {
        for (mean, spread, draw, expected) in [
            (8.0, 0.375, 0.0, 20),
            (8.0, 0.375, 0.5, 32),
            (8.0, 0.375, 0.99, 44),
            (8.0, 1.0, 0.0, 1),
            (0.1, 0.0, 0.5, 1),
        ] {
            let model = Model { discovery_years: mean, discovery_spread_share: spread, ..Model::default() };
            assert_eq!(lag(&model, draw), expected, "mean {mean} years, spread {spread}, draw {draw}");
        }
    }
}
