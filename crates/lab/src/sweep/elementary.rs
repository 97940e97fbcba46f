//! Morris screening (elementary effects): the effect of one step along each path, over random trajectories.
//!
//! M. D. Morris, Factorial sampling plans for preliminary computational experiments, Technometrics 33 (1991); the mean
//! of absolute effects is F. Campolongo's, Environmental Modelling & Software 22 (2007). Effects as in SALib.
use super::bootstrap::{Estimate, bootstrap};
use super::draw::draw;

/// Number of levels, the values that a path can take.
const LEVELS: usize = 4;
/// Length of a step as a share of the range: two of the three gaps between levels, so that all levels are equally likely.
const STEP: f64 = 2.0 / 3.0;

/// A trajectory of Morris's design: every path takes one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Trajectory {
    /// The value of each path at the start, as a share of its range: 0 to 1.
    start: Vec<f64>,
    /// The value of each path after its step, as a share of its range.
    end: Vec<f64>,
    /// The order of the steps: indices of paths.
    order: Vec<usize>,
}

/// The trajectory of a number. It depends on the seed, the number and the names of the paths; one more path does not
/// change the steps of the others.
pub fn trajectory(paths: &[&str], number: usize, seed: u64) -> Trajectory {
    let draw_of = |path: &str, k: usize| draw(seed, path, 3 * number + k);
    let step = |path: &&str| step(draw_of(path, 0), draw_of(path, 1));
    let ends: Vec<(f64, f64)> = paths.iter().map(step).collect();
    let mut order: Vec<usize> = (0..paths.len()).collect();
    order.sort_by(|a, b| draw_of(paths[*a], 2).total_cmp(&draw_of(paths[*b], 2)));
    Trajectory {
        start: ends.iter().map(|(start, _)| *start).collect(),
        end: ends.iter().map(|(_, end)| *end).collect(),
        order,
    }
}

/// Start and end of the step of a path. The first draw chooses the lower level, the second the direction.
fn step(level_draw: f64, direction_draw: f64) -> (f64, f64) {
    let level = ((level_draw * (LEVELS / 2) as f64) as usize).min(LEVELS / 2 - 1);
    let low = level as f64 / (LEVELS - 1) as f64;
    // The upper level does not come from a sum, so that the greatest is exactly 1.
    let high = 1.0 - if low > 0.0 { 0.0 } else { 1.0 - STEP };
    if direction_draw < 0.5 { (low, high) } else { (high, low) }
}

impl Trajectory {
    /// The points of the trajectory, the start first: one more than there are paths. Values are shares of the ranges.
    pub fn points(&self) -> Vec<Vec<f64>> {
        let mut points = vec![self.start.clone()];
        for &path in &self.order {
            let mut point = points[points.len() - 1].clone();
            point[path] = self.end[path];
            points.push(point);
        }
        points
    }

    /// The elementary effect of each path, from the values at the points: change of the value per range of the path.
    fn effects(&self, values: &[f64]) -> Vec<f64> {
        let mut effects = vec![0.0; self.order.len()];
        for (step, &path) in self.order.iter().enumerate() {
            let rise = values[step + 1] - values[step];
            effects[path] = if self.end[path] > self.start[path] { rise } else { -rise } / STEP;
        }
        effects
    }
}

/// Summary of the elementary effects of one path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MorrisIndices {
    /// Mean effect.
    pub mu: f64,
    /// Mean absolute effect.
    pub mu_star: Estimate,
    /// Sample standard deviation of the effects; `None` for one trajectory.
    pub sigma: Option<f64>,
}

/// The indices of every path, from the values at the points of a `Morris` design over these paths. `None` if a value is
/// missing (NaN).
pub fn morris(values: &[f64], paths: &[&str], seed: u64, resamples: usize) -> Option<Vec<MorrisIndices>> {
    let chunks = values.chunks_exact(paths.len() + 1).enumerate();
    summarise(chunks.map(|(number, values)| (trajectory(paths, number, seed), values)), seed, resamples)
}

/// Computes the indices from trajectories and the values at their points.
fn summarise<'a>(
    trajectories: impl Iterator<Item = (Trajectory, &'a [f64])>,
    seed: u64,
    resamples: usize,
) -> Option<Vec<MorrisIndices>> {
    let effects: Vec<Vec<f64>> = trajectories.map(|(trajectory, values)| trajectory.effects(values)).collect();
    if effects.iter().flatten().any(|effect| !effect.is_finite()) {
        return None;
    }
    let (count, paths) = (effects.len() as f64, effects.first().map_or(0, Vec::len));
    let mean = |rows: &[usize], path: usize| rows.iter().map(|row| effects[*row][path].abs()).sum::<f64>() / count;
    let stars = bootstrap(seed, effects.len(), resamples, |rows| Some((0..paths).map(|at| mean(rows, at)).collect()))?;
    Some(stars.into_iter().enumerate().map(|(path, mu_star)| indices(&effects, path, mu_star)).collect())
}

/// The indices of one path, from the effects of every path on each trajectory.
fn indices(effects: &[Vec<f64>], path: usize, mu_star: Estimate) -> MorrisIndices {
    let count = effects.len() as f64;
    let mu = effects.iter().map(|effects| effects[path]).sum::<f64>() / count;
    let squares: f64 = effects.iter().map(|effects| (effects[path] - mu) * (effects[path] - mu)).sum();
    MorrisIndices { mu, mu_star, sigma: (effects.len() > 1).then(|| (squares / (count - 1.0)).sqrt()) }
}

#[cfg(test)]
mod tests {
    use super::super::variance::tests::{ishigami, near, numbers, points, salib};
    use super::*;

    #[test]
    fn a_trajectory_moves_every_path_once_between_levels() {
        let paths = ["a", "b", "c", "d"];
        for number in 0..100 {
            let points = trajectory(&paths, number, 7).points();
            assert_eq!(points.len(), 5);
            let mut stepped: Vec<usize> = Vec::new();
            for pair in points.windows(2) {
                let changed: Vec<usize> = (0..4).filter(|path| pair[0][*path] != pair[1][*path]).collect();
                assert_eq!(changed.len(), 1);
                let (from, to) = (pair[0][changed[0]], pair[1][changed[0]]);
                assert!(((from - to).abs() - STEP).abs() < 1e-12 && from.max(to) <= 1.0 && from.min(to) >= 0.0);
                stepped.extend(changed);
            }
            stepped.sort_unstable();
            assert_eq!(stepped, [0, 1, 2, 3]);
        }
    }

    #[test]
    fn one_more_path_does_not_change_the_steps_of_the_others() {
        let (few, more) = (trajectory(&["a", "b"], 3, 7), trajectory(&["a", "b", "c"], 3, 7));
        assert_eq!((&few.start[..], &few.end[..]), (&more.start[..2], &more.end[..2]));
    }

    /// The trajectory through these points.
    fn through(points: &[Vec<f64>]) -> Trajectory {
        let step = |pair: &[Vec<f64>]| (0..pair[0].len()).find(|path| pair[0][*path] != pair[1][*path]).unwrap();
        let order = points.windows(2).map(step).collect();
        Trajectory { start: points[0].clone(), end: points[points.len() - 1].clone(), order }
    }

    #[test]
    fn effects_on_the_ishigami_function_are_those_of_salib_on_the_same_points() {
        let fixture = salib("morris");
        let points = points(&fixture);
        let values: Vec<f64> = points.iter().map(|point| ishigami(point)).collect();
        near("values", &values, &numbers(&fixture["values"]), 1e-12);
        let trajectories = points.chunks(4).map(through).zip(values.chunks(4));
        let found = summarise(trajectories, 1, 200).unwrap();
        let column = |index: fn(&MorrisIndices) -> f64| found.iter().map(index).collect::<Vec<f64>>();
        near("mu", &column(|indices| indices.mu), &numbers(&fixture["mu"]), 1e-12);
        near("mu_star", &column(|indices| indices.mu_star.value), &numbers(&fixture["mu_star"]), 1e-12);
        near("sigma", &column(|indices| indices.sigma.unwrap()), &numbers(&fixture["sigma"]), 1e-12);
    }
}
