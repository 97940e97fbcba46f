//! Routes of reports by producer, contribution class and level, cached until their inputs change.
use super::count::{ReaderCounts, ReportsOf, SharingCounts};
use super::release::{Channel, Recipients};
use crate::world::agreement::Covenant;
use crate::world::archive::Archive;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::matrix::BitMatrix;
use crate::world::report::Dissemination;
use crate::world::setting::everyone;
use crate::world::ties::ChangedTies;
use smallvec::SmallVec;

/// What reports of a producer and level have in common for which it chooses the same.
#[derive(Debug)]
pub struct Route {
    /// Whom it chooses.
    pub choice: Recipients,
    /// Their label, and those whom they reach.
    pub dissemination: Dissemination,
    /// Labels and readers of the sanitised versions of them.
    pub versions: SmallVec<[Dissemination; 1]>,
    /// The counts of one report.
    pub counts: ReaderCounts,
    /// How many pools do not carry one.
    pub pools_thinned: u32,
    /// How many took this route this quarter.
    pub times: u32,
    /// Number of the dissemination in the archive, which those of the versions follow; valid while `times` is above 0.
    pub number: usize,
}

/// The channel and the routes of one producer, level and contribution class.
#[derive(Debug, Default)]
pub struct LevelRoutes {
    /// True if the channel was derived from the present inputs.
    valid: bool,
    /// True if it was derived from the present agreements.
    agreed: bool,
    /// Where reports go, whatever their content.
    pub channel: Channel,
    routes: Vec<Route>,
}

impl LevelRoutes {
    /// The number of the route for a choice; `make` derives it if it is not known yet.
    pub fn find_or_add(&mut self, choice: Recipients, make: impl FnOnce(&Channel, Recipients) -> Route) -> usize {
        let known = self.routes.iter().position(|route| route.choice == choice);
        known.unwrap_or_else(|| {
            self.routes.push(make(&self.channel, choice));
            self.routes.len() - 1
        })
    }
}

/// Reports of one producer, contribution class and level.
#[derive(Clone, Copy, Debug)]
pub struct ReportKind {
    /// The nation that produces them.
    pub producer: NationId,
    /// Number of the contribution class among those of the producer.
    pub class: usize,
    /// Rank of the level.
    pub level: usize,
}

/// All routes, and the inputs from which they were derived.
#[derive(Debug, Default)]
pub struct RouteCache {
    /// By producer, then contribution class, then level.
    rows: Vec<Vec<[LevelRoutes; LEVELS]>>,
    /// The routes used this quarter: kind of the reports, number of the route.
    used: Vec<(ReportKind, usize)>,
    /// Memory for a channel as it was before it is derived again.
    before: Channel,
    /// Generation counter of the covenant.
    revision: u32,
    /// Who may lawfully inform whom, by level.
    share: [BitMatrix; LEVELS],
    /// Whom rules forbid to inform, by level.
    forbidden: [BitMatrix; LEVELS],
    /// To whom sanitised versions go, by level.
    tear_lines: [BitMatrix; LEVELS],
}

impl RouteCache {
    /// Invalidates what depends on an input that changed since the last quarter, and everything at the `start` of a run and
    /// where agreements changed; returns true for everything.
    pub fn invalidate(&mut self, start: bool, covenant: &Covenant, grants: &Grants, changed: &ChangedTies) -> bool {
        let nations = covenant.classes.len();
        self.rows.resize_with(nations, Default::default);
        let all = start || self.revision != covenant.revision;
        let new_tear_lines = self.tear_lines != grants.tear_lines;
        self.revision = covenant.revision;
        for (from, row) in everyone(nations).zip(&mut self.rows) {
            row.resize_with(covenant.classes[from.index()].len(), Default::default);
            for levels in row.iter_mut().flatten().filter(|_| all) {
                (levels.valid, levels.agreed) = (false, false);
                levels.routes.clear();
            }
            if new_tear_lines || changed.0.row(from).iter().any(|word| *word != 0) {
                row.iter_mut().flatten().for_each(|levels| levels.valid = false);
            }
        }
        self.tear_lines.clone_from(&grants.tear_lines);
        for level in 0..LEVELS {
            let lawful_changed = self.invalidate_level(level, grants);
            if lawful_changed {
                // Holders pass on reports to those whom they may inform, whoever the producer is.
                let of_level = self.rows.iter_mut().flatten().map(|levels| &mut levels[level]);
                of_level.for_each(|of_level| of_level.routes.clear());
            }
        }
        all
    }

    /// Invalidates the producers whose grants at a level changed; returns true if anyone may inform others than before.
    fn invalidate_level(&mut self, level: usize, grants: &Grants) -> bool {
        let changed = self.share[level] != grants.share[level];
        let pairs = [
            (&mut self.share[level], &grants.share[level]),
            (&mut self.forbidden[level], &grants.share_forbidden[level]),
        ];
        for (kept, now) in pairs.into_iter().filter(|(kept, now)| *kept != *now) {
            for (from, routes) in everyone(self.rows.len()).zip(&mut self.rows) {
                let same = kept.same_size(now) && kept.row(from) == now.row(from);
                routes.iter_mut().for_each(|levels| levels[level].valid &= same);
            }
            kept.clone_from(now);
        }
        changed
    }

    /// The channel and the routes of reports of a kind; derives the channel first if an input changed.
    pub fn get(&mut self, kind: ReportKind, derive: impl FnOnce(&mut Channel, bool)) -> &mut LevelRoutes {
        let routes = &mut self.rows[kind.producer.index()][kind.class][kind.level];
        if !std::mem::replace(&mut routes.valid, true) {
            self.before.clone_from(&routes.channel);
            derive(&mut routes.channel, !std::mem::replace(&mut routes.agreed, true));
            if !routes.channel.chooses_as(&self.before) {
                routes.routes.clear();
            }
        }
        routes
    }

    /// Sends a report by a route; the first in a quarter adds the route's disseminations to the archive.
    pub fn send(&mut self, kind: ReportKind, at: usize, archive: &mut Archive) -> (&Channel, &Route) {
        let LevelRoutes { channel, routes, .. } = &mut self.rows[kind.producer.index()][kind.class][kind.level];
        let route = &mut routes[at];
        if route.times == 0 {
            self.used.push((kind, at));
            route.number = archive.add_dissemination(route.dissemination.clone());
            for version in &route.versions {
                archive.add_dissemination(version.clone());
            }
        }
        route.times += 1;
        (channel, route)
    }

    /// Counts the reports of all used routes, and sets their numbers to 0.
    pub fn count(&mut self, counts: &mut SharingCounts, covenant: &Covenant) {
        for (kind, at) in self.used.drain(..) {
            let LevelRoutes { channel, routes, .. } = &mut self.rows[kind.producer.index()][kind.class][kind.level];
            let route = &mut routes[at];
            let times = std::mem::take(&mut route.times);
            counts.tally.quarter.pool_due += channel.outlets.pools_due * times;
            counts.tally.quarter.pool_thinned += route.pools_thinned * times;
            let product = covenant.classes[kind.producer.index()][kind.class].product;
            let of = ReportsOf { producer: kind.producer, product, level: kind.level, times };
            counts.add(of, &route.counts, &channel.outlets.stopped);
        }
    }
}
