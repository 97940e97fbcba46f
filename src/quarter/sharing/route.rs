//! Routes: where the reports of each producer and level go, kept while what they rest on stays as it is.
use super::count::{Books, Entry};
use super::release::Channel;
use crate::world::agreement::Covenant;
use crate::world::archive::Archive;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::matrix::BitMatrix;
use crate::world::report::Dissemination;
use crate::world::sets::NationSet;
use crate::world::setting::everyone;
use crate::world::ties::Trust;

/// The way that reports went which were sent to the same partners: each like the first.
#[derive(Debug)]
pub struct Way {
    /// The partners of pairs to whom the producer sent it.
    pub willing: NationSet,
    /// Whether it was lost between pool and side list.
    pub lost: bool,
    /// Its label, and whom it reached.
    pub went: Dissemination,
    /// What is counted of each.
    pub entry: Entry,
    /// How many went this way this quarter.
    pub times: u32,
    /// Its number in the archive, where any did.
    pub number: usize,
}

/// Where the reports of one producer and level go.
#[derive(Debug, Default)]
pub struct Route {
    /// Whether the channel is that of this quarter.
    derived: bool,
    /// Where they go whatever is in them.
    pub channel: Channel,
    ways: Vec<Way>,
}

impl Route {
    /// The number of the way of a report to these partners, made if none went it yet.
    pub fn way(&mut self, willing: &NationSet, lost: bool, make: impl FnOnce(&Channel) -> Way) -> usize {
        let known = self.ways.iter().position(|way| way.lost == lost && way.willing == *willing);
        known.unwrap_or_else(|| {
            self.ways.push(make(&self.channel));
            self.ways.len() - 1
        })
    }
}

/// All routes, with what they rest on.
#[derive(Debug, Default)]
pub struct Routes {
    /// By producer, then level.
    rows: Vec<[Route; LEVELS]>,
    /// The ways that reports went this quarter.
    gone: Vec<(NationId, usize, usize)>,
    /// A channel under way.
    channel: Channel,
    revision: u32,
    share: [BitMatrix; LEVELS],
    forbidden: [BitMatrix; LEVELS],
}

impl Routes {
    /// Forgets what rests on something that changed since the last quarter, and everything at the `start` of a run.
    pub fn open(&mut self, start: bool, covenant: &Covenant, grants: &Grants, trust: &Trust) {
        let nations = trust.now.nations();
        self.rows.resize_with(nations, Default::default);
        if start {
            self.rows.iter_mut().flatten().for_each(|route| route.ways.clear());
        }
        let all = start || self.revision != covenant.revision;
        self.revision = covenant.revision;
        for from in everyone(nations) {
            let moved = trust.moved.row(from).iter().any(|word| *word != 0);
            if all || moved {
                self.rows[from.index()].iter_mut().for_each(|route| route.derived = false);
            }
        }
        for level in 0..LEVELS {
            let passed_on = self.lawful(level, grants);
            if passed_on {
                // A holder passes on to whom it may inform, whoever the producer is.
                self.rows.iter_mut().for_each(|row| row[level].ways.retain(|way| !way.lost));
            }
        }
    }

    /// Takes note of who may lawfully inform whom at a level; says whether that changed for anyone.
    fn lawful(&mut self, level: usize, grants: &Grants) -> bool {
        let changed = self.share[level] != grants.share[level];
        let pairs = [
            (&mut self.share[level], &grants.share[level]),
            (&mut self.forbidden[level], &grants.share_forbidden[level]),
        ];
        for (kept, now) in pairs.into_iter().filter(|(kept, now)| *kept != *now) {
            for (from, routes) in everyone(self.rows.len()).zip(&mut self.rows) {
                routes[level].derived &= kept.is_for_as_many(now) && kept.row(from) == now.row(from);
            }
            kept.clone_from(now);
        }
        changed
    }

    /// The route of a producer's reports of a level; its channel is derived first where what it rests on changed.
    pub fn of(&mut self, producer: NationId, level: usize, derive: impl FnOnce(&mut Channel)) -> &mut Route {
        let route = &mut self.rows[producer.index()][level];
        if !std::mem::replace(&mut route.derived, true) {
            derive(&mut self.channel);
            if route.channel != self.channel {
                std::mem::swap(&mut route.channel, &mut self.channel);
                route.ways.clear();
            }
        }
        route
    }

    /// A report goes a way, which is put up in the archive for the first of a quarter.
    pub fn go(&mut self, producer: NationId, level: usize, at: usize, archive: &mut Archive) -> (&Channel, &Way) {
        let route = &mut self.rows[producer.index()][level];
        let way = &mut route.ways[at];
        if way.times == 0 {
            self.gone.push((producer, level, at));
            way.number = archive.way(way.went.clone());
        }
        way.times += 1;
        (&route.channel, way)
    }

    /// Counts all that went.
    pub fn count(&mut self, books: &mut Books) {
        for (producer, level, at) in self.gone.drain(..) {
            let Route { channel, ways, .. } = &mut self.rows[producer.index()][level];
            let times = std::mem::take(&mut ways[at].times);
            books.tally.quarter.pool_due += channel.pools_due * times;
            books.tally.quarter.pool_thinned += channel.pools_thinned * times;
            books.enter(producer, &ways[at].entry, &channel.stopped, times);
        }
    }
}
