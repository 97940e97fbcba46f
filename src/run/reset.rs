//! The start of a run: sets all state of a new or a used world to the initial values of the plan.
use super::plan::{Plan, VendorPlan};
use crate::access::facts::Facts;
use crate::history::Detail;
use crate::quarter;
use crate::world::agreement::{Covenant, Members};
use crate::world::archive::Archive;
use crate::world::chance::{Chance, Stream, within};
use crate::world::effect::Timeline;
use crate::world::grants::Grants;
use crate::world::levels::{Layer, MissionStatus};
use crate::world::matrix::BitMatrix;
use crate::world::mission::{Outreach, Presence};
use crate::world::nation::{Attention, Belief, Position, Pressure};
use crate::world::network::{LayerState, Layers};
use crate::world::news::News;
use crate::world::record::{Because, DecisionLog};
use crate::world::report::Clearances;
use crate::world::rule::{Application, Restrictions, RuleProgress};
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Halt, Roll, Setting};
use crate::world::tally::Tally;
use crate::world::ties::{ChangedTies, Credibility, Dependence, Giving, Guarantor, ReadableShare, Trust};
use crate::world::vendor::{VendorList, VendorState};
use bevy_ecs::message::Messages;
use bevy_ecs::prelude::*;

/// Resets a world to the start of a run. Uses its memory again, and drops messages that were not read.
pub fn reset(world: &mut World, plan: &Plan, chance: Chance, detail: Detail) {
    world.resource_mut::<Messages<News>>().clear();
    world.resource_scope(|world, roll: Mut<Roll>| {
        reset_nations(world, &roll, plan);
        reset_vendors(world, &roll, plan, chance);
        reset_networks(world, &roll, plan, chance);
        let mut missions = world.query::<&mut Presence>();
        each(&mut missions, world, &roll.missions, |at, presence| {
            *presence = initial_presence(plan, plan.missions[at].1)
        });
        let mut agreements = world.query::<&mut Members>();
        each(&mut agreements, world, &roll.agreements, |at, members| members.clone_from(&plan.agreements[at].1));
        let mut rules = world.query::<&mut RuleProgress>();
        each(&mut rules, world, &roll.rules, |_, course| *course = initial_rule_progress(plan));
    });
    insert_given(world, plan, chance, detail);
    insert_blank(world, plan);
    quarter::reset(world);
}

/// Calls `change` with the index and the component of each entity of a list.
fn each<C: Component<Mutability = bevy_ecs::component::Mutable>>(
    query: &mut QueryState<&mut C>,
    world: &mut World,
    roll: &[Entity],
    mut change: impl FnMut(usize, &mut C),
) {
    let mut turn = query.iter_many_mut(world, roll).matched();
    let mut at = 0;
    while let Some(mut component) = turn.fetch_next() {
        change(at, &mut component);
        at += 1;
    }
}

/// Resets nations. Profiles are inserted again because they depend on parameters, which a run may draw.
fn reset_nations(world: &mut World, roll: &Roll, plan: &Plan) {
    for (entity, (_, profile, ..)) in roll.nations.iter().zip(&plan.nations) {
        world.entity_mut(*entity).insert(profile.clone());
    }
    let mut nations = world.query::<(&mut Position, &mut Belief, &mut Attention, &mut Pressure)>();
    let mut turn = nations.iter_many_mut(world, &roll.nations).matched();
    let mut plans = plan.nations.iter();
    while let (Some((mut position, mut belief, mut attention, mut pressure)), Some((_, _, stance, first))) =
        (turn.fetch_next(), plans.next())
    {
        *position = Position::new(*stance, plan.start);
        *belief = *first;
        *attention = Attention { until: None, because: Because::Start };
        *pressure = Pressure { missions_working: 1.0, ..Pressure::default() };
    }
}

/// The state of a vendor at the start.
pub fn initial_vendor_state(vendor: &VendorPlan) -> VendorState {
    VendorState { flagged_by: vendor.flagged_by.clone(), embargo: 0.0 }
}

fn reset_vendors(world: &mut World, roll: &Roll, plan: &Plan, chance: Chance) {
    let mut list = VendorList::default();
    for vendor in &plan.vendors {
        let draw = chance.uniform(Stream::Compromised, vendor.subject, plan.start, 0);
        let covered = plan.guarantor.0.is_some_and(|guarantor| vendor.flagged_by.contains(guarantor));
        list.covered.push(covered);
        list.flagged_by.push(vendor.flagged_by.clone());
        list.embargo.push(0.0);
        list.compromised.push(draw < vendor.compromised_probability);
        list.price.push(vendor.price);
        list.quality.push(vendor.quality);
    }
    world.insert_resource(list);
    let mut states = world.query::<&mut VendorState>();
    each(&mut states, world, &roll.vendors, |at, state| *state = initial_vendor_state(&plan.vendors[at]));
}

/// The layers of a network with these mixes of vendors, before the contracts of a run are drawn.
pub fn initial_layers(mixes: &[Vec<f64>; 3]) -> Layers {
    Layers(mixes.each_ref().map(|mix| LayerState::unbuilt(mix)))
}

fn reset_networks(world: &mut World, roll: &Roll, plan: &Plan, chance: Chance) {
    let mut networks = world.query::<&mut Layers>();
    each(&mut networks, world, &roll.networks, |at, layers| {
        let (network, mixes) = &plan.networks[at];
        for kind in Layer::ALL {
            let state = &mut layers.0[kind.rank()];
            state.wanted.copy_from_slice(&mixes[kind.rank()]);
            state.instead.fill(0.0);
            state.order.copy_from_slice(&mixes[kind.rank()]);
            state.expires = plan.first_expiry(chance, within(network.subject, kind.rank() as u64));
            state.because = Because::Start;
        }
    });
}

/// A mission at the start. One that is closed stays closed until an event opens it.
pub fn initial_presence(plan: &Plan, status: MissionStatus) -> Presence {
    let by_event = status != MissionStatus::Open;
    Presence { status, since: plan.start, allowed_since: None, by_event, because: Because::Start }
}

/// A rule at the start: not announced, and applied to no nation.
pub fn initial_rule_progress(plan: &Plan) -> RuleProgress {
    let n = plan.nations.len();
    RuleProgress {
        announced: None,
        because: Because::Start,
        towards: vec![Application::Clear; n],
        spared: NationSet::none(n),
    }
}

/// Inserts the resources whose values the plan gives.
fn insert_given(world: &mut World, plan: &Plan, chance: Chance, detail: Detail) {
    let n = plan.nations.len();
    let model = plan.model.clone();
    world.insert_resource(Setting { chance, model, start: plan.start, end: plan.end, nations: n, hub: plan.hub });
    world.insert_resource(Clock(plan.start));
    world.insert_resource(Facts::clone(&plan.facts));
    world.insert_resource(Covenant::clone(&plan.covenant));
    world.insert_resource(Outreach::clone(&plan.outreach));
    world.insert_resource(Trust::new(&plan.trust));
    world.insert_resource(plan.bonds.clone());
    let mut giving = Giving::new(n);
    giving.weigh(&plan.dependence, plan.model.giving_reserve_share);
    world.insert_resource(giving);
    world.insert_resource(ChangedTies(BitMatrix::none(n)));
    world.insert_resource(Dependence(plan.dependence.clone()));
    world.insert_resource(Credibility(vec![plan.model.credibility_share; n]));
    let (nation, reliance) = plan.guarantor.clone();
    world.insert_resource(Guarantor { nation, reliance, campaign: 0.0 });
    let applied = Vec::with_capacity(plan.timeline.len());
    world.insert_resource(Timeline { events: plan.timeline.clone(), next: 0, applied });
    let clearances: Vec<_> = plan.nations.iter().map(|(_, profile, ..)| profile.clearance).collect();
    world.insert_resource(Clearances::new(&clearances));
    world.insert_resource(DecisionLog { on: detail.full, ..DecisionLog::default() });
    world.insert_resource(Tally::new(n, detail.full));
    world.insert_resource(detail);
}

/// Inserts the resources that start empty.
fn insert_blank(world: &mut World, plan: &Plan) {
    let n = plan.nations.len();
    world.insert_resource(Halt::default());
    world.insert_resource(ReadableShare(vec![1.0; n]));
    world.insert_resource(Grants::none(n));
    world.insert_resource(Restrictions { pairs: BitMatrix::none(n), ..Restrictions::default() });
    world.get_resource_or_init::<Archive>().clear();
}
