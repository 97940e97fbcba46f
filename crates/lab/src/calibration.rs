//! Calibration: which parameters leave the record likely, as a weighted sample.
//!
//! The posterior of a point is its prior density times exp(-loss), where a nation's part of the loss is its Brier score
//! over 2 * `SPREAD`, as if a miss were normal with that variance, and a statement's how far the runs are from it, in
//! standard deviations of what it allows: one independent datum a nation and a statement. It is sampled by a sequential
//! Monte Carlo sampler (Del Moral, Doucet and Jasra 2006): points are drawn from the priors, and step by step the loss
//! counts for more; at each step points are drawn again by what they are worth and moved by a Metropolis step. All points
//! are run on the same luck, so the loss is a function of the point. Cross-validation weighs the sample as if the nations
//! of a fold counted neither by themselves nor in the statements.
pub mod pool;
pub mod priors;
pub mod proposal;
mod sampler;
pub mod target;

use crate::ensemble::Ended;
use crate::hindcast::baseline::{Tier, hazards};
use crate::hindcast::record::Record;
use crate::hindcast::score::{YEARS, year_end};
use crate::workers::Workers;
use noforn::run::Prepared;
use noforn::world::levels::Stance;
use pool::{Point, effective, systematic, weights};
use priors::{Normal, Prior};
use proposal::marginals;
use sampler::Sampler;
use target::Aim;

/// Variance of a miss: the mean Brier score of what can be said at best (the tier baseline has 0.15).
pub const SPREAD: f64 = 0.15;
/// Steps from the priors to the posterior: at the k-th the loss counts by (k / `STEPS`)^2.
pub const STEPS: u32 = 12;
/// The part of the last rounds that is not kept: points are still on their way.
const UNKEPT: f64 = 0.25;
/// How many sets of parameters the posterior keeps.
pub const SETS: usize = 200;

/// How the points are laid out.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Rounds in which every point moves under the whole loss.
    pub rounds: u32,
    /// Points.
    pub points: u32,
    /// Runs of a point.
    pub reps: u32,
    /// Folds of the cross-validation.
    pub folds: usize,
    /// Names the luck of the points.
    pub seed: u64,
}

/// What calibration found.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The sample: where every point stood at the end of each round that is kept.
    pub points: Vec<Point>,
    /// The part of the steps of these rounds that was taken.
    pub accepted: f64,
    /// The normal distribution of each logarithm.
    pub posterior: Vec<Normal>,
    /// Mean Brier score of the sample's forecast over the nations it was calibrated on.
    pub in_sample: f64,
    /// The same under the priors alone.
    pub prior: f64,
    /// How far the runs are from the eighteen statements together, over the sample and over the priors.
    pub misses: (f64, f64),
    /// Mean Brier score, each nation forecast without its fold, and the smallest effective number of points of a fold.
    pub cross_validated: (f64, f64),
    /// Brier score of the tier baseline: in sample, and each nation without its fold.
    pub baseline: (f64, f64),
}

/// Samples points, running each in the scenario as it stands and with the threat as spoken; `progress` hears of each of
/// `points * (1 + STEPS + rounds)` runs of a point.
pub fn calibrate(
    variants: (&Prepared, &Prepared),
    priors: &[Prior],
    aim: &Aim,
    order: Order,
    workers: &impl Workers,
    progress: &mut dyn FnMut(),
) -> Result<Calibration, Ended> {
    let mut sampler = Sampler::new(variants, priors, aim, order, workers, progress)?;
    let first = sampler.points.clone();
    for step in 1..=STEPS {
        let heat = libm::pow(f64::from(step) / f64::from(STEPS), 2.0);
        sampler.select(heat);
        sampler.step(progress)?;
    }
    let (mut points, mut accepted) = (Vec::new(), 0.0);
    let unkept = (f64::from(order.rounds) * UNKEPT) as u32;
    for round in 0..order.rounds {
        let taken = sampler.step(progress)?;
        if round >= unkept {
            points.extend(sampler.points.iter().cloned());
            accepted += taken / f64::from(order.rounds - unkept);
        }
    }
    let even = |points: &[Point]| vec![1.0 / points.len() as f64; points.len()];
    let brier = |points: &[Point], weights: &[f64], at: usize| {
        aim.brier(points.iter().map(|point| &point.told).zip(weights.iter().copied()), at)
    };
    let scored = aim.scored.len();
    let mean = |points: &[Point]| (0..scored).map(|at| brier(points, &even(points), at)).sum::<f64>() / scored as f64;
    let miss = |points: &[Point]| points.iter().map(|p| p.told.misses[0]).sum::<f64>() / points.len() as f64;
    let (mut held, mut thinnest) = (0.0, f64::INFINITY);
    for fold in 0..order.folds {
        let gained =
            |point: &Point| aim.loss(&point.told, order.reps, None) - aim.loss(&point.told, order.reps, Some(fold));
        let without = weights(&points.iter().map(gained).collect::<Vec<_>>());
        thinnest = effective(&without).min(thinnest);
        held += (0..scored).filter(|at| aim.scored[*at].1 == fold).map(|at| brier(&points, &without, at)).sum::<f64>();
    }
    Ok(Calibration {
        in_sample: mean(&points),
        prior: mean(&first),
        misses: (miss(&points), miss(&first)),
        cross_validated: (held / scored as f64, thinnest),
        baseline: baseline(variants.0, aim, order.folds),
        posterior: marginals(&points, priors),
        accepted,
        points,
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
    /// The sets that are kept: points of the sample at even distances, and how often each was taken.
    pub fn sets(&self) -> Vec<(usize, u32)> {
        let even = vec![1.0 / self.points.len() as f64; self.points.len()];
        let mut sets: Vec<(usize, u32)> = Vec::new();
        for at in systematic(&even, SETS, 0.5) {
            match sets.last_mut() {
                Some((last, times)) if *last == at || self.points[*last].logs == self.points[at].logs => *times += 1,
                _ => sets.push((at, 1)),
            }
        }
        sets
    }
}
