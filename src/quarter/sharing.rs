//! Sharing: nations produce, label, release, fuse and read reports.
mod count;
mod index;
pub mod release;
mod route;
mod sampler;

use crate::access::facts::Facts;
use crate::world::agreement::Covenant;
use crate::world::archive::Archive;
use crate::world::chance::{Poisson, Stream, within};
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::label::Label;
use crate::world::levels::{Level, Product};
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
use count::{NationCounters, ReaderCounts, ReportsOf, SharingCounts};
use index::{Collected, ReportIndex};
use release::{Channel, Terms};
use route::{ReportKind, Route, RouteCache};
use sampler::{ReportSampler, SampledReport, level_bounds};

/// What decides who gets a report.
#[derive(SystemParam)]
pub struct SharingContext<'w> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    grants: Res<'w, Grants>,
    covenant: Res<'w, Covenant>,
    trust: Res<'w, Trust>,
    clearances: Res<'w, Clearances>,
    subjects: Res<'w, Subjects>,
}

/// A nation that produces reports, with its subject in the random streams and the distribution of its number of reports
/// this quarter.
#[derive(Clone, Copy, Debug)]
struct Producer {
    nation: NationId,
    subject: u64,
    counts: Poisson,
    /// The raw part of its reports, 0 to 1.
    raw_share: f64,
}

/// Memory that is reused every quarter. Producers and routes stay valid from quarter to quarter; the rest is of one
/// quarter.
#[derive(Debug, Default)]
pub struct SharingCache {
    producers: Vec<Producer>,
    routes: RouteCache,
    index: ReportIndex,
    counters: NationCounters,
}

/// Produces this quarter's reports and assessments, files them in the archive, and counts who reads them.
pub fn sharing(
    context: SharingContext,
    roll: Res<Roll>,
    nations: Query<(&Nation, &Profile, &Pressure)>,
    mut archive: ResMut<Archive>,
    mut facts: ResMut<Facts>,
    mut tally: ResMut<Tally>,
    mut cache: Local<SharingCache>,
) {
    let (cache, now) = (&mut *cache, context.clock.0);
    let first = archive.start_quarter(now);
    facts.informs.clear();
    cache.start_quarter(&context.setting.model, || nations.iter_many(&roll.nations).matched());
    cache.routes.invalidate(now == context.setting.start, &context.covenant, &context.grants, &context.trust);
    let sampler = context.sampler();
    let Facts { informs, .. } = &mut *facts;
    let (hub, values) = (context.setting.hub, context.setting.model.values_of_reports());
    let counters = std::mem::take(&mut cache.counters);
    let mut counts = SharingCounts { tally: &mut tally, informs, hub, values, counters };
    for at in 0..cache.producers.len() {
        let Producer { nation, subject, counts: report_count, raw_share } = cache.producers[at];
        counts.tally.expected[nation.index()] = report_count.mean;
        for number in 0..sampler.chance.count(Stream::Reports, subject, now, &report_count) {
            let luck = within(subject, u64::from(number));
            let report = sampler.draw(luck, raw_share);
            let SampledReport { content, fusion, reserve, .. } = report;
            let (channel, route) = context.send(nation, &report, &mut cache.routes, &mut archive);
            counts.add_warning(nation, &content, &channel.due, &route.counts.readers);
            archive.file(route.number, content);
            cache.index.push(Collected { producer: nation, luck, subject: content.subject, fusion, reserve });
        }
    }
    cache.routes.count(&mut counts, &context.covenant.classes);
    cache.index.index_by_subject(context.setting.nations);
    archive.transpose_readers();
    for (number, mine) in cache.index.reports().iter().enumerate().filter(|(_, mine)| mine.fusion) {
        if let Some((dissemination, content)) = context.fuse(number, *mine, &cache.index, first, &archive, &mut counts)
        {
            let dissemination = archive.add_dissemination(dissemination);
            archive.file(dissemination, content);
        }
    }
    cache.counters = counts.add_to_year();
}

impl SharingCache {
    /// Clears the reports of the last quarter, and updates how many reports each nation is expected to produce, in
    /// order of identity.
    fn start_quarter<'a, I: Iterator<Item = (&'a Nation, &'a Profile, &'a Pressure)>>(
        &mut self,
        model: &Model,
        nations: impl Fn() -> I,
    ) {
        self.index.clear();
        let total: f64 = nations().map(|(_, profile, _)| profile.intelligence).sum();
        for (at, (nation, profile, pressure)) in nations().enumerate() {
            let mean = expected_reports(model, profile, pressure, total);
            match self.producers.get_mut(at) {
                Some(producer) if producer.counts.mean == mean => {}
                Some(producer) => producer.counts = Poisson::new(mean),
                None => {
                    let (nation, subject, raw_share) = (nation.id, nation.subject, profile.raw_share);
                    self.producers.push(Producer { nation, subject, counts: Poisson::new(mean), raw_share });
                }
            }
        }
    }
}

/// The mean number of reports that a nation produces a quarter; `total` is the intelligence of all nations.
fn expected_reports(model: &Model, profile: &Profile, pressure: &Pressure, total: f64) -> f64 {
    let abroad = 1.0 - model.mission_collection_share * (1.0 - pressure.missions_working);
    if total > 0.0 { model.reports_per_quarter * profile.intelligence / total * abroad } else { 0.0 }
}

impl SharingContext<'_> {
    fn authority(&self) -> Authority<'_> {
        Authority { grants: &self.grants, cleared: &self.clearances.0 }
    }

    fn sampler(&self) -> ReportSampler<'_> {
        let model = &self.setting.model;
        let level_bounds = model.level_probabilities().map(|mix| level_bounds(&mix));
        ReportSampler { chance: self.setting.chance, now: self.clock.0, model, level_bounds, subjects: &self.subjects }
    }

    /// Derives who gets reports of a kind.
    fn derive_channel(&self, kind: ReportKind, channel: &mut Channel) {
        let ReportKind { producer, class, level } = kind;
        let terms = Terms {
            producer,
            level,
            class: &self.covenant.classes[class],
            grants: &self.grants,
            cleared: &self.clearances.0[level],
        };
        let (trust, needed) = (self.trust.now.row(producer), self.setting.model.trust_needed(Level::ALL[level]));
        let trusted_at = |needed: f64| NationSet::where_holds(trust, |trust| *trust >= needed);
        channel.derive(&terms, &trusted_at(needed), &trusted_at(needed + self.setting.model.delicacy_share));
    }

    /// Sends a report: to the pools, to the willing partners, and to the side lists unless friction loses it.
    fn send<'r>(
        &self,
        producer: NationId,
        report: &SampledReport,
        routes: &'r mut RouteCache,
        archive: &mut Archive,
    ) -> (&'r Channel, &'r Route) {
        let class = self.covenant.class_of(report.product, report.reserve);
        let kind = ReportKind { producer, class, level: report.level.rank() };
        let routes_of_level = routes.get(kind, |channel| self.derive_channel(kind, channel));
        let model = &self.setting.model;
        let needed = model.trust_needed(report.level) + report.delicacy * model.delicacy_share;
        let trust = self.trust.now.row(producer);
        let mut willing = routes_of_level.channel.close.clone();
        for partner in routes_of_level.channel.wary.iter().filter(|partner| trust[partner.index()] >= needed) {
            willing.insert(partner);
        }
        // Friction only loses reports that must move to a side list.
        let lost = report.friction && !routes_of_level.channel.listed.is_empty();
        let at = routes_of_level
            .find_or_add(&willing, lost, |channel| self.route(producer, report, channel, &willing, lost));
        routes.send(kind, at, archive)
    }

    /// Derives the route of a report: its label, its readers and its counts.
    fn route(
        &self,
        producer: NationId,
        report: &SampledReport,
        channel: &Channel,
        willing: &NationSet,
        lost: bool,
    ) -> Route {
        let informs = (!self.setting.model.strict_originator_control).then(|| &self.grants.share[report.level.rank()]);
        let released = channel.release(willing, lost, informs);
        let label = Label::new(report.level, released.release, producer);
        let dissemination = Dissemination::new(label, &released.reached, &self.authority());
        let hub = self.setting.hub;
        let counts = ReaderCounts::new(&dissemination, &channel.due, &channel.stopped, &released.friction, hub);
        Route { willing: willing.clone(), lost, dissemination, counts, times: 0, number: 0 }
    }

    /// Fuses a nation's report with one that it may read, of a nation with which it may work, into an assessment;
    /// `None` if there is none. `first` is the archive's number of the quarter's first report.
    fn fuse(
        &self,
        number: usize,
        mine: Collected,
        index: &ReportIndex,
        first: usize,
        archive: &Archive,
        counts: &mut SharingCounts,
    ) -> Option<(Dissemination, Content)> {
        let authority = self.authority();
        let content = *archive.read(first + number, mine.producer, &authority)?;
        let other = index.fusion_partner(mine, archive.read_this_quarter(mine.producer), &self.grants.work)?;
        archive.read(first + other, mine.producer, &authority).expect("it reached its reader this quarter");
        let [one, two] = [number, other].map(|number| archive.report(first + number).dissemination());
        let parts = [mine, index.reports()[other]];
        Some((self.assess(parts, [one, two], content, counts), content))
    }

    /// The dissemination of an assessment based on two reports: it is released to those to whom both are released, and
    /// goes to those whom either reached. Its reserve is the greater of the two.
    fn assess(
        &self,
        parts: [Collected; 2],
        [mine, other]: [&Dissemination; 2],
        content: Content,
        counts: &mut SharingCounts,
    ) -> Dissemination {
        let label = mine.label().join(other.label());
        let level = label.level().rank();
        let mut channel = mine.reached().clone();
        channel.union_with(other.reached());
        let [me, them] = parts.map(|part| part.producer);
        let reserve = parts[0].reserve.max(parts[1].reserve);
        let carried = &self.covenant.classes[self.covenant.class_of(Product::Assessment, reserve)].joined[level];
        let mut due = carried.set_of(me);
        due.intersect_with(&carried.set_of(them));
        let own = self.grants.share_forbidden[level].set_of(me);
        let mut stopped = own.clone();
        stopped.union_with(&self.grants.share_forbidden[level].set_of(them));
        let dissemination = Dissemination::new(label, &channel, &self.authority());
        let no_friction = NationSet::none(self.setting.nations);
        let reader_counts = ReaderCounts::new(&dissemination, &due, &stopped, &no_friction, self.setting.hub);
        let assessment = ReportsOf { producer: me, product: Product::Assessment, level, times: 1 };
        counts.add(assessment, &reader_counts, &own);
        counts.add_warning(me, &content, &due, &reader_counts.readers);
        dissemination
    }
}
