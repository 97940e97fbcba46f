//! Calibration: a sample of the posterior distribution of the parameters, by sequential Monte Carlo.
//!
//! The posterior density of a set of parameters is its prior density times exp(-loss). The loss has one term per nation and
//! one per statement. A nation's term is its Brier score over 2 * `SPREAD`, as if a miss were normal with that variance. A
//! statement's term is the distance of the runs from it, in standard deviations of the width that it allows.
//!
//! The posterior is sampled by sequential Monte Carlo (Del Moral, Doucet and Jasra 2006). Particles are drawn from the
//! priors; then the weight of the loss rises step by step, and at each step the particles are resampled and moved by a
//! Metropolis step. All particles use the same random numbers, so the loss is a function of the parameters.
//! Cross-validation reweights the sample as if the nations of a fold counted neither by themselves nor in the statements.
pub mod particle;
pub mod priors;
pub mod proposal;
mod sampler;
pub mod target;

use crate::ensemble::Ended;
use crate::hindcast::baseline::{Tier, hazards};
use crate::hindcast::record::StanceRecord;
use crate::hindcast::score::{YEARS, squared_error, year_end};
use crate::workers::Workers;
use noforn::run::Prepared;
use noforn::world::levels::Stance;
use particle::{Particle, effective_sample_size, normalized_weights, systematic_resampling};
use priors::{Normal, Prior};
use proposal::marginals;
use sampler::Sampler;
use target::Target;

/// Variance of a miss: the mean Brier score of the best baseline (the hazard per tier has 0.15).
pub const SPREAD: f64 = 0.15;
/// Tempering steps from the priors to the posterior: at step k the loss is multiplied by (k / `STEPS`)^2.
pub const STEPS: u32 = 12;
/// The share of the last rounds that is dropped as burn-in.
const UNKEPT: f64 = 0.25;
/// How many sets of parameters are kept of the posterior.
pub const SETS: usize = 200;

/// The size of the sample.
#[derive(Clone, Copy, Debug)]
pub struct SamplerSettings {
    /// Rounds of Metropolis steps with the whole loss.
    pub rounds: u32,
    /// Particles.
    pub particles: u32,
    /// Runs of each particle.
    pub reps: u32,
    /// Folds of the cross-validation.
    pub folds: usize,
    /// Seed of the random numbers of the sampler.
    pub seed: u64,
}

/// The result of a calibration.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The sample: the particles at the end of each round that is kept.
    pub particles: Vec<Particle>,
    /// Acceptance rate of the Metropolis steps of these rounds, 0 to 1.
    pub accepted: f64,
    /// The marginal distribution of the logarithm of each parameter.
    pub posterior: Vec<Normal>,
    /// Mean Brier score of the sample's forecast, over the nations it was calibrated on.
    pub in_sample: f64,
    /// The same under the priors alone.
    pub prior: f64,
    /// The sum of misses of the eighteen statements, mean over the sample and mean over the priors.
    pub misses: (f64, f64),
    /// Mean Brier score with each nation forecast without its fold, and the least effective sample size of a fold.
    pub cross_validated: (f64, f64),
    /// Mean Brier score of the hazard per tier: in sample, and with each nation forecast without its fold.
    pub baseline: (f64, f64),
}

/// Samples the posterior. `variants` are the baseline and the variant with the threat as spoken. `progress` is called
/// `particles * (1 + STEPS + rounds)` times.
pub fn calibrate(
    variants: (&Prepared, &Prepared),
    priors: &[Prior],
    target: &Target,
    settings: SamplerSettings,
    workers: &impl Workers,
    progress: &mut dyn FnMut(),
) -> Result<Calibration, Ended> {
    let mut sampler = Sampler::new(variants, priors, target, settings, workers, progress)?;
    let first = sampler.particles.clone();
    for step in 1..=STEPS {
        let inverse_temperature = libm::pow(f64::from(step) / f64::from(STEPS), 2.0);
        sampler.resample(inverse_temperature);
        sampler.metropolis_step(progress)?;
    }
    let (mut particles, mut accepted) = (Vec::new(), 0.0);
    let unkept = (f64::from(settings.rounds) * UNKEPT) as u32;
    for round in 0..settings.rounds {
        let moved = sampler.metropolis_step(progress)?;
        if round >= unkept {
            particles.extend(sampler.particles.iter().cloned());
            accepted += moved / f64::from(settings.rounds - unkept);
        }
    }
    Ok(Calibration {
        in_sample: mean_brier(target, &particles),
        prior: mean_brier(target, &first),
        misses: (mean_miss(&particles), mean_miss(&first)),
        cross_validated: cross_validated(target, &particles, settings),
        baseline: baseline(variants.0, target, settings.folds),
        posterior: marginals(&particles, priors),
        accepted,
        particles,
    })
}

fn equal_weights(count: usize) -> Vec<f64> {
    vec![1.0 / count as f64; count]
}

/// The Brier score of one scored nation under weighted particles.
fn brier(target: &Target, particles: &[Particle], weights: &[f64], nation: usize) -> f64 {
    let predictions = particles.iter().map(|particle| &particle.prediction);
    target.brier(predictions.zip(weights.iter().copied()), nation)
}

/// The mean Brier score over the scored nations under particles of equal weight.
fn mean_brier(target: &Target, particles: &[Particle]) -> f64 {
    let (scored, weights) = (target.scored.len(), equal_weights(particles.len()));
    (0..scored).map(|nation| brier(target, particles, &weights, nation)).sum::<f64>() / scored as f64
}

/// The mean over particles of the sum of misses of the statements.
fn mean_miss(particles: &[Particle]) -> f64 {
    particles.iter().map(|particle| particle.prediction.misses[0]).sum::<f64>() / particles.len() as f64
}

/// The mean Brier score with each nation forecast without its fold, and the least effective sample size of a fold.
fn cross_validated(target: &Target, particles: &[Particle], settings: SamplerSettings) -> (f64, f64) {
    let (mut sum, mut least) = (0.0, f64::INFINITY);
    for fold in 0..settings.folds {
        let loss = |particle: &Particle, without| target.loss(&particle.prediction, settings.reps, without);
        let log_weights = particles.iter().map(|particle| loss(particle, None) - loss(particle, Some(fold)));
        let weights = normalized_weights(&log_weights.collect::<Vec<_>>());
        least = effective_sample_size(&weights).min(least);
        let nations = (0..target.scored.len()).filter(|nation| target.scored[*nation].1 == fold);
        sum += nations.map(|nation| brier(target, particles, &weights, nation)).sum::<f64>();
    }
    (sum / target.scored.len() as f64, least)
}

/// Mean Brier score of a constant hazard per tier: in sample, and with each nation forecast without its fold.
fn baseline(prepared: &Prepared, target: &Target, folds: usize) -> (f64, f64) {
    let (record, scored) = (&target.record, &target.scored);
    let tier = |nation: &str| Tier::of_nation(prepared.scenario(), nation);
    let hazard = |nation: &str, from: &StanceRecord| hazards(from, tier).get(&tier(nation)).copied().unwrap_or(0.0);
    let score = |nation: &str, from: &StanceRecord| hazard_brier(record, nation, hazard(nation, from));
    let in_sample: f64 = scored.iter().map(|(nation, _)| score(nation, record)).sum();
    let mut cross_validated = 0.0;
    for fold in 0..folds {
        let rest = record.filtered(|nation| !scored.iter().any(|(id, own)| id == nation && *own == fold));
        cross_validated +=
            scored.iter().filter(|(_, own)| *own == fold).map(|(nation, _)| score(nation, &rest)).sum::<f64>();
    }
    (in_sample / scored.len() as f64, cross_validated / scored.len() as f64)
}

/// The mean Brier score over the scored years of a nation that is forecast by a constant hazard per quarter.
fn hazard_brier(record: &StanceRecord, nation: &str, hazard: f64) -> f64 {
    let scores = YEARS.map(|year| {
        let probability = 1.0 - libm::pow(1.0 - hazard, f64::from(4 * (year + 1 - YEARS.start())));
        squared_error(probability, record.at(nation, year_end(year)) >= Stance::Banned)
    });
    scores.sum::<f64>() / YEARS.count() as f64
}

impl Calibration {
    /// The sets of parameters that are kept: particles of the sample at even distances, and how often each was taken.
    pub fn sets(&self) -> Vec<(usize, u32)> {
        let mut sets: Vec<(usize, u32)> = Vec::new();
        for at in systematic_resampling(&equal_weights(self.particles.len()), SETS, 0.5) {
            match sets.last_mut() {
                Some((last, times)) if *last == at || self.particles[*last].logs == self.particles[at].logs => {
                    *times += 1
                }
                _ => sets.push((at, 1)),
            }
        }
        sets
    }
}
