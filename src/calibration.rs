//! Calibration: which parameters leave the record likely, as a weighted sample.
//!
//! Points are drawn in rounds, the first from the priors, each further one from a normal distribution of the logarithms
//! fitted to what the points so far are worth; all points of all rounds count in the end (adaptive multiple importance
//! sampling). A point is worth its prior density times exp(-loss), where a nation's part of the loss is its Brier score
//! over 2 * `SPREAD`: as if a miss were normal with that variance, one independent datum a nation. Cross-validation
//! takes the same points and weighs them without the nations of a fold.
pub mod pool;
pub mod priors;
pub mod target;

use crate::ensemble::{Ended, ordered};
use crate::hindcast::baseline::{Tier, hazards};
use crate::hindcast::record::Record;
use crate::hindcast::score::{YEARS, year_end};
use crate::run::Prepared;
use crate::world::chance::{Chance, Stream, subject};
use crate::world::clock::Quarter;
use crate::world::levels::Stance;
use pool::{Point, effective, fitted, weights};
use priors::{Normal, Prior};
use std::sync::atomic::AtomicBool;
use target::{Shares, counts, folds, loss};

/// Variance of a miss: the mean Brier score of what can be said at best (the tier baseline has 0.15).
pub const SPREAD: f64 = 0.15;
/// How much wider a round is drawn than what the points before it are worth.
const WIDENING: f64 = 1.2;
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
    /// The same, each nation forecast without its fold, and the smallest effective number of points of a fold.
    pub cross_validated: (f64, f64),
    /// Brier score of the tier baseline: in sample, and each nation without its fold.
    pub baseline: (f64, f64),
}

/// What a calibration is held against.
struct Aim<'a> {
    record: &'a Record,
    /// Nations by place in the points' shares.
    nations: Vec<String>,
    inside: Vec<String>,
    reps: u32,
}

impl Aim<'_> {
    fn shares<'p>(&self, point: &'p Point, nation: &str) -> Option<&'p Shares> {
        let at = self.nations.binary_search_by(|id| id.as_str().cmp(nation)).ok()?;
        Some(&point.shares[at])
    }

    /// The loss of a point over the nations that count.
    fn loss(&self, point: &Point, scored: &[(String, usize)], without: Option<usize>) -> f64 {
        let counted = |nation: &str| scored.iter().any(|(id, fold)| id == nation && Some(*fold) != without);
        let record = self.record.part(counted);
        let each = record
            .nations()
            .filter_map(|nation| self.shares(point, nation).map(|shares| loss(&record, nation, shares, self.reps)));
        let misses: f64 = each.sum();
        let of = |nation: &str| self.shares(point, nation).cloned();
        let inside = |nation: &str| self.inside.iter().any(|id| id == nation);
        misses / (2.0 * SPREAD) + 0.5 * counts(&record, of, |_| true) + 0.5 * counts(&record, of, inside)
    }

    /// Sum of a nation's Brier scores under weighted points, divided by the years.
    fn brier(&self, points: &[Point], weights: &[f64], nation: &str) -> f64 {
        let years = YEARS.enumerate().map(|(at, year)| {
            let one = |(point, weight): (&Point, &f64)| {
                self.shares(point, nation).map_or(0.0, |shares| weight * (shares[at][2] + shares[at][3]))
            };
            let told: f64 = points.iter().zip(weights).map(one).sum();
            let miss = told - f64::from(u8::from(self.record.at(nation, year_end(year)) >= Stance::Banned));
            miss * miss
        });
        years.sum::<f64>() / YEARS.count() as f64
    }
}

/// Draws points, runs them, and weighs them; `progress` hears of each point.
pub fn calibrate(
    prepared: &Prepared,
    priors: &[Prior],
    record: &Record,
    order: Order<'_>,
    progress: &mut dyn FnMut(),
) -> Result<Calibration, Ended> {
    let scenario = prepared.scenario();
    let groups = ["NATO", "FVEY"].iter().filter_map(|id| scenario.file.groups.get(*id));
    let aim = Aim {
        record,
        nations: scenario.file.nations.keys().cloned().collect(),
        inside: groups.flat_map(|group| group.members.clone()).collect(),
        reps: order.reps,
    };
    let scored = folds(record, order.folds);
    let prior: Vec<Normal> = priors.iter().map(Prior::normal).collect();
    let log_prior = |point: &Point| prior.iter().zip(&point.logs).map(|(p, x)| p.log_density(*x)).sum::<f64>();
    let mut proposals: Vec<Vec<Normal>> = Vec::new();
    let (mut points, mut losses): (Vec<Point>, Vec<f64>) = (Vec::new(), Vec::new());
    let mut posterior = prior.clone();
    for round in 0..order.rounds {
        let wide = if round == 0 { 1.0 } else { WIDENING };
        let from: Vec<Normal> = posterior.iter().map(|n| Normal { mean: n.mean, sd: n.sd * wide }).collect();
        draw(prepared, priors, &from, round, order, &mut points, progress)?;
        proposals.push(from);
        losses.extend(points[losses.len()..].iter().map(|point| aim.loss(point, &scored, None)));
        let worth = weights(&points, &proposals, |at| log_prior(&points[at]) - losses[at]);
        posterior = fitted(&points, &worth, priors);
    }
    let worth = weights(&points, &proposals, |at| log_prior(&points[at]) - losses[at]);
    let before = weights(&points, &proposals, |at| log_prior(&points[at]));
    let mean = |weights: &[f64]| {
        scored.iter().map(|(nation, _)| aim.brier(&points, weights, nation)).sum::<f64>() / scored.len() as f64
    };
    let (mut held, mut thinnest) = (0.0, f64::INFINITY);
    for fold in 0..order.folds {
        let without: Vec<f64> = points.iter().map(|point| aim.loss(point, &scored, Some(fold))).collect();
        let worth = weights(&points, &proposals, |at| log_prior(&points[at]) - without[at]);
        thinnest = effective(&worth).min(thinnest);
        let own = scored.iter().filter(|(_, own)| *own == fold);
        held += own.map(|(nation, _)| aim.brier(&points, &worth, nation)).sum::<f64>();
    }
    Ok(Calibration {
        in_sample: mean(&worth),
        prior: mean(&before),
        cross_validated: (held / scored.len() as f64, thinnest),
        baseline: baseline(prepared, record, &scored, order.folds),
        weights: worth,
        points,
        posterior,
    })
}

fn draw(
    prepared: &Prepared,
    priors: &[Prior],
    from: &[Normal],
    round: u32,
    order: Order<'_>,
    points: &mut Vec<Point>,
    progress: &mut dyn FnMut(),
) -> Result<(), Ended> {
    let one = |number: usize| {
        let number = u32::try_from(number).expect("a round has few points");
        let logs = priors.iter().zip(from).map(|(prior, from)| prior.draw(*from, order.seed, round, number)).collect();
        pool::run(prepared, priors, logs, order.reps)
    };
    ordered::for_each(order.threads, order.points as usize, order.stop, one, |_, made| {
        let variant = prepared.scenario().variant.clone();
        points.push(made.map_err(|why| Ended::Halted { variant, rep: 0, why })?);
        progress();
        Ok(())
    })
}

/// Brier score of a constant hazard per tier: in sample, and each nation without its fold.
fn baseline(prepared: &Prepared, record: &Record, scored: &[(String, usize)], folds: usize) -> (f64, f64) {
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
