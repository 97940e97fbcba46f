//! Installed equipment by nation: vendors' shares of each layer, weighted by the networks' subscribers.
use super::layer::normalise;
use crate::world::network::{Equipment, Installed, Layers, Network};
use crate::world::record::Because;

/// Sums over the networks of every nation: `clear`, then `add` each network, then `normalise` to shares.
#[derive(Debug, Default)]
pub struct Sums {
    /// By nation: subscribers (millions) and subscribers with 5G, of all networks, then of those that carry government
    /// traffic.
    weights: Vec<[f64; 4]>,
    /// The amount of one layer that each vendor has built.
    parts: Vec<f64>,
}

impl Sums {
    /// Sets all sums to zero.
    pub fn clear(&mut self, equipment: &mut Equipment, vendors: usize) {
        self.weights.clear();
        self.weights.resize(equipment.0.len(), [0.0; 4]);
        self.parts.resize(vendors, 0.0);
        for installed in &mut equipment.0 {
            for layer in installed.layers.iter_mut().chain(&mut installed.government) {
                layer.resize(vendors, 0.0);
                layer.fill(0.0);
            }
            installed.subscribers = 0.0;
            installed.because = Because::Start;
        }
    }

    /// Adds the equipment of one network.
    pub fn add(&mut self, equipment: &mut Equipment, network: &Network, layers: &Layers) {
        let installed = &mut equipment.0[network.nation.index()];
        let weight = &mut self.weights[network.nation.index()];
        let subscribers = network.subscribers;
        let Installed { layers: all, government, because, .. } = installed;
        for (layer, state) in layers.0.iter().enumerate() {
            *because = state.because.max(*because);
            let total = if state.built > 0.0 { state.parts_into(&mut self.parts) } else { 0.0 };
            if total > 0.0 {
                let amount = subscribers * state.built;
                let governed = if network.government { amount } else { 0.0 };
                for ((part, all), government) in self.parts.iter().zip(&mut all[layer]).zip(&mut government[layer]) {
                    let share = part / total;
                    *all += share * amount;
                    *government += share * governed;
                }
            }
        }
        installed.subscribers += subscribers;
        let built = layers.0[2].built * subscribers;
        weight[0] += subscribers;
        weight[1] += built;
        if network.government {
            weight[2] += subscribers;
            weight[3] += built;
        }
    }

    /// Divides the sums by their weights, so that they become shares.
    pub fn normalise(&mut self, equipment: &mut Equipment) {
        for (installed, weight) in equipment.0.iter_mut().zip(&self.weights) {
            let Installed { layers, government, traffic_5g, government_5g, .. } = installed;
            normalise(layers, weight[0], weight[1]);
            normalise(government, weight[2], weight[3]);
            *traffic_5g = if weight[0] > 0.0 { weight[1] / weight[0] } else { 0.0 };
            *government_5g = if weight[2] > 0.0 { weight[3] / weight[2] } else { 0.0 };
        }
    }
}
