//! Compromise: reports leak through networks and through people; it is discovered years later.
use crate::world::archive::Archive;
use crate::world::chance::{Stream, within};
use crate::world::clock::{Quarter, per_quarter};
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::model::Model;
use crate::world::nation::Nation;
use crate::world::network::Equipment;
use crate::world::news::News;
use crate::world::record::{Because, Decision, DecisionKind, DecisionLog};
use crate::world::sets::members;
use crate::world::setting::{Clock, Names, Roll, Setting, everyone};
use crate::world::tally::Tally;
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;

/// The compromise of a run, and when it is discovered. The first leak through a network sets the date of discovery; all
/// of them are discovered together, and only once in a run.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Undiscovered {
    /// The nation where the first report leaked, the quarter of its discovery, and the record of the leak.
    pub leak: Option<(NationId, Quarter, Because)>,
    /// True once it has been discovered.
    pub known: bool,
    /// The pairs (holder, owner): reports of the owner leaked at the holder through its networks.
    pub networks: BitMatrix,
    /// The same through insiders and other ways. All that leaked so at a holder is found at once.
    pub insiders: BitMatrix,
}

/// Sets the start of a run: nothing has leaked.
pub fn reset(world: &mut World) {
    let nowhere = BitMatrix::none(world.resource::<Setting>().nations);
    world.insert_resource(Undiscovered { networks: nowhere.clone(), insiders: nowhere, ..Undiscovered::default() });
}

/// A way by which reports leak in a nation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum LeakWay {
    /// Compromised equipment in the networks that carry government traffic; the share of it there, 0 to 1.
    Network(f64),
    /// Insiders, and all else that needs no equipment.
    Insider,
}

impl LeakWay {
    /// The rate a year at which a report that is held leaks this way.
    fn rate(self, model: &Model) -> f64 {
        match self {
            LeakWay::Network(exposure) => model.leak_rate * exposure * (1.0 - model.segregated_share),
            LeakWay::Insider => model.insider_leak_rate,
        }
    }

    /// The hash that addresses the draws of a nation.
    fn subject(self, nation: &Nation) -> u64 {
        match self {
            LeakWay::Network(_) => nation.subject,
            LeakWay::Insider => within(nation.subject, 1),
        }
    }

    /// The reason in words, for the record of decisions.
    fn describe(self, nation: &str) -> String {
        match self {
            LeakWay::Network(exposure) => {
                format!("read in {nation}; compromised share of government networks {exposure:.2}")
            }
            LeakWay::Insider => format!("read in {nation}; an insider or another way that needs no equipment"),
        }
    }

    /// The path of the scenario key that the leak rests on.
    fn path(self, nation: &str) -> String {
        match self {
            LeakWay::Network(_) => format!("nations.{nation}"),
            LeakWay::Insider => "model.insider_leak_rate".to_owned(),
        }
    }
}

/// Draws which reports leak: where the government's networks are compromised, and through insiders everywhere. Discovers
/// the compromise when it is due.
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
    for nation in nations.iter_many(&roll.nations).matched() {
        find_insiders(nation, &setting, now, &mut undiscovered.insiders, &mut news);
        let installed = &equipment.0[nation.id.index()];
        let exposure = installed.government(|v| vendors.compromised[v]);
        for way in [LeakWay::Network(exposure), LeakWay::Insider] {
            let Undiscovered { networks, insiders, .. } = &mut *undiscovered;
            let first = leak(
                way,
                nation,
                installed.because,
                &setting,
                now,
                &names,
                &mut archive,
                &mut decision_log,
                &mut tally,
                if way == LeakWay::Insider { insiders } else { networks },
            );
            let Some(record) = first.filter(|_| way != LeakWay::Insider && undiscovered.leak.is_none()) else {
                continue;
            };
            let luck = within(nation.subject, 1);
            let lag = lag(&setting.model, setting.chance.uniform(Stream::Discovery, luck, now, 0));
            undiscovered.leak = Some((nation.id, now.plus(lag), record));
        }
    }
}

/// Draws which of the reports that a nation holds leak one way. Returns the record of the first.
#[expect(clippy::too_many_arguments, reason = "the parts of a system")]
fn leak(
    way: LeakWay,
    nation: &Nation,
    equipped: Because,
    setting: &Setting,
    now: Quarter,
    names: &Names,
    archive: &mut Archive,
    decision_log: &mut DecisionLog,
    tally: &mut Tally,
    owners: &mut BitMatrix,
) -> Option<Because> {
    let probability = per_quarter(way.rate(&setting.model));
    if probability <= 0.0 {
        return None;
    }
    let gaps = LeakGaps::new(probability);
    let mut draws = setting.chance.at(Stream::Leak, way.subject(nation), now);
    let (mut from, mut first) = (0, None);
    while let Some(number) = archive.nth_held(nation.id, from, gaps.skip(draws.uniform())) {
        from = number + 1;
        archive.leak(number);
        let report = archive.report(number);
        let owner = report.label().originators().next().unwrap_or(nation.id);
        let level = report.label().level();
        report.label().originators().filter(|owner| *owner != nation.id).for_each(|o| owners.set(nation.id, o, true));
        tally.quarter.leaked += 1;
        tally.nation(nation.id).leaked += 1;
        let name = names.nation(nation.id);
        let record = decision_log.record(now, || Decision {
            kind: DecisionKind::Leak,
            actor: nation.id,
            target: Some(owner),
            rule: None,
            outcome: level.as_str().into(),
            probability,
            draw: None,
            reason: way.describe(name),
            because: if way == LeakWay::Insider { Because::Start } else { equipped },
            path: way.path(name),
        });
        first = first.or(Some(record));
    }
    first
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
    for holder in everyone(names.nations.len()) {
        tell_owners(holder, &mut undiscovered.networks, news);
    }
}

/// Finds out that reports leaked in a nation through insiders and other ways, at a rate of once in `discovery_years`.
fn find_insiders(
    nation: &Nation,
    setting: &Setting,
    now: Quarter,
    insiders: &mut BitMatrix,
    news: &mut MessageWriter<News>,
) {
    let leaked = insiders.row(nation.id).iter().any(|word| *word != 0);
    let probability = per_quarter(1.0 / setting.model.discovery_years);
    if leaked && setting.chance.uniform(Stream::Discovery, within(nation.subject, 2), now, 0) < probability {
        tell_owners(nation.id, insiders, news);
    }
}

/// Tells the owners of what leaked in a nation that it did, once.
fn tell_owners(holder: NationId, leaked: &mut BitMatrix, news: &mut MessageWriter<News>) {
    members(leaked.row(holder)).for_each(|owner| {
        news.write(News::LeakFound { holder, owner });
    });
    leaked.row_mut(holder).fill(0);
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
    fn equipment_counts_as_far_as_government_traffic_runs_over_it_and_insiders_need_none() {
        let model = Model { leak_rate: 0.2, segregated_share: 0.75, insider_leak_rate: 0.01, ..Model::default() };
        for (way, expected) in [(LeakWay::Network(0.5), 0.025), (LeakWay::Network(0.0), 0.0), (LeakWay::Insider, 0.01)]
        {
            assert!((way.rate(&model) - expected).abs() < 1e-12, "{way:?}");
        }
        let apart = Model { segregated_share: 1.0, ..model };
        assert_eq!(LeakWay::Network(1.0).rate(&apart), 0.0, "nothing runs over public networks");
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
