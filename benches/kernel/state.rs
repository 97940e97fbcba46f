//! What the kernel holds: the world as plain arrays, for at most 128 nations, and the state of a run.
use noforn::quarter::measures::linkage::AverageLinkage;
use noforn::quarter::measures::pictures::Pictures;
use noforn::world::chance::{self, Chance};
use noforn::world::clock::Quarter;
use noforn::world::model::{ByProduct, Model};
use noforn::world::subjects::Subjects;

/// The greatest number of vendors.
pub const VENDORS: usize = 8;

#[derive(Clone)]
pub struct Layer {
    pub standing: [f64; VENDORS],
    /// Lots of one contract each, oldest first.
    pub bought: Vec<[f64; VENDORS]>,
    /// What would be installed if the government set no limits.
    pub market_standing: [f64; VENDORS],
    pub market_bought: Vec<[f64; VENDORS]>,
    pub open: bool,
    /// The order without limits, what is ordered in place of what they deny, and the order within them.
    pub wanted: [f64; VENDORS],
    pub instead: [f64; VENDORS],
    pub order: [f64; VENDORS],
    pub built: f64,
    pub expires: u32,
}

#[derive(Clone)]
pub struct Network {
    pub nation: usize,
    pub subject: u64,
    pub subscribers: f64,
    pub layers: [Layer; 3],
}

/// The vendors, and for each nation what its operators know about its government.
pub struct Market {
    pub vendors: usize,
    pub covered: [bool; VENDORS],
    pub flagged: [bool; VENDORS],
    /// Flagged by anyone.
    pub listed: [bool; VENDORS],
    pub price: [f64; VENDORS],
    pub quality: [f64; VENDORS],
    /// Rank of each government's stance.
    pub stance: Vec<usize>,
    pub risk: Vec<f64>,
    pub rollout: Vec<(u32, f64)>,
}

/// What agreements carry of one product, of reports with a reserve in one interval.
pub struct Class {
    pub product: usize,
    pub until: f64,
    pub share: f64,
    pub joined: [Vec<u128>; 5],
    pub bilateral: [Vec<u128>; 5],
    pub pools: Vec<(u128, usize)>,
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
    /// For each nation: the raw part of its reports, the parts of products and levels in their value, and its mean.
    pub raw_share: Vec<f64>,
    pub parts: Vec<ByProduct>,
    pub mean_value: Vec<f64>,
    pub joined: [Vec<u128>; 5],
    pub classes: Vec<Class>,
    pub cleared: [u128; 5],
    pub market: Market,
    pub networks: Vec<Network>,
    pub owner: usize,
    pub grace: u32,
}

/// Whether the rule applies to a nation.
#[derive(Clone, Copy, PartialEq)]
pub enum RuleStep {
    Clear,
    Triggered,
    Restoring(u32),
}

/// Counts of a quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReportCounts {
    pub produced: u32,
    pub due: u32,
    pub read: u32,
    pub withheld: u32,
    pub untrusted: u32,
    pub friction: u32,
    pub pool_due: u32,
    pub pool_thinned: u32,
    pub warnings: u32,
    pub warnings_missed: u32,
}

/// A kept report.
#[derive(Clone, Copy)]
pub struct Kept {
    pub made: u32,
    pub producer: u8,
    pub level: u8,
    pub subject: u8,
    pub warning: bool,
    pub fusion: bool,
    pub luck: u64,
    pub reserve: f64,
    pub release: u128,
    pub reached: u128,
}

/// For each nation, the number of reports that it read.
#[derive(Default)]
pub struct Scratch {
    pub read: Vec<u32>,
}

/// How far the alliance has come apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Structure {
    pub blocs: u32,
    pub fragmentation: f64,
    pub distance_fragmentation: f64,
    pub effective_pictures: f64,
    pub picture_overlap: f64,
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
    pub scratch: Scratch,
    pub permitted: Vec<f64>,
    pub due: Vec<f64>,
    pub weights: Vec<f64>,
    pub pictures: Pictures,
    pub linkage: AverageLinkage,
    pub blocs: Vec<usize>,
    pub structure: Structure,
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
            pictures: Pictures::new(n),
            linkage: AverageLinkage::default(),
            blocs: Vec::new(),
            structure: Structure::default(),
        };
        kernel.sign_first_contracts();
        for from in 0..n {
            for class in &world.classes {
                for (rank, part) in world.parts[from][class.product].iter().enumerate() {
                    bits(class.joined[rank][from]).for_each(|to| kernel.due[from * n + to] += part * class.share);
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

    /// The nations that a nation may inform at a level.
    pub fn lawful(&self, level: usize, from: usize) -> u128 {
        self.world.joined[level][from] & if from == self.world.owner { !self.cut } else { u128::MAX }
    }
}

impl World {
    /// The number of the class of a report.
    pub fn class_of(&self, product: usize, reserve: f64) -> usize {
        let found = self.classes.iter().position(|class| class.product == product && reserve < class.until);
        found.expect("the classes cover all reserves")
    }

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
    Layer {
        standing: [0.0; VENDORS],
        bought: Vec::new(),
        market_standing: [0.0; VENDORS],
        market_bought: Vec::new(),
        open: false,
        wanted: mix,
        instead: [0.0; VENDORS],
        order: mix,
        built: 0.0,
        expires: 0,
    }
}
