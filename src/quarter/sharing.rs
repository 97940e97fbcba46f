//! Sharing: reports are produced, labelled, released, fused and read.
pub mod release;

use crate::access::facts::Facts;
use crate::access::grants::Grants;
use crate::world::agreement::Covenant;
use crate::world::chance::{Stream, within};
use crate::world::ids::NationId;
use crate::world::label::Label;
use crate::world::levels::Level;
use crate::world::nation::{Nation, Pressure, Profile};
use crate::world::report::{Archive, Authority, Clearances, Content, Report};
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::ties::Trust;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use release::{Release, Sorting, level_of, release, sort, subject_of};

/// What decides where reports go.
#[derive(SystemParam)]
pub struct Channels<'w> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    grants: Res<'w, Grants>,
    covenant: Res<'w, Covenant>,
    trust: Res<'w, Trust>,
    clearances: Res<'w, Clearances>,
}

/// A report as it is produced, with its address in chance. What it says can only be read, as by anyone else.
struct Fresh {
    producer: NationId,
    luck: u64,
    report: Report,
}

impl Fresh {
    /// Whom it reached beside its owners.
    fn readers(&self) -> NationSet {
        let mut readers = self.report.reached().clone();
        readers.subtract(self.report.label().originators());
        readers
    }
}

/// Produces this quarter's reports and assessments, files them, and lets everyone read what they may.
pub fn sharing(
    channels: Channels,
    roll: Res<Roll>,
    nations: Query<(&Nation, &Profile, &Pressure)>,
    mut archive: ResMut<Archive>,
    mut facts: ResMut<Facts>,
    mut tally: ResMut<Tally>,
) {
    archive.expire(channels.clock.0);
    facts.informs.clear();
    let producers: Vec<(NationId, u64, f64)> = producers(&channels, nations.iter_many(&roll.nations).matched());
    for (nation, _, mean) in &producers {
        tally.expected[nation.index()] = *mean;
    }
    let subjects: Vec<u64> = producers.iter().map(|(_, subject, _)| *subject).collect();
    let mut fresh = Vec::new();
    for (nation, subject, mean) in &producers {
        let count = channels.setting.chance.poisson(Stream::Reports, *subject, channels.clock.0, *mean);
        for number in 0..count {
            fresh.push(channels.produce(*nation, within(*subject, u64::from(number)), &subjects, &mut tally));
        }
    }
    let collected = fresh.len();
    for number in 0..collected {
        if let Some(assessment) = channels.fuse(number, &fresh[..collected], &mut tally) {
            fresh.push(assessment);
        }
    }
    for item in fresh {
        let informs = facts.informs.row_mut(item.producer);
        informs.iter_mut().zip(item.readers().words()).for_each(|(row, reached)| *row |= reached);
        archive.file(item.report);
    }
    archive.circulate(&channels.authority());
}

/// Who produces, with its address in chance and its mean number of reports this quarter.
fn producers<'a>(
    channels: &Channels,
    nations: impl Iterator<Item = (&'a Nation, &'a Profile, &'a Pressure)>,
) -> Vec<(NationId, u64, f64)> {
    let model = &channels.setting.model;
    let nations: Vec<_> = nations.collect();
    let total: f64 = nations.iter().map(|(_, profile, _)| profile.intelligence).sum();
    let mean = |profile: &Profile, pressure: &Pressure| {
        let abroad = 1.0 - model.mission_collection_share * (1.0 - pressure.missions_working);
        if total > 0.0 { model.reports_per_quarter * profile.intelligence / total * abroad } else { 0.0 }
    };
    nations.iter().map(|(nation, profile, pressure)| (nation.id, nation.subject, mean(profile, pressure))).collect()
}

impl Channels<'_> {
    fn authority(&self) -> Authority<'_> {
        Authority { grants: &self.grants, cleared: &self.clearances.0 }
    }

    /// One report: its level, subject and delicacy drawn at its own address, its readers derived.
    fn produce(&self, producer: NationId, luck: u64, subjects: &[u64], tally: &mut Tally) -> Fresh {
        let model = &self.setting.model;
        let now = self.clock.0;
        let mut draws = self.setting.chance.at(Stream::Report, luck, now);
        let level = level_of(&model.level_probabilities(), draws.uniform());
        let warning = draws.uniform() < model.warning_share;
        let (delicacy, friction) = (draws.uniform(), draws.uniform());
        let subject = subject_of(within(luck, u64::from(now.0)), subjects);
        let released = self.release(producer, level, delicacy, friction);
        let label = Label::new(level, released.release.clone(), producer);
        let content = Content { subject, warning };
        tally.quarter.pool_due += released.pools_due;
        tally.quarter.pool_thinned += released.pools_thinned;
        self.file(producer, luck, label, content, &released.reached, &released.friction, tally)
    }

    fn release(&self, producer: NationId, level: Level, delicacy: f64, friction: f64) -> Release {
        let model = &self.setting.model;
        let rank = level.rank();
        let threshold = if rank == 0 { 0.0 } else { model.trust_for_level[rank - 1] };
        let row = self.trust.now.row(producer);
        let trusted_at = |needed: f64| {
            let mut set = NationSet::none(self.setting.nations);
            for (to, trust) in row.iter().enumerate().filter(|(_, trust)| **trust >= needed) {
                debug_assert!(trust.is_finite(), "trust is a share");
                set.insert(NationId::new(to));
            }
            set
        };
        let sorting = Sorting {
            producer,
            level: rank,
            lawful: NationSet::from_words(self.grants.share[rank].row(producer)),
            trusted: trusted_at(threshold),
            willing: trusted_at(threshold + delicacy * model.delicacy_share),
            cleared: self.clearances.0[rank].clone(),
            friction: friction < model.side_list_friction,
        };
        release(&sorting, &self.covenant, &self.grants, model.strict_originator_control)
    }

    /// Files a report and counts where it went.
    #[expect(clippy::too_many_arguments, reason = "the parts of a report")]
    fn file(
        &self,
        producer: NationId,
        luck: u64,
        label: Label,
        content: Content,
        channel: &NationSet,
        friction: &NationSet,
        tally: &mut Tally,
    ) -> Fresh {
        let report = Report::new(label, content, self.clock.0, channel, &self.authority());
        let fresh = Fresh { producer, luck, report };
        let level = fresh.report.label().level().rank();
        let owners = fresh.report.label().originators();
        let mut due = NationSet::all(self.setting.nations);
        let mut stopped = NationSet::none(self.setting.nations);
        let mut own = NationSet::none(self.setting.nations);
        for owner in owners.iter() {
            due.intersect_with(&NationSet::from_words(self.covenant.joined[level].row(owner)));
            let forbidden = NationSet::from_words(self.grants.share_forbidden[level].row(owner));
            if owner == producer {
                own = forbidden.clone();
            }
            stopped.union_with(&forbidden);
        }
        due.subtract(owners);
        let readers = fresh.readers();
        let sorted = sort(&due, &readers, &stopped, friction);
        count(tally, producer, &readers, &sorted, &own);
        warn(tally, &content, producer, &due, &readers);
        fresh
    }

    /// An assessment that a report's producer fuses with one it may read of a nation it may work alongside.
    fn fuse(&self, number: usize, fresh: &[Fresh], tally: &mut Tally) -> Option<Fresh> {
        let mine = &fresh[number];
        let draw = self.setting.chance.uniform(Stream::Fusion, mine.luck, self.clock.0, 0);
        if draw >= self.setting.model.fusion_share {
            return None;
        }
        let (producer, authority) = (mine.producer, self.authority());
        let content = *mine.report.read(producer, &authority)?;
        let usable = |other: &&Fresh| {
            other.producer != producer
                && self.grants.work.get(producer, other.producer)
                && self.grants.work.get(other.producer, producer)
        };
        // The same subject first; then what this report's luck ranks highest. What it cannot read, it cannot use.
        let rank = |other: &Fresh| {
            let theirs = other.report.read(producer, &authority)?;
            Some((theirs.subject == content.subject, within(mine.luck, other.luck)))
        };
        let ranked = fresh.iter().filter(usable).filter_map(|other| Some((rank(other)?, other)));
        let (_, other) = ranked.max_by_key(|(rank, _)| *rank)?;
        let label = mine.report.label().join(other.report.label());
        let mut channel = mine.report.reached().clone();
        channel.union_with(other.report.reached());
        let none = NationSet::none(self.setting.nations);
        Some(self.file(producer, within(mine.luck, other.luck), label, content, &channel, &none, tally))
    }
}

/// Counts one report: pairs that were due, and what became of them.
fn count(tally: &mut Tally, producer: NationId, readers: &NationSet, sorted: &release::Sorted, own: &NationSet) {
    let quarter = &mut tally.quarter;
    quarter.produced += 1;
    quarter.due += sorted.due;
    quarter.read += sorted.read;
    quarter.withheld += sorted.withheld.len() as u32;
    quarter.untrusted += sorted.untrusted;
    quarter.friction += sorted.friction;
    tally.nation(producer).produced += 1;
    for reader in readers.iter() {
        tally.nation(reader).read += 1;
        if tally.pairs {
            tally.sent[(producer, reader)] += 1;
        }
    }
    for kept in sorted.withheld.iter() {
        tally.nation(kept).withheld_from += 1;
        if tally.pairs && own.contains(kept) {
            tally.withheld[(producer, kept)] += 1;
        } else if tally.pairs {
            tally.co_owner[(producer, kept)] += 1;
        }
    }
}

/// Counts a warning that its subject should have read.
fn warn(tally: &mut Tally, content: &Content, producer: NationId, due: &NationSet, readers: &NationSet) {
    if content.warning && content.subject != producer && due.contains(content.subject) {
        let missed = !readers.contains(content.subject);
        tally.quarter.warnings += 1;
        tally.quarter.warnings_missed += u32::from(missed);
        tally.nation(content.subject).warnings_missed += u32::from(missed);
    }
}
