//! Resolves the ids of a scenario: what its tables say, as the parts of a plan.
use super::super::rank::rank;
use super::super::ties;
use crate::access::facts::Facts;
use crate::scenario::Scenario;
use crate::scenario::format::{Mix, NationEntry, NetworkEntry, RuleEntry, ScenarioFile, VendorEntry};
use crate::world::agreement::{Agreement, Members};
use crate::world::chance::subject;
use crate::world::ids::{AgreementId, GroupId, MissionId, NationId, NetworkId, Roster, RuleId};
use crate::world::levels::{Action, MissionStatus, PRODUCTS, Stance, Traffic};
use crate::world::mission::Mission;
use crate::world::model::Model;
use crate::world::nation::{Belief, Profile};
use crate::world::network::Network;
use crate::world::rule::Rule;
use crate::world::sets::NationSet;
use crate::world::setting::Names;
use crate::world::text::Text;
use std::collections::BTreeSet;

/// A nation: hash of the id, profile, and stance and belief at the start.
pub type NationPlan = (u64, Profile, Stance, Belief);

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

/// The inputs of a plan.
pub struct Resolver<'a> {
    pub scenario: &'a Scenario,
    pub file: &'a ScenarioFile,
    pub model: &'a Model,
    pub n: usize,
}

impl Resolver<'_> {
    fn nation(&self, id: &str) -> NationId {
        NationId::new(rank(&self.scenario.rosters.nations, id))
    }

    fn set(&self, ids: &[String]) -> NationSet {
        NationSet::from_members(self.n, ids.iter().map(|id| self.nation(id)))
    }

    pub fn nations(&self) -> Vec<NationPlan> {
        let trade_with = ties::homes_of_flagged(self.file);
        let nations = self.file.nations.iter();
        nations
            .map(|(id, entry)| (subject(id), self.profile(entry, &trade_with), entry.stance, self.belief(entry)))
            .collect()
    }

    fn profile(&self, entry: &NationEntry, trade_with: &BTreeSet<String>) -> Profile {
        Profile {
            intelligence: self.output(entry.intelligence),
            raw_share: entry.raw_share,
            alignment: entry.alignment_share,
            threat: ties::threat(self.file, self.model, entry),
            own_assessment: entry.own_assessment,
            duty_to_warn: entry.duty_to_warn,
            cost_sensitivity: entry.cost_sensitivity_share,
            trade: entry.export_share.iter().filter(|(to, _)| trade_with.contains(*to)).map(|(_, s)| s).sum(),
            clearance: entry.clearance,
            rollout_start: entry.rollout_start.parse().expect("the loader has read every quarter"),
            rollout_years: entry.rollout_years,
        }
    }

    /// The output of a nation with this `intelligence`.
    pub fn output(&self, intelligence: f64) -> f64 {
        libm::pow(intelligence, self.model.intelligence_power)
    }

    pub fn belief(&self, entry: &NationEntry) -> Belief {
        let prior = Belief::log_odds_of(entry.belief_share.unwrap_or(self.model.belief_prior_share));
        Belief { log_odds: prior, prior }
    }

    pub fn vendors(&self) -> Vec<VendorPlan> {
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

    pub fn networks(&self) -> Vec<(Network, [Vec<f64>; 3])> {
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

    pub fn missions(&self) -> Vec<(Mission, MissionStatus)> {
        let mut missions = Vec::with_capacity(self.file.missions.len());
        for (at, entry) in self.file.missions.values().enumerate() {
            let mission = Mission {
                id: MissionId::new(at),
                sender: self.nation(&entry.sender),
                host: self.nation(&entry.host),
                kind: entry.kind,
                weight: entry.value.unwrap_or(f64::from(entry.posts_count) + f64::from(entry.troops) / 1000.0),
            };
            missions.push((mission, entry.status));
        }
        missions
    }

    pub fn agreements(&self) -> Vec<(Agreement, Members)> {
        let mut agreements = Vec::with_capacity(self.file.agreements.len());
        for (at, entry) in self.file.agreements.values().enumerate() {
            let mut contribution = [0.0; PRODUCTS];
            entry.carries.iter().for_each(|product| contribution[product.rank()] = entry.contribution_share);
            let id = AgreementId::new(at);
            let agreement = Agreement { id, kind: entry.kind, ceiling: entry.ceiling, contribution };
            agreements.push((agreement, Members(self.set(&entry.members))));
        }
        agreements
    }

    pub fn rules(&self) -> Vec<Rule> {
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

    pub fn facts(&self, nations: &[NationPlan], agreements: &[(Agreement, Members)]) -> Facts {
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

    pub fn names(&self) -> Names {
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
