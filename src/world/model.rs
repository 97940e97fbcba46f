//! The parameters of the model: default, unit, range and source of each, in the order of the causes.
use super::levels::{LEVELS, PRODUCTS};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The description of one parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its key in `[model]`.
    pub name: &'static str,
    /// The cause it belongs to: the file under `quarter/`, or `world`.
    pub cause: &'static str,
    /// Its unit; `share` is a number between 0 and 1.
    pub unit: &'static str,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
    /// The range in which an expert would expect an assumed value, where the range above says little about that.
    pub plausible: Option<(f64, f64)>,
    /// How many numbers it holds (1 unless it is a list).
    pub length: usize,
    /// Where its default comes from, or `calibrated`, or `assumed`.
    pub source: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
}

macro_rules! model {
    ($($cause:ident { $($(#[doc = $doc:literal])+ $name:ident: $type:ty = $default:expr, $unit:literal, $min:literal..=$max:literal, $(plausible $low:literal..=$high:literal,)? $source:literal;)+ })+) => {
        /// Every parameter of the model; a scenario's `[model]` table changes some.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Model { $($($(#[doc = $doc])+ pub $name: $type,)+)+ }

        impl Default for Model {
            fn default() -> Self {
                Self { $($($name: $default,)+)+ }
            }
        }

        /// The description of each parameter, in the order of the causes.
        pub const PARAMETERS: &[Parameter] = &[$($(Parameter {
            name: stringify!($name),
            cause: stringify!($cause),
            unit: $unit,
            min: $min,
            max: $max,
            plausible: <[(f64, f64)]>::first(&[$(($low, $high))?]).copied(),
            length: <$type as ParameterValue>::LENGTH,
            source: $source,
            doc: concat!($($doc),+),
        },)+)+];

        impl Model {
            /// The numbers of a parameter (yes is 1, no is 0), or none if no parameter has this name.
            pub fn values(&self, name: &str) -> Option<Vec<f64>> {
                match name {
                    $($(stringify!($name) => Some(ParameterValue::numbers(&self.$name)),)+)+
                    _ => None,
                }
            }
        }

        impl Model {
            /// Sets a parameter that is one number. Returns false if there is no such parameter.
            pub fn set(&mut self, name: &str, value: f64) -> bool {
                match name {
                    $($(stringify!($name) => ParameterValue::set(&mut self.$name, value),)+)+
                    _ => false,
                }
            }
        }

        impl JsonSchema for Model {
            fn schema_name() -> Cow<'static, str> {
                "Model".into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let defaults = Model::default();
                let mut properties = serde_json::Map::new();
                $($({
                    let parameter = PARAMETERS.iter().find(|p| p.name == stringify!($name)).expect("the macro lists it");
                    let mut schema = <$type as ParameterValue>::schema(parameter);
                    schema["default"] = serde_json::json!(defaults.$name);
                    schema["description"] = parameter.description().into();
                    properties.insert(parameter.name.to_owned(), schema);
                })+)+
                json_schema!({
                    "type": "object",
                    "description": "Parameters of the model that differ from their defaults.",
                    "properties": properties,
                    "additionalProperties": false,
                })
            }
        }
    };
}

/// A type that a parameter may have: a number, a list of numbers, yes or no.
trait ParameterValue {
    const LENGTH: usize;
    fn numbers(&self) -> Vec<f64>;
    /// Changes a single number; returns false if the parameter is not one.
    fn set(&mut self, _value: f64) -> bool {
        false
    }
    fn schema(parameter: &Parameter) -> serde_json::Value;
}

impl ParameterValue for f64 {
    const LENGTH: usize = 1;
    fn numbers(&self) -> Vec<f64> {
        vec![*self]
    }
    fn set(&mut self, value: f64) -> bool {
        *self = value;
        true
    }
    fn schema(p: &Parameter) -> serde_json::Value {
        serde_json::json!({ "type": "number", "minimum": p.min, "maximum": p.max })
    }
}

impl<const N: usize> ParameterValue for [f64; N] {
    const LENGTH: usize = N;
    fn numbers(&self) -> Vec<f64> {
        self.to_vec()
    }
    fn schema(p: &Parameter) -> serde_json::Value {
        serde_json::json!({ "type": "array", "minItems": N, "maxItems": N, "items": f64::schema(p) })
    }
}

impl ParameterValue for bool {
    const LENGTH: usize = 1;
    fn numbers(&self) -> Vec<f64> {
        vec![f64::from(u8::from(*self))]
    }
    fn schema(_: &Parameter) -> serde_json::Value {
        serde_json::json!({ "type": "boolean" })
    }
}

impl Parameter {
    /// What the parameter does, its unit, its source and its plausible range, as text.
    pub fn description(&self) -> String {
        let plausible = self.plausible.map(|(low, high)| format!(" Plausible: {low} to {high}.")).unwrap_or_default();
        format!("{} Unit: {}. Source: {}.{plausible}", self.doc.trim(), self.unit, self.source)
    }

    /// The range over which experiments vary an assumed parameter: the plausible one, else the legal one.
    pub fn plausible_range(&self) -> (f64, f64) {
        self.plausible.unwrap_or((self.min, self.max))
    }

    /// True if its default is assumed, in whole or in part.
    pub fn is_assumed(&self) -> bool {
        self.source.contains("assumed")
    }
}

model! {
    world {
        /// Trust between any two nations.
        trust_base_share: f64 = 0.10, "share", 0.0..=1.0, plausible 0.0..=0.25, "assumed";
        /// Trust added by the group of greatest `trust_weight` that two nations share.
        trust_group_share: f64 = 0.45, "share", 0.0..=1.0, plausible 0.25..=0.6, "assumed";
        /// Trust added by a defence pact.
        trust_pact_share: f64 = 0.15, "share", 0.0..=1.0, plausible 0.05..=0.3, "assumed";
        /// Trust added by closeness of voting positions (at full closeness).
        trust_alignment_share: f64 = 0.31, "share", 0.0..=1.0, "calibrated";
        /// Trust added where each keeps a mission with the other.
        trust_mission_share: f64 = 0.05, "share", 0.0..=1.0, plausible 0.0..=0.15, "assumed";
        /// Trust needed to send restricted, confidential, secret and top-secret reports.
        trust_for_level: [f64; 4] = [0.25, 0.40, 0.55, 0.80], "share", 0.0..=1.0, "assumed";
        /// Distance at which a rival's threat falls to 1/e.
        threat_km: f64 = 325.0, "km", 1.0..=20000.0, "calibrated";
        /// Threat that comes with full contest with a rival, however far away; 0: only distance counts.
        contest_weight: f64 = 0.5, "share", 0.0..=1.0, plausible 0.2..=0.9, "assumed: espionage and disputes threaten less than an army at the border";
        /// Reliance on the guarantor that comes with a defence pact.
        reliance_pact_share: f64 = 0.133, "share", 0.0..=1.0, "calibrated";
        /// Further reliance on the guarantor that comes with a defence pact under full threat.
        reliance_guaranteed_share: f64 = 0.656, "share", 0.0..=1.0, "calibrated";
        /// Reliance on the guarantor that comes with being threatened.
        reliance_threat_share: f64 = 0.241, "share", 0.0..=1.0, "calibrated";
        /// Reliance on the guarantor that comes with reading all its secrets, half as much for each level below.
        reliance_intelligence_share: f64 = 0.576, "share", 0.0..=1.0, "calibrated";
        /// Power to which every nation's `intelligence` is raised: above 1 the greatest collect a larger part of all.
        intelligence_power: f64 = 1.0, "power", 0.1..=3.0, plausible 0.49..=1.29, "assumed";
    }
    events {
        /// The chance that an event of the timeline takes place; 1 is history as it was, 0 no events at all.
        event_probability: f64 = 1.0, "share", 0.0..=1.0, "history";
    }
    beliefs {
        /// What a nation believes at the start where its own table does not say.
        belief_prior_share: f64 = 0.15, "share", 0.001..=0.999, plausible 0.05..=0.4, "assumed";
        /// Log-odds gained from one full act of advocacy by a fully trusted owner.
        advocacy_weight: f64 = 0.53, "log-odds", 0.0..=10.0, plausible 0.2..=1.0, "assumed";
        /// Log-odds lost by one denial in a nation fully open to the vendor's home.
        denial_weight: f64 = 0.30, "log-odds", 0.0..=10.0, plausible 0.0..=0.6, "assumed";
        /// Log-odds gained from a disclosed compromise.
        disclosure_weight: f64 = 1.50, "log-odds", 0.0..=10.0, plausible 0.5..=3.0, "assumed";
        /// Log-odds that a nation with a technical agency of its own gains in a year towards what is true of the flagged vendors.
        assessment_weight: f64 = 0.5, "log-odds/year", 0.0..=10.0, plausible 0.0..=1.5, "assumed: with it a prior of 0.15 becomes 0.57 or 0.02 in some years";
        /// Pace at which beliefs return to their prior.
        belief_relax_rate: f64 = 0.25, "1/year", 0.0..=10.0, plausible 0.05..=1.0, "assumed";
    }
    stances {
        /// How often a government reviews its stance when nothing salient happened.
        review_rate: f64 = 0.323, "1/year", 0.0..=20.0, "calibrated";
        /// How much more often it reviews in the two quarters after something salient.
        review_salience: f64 = 5.89, "factor", 1.0..=50.0, "calibrated";
        /// Quarters around the start of its 5G roll-out in which a government reviews as after something salient.
        rollout_quarters: f64 = 3.0, "quarters", 0.0..=40.0, plausible 0.0..=6.0, "assumed: licences are granted in the year around it";
        /// Rationality of the choice of a stance: 0 is chance, greater is more exact.
        beta: f64 = 3.0, "1/utility", 0.0..=100.0, "sets the scale of the weights below";
        /// Length of a government's term, for which its leanings stay the same; 0: every review has leanings of its own.
        term_years: f64 = 4.0, "years", 0.0..=100.0, plausible 3.0..=5.0, "usual terms of parliaments, 3 to 5 years; assumed";
        /// Weight of the cost of replacement and of the price advantage forgone.
        w_cost: f64 = 5.1, "utility", 0.0..=100.0, "calibrated";
        /// Weight of the exposure left under a stance.
        w_risk: f64 = 1.24, "utility", 0.0..=100.0, "calibrated";
        /// Weight of the intelligence a government expects to lose.
        w_intel: f64 = 0.61, "utility", 0.0..=100.0, "calibrated";
        /// Weight of the distance from partners' stances.
        w_peer: f64 = 0.409, "utility", 0.0..=100.0, "calibrated";
        /// Weight of defying a guarantor on whom security rests.
        w_guard: f64 = 3.18, "utility", 0.0..=100.0, "calibrated";
        /// Weight of defying the guarantor's campaign at full strength, beside defying a rule that is believed.
        campaign_weight: f64 = 0.666, "factor", 0.0..=10.0, "calibrated";
        /// Exponent of the trust in the guarantor with which what it asks and does weighs.
        confidence_power: f64 = 4.27, "exponent", 0.0..=20.0, "calibrated";
        /// Weight of expected retaliation by the vendor's home.
        w_trade: f64 = 0.753, "utility", 0.0..=100.0, "calibrated";
        /// Weight of equipment that an embargoed vendor cannot maintain.
        w_supply: f64 = 2.21, "utility", 0.0..=100.0, "calibrated";
        /// Inertia: weight of each rank moved.
        w_move: f64 = 0.236, "utility/rank", 0.0..=100.0, "calibrated";
        /// The ratchet: further weight of each rank loosened.
        w_loosen: f64 = 0.927, "utility/rank", 0.0..=100.0, "calibrated";
        /// Chance a year, at full strength, that the vendor's home punishes a removal.
        retaliation_share: f64 = 0.30, "share", 0.0..=1.0, plausible 0.1..=0.6, "assumed";
    }
    procurement {
        /// Pace of replacement relative to `refresh_years` and the roll-out; 0 freezes what is installed.
        turnover_factor: f64 = 1.0, "factor", 0.0..=10.0, plausible 0.7..=1.4, "assumed";
        /// Years until a layer has turned over: core, 4G access, 5G access.
        refresh_years: [f64; 3] = [8.0, 10.0, 10.0], "years", 0.25..=100.0, "operators' usual cycles; assumed";
        /// Length of a supply contract.
        contract_years: f64 = 5.0, "years", 0.25..=50.0, plausible 3.0..=8.0, "assumed";
        /// Years within which `restricted` and stricter stances clear the core and reach the cap on access.
        core_years: f64 = 3.0, "years", 0.25..=50.0, "Britain allowed three years in January 2020";
        /// The most flagged equipment that `restricted` allows in access, installed and in new orders.
        access_cap: f64 = 0.35, "share", 0.0..=1.0, "Britain's cap of January 2020";
        /// Years from a removal decision to its deadline: core, 4G access, 5G access.
        removal_years: [f64; 3] = [5.0, 7.0, 7.0], "years", 0.25..=50.0, "Britain, July 2020: end of 2027";
        /// Rationality of an operator's choice of vendor.
        vendor_beta: f64 = 4.0, "1/utility", 0.0..=100.0, plausible 2.0..=8.0, "assumed";
        /// Weight of price in the choice of vendor.
        w_price: f64 = 1.0, "utility", 0.0..=100.0, plausible 0.5..=2.0, "assumed";
        /// Weight of quality in the choice of vendor.
        w_quality: f64 = 0.6, "utility", 0.0..=100.0, plausible 0.2..=1.5, "assumed";
        /// Weight of what a vendor already supplies to the operator.
        w_incumbent: f64 = 2.35, "utility", 0.0..=100.0, "calibrated";
        /// Weight of the risk and of the ban that an operator expects.
        w_foresight: f64 = 0.423, "utility", 0.0..=100.0, "calibrated";
        /// Cost of replacing the equipment of one subscriber ahead of time.
        unit_cost_usd: f64 = 60.0, "US dollars/subscriber", 0.0..=10000.0, plausible 30.0..=120.0, "assumed";
    }
    access {
        /// The part of the true exposure that a giver sees.
        vigilance_share: f64 = 1.0, "share", 0.0..=1.0, plausible 0.5..=1.0, "assumed";
        /// Rationality of an owner's choice to enforce.
        enforce_beta: f64 = 8.0, "1/utility", 0.0..=100.0, plausible 4.0..=16.0, "assumed";
        /// What enforcing is worth to an owner by itself.
        w_resolve: f64 = 0.10, "utility", 0.0..=100.0, plausible 0.0..=0.3, "assumed";
        /// Weight of what leaks at the partner.
        w_leak: f64 = 0.5, "utility", 0.0..=100.0, plausible 0.1..=1.5, "assumed";
        /// Weight of what the owner receives from the partner.
        w_receive: f64 = 4.0, "utility", 0.0..=100.0, plausible 1.0..=8.0, "assumed";
        /// Weight of the outposts that the partner hosts.
        w_outposts: f64 = 29.3, "utility", 0.0..=100.0, "calibrated";
        /// What the whole relation with a trusted nation is worth beside its reports.
        w_ally: f64 = 6.82, "utility", 0.0..=100.0, "calibrated";
        /// What is kept, of benefit and of cost, where the tear-line is chosen.
        tear_line_share: f64 = 0.4, "share", 0.0..=1.0, plausible 0.1..=0.8, "assumed";
        /// Years from the end of a condition to the end of the restriction.
        restore_years: f64 = 2.0, "years", 0.0..=100.0, plausible 0.5..=5.0, "assumed: restoration is slower than the cut";
    }
    missions {
        /// The part of a nation's collection that rests on its missions abroad.
        mission_collection_share: f64 = 0.25, "share", 0.0..=1.0, plausible 0.1..=0.4, "assumed";
        /// Quarters from a suspension to a withdrawal.
        withdraw_quarters: f64 = 2.0, "quarters", 0.0..=400.0, plausible 1.0..=6.0, "assumed";
        /// Years from permission to reopening.
        reopen_years: f64 = 2.0, "years", 0.0..=100.0, plausible 0.5..=5.0, "assumed";
    }
    agreements {
        /// The part of what it received that a nation must have lost before it looks for others.
        realign_loss: f64 = 0.25, "share", 0.0..=1.0, plausible 0.1..=0.5, "assumed";
        /// How often such a nation makes a new agreement; 0: never.
        realign_rate: f64 = 1.0, "1/year", 0.0..=20.0, plausible 0.0..=2.0, "assumed";
        /// The trust that a new agreement needs.
        realign_trust_share: f64 = 0.6, "share", 0.0..=1.0, plausible 0.4..=0.8, "assumed";
    }
    sharing {
        /// Reports produced in a quarter by all nations together.
        reports_per_quarter: f64 = 300.0, "reports/quarter", 0.0..=20000.0, plausible 200.0..=450.0, "assumed; design value";
        /// The part of the reports at each level, from open to top secret (weights).
        level_mix: [f64; 5] = [0.15, 0.25, 0.25, 0.25, 0.10], "share", 0.0..=1.0, "assumed";
        /// The part of the raw reports at each level, from open to top secret (weights).
        raw_level_mix: [f64; 5] = [0.02, 0.08, 0.15, 0.40, 0.35], "share", 0.0..=1.0, "assumed: signals and human sources are guarded more closely than what is written of them";
        /// The value of a raw report at each level, from open to top secret.
        raw_value: [f64; 5] = [0.5, 1.0, 2.0, 4.0, 8.0], "value", 0.0..=1000.0, "assumed";
        /// The value of an assessment at each level, from open to top secret.
        assessment_value: [f64; 5] = [0.5, 1.0, 2.0, 3.0, 4.0], "value", 0.0..=1000.0, "assumed";
        /// The part of the reports that warn their subject.
        warning_share: f64 = 0.10, "share", 0.0..=1.0, plausible 0.05..=0.2, "assumed";
        /// Assessments fused from two reports, per report collected.
        fusion_share: f64 = 0.10, "share", 0.0..=1.0, plausible 0.0..=0.25, "assumed";
        /// The part of reports moved from a pool to a side list that never makes it.
        side_list_friction: f64 = 0.20, "share", 0.0..=1.0, plausible 0.05..=0.4, "assumed";
        /// How much trust beyond a level's threshold the most delicate reports of that level need, between a pair.
        delicacy_share: f64 = 0.20, "share", 0.0..=1.0, plausible 0.0..=0.4, "assumed";
        /// Of what could go between a pair, the share that a nation keeps back on which the other wholly depends; equals keep back half of it.
        giving_reserve_share: f64 = 0.30, "share", 0.0..=1.0, plausible 0.0..=0.6, "assumed: the senior partner selects, the junior one gives nearly all";
        /// The value of a tear-line: of what the report is worth of which it is a sanitised version.
        tear_line_value_share: f64 = 0.50, "share", 0.0..=1.0, plausible 0.2..=0.8, "assumed: it says what is so, and not how it is known";
        /// The part of warnings, the most delicate, for which a duty to warn is waived.
        warning_waiver_share: f64 = 0.10, "share", 0.0..=1.0, plausible 0.0..=0.3, "assumed; Intelligence Community Directive 191 allows it where sources, methods or operations would suffer";
        /// Whether passing a report on needs its originator's consent (ORCON, the third-party rule). If not, holders pass it to all whom they may inform themselves.
        originator_control: bool = true, "yes or no", 0.0..=1.0, "scenario choice";
        /// Whether the release of a report to a set of nations (REL TO) is consent to pass it on within the set.
        rel_to_relay: bool = true, "yes or no", 0.0..=1.0, "scenario choice";
    }
    compromise {
        /// The chance that a flagged vendor is compromised.
        compromised_probability: f64 = 0.30, "share", 0.0..=1.0, plausible 0.05..=0.8, "assumed";
        /// How often a report held on a fully flagged government network leaks, if the vendor is compromised.
        leak_rate: f64 = 0.05, "1/year", 0.0..=100.0, plausible 0.01..=0.2, "assumed";
        /// The part of government traffic that runs over networks of its own, where equipment in public networks leaks nothing.
        segregated_share: f64 = 0.75, "share", 0.0..=1.0, plausible 0.4..=0.98, "assumed: classified networks have lines and keys of their own; the rest is telephones, travel and what is unclassified";
        /// How often a report leaks in each nation that read it through insiders and other ways that need no equipment.
        insider_leak_rate: f64 = 0.005, "1/year", 0.0..=100.0, plausible 0.001..=0.02, "assumed: an agent in place a fifth of the time, who passes on a fortieth of what is held";
        /// Mean years until a leak is discovered.
        discovery_years: f64 = 8.0, "years", 0.1..=100.0, "discoveries came 5 to 11 years late; design value";
        /// How far, either way, the years until a discovery spread around their mean.
        discovery_spread_share: f64 = 0.375, "share", 0.0..=1.0, "discoveries came 5 to 11 years late";
    }
    diplomacy {
        /// Goodwill towards an owner that a restricted nation loses in a year of full restriction.
        trust_loss_rate: f64 = 0.30, "1/year", 0.0..=20.0, plausible 0.0..=0.6, "assumed";
        /// Pace at which goodwill returns to its initial value.
        trust_recovery_rate: f64 = 0.15, "1/year", 0.0..=20.0, plausible 0.05..=0.4, "assumed";
        /// How much a nation's giving follows its getting, times its dependence on the other; 0: it gives whatever it gets.
        reciprocity_weight: f64 = 0.5, "factor", 0.0..=20.0, plausible 0.0..=1.0, "assumed";
        /// Pace at which giving follows getting.
        reciprocity_rate: f64 = 2.0, "1/year", 0.0..=20.0, plausible 0.5..=4.0, "assumed: most of the way within a year";
        /// Confidence in a nation's handling of what it is given that an owner loses when a leak of its reports is found there.
        handling_loss_share: f64 = 0.10, "share", 0.0..=1.0, plausible 0.0..=0.3, "assumed";
        /// Years until a leak that was found is forgotten.
        handling_doubt_years: f64 = 2.0, "years", 0.0..=100.0, plausible 0.5..=5.0, "assumed";
        /// How credible owners are at the start.
        credibility_share: f64 = 0.404, "share", 0.0..=1.0, "calibrated";
        /// How far credibility moves towards 1 when a rule is enforced, and towards 0 when it is waived.
        credibility_step_share: f64 = 0.15, "share", 0.0..=1.0, plausible 0.05..=0.4, "assumed";
        /// What a contradiction leaves of credibility.
        contradiction_factor: f64 = 0.52, "factor", 0.0..=1.0, plausible 0.25..=0.8, "assumed";
    }
    measures {
        /// What two nations must still share, of what their agreements allow, to count as sharing freely.
        free_share: f64 = 0.5, "share", 0.0..=1.0, "design value";
        /// The average overlap of pictures from which two groups of nations are one bloc (never where nothing overlaps).
        bloc_overlap: f64 = 0.5, "share", 0.0..=1.0, "design value: an average pair sees half of what either sees";
    }
}

/// Values by product and level.
pub type ByProduct = [[f64; LEVELS]; PRODUCTS];

/// Weights as probabilities; equal where all are 0.
fn probabilities(weights: &[f64; LEVELS]) -> [f64; LEVELS] {
    let total: f64 = weights.iter().sum();
    if total > 0.0 { weights.map(|w| w / total) } else { [0.2; LEVELS] }
}

impl Model {
    /// The probability of each level, by product.
    pub fn level_probabilities(&self) -> ByProduct {
        [probabilities(&self.raw_level_mix), probabilities(&self.level_mix)]
    }

    /// The value of a report, by product and level.
    pub fn values_of_reports(&self) -> ByProduct {
        [self.raw_value, self.assessment_value]
    }

    /// The mean value of a report that a nation collects; `raw_share`, 0 to 1, is the raw part of them.
    pub fn mean_value(&self, raw_share: f64) -> f64 {
        self.expected_values(raw_share).iter().flatten().sum()
    }

    /// By product and level, its part in the value of what a nation collects: the parts sum to 1, or are 0 if nothing
    /// has a value.
    pub fn value_parts(&self, raw_share: f64) -> ByProduct {
        let mean = self.mean_value(raw_share);
        self.expected_values(raw_share).map(|levels| levels.map(|value| if mean > 0.0 { value / mean } else { 0.0 }))
    }

    /// By product and level: probability times value.
    fn expected_values(&self, raw_share: f64) -> ByProduct {
        let (mix, values) = (self.level_probabilities(), self.values_of_reports());
        let of_product = [raw_share, 1.0 - raw_share];
        std::array::from_fn(|product| {
            std::array::from_fn(|level| of_product[product] * mix[product][level] * values[product][level])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_in_its_range_and_every_parameter_says_what_it_is() {
        let model = Model::default();
        for p in PARAMETERS {
            let values = model.values(p.name).expect("listed parameters have values");
            assert_eq!(values.len(), p.length, "{}", p.name);
            assert!(values.iter().all(|v| (p.min..=p.max).contains(v)), "{} lies outside its range", p.name);
            let (low, high) = p.plausible_range();
            assert!(p.min <= low && low < high && high <= p.max, "the plausible range of {} is not legal", p.name);
            assert!(p.length > 1 || (low..=high).contains(&values[0]), "{} lies outside its plausible range", p.name);
            assert!(!p.doc.trim().is_empty() && !p.unit.is_empty() && !p.source.is_empty(), "{}", p.name);
        }
        assert_eq!(model.values("no_such_parameter"), None);
    }
}
