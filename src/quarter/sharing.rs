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
use crate::world::label::{Label, Relay};
use crate::world::levels::{LEVELS, Level, Product};
use crate::world::model::Model;
use crate::world::nation::{Nation, Pressure, Profile};
use crate::world::report::{Authority, Clearances, Content, Dissemination};
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Roll, Setting};
use crate::world::subjects::Subjects;
use crate::world::tally::Tally;
use crate::world::ties::{ChangedTies, Giving, Trust};
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use count::{NationCounters, ReaderCounts, ReportsOf, SharingCounts};
use index::{Collected, ReportIndex};
use release::{Channel, Outlets, Recipients, Terms};
use route::{ReportKind, Route, RouteCache};
use sampler::{ReportSampler, SampledReport, level_bounds};
use smallvec::SmallVec;

/// What decides who gets a report.
#[derive(SystemParam)]
pub struct SharingContext<'w> {
    setting: Res<'w, Setting>,
    clock: Res<'w, Clock>,
    grants: Res<'w, Grants>,
    covenant: Res<'w, Covenant>,
    trust: Res<'w, Trust>,
    giving: Res<'w, Giving>,
    changed: Res<'w, ChangedTies>,
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
    /// True if it has a duty to warn whomever its reports concern.
    duty_to_warn: bool,
}

/// Memory that is reused every quarter. Producers and routes stay valid from quarter to quarter; the rest is of one
/// quarter.
#[derive(Debug, Default)]
pub struct SharingCache {
    producers: Vec<Producer>,
    routes: RouteCache,
    index: ReportIndex,
    /// The sanitised versions of the quarter's reports: the number of their dissemination in the archive, their content.
    versions: Vec<(usize, Content)>,
    counters: NationCounters,
    /// For each producer its trust in each nation with reports.
    trust: Vec<TrustWithReports>,
}

/// The trust of one nation in each other with reports.
#[derive(Debug, Default)]
struct TrustWithReports {
    shares: Vec<f64>,
    /// By level: the nations that it trusts with the level.
    trusted: [NationSet; LEVELS],
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
    let all_new =
        cache.routes.invalidate(now == context.setting.start, &context.covenant, &context.grants, &context.changed);
    let sampler = context.sampler();
    let Facts { informs, .. } = &mut *facts;
    let model = &context.setting.model;
    let (hub, values, version_share) = (context.setting.hub, model.values_of_reports(), model.tear_line_value_share);
    let counters = std::mem::take(&mut cache.counters);
    let mut counts = SharingCounts { tally: &mut tally, informs, hub, values, version_share, counters };
    for at in 0..cache.producers.len() {
        let Producer { nation, subject, counts: report_count, raw_share, duty_to_warn } = cache.producers[at];
        counts.tally.expected[nation.index()] = report_count.mean;
        context.update_trust(nation, all_new, &mut cache.trust[at]);
        for number in 0..sampler.chance.count(Stream::Reports, subject, now, &report_count) {
            let luck = within(subject, u64::from(number));
            let report = sampler.draw(luck, raw_share);
            let SampledReport { content, fusion, reserve, delicacy, .. } = report;
            let (channel, route) = context.send(nation, &report, &cache.trust[at], &mut cache.routes, &mut archive);
            let outlets = &channel.outlets;
            let tells = duty_to_warn && delicacy < 1.0 - model.warning_waiver_share;
            // A sanitised version says of what it warns.
            let version = route.versions.iter().any(|version| version.reached().contains(content.subject));
            let told = version || tells && outlets.stopped.contains(content.subject);
            counts.add_warning(nation, &content, &outlets.due, &route.counts.readers, told);
            archive.file(route.number, content);
            cache.versions.extend((0..route.versions.len()).map(|version| (route.number + 1 + version, content)));
            cache.index.push(Collected { producer: nation, luck, subject: content.subject, fusion, reserve, tells });
        }
    }
    cache.routes.count(&mut counts, &context.covenant);
    cache.index.index_by_subject(context.setting.nations);
    archive.transpose_readers();
    for (number, mine) in cache.index.reports().iter().enumerate().filter(|(_, mine)| mine.fusion) {
        if let Some((dissemination, content)) = context.fuse(number, *mine, &cache.index, first, &archive, &mut counts)
        {
            let dissemination = archive.add_dissemination(dissemination);
            archive.file(dissemination, content);
        }
    }
    for (dissemination, content) in cache.versions.drain(..) {
        archive.file(dissemination, content);
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
                    let Profile { raw_share, duty_to_warn, .. } = *profile;
                    let (nation, subject, counts) = (nation.id, nation.subject, Poisson::new(mean));
                    self.trust.push(TrustWithReports::default());
                    self.producers.push(Producer { nation, subject, counts, raw_share, duty_to_warn });
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

    /// Computes a nation's trust with reports again if it changed, or if everything is `new`.
    fn update_trust(&self, nation: NationId, new: bool, trust: &mut TrustWithReports) {
        if new || self.changed.0.row(nation).iter().any(|word| *word != 0) {
            self.trust.with_reports_of(nation, &mut trust.shares);
            for (level, trusted) in Level::ALL.iter().zip(&mut trust.trusted) {
                let needed = self.setting.model.trust_needed(*level);
                *trusted = NationSet::where_holds(&trust.shares, |trust| *trust >= needed);
            }
        }
    }

    /// What decides who gets reports of a kind.
    fn terms<'a>(&'a self, kind: ReportKind, trust: &'a TrustWithReports) -> Terms<'a> {
        let ReportKind { producer, class, level } = kind;
        Terms {
            producer,
            level,
            class: self.covenant.classes[producer.index()][class],
            covenant: &self.covenant,
            grants: &self.grants,
            cleared: &self.clearances.0,
            trust: &trust.shares,
            trusted: &trust.trusted,
            giving: [self.giving.initial.row(producer), self.giving.kept.row(producer)],
            model: &self.setting.model,
        }
    }

    /// Sends a report: to the pools, to the willing partners, and to the side lists unless friction loses it.
    fn send<'r>(
        &self,
        producer: NationId,
        report: &SampledReport,
        trust: &TrustWithReports,
        routes: &'r mut RouteCache,
        archive: &mut Archive,
    ) -> (&'r Channel, &'r Route) {
        let class = self.covenant.class_of(producer, report.product, report.reserve);
        let kind = ReportKind { producer, class, level: report.level.rank() };
        let terms = self.terms(kind, trust);
        let of_kind = routes.get(kind, |channel, new| channel.derive(&terms, new));
        let choice = of_kind.channel.choose(report.delicacy, report.friction);
        let at = of_kind.find_or_add(choice, |channel, choice| self.route(&terms, channel, choice));
        routes.send(kind, at, archive)
    }

    /// Derives the route of a report: its label, its readers and its counts, and the same of its sanitised versions.
    fn route(&self, terms: &Terms, channel: &Channel, choice: Recipients) -> Route {
        let (authority, relay) = (self.authority(), Relay::of(terms.model));
        let released = terms.release(channel, choice);
        let label = Label::new(Level::ALL[terms.level], released.release, terms.producer, relay);
        let dissemination = Dissemination::new(label, &released.reached, &authority);
        let mut versions = SmallVec::new();
        let mut informed = NationSet::none(self.setting.nations);
        for (level, nations) in &channel.outlets.versions {
            let mut readers = nations.clone();
            readers.subtract(&channel.left_out(choice));
            readers.subtract(dissemination.reached());
            if !readers.is_empty() {
                informed.union_with(&readers);
                let label = Label::new(*level, readers.clone(), terms.producer, relay);
                versions.push(Dissemination::new(label, &readers, &authority));
            }
        }
        let Outlets { due, stopped, .. } = &channel.outlets;
        let counts = ReaderCounts::new(&dissemination, due, stopped, &released.friction, informed, self.setting.hub);
        let pools_thinned = released.pools_thinned;
        Route { choice, dissemination, versions, counts, pools_thinned, times: 0, number: 0 }
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
        let mut due = self.due_of_assessment(me, reserve, level);
        due.intersect_with(&self.due_of_assessment(them, reserve, level));
        let [own, others] = [me, them].map(|owner| self.grants.share_forbidden[level].set_of(owner));
        // Every owner whose rule keeps it secret must tell.
        let stops = [&own, &others].map(|stopped| stopped.contains(content.subject));
        let told = (stops[0] || stops[1]) && parts.iter().zip(stops).all(|(part, stops)| part.tells || !stops);
        let mut stopped = own.clone();
        stopped.union_with(&others);
        let dissemination = Dissemination::new(label, &channel, &self.authority());
        let nobody = NationSet::none(self.setting.nations);
        let reader_counts =
            ReaderCounts::new(&dissemination, &due, &stopped, &nobody, nobody.clone(), self.setting.hub);
        let assessment = ReportsOf { producer: me, product: Product::Assessment, level, times: 1 };
        counts.add(assessment, &reader_counts, &own);
        counts.add_warning(me, &content, &due, &reader_counts.readers, told);
        dissemination
    }

    /// Those to whom agreements carry a nation's assessment of a reserve and level.
    fn due_of_assessment(&self, producer: NationId, reserve: f64, level: usize) -> NationSet {
        let class = self.covenant.class_of(producer, Product::Assessment, reserve);
        self.covenant.due(producer, self.covenant.classes[producer.index()][class], level)
    }
}
