//! Layers of a receiver's networks with vendors that the sender lists, and the contracts that brought them there.
use super::causes::{DecisionIndex, Link};
use super::replay::Replay;
use super::{Location, location};
use noforn::scenario::Scenario;
use noforn::world::levels::Layer;
use noforn::world::network::{Layers, Network};
use noforn::world::vendor::VendorList;
use serde::Serialize;

/// A layer of a network with vendors that the sender lists.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListedLayer {
    /// The network.
    pub network: String,
    /// The layer: `core`, `access_4g` or `access_5g`.
    pub layer: &'static str,
    /// Share of the layer that is from listed vendors now, 0 to 1.
    pub share: f64,
    /// Share of the layer that is from listed vendors and was there at the start, 0 to 1.
    pub from_start_share: f64,
    /// The listed vendors in it.
    pub vendors: Vec<String>,
    /// Where the scenario sets the layer.
    pub at: Location,
    /// The decision for the contract under which a listed vendor supplies it now.
    pub contract: Option<Link>,
}

/// Every layer of the receiver's networks with vendors that the sender lists.
pub fn listed_layers(scenario: &Scenario, replay: &mut Replay, decisions: &DecisionIndex) -> Vec<ListedLayer> {
    let (sender, receiver) = (replay.pair.sender, replay.pair.receiver);
    let listed: Vec<bool> =
        replay.world.resource::<VendorList>().flagged_by.iter().map(|by| by.contains(sender)).collect();
    let mut query = replay.world.query::<(&Network, &Layers)>();
    let mut networks: Vec<(&Network, &Layers)> =
        query.iter(&replay.world).filter(|(network, _)| network.nation == receiver).collect();
    networks.sort_by_key(|(network, _)| network.id);
    let mut found = Vec::new();
    for (network, layers) in networks {
        let id = scenario.rosters.networks.id(network.id.index());
        for (kind, state) in Layer::ALL.iter().zip(&layers.0) {
            let shares = state.shares();
            let share = listed_sum(&shares, &listed);
            if share <= 0.0 {
                continue;
            }
            let whole = state.part(|_| true);
            let present = (0..listed.len()).filter(|vendor| listed[*vendor] && shares[*vendor] > 0.0);
            let contract = decisions
                .link(scenario, state.because)
                .filter(|link| scenario.rosters.vendors.rank(&link.outcome).is_some_and(|vendor| listed[vendor]));
            found.push(ListedLayer {
                network: id.to_owned(),
                layer: kind.as_str(),
                share,
                from_start_share: listed_sum(&state.initial, &listed) / whole,
                vendors: present.map(|v| scenario.rosters.vendors.id(v).to_owned()).collect(),
                at: location(scenario, &format!("networks.{id}.{}", kind.as_str())),
                contract,
            });
        }
    }
    found
}

/// The sum of the numbers of listed vendors.
fn listed_sum(by_vendor: &[f64], listed: &[bool]) -> f64 {
    by_vendor.iter().zip(listed).filter(|(_, listed)| **listed).map(|(number, _)| number).sum()
}
