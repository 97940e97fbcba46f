//! Sequential Monte Carlo sampler (Del Moral, Doucet and Jasra 2006): tempering, resampling, Metropolis moves.
use super::SamplerSettings;
use super::particle::{self, Particle, normalized_weights, systematic_resampling};
use super::priors::Prior;
use super::proposal::Proposal;
use super::target::Target;
use crate::ensemble::Ended;
use crate::workers::Workers;
use noforn::run::Prepared;
use noforn::world::chance::{Chance, Stream, subject, within};
use noforn::world::clock::Quarter;

/// The first scale of proposals, times the square root of the number of parameters (Roberts, Gelman and Gilks 1997).
const STRIDE: f64 = 2.38;

/// The particles between the priors and the posterior.
pub struct Sampler<'a, W> {
    variants: (&'a Prepared, &'a Prepared),
    priors: &'a [Prior],
    target: &'a Target,
    settings: SamplerSettings,
    workers: &'a W,
    chance: Chance,
    /// The particles as they are now.
    pub particles: Vec<Particle>,
    /// The factor of the loss in the current distribution, 0 (the priors) to 1 (the posterior).
    inverse_temperature: f64,
    /// Number of the round of draws; it identifies the random numbers.
    round: u32,
    /// Scale of the proposals, in standard deviations of the particles.
    stride: f64,
}

impl<'a, W: Workers> Sampler<'a, W> {
    /// Draws the particles from the priors and runs them; `progress` is called after each.
    pub fn new(
        variants: (&'a Prepared, &'a Prepared),
        priors: &'a [Prior],
        target: &'a Target,
        settings: SamplerSettings,
        workers: &'a W,
        progress: &mut dyn FnMut(),
    ) -> Result<Self, Ended> {
        // No run has this number, so runs and particles share no random numbers.
        let chance = Chance::new(settings.seed, u32::MAX - 1);
        let stride = STRIDE / libm::sqrt(priors.len() as f64);
        let mut sampler = Self {
            variants,
            priors,
            target,
            settings,
            workers,
            chance,
            particles: Vec::new(),
            inverse_temperature: 0.0,
            round: 0,
            stride,
        };
        let middle: Vec<f64> = priors.iter().map(|prior| prior.normal().mean).collect();
        let wide = Proposal::from_priors(priors);
        let mut logs = Vec::with_capacity(settings.particles as usize);
        for at in 0..settings.particles as usize {
            // A draw outside the priors is drawn again.
            let inside = (0..1000).find_map(|round| wide.draw(&middle, priors, chance, u32::MAX - round, at));
            logs.push(Some(inside.unwrap_or_else(|| middle.clone())));
        }
        sampler.particles = sampler.run(logs, progress)?.into_iter().flatten().collect();
        Ok(sampler)
    }

    /// Runs a particle for each set of logarithms that is given.
    fn run(&self, logs: Vec<Option<Vec<f64>>>, progress: &mut dyn FnMut()) -> Result<Vec<Option<Particle>>, Ended> {
        let mut made = Vec::with_capacity(logs.len());
        self.workers.for_each(
            logs.len(),
            |at| self.run_one(logs[at].clone()),
            |_, particle| {
                made.push(particle?);
                progress();
                Ok(())
            },
        )?;
        Ok(made)
    }

    fn run_one(&self, logs: Option<Vec<f64>>) -> Result<Option<Particle>, Ended> {
        let run = |logs| particle::run(self.variants, self.priors, logs, self.settings.reps, self.target);
        logs.map(run).transpose()
    }

    /// Raises the inverse temperature and resamples the particles by their weights.
    pub fn resample(&mut self, inverse_temperature: f64) {
        let more = inverse_temperature - self.inverse_temperature;
        let log_weights: Vec<f64> = self.particles.iter().map(|particle| -more * self.loss(particle)).collect();
        let offset = self.chance.uniform(Stream::Parameters, subject("select"), Quarter(self.round), 0);
        let indices = systematic_resampling(&normalized_weights(&log_weights), self.particles.len(), offset);
        self.particles = indices.into_iter().map(|at| self.particles[at].clone()).collect();
        self.inverse_temperature = inverse_temperature;
    }

    /// Makes a Metropolis step with every particle; returns the share that moved, 0 to 1.
    pub fn metropolis_step(&mut self, progress: &mut dyn FnMut()) -> Result<f64, Ended> {
        self.round += 1;
        let proposal = Proposal::fitted(&self.particles, self.priors, self.stride);
        let mut proposed = Vec::with_capacity(self.particles.len());
        for (at, particle) in self.particles.iter().enumerate() {
            proposed.push(proposal.draw(&particle.logs, self.priors, self.chance, self.round, at));
        }
        let made = self.run(proposed, progress)?;
        let mut moved = 0.0;
        for (at, new) in made.into_iter().enumerate() {
            let Some(new) = new else { continue };
            let gain = self.log_target(&new) - self.log_target(&self.particles[at]);
            let luck = within(subject("accept"), at as u64);
            if libm::log(self.chance.uniform(Stream::Parameters, luck, Quarter(self.round), 0)) < gain {
                self.particles[at] = new;
                moved += 1.0;
            }
        }
        let part = moved / self.particles.len() as f64;
        // In many dimensions an acceptance rate of about a quarter explores fastest (Roberts, Gelman and Gilks 1997).
        self.stride *= if part > 0.3 {
            1.15
        } else if part < 0.18 {
            1.0 / 1.15
        } else {
            1.0
        };
        Ok(part)
    }

    fn loss(&self, particle: &Particle) -> f64 {
        self.target.loss(&particle.prediction, self.settings.reps, None)
    }

    fn log_target(&self, particle: &Particle) -> f64 {
        let prior: f64 = self.priors.iter().zip(&particle.logs).map(|(prior, x)| prior.normal().log_density(*x)).sum();
        prior - self.inverse_temperature * self.loss(particle)
    }
}
