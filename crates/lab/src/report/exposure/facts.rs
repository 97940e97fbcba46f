//! What a sender keeps in a receiver's country, what it objects to there, and what its rules read: the first run of a
//! variant, made again up to a quarter.
use crate::why::causes::Record;
use crate::why::past::{Pair, Past};
use crate::why::{equipment, rules};
use noforn::run::{Halted, Prepared};
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::ids::NationId;
use noforn::world::levels::Layer;
use std::collections::BTreeMap;

/// Networks that are drawn; the others carry the fewest subscribers.
const NETWORKS: usize = 4;

/// A pair and a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Rank of the nation that would give.
    pub sender: usize,
    /// Rank of the nation that would receive.
    pub receiver: usize,
    /// The quarter at whose end it is.
    pub quarter: Quarter,
}

/// An operator's network.
#[derive(Clone, Debug)]
pub struct Network {
    id: String,
    /// Its operator, or its id.
    pub name: String,
    /// Its size and what it carries.
    pub about: String,
}

/// A layer of one of the networks.
#[derive(Clone, Debug)]
pub struct Installed {
    /// The place of its network.
    pub network: usize,
    /// `core`, `4G access`, `5G access`.
    pub name: String,
    /// The part of it by vendors that the sender flags.
    pub share: f64,
    vendors: Vec<String>,
}

impl Installed {
    /// The part that is flagged, in words.
    pub fn told(&self) -> String {
        if self.share > 0.0 {
            format!("{} flagged", super::super::numbers::percent(self.share))
        } else {
            "nothing flagged".to_owned()
        }
    }
}

/// A rule of the sender.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// How it stands and what it reads.
    pub lines: Vec<String>,
    /// Whether it forbids anything now.
    pub binds: bool,
    /// Whether it binds because its condition holds, and not because restoring is slow.
    pub holds: bool,
    reads: Vec<String>,
}

/// Everything that is drawn.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The variant.
    pub variant: String,
    /// Name of the nation that would give.
    pub sender: String,
    /// Name of the nation that would receive.
    pub receiver: String,
    /// When, in words.
    pub when: String,
    /// Missions by kind, and how many there are.
    pub missions: Vec<(String, String)>,
    /// The networks of the receiver.
    pub networks: Vec<Network>,
    /// Their layers.
    pub layers: Vec<Installed>,
    /// The flagged vendors in them.
    pub vendors: Vec<String>,
    /// The sender's rules.
    pub rules: Vec<Rule>,
}

impl Facts {
    /// Makes the first run again up to the quarter, and looks.
    pub fn of(scenario: &Scenario, asked: &Asked) -> Result<Self, Halted> {
        let prepared = Prepared::new(scenario);
        let pair = Pair { sender: NationId::new(asked.sender), receiver: NationId::new(asked.receiver) };
        let mut past = Past::of(&prepared, 0, asked.quarter, pair, true)?;
        let record = Record::of(&prepared, &past.world);
        let rules = rules::told(&prepared, &mut past, &record);
        let parts = equipment::parts(scenario, &mut past, &record);
        let ids: Vec<&String> = scenario.file.nations.keys().collect();
        let (sender, receiver) = (ids[asked.sender], ids[asked.receiver]);
        let networks = networks(scenario, receiver);
        let layers = layers(&networks, &parts);
        let mut vendors: Vec<String> = layers.iter().flat_map(|layer| layer.vendors.clone()).collect();
        vendors.sort();
        vendors.dedup();
        Ok(Self {
            variant: scenario.variant.clone(),
            sender: scenario.file.nations[sender].name.clone(),
            receiver: scenario.file.nations[receiver].name.clone(),
            when: format!("at the end of {}", asked.quarter),
            missions: missions(scenario, sender, receiver),
            networks,
            layers,
            vendors,
            rules: rules.iter().map(rule).collect(),
        })
    }

    /// Whether a rule binds the pair because its condition holds.
    pub fn holds(&self) -> bool {
        self.rules.iter().any(|rule| rule.holds)
    }

    /// What the picture shows.
    pub fn finding(&self) -> String {
        let lead = format!("{}, {}: ", self.variant, self.when);
        let flagged = self.layers.iter().max_by(|a, b| a.share.total_cmp(&b.share)).filter(|layer| layer.share > 0.0);
        let seen = match flagged {
            Some(layer) => {
                let network = self.networks.get(layer.network).map_or("", |network| network.name.as_str());
                format!("{} of the {} of {network} is flagged", super::super::numbers::percent(layer.share), layer.name)
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

    /// Lines between boxes: the column they start in, the boxes they join, and the flagged share they stand for.
    pub fn joins(&self) -> Vec<(usize, usize, usize, Option<f64>)> {
        let mut joins = Vec::new();
        for mission in 0..self.missions.len() {
            joins.extend((0..self.networks.len()).map(|network| (0, mission, network, None)));
        }
        for (at, layer) in self.layers.iter().enumerate() {
            let share = Some(layer.share).filter(|share| *share > 0.0);
            joins.push((1, layer.network, at, share));
            let vendors = self.vendors.iter().enumerate().filter(|(_, vendor)| layer.vendors.contains(vendor));
            joins.extend(vendors.map(|(vendor, _)| (2, at, vendor, share)));
        }
        for vendor in 0..self.vendors.len() {
            let about = |rule: &Rule| rule.reads.iter().any(|name| name.contains("flagged"));
            let rules = self.rules.iter().enumerate().filter(|(_, rule)| about(rule));
            joins.extend(rules.map(|(rule, told)| (3, vendor, rule, told.binds.then_some(0.2))));
        }
        joins
    }
}

fn missions(scenario: &Scenario, sender: &str, host: &str) -> Vec<(String, String)> {
    let mut kinds: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for mission in scenario.file.missions.values().filter(|mission| mission.sender == sender && mission.host == host) {
        let kind = kinds.entry(mission.kind.as_str()).or_default();
        *kind = (kind.0 + mission.posts_count, kind.1 + mission.troops);
    }
    let told = |(kind, (posts, troops)): (&str, (u32, u32))| {
        let troops = if troops > 0 { format!(", {troops} troops") } else { String::new() };
        let posts = if posts == 1 { "1 post".to_owned() } else { format!("{posts} posts") };
        (kind.to_owned(), format!("{posts}{troops}"))
    };
    kinds.into_iter().map(told).collect()
}

fn networks(scenario: &Scenario, nation: &str) -> Vec<Network> {
    let mut own: Vec<_> = scenario.file.networks.iter().filter(|(_, network)| network.nation == nation).collect();
    own.sort_by(|a, b| b.1.subscribers_million.total_cmp(&a.1.subscribers_million));
    let told = |(id, network): (&String, &noforn::scenario::format::NetworkEntry)| {
        let traffic: Vec<&str> = network.traffic.iter().map(|traffic| traffic.as_str()).collect();
        let size = super::super::numbers::plain(network.subscribers_million);
        Network {
            id: id.clone(),
            name: network.operator.clone().unwrap_or_else(|| id.clone()),
            about: format!("{size} million subscribers; {} traffic", traffic.join(" and ")),
        }
    };
    own.into_iter().take(NETWORKS).map(told).collect()
}

fn layers(networks: &[Network], parts: &[equipment::Part]) -> Vec<Installed> {
    let mut layers = Vec::new();
    for (rank, network) in networks.iter().enumerate() {
        for layer in Layer::ALL {
            let part = parts.iter().find(|part| part.network == network.id && part.layer == layer.as_str());
            layers.push(Installed {
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

fn rule(told: &rules::Told) -> Rule {
    let mut lines = vec![match told.state {
        rules::State::Binds => "enforced in full".to_owned(),
        rules::State::TearLine => "enforced above the tear-line".to_owned(),
        rules::State::Restoring => "cleared, not yet restored".to_owned(),
        rules::State::Waived => "waived by its owner".to_owned(),
        rules::State::Grace => "announced, in its grace".to_owned(),
        rules::State::DoesNotHold => "does not hold".to_owned(),
        rules::State::NotAnnounced => "not announced".to_owned(),
        rules::State::Lifted => "lifted".to_owned(),
    }];
    for reading in &told.readings {
        // A space that does not break.
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
    if told.binds() {
        lines.push(format!("forbids {}", told.forbids.join(", ").replace('_', " ")));
    }
    let reads = told.readings.iter().map(|reading| reading.name.clone()).collect();
    let holds = told.binds() && told.state != rules::State::Restoring;
    Rule { id: told.id.clone(), lines, binds: told.binds(), holds, reads }
}
