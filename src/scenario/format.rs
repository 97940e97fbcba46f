//! The format of scenario files: one type for each table. The JSON schema and the shape check are derived from it.
use crate::world::levels::{
    Action, AgreementKind, Enforcement, Level, MissionKind, MissionStatus, Product, Stance, Traffic,
};
use crate::world::model::Model;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A table of a scenario, by id.
pub type IdTable<T> = BTreeMap<String, T>;
/// A mix of vendors: shares that sum to 1.
pub type Mix = BTreeMap<String, f64>;

/// A scenario of noforn: who exists, what they share, which rules restrict it, and what happens when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioFile {
    /// Version of this file format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// What the scenario is about, in a line.
    pub title: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where its numbers come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Which of its numbers are assumptions, by key, or `all`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<String>,
    /// Files this one builds on, merged left to right before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extends: Vec<String>,
    /// Paths to delete from what is inherited, such as `networks.deu-telekom`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// When it starts and ends, and its luck.
    pub run: RunEntry,
    /// Bulk data as CSV: table name to file, or to several files, a later one over an earlier one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, FileNames>,
    /// Files with complete Cedar policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// Parameters of the model that differ from their defaults.
    #[serde(default)]
    pub model: Model,
    /// What calibration left possible: sets of parameters, of which every run but the first draws one by its luck. A
    /// parameter that the scenario, a variant or `--set` gives a value keeps that value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub posterior: IdTable<PosteriorEntry>,
    /// Groups of nations that rules may name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: IdTable<GroupEntry>,
    /// States outside the simulation that the alliance guards against, or that are a vendor's home.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rivals: IdTable<RivalEntry>,
    /// States, by ISO 3166-1 alpha-3 code.
    pub nations: IdTable<NationEntry>,
    /// Makers of network equipment.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vendors: IdTable<VendorEntry>,
    /// Operators' networks.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub networks: IdTable<NetworkEntry>,
    /// Embassies, consulates and outposts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missions: IdTable<MissionEntry>,
    /// Who shares with whom, up to which level.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub agreements: IdTable<AgreementEntry>,
    /// Restrictions that owners may announce.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: IdTable<RuleEntry>,
    /// Properties of nations that the rules of this scenario may read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: IdTable<FactEntry>,
    /// What happens when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub events: IdTable<EventEntry>,
    /// Named changes to this scenario.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variants: IdTable<VariantEntry>,
}

/// The CSV file that fills a table, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum FileNames {
    /// One file.
    One(String),
    /// Several, a later one over an earlier one, key by key.
    Several(Vec<String>),
}

macro_rules! entry {
    ($(#[$doc:meta])* $name:ident { $($body:tt)* }) => {
        entry!(@fields [$(#[$doc])*] $name [] $($body)*);
    };
    // A field with `=` has a default; one without is required.
    (@fields [$($doc:tt)*] $name:ident [$($done:tt)*]) => {
        $($doc)*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($done)*
            /// Where the numbers of this table come from.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub source: Option<String>,
            /// Which of its numbers are assumptions, by key, or `all`.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub assumed: Vec<String>,
            /// A remark.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub remark: Option<String>,
        }
    };
    (@fields [$($doc:tt)*] $name:ident [$($done:tt)*] $(#[$meta:meta])* $field:ident: $type:ty, $($rest:tt)*) => {
        entry!(@fields [$($doc)*] $name [$($done)* $(#[$meta])* pub $field: $type,] $($rest)*);
    };
}

// Below `entry!`, which they use.
mod draws;
mod event;
mod fact;
mod group;
pub use event::{EFFECTS, EffectForm, EventEntry, FORMS, KEYS, Operand, OperandForm};
pub use fact::{FactEntry, FactType, FactValue};
pub use group::GroupEntry;

/// When a scenario starts and ends, and its luck.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunEntry {
    /// First quarter, such as `2019Q1`.
    #[schemars(regex(pattern = r"^(19|2[0-9])[0-9]{2}Q[1-4]$"))]
    pub start: String,
    /// Last quarter, at most 100 years after the first.
    #[schemars(regex(pattern = r"^(19|2[0-9])[0-9]{2}Q[1-4]$"))]
    pub end: String,
    /// Master seed: names a luck.
    #[serde(default)]
    #[schemars(range(min = 0, max = 9_007_199_254_740_991_u64))]
    pub seed: u64,
    /// The nation whose flows have columns of their own; by default the one with the greatest `intelligence`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hub: Option<String>,
    /// The variants that `noforn run` takes if it is asked for none. They count for the file that is run and are not
    /// inherited.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
    /// The runs of each variant that `noforn run` makes if it is given no number; not inherited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub reps: Option<u32>,
}

entry!(
    /// A state outside the simulation.
    RivalEntry {
        /// Its English name.
        name: String,
        /// How much of a threat it is to those near it (its part of world capability, say).
        #[schemars(range(min = 0.0, max = 1.0))]
        capability_share: f64,
    }
);

entry!(
    /// A set of parameters that calibration left possible.
    PosteriorEntry {
        /// How often it is drawn, relative to the others.
        #[schemars(range(min = 0.0, max = 1e9))]
        weight: f64,
        /// Parameters of the model, by name: those that are one number.
        model: BTreeMap<String, f64>,
    }
);

entry!(
    /// A state.
    NationEntry {
        /// Its English name.
        name: String,
        /// Correlates of War code, to join other data.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 999))]
        cow_code: Option<u32>,
        /// Intelligence output relative to the others (an index; 100 for the greatest, say).
        #[schemars(range(min = 0.0, max = 1e6))]
        intelligence: f64,
        /// The least that `intelligence` may be. Every run but the first draws it between this and `intelligence_high`,
        /// uniformly in the logarithm.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0.000001, max = 1e6))]
        intelligence_low: Option<f64>,
        /// The most that `intelligence` may be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0.000001, max = 1e6))]
        intelligence_high: Option<f64>,
        /// The raw part of the reports it collects (signals, human sources, imagery); the rest are assessments.
        #[serde(default = "half")]
        #[schemars(range(min = 0.0, max = 1.0))]
        raw_share: f64,
        /// Military spending in million US dollars.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0.0, max = 1e9))]
        military_spending_musd: Option<f64>,
        /// Part of the world's material capability.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0.0, max = 1.0))]
        capability_share: Option<f64>,
        /// Position between the ends of the voting scale (0 the far end, 1 the guarantor's).
        #[serde(default = "half")]
        #[schemars(range(min = 0.0, max = 1.0))]
        alignment_share: f64,
        /// Nations it has a defence pact with.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pacts: Vec<String>,
        /// Distance to rivals in km, by their id.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        distance_km: BTreeMap<String, f64>,
        /// How much it is in contest with a rival, by its id: disputes and intelligence rivalry, 0 to 1.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        contest_share: BTreeMap<String, f64>,
        /// Part of its exports that goes to a state, by its id.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        export_share: BTreeMap<String, f64>,
        /// The highest level it may read.
        #[serde(default = "restricted_level")]
        clearance: Level,
        /// Its stance at the start.
        #[serde(default = "open_stance")]
        stance: Stance,
        /// What it believes at the start: the chance that the flagged vendors are compromised.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0.001, max = 0.999))]
        belief_share: Option<f64>,
        /// Whether a technical agency of its own finds out, in time, what is true of the flagged vendors.
        #[serde(default)]
        own_assessment: bool,
        /// Whether it warns of a threat whomever the threat is to, its own rules notwithstanding.
        #[serde(default)]
        duty_to_warn: bool,
        /// How much the cost of replacement weighs, relative to its means (1 the most).
        #[serde(default = "half")]
        #[schemars(range(min = 0.0, max = 1.0))]
        cost_sensitivity_share: f64,
        /// When its 5G roll-out starts.
        #[serde(default = "rollout_start")]
        #[schemars(regex(pattern = r"^(19|2[0-9])[0-9]{2}Q[1-4]$"))]
        rollout_start: String,
        /// Years until nine tenths of its 5G are built.
        #[serde(default = "rollout_years")]
        #[schemars(range(min = 0.25, max = 50.0))]
        rollout_years: f64,
        /// Its facts that differ from their default: true, false or an integer, by fact id.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        facts: BTreeMap<String, FactValue>,
    }
);

entry!(
    /// A maker of network equipment.
    VendorEntry {
        /// Its home state: a nation or a rival.
        home: String,
        /// Price of its equipment; 1 is the market's.
        #[serde(default = "one")]
        #[schemars(range(min = 0.05, max = 10.0))]
        price_index: f64,
        /// Quality of its equipment; 1 is the market's.
        #[serde(default = "one")]
        #[schemars(range(min = 0.05, max = 10.0))]
        quality_index: f64,
        /// Nations that list it as a risk at the start.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        flagged_by: Vec<String>,
        /// The chance that it is compromised; by default `model.compromised_probability` where anyone flags it, else 0.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0.0, max = 1.0))]
        compromised_probability: Option<f64>,
    }
);

entry!(
    /// An operator's network in one nation.
    NetworkEntry {
        /// The nation it works in.
        nation: String,
        /// The operator's name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        operator: Option<String>,
        /// Subscribers in millions.
        #[schemars(range(min = 0.000001, max = 2000.0))]
        subscribers_million: f64,
        /// What it carries.
        #[serde(default = "public_traffic")]
        traffic: Vec<Traffic>,
        /// Vendor shares of the core.
        core: Mix,
        /// Vendor shares of the standing 4G radio network.
        access_4g: Mix,
        /// Vendor shares of what is built in 5G at the start, or of the first contract.
        access_5g: Mix,
    }
);

entry!(
    /// A mission of a sender in a host.
    MissionEntry {
        /// Who sends it.
        sender: String,
        /// Where it is.
        host: String,
        /// What it is.
        kind: MissionKind,
        /// How many posts it stands for.
        #[serde(default = "one_post")]
        #[schemars(range(min = 1, max = 100_000))]
        posts_count: u32,
        /// What an outpost is worth to its sender by what it does; by default `posts_count` plus troops in thousands.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 0.0, max = 1e6))]
        value: Option<f64>,
        /// Troops at an outpost.
        #[serde(default)]
        #[schemars(range(min = 0, max = 10_000_000))]
        troops: u32,
        /// Whether it works at the start.
        #[serde(default = "open_mission")]
        status: MissionStatus,
    }
);

entry!(
    /// An agreement to share.
    AgreementEntry {
        /// What it is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// One common channel, or each pair by itself.
        kind: AgreementKind,
        /// Its members at the start.
        members: Vec<String>,
        /// The highest level it covers.
        ceiling: Level,
        /// Which products it carries: raw reports, assessments.
        #[serde(default = "all_products")]
        carries: Vec<Product>,
        /// How much of what could go members contribute.
        #[serde(default = "one")]
        #[schemars(range(min = 0.0, max = 1.0))]
        contribution_share: f64,
        /// The year from which it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<u32>,
    }
);

entry!(
    /// A restriction that an owner may announce (by an event).
    RuleEntry {
        /// Whose rule it is.
        owner: String,
        /// What it says, in a sentence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        says: Option<String>,
        /// Which actions it forbids.
        forbids: Vec<Action>,
        /// On whom it binds: a Cedar condition about `resource` and `context`.
        when: String,
        /// Whom it spares: a Cedar condition.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unless: Option<String>,
        /// Quarters between its announcement and its force.
        #[serde(default)]
        #[schemars(range(min = 0, max = 400))]
        grace_quarters: u32,
        /// Always in full, or as the owner chooses.
        #[serde(default = "discretionary")]
        enforcement: Enforcement,
        /// The lowest level of reports that it withholds (`restricted` if not given: what is open is no secret).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from_level: Option<Level>,
        /// The level of the sanitised versions that go in the stead of more sensitive reports where the owner chooses the
        /// tear-line; up to it reports go as they are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tear_line: Option<Level>,
    }
);

impl RuleEntry {
    /// The lowest level of reports that the rule withholds.
    pub fn withholds_from(&self) -> Level {
        self.from_level.unwrap_or(Level::Restricted)
    }
}

/// A named change to the scenario.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantEntry {
    /// What it asks, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Paths and the values they take, as with `--set`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, serde_json::Value>,
    /// Paths to delete.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// CSV tables to add, such as a replayed history: table name to file or files.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, FileNames>,
    /// Where its numbers come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Which of its numbers are assumptions, by key, or `all`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<String>,
}

fn half() -> f64 {
    0.5
}
fn one() -> f64 {
    1.0
}
fn one_post() -> u32 {
    1
}
fn restricted_level() -> Level {
    Level::Restricted
}
fn open_stance() -> Stance {
    Stance::Open
}
fn all_products() -> Vec<Product> {
    Product::ALL.to_vec()
}
fn open_mission() -> MissionStatus {
    MissionStatus::Open
}
fn discretionary() -> Enforcement {
    Enforcement::Discretionary
}
fn public_traffic() -> Vec<Traffic> {
    vec![Traffic::Public, Traffic::Government]
}
fn rollout_start() -> String {
    "2020Q1".to_owned()
}
fn rollout_years() -> f64 {
    8.0
}
