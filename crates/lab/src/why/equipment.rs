//! The equipment that a sender objects to in a receiver's networks, and how it came there.
use super::causes::{Link, Record};
use super::past::Past;
use super::{At, at};
use noforn::scenario::Scenario;
use noforn::world::levels::Layer;
use noforn::world::network::{Layers, Network};
use noforn::world::vendor::VendorList;
use serde::Serialize;

/// A layer of a network with vendors that the sender lists.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    /// The network.
    pub network: String,
    /// The layer: `core`, `access_4g` or `access_5g`.
    pub layer: &'static str,
    /// The listed vendors' share of it now, 0 to 1.
    pub share: f64,
    /// The part of the layer that stood at the start and is theirs.
    pub from_start_share: f64,
    /// The listed vendors in it.
    pub vendors: Vec<String>,
    /// Where the layer is written.
    pub at: At,
    /// The contract under which a listed vendor supplies it now.
    pub contract: Option<Link>,
}

/// Every layer of the receiver's networks with vendors that the sender lists.
pub fn parts(scenario: &Scenario, past: &mut Past, record: &Record) -> Vec<Part> {
    let (sender, receiver) = (past.pair.sender, past.pair.receiver);
    let listed: Vec<bool> =
        past.world.resource::<VendorList>().flagged_by.iter().map(|by| by.contains(sender)).collect();
    let mut query = past.world.query::<(&Network, &Layers)>();
    let mut networks: Vec<(&Network, &Layers)> =
        query.iter(&past.world).filter(|(network, _)| network.nation == receiver).collect();
    networks.sort_by_key(|(network, _)| network.id);
    let mut parts = Vec::new();
    for (network, layers) in networks {
        let id = scenario.rosters.networks.id(network.id.index());
        for (kind, state) in Layer::ALL.iter().zip(&layers.0) {
            let shares = state.shares();
            let of = |vendors: &[f64]| vendors.iter().zip(&listed).filter(|(_, l)| **l).map(|(s, _)| s).sum::<f64>();
            let share = of(&shares);
            if share <= 0.0 {
                continue;
            }
            let whole = state.part(|_| true);
            let there = |vendor: &usize| listed[*vendor] && shares[*vendor] > 0.0;
            let contract = record
                .link(scenario, state.because)
                .filter(|link| scenario.rosters.vendors.rank(&link.outcome).is_some_and(|vendor| listed[vendor]));
            parts.push(Part {
                network: id.to_owned(),
                layer: kind.as_str(),
                share,
                from_start_share: of(&state.standing) / whole,
                vendors: (0..listed.len()).filter(there).map(|v| scenario.rosters.vendors.id(v).to_owned()).collect(),
                at: at(scenario, &format!("networks.{id}.{}", kind.as_str())),
                contract,
            });
        }
    }
    parts
}
