//! What every cause may read: the clock, the random numbers, the parameters, entities and names by identity.
use super::chance::Chance;
use super::clock::Quarter;
use super::ids::{AgreementId, MissionId, NationId, NetworkId, RuleId, VendorId};
use super::model::Model;
use super::record::Because;
use super::text::Text;
use bevy_ecs::prelude::*;

/// What is fixed for a run: random numbers, parameters, first and last quarter.
#[derive(Resource, Clone, Debug)]
pub struct Setting {
    /// The random numbers of the run.
    pub chance: Chance,
    /// The parameters.
    pub model: Model,
    /// The first quarter.
    pub start: Quarter,
    /// The last quarter.
    pub end: Quarter,
    /// The number of nations.
    pub nations: usize,
    /// The nation whose flows are measured apart from all others.
    pub hub: NationId,
}

/// The quarter that is being simulated.
#[derive(Resource, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock(pub Quarter);

/// Why a run must stop, if it must: a rule that cannot be evaluated is never taken as a permission.
#[derive(Resource, Clone, Debug, Default, PartialEq, Eq)]
pub struct Halt(pub Option<String>);

impl Halt {
    /// Stops the run after this quarter. The first reason is kept.
    pub fn stop(&mut self, reason: String) {
        self.0.get_or_insert(reason);
    }
}

/// The entities in identity order. Every loop that draws, records or sums follows this order, so that results do not
/// depend on how the ECS stores entities.
#[derive(Resource, Clone, Debug, Default)]
pub struct Roll {
    /// By `NationId`.
    pub nations: Vec<Entity>,
    /// By `VendorId`.
    pub vendors: Vec<Entity>,
    /// By `NetworkId`.
    pub networks: Vec<Entity>,
    /// By `MissionId`.
    pub missions: Vec<Entity>,
    /// The nation that sends each mission, by `MissionId`.
    pub senders: Vec<NationId>,
    /// By `AgreementId`.
    pub agreements: Vec<Entity>,
    /// By `RuleId`.
    pub rules: Vec<Entity>,
}

impl Roll {
    /// The entity of a nation.
    pub fn nation(&self, id: NationId) -> Entity {
        self.nations[id.index()]
    }
    /// The entity of a vendor.
    pub fn vendor(&self, id: VendorId) -> Entity {
        self.vendors[id.index()]
    }
    /// The entity of a network.
    pub fn network(&self, id: NetworkId) -> Entity {
        self.networks[id.index()]
    }
    /// The entity of a mission.
    pub fn mission(&self, id: MissionId) -> Entity {
        self.missions[id.index()]
    }
    /// The entity of an agreement.
    pub fn agreement(&self, id: AgreementId) -> Entity {
        self.agreements[id.index()]
    }
    /// The entity of a rule.
    pub fn rule(&self, id: RuleId) -> Entity {
        self.rules[id.index()]
    }
}

/// Names and ids as text, by identity.
#[derive(Resource, Clone, Debug, Default)]
pub struct Names {
    /// Nations' iso3 codes.
    pub nations: Vec<Text>,
    /// Nations' English names.
    pub titles: Vec<Text>,
    /// Nations' Correlates of War codes.
    pub cow_codes: Vec<Option<u32>>,
    /// Vendors' ids.
    pub vendors: Vec<Text>,
    /// Networks' ids.
    pub networks: Vec<Text>,
    /// Missions' ids.
    pub missions: Vec<Text>,
    /// Agreements' ids.
    pub agreements: Vec<Text>,
    /// Rules' ids.
    pub rules: Vec<Text>,
    /// Events' ids, by `EventId`.
    pub events: Vec<Text>,
}

impl Names {
    /// The iso3 code of a nation.
    pub fn nation(&self, id: NationId) -> &Text {
        &self.nations[id.index()]
    }
    /// The id of a rule.
    pub fn rule(&self, id: RuleId) -> &Text {
        &self.rules[id.index()]
    }
    /// The scenario path of an event, such as `events.x`; empty if `because` is not an event.
    pub fn event_path(&self, because: Because) -> String {
        match because {
            Because::Event(event) => format!("events.{}", self.events[event.index()]),
            _ => String::new(),
        }
    }
    /// The id of a vendor.
    pub fn vendor(&self, id: VendorId) -> &Text {
        &self.vendors[id.index()]
    }
}

/// Every nation, in identity order.
pub fn everyone(nations: usize) -> impl DoubleEndedIterator<Item = NationId> + Clone {
    (0..nations).map(NationId::new)
}
