//! The kernel: a second implementation of the model's core over plain arrays, for at most 128 nations.
use crate::equipment::{Layer, Market, Network, VENDORS};
use crate::reports::{Kept, ReportCounts};
use noforn::quarter::measures::communities::Communities;
use noforn::quarter::measures::graph;
use noforn::world::chance::{self, Chance};
use noforn::world::clock::Quarter;
use noforn::world::model::Model;
use noforn::world::subjects::Subjects;

/// Whether the rule applies to a nation.
#[derive(Clone, Copy, PartialEq)]
pub enum RuleStep {
    Clear,
    Triggered,
    Restoring(u32),
}

/// The metrics of a quarter that are compared with the engine's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub blocs: u32,
    pub fragmentation: f64,
    pub distance_fragmentation: f64,
    pub modularity: f64,
    pub counts: ReportCounts,
    pub flagged: [f64; 3],
    pub cost_musd: f64,
}

/// What does not change in a run.
pub struct World {
    pub n: usize,
    pub model: Model,
    pub start: u32,
    pub end: u32,
    pub subject: Vec<u64>,
    pub counts: Vec<chance::Poisson>,
    pub subjects: Subjects,
    pub trust: Vec<f64>,
    pub joined: [Vec<u128>; 5],
    pub bilateral: [Vec<u128>; 5],
    pub pools: Vec<(u128, usize)>,
    pub cleared: [u128; 5],
    pub market: Market,
    pub networks: Vec<Network>,
    pub owner: usize,
    pub grace: u32,
}

/// A run.
pub struct Kernel<'w> {
    pub world: &'w World,
    pub chance: Chance,
    pub trust: Vec<f64>,
    pub networks: Vec<Network>,
    pub cores: Vec<f64>,
    pub flagged: [f64; 3],
    pub applied: Vec<RuleStep>,
    /// The nations that the owner cuts off.
    pub cut: u128,
    pub kept: Vec<Kept>,
    pub counts: ReportCounts,
    pub cost_musd: f64,
    pub scratch: crate::reports::Scratch,
    permitted: Vec<f64>,
    due: Vec<f64>,
    weights: Vec<f64>,
    communities: Communities,
    blocs: Vec<usize>,
    structure: (u32, f64, f64),
}

impl<'w> Kernel<'w> {
    pub fn new(world: &'w World, chance: Chance) -> Self {
        let n = world.n;
        let mut kernel = Self {
            world,
            chance,
            trust: world.trust.clone(),
            networks: world.networks.clone(),
            cores: vec![0.0; n],
            flagged: [0.0; 3],
            applied: vec![RuleStep::Clear; n],
            cut: 0,
            kept: Vec::new(),
            counts: ReportCounts::default(),
            cost_musd: 0.0,
            scratch: Default::default(),
            permitted: vec![0.0; n * n],
            due: vec![0.0; n * n],
            weights: vec![0.0; n * n],
            communities: Communities::default(),
            blocs: Vec::new(),
            structure: (0, 0.0, 0.0),
        };
        kernel.sign_first_contracts();
        for from in 0..n {
            for (rank, mix) in world.model.level_probabilities().iter().enumerate() {
                for to in (0..n).filter(|to| world.joined[rank][from] >> to & 1 == 1) {
                    kernel.due[from * n + to] += mix;
                }
            }
        }
        kernel
    }

    fn sign_first_contracts(&mut self) {
        let world = self.world;
        let quarters = world.model.contract_years * 4.0;
        let start = Quarter(world.start);
        for network in &mut self.networks {
            for (rank, layer) in network.layers.iter_mut().enumerate() {
                let luck = chance::within(network.subject, rank as u64);
                let draw = self.chance.uniform(chance::Stream::ContractAge, luck, start, 0);
                layer.expires = start.plus((draw * quarters) as u32).0;
            }
        }
    }

    /// Simulates the run; returns one row for each quarter.
    pub fn run(mut self) -> Vec<Row> {
        (self.world.start..=self.world.end).map(|now| self.quarter(now)).collect()
    }

    fn quarter(&mut self, now: u32) -> Row {
        self.counts = ReportCounts::default();
        self.cost_musd = 0.0;
        self.procure(now);
        self.decide(now);
        self.share(now);
        self.answer();
        self.measure()
    }

    /// The owner measures the flagged share of every nation's core, and cuts off nations with any, until some time after they
    /// have none.
    fn decide(&mut self, now: u32) {
        let world = self.world;
        let in_force = now - world.start >= world.grace;
        let restore = (world.model.restore_years * 4.0).round() as u32;
        self.cut = 0;
        for nation in (0..world.n).filter(|nation| *nation != world.owner) {
            let seen = (self.cores[nation] * world.model.vigilance_share * 100.0 - 1e-9).ceil();
            let applied = &mut self.applied[nation];
            *applied = match *applied {
                _ if in_force && seen > 0.0 => RuleStep::Triggered,
                RuleStep::Triggered if restore > 0 => RuleStep::Restoring(now + restore),
                RuleStep::Restoring(until) if now < until => *applied,
                _ => RuleStep::Clear,
            };
            if *applied != RuleStep::Clear {
                self.cut |= 1 << nation;
            }
        }
    }

    /// The nations that a nation may inform at a level.
    pub fn lawful(&self, level: usize, from: usize) -> u128 {
        self.world.joined[level][from] & if from == self.world.owner { !self.cut } else { u128::MAX }
    }

    /// Trust recovers, and nations that are cut off lose trust in the owner.
    fn answer(&mut self) {
        let (n, model) = (self.world.n, &self.world.model);
        let pace = (model.trust_recovery_rate / 4.0).min(1.0);
        for (now, first) in self.trust.iter_mut().zip(&self.world.trust) {
            *now += (first - *now) * pace;
        }
        for nation in (0..n).filter(|nation| self.cut >> nation & 1 == 1) {
            self.trust[nation * n + self.world.owner] *= libm::exp(-model.trust_loss_rate * 0.75 / 4.0);
        }
    }

    fn measure(&mut self) -> Row {
        let n = self.world.n;
        let free = self.world.model.free_share;
        if self.weigh() || self.blocs.is_empty() {
            self.blocs.clear();
            self.blocs.extend_from_slice(self.communities.find(&self.weights, n, free));
            let sizes = graph::bloc_sizes(&self.blocs);
            let ties = graph::free_ties(&self.weights, n, free);
            let apart = graph::distance_fragmentation_index(&ties, n);
            self.structure = (sizes.len() as u32, graph::fragmentation_index(&sizes, n), apart);
        }
        let (blocs, fragmentation, distance_fragmentation) = self.structure;
        Row {
            blocs,
            fragmentation,
            distance_fragmentation,
            modularity: graph::modularity(&self.weights, &self.blocs),
            counts: self.counts,
            flagged: self.flagged,
            cost_musd: self.cost_musd,
        }
    }

    /// Computes for every pair the share of what agreements allow that may still be sent, in the direction in which it is
    /// smaller. Returns true if any tie by which two share freely changed.
    fn weigh(&mut self) -> bool {
        let (world, model) = (self.world, &self.world.model);
        let n = world.n;
        let mix = model.level_probabilities();
        let mut changed = false;
        self.permitted.fill(0.0);
        for from in 0..n {
            for (rank, of_level) in mix.iter().enumerate() {
                let threshold = world.threshold(rank);
                let carries = |pool: &&(u128, usize)| pool.1 >= rank && pool.0 >> from & 1 == 1;
                let pooled = world.pools.iter().filter(carries).fold(0, |all, pool| all | pool.0);
                for to in bits(self.lawful(rank, from) & world.cleared[rank]) {
                    let beyond = self.trust[from * n + to] - threshold;
                    let part = if beyond < 0.0 {
                        0.0
                    } else if pooled >> to & 1 == 1 || model.delicacy_share <= 0.0 {
                        1.0
                    } else {
                        (beyond / model.delicacy_share).min(1.0)
                    };
                    self.permitted[from * n + to] += of_level * part;
                }
            }
        }
        for a in 0..n {
            for b in 0..n {
                let part = |at: usize| if self.due[at] > 0.0 { self.permitted[at] / self.due[at] } else { 0.0 };
                let tie = if a == b { 0.0 } else { part(a * n + b).min(part(b * n + a)) };
                let before = std::mem::replace(&mut self.weights[a * n + b], tie);
                changed |= before != tie && before.max(tie) >= model.free_share;
            }
        }
        changed
    }
}

impl World {
    /// The trust that a level needs.
    pub fn threshold(&self, rank: usize) -> f64 {
        if rank == 0 { 0.0 } else { self.model.trust_for_level[rank - 1] }
    }
}

/// The members of a set, in increasing order.
pub fn bits(mut set: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (set != 0).then(|| {
            let bit = set.trailing_zeros() as usize;
            set &= set - 1;
            bit
        })
    })
}

/// A layer in which nothing is built yet.
pub fn empty(mix: [f64; VENDORS]) -> Layer {
    Layer { standing: [0.0; VENDORS], bought: Vec::new(), open: false, mix, built: 0.0, supplier: None, expires: 0 }
}
