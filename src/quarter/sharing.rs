//! Sharing: reports are produced, labelled, released, fused and read.
mod count;
mod draft;
pub mod release;

use crate::access::facts::Facts;
use crate::access::grants::Grants;
use crate::world::agreement::Covenant;
use crate::world::chance::{Counts, Stream, within};
use crate::world::ids::NationId;
use crate::world::label::Label;
use crate::world::levels::LEVELS;
use crate::world::model::Model;
use crate::world::nation::{Nation, Pressure, Profile};
use crate::world::report::{Archive, Authority, Clearances, Content, Report};
use crate::world::sets::{NationSet, is_member};
use crate::world::setting::{Clock, Roll, Setting};
use crate::world::subjects::Subjects;
use crate::world::tally::Tally;
use crate::world::ties::Trust;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use count::{Books, Bounds, Columns};
use draft::{Draft, Urn};
use release::{Channel, Terms};

/// What decides where reports go.
#[derive(SystemParam)]
pub struct Terrain<'w> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    grants: Res<'w, Grants>,
    covenant: Res<'w, Covenant>,
    trust: Res<'w, Trust>,
    clearances: Res<'w, Clearances>,
    subjects: Res<'w, Subjects>,
}

/// A report collected this quarter, as its number among them: who produced it, where it lies in chance, and what its
/// draw made of it. Whoever uses it reads it, as anyone else must.
#[derive(Clone, Copy, Debug)]
struct Fresh {
    producer: NationId,
    luck: u64,
    subject: NationId,
    fusion: bool,
}

/// Who produces, with its address in chance and how many reports it may produce this quarter.
#[derive(Clone, Copy, Debug)]
struct Producer {
    nation: NationId,
    subject: u64,
    counts: Counts,
}

/// Room to work in; what it holds is of one quarter, but for the producers, who stay the same.
#[derive(Debug, Default)]
pub struct Room {
    producers: Vec<Producer>,
    fresh: Vec<Fresh>,
    /// Whom each fresh report reached, row by row.
    reached: Vec<u64>,
    columns: Columns,
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
    let room = &mut *room;
    archive.expire(terrain.clock.0);
    facts.informs.clear();
    room.open(&terrain.setting.model, || nations.iter_many(&roll.nations).matched());
    let urn = terrain.urn();
    let Facts { informs, .. } = &mut *facts;
    let mut books = Books { tally: &mut tally, informs, columns: std::mem::take(&mut room.columns) };
    for producer in &room.producers {
        books.tally.expected[producer.nation.index()] = producer.counts.mean;
        room.channels.iter_mut().for_each(|(derived, _)| *derived = false);
        let count = urn.chance.count(Stream::Reports, producer.subject, urn.now, &producer.counts);
        for number in 0..count {
            let luck = within(producer.subject, u64::from(number));
            let draft = urn.draw(luck);
            let (derived, channel) = &mut room.channels[draft.level.rank()];
            if !std::mem::replace(derived, true) {
                terrain.derive(producer.nation, draft.level.rank(), channel);
            }
            let report = terrain.produce(producer.nation, &draft, channel, &mut books);
            room.fresh.push(Fresh {
                producer: producer.nation,
                luck,
                subject: draft.content.subject,
                fusion: draft.fusion,
            });
            room.reached.extend_from_slice(report.reached().words());
            archive.file(report);
        }
    }
    let first = archive.reports().len() - room.fresh.len();
    for number in 0..room.fresh.len() {
        if let Some(assessment) = terrain.fuse(number, room, first, &archive, &mut books) {
            archive.file(assessment);
        }
    }
    room.columns = books.close();
}

impl Room {
    /// Empties the room, and finds how much everyone produces, in identity order.
    fn open<'a, I: Iterator<Item = (&'a Nation, &'a Profile, &'a Pressure)>>(
        &mut self,
        model: &Model,
        nations: impl Fn() -> I,
    ) {
        self.fresh.clear();
        self.reached.clear();
        let total: f64 = nations().map(|(_, profile, _)| profile.intelligence).sum();
        let mean = |profile: &Profile, pressure: &Pressure| {
            let abroad = 1.0 - model.mission_collection_share * (1.0 - pressure.missions_working);
            if total > 0.0 { model.reports_per_quarter * profile.intelligence / total * abroad } else { 0.0 }
        };
        for (at, (nation, profile, pressure)) in nations().enumerate() {
            let mean = mean(profile, pressure);
            match self.producers.get_mut(at) {
                Some(producer) if producer.counts.mean == mean => {}
                Some(producer) => producer.counts = Counts::new(mean),
                None => {
                    let (nation, subject) = (nation.id, nation.subject);
                    self.producers.push(Producer { nation, subject, counts: Counts::new(mean) });
                }
            }
        }
    }
}

impl Terrain<'_> {
    fn authority(&self) -> Authority<'_> {
        Authority { grants: &self.grants, cleared: &self.clearances.0 }
    }

    fn urn(&self) -> Urn<'_> {
        let model = &self.setting.model;
        let mix = model.level_probabilities();
        Urn { chance: self.setting.chance, now: self.clock.0, model, mix, subjects: &self.subjects }
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
    fn produce(&self, producer: NationId, draft: &Draft, channel: &Channel, books: &mut Books) -> Report {
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
        books.tally.quarter.pool_due += channel.pools_due;
        books.tally.quarter.pool_thinned += channel.pools_thinned;
        let label = Label::new(draft.level, released.release, producer);
        let report = Report::new(label, draft.content, self.clock.0, &released.reached, &self.authority());
        let bounds = Bounds { due: &channel.due, stopped: &channel.stopped, own: &channel.stopped };
        books.enter(producer, &report, &draft.content, &bounds, &released.friction);
        report
    }

    /// An assessment that a report's producer fuses with one it may read of a nation it may work alongside.
    fn fuse(&self, number: usize, room: &Room, first: usize, archive: &Archive, books: &mut Books) -> Option<Report> {
        let mine = room.fresh[number];
        if !mine.fusion {
            return None;
        }
        let authority = self.authority();
        let content = *archive.read(first + number, mine.producer, &authority)?;
        let other = self.partner(mine, room)?;
        archive.read(first + other, mine.producer, &authority).expect("it reached its reader this quarter");
        let [one, two] = [number, other].map(|number| &archive.reports()[first + number]);
        Some(self.assess(mine.producer, room.fresh[other].producer, one, two, content, books))
    }

    /// The report that a nation fuses its own with, of those that reached it from others with whom it works both ways:
    /// on the same subject first, then what the luck of its own ranks highest.
    fn partner(&self, mine: Fresh, room: &Room) -> Option<usize> {
        let me = mine.producer;
        let works = self.grants.work.row(me);
        let (word, bit) = (me.index() / 64, me.index() % 64);
        let reached = room.reached.iter().skip(word).step_by(works.len()).map(|words| words >> bit & 1 == 1);
        let usable = |other: &Fresh| {
            other.producer != me && is_member(works, other.producer) && self.grants.work.get(other.producer, me)
        };
        let best = |on_subject: bool| {
            let numbered = room.fresh.iter().zip(reached.clone()).enumerate();
            let read = numbered.filter(|(_, (other, read))| *read && (!on_subject || other.subject == mine.subject));
            let usable = read.filter(|(_, (other, _))| usable(other));
            usable.map(|(number, (other, _))| (within(mine.luck, other.luck), number)).max()
        };
        best(true).or_else(|| best(false)).map(|(_, number)| number)
    }

    /// An assessment that rests on two reports: it is released to whom both are, and goes where either went.
    fn assess(
        &self,
        me: NationId,
        them: NationId,
        mine: &Report,
        other: &Report,
        content: Content,
        books: &mut Books,
    ) -> Report {
        let label = mine.label().join(other.label());
        let level = label.level().rank();
        let mut channel = mine.reached().clone();
        channel.union_with(other.reached());
        let mut due = self.covenant.joined[level].set_of(me);
        due.intersect_with(&self.covenant.joined[level].set_of(them));
        let own = self.grants.share_forbidden[level].set_of(me);
        let mut stopped = own.clone();
        stopped.union_with(&self.grants.share_forbidden[level].set_of(them));
        let report = Report::new(label, content, self.clock.0, &channel, &self.authority());
        let bounds = Bounds { due: &due, stopped: &stopped, own: &own };
        books.enter(me, &report, &content, &bounds, &NationSet::none(self.setting.nations));
        report
    }
}
