//! Sharing: reports are produced, labelled, released, fused and read.
mod count;
mod desk;
mod draft;
pub mod release;
mod route;

use crate::access::facts::Facts;
use crate::world::agreement::Covenant;
use crate::world::archive::Archive;
use crate::world::chance::{Counts, Stream, within};
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::label::Label;
use crate::world::levels::Level;
use crate::world::model::Model;
use crate::world::nation::{Nation, Pressure, Profile};
use crate::world::report::{Authority, Clearances, Content, Dissemination};
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Roll, Setting};
use crate::world::subjects::Subjects;
use crate::world::tally::Tally;
use crate::world::ties::Trust;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use count::{Books, Columns, Entry};
use desk::{Desk, Fresh};
use draft::{Draft, Urn, ends};
use release::{Channel, Terms};
use route::{Routes, Way};

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

/// Who produces, with its address in chance and how many reports it may produce this quarter.
#[derive(Clone, Copy, Debug)]
struct Producer {
    nation: NationId,
    subject: u64,
    counts: Counts,
}

/// Room to work in; what it holds is of one quarter, but for the producers, who stay the same, and their routes.
#[derive(Debug, Default)]
pub struct Room {
    producers: Vec<Producer>,
    routes: Routes,
    desk: Desk,
    columns: Columns,
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
    let (room, now) = (&mut *room, terrain.clock.0);
    let first = archive.open(now);
    facts.informs.clear();
    room.open(&terrain.setting.model, || nations.iter_many(&roll.nations).matched());
    room.routes.open(now == terrain.setting.start, &terrain.covenant, &terrain.grants, &terrain.trust);
    let urn = terrain.urn();
    let Facts { informs, .. } = &mut *facts;
    let mut books = Books { tally: &mut tally, informs, columns: std::mem::take(&mut room.columns) };
    for at in 0..room.producers.len() {
        let Producer { nation, subject, counts } = room.producers[at];
        books.tally.expected[nation.index()] = counts.mean;
        for number in 0..urn.chance.count(Stream::Reports, subject, now, &counts) {
            let luck = within(subject, u64::from(number));
            let draft = urn.draw(luck);
            let Draft { content, fusion, .. } = draft;
            let (channel, way) = terrain.send(nation, &draft, &mut room.routes, &mut archive);
            books.warn(nation, &content, &channel.due, &way.entry.readers);
            archive.file(way.number, content);
            let fresh = Fresh { producer: nation, luck, subject: content.subject, fusion };
            room.desk.put(fresh);
        }
    }
    room.routes.count(&mut books);
    room.desk.sort(terrain.setting.nations);
    archive.sort();
    for (number, mine) in room.desk.fresh().iter().enumerate().filter(|(_, mine)| mine.fusion) {
        if let Some((went, content)) = terrain.fuse(number, *mine, &room.desk, first, &archive, &mut books) {
            let way = archive.way(went);
            archive.file(way, content);
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
        self.desk.open();
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
        let ends = ends(&model.level_probabilities());
        Urn { chance: self.setting.chance, now: self.clock.0, model, ends, subjects: &self.subjects }
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
        let (trust, needed) = (self.trust.now.row(producer), self.setting.model.trust_needed(Level::ALL[level]));
        let trusted_at = |needed: f64| NationSet::where_holds(trust, |trust| *trust >= needed);
        channel.derive(&terms, &trusted_at(needed), &trusted_at(needed + self.setting.model.delicacy_share));
    }

    /// Sends a report its way.
    fn send<'r>(
        &self,
        producer: NationId,
        draft: &Draft,
        routes: &'r mut Routes,
        archive: &mut Archive,
    ) -> (&'r Channel, &'r Way) {
        let level = draft.level.rank();
        let route = routes.of(producer, level, |channel| self.derive(producer, level, channel));
        let model = &self.setting.model;
        let needed = model.trust_needed(draft.level) + draft.delicacy * model.delicacy_share;
        let trust = self.trust.now.row(producer);
        let mut willing = route.channel.close.clone();
        for partner in route.channel.wary.iter().filter(|partner| trust[partner.index()] >= needed) {
            willing.insert(partner);
        }
        // Without a side list there is nothing to lose.
        let lost = draft.friction && !route.channel.listed.is_empty();
        let at = route.way(&willing, lost, |channel| self.way(producer, draft, channel, &willing, lost));
        routes.go(producer, level, at, archive)
    }

    /// How a report goes: its readers derived, what is counted of it.
    fn way(&self, producer: NationId, draft: &Draft, channel: &Channel, willing: &NationSet, lost: bool) -> Way {
        let informs = (!self.setting.model.strict_originator_control).then(|| &self.grants.share[draft.level.rank()]);
        let released = channel.release(willing, lost, informs);
        let label = Label::new(draft.level, released.release, producer);
        let went = Dissemination::new(label, &released.reached, &self.authority());
        let entry = Entry::new(&went, &channel.due, &channel.stopped, &released.friction);
        Way { willing: willing.clone(), lost, went, entry, times: 0, number: 0 }
    }

    /// An assessment that a report's producer fuses with one it may read of a nation it may work alongside.
    fn fuse(
        &self,
        number: usize,
        mine: Fresh,
        desk: &Desk,
        first: usize,
        archive: &Archive,
        books: &mut Books,
    ) -> Option<(Dissemination, Content)> {
        let authority = self.authority();
        let content = *archive.read(first + number, mine.producer, &authority)?;
        let other = desk.partner(mine, archive.new_to(mine.producer), &self.grants.work)?;
        archive.read(first + other, mine.producer, &authority).expect("it reached its reader this quarter");
        let [one, two] = [number, other].map(|number| archive.report(first + number).went());
        let makers = [mine.producer, desk.fresh()[other].producer];
        Some((self.assess(makers, [one, two], content, books), content))
    }

    /// An assessment that rests on two reports: it is released to whom both are, and goes where either went.
    fn assess(
        &self,
        [me, them]: [NationId; 2],
        [mine, other]: [&Dissemination; 2],
        content: Content,
        books: &mut Books,
    ) -> Dissemination {
        let label = mine.label().join(other.label());
        let level = label.level().rank();
        let mut channel = mine.reached().clone();
        channel.union_with(other.reached());
        let mut due = self.covenant.joined[level].set_of(me);
        due.intersect_with(&self.covenant.joined[level].set_of(them));
        let own = self.grants.share_forbidden[level].set_of(me);
        let mut stopped = own.clone();
        stopped.union_with(&self.grants.share_forbidden[level].set_of(them));
        let went = Dissemination::new(label, &channel, &self.authority());
        let entry = Entry::new(&went, &due, &stopped, &NationSet::none(self.setting.nations));
        books.enter(me, &entry, &own, 1);
        books.warn(me, &content, &due, &entry.readers);
        went
    }
}
