//! Compromise: reports held on flagged networks leak, and leaks are found out late.
use crate::world::chance::{Stream, within};
use crate::world::clock::{Quarter, per_quarter};
use crate::world::ids::NationId;
use crate::world::matrix::transposed;
use crate::world::model::Model;
use crate::world::nation::Nation;
use crate::world::network::Equipment;
use crate::world::news::News;
use crate::world::record::{Because, Chronicle, Decision, DecisionKind};
use crate::world::report::Archive;
use crate::world::sets::words_for;
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
    mut holdings: Local<Holdings>,
) {
    let now = clock.0;
    discover(now, &mut undiscovered, &mut chronicle, &mut news, &names);
    if !vendors.compromised.contains(&true) {
        return;
    }
    holdings.take_stock(&archive, setting.nations);
    for nation in nations.iter_many(&roll.nations).matched() {
        let installed = &equipment.0[nation.id.index()];
        let exposure = installed.government(|v| vendors.compromised[v]);
        let chance = per_quarter(setting.model.leak_rate * exposure);
        if chance <= 0.0 {
            continue;
        }
        let mut draws = setting.chance.at(Stream::Leak, nation.subject, now);
        let mut from = 0;
        while let Some(number) = holdings.nth(nation.id, from, skip(chance, draws.uniform())) {
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

/// Which of the kept reports each nation has read and nobody has leaked: rows of bits over reports.
#[derive(Debug, Default)]
pub struct Holdings {
    words: usize,
    read: Vec<u64>,
    safe: Vec<u64>,
}

impl Holdings {
    /// Turns the sets of readers round, 64 reports and 64 nations at a time.
    fn take_stock(&mut self, archive: &Archive, nations: usize) {
        let reports = archive.reports();
        self.words = reports.len().div_ceil(64);
        let rows = words_for(nations) * 64;
        reset(&mut self.read, self.words * rows);
        reset(&mut self.safe, self.words);
        for (number, report) in reports.iter().enumerate() {
            self.safe[number / 64] |= u64::from(!report.leaked()) << (number % 64);
        }
        for word in 0..self.words {
            for part in 0..words_for(nations) {
                let of = |bit: usize| reports.get(word * 64 + bit).map_or(0, |report| report.reached().words()[part]);
                let turned = transposed(std::array::from_fn(of));
                for (bit, readings) in turned.into_iter().enumerate() {
                    self.read[(part * 64 + bit) * self.words + word] = readings;
                }
            }
        }
    }

    /// The number of the report that a nation holds, has not leaked and that comes after `skipped` others like it,
    /// from the report `from` on.
    fn nth(&self, nation: NationId, from: usize, mut skipped: u64) -> Option<usize> {
        let read = &self.read[nation.index() * self.words..][..self.words];
        for (word, (read, safe)) in read.iter().zip(&self.safe).enumerate().skip(from / 64) {
            let first = if word == from / 64 { from % 64 } else { 0 };
            let mut held = read & safe & (u64::MAX << first);
            let count = u64::from(held.count_ones());
            if skipped >= count {
                skipped -= count;
                continue;
            }
            (0..skipped).for_each(|_| held &= held - 1);
            return Some(word * 64 + held.trailing_zeros() as usize);
        }
        None
    }

    /// A report leaks: nobody leaks it again.
    fn lose(&mut self, number: usize) {
        self.safe[number / 64] &= !(1 << (number % 64));
    }
}

/// A buffer of this many zeros, in the memory it has.
fn reset(buffer: &mut Vec<u64>, length: usize) {
    buffer.clear();
    buffer.resize(length, 0);
}

/// How many reports stay safe before the next that leaks: geometric.
fn skip(chance: f64, draw: f64) -> u64 {
    if chance >= 1.0 {
        return 0;
    }
    // A draw of 0 gives 0, one close to 1 a long wait; beyond 2^53 nobody counts.
    (libm::log1p(-draw) / libm::log1p(-chance)).min(9e15) as u64
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
        let total: u64 = (0..n).map(|k| skip(chance, luck.uniform(Stream::Leak, 3, Quarter::new(2020, 1), k))).sum();
        let mean = total as f64 / f64::from(n);
        assert!((mean - 19.0).abs() < 0.6, "a geometric wait has mean (1 - p) / p = 19, not {mean}");
        assert_eq!(skip(1.0, 0.7), 0);
        assert_eq!(skip(chance, 0.0), 0);
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
