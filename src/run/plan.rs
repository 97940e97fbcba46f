//! The plan of a world: a scenario with every id resolved and every initial value computed. All runs start from it.
mod resolver;

use super::ties;
use crate::access::facts::Facts;
use crate::quarter::agreements::{depend, derive};
use crate::scenario::Scenario;
use crate::world::agreement::{Agreement, Covenant, Members};
use crate::world::bonds::{Bonds, GroupBond};
use crate::world::chance::{Chance, Stream};
use crate::world::clock::Quarter;
use crate::world::effect::Effect;
use crate::world::ids::NationId;
use crate::world::levels::{MissionStatus, Stance};
use crate::world::matrix::Matrix;
use crate::world::mission::{Mission, Outreach};
use crate::world::model::Model;
use crate::world::nation::{Belief, Profile};
use crate::world::network::Network;
use crate::world::rule::Rule;
use crate::world::setting::Names;
use resolver::Resolver;
use std::sync::Arc;

pub use resolver::VendorPlan;

/// A nation: hash of the id, profile, and stance and belief at the start.
pub type NationPlan = (u64, Profile, Stance, Belief);

/// A scenario with one set of parameters, resolved. Lists are in identity order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The parameters.
    pub model: Model,
    /// First quarter.
    pub start: Quarter,
    /// Last quarter.
    pub end: Quarter,
    /// The nation whose flows are measured apart from all others.
    pub hub: NationId,
    /// Nations.
    pub nations: Vec<NationPlan>,
    /// Vendors.
    pub vendors: Vec<VendorPlan>,
    /// Networks, with the vendor mix of each layer.
    pub networks: Arc<[(Network, [Vec<f64>; 3])]>,
    /// Missions and their status at the start.
    pub missions: Arc<[(Mission, MissionStatus)]>,
    /// Missions summed over pairs of nations, at the start.
    pub outreach: Arc<Outreach>,
    /// Agreements and their members at the start.
    pub agreements: Arc<[(Agreement, Members)]>,
    /// Rules.
    pub rules: Arc<[Rule]>,
    /// Effects in the order they are applied.
    pub timeline: Arc<[(Quarter, Effect)]>,
    /// What rules may read at the start.
    pub facts: Arc<Facts>,
    /// What agreements allow at the start.
    pub covenant: Arc<Covenant>,
    /// What trust and reliance rest on.
    pub bonds: Bonds,
    /// What every pair has by common groups at the start.
    shared: Arc<Matrix<GroupBond>>,
    /// Trust at the start.
    pub trust: Matrix<f64>,
    /// Of all that a nation could read at full trust, each producer's share, at the start.
    pub dependence: Matrix<f64>,
    /// The nation on which others rely, if any, and how much each does (0 to 1).
    pub guarantor: (Option<NationId>, Vec<f64>),
    /// Names and ids by identity.
    pub names: Arc<Names>,
}

impl Plan {
    /// Resolves a checked scenario with these parameters.
    pub fn new(scenario: &Scenario, model: &Model) -> Self {
        let file = &scenario.file;
        let rosters = &scenario.rosters;
        let resolver = Resolver { scenario, file, model, n: rosters.nations.len() };
        let nations = resolver.nations();
        let missions = resolver.missions();
        let agreements = resolver.agreements();
        let facts = resolver.facts(&nations, &agreements);
        let mut covenant = Covenant::none(resolver.n);
        derive(&mut covenant, &facts, &agreements.iter().map(|(a, m)| (a, m)).collect::<Vec<_>>());
        let profiles: Vec<&Profile> = nations.iter().map(|(_, profile, ..)| profile).collect();
        let mut dependence = Matrix::filled(resolver.n, 0.0);
        depend(&mut dependence, &covenant, &profiles, model);
        let bonds = ties::bonds(scenario, &missions);
        let shared = ties::shared(&bonds, &facts.groups);
        let guarantor = ties::guarantor(scenario);
        let reliance = bonds.reliance(model, guarantor, &profiles, &covenant, &facts.groups);
        Self {
            outreach: ties::outreach(resolver.n, &missions).into(),
            vendors: resolver.vendors(),
            networks: resolver.networks().into(),
            rules: resolver.rules().into(),
            timeline: scenario.timeline.iter().map(|event| (event.quarter, event.effect.clone())).collect(),
            names: Arc::new(resolver.names()),
            start: scenario.start,
            end: scenario.end,
            hub: scenario.hub(),
            guarantor: (guarantor, reliance),
            model: model.clone(),
            trust: ties::trust(model, &bonds, &shared),
            shared: shared.into(),
            bonds,
            nations,
            missions: missions.into(),
            agreements: agreements.into(),
            facts: facts.into(),
            covenant: covenant.into(),
            dependence,
        }
    }

    /// The same scenario with other parameters and with this `intelligence` of each nation: what depends on them is
    /// computed again, the rest is shared. Hub and guarantor stay.
    pub fn with(&self, scenario: &Scenario, model: &Model, intelligence: &[f64]) -> Self {
        let resolver = Resolver { scenario, file: &scenario.file, model, n: self.nations.len() };
        let mut nations = self.nations.clone();
        let given = scenario.file.nations.values().zip(intelligence);
        for ((_, profile, _, belief), (entry, intelligence)) in nations.iter_mut().zip(given) {
            profile.intelligence = resolver.output(*intelligence);
            profile.threat = ties::threat(&scenario.file, model, entry);
            *belief = resolver.belief(entry);
        }
        let profiles: Vec<&Profile> = nations.iter().map(|(_, profile, ..)| profile).collect();
        let mut dependence = self.dependence.clone();
        let value = |model: &Model| (model.level_probabilities(), model.values_of_reports());
        let output = |plan: &[NationPlan]| plan.iter().map(|(_, profile, ..)| profile.intelligence).collect::<Vec<_>>();
        if value(model) != value(&self.model) || output(&nations) != output(&self.nations) {
            depend(&mut dependence, &self.covenant, &profiles, model);
        }
        let reliance = self.bonds.reliance(model, self.guarantor.0, &profiles, &self.covenant, &self.facts.groups);
        Self {
            vendors: resolver.vendors(),
            guarantor: (self.guarantor.0, reliance),
            model: model.clone(),
            trust: ties::trust(model, &self.bonds, &self.shared),
            dependence,
            nations,
            start: self.start,
            end: self.end,
            hub: self.hub,
            networks: self.networks.clone(),
            missions: self.missions.clone(),
            outreach: self.outreach.clone(),
            agreements: self.agreements.clone(),
            rules: self.rules.clone(),
            timeline: self.timeline.clone(),
            facts: self.facts.clone(),
            covenant: self.covenant.clone(),
            bonds: self.bonds.clone(),
            shared: self.shared.clone(),
            names: self.names.clone(),
        }
    }

    /// The quarter in which the first contract of a layer ends, drawn uniformly over the length of a contract: at the
    /// start contracts are of all ages. `luck` is the hash that addresses the draw.
    pub fn first_expiry(&self, chance: Chance, luck: u64) -> Quarter {
        let quarters = self.model.contract_years * 4.0;
        self.start.plus((chance.uniform(Stream::ContractAge, luck, self.start, 0) * quarters) as u32)
    }
}
