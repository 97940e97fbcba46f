//! Networks of operators: the equipment in their layers, and who supplies it.
use super::clock::Quarter;
use super::ids::{NationId, NetworkId};
use super::lots::Lots;
use super::record::Because;
use super::vendor::VendorList;
use bevy_ecs::prelude::*;

/// A network's identity and what does not change in a run.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(immutable)]
pub struct Network {
    /// Its identity.
    pub id: NetworkId,
    /// The hash of its id, which addresses its random numbers.
    pub subject: u64,
    /// The nation it works in.
    pub nation: NationId,
    /// Subscribers in millions.
    pub subscribers: f64,
    /// True if it carries the public's traffic.
    pub public: bool,
    /// True if it carries the government's traffic.
    pub government: bool,
}

/// The nation entity that a network operates in.
#[derive(Component, Clone, Debug, PartialEq, Eq)]
#[relationship(relationship_target = Networks)]
pub struct OperatesIn(pub Entity);

/// The networks that operate in a nation.
#[derive(Component, Clone, Debug, Default, PartialEq, Eq)]
#[relationship_target(relationship = OperatesIn)]
pub struct Networks(Vec<Entity>);

/// One layer of a network. Amounts of equipment are parts of the whole layer, 0 to 1; orders are proportions by vendor,
/// which sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerState {
    /// Equipment of the start that is left, by vendor, with what the law put in its place.
    pub initial: Vec<f64>,
    /// Equipment bought since the start.
    pub bought: Lots,
    /// What would be installed if the government set no limits: the equipment of the start as the oldest lot, then one
    /// lot a contract.
    pub market: Lots,
    /// What the operator orders where the government sets no limits: at first the scenario's mix.
    pub wanted: Vec<f64>,
    /// What it orders in place of what the law denies; all 0 until it has chosen.
    pub instead: Vec<f64>,
    /// What it orders now, under the law.
    pub order: Vec<f64>,
    /// The part of the layer that is built, 0 to 1 (1 for core and 4G).
    pub built: f64,
    /// The quarter in which the contract ends.
    pub expires: Quarter,
    /// The decision that made the contract.
    pub because: Because,
}

impl LayerState {
    /// A layer of which nothing is built, with an order for this mix and a contract that has ended.
    pub fn unbuilt(mix: &[f64]) -> Self {
        Self {
            initial: vec![0.0; mix.len()],
            bought: Lots::none(mix.len()),
            market: Lots::none(mix.len()),
            wanted: mix.to_vec(),
            instead: vec![0.0; mix.len()],
            order: mix.to_vec(),
            built: 0.0,
            expires: Quarter(0),
            because: Because::Start,
        }
    }
    /// Installs the first equipment, of the wanted mix, up to a part of the layer (0 to 1); removes all other.
    pub fn install(&mut self, built: f64) {
        self.built = built;
        self.initial.clear();
        self.initial.extend(self.wanted.iter().map(|share| share * built));
        self.bought.clear();
        self.market.clear();
        self.market.open().copy_from_slice(&self.initial);
        self.market.close();
    }
    /// Writes to `shares` each vendor's share of what would be installed if the government set no limits. They sum to 1,
    /// or are 0 if nothing is built.
    pub fn market_shares_into(&self, shares: &mut [f64]) {
        shares.fill(0.0);
        self.market.add_to(shares);
        let total: f64 = shares.iter().sum();
        if total > 0.0 {
            shares.iter_mut().for_each(|share| *share /= total);
        }
    }
    /// Writes the equipment of each vendor to `parts`; returns the sum.
    pub fn parts_into(&self, parts: &mut [f64]) -> f64 {
        parts.copy_from_slice(&self.initial);
        self.bought.add_to(parts);
        parts.iter().sum()
    }
    /// The equipment of the chosen vendors, 0 to `built`.
    pub fn part(&self, counts: impl Fn(usize) -> bool) -> f64 {
        VendorList::share_of(&self.initial, &counts) + self.bought.part(counts)
    }
    /// The chosen vendors' share of the equipment, 0 to 1 (0 if there is none).
    pub fn share(&self, counts: impl Fn(usize) -> bool) -> f64 {
        let total = self.part(|_| true);
        if total > 0.0 { self.part(counts) / total } else { 0.0 }
    }
    /// Each vendor's share of the equipment. They sum to 1, or are 0 if there is no equipment.
    pub fn shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.initial.len()];
        let total = self.parts_into(&mut shares);
        if total > 0.0 {
            shares.iter_mut().for_each(|s| *s /= total);
        }
        shares
    }
}

/// The layers of a network, by the rank of [`Layer`](super::levels::Layer): core, 4G access, 5G access.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct Layers(pub [LayerState; 3]);

/// What is installed in one nation: vendors' shares of the equipment (0 to 1) over its networks, weighted by
/// subscribers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Installed {
    /// Shares by vendor in the core, 4G access and 5G access of all networks.
    pub layers: [Vec<f64>; 3],
    /// Shares by vendor, as `layers`, in the networks that carry government traffic.
    pub government: [Vec<f64>; 3],
    /// The part of access traffic that runs over 5G, 0 to 1.
    pub traffic_5g: f64,
    /// The part of access traffic that runs over 5G in the networks that carry government traffic, 0 to 1.
    pub government_5g: f64,
    /// Subscribers in millions.
    pub subscribers: f64,
    /// The contract that changed it last.
    pub because: Because,
}

/// Shares (0 to 1) of the equipment in a nation that some vendors have.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EquipmentShares {
    /// Of the core.
    pub core: f64,
    /// Of access: 4G and 5G, weighted by traffic.
    pub access: f64,
    /// Of 4G access.
    pub access_4g: f64,
    /// Of 5G access.
    pub access_5g: f64,
    /// The larger of core and access over the networks that carry government traffic.
    pub government: f64,
}

impl Installed {
    /// The shares that the vendors of these ranks have together.
    pub fn shares_of(&self, vendors: &[usize]) -> EquipmentShares {
        let share = |shares: &Vec<f64>| vendors.iter().map(|vendor| shares[*vendor]).sum();
        let [core, access_4g, access_5g] = self.layers.each_ref().map(share);
        let [government, old, new]: [f64; 3] = self.government.each_ref().map(share);
        EquipmentShares {
            core,
            access: by_traffic(access_4g, access_5g, self.traffic_5g),
            access_4g,
            access_5g,
            government: government.max(by_traffic(old, new, self.government_5g)),
        }
    }
    /// The chosen vendors' share of access, 0 to 1: 4G and 5G, weighted by traffic.
    pub fn access(&self, counts: impl Fn(usize) -> bool + Copy) -> f64 {
        mix_generations(&self.layers, self.traffic_5g, counts)
    }
    /// The chosen vendors' share of the layer of this rank, 0 to 1.
    pub fn layer(&self, layer: usize, counts: impl Fn(usize) -> bool) -> f64 {
        VendorList::share_of(&self.layers[layer], counts)
    }
    /// The chosen vendors' share in the networks that carry government traffic, 0 to 1: of core or access, the larger.
    pub fn government(&self, counts: impl Fn(usize) -> bool + Copy) -> f64 {
        let core = VendorList::share_of(&self.government[0], counts);
        core.max(mix_generations(&self.government, self.government_5g, counts))
    }
}

fn mix_generations(layers: &[Vec<f64>; 3], traffic_5g: f64, counts: impl Fn(usize) -> bool + Copy) -> f64 {
    let old = VendorList::share_of(&layers[1], counts);
    let new = VendorList::share_of(&layers[2], counts);
    by_traffic(old, new, traffic_5g)
}

/// The mean of a share of 4G and one of 5G access, weighted by the part of traffic that runs over 5G.
fn by_traffic(old: f64, new: f64, traffic_5g: f64) -> f64 {
    old * (1.0 - traffic_5g) + new * traffic_5g
}

/// What is installed in every nation, in identity order.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Equipment(pub Vec<Installed>);
