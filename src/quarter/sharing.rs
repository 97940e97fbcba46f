//! Sharing: reports are produced, labelled, released, fused and read.
mod draft;
pub mod release;

use crate::access::facts::Facts;
use crate::access::grants::Grants;
use crate::world::agreement::Covenant;
use crate::world::chance::{Stream, within};
use crate::world::ids::NationId;
use crate::world::label::Label;
use crate::world::levels::LEVELS;
use crate::world::model::Model;
use crate::world::nation::{Nation, Pressure, Profile};
use crate::world::report::{Archive, Authority, Clearances, Content, Report};
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::ties::Trust;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use draft::{Draft, Urn};
use release::{Channel, Terms, sort};

/// What decides where reports go.
#[derive(SystemParam)]
pub struct Terrain<'w> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    grants: Res<'w, Grants>,
    covenant: Res<'w, Covenant>,
    trust: Res<'w, Trust>,
    clearances: Res<'w, Clearances>,
}

/// A report as it is produced, with its address in chance. What it says can only be read, as by anyone else.
#[derive(Debug)]
struct Fresh {
    producer: NationId,
    luck: u64,
    report: Report,
}

/// Who produces, with its address in chance and its mean number of reports this quarter.
#[derive(Clone, Copy, Debug)]
struct Producer {
    nation: NationId,
    subject: u64,
    mean: f64,
}

/// Room to work in; what it holds is of one quarter.
#[derive(Debug, Default)]
pub struct Room {
    producers: Vec<Producer>,
    subjects: Vec<u64>,
    fresh: Vec<Fresh>,
    /// The channels of the producer at work, by level, and whether a report has asked for them.
    channels: [(bool, Channel); LEVELS],
}

/// Produces this quarter's reports and assessments, files them, and lets everyone read what they may.
pub fn sharing(
    terrain: Terrain,
    roll: Res<Roll>,
    nations: Query<(&Nation, &Profile, &Pressure)>,
    mut archive: ResMut<Archive>,
    mut facts: ResMut<Facts>,
    mut tally: ResMut<Tally>,
    mut room: Local<Room>,
) {
    let Room { producers, subjects, fresh, channels } = &mut *room;
    archive.expire(terrain.clock.0);
    facts.informs.clear();
    find_producers(&terrain.setting.model, || nations.iter_many(&roll.nations).matched(), producers);
    subjects.clear();
    subjects.extend(producers.iter().map(|producer| producer.subject));
    let urn = terrain.urn(subjects);
    for producer in producers.iter() {
        tally.expected[producer.nation.index()] = producer.mean;
        channels.iter_mut().for_each(|(derived, _)| *derived = false);
        let count = urn.chance.poisson(Stream::Reports, producer.subject, urn.now, producer.mean);
        for number in 0..count {
            let luck = within(producer.subject, u64::from(number));
            let draft = urn.draw(luck);
            let (derived, channel) = &mut channels[draft.level.rank()];
            if !std::mem::replace(derived, true) {
                terrain.derive(producer.nation, draft.level.rank(), channel);
            }
            fresh.push(terrain.produce(producer.nation, luck, &draft, channel, &mut tally));
        }
    }
    let collected = fresh.len();
    for number in 0..collected {
        if let Some(assessment) = terrain.fuse(number, &fresh[..collected], &mut tally) {
            fresh.push(assessment);
        }
    }
    for Fresh { producer, report, .. } in fresh.drain(..) {
        let informs = facts.informs.row_mut(producer);
        informs.iter_mut().zip(readers(&report).words()).for_each(|(row, reader)| *row |= reader);
        archive.file(report);
    }
}

/// Finds who produces, in identity order.
fn find_producers<'a, I: Iterator<Item = (&'a Nation, &'a Profile, &'a Pressure)>>(
    model: &Model,
    nations: impl Fn() -> I,
    producers: &mut Vec<Producer>,
) {
    let total: f64 = nations().map(|(_, profile, _)| profile.intelligence).sum();
    let mean = |profile: &Profile, pressure: &Pressure| {
        let abroad = 1.0 - model.mission_collection_share * (1.0 - pressure.missions_working);
        if total > 0.0 { model.reports_per_quarter * profile.intelligence / total * abroad } else { 0.0 }
    };
    let one = |(nation, profile, pressure): (&Nation, &Profile, &Pressure)| Producer {
        nation: nation.id,
        subject: nation.subject,
        mean: mean(profile, pressure),
    };
    producers.clear();
    producers.extend(nations().map(one));
}

/// Who should read a report if agreements alone decided, and whom rules keep it from.
#[derive(Clone, Copy, Debug)]
struct Bounds<'a> {
    /// Whom agreements of all owners allow.
    due: &'a NationSet,
    /// Whom a rule of any owner stops.
    stopped: &'a NationSet,
    /// Whom a rule of its producer stops.
    own: &'a NationSet,
}

impl Terrain<'_> {
    fn authority(&self) -> Authority<'_> {
        Authority { grants: &self.grants, cleared: &self.clearances.0 }
    }

    fn urn<'a>(&'a self, nations: &'a [u64]) -> Urn<'a> {
        let model = &self.setting.model;
        Urn { chance: self.setting.chance, now: self.clock.0, model, mix: model.level_probabilities(), nations }
    }

    /// The trust that a level needs.
    fn threshold(&self, rank: usize) -> f64 {
        if rank == 0 { 0.0 } else { self.setting.model.trust_for_level[rank - 1] }
    }

    /// Where a producer's reports of a level go.
    fn derive(&self, producer: NationId, level: usize, channel: &mut Channel) {
        let terms = Terms {
            producer,
            level,
            covenant: &self.covenant,
            grants: &self.grants,
            cleared: &self.clearances.0[level],
        };
        let trust = self.trust.now.row(producer);
        let needed = self.threshold(level);
        let trusted_at = |needed: f64| NationSet::where_holds(trust, |trust| *trust >= needed);
        channel.derive(&terms, &trusted_at(needed), &trusted_at(needed + self.setting.model.delicacy_share));
    }

    /// One report: its readers derived, counted.
    fn produce(&self, producer: NationId, luck: u64, draft: &Draft, channel: &Channel, tally: &mut Tally) -> Fresh {
        let model = &self.setting.model;
        let rank = draft.level.rank();
        let needed = self.threshold(rank) + draft.delicacy * model.delicacy_share;
        let trust = self.trust.now.row(producer);
        let mut willing = channel.close.clone();
        for partner in channel.wary.iter().filter(|partner| trust[partner.index()] >= needed) {
            willing.insert(partner);
        }
        let informs = (!model.strict_originator_control).then(|| &self.grants.share[rank]);
        let released = channel.release(&willing, draft.friction, informs);
        tally.quarter.pool_due += channel.pools_due;
        tally.quarter.pool_thinned += channel.pools_thinned;
        let label = Label::new(draft.level, released.release, producer);
        let report = Report::new(label, draft.content, self.clock.0, &released.reached, &self.authority());
        let bounds = Bounds { due: &channel.due, stopped: &channel.stopped, own: &channel.stopped };
        count(tally, producer, &report, &draft.content, &bounds, &released.friction);
        Fresh { producer, luck, report }
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
        Some(self.assess(mine, other, content, tally))
    }

    /// An assessment that rests on two reports: it is released to whom both are, and goes where either went.
    fn assess(&self, mine: &Fresh, other: &Fresh, content: Content, tally: &mut Tally) -> Fresh {
        let label = mine.report.label().join(other.report.label());
        let level = label.level().rank();
        let [me, them] = [mine.producer, other.producer];
        let mut channel = mine.report.reached().clone();
        channel.union_with(other.report.reached());
        let mut due = self.covenant.joined[level].set_of(me);
        due.intersect_with(&self.covenant.joined[level].set_of(them));
        let own = self.grants.share_forbidden[level].set_of(me);
        let mut stopped = own.clone();
        stopped.union_with(&self.grants.share_forbidden[level].set_of(them));
        let report = Report::new(label, content, self.clock.0, &channel, &self.authority());
        let bounds = Bounds { due: &due, stopped: &stopped, own: &own };
        let none = NationSet::none(self.setting.nations);
        count(tally, me, &report, &content, &bounds, &none);
        Fresh { producer: me, luck: within(mine.luck, other.luck), report }
    }
}

/// Whom a report reached beside its owners.
fn readers(report: &Report) -> NationSet {
    let mut readers = report.reached().clone();
    report.label().originators().for_each(|owner| readers.remove(owner));
    readers
}

/// Counts one report: pairs that were due, and what became of them.
fn count(
    tally: &mut Tally,
    producer: NationId,
    report: &Report,
    content: &Content,
    bounds: &Bounds,
    friction: &NationSet,
) {
    let readers = readers(report);
    let sorted = sort(bounds.due, &readers, bounds.stopped, friction);
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
        if tally.pairs && bounds.own.contains(kept) {
            tally.withheld[(producer, kept)] += 1;
        } else if tally.pairs {
            tally.co_owner[(producer, kept)] += 1;
        }
    }
    warn(tally, content, producer, bounds.due, &readers);
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
