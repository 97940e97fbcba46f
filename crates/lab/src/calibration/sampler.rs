//! The points on their way from the priors to the posterior.
use super::Order;
use super::pool::{self, Point, systematic, weights};
use super::priors::Prior;
use super::proposal::Proposal;
use super::target::Aim;
use crate::ensemble::Ended;
use crate::workers::Workers;
use noforn::run::Prepared;
use noforn::world::chance::{Chance, Stream, subject, within};
use noforn::world::clock::Quarter;

/// Steps of this part of the points' spread, over the root of the number of parameters, at first.
const STRIDE: f64 = 2.38;

/// The points on their way.
pub struct Sampler<'a, W> {
    variants: (&'a Prepared, &'a Prepared),
    priors: &'a [Prior],
    aim: &'a Aim,
    order: Order,
    workers: &'a W,
    chance: Chance,
    /// Where each stands now.
    pub points: Vec<Point>,
    /// How much the loss counts.
    heat: f64,
    /// Round of draws.
    round: u32,
    /// Length of a step.
    stride: f64,
}

impl<'a, W: Workers> Sampler<'a, W> {
    /// Points of the priors.
    pub fn new(
        variants: (&'a Prepared, &'a Prepared),
        priors: &'a [Prior],
        aim: &'a Aim,
        order: Order,
        workers: &'a W,
        progress: &mut dyn FnMut(),
    ) -> Result<Self, Ended> {
        // No run has this number, so runs share no luck with the points.
        let chance = Chance::new(order.seed, u32::MAX - 1);
        let stride = STRIDE / libm::sqrt(priors.len() as f64);
        let mut sampler =
            Self { variants, priors, aim, order, workers, chance, points: Vec::new(), heat: 0.0, round: 0, stride };
        let middle: Vec<f64> = priors.iter().map(|prior| prior.normal().mean).collect();
        let wide = Proposal::of(priors);
        let inside = |at: usize| (0..1000).find_map(|round| wide.draw(&middle, priors, chance, u32::MAX - round, at));
        let logs = (0..order.points as usize).map(|at| Some(inside(at).unwrap_or_else(|| middle.clone()))).collect();
        sampler.points = sampler.run(logs, progress)?.into_iter().flatten().collect();
        Ok(sampler)
    }

    /// Runs the points that are to be run.
    fn run(&self, logs: Vec<Option<Vec<f64>>>, progress: &mut dyn FnMut()) -> Result<Vec<Option<Point>>, Ended> {
        let mut made = Vec::with_capacity(logs.len());
        let one = |at: usize| {
            logs[at]
                .clone()
                .map(|logs| pool::run(self.variants, self.priors, logs, self.order.reps, self.aim))
                .transpose()
        };
        self.workers.for_each(logs.len(), one, |_, point| {
            made.push(point?);
            progress();
            Ok(())
        })?;
        Ok(made)
    }

    /// Draws the points again by what they are worth where the loss counts for more.
    pub fn select(&mut self, heat: f64) {
        let more = heat - self.heat;
        let worth: Vec<f64> = self.points.iter().map(|point| -more * self.loss(point)).collect();
        let offset = self.chance.uniform(Stream::Parameters, subject("select"), Quarter(self.round), 0);
        let places = systematic(&weights(&worth), self.points.len(), offset);
        self.points = places.into_iter().map(|at| self.points[at].clone()).collect();
        self.heat = heat;
    }

    /// Moves every point by a Metropolis step; returns the part of them that moved.
    pub fn step(&mut self, progress: &mut dyn FnMut()) -> Result<f64, Ended> {
        self.round += 1;
        let proposal = Proposal::fitted(&self.points, self.priors, self.stride);
        let to = |(at, point): (usize, &Point)| proposal.draw(&point.logs, self.priors, self.chance, self.round, at);
        let made = self.run(self.points.iter().enumerate().map(to).collect(), progress)?;
        let mut moved = 0.0;
        for (at, new) in made.into_iter().enumerate() {
            let Some(new) = new else { continue };
            let gain = self.log_target(&new) - self.log_target(&self.points[at]);
            let luck = within(subject("accept"), at as u64);
            if libm::log(self.chance.uniform(Stream::Parameters, luck, Quarter(self.round), 0)) < gain {
                self.points[at] = new;
                moved += 1.0;
            }
        }
        let part = moved / self.points.len() as f64;
        // About a quarter of steps taken explores fastest in many dimensions (Roberts, Gelman and Gilks 1997).
        self.stride *= if part > 0.3 {
            1.15
        } else if part < 0.18 {
            1.0 / 1.15
        } else {
            1.0
        };
        Ok(part)
    }

    fn loss(&self, point: &Point) -> f64 {
        self.aim.loss(&point.told, self.order.reps, None)
    }

    fn log_target(&self, point: &Point) -> f64 {
        let prior: f64 = self.priors.iter().zip(&point.logs).map(|(prior, x)| prior.normal().log_density(*x)).sum();
        prior - self.heat * self.loss(point)
    }
}
