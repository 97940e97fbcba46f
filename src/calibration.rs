//! Calibration: which parameters leave the record likely, as a weighted sample.
//!
//! Points are drawn in rounds, the first from the priors, each further one from a normal distribution of the logarithms
//! fitted to what the points so far are worth; all points of all rounds count in the end (adaptive multiple importance
//! sampling). A point is worth its prior density times exp(-loss), where a nation's part of the loss is its Brier score
//! over 2 * `SPREAD`, as if a miss were normal with that variance, and a statement's how far the runs are from it, in
//! standard deviations of what it allows: one independent datum a nation and a statement. Cross-validation takes the
//! same points and weighs them without the nations of a fold, in the statements as well.
pub mod pool;
pub mod priors;
pub mod proposal;
pub mod target;

use crate::ensemble::{Ended, ordered};
use crate::hindcast::baseline::{Tier, hazards};
use crate::hindcast::record::Record;
use crate::hindcast::score::{YEARS, year_end};
use crate::run::Prepared;
use crate::world::chance::{Chance, Stream, subject};
use crate::world::clock::Quarter;
use crate::world::levels::Stance;
use pool::{Point, effective, tempered, weights};
use priors::{Normal, Prior};
use proposal::{Proposal, marginals};
use std::sync::atomic::AtomicBool;
use target::Aim;

/// Variance of a miss: the mean Brier score of what can be said at best (the tier baseline has 0.15).
pub const SPREAD: f64 = 0.15;
/// How much wider a round is drawn than what the points before it are worth.
const WIDENING: f64 = 1.1;
/// How many sets of parameters the posterior keeps.
pub const SETS: usize = 200;

/// How the points are laid out.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Rounds of points.
    pub rounds: u32,
    /// Points of a round.
    pub points: u32,
    /// Runs of a point.
    pub reps: u32,
    /// Folds of the cross-validation.
    pub folds: usize,
    /// Names the luck of the points.
    pub seed: u64,
    /// Threads; 0 for as many as there are cores.
    pub threads: usize,
    /// Set to end early.
    pub stop: &'a AtomicBool,
}

/// What calibration found.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The points of all rounds.
    pub points: Vec<Point>,
    /// What each is worth; they sum to 1.
    pub weights: Vec<f64>,
    /// The normal distribution of each logarithm.
    pub posterior: Vec<Normal>,
    /// Mean Brier score of the weighted forecast over the nations it was calibrated on.
    pub in_sample: f64,
    /// The same under the priors alone.
    pub prior: f64,
    /// How far the runs are from the eighteen statements together, over the weighted points and over the priors.
    pub misses: (f64, f64),
    /// Mean Brier score, each nation forecast without its fold, and the smallest effective number of points of a fold.
    pub cross_validated: (f64, f64),
    /// Brier score of the tier baseline: in sample, and each nation without its fold.
    pub baseline: (f64, f64),
}

/// Draws points, runs them in the scenario as it stands and with the threat as spoken, and weighs them; `progress` hears
/// of each point.
pub fn calibrate(
    variants: (&Prepared, &Prepared),
    priors: &[Prior],
    aim: &Aim,
    order: Order<'_>,
    progress: &mut dyn FnMut(),
) -> Result<Calibration, Ended> {
    let prior: Vec<Normal> = priors.iter().map(Prior::normal).collect();
    let log_prior = |point: &Point| prior.iter().zip(&point.logs).map(|(p, x)| p.log_density(*x)).sum::<f64>();
    let mut proposals = vec![Proposal::of(priors)];
    let mut points: Vec<Point> = Vec::new();
    let weighed = |points: &[Point], proposals: &[Proposal], without: Option<usize>| {
        let worth = |at: usize| log_prior(&points[at]) - aim.loss(&points[at].told, order.reps, without);
        weights(points, proposals, worth)
    };
    for round in 0..order.rounds {
        if round > 0 {
            // Few points of the first rounds are worth anything; the next is drawn as if they were less far apart.
            let wanted = (2.0 * priors.len() as f64).min(points.len() as f64 / 4.0);
            let worth = tempered(&weighed(&points, &proposals, None), wanted);
            proposals.push(Proposal::fitted(&points, &worth, priors, WIDENING));
        }
        let from = proposals.last().expect("the priors are the first");
        draw(variants, priors, aim, (from, round), order, &mut points, progress)?;
    }
    let weighed = |without| weighed(&points, &proposals, without);
    let brier =
        |weights: &[f64], at: usize| aim.brier(points.iter().map(|point| &point.told).zip(weights.iter().copied()), at);
    let scored = aim.scored.len() as f64;
    let mean = |weights: &[f64]| (0..aim.scored.len()).map(|at| brier(weights, at)).sum::<f64>() / scored;
    let worth = weighed(None);
    let (mut held, mut thinnest) = (0.0, f64::INFINITY);
    for fold in 0..order.folds {
        let without = weighed(Some(fold));
        thinnest = effective(&without).min(thinnest);
        held += (0..aim.scored.len()).filter(|at| aim.scored[*at].1 == fold).map(|at| brier(&without, at)).sum::<f64>();
    }
    let mean_miss = |weights: &[f64]| points.iter().zip(weights).map(|(p, w)| w * p.told.misses[0]).sum::<f64>();
    let before = weights(&points, &proposals, |at| log_prior(&points[at]));
    Ok(Calibration {
        in_sample: mean(&worth),
        prior: mean(&before),
        misses: (mean_miss(&worth), mean_miss(&before)),
        cross_validated: (held / scored, thinnest),
        baseline: baseline(variants.0, aim, order.folds),
        posterior: marginals(&points, &worth, priors),
        weights: worth,
        points,
    })
}

fn draw(
    variants: (&Prepared, &Prepared),
    priors: &[Prior],
    aim: &Aim,
    (from, round): (&Proposal, u32),
    order: Order<'_>,
    points: &mut Vec<Point>,
    progress: &mut dyn FnMut(),
) -> Result<(), Ended> {
    let one = |number: usize| {
        let logs = from.draw(priors, order.seed, round, number);
        pool::run(variants, priors, logs, order.reps, aim)
    };
    ordered::for_each(order.threads, order.points as usize, order.stop, one, |_, made| {
        points.push(made?);
        progress();
        Ok(())
    })
}

/// Brier score of a constant hazard per tier: in sample, and each nation without its fold.
fn baseline(prepared: &Prepared, aim: &Aim, folds: usize) -> (f64, f64) {
    let (record, scored) = (&aim.record, &aim.scored);
    let tier = |nation: &str| Tier::of(prepared.scenario(), nation);
    let miss = |nation: &str, from: &Record| {
        let hazard = hazards(from, tier).get(&tier(nation)).copied().unwrap_or(0.0);
        let years = YEARS.map(|year| {
            let told = 1.0 - libm::pow(1.0 - hazard, f64::from(4 * (year + 1 - YEARS.start())));
            let miss = told - f64::from(u8::from(record.at(nation, year_end(year)) >= Stance::Banned));
            miss * miss
        });
        years.sum::<f64>() / YEARS.count() as f64
    };
    let inside: f64 = scored.iter().map(|(nation, _)| miss(nation, record)).sum();
    let mut held = 0.0;
    for fold in 0..folds {
        let rest = record.part(|nation| !scored.iter().any(|(id, own)| id == nation && *own == fold));
        held += scored.iter().filter(|(_, own)| *own == fold).map(|(nation, _)| miss(nation, &rest)).sum::<f64>();
    }
    (inside / scored.len() as f64, held / scored.len() as f64)
}

impl Calibration {
    /// The best point: the mean of the logarithms.
    pub fn best(&self) -> Vec<f64> {
        self.posterior.iter().map(|normal| normal.mean).collect()
    }

    /// Sets of parameters drawn by their weights, systematically: point and how often it was drawn.
    pub fn sets(&self, seed: u64) -> Vec<(usize, u32)> {
        let offset = Chance::new(seed, u32::MAX - 1).uniform(Stream::Parameters, subject("sets"), Quarter(0), 0);
        let (mut sets, mut passed, mut drawn) = (Vec::new(), 0.0, 0);
        for (at, weight) in self.weights.iter().enumerate() {
            passed += weight * SETS as f64;
            let due = ((passed - offset).ceil().max(0.0) as usize).min(SETS);
            if due > drawn {
                sets.push((at, u32::try_from(due - drawn).expect("there are few sets")));
                drawn = due;
            }
        }
        sets
    }
}
