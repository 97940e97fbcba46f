//! The exposure path of a pair: missions, networks, flagged equipment and rules.
//!
//! The missions and the rules are the sender's, the networks the receiver's. The data are from the first run of a
//! variant, made again up to a quarter.
use crate::report::numbers::percent;
use crate::why::causes::DecisionIndex;
use crate::why::replay::{NationPair, Replay};
use crate::why::{equipment, rules};
use crate::words::decimal;
use noforn::run::{Halted, Prepared};
use noforn::scenario::Scenario;
use noforn::scenario::format::NetworkEntry;
use noforn::world::clock::Quarter;
use noforn::world::ids::NationId;
use noforn::world::levels::Layer;
use std::collections::BTreeMap;

/// Greatest number of networks that are drawn, those with most subscribers first.
const NETWORKS: usize = 4;

/// The pair and the time whose exposure is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExposureQuery {
    /// Rank of the nation that would send.
    pub sender: usize,
    /// Rank of the nation that would receive.
    pub receiver: usize,
    /// The quarter at whose end the path is taken.
    pub quarter: Quarter,
}

/// An operator's network.
#[derive(Clone, Debug)]
pub struct NetworkSummary {
    id: String,
    /// Its operator, or its id.
    pub name: String,
    /// Its subscribers and its traffic, in words.
    pub about: String,
}

/// A layer of one of the networks and its flagged equipment.
#[derive(Clone, Debug)]
pub struct LayerExposure {
    /// Index of its network in `ExposurePath::networks`.
    pub network: usize,
    /// `core`, `4G access`, `5G access`.
    pub name: String,
    /// Share (0 to 1) of its equipment that is from vendors which the sender flags.
    pub share: f64,
    vendors: Vec<String>,
}

impl LayerExposure {
    /// The flagged share, in words.
    pub fn flagged_text(&self) -> String {
        if self.share > 0.0 { format!("{} flagged", percent(self.share)) } else { "nothing flagged".to_owned() }
    }
}

/// A rule of the sender.
#[derive(Clone, Debug)]
pub struct RuleSummary {
    /// Its id.
    pub id: String,
    /// Its state, the values that it reads, and what it forbids; a line of text each.
    pub lines: Vec<String>,
    /// True if it forbids anything now.
    pub binds: bool,
    /// True if it binds because its condition holds, and not only because sharing is restored slowly.
    pub holds: bool,
    reads: Vec<String>,
}

impl RuleSummary {
    fn reads_flagged(&self) -> bool {
        self.reads.iter().any(|name| name.contains("flagged"))
    }
}

/// A line between two boxes of neighbouring columns.
#[derive(Clone, Copy, Debug)]
pub struct Connector {
    /// The column of the left box, 0 to 3.
    pub column: usize,
    /// Index of the box in that column.
    pub from: usize,
    /// Index of the box in the next column.
    pub to: usize,
    /// The flagged share that the width of the line shows; none if nothing is flagged.
    pub share: Option<f64>,
}

impl Connector {
    fn new(column: usize, from: usize, to: usize, share: Option<f64>) -> Self {
        Self { column, from, to, share }
    }
}

/// All that the figure shows.
#[derive(Clone, Debug)]
pub struct ExposurePath {
    /// The variant.
    pub variant: String,
    /// Name of the nation that would send.
    pub sender: String,
    /// Name of the nation that would receive.
    pub receiver: String,
    /// The time, in words.
    pub when: String,
    /// Kinds of missions, each with its number of posts and troops in words.
    pub missions: Vec<(String, String)>,
    /// The networks of the receiver.
    pub networks: Vec<NetworkSummary>,
    /// Their layers.
    pub layers: Vec<LayerExposure>,
    /// The flagged vendors in these layers, sorted.
    pub vendors: Vec<String>,
    /// The sender's rules.
    pub rules: Vec<RuleSummary>,
}

impl ExposurePath {
    /// Makes the first run again up to the quarter and collects the path. Fails if the run halts.
    pub fn trace(scenario: &Scenario, query: &ExposureQuery) -> Result<Self, Halted> {
        let prepared = Prepared::new(scenario);
        let pair = NationPair { sender: NationId::new(query.sender), receiver: NationId::new(query.receiver) };
        let mut replay = Replay::run(&prepared, 0, query.quarter, pair, true)?;
        let decisions = DecisionIndex::new(&prepared, &replay.world);
        let rules = rules::explain_rules(&prepared, &mut replay, &decisions);
        let parts = equipment::listed_layers(scenario, &mut replay, &decisions);
        let ids: Vec<&String> = scenario.file.nations.keys().collect();
        let (sender, receiver) = (ids[query.sender], ids[query.receiver]);
        let networks = networks(scenario, receiver);
        let layers = layers(&networks, &parts);
        let mut vendors: Vec<String> = layers.iter().flat_map(|layer| layer.vendors.clone()).collect();
        vendors.sort();
        vendors.dedup();
        Ok(Self {
            variant: scenario.variant.clone(),
            sender: scenario.file.nations[sender].name.clone(),
            receiver: scenario.file.nations[receiver].name.clone(),
            when: format!("at the end of {}", query.quarter),
            missions: missions(scenario, sender, receiver),
            networks,
            layers,
            vendors,
            rules: rules.iter().map(rule_summary).collect(),
        })
    }

    /// True if a rule binds the pair because its condition holds.
    pub fn holds(&self) -> bool {
        self.rules.iter().any(|rule| rule.holds)
    }

    /// What the figure shows, as a sentence without a full stop.
    pub fn finding(&self) -> String {
        let lead = format!("{}, {}: ", self.variant, self.when);
        let flagged = self.layers.iter().max_by(|a, b| a.share.total_cmp(&b.share)).filter(|layer| layer.share > 0.0);
        let seen = match flagged {
            Some(layer) => {
                let network = self.networks.get(layer.network).map_or("", |network| network.name.as_str());
                format!("{} of the {} of {network} is flagged", percent(layer.share), layer.name)
            }
            None => format!("{} sees no flagged equipment in {}", self.sender, self.receiver),
        };
        match self.rules.iter().find(|rule| rule.binds) {
            Some(rule) => {
                format!("{lead}{seen}, and by rule {} {} withholds from {}", rule.id, self.sender, self.receiver)
            }
            None => format!("{lead}{seen}, and no rule of {} stops anything for {}", self.sender, self.receiver),
        }
    }

    /// The lines between boxes of neighbouring columns.
    pub fn connectors(&self) -> Vec<Connector> {
        let mut connectors = Vec::new();
        for mission in 0..self.missions.len() {
            connectors.extend((0..self.networks.len()).map(|network| Connector::new(0, mission, network, None)));
        }
        for (at, layer) in self.layers.iter().enumerate() {
            let share = Some(layer.share).filter(|share| *share > 0.0);
            connectors.push(Connector::new(1, layer.network, at, share));
            let vendors = self.vendors.iter().enumerate().filter(|(_, vendor)| layer.vendors.contains(vendor));
            connectors.extend(vendors.map(|(vendor, _)| Connector::new(2, at, vendor, share)));
        }
        for vendor in 0..self.vendors.len() {
            let rules = self.rules.iter().enumerate().filter(|(_, rule)| rule.reads_flagged());
            connectors.extend(rules.map(|(at, rule)| Connector::new(3, vendor, at, rule.binds.then_some(0.2))));
        }
        connectors
    }
}

fn missions(scenario: &Scenario, sender: &str, host: &str) -> Vec<(String, String)> {
    let mut kinds: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for mission in scenario.file.missions.values().filter(|mission| mission.sender == sender && mission.host == host) {
        let kind = kinds.entry(mission.kind.as_str()).or_default();
        *kind = (kind.0 + mission.posts_count, kind.1 + mission.troops);
    }
    kinds.into_iter().map(|(kind, (posts, troops))| (kind.to_owned(), posts_and_troops(posts, troops))).collect()
}

fn posts_and_troops(posts: u32, troops: u32) -> String {
    let troops = if troops > 0 { format!(", {troops} troops") } else { String::new() };
    let posts = if posts == 1 { "1 post".to_owned() } else { format!("{posts} posts") };
    format!("{posts}{troops}")
}

fn networks(scenario: &Scenario, nation: &str) -> Vec<NetworkSummary> {
    let mut own: Vec<_> = scenario.file.networks.iter().filter(|(_, network)| network.nation == nation).collect();
    own.sort_by(|a, b| b.1.subscribers_million.total_cmp(&a.1.subscribers_million));
    own.into_iter().take(NETWORKS).map(|(id, network)| network_summary(id, network)).collect()
}

fn network_summary(id: &str, network: &NetworkEntry) -> NetworkSummary {
    let traffic: Vec<&str> = network.traffic.iter().map(|traffic| traffic.as_str()).collect();
    let size = decimal(network.subscribers_million);
    NetworkSummary {
        id: id.to_owned(),
        name: network.operator.clone().unwrap_or_else(|| id.to_owned()),
        about: format!("{size} million subscribers; {} traffic", traffic.join(" and ")),
    }
}

fn layers(networks: &[NetworkSummary], parts: &[equipment::ListedLayer]) -> Vec<LayerExposure> {
    let mut layers = Vec::new();
    for (rank, network) in networks.iter().enumerate() {
        for layer in Layer::ALL {
            let part = parts.iter().find(|part| part.network == network.id && part.layer == layer.as_str());
            layers.push(LayerExposure {
                network: rank,
                name: match layer {
                    Layer::Core => "core",
                    Layer::Access4g => "4G access",
                    Layer::Access5g => "5G access",
                }
                .to_owned(),
                share: part.map_or(0.0, |part| part.share),
                vendors: part.map(|part| part.vendors.clone()).unwrap_or_default(),
            });
        }
    }
    layers
}

fn rule_summary(rule: &rules::RuleExplanation) -> RuleSummary {
    let mut lines = vec![match rule.status {
        rules::RuleStatus::Binds => "enforced in full".to_owned(),
        rules::RuleStatus::TearLine => "enforced above the tear-line".to_owned(),
        rules::RuleStatus::Restoring => "cleared, not yet restored".to_owned(),
        rules::RuleStatus::Waived => "waived by its owner".to_owned(),
        rules::RuleStatus::Grace => "announced, in its grace".to_owned(),
        rules::RuleStatus::DoesNotHold => "does not hold".to_owned(),
        rules::RuleStatus::NotAnnounced => "not announced".to_owned(),
        rules::RuleStatus::Lifted => "lifted".to_owned(),
    }];
    for reading in &rule.readings {
        // `\u{a0}` is a space at which no line breaks.
        let unit = if reading.name.ends_with("_percent") { "\u{a0}%" } else { "" };
        let name = reading.name.trim_end_matches("_percent").replace('_', " ");
        lines.push(match &reading.compared {
            Some(compared) => {
                let holds = if compared.holds { "holds" } else { "does not hold" };
                format!("{name} {}{unit} {}\u{a0}{}: {holds}", reading.value, compared.operator, compared.threshold)
            }
            None if reading.is_boolean => format!("{name}: {}", if reading.value == 0 { "no" } else { "yes" }),
            None => format!("{name}: {}{unit}", reading.value),
        });
    }
    if rule.binds() {
        lines.push(format!("forbids {}", rule.forbids.join(", ").replace('_', " ")));
    }
    let reads = rule.readings.iter().map(|reading| reading.name.clone()).collect();
    let holds = rule.binds() && rule.status != rules::RuleStatus::Restoring;
    RuleSummary { id: rule.id.clone(), lines, binds: rule.binds(), holds, reads }
}
