//! Compromise: reports held on flagged networks leak, and leaks are found out late.
use crate::world::chance::{Stream, within};
use crate::world::clock::{Quarter, per_quarter};
use crate::world::ids::NationId;
use crate::world::model::Model;
use crate::world::nation::Nation;
use crate::world::network::Equipment;
use crate::world::news::News;
use crate::world::record::{Because, Chronicle, Decision, DecisionKind};
use crate::world::report::{Archive, Report};
use crate::world::setting::{Clock, Names, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::turned::Turned;
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;
use std::collections::VecDeque;

/// The back door that nobody knows of yet. What leaks through it, wherever, is found together: the first leak starts the
/// clock, and what has been found once is no news again.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Undiscovered {
    /// Where the first report leaked, when that will be discovered, and its record.
    pub leak: Option<(NationId, Quarter, Because)>,
    /// Whether it has been discovered.
    pub known: bool,
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
    mut holdings: ResMut<Holdings>,
) {
    let now = clock.0;
    discover(now, &mut undiscovered, &mut chronicle, &mut news, &names);
    if !vendors.compromised.contains(&true) {
        return;
    }
    holdings.take_stock(&archive, now, setting.nations);
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
        while let Some(number) = holdings.nth(nation.id, from, wait.skip(draws.uniform())) {
            from = number + 1;
            holdings.lose(number);
            let report = archive.report_mut(number);
            report.leak();
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

/// Which of the kept reports each nation has read and nobody has leaked.
#[derive(Resource, Clone, Debug, Default)]
pub struct Holdings {
    /// The reports of each quarter that are kept, oldest first.
    shelves: VecDeque<Shelf>,
    /// Shelves to be used again.
    cleared: Vec<Shelf>,
}

/// The reports of one quarter.
#[derive(Clone, Debug, Default)]
struct Shelf {
    count: usize,
    read: Turned,
    /// A bit for each report that nobody has leaked.
    safe: Vec<u64>,
}

impl Holdings {
    /// Takes all reports off the shelves.
    pub fn clear(&mut self) {
        self.cleared.extend(self.shelves.drain(..));
    }

    /// Clears the shelves of reports that are kept no more, and puts up those of this quarter.
    fn take_stock(&mut self, archive: &Archive, now: Quarter, nations: usize) {
        let reports = archive.reports();
        let older = reports.partition_point(|report| report.made() < now);
        while self.shelves.front().is_some_and(|first| first.count == 0 || self.count() > older) {
            self.cleared.extend(self.shelves.pop_front());
        }
        let first = self.count();
        let mut shelf = self.cleared.pop().unwrap_or_default();
        shelf.fill(reports.len() - first, nations, |number| &reports[first + number]);
        self.shelves.push_back(shelf);
    }

    fn count(&self) -> usize {
        self.shelves.iter().map(|shelf| shelf.count).sum()
    }

    /// The number of the report that a nation holds, has not leaked and that comes after `skipped` others like it,
    /// from the report `from` on.
    fn nth(&self, nation: NationId, from: usize, mut skipped: u64) -> Option<usize> {
        let mut before = 0;
        for shelf in &self.shelves {
            if from < before + shelf.count {
                match shelf.nth(nation, from.saturating_sub(before), skipped) {
                    Ok(number) => return Some(before + number),
                    Err(left) => skipped = left,
                }
            }
            before += shelf.count;
        }
        None
    }

    /// A report leaks: nobody leaks it again.
    fn lose(&mut self, mut number: usize) {
        for shelf in &mut self.shelves {
            if number < shelf.count {
                shelf.safe[number / 64] &= !(1 << (number % 64));
                return;
            }
            number -= shelf.count;
        }
    }
}

impl Shelf {
    fn fill<'a>(&mut self, count: usize, nations: usize, report: impl Fn(usize) -> &'a Report) {
        self.count = count;
        self.read.turn(count, nations, |number| report(number).reached().words());
        self.safe.clear();
        self.safe.resize(count.div_ceil(64), 0);
        for number in (0..count).filter(|number| !report(*number).leaked()) {
            self.safe[number / 64] |= 1 << (number % 64);
        }
    }

    /// As [`Holdings::nth`]; how many are left to skip where the shelf holds too few.
    fn nth(&self, nation: NationId, from: usize, mut skipped: u64) -> Result<usize, u64> {
        let read = self.read.row(nation);
        for (word, (read, safe)) in read.iter().zip(&self.safe).enumerate().skip(from / 64) {
            let first = if word == from / 64 { from % 64 } else { 0 };
            let mut held = read & safe & (u64::MAX << first);
            let count = u64::from(held.count_ones());
            if skipped >= count {
                skipped -= count;
                continue;
            }
            (0..skipped).for_each(|_| held &= held - 1);
            return Ok(word * 64 + held.trailing_zeros() as usize);
        }
        Err(skipped)
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
