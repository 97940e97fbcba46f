//! Networks: operators' layers, what stands in them, and who supplies them.
use super::clock::Quarter;
use super::ids::{NationId, NetworkId};
use super::lots::Lots;
use super::record::Because;
use bevy_ecs::prelude::*;

/// A network's identity and what does not change in a run.
#[derive(Component, Clone, Debug, PartialEq)]
#[component(immutable)]
pub struct Network {
    /// Its identity.
    pub id: NetworkId,
    /// Its address in chance.
    pub subject: u64,
    /// The nation it works in.
    pub nation: NationId,
    /// Subscribers in millions.
    pub subscribers: f64,
    /// Whether it carries the public's traffic.
    pub public: bool,
    /// Whether it carries the government's traffic.
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

/// Who supplies a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supplier {
    /// The vendors of the layer's mix, in its proportions: those of the scenario, or those that supplied it at a renewal.
    Mix,
    /// One vendor under contract.
    Vendor(usize),
}

/// One layer of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerState {
    /// What stood at the start and is left, by vendor.
    pub standing: Vec<f64>,
    /// What was bought since.
    pub bought: Lots,
    /// The proportions of those who supply it together: the scenario's, or what stood at the last renewal.
    pub mix: Vec<f64>,
    /// How much of the layer is built, 0 to 1 (1 for core and 4G).
    pub built: f64,
    /// Who supplies it now.
    pub supplier: Supplier,
    /// When the contract ends.
    pub expires: Quarter,
    /// The decision that made the contract.
    pub because: Because,
}

impl LayerState {
    /// How much each vendor has built; returns how much that is in all.
    pub fn parts_into(&self, parts: &mut [f64]) -> f64 {
        parts.copy_from_slice(&self.standing);
        self.bought.add_to(parts);
        parts.iter().sum()
    }
    /// Vendor shares of what is built, summing to 1 (all zero where nothing is built).
    pub fn shares_into(&self, shares: &mut [f64]) {
        let total = self.parts_into(shares);
        if total > 0.0 {
            shares.iter_mut().for_each(|s| *s /= total);
        }
    }
    /// How much of the layer the chosen vendors have built, of `built` in all.
    pub fn part(&self, counts: impl Fn(usize) -> bool) -> f64 {
        super::vendor::VendorList::share_of(&self.standing, &counts) + self.bought.part(counts)
    }
    /// The share of what is built that the chosen vendors have (0 where nothing is).
    pub fn share(&self, counts: impl Fn(usize) -> bool) -> f64 {
        let total = self.part(|_| true);
        if total > 0.0 { self.part(counts) / total } else { 0.0 }
    }
    /// Vendor shares as a new list.
    pub fn shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.standing.len()];
        self.shares_into(&mut shares);
        shares
    }
}

/// The layers of a network: core, 4G access, 5G access.
#[derive(Component, Clone, Debug, PartialEq)]
pub struct Layers(pub [LayerState; 3]);

/// What is installed in one nation, by vendor; shares of what is built, weighted by subscribers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Installed {
    /// Core, 4G access, 5G access of all networks.
    pub layers: [Vec<f64>; 3],
    /// The same over the networks that carry government traffic.
    pub government: [Vec<f64>; 3],
    /// The part of access traffic that runs over 5G, 0 to 1.
    pub traffic_5g: f64,
    /// The same over the networks that carry government traffic.
    pub government_5g: f64,
    /// Subscribers in millions.
    pub subscribers: f64,
    /// The contract that last changed it.
    pub because: Because,
}

/// What some vendors hold of the equipment in a nation, as shares.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Held {
    /// Of the core.
    pub core: f64,
    /// Of access, both generations by their traffic.
    pub access: f64,
    /// Of 4G access.
    pub access_4g: f64,
    /// Of 5G access.
    pub access_5g: f64,
    /// The larger of core and access over the networks that carry government traffic.
    pub government: f64,
}

impl Installed {
    /// What the vendors with these numbers hold, everywhere.
    pub fn held(&self, vendors: &[usize]) -> Held {
        let share = |shares: &Vec<f64>| vendors.iter().map(|vendor| shares[*vendor]).sum();
        let [core, access_4g, access_5g] = self.layers.each_ref().map(share);
        let [government, old, new]: [f64; 3] = self.government.each_ref().map(share);
        Held {
            core,
            access: by_traffic(access_4g, access_5g, self.traffic_5g),
            access_4g,
            access_5g,
            government: government.max(by_traffic(old, new, self.government_5g)),
        }
    }
    /// The share of access that the chosen vendors hold, both generations by their traffic.
    pub fn access(&self, counts: impl Fn(usize) -> bool + Copy) -> f64 {
        mix_generations(&self.layers, self.traffic_5g, counts)
    }
    /// The share of a layer that the chosen vendors hold.
    pub fn layer(&self, layer: usize, counts: impl Fn(usize) -> bool) -> f64 {
        super::vendor::VendorList::share_of(&self.layers[layer], counts)
    }
    /// The larger of core and access over the networks that carry government traffic.
    pub fn government(&self, counts: impl Fn(usize) -> bool + Copy) -> f64 {
        let core = super::vendor::VendorList::share_of(&self.government[0], counts);
        core.max(mix_generations(&self.government, self.government_5g, counts))
    }
}

fn mix_generations(layers: &[Vec<f64>; 3], traffic_5g: f64, counts: impl Fn(usize) -> bool + Copy) -> f64 {
    let old = super::vendor::VendorList::share_of(&layers[1], counts);
    let new = super::vendor::VendorList::share_of(&layers[2], counts);
    by_traffic(old, new, traffic_5g)
}

/// Shares of 4G and 5G access, by the part of traffic that runs over 5G.
fn by_traffic(old: f64, new: f64, traffic_5g: f64) -> f64 {
    old * (1.0 - traffic_5g) + new * traffic_5g
}

/// What is installed in every nation, by identity.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Equipment(pub Vec<Installed>);
