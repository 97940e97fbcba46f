//! Compromise: reports held on flagged networks leak, and leaks are found out late.
use crate::world::archive::Archive;
use crate::world::chance::{Stream, within};
use crate::world::clock::{Quarter, per_quarter};
use crate::world::ids::NationId;
use crate::world::model::Model;
use crate::world::nation::Nation;
use crate::world::network::Equipment;
use crate::world::news::News;
use crate::world::record::{Because, Chronicle, Decision, DecisionKind};
use crate::world::setting::{Clock, Names, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;

/// The back door that nobody knows of yet. What leaks through it, wherever, is found together: the first leak starts the
/// clock, and what has been found once is no news again.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Undiscovered {
    /// Where the first report leaked, when that will be discovered, and its record.
    pub leak: Option<(NationId, Quarter, Because)>,
    /// Whether it has been discovered.
    pub known: bool,
}

/// Nothing has leaked at the start of a run.
pub fn reset(world: &mut World) {
    world.insert_resource(Undiscovered::default());
}

/// Lets reports leak where the government's networks are compromised, and discovers old leaks.
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
    mut chronicle: ResMut<Chronicle>,
    mut tally: ResMut<Tally>,
    mut news: MessageWriter<News>,
) {
    let now = clock.0;
    discover(now, &mut undiscovered, &mut chronicle, &mut news, &names);
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
        let wait = Wait::new(chance);
        let mut draws = setting.chance.at(Stream::Leak, nation.subject, now);
        let mut from = 0;
        while let Some(number) = archive.held(nation.id, from, wait.skip(draws.uniform())) {
            from = number + 1;
            archive.leak(number);
            let report = archive.report(number);
            let owner = report.label().originators().next().unwrap_or(nation.id);
            let level = report.label().level();
            tally.quarter.leaked += 1;
            tally.nation(nation.id).leaked += 1;
            let record = chronicle.record(now, || Decision {
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

/// The wait for the next report that leaks, where each does with the same chance above 0.
struct Wait {
    /// The logarithm of the chance that a report stays safe; none where none does.
    safe: Option<f64>,
}

impl Wait {
    fn new(chance: f64) -> Self {
        Self { safe: (chance < 1.0).then(|| libm::log1p(-chance)) }
    }

    /// How many reports stay safe before the next that leaks: geometric.
    fn skip(&self, draw: f64) -> u64 {
        // A draw of 0 gives 0, one close to 1 a long wait; beyond 2^53 nobody counts.
        self.safe.map_or(0, |safe| (libm::log1p(-draw) / safe).min(9e15) as u64)
    }
}

/// Quarters until a leak is discovered: evenly between the mean less and plus its spread, at least one.
fn lag(model: &Model, draw: f64) -> u32 {
    let around = 1.0 + model.discovery_spread_share * (2.0 * draw - 1.0);
    libm::ceil(model.discovery_years * around * 4.0).max(1.0) as u32
}

fn discover(
    now: Quarter,
    undiscovered: &mut Undiscovered,
    chronicle: &mut Chronicle,
    news: &mut MessageWriter<News>,
    names: &Names,
) {
    let due = undiscovered.leak.filter(|(_, when, _)| *when <= now && !undiscovered.known);
    let Some((nation, _, because)) = due else { return };
    undiscovered.known = true;
    let because = chronicle.record(now, || Decision {
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
    fn skipping_ahead_waits_as_long_as_single_trials_would() {
        let chance = 0.05;
        let luck = crate::world::chance::Chance::new(1, 0);
        let n = 20_000;
        let total: u64 =
            (0..n).map(|k| Wait::new(chance).skip(luck.uniform(Stream::Leak, 3, Quarter::new(2020, 1), k))).sum();
        let mean = total as f64 / f64::from(n);
        assert!((mean - 19.0).abs() < 0.6, "a geometric wait has mean (1 - p) / p = 19, not {mean}");
        assert_eq!(Wait::new(1.0).skip(0.7), 0);
        assert_eq!(Wait::new(chance).skip(0.0), 0);
    }

    #[test]
    fn discoveries_come_years_late_and_never_at_once() {
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
