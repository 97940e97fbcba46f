//! A world from a plan: entities in identity order, and the resources that hold what lies between them.
use super::plan::Plan;
use crate::access::grants::Grants;
use crate::access::{Policies, Scratch};
use crate::history::Detail;
use crate::quarter::access::Declared;
use crate::quarter::compromise::Undiscovered;
use crate::quarter::measures::Ledger;
use crate::quarter::procurement::{install, rollout};
use crate::world::chance::{Chance, Stream, within};
use crate::world::effect::Timeline;
use crate::world::ids::{NationId, VendorId};
use crate::world::levels::{Layer, MissionKind, MissionStatus};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::mission::{HostedBy, Outreach, Presence, SentBy};
use crate::world::nation::{Attention, Nation, Position, Pressure};
use crate::world::network::{Equipment, Installed, LayerState, Layers, OperatesIn, Supplier};
use crate::world::news::News;
use crate::world::record::{Because, Chronicle};
use crate::world::report::{Archive, Clearances};
use crate::world::rule::{Application, Course, Restrictions};
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Halt, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::ties::{Credibility, Dependence, Flow, Guarantor, Reading, Trust};
use crate::world::vendor::{Standing, Vendor, VendorList};
use bevy_ecs::message::Messages;
use bevy_ecs::prelude::*;

/// A world at the start of a run.
pub fn spawn(plan: &Plan, policies: &Policies, chance: Chance, detail: Detail) -> World {
    let mut world = World::new();
    let mut roll = Roll::default();
    spawn_nations(&mut world, &mut roll, plan);
    spawn_vendors(&mut world, &mut roll, plan, chance);
    spawn_networks(&mut world, &mut roll, plan, chance);
    spawn_missions(&mut world, &mut roll, plan);
    for (agreement, members) in &plan.agreements {
        roll.agreements.push(world.spawn((*agreement, members.clone())).id());
    }
    let n = plan.nations.len();
    for rule in &plan.rules {
        let course = Course {
            announced: None,
            because: Because::Start,
            towards: vec![Application::Clear; n],
            spared: NationSet::none(n),
        };
        roll.rules.push(world.spawn((rule.clone(), course)).id());
    }
    world.insert_resource(roll);
    insert_given(&mut world, plan, policies, chance, detail);
    insert_blank(&mut world, plan);
    world
}

fn spawn_nations(world: &mut World, roll: &mut Roll, plan: &Plan) {
    for (at, (subject, profile, stance, belief)) in plan.nations.iter().enumerate() {
        let nation = Nation { id: NationId::new(at), subject: *subject };
        let position = Position { stance: *stance, since: plan.start, because: Because::Start };
        let pressure = Pressure { missions_working: 1.0, ..Pressure::default() };
        let attention = Attention { until: None, because: Because::Start };
        roll.nations.push(world.spawn((nation, profile.clone(), position, *belief, attention, pressure)).id());
    }
}

fn spawn_vendors(world: &mut World, roll: &mut Roll, plan: &Plan, chance: Chance) {
    let mut list = VendorList::default();
    for (at, vendor) in plan.vendors.iter().enumerate() {
        let draw = chance.uniform(Stream::Compromised, vendor.subject, plan.start, 0);
        let compromised = draw < vendor.compromised_probability;
        let covered = plan.guarantor.0.is_some_and(|guarantor| vendor.flagged_by.contains(guarantor));
        list.covered.push(covered);
        list.flagged_by.push(vendor.flagged_by.clone());
        list.embargo.push(0.0);
        list.compromised.push(compromised);
        list.price.push(vendor.price);
        list.quality.push(vendor.quality);
        let what = Vendor {
            id: VendorId::new(at),
            subject: vendor.subject,
            price: vendor.price,
            quality: vendor.quality,
            compromised,
        };
        let standing = Standing { flagged_by: vendor.flagged_by.clone(), embargo: 0.0 };
        roll.vendors.push(world.spawn((what, standing)).id());
    }
    world.insert_resource(list);
}

fn spawn_networks(world: &mut World, roll: &mut Roll, plan: &Plan, chance: Chance) {
    let mut equipment = Equipment(vec![Installed::default(); plan.nations.len()]);
    let mut layers = Vec::with_capacity(plan.networks.len());
    for (network, mixes) in &plan.networks {
        let (_, profile, ..) = &plan.nations[network.nation.index()];
        let state = |kind: &Layer| {
            let built = match kind {
                Layer::Access5g => rollout(plan.start, profile.rollout_start, profile.rollout_years),
                Layer::Core | Layer::Access4g => 1.0,
            };
            let mix = &mixes[kind.rank()];
            LayerState {
                standing: mix.iter().map(|share| share * built).collect(),
                bought: Vec::new(),
                mix: mix.clone(),
                built,
                supplier: Supplier::Mix,
                expires: plan.first_expiry(chance, within(network.subject, kind.rank() as u64)),
                because: Because::Start,
            }
        };
        layers.push(Layers([state(&Layer::Core), state(&Layer::Access4g), state(&Layer::Access5g)]));
    }
    install(&mut equipment, plan.vendors.len(), plan.networks.iter().map(|(network, _)| network).zip(&layers));
    for ((network, _), layers) in plan.networks.iter().zip(layers) {
        let home = OperatesIn(roll.nation(network.nation));
        roll.networks.push(world.spawn((network.clone(), layers, home)).id());
    }
    world.insert_resource(equipment);
}

fn spawn_missions(world: &mut World, roll: &mut Roll, plan: &Plan) {
    let n = plan.nations.len();
    let mut outreach = Outreach {
        has_mission: BitMatrix::none(n),
        outposts: Matrix::filled(n, 0.0),
        withdrawn: 0,
        all_open: true,
        clean_path: NationSet::none(n),
    };
    for (mission, status) in &plan.missions {
        outreach.has_mission.set(mission.sender, mission.host, true);
        if mission.kind == MissionKind::Outpost {
            outreach.outposts[(mission.sender, mission.host)] += mission.weight;
        }
        outreach.all_open &= *status == MissionStatus::Open;
        outreach.withdrawn += u32::from(*status == MissionStatus::Withdrawn);
        // What is closed at the start stays closed until an event opens it.
        let by_event = *status != MissionStatus::Open;
        let presence =
            Presence { status: *status, since: plan.start, allowed_since: None, by_event, because: Because::Start };
        let ends = (SentBy(roll.nation(mission.sender)), HostedBy(roll.nation(mission.host)));
        roll.missions.push(world.spawn((mission.clone(), presence, ends)).id());
    }
    share_out(&mut outreach.outposts, n);
    world.insert_resource(outreach);
}

/// Weights of outposts as parts of all outposts of their sender.
fn share_out(outposts: &mut Matrix<f64>, n: usize) {
    for sender in crate::world::setting::everyone(n) {
        let row = outposts.row_mut(sender);
        let total: f64 = row.iter().sum();
        if total > 0.0 {
            row.iter_mut().for_each(|part| *part /= total);
        }
    }
}

/// What the plan gives.
fn insert_given(world: &mut World, plan: &Plan, policies: &Policies, chance: Chance, detail: Detail) {
    let n = plan.nations.len();
    world.insert_resource(Setting { chance, model: plan.model.clone(), start: plan.start, end: plan.end, nations: n });
    world.insert_resource(Clock(plan.start));
    world.insert_resource(plan.names.clone());
    world.insert_resource(plan.facts.clone());
    world.insert_resource(plan.covenant.clone());
    world.insert_resource(Trust { now: plan.trust.clone(), initial: plan.trust.clone() });
    world.insert_resource(Dependence(plan.dependence.clone()));
    world.insert_resource(Credibility(vec![plan.model.credibility_share; n]));
    let (nation, reliance) = plan.guarantor.clone();
    world.insert_resource(Guarantor { nation, reliance, campaign: 0.0 });
    world.insert_resource(Timeline { events: plan.timeline.clone(), next: 0, applied: Vec::new() });
    let clearances: Vec<_> = plan.nations.iter().map(|(_, profile, ..)| profile.clearance).collect();
    world.insert_resource(Clearances::new(&clearances));
    world.insert_resource(policies.clone());
    world.insert_resource(Scratch::new());
    world.insert_resource(Chronicle { on: detail.full, ..Chronicle::default() });
    world.insert_resource(Tally::new(n, detail.full));
    world.insert_resource(Ledger::new(n, detail));
}

/// What starts empty.
fn insert_blank(world: &mut World, plan: &Plan) {
    let n = plan.nations.len();
    world.insert_resource(Halt::default());
    world.insert_resource(Reading(vec![1.0; n]));
    world.insert_resource(Flow { permitted: Matrix::filled(n, 0.0), due: Matrix::filled(n, 0.0) });
    world.insert_resource(Grants::none(n));
    world.insert_resource(Declared(Grants::none(n)));
    world.insert_resource(Restrictions { pairs: BitMatrix::none(n), ..Restrictions::default() });
    world.insert_resource(Archive::default());
    world.insert_resource(Undiscovered::default());
    world.init_resource::<Messages<News>>();
}
