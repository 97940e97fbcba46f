//! The landscape of Axelrod and Bennett (1993): what it costs states to stand on the sides they stand on.

/// On which of two sides each state stands, by its number.
pub type Sides = Vec<bool>;

/// The greatest weight of a pair, in whole numbers.
const WHOLE: f64 = (1_u64 << 30) as f64;

/// Weights of pairs: what `i` and `j` lose together by standing apart (by standing together, where it is negative).
///
/// The weight of a pair is `s_i s_j p_ij`, of the sizes and the propensity, in whole numbers of which the heaviest pair
/// has 2^30: sums do not depend on their order, so a move is compared exactly and the descent ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Landscape {
    n: usize,
    /// n x n, symmetric, zero on the diagonal.
    weights: Vec<i64>,
    /// What one whole number is worth in `s_i s_j p_ij`.
    unit: f64,
}

impl Landscape {
    /// The landscape of states of these sizes (above 0) with these propensities, n x n, row by row; of a pair the mean of
    /// both directions counts, the diagonal does not.
    pub fn new(sizes: &[f64], propensity: &[f64]) -> Self {
        let n = sizes.len();
        assert_eq!(propensity.len(), n * n, "a propensity for every ordered pair");
        let weight = |i: usize, j: usize| match i == j {
            true => 0.0,
            // The smaller first: a product must not depend on who is asked.
            false => sizes[i.min(j)] * sizes[i.max(j)] * ((propensity[i * n + j] + propensity[j * n + i]) / 2.0),
        };
        let real: Vec<f64> = (0..n * n).map(|at| weight(at / n, at % n)).collect();
        let heaviest = real.iter().fold(0.0, |most: f64, weight| most.max(weight.abs()));
        let unit = if heaviest > 0.0 { heaviest / WHOLE } else { 1.0 };
        Self { n, weights: real.iter().map(|weight| (weight / unit).round() as i64).collect(), unit }
    }

    /// How many states there are.
    pub fn len(&self) -> usize {
        self.n
    }
    /// Whether there is no state.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }
    /// Whether no pair has a weight, so that every configuration is as good.
    pub fn is_flat(&self) -> bool {
        self.weights.iter().all(|weight| *weight == 0)
    }
    /// The weight of a pair, in whole numbers.
    pub fn weight(&self, i: usize, j: usize) -> i64 {
        self.weights[i * self.n + j]
    }
    fn row(&self, i: usize) -> &[i64] {
        &self.weights[i * self.n..(i + 1) * self.n]
    }

    /// The sum of `s_i s_j p_ij d_ij` over ordered pairs, in whole numbers; `d_ij` is 1 where they stand apart, else 0.
    pub fn whole_energy(&self, sides: &[bool]) -> i64 {
        (0..self.n).map(|i| apart(self.row(i), sides, sides[i])).sum()
    }
    /// The energy of a configuration, in sizes squared: sizes times sizes times propensity.
    pub fn energy(&self, sides: &[bool]) -> f64 {
        self.whole_energy(sides) as f64 * self.unit
    }

    /// How far a pair stands against its propensity: its weight where it does, else 0.
    pub fn strain(&self, sides: &[bool], (i, j): (usize, usize)) -> i64 {
        let weight = self.weight(i, j);
        if (weight > 0) == (sides[i] != sides[j]) { weight.abs() } else { 0 }
    }
    /// The part of all weight that stands against its propensity, 0 to 1: 0 where no pair does.
    pub fn strained_share(&self, sides: &[bool]) -> f64 {
        let pairs = (0..self.n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let (strained, all) = pairs.fold((0, 0), |(strained, all), (i, j)| {
            (strained + self.strain(sides, (i, j)), all + self.weight(i, j).abs())
        });
        if all == 0 { 0.0 } else { strained as f64 / all as f64 }
    }

    /// By how much a state's frustration (times its size) rises if it alone changes sides; the energy rises by twice that.
    pub fn rise(&self, sides: &[bool], i: usize) -> i64 {
        let row = self.row(i);
        row.iter().sum::<i64>() - 2 * apart(row, sides, sides[i])
    }
    /// The same as a part of all that pulls at the state, -1 to 1; none where nothing does.
    pub fn rise_share(&self, sides: &[bool], i: usize) -> Option<f64> {
        let pull: i64 = self.row(i).iter().map(|weight| weight.abs()).sum();
        (pull > 0).then(|| self.rise(sides, i) as f64 / pull as f64)
    }
    /// Whether no state would lower its own frustration by changing sides alone.
    pub fn is_stable(&self, sides: &[bool]) -> bool {
        (0..self.n).all(|i| self.rise(sides, i) >= 0)
    }

    /// Steepest descent: the state whose move lowers the energy most changes sides, the first of several; again, until the
    /// configuration is stable. `moved` hears of each.
    pub fn descend(&self, sides: &mut [bool], moved: &mut dyn FnMut(usize)) {
        let mut rises: Vec<i64> = (0..self.n).map(|i| self.rise(sides, i)).collect();
        while let Some(first) = (0..self.n).min_by_key(|i| rises[*i]).filter(|i| rises[*i] < 0) {
            sides[first] = !sides[first];
            rises[first] = -rises[first];
            for (other, weight) in self.row(first).iter().enumerate().filter(|(other, _)| *other != first) {
                rises[other] += if sides[other] == sides[first] { 2 * weight } else { -2 * weight };
            }
            moved(first);
        }
    }
}

/// The weight of those on the other side.
fn apart(row: &[i64], sides: &[bool], side: bool) -> i64 {
    row.iter().zip(sides).filter(|(_, other)| **other != side).map(|(weight, _)| weight).sum()
}

/// The same two sides, named so that the first state stands on `false`: sides have no names of their own.
pub fn named(mut sides: Sides) -> Sides {
    if sides.first() == Some(&true) {
        sides.iter_mut().for_each(|side| *side = !*side);
    }
    sides
}

#[cfg(test)]
mod tests;
