//! The start of a run: builds every layer and sums the installed equipment by nation.
use super::installed::Sums;
use super::layer::rollout;
use crate::world::clock::Quarter;
use crate::world::levels::Layer;
use crate::world::nation::Profile;
use crate::world::network::{Equipment, Installed, Layers, Network};
use crate::world::setting::{Roll, Setting};
use crate::world::vendor::VendorList;
use bevy_ecs::prelude::*;

/// Builds every layer from its mix: core and 4G in full, 5G up to the present share of the nation's roll-out.
pub fn reset(world: &mut World) {
    let Setting { start, nations, .. } = *world.resource::<Setting>();
    let vendors = world.resource::<VendorList>().len();
    let mut equipment = world.remove_resource::<Equipment>().unwrap_or_default();
    equipment.0.resize(nations, Installed::default());
    let mut sums = Sums::default();
    sums.clear(&mut equipment, vendors);
    world.resource_scope(|world, roll: Mut<Roll>| build(world, &roll, start, &mut sums, &mut equipment));
    sums.normalise(&mut equipment);
    world.insert_resource(equipment);
}

fn build(world: &mut World, roll: &Roll, start: Quarter, sums: &mut Sums, equipment: &mut Equipment) {
    let mut profiles = world.query::<&Profile>();
    let built_5g = |profile: &Profile| rollout(start, profile.rollout_start, profile.rollout_years);
    let built_5g: Vec<f64> = profiles.iter_many(world, &roll.nations).matched().map(built_5g).collect();
    let mut networks = world.query::<(&Network, &mut Layers)>();
    let mut networks = networks.iter_many_mut(world, &roll.networks).matched();
    while let Some((network, mut layers)) = networks.fetch_next() {
        for (kind, state) in Layer::ALL.iter().zip(&mut layers.0) {
            state.install(match kind {
                Layer::Access5g => built_5g[network.nation.index()],
                Layer::Core | Layer::Access4g => 1.0,
            });
        }
        sums.add(equipment, network, &layers);
    }
}
