//! What one run tells of the statements, looked up quarter by quarter.
use super::ground::{ByNation, flagged};
use super::stances::{BANNED, LAST, Stances};
use super::statement::Pair;
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
use noforn::world::network::{Equipment, Layers, Network, Supplier};
use noforn::world::record::Because;
use noforn::world::rule::{Application, Course, Measure, Restrictions, Rule};
use noforn::world::setting::{Clock, Names, Roll, Setting};
use noforn::world::vendor::VendorList;
use std::collections::{BTreeMap, BTreeSet};

/// What one run tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Everybody's stances.
    pub stances: Stances,
    /// Nations towards which a rule that forbids sharing was ever applied in full.
    pub cut: BTreeSet<Text>,
    /// Nations that anybody ever restricted in any action.
    pub restricted: BTreeSet<Text>,
    /// Hosts of outposts that were ever suspended or withdrawn.
    pub bases_moved: BTreeSet<Text>,
    /// Quarters from an announced rule's trigger to its application, its grace included; one a cut.
    pub cut_quarters: Vec<f64>,
    /// Quarters from the end of a rule's condition to the end of the restriction; one a restoration.
    pub restore_quarters: Vec<f64>,
    /// Mean of `declared_actual_gap` over the quarters up to the end of the record in which something was declared.
    pub gap: Option<f64>,
    /// Mean of `pool_thinning_share` over the run.
    pub thinning: Option<f64>,
    /// Mean of `reports_lost_to_friction_share` over the run.
    pub friction: Option<f64>,
    /// Agreements between two nations that were made during the run.
    pub side_groups: f64,
    /// Share of 5G access by flagged vendors at the end of each year, of nations that have built any.
    pub access_5g: BTreeMap<u32, ByNation>,
    /// When the first report leaked and when that is discovered, which may be after the run.
    pub leak: Option<(Quarter, Quarter)>,
    /// By nation: when an operator whose 4G access was mostly by flagged vendors first signed for 5G with another
    /// vendor while its government did not ban; none if no such operator did.
    pub operators: BTreeMap<Text, Option<Quarter>>,
    /// Years from a removal to its deadline in 4G and 5G access, and in which operators replace them anyway.
    pub deadlines: [(f64, f64); 2],
}

/// Runs a replicate and tells what it shows.
pub fn see(prepared: &Prepared, rep: u32) -> Result<Seen, Halted> {
    let end = prepared.scenario().end;
    let mut watch: Option<Watch> = None;
    let mut seen = Seen::default();
    prepared.watch(rep, end, |world| {
        let now = world.resource::<Clock>().0;
        watch.get_or_insert_with(|| Watch::new(prepared.scenario(), world)).look(world, now);
        if now == end {
            seen = watch.take().map(|watch| watch.told(world)).unwrap_or_default();
        }
    })?;
    Ok(seen)
}

/// Runs a replicate of the scenario as it stands and, where it is given, of the threat as spoken.
pub fn pair((base, spoken): (&Prepared, Option<&Prepared>), rep: u32) -> Result<Pair, Ended> {
    let run =
        |prepared: &Prepared| see(prepared, rep).map_err(|why| Ended::halted(&prepared.scenario().variant, rep, why));
    Ok(Pair { base: run(base)?, spoken: spoken.map(run).transpose()? })
}

/// How a rule stands towards a nation, as far as it was followed.
#[derive(Clone, Copy, Debug, Default)]
struct Followed {
    triggered: Option<Quarter>,
    applied: bool,
    cleared: Option<Quarter>,
}

/// What is kept from quarter to quarter.
struct Watch {
    nations: Vec<Text>,
    ranks: Vec<Vec<u8>>,
    outposts: Vec<Entity>,
    /// Networks whose 4G access is mostly by flagged vendors.
    tied: Vec<Entity>,
    followed: BTreeMap<(usize, usize), Followed>,
    seen: Seen,
}

impl Watch {
    fn new(scenario: &Scenario, world: &World) -> Self {
        let nations = world.resource::<Names>().nations.clone();
        let roll = world.resource::<Roll>().clone();
        let is_outpost =
            |entity: &Entity| world.get::<Mission>(*entity).is_some_and(|m| m.kind == MissionKind::Outpost);
        let networks = roll.networks.iter().zip(scenario.file.networks.values());
        let tied = networks.filter(|(_, entry)| flagged(scenario, &entry.access_4g) > 0.5);
        let tied: Vec<(Entity, Text)> = tied.map(|(entity, entry)| (*entity, entry.nation.as_str().into())).collect();
        let model = &world.resource::<Setting>().model;
        let seen = Seen {
            operators: tied.iter().map(|(_, nation)| (nation.clone(), None)).collect(),
            deadlines: [1, 2].map(|layer| (model.removal_years[layer], model.refresh_years[layer])),
            ..Seen::default()
        };
        Self {
            ranks: scenario.file.nations.values().map(|entry| vec![entry.stance.rank() as u8]).collect(),
            outposts: roll.missions.iter().copied().filter(is_outpost).collect(),
            tied: tied.into_iter().map(|(entity, _)| entity).collect(),
            followed: BTreeMap::new(),
            nations,
            seen,
        }
    }

    fn look(&mut self, world: &World, now: Quarter) {
        self.stand(world);
        self.follow(world, now);
        let pairs = &world.resource::<Restrictions>().because;
        self.seen.restricted.extend(pairs.keys().map(|(_, nation)| self.nations[nation.index()].clone()));
        for outpost in &self.outposts {
            let (mission, presence) = (world.get::<Mission>(*outpost), world.get::<Presence>(*outpost));
            if let (Some(mission), Some(MissionStatus::Suspended | MissionStatus::Withdrawn)) =
                (mission, presence.map(|presence| presence.status))
            {
                self.seen.bases_moved.insert(self.nations[mission.host.index()].clone());
            }
        }
        self.sign(world, now);
        if now.ends_year() {
            self.measure(world, now);
        }
    }

    /// Where governments stand.
    fn stand(&mut self, world: &World) {
        for (ranks, nation) in self.ranks.iter_mut().zip(&world.resource::<Roll>().nations) {
            let position = world.get::<Position>(*nation).expect("every nation has a position");
            ranks.push(position.stance.rank() as u8);
        }
    }

    /// How rules stand towards nations, and how long cutting and restoring takes.
    fn follow(&mut self, world: &World, now: Quarter) {
        for (at, entity) in world.resource::<Roll>().rules.iter().enumerate() {
            let (Some(rule), Some(course)) = (world.get::<Rule>(*entity), world.get::<Course>(*entity)) else {
                continue;
            };
            for (nation, application) in course.towards.iter().enumerate() {
                let one = self.followed.entry((at, nation)).or_default();
                match application {
                    Application::Triggered { measure, .. } => {
                        let since = *one.triggered.get_or_insert(now);
                        one.cleared = None;
                        if *measure != Measure::Waived && !one.applied {
                            one.applied = true;
                            self.seen.cut_quarters.push(now.since(since) as f64 + f64::from(rule.grace));
                        }
                        if *measure == Measure::Full && rule.forbids_share {
                            self.seen.cut.insert(self.nations[nation].clone());
                        }
                    }
                    Application::Restoring { .. } => {
                        one.cleared.get_or_insert(now);
                    }
                    Application::Clear => {
                        let cleared = std::mem::take(one).cleared;
                        self.seen.restore_quarters.extend(cleared.map(|since| now.since(since) as f64));
                    }
                }
            }
        }
    }

    /// Operators that left flagged vendors before their government asked them to.
    fn sign(&mut self, world: &World, now: Quarter) {
        let vendors = world.resource::<VendorList>();
        for entity in &self.tied {
            let (Some(network), Some(layers)) = (world.get::<Network>(*entity), world.get::<Layers>(*entity)) else {
                continue;
            };
            let nation = network.nation.index();
            let free = self.ranks[nation].last().is_some_and(|rank| *rank < BANNED);
            let left = matches!(layers.0[2].supplier, Supplier::Vendor(vendor) if !vendors.flagged_by_anyone(vendor));
            if free && left {
                let first = self.seen.operators.entry(self.nations[nation].clone()).or_default();
                first.get_or_insert(now);
            }
        }
    }

    /// What is installed at the end of a year.
    fn measure(&mut self, world: &World, now: Quarter) {
        let vendors = world.resource::<VendorList>();
        let installed = world.resource::<Equipment>().0.iter().zip(&self.nations);
        let built = installed.filter(|(installed, _)| installed.traffic_5g > 0.0);
        let share = built.map(|(installed, id)| (id.clone(), installed.layer(2, |v| vendors.flagged_by_anyone(v))));
        self.seen.access_5g.insert(now.year(), share.collect());
    }

    fn told(self, world: &World) -> Seen {
        let mut seen = self.seen;
        let metrics = &world.resource::<Ledger>().history.metrics;
        let recorded = |row: &&MetricsRow| Quarter::new(row.year, row.quarter) <= LAST;
        seen.gap = mean(metrics.iter().filter(recorded).filter_map(|row| row.declared_actual_gap.map(|gap| gap.0)));
        seen.thinning = mean(metrics.iter().filter_map(|row| row.pool_thinning_share.map(|share| share.0)));
        seen.friction = mean(metrics.iter().map(|row| row.reports_lost_to_friction_share.0));
        seen.side_groups = world.resource::<Facts>().side[0].count() as f64 / 2.0;
        seen.leak = world.resource::<Undiscovered>().leak.and_then(|(_, found, because)| match because {
            Because::Decision { quarter, .. } => Some((quarter, found)),
            _ => None,
        });
        seen.stances = Stances::new(self.nations.into_iter().zip(self.ranks));
        seen
    }
}

/// The mean of numbers; none of none.
pub fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for number in numbers {
        sum += number;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}
