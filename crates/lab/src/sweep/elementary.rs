//! Morris screening: the effect of a step along each path, over walks that start all over the range.
//!
//! M. D. Morris, Factorial sampling plans for preliminary computational experiments, Technometrics 33 (1991); the mean
//! of absolute effects is F. Campolongo's, Environmental Modelling & Software 22 (2007). Effects as in SALib.
use super::bootstrap::{Estimate, estimates};
use super::design::draw;

/// Values that a path takes.
const LEVELS: usize = 4;
/// The length of a step, where the range is 1: two of the three gaps between levels, so that all levels are as likely.
const STEP: f64 = 2.0 / 3.0;

/// A walk: every path is stepped once.
#[derive(Clone, Debug, PartialEq)]
pub struct Walk {
    /// Where it starts, between 0 and 1.
    start: Vec<f64>,
    /// Where each path ends.
    end: Vec<f64>,
    /// The order in which paths are stepped.
    order: Vec<usize>,
}

/// A walk by its number. The seed names it, and a further path changes no other's steps.
pub fn walk(paths: &[&str], number: usize, seed: u64) -> Walk {
    let of = |path: &str, k: usize| draw(seed, path, 3 * number + k);
    let low = |path: &str| {
        let level = ((of(path, 0) * (LEVELS / 2) as f64) as usize).min(LEVELS / 2 - 1);
        level as f64 / (LEVELS - 1) as f64
    };
    let ends: Vec<(f64, f64)> = paths
        .iter()
        .map(|path| {
            // The upper end as a level of its own, not as a sum, so that the last is 1.
            let (low, high) = (low(path), 1.0 - if low(path) > 0.0 { 0.0 } else { 1.0 - STEP });
            if of(path, 1) < 0.5 { (low, high) } else { (high, low) }
        })
        .collect();
    let mut order: Vec<usize> = (0..paths.len()).collect();
    order.sort_by(|a, b| of(paths[*a], 2).total_cmp(&of(paths[*b], 2)));
    Walk {
        start: ends.iter().map(|(start, _)| *start).collect(),
        end: ends.iter().map(|(_, end)| *end).collect(),
        order,
    }
}

impl Walk {
    /// The places that are passed, the start first.
    pub fn places(&self) -> Vec<Vec<f64>> {
        let mut places = vec![self.start.clone()];
        for &path in &self.order {
            let mut place = places[places.len() - 1].clone();
            place[path] = self.end[path];
            places.push(place);
        }
        places
    }

    /// The effect of each path from the values at the places.
    fn effects(&self, values: &[f64]) -> Vec<f64> {
        let mut effects = vec![0.0; self.order.len()];
        for (step, &path) in self.order.iter().enumerate() {
            let rise = values[step + 1] - values[step];
            effects[path] = if self.end[path] > self.start[path] { rise } else { -rise } / STEP;
        }
        effects
    }
}

/// What the effects of a path come to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Morris {
    /// Their mean.
    pub mu: f64,
    /// The mean of their absolute values.
    pub mu_star: Estimate,
    /// Their sample standard deviation; none of one walk.
    pub sigma: Option<f64>,
}

/// What the effects of every path come to, from the values at the points of a `Morris` design over these. None where a
/// value is missing (NaN).
pub fn morris(values: &[f64], paths: &[&str], seed: u64, resamples: usize) -> Option<Vec<Morris>> {
    let walks = values.chunks_exact(paths.len() + 1).enumerate();
    morris_of(walks.map(|(number, values)| (walk(paths, number, seed), values)), seed, resamples)
}

/// The same from walks and the values on them.
fn morris_of<'a>(walks: impl Iterator<Item = (Walk, &'a [f64])>, seed: u64, resamples: usize) -> Option<Vec<Morris>> {
    let effects: Vec<Vec<f64>> = walks.map(|(walk, values)| walk.effects(values)).collect();
    if effects.iter().flatten().any(|effect| !effect.is_finite()) {
        return None;
    }
    let (count, paths) = (effects.len() as f64, effects.first().map_or(0, Vec::len));
    let mean = |rows: &[usize], path: usize| rows.iter().map(|row| effects[*row][path].abs()).sum::<f64>() / count;
    let stars = estimates(seed, effects.len(), resamples, |rows| Some((0..paths).map(|at| mean(rows, at)).collect()))?;
    let one = |(path, mu_star): (usize, Estimate)| {
        let mu = effects.iter().map(|effects| effects[path]).sum::<f64>() / count;
        let squares: f64 = effects.iter().map(|effects| (effects[path] - mu) * (effects[path] - mu)).sum();
        Morris { mu, mu_star, sigma: (effects.len() > 1).then(|| (squares / (count - 1.0)).sqrt()) }
    };
    Some(stars.into_iter().enumerate().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::super::variance::tests::{ishigami, near, numbers, points, salib};
    use super::*;

    #[test]
    fn a_walk_steps_every_path_once_between_levels() {
        let paths = ["a", "b", "c", "d"];
        for number in 0..100 {
            let places = walk(&paths, number, 7).places();
            assert_eq!(places.len(), 5);
            let mut stepped: Vec<usize> = Vec::new();
            for pair in places.windows(2) {
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
    fn a_further_path_changes_no_others_steps() {
        let (few, more) = (walk(&["a", "b"], 3, 7), walk(&["a", "b", "c"], 3, 7));
        assert_eq!((&few.start[..], &few.end[..]), (&more.start[..2], &more.end[..2]));
    }

    /// The walk that passes these points.
    fn through(points: &[Vec<f64>]) -> Walk {
        let step = |pair: &[Vec<f64>]| (0..pair[0].len()).find(|path| pair[0][*path] != pair[1][*path]).unwrap();
        let order = points.windows(2).map(step).collect();
        Walk { start: points[0].clone(), end: points[points.len() - 1].clone(), order }
    }

    #[test]
    fn effects_on_the_ishigami_function_are_those_of_salib_on_the_same_points() {
        let told = salib("morris");
        let points = points(&told);
        let values: Vec<f64> = points.iter().map(|point| ishigami(point)).collect();
        near("values", &values, &numbers(&told["values"]), 1e-12);
        let walks = points.chunks(4).map(through).zip(values.chunks(4));
        let found = morris_of(walks, 1, 200).unwrap();
        let of = |index: fn(&Morris) -> f64| found.iter().map(index).collect::<Vec<f64>>();
        near("mu", &of(|of| of.mu), &numbers(&told["mu"]), 1e-12);
        near("mu_star", &of(|of| of.mu_star.value), &numbers(&told["mu_star"]), 1e-12);
        near("sigma", &of(|of| of.sigma.unwrap()), &numbers(&told["sigma"]), 1e-12);
    }
}
