//! Sharing in the kernel: reports are drawn, released, fused and counted.
use crate::state::{Kept, Kernel, bits};
use noforn::world::chance::{Stream, within};
use noforn::world::clock::Quarter;

/// The nations to which a producer's reports of a level go.
#[derive(Clone, Copy, Default)]
struct Channel {
    close: u128,
    wary: u128,
    whole: u128,
    listed: u128,
    due: u128,
    stopped: u128,
    pools: u32,
    thinned: u32,
}

impl Kernel<'_> {
    /// Produces, releases, fuses and counts a quarter's reports.
    pub fn share(&mut self, now: u32) {
        let world = self.world;
        let model = &world.model;
        self.kept.retain(|kept| now - kept.made < 4);
        self.scratch.read.resize(world.n, 0);
        let first = self.kept.len();
        let mix = model.level_probabilities();
        for producer in 0..world.n {
            let subject = world.subject[producer];
            let count = self.chance.count(Stream::Reports, subject, Quarter(now), &world.counts[producer]);
            let mut channels = vec![[None; 5]; world.classes.len()];
            for number in 0..count {
                let luck = within(subject, u64::from(number));
                let mut draws = self.chance.at(Stream::Report, luck, Quarter(now));
                let [level, warning, delicacy, friction, fusion] = draws.five();
                let [product, reserve, ..] = draws.five();
                let product = usize::from(product >= world.raw_share[producer]);
                let class = world.class_of(product, reserve);
                let (level, warning) = (self::level(&mix[product], level), warning < model.warning_share);
                let (friction, fusion) = (friction < model.side_list_friction, fusion < model.fusion_share);
                let concerns = world.subjects.at(within(luck, u64::from(now))).index();
                let channel = *channels[class][level].get_or_insert_with(|| self.channel(producer, class, level));
                let needed = world.threshold(level) + delicacy * model.delicacy_share;
                let mut reached = channel.whole | channel.close;
                for to in bits(channel.wary) {
                    if self.trust[producer * world.n + to] >= needed {
                        reached |= 1 << to;
                    }
                }
                let release = reached | channel.listed;
                if !friction {
                    reached = release;
                } else if model.rel_to_relay && reached != release {
                    let passed = bits(reached).fold(reached, |all, holder| all | self.lawful(level, holder));
                    reached |= passed & release;
                }
                let lost = channel.listed & !reached;
                self.counts.pool_due += channel.pools;
                self.counts.pool_thinned += channel.thinned;
                self.kept.push(Kept {
                    made: now,
                    producer: producer as u8,
                    level: level as u8,
                    subject: concerns as u8,
                    warning,
                    fusion,
                    luck,
                    reserve,
                    release: release | 1 << producer,
                    reached: reached | 1 << producer,
                });
                self.count(producer, concerns, warning, reached, channel.due, channel.stopped, lost);
            }
        }
        let last = self.kept.len();
        for at in first..last {
            self.fuse(at, first..last);
        }
    }

    fn channel(&self, producer: usize, class: usize, level: usize) -> Channel {
        let class = &self.world.classes[class];
        let (world, row) = (self.world, &self.trust[producer * self.world.n..][..self.world.n]);
        let needed = world.threshold(level);
        let most = needed + world.model.delicacy_share;
        let (mut trusted, mut close) = (0u128, 0u128);
        for (to, trust) in row.iter().enumerate() {
            trusted |= u128::from(*trust >= needed) << to;
            close |= u128::from(*trust >= most) << to;
        }
        let safe = self.lawful(level, producer) & trusted;
        let partners = class.bilateral[level][producer] & safe & world.cleared[level];
        let mut channel = Channel {
            close: partners & close,
            wary: partners & !close,
            due: class.joined[level][producer],
            stopped: if producer == world.owner { self.cut } else { 0 },
            ..Channel::default()
        };
        for (members, ceiling) in &class.pools {
            if *ceiling < level || members >> producer & 1 == 0 {
                continue;
            }
            let members = members & !(1 << producer);
            channel.pools += 1;
            if members & !safe == 0 {
                channel.whole |= members;
            } else {
                channel.thinned += 1;
                channel.listed |= members & safe;
            }
        }
        channel.whole &= world.cleared[level];
        channel.listed &= world.cleared[level];
        channel
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a report")]
    fn count(
        &mut self,
        producer: usize,
        concerns: usize,
        warning: bool,
        read: u128,
        due: u128,
        stopped: u128,
        lost: u128,
    ) {
        let counts = &mut self.counts;
        let left = due & !read;
        counts.produced += 1;
        counts.due += due.count_ones();
        counts.read += (due & read).count_ones();
        counts.withheld += (left & stopped).count_ones();
        counts.friction += (left & !stopped & lost).count_ones();
        counts.untrusted += (left & !stopped & !lost).count_ones();
        bits(read).for_each(|reader| self.scratch.read[reader] += 1);
        if warning && concerns != producer && due >> concerns & 1 == 1 {
            counts.warnings += 1;
            counts.warnings_missed += u32::from(read >> concerns & 1 == 0);
        }
    }

    fn fuse(&mut self, at: usize, fresh: std::ops::Range<usize>) {
        let (world, mine) = (self.world, self.kept[at]);
        if !mine.fusion {
            return;
        }
        let me = usize::from(mine.producer);
        let work = |a: usize, b: usize| self.lawful(0, a) >> b & 1 == 1;
        let mut best = None;
        for (number, other) in self.kept[fresh.clone()].iter().enumerate() {
            let them = usize::from(other.producer);
            if them != me && other.reached >> me & 1 == 1 && work(me, them) && work(them, me) {
                best = best.max(Some((other.subject == mine.subject, within(mine.luck, other.luck), number)));
            }
        }
        let Some((.., number)) = best else { return };
        let other = self.kept[fresh.start + number];
        let them = usize::from(other.producer);
        let (low, level) = (usize::from(mine.level.min(other.level)), usize::from(mine.level.max(other.level)));
        let mut holders = mine.release & other.release & world.cleared[level];
        for owner in [me, them] {
            holders &= self.lawful(low, owner) & self.lawful(level, owner);
        }
        for (owner, whole) in [(me, &other), (them, &mine)] {
            let (rank, from) = (usize::from(whole.level), usize::from(whole.producer));
            let admitted = whole.release & world.cleared[rank] & self.lawful(rank, from);
            holders = holders & !(1 << owner) | admitted & 1 << owner;
        }
        let reached = holders & (mine.reached | other.reached | 1 << me | 1 << them);
        let owners = 1u128 << me | 1 << them;
        let reserve = mine.reserve.max(other.reserve);
        let carried = &world.classes[world.class_of(1, reserve)].joined[level];
        let due = carried[me] & carried[them] & !owners;
        let stopped = if me == world.owner || them == world.owner { self.cut } else { 0 };
        let (concerns, warning) = (usize::from(mine.subject), mine.warning);
        self.kept.push(Kept { level: level as u8, reached, release: mine.release & other.release, ..mine });
        self.count(me, concerns, warning, reached & !owners, due, stopped, 0);
    }
}

fn level(mix: &[f64; 5], draw: f64) -> usize {
    let mut below = 0.0;
    for (level, part) in mix.iter().enumerate() {
        below += part;
        if draw < below {
            return level;
        }
    }
    (0..5).rev().find(|level| mix[*level] > 0.0).unwrap_or(0)
}
