//! Routes of reports by producer and level, cached until their inputs change.
use super::count::{ReaderCounts, ReportsOf, SharingCounts};
use super::release::Channel;
use crate::world::agreement::{ContributionClass, Covenant};
use crate::world::archive::Archive;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::matrix::BitMatrix;
use crate::world::report::Dissemination;
use crate::world::sets::NationSet;
use crate::world::setting::everyone;
use crate::world::ties::Trust;

/// What reports of a producer and level have in common if they are sent to the same partners.
#[derive(Debug)]
pub struct Route {
    /// The bilateral partners to whom the producer sends them.
    pub willing: NationSet,
    /// True if they are lost on their way to a side list.
    pub lost: bool,
    /// Their label, and those whom they reach.
    pub dissemination: Dissemination,
    /// The counts of one report.
    pub counts: ReaderCounts,
    /// How many took this route this quarter.
    pub times: u32,
    /// Number of the dissemination in the archive; valid while `times` is above 0.
    pub number: usize,
}

/// The channel and the routes of one producer, level and contribution class.
#[derive(Debug, Default)]
pub struct LevelRoutes {
    /// True if the channel was derived from the present inputs.
    valid: bool,
    /// Where reports go, whatever their content.
    pub channel: Channel,
    routes: Vec<Route>,
}

impl LevelRoutes {
    /// The number of the route to these partners; `make` derives it if it is not known yet.
    pub fn find_or_add(&mut self, willing: &NationSet, lost: bool, make: impl FnOnce(&Channel) -> Route) -> usize {
        let known = self.routes.iter().position(|route| route.lost == lost && route.willing == *willing);
        known.unwrap_or_else(|| {
            self.routes.push(make(&self.channel));
            self.routes.len() - 1
        })
    }
}

/// Reports of one producer, contribution class and level.
#[derive(Clone, Copy, Debug)]
pub struct ReportKind {
    /// The nation that produces them.
    pub producer: NationId,
    /// Number of the contribution class.
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
    /// Memory for a channel while it is derived.
    channel: Channel,
    /// Generation counter of the covenant.
    revision: u32,
    /// Who may lawfully inform whom, by level.
    share: [BitMatrix; LEVELS],
    /// Whom rules forbid to inform, by level.
    forbidden: [BitMatrix; LEVELS],
}

impl RouteCache {
    /// Invalidates what depends on an input that changed since the last quarter, and everything at the `start` of a
    /// run.
    pub fn invalidate(&mut self, start: bool, covenant: &Covenant, grants: &Grants, trust: &Trust) {
        let nations = trust.now.nations();
        self.rows.resize_with(nations, Default::default);
        let classes = covenant.classes.len();
        for row in &mut self.rows {
            if start || row.len() != classes {
                row.clear();
            }
            row.resize_with(classes, Default::default);
        }
        let all = start || self.revision != covenant.revision;
        self.revision = covenant.revision;
        for from in everyone(nations) {
            let moved = trust.moved.row(from).iter().any(|word| *word != 0);
            if all || moved {
                self.rows[from.index()].iter_mut().flatten().for_each(|level| level.valid = false);
            }
        }
        for level in 0..LEVELS {
            let lawful_changed = self.invalidate_level(level, grants);
            if lawful_changed {
                // Holders pass on lost reports to those whom they may inform, whoever the producer is.
                let of_level = self.rows.iter_mut().flatten().map(|levels| &mut levels[level]);
                of_level.for_each(|of_level| of_level.routes.retain(|route| !route.lost));
            }
        }
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
    pub fn get(&mut self, kind: ReportKind, derive: impl FnOnce(&mut Channel)) -> &mut LevelRoutes {
        let routes = &mut self.rows[kind.producer.index()][kind.class][kind.level];
        if !std::mem::replace(&mut routes.valid, true) {
            derive(&mut self.channel);
            if routes.channel != self.channel {
                std::mem::swap(&mut routes.channel, &mut self.channel);
                routes.routes.clear();
            }
        }
        routes
    }

    /// Sends a report by a route; the first in a quarter adds the route's dissemination to the archive.
    pub fn send(&mut self, kind: ReportKind, at: usize, archive: &mut Archive) -> (&Channel, &Route) {
        let LevelRoutes { channel, routes, .. } = &mut self.rows[kind.producer.index()][kind.class][kind.level];
        let route = &mut routes[at];
        if route.times == 0 {
            self.used.push((kind, at));
            route.number = archive.add_dissemination(route.dissemination.clone());
        }
        route.times += 1;
        (channel, route)
    }

    /// Counts the reports of all used routes, and sets their numbers to 0.
    pub fn count(&mut self, counts: &mut SharingCounts, classes: &[ContributionClass]) {
        for (kind, at) in self.used.drain(..) {
            let LevelRoutes { channel, routes, .. } = &mut self.rows[kind.producer.index()][kind.class][kind.level];
            let times = std::mem::take(&mut routes[at].times);
            counts.tally.quarter.pool_due += channel.pools_due * times;
            counts.tally.quarter.pool_thinned += channel.pools_thinned * times;
            let of =
                ReportsOf { producer: kind.producer, product: classes[kind.class].product, level: kind.level, times };
            counts.add(of, &routes[at].counts, &channel.stopped);
        }
    }
}
