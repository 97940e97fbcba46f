//! Runs a scenario and observes, quarter by quarter, what the statements are about.
use super::mean::mean;
use super::observations::{Observations, PairedRuns};
use super::reference_data::flagged;
use super::stances::{BANNED, LAST, Stances};
use crate::ensemble::Ended;
use bevy_ecs::prelude::*;
use noforn::access::facts::Facts;
use noforn::history::cell::Text;
use noforn::history::rows::MetricsRow;
use noforn::quarter::compromise::Undiscovered;
use noforn::quarter::measures::Ledger;
use noforn::run::{Halted, Prepared};
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::levels::{MissionKind, MissionStatus};
use noforn::world::mission::{Mission, Presence};
use noforn::world::nation::Position;
use noforn::world::network::{Equipment, Layers, Network};
use noforn::world::record::Because;
use noforn::world::rule::{Application, Measure, Restrictions, Rule, RuleProgress};
use noforn::world::setting::{Clock, Names, Roll, Setting};
use noforn::world::vendor::VendorList;
use std::collections::BTreeMap;

/// Runs one replicate and returns what it shows.
pub fn observe(prepared: &Prepared, rep: u32) -> Result<Observations, Halted> {
    let end = prepared.scenario().end;
    let mut observer: Option<Observer> = None;
    let mut observations = Observations::default();
    prepared.watch(rep, end, |world| {
        let now = world.resource::<Clock>().0;
        observer.get_or_insert_with(|| Observer::new(prepared.scenario(), world)).observe_quarter(world, now);
        if now == end {
            observations = observer.take().map(|observer| observer.finish(world)).unwrap_or_default();
        }
    })?;
    Ok(observations)
}

/// Runs one replicate of the baseline and, where it is given, of the variant with the threat as spoken.
pub fn observe_pair((base, spoken): (&Prepared, Option<&Prepared>), rep: u32) -> Result<PairedRuns, Ended> {
    let spoken = spoken.map(|prepared| observe_or_end(prepared, rep)).transpose();
    Ok(PairedRuns { base: observe_or_end(base, rep)?, spoken: spoken? })
}

fn observe_or_end(prepared: &Prepared, rep: u32) -> Result<Observations, Ended> {
    observe(prepared, rep).map_err(|why| Ended::halted(&prepared.scenario().variant, rep, why))
}

fn is_outpost(world: &World, entity: Entity) -> bool {
    world.get::<Mission>(entity).is_some_and(|mission| mission.kind == MissionKind::Outpost)
}

/// One application of a rule to one nation, from its trigger to the end of the restriction.
#[derive(Clone, Copy, Debug, Default)]
struct RuleEpisode {
    /// When the rule was triggered.
    triggered: Option<Quarter>,
    /// Whether it was applied, in full or up to a tear-line.
    applied: bool,
    /// When its condition ended.
    cleared: Option<Quarter>,
}

/// What must be remembered from quarter to quarter.
struct Observer {
    nations: Vec<Text>,
    /// By nation: the rank of its stance at the start and at the end of each quarter.
    ranks: Vec<Vec<u8>>,
    outposts: Vec<Entity>,
    /// Networks whose 4G access is mostly by flagged vendors.
    tied: Vec<Entity>,
    /// The latest episode of each rule and nation, by their numbers.
    episodes: BTreeMap<(usize, usize), RuleEpisode>,
    observations: Observations,
}

impl Observer {
    fn new(scenario: &Scenario, world: &World) -> Self {
        let nations = world.resource::<Names>().nations.clone();
        let roll = world.resource::<Roll>().clone();
        let networks = roll.networks.iter().zip(scenario.file.networks.values());
        let tied = networks.filter(|(_, entry)| flagged(scenario, &entry.access_4g) > 0.5);
        let tied: Vec<(Entity, Text)> = tied.map(|(entity, entry)| (*entity, entry.nation.as_str().into())).collect();
        let model = &world.resource::<Setting>().model;
        let observations = Observations {
            operators: tied.iter().map(|(_, nation)| (nation.clone(), None)).collect(),
            deadlines: [1, 2].map(|layer| (model.removal_years[layer], model.refresh_years[layer])),
            ..Observations::default()
        };
        Self {
            ranks: scenario.file.nations.values().map(|entry| vec![entry.stance.rank() as u8]).collect(),
            outposts: roll.missions.iter().copied().filter(|entity| is_outpost(world, *entity)).collect(),
            tied: tied.into_iter().map(|(entity, _)| entity).collect(),
            episodes: BTreeMap::new(),
            nations,
            observations,
        }
    }

    /// Observes the world at the end of a quarter.
    fn observe_quarter(&mut self, world: &World, now: Quarter) {
        self.record_stances(world);
        self.follow_rules(world, now);
        let pairs = &world.resource::<Restrictions>().because;
        self.observations.restricted.extend(pairs.keys().map(|(_, nation)| self.nations[nation.index()].clone()));
        for outpost in &self.outposts {
            let (mission, presence) = (world.get::<Mission>(*outpost), world.get::<Presence>(*outpost));
            if let (Some(mission), Some(MissionStatus::Suspended | MissionStatus::Withdrawn)) =
                (mission, presence.map(|presence| presence.status))
            {
                self.observations.bases_moved.insert(self.nations[mission.host.index()].clone());
            }
        }
        self.record_operators(world, now);
        if now.ends_year() {
            self.record_access_5g(world, now);
        }
    }

    fn record_stances(&mut self, world: &World) {
        for (ranks, nation) in self.ranks.iter_mut().zip(&world.resource::<Roll>().nations) {
            let position = world.get::<Position>(*nation).expect("every nation has a position");
            ranks.push(position.stance.rank() as u8);
        }
    }

    /// Follows each rule towards each nation, and records how long cutting and restoring take.
    fn follow_rules(&mut self, world: &World, now: Quarter) {
        for (at, entity) in world.resource::<Roll>().rules.iter().enumerate() {
            let (Some(rule), Some(course)) = (world.get::<Rule>(*entity), world.get::<RuleProgress>(*entity)) else {
                continue;
            };
            for (nation, application) in course.towards.iter().enumerate() {
                let episode = self.episodes.entry((at, nation)).or_default();
                match application {
                    Application::Triggered { measure, .. } => {
                        let since = *episode.triggered.get_or_insert(now);
                        episode.cleared = None;
                        if *measure != Measure::Waived && !episode.applied {
                            episode.applied = true;
                            self.observations.cut_quarters.push(now.since(since) as f64 + f64::from(rule.grace));
                        }
                        if *measure == Measure::Full && rule.forbids_share {
                            self.observations.cut.insert(self.nations[nation].clone());
                        }
                    }
                    Application::Restoring { .. } => {
                        episode.cleared.get_or_insert(now);
                    }
                    Application::Clear => {
                        let cleared = std::mem::take(episode).cleared;
                        self.observations.restore_quarters.extend(cleared.map(|since| now.since(since) as f64));
                    }
                }
            }
        }
    }

    /// Records operators that leave flagged vendors before their government asks them to.
    fn record_operators(&mut self, world: &World, now: Quarter) {
        let vendors = world.resource::<VendorList>();
        for entity in &self.tied {
            let (Some(network), Some(layers)) = (world.get::<Network>(*entity), world.get::<Layers>(*entity)) else {
                continue;
            };
            let nation = network.nation.index();
            let free = self.ranks[nation].last().is_some_and(|rank| *rank < BANNED);
            let access = &layers.0[2];
            let signed = access.because != Because::Start;
            let left = VendorList::share_of(&access.order, |vendor| vendors.flagged_by_anyone(vendor)) == 0.0;
            if free && signed && left {
                let first = self.observations.operators.entry(self.nations[nation].clone()).or_default();
                first.get_or_insert(now);
            }
        }
    }

    /// Records the share of 5G access by flagged vendors at the end of a year.
    fn record_access_5g(&mut self, world: &World, now: Quarter) {
        let vendors = world.resource::<VendorList>();
        let installed = world.resource::<Equipment>().0.iter().zip(&self.nations);
        let built = installed.filter(|(installed, _)| installed.traffic_5g > 0.0);
        let share = built.map(|(installed, id)| (id.clone(), installed.layer(2, |v| vendors.flagged_by_anyone(v))));
        self.observations.access_5g.insert(now.year(), share.collect());
    }

    /// Adds what is known only at the end of the run.
    fn finish(self, world: &World) -> Observations {
        let mut observations = self.observations;
        let metrics = &world.resource::<Ledger>().history.metrics;
        let recorded = |row: &&MetricsRow| Quarter::new(row.year, row.quarter) <= LAST;
        observations.gap =
            mean(metrics.iter().filter(recorded).filter_map(|row| row.declared_actual_gap.map(|gap| gap.0)));
        observations.thinning = mean(metrics.iter().filter_map(|row| row.pool_thinning_share.map(|share| share.0)));
        observations.friction = mean(metrics.iter().map(|row| row.reports_lost_to_friction_share.0));
        observations.side_groups = world.resource::<Facts>().side[0].count() as f64 / 2.0;
        observations.leak = world.resource::<Undiscovered>().leak.and_then(|(_, found, because)| match because {
            Because::Decision { quarter, .. } => Some((quarter, found)),
            _ => None,
        });
        observations.stances = Stances::new(self.nations.into_iter().zip(self.ranks));
        observations
    }
}
