//! A new world from a plan: entities in identity order, and resources that no run changes.
use super::plan::Plan;
use super::reset::{initial_layers, initial_presence, initial_rule_progress, initial_vendor_state, reset};
use crate::access::{Policies, Scratch};
use crate::history::Detail;
use crate::world::chance::Chance;
use crate::world::ids::{NationId, VendorId};
use crate::world::mission::{HostedBy, SentBy};
use crate::world::nation::{Attention, Nation, Position, Pressure};
use crate::world::network::OperatesIn;
use crate::world::news::News;
use crate::world::record::Because;
use crate::world::setting::{Names, Roll};
use crate::world::subjects::Subjects;
use crate::world::vendor::Vendor;
use bevy_ecs::message::Messages;
use bevy_ecs::prelude::*;

/// Makes a new world at the start of a run.
pub fn spawn(plan: &Plan, policies: &Policies, subjects: &Subjects, chance: Chance, detail: Detail) -> World {
    let mut world = World::new();
    let mut roll = Roll::default();
    spawn_nations(&mut world, &mut roll, plan);
    for (at, vendor) in plan.vendors.iter().enumerate() {
        let what =
            Vendor { id: VendorId::new(at), subject: vendor.subject, price: vendor.price, quality: vendor.quality };
        roll.vendors.push(world.spawn((what, initial_vendor_state(vendor))).id());
    }
    for (network, mixes) in plan.networks.iter() {
        let home = OperatesIn(roll.nation(network.nation));
        roll.networks.push(world.spawn((network.clone(), initial_layers(mixes), home)).id());
    }
    for (mission, status) in plan.missions.iter() {
        let ends = (SentBy(roll.nation(mission.sender)), HostedBy(roll.nation(mission.host)));
        roll.senders.push(mission.sender);
        roll.missions.push(world.spawn((mission.clone(), initial_presence(plan, *status), ends)).id());
    }
    for (agreement, members) in plan.agreements.iter() {
        roll.agreements.push(world.spawn((*agreement, members.clone())).id());
    }
    for rule in plan.rules.iter() {
        roll.rules.push(world.spawn((rule.clone(), initial_rule_progress(plan))).id());
    }
    world.insert_resource(roll);
    world.insert_resource(Names::clone(&plan.names));
    world.insert_resource(subjects.clone());
    world.insert_resource(policies.clone());
    world.insert_resource(Scratch::new());
    world.init_resource::<Messages<News>>();
    reset(&mut world, plan, chance, detail);
    world
}

fn spawn_nations(world: &mut World, roll: &mut Roll, plan: &Plan) {
    for (at, (subject, profile, stance, belief)) in plan.nations.iter().enumerate() {
        let nation = Nation { id: NationId::new(at), subject: *subject };
        let position = Position::new(*stance, plan.start);
        let attention = Attention { until: None, because: Because::Start };
        let state = (position, *belief, attention, Pressure::default());
        roll.nations.push(world.spawn((nation, profile.clone(), state)).id());
    }
}
