//! The plan of a world: a scenario with every id resolved and every initial value computed. All runs start from it.
use super::rank::rank;
use super::ties;
use crate::access::facts::Facts;
use crate::quarter::agreements::{depend, derive};
use crate::scenario::Scenario;
use crate::scenario::format::{Mix, NationEntry, NetworkEntry, RuleEntry, ScenarioFile, VendorEntry};
use crate::world::agreement::{Agreement, Covenant, Members};
use crate::world::bonds::{Bonds, GroupBond};
use crate::world::chance::{Chance, Stream, subject};
use crate::world::clock::Quarter;
use crate::world::effect::Effect;
use crate::world::ids::{AgreementId, GroupId, MissionId, NationId, NetworkId, Roster, RuleId};
use crate::world::levels::{Action, MissionStatus, Stance, Traffic};
use crate::world::matrix::Matrix;
use crate::world::mission::{Mission, Outreach};
use crate::world::model::Model;
use crate::world::nation::{Belief, Profile};
use crate::world::network::Network;
use crate::world::rule::Rule;
use crate::world::sets::NationSet;
use crate::world::setting::Names;
use crate::world::text::Text;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A vendor, before it is drawn whether it is compromised.
#[derive(Clone, Debug)]
pub struct VendorPlan {
    /// The hash of its id, which addresses its random numbers.
    pub subject: u64,
    /// Price of its equipment; 1 is the market price.
    pub price: f64,
    /// Quality of its equipment; 1 is the market average.
    pub quality: f64,
    /// The nations that list it as a risk at the start.
    pub flagged_by: NationSet,
    /// The probability that it is compromised, 0 to 1.
    pub compromised_probability: f64,
}

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
    /// Nations: hash of the id, profile, and stance and belief at the start.
    pub nations: Vec<(u64, Profile, Stance, Belief)>,
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
        derive(&mut covenant, &facts, agreements.iter().map(|(a, m)| (a, m)));
        let profiles: Vec<&Profile> = nations.iter().map(|(_, profile, ..)| profile).collect();
        let mut dependence = Matrix::filled(resolver.n, 0.0);
        depend(&mut dependence, &covenant, &profiles, &model.level_probabilities());
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

    /// The same scenario with other parameters: what depends on them is computed again, the rest is shared.
    pub fn with_model(&self, scenario: &Scenario, model: &Model) -> Self {
        let resolver = Resolver { scenario, file: &scenario.file, model, n: self.nations.len() };
        let mut nations = self.nations.clone();
        for ((_, profile, _, belief), entry) in nations.iter_mut().zip(scenario.file.nations.values()) {
            profile.threat = ties::threat(&scenario.file, model, entry);
            *belief = resolver.belief(entry);
        }
        let profiles: Vec<&Profile> = nations.iter().map(|(_, profile, ..)| profile).collect();
        let mut dependence = self.dependence.clone();
        if model.level_mix != self.model.level_mix {
            depend(&mut dependence, &self.covenant, &profiles, &model.level_probabilities());
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

/// The inputs of a plan.
struct Resolver<'a> {
    scenario: &'a Scenario,
    file: &'a ScenarioFile,
    model: &'a Model,
    n: usize,
}

impl Resolver<'_> {
    fn nation(&self, id: &str) -> NationId {
        NationId::new(rank(&self.scenario.rosters.nations, id))
    }

    fn set(&self, ids: &[String]) -> NationSet {
        NationSet::from_members(self.n, ids.iter().map(|id| self.nation(id)))
    }

    fn nations(&self) -> Vec<(u64, Profile, Stance, Belief)> {
        let trade_with = ties::homes_of_flagged(self.file);
        let nations = self.file.nations.iter();
        nations
            .map(|(id, entry)| (subject(id), self.profile(entry, &trade_with), entry.stance, self.belief(entry)))
            .collect()
    }

    fn profile(&self, entry: &NationEntry, trade_with: &BTreeSet<String>) -> Profile {
        Profile {
            intelligence: entry.intelligence,
            alignment: entry.alignment_share,
            threat: ties::threat(self.file, self.model, entry),
            cost_sensitivity: entry.cost_sensitivity_share,
            trade: entry.export_share.iter().filter(|(to, _)| trade_with.contains(*to)).map(|(_, s)| s).sum(),
            clearance: entry.clearance,
            rollout_start: entry.rollout_start.parse().expect("the loader has read every quarter"),
            rollout_years: entry.rollout_years,
        }
    }

    fn belief(&self, entry: &NationEntry) -> Belief {
        let prior = Belief::log_odds_of(entry.belief_share.unwrap_or(self.model.belief_prior_share));
        Belief { log_odds: prior, prior }
    }

    fn vendors(&self) -> Vec<VendorPlan> {
        let flagged_ever = ties::flagged_ever(self.file);
        self.file.vendors.iter().map(|(id, entry)| self.vendor(id, entry, flagged_ever.contains(id))).collect()
    }

    fn vendor(&self, id: &str, entry: &VendorEntry, flagged_ever: bool) -> VendorPlan {
        let suspected = if flagged_ever { self.model.compromised_probability } else { 0.0 };
        VendorPlan {
            subject: subject(id),
            price: entry.price_index,
            quality: entry.quality_index,
            flagged_by: self.set(&entry.flagged_by),
            compromised_probability: entry.compromised_probability.unwrap_or(suspected),
        }
    }

    fn mix(&self, mix: &Mix) -> Vec<f64> {
        let mut shares = vec![0.0; self.scenario.rosters.vendors.len()];
        let total: f64 = mix.values().sum();
        for (vendor, share) in mix {
            shares[rank(&self.scenario.rosters.vendors, vendor)] = share / total;
        }
        shares
    }

    fn networks(&self) -> Vec<(Network, [Vec<f64>; 3])> {
        let mut networks = Vec::with_capacity(self.file.networks.len());
        for (at, (id, entry)) in self.file.networks.iter().enumerate() {
            let mixes = [self.mix(&entry.core), self.mix(&entry.access_4g), self.mix(&entry.access_5g)];
            networks.push((self.network(NetworkId::new(at), id, entry), mixes));
        }
        networks
    }

    fn network(&self, id: NetworkId, name: &str, entry: &NetworkEntry) -> Network {
        Network {
            id,
            subject: subject(name),
            nation: self.nation(&entry.nation),
            subscribers: entry.subscribers_million,
            public: entry.traffic.contains(&Traffic::Public),
            government: entry.traffic.contains(&Traffic::Government),
        }
    }

    fn missions(&self) -> Vec<(Mission, MissionStatus)> {
        let mut missions = Vec::with_capacity(self.file.missions.len());
        for (at, entry) in self.file.missions.values().enumerate() {
            let mission = Mission {
                id: MissionId::new(at),
                sender: self.nation(&entry.sender),
                host: self.nation(&entry.host),
                kind: entry.kind,
                weight: f64::from(entry.posts_count) + f64::from(entry.troops) / 1000.0,
            };
            missions.push((mission, entry.status));
        }
        missions
    }

    fn agreements(&self) -> Vec<(Agreement, Members)> {
        let mut agreements = Vec::with_capacity(self.file.agreements.len());
        for (at, entry) in self.file.agreements.values().enumerate() {
            let agreement = Agreement { id: AgreementId::new(at), kind: entry.kind, ceiling: entry.ceiling };
            agreements.push((agreement, Members(self.set(&entry.members))));
        }
        agreements
    }

    fn rules(&self) -> Vec<Rule> {
        self.file.rules.iter().enumerate().map(|(at, (id, entry))| self.rule(RuleId::new(at), id, entry)).collect()
    }

    fn rule(&self, id: RuleId, name: &str, entry: &RuleEntry) -> Rule {
        Rule {
            id,
            subject: subject(name),
            owner: self.nation(&entry.owner),
            forbids_share: entry.forbids.contains(&Action::Share),
            forbids_work: entry.forbids.contains(&Action::WorkAlongside),
            forbids_colocate: entry.forbids.contains(&Action::CoLocate),
            grace: entry.grace_quarters,
            enforcement: entry.enforcement,
            tear_line: entry.tear_line,
        }
    }

    fn facts(&self, nations: &[(u64, Profile, Stance, Belief)], agreements: &[(Agreement, Members)]) -> Facts {
        let file = self.file;
        let mut facts =
            Facts::blank(self.n, file.groups.len(), file.agreements.len(), file.facts.len(), file.rules.len());
        for (group, entry) in file.groups.values().enumerate() {
            facts.groups[GroupId::new(group).index()] = self.set(&entry.members);
        }
        for (at, (_, members)) in agreements.iter().enumerate() {
            facts.agreements[at].clone_from(&members.0);
        }
        for (at, (_, profile, stance, _)) in nations.iter().enumerate() {
            facts.stance[at] = stance.rank() as i64;
            facts.clearance[at] = profile.clearance.rank() as i64;
            facts.alignment_percent[at] = libm::round(profile.alignment * 100.0) as i64;
        }
        for (fact, (id, entry)) in file.facts.iter().enumerate() {
            let value = |nation: &NationEntry| *nation.facts.get(id).unwrap_or(&entry.default);
            facts.declared[fact] = file.nations.values().map(|nation| value(nation).number()).collect();
        }
        facts
    }

    fn names(&self) -> Names {
        let texts = |roster: &Roster| roster.ids().map(Text::from).collect();
        let rosters = &self.scenario.rosters;
        Names {
            nations: texts(&rosters.nations),
            titles: self.file.nations.values().map(|nation| nation.name.as_str().into()).collect(),
            cow_codes: self.file.nations.values().map(|nation| nation.cow_code).collect(),
            vendors: texts(&rosters.vendors),
            networks: texts(&rosters.networks),
            missions: texts(&rosters.missions),
            agreements: texts(&rosters.agreements),
            rules: texts(&rosters.rules),
            events: self.scenario.timeline.iter().map(|event| event.id.as_str().into()).collect(),
        }
    }
}
