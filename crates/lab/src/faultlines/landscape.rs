//! The landscape of Axelrod and Bennett (1993): the energy of each configuration of states on two sides.

/// The side of each state, by its number.
pub type Sides = Vec<bool>;

/// The greatest weight of a pair, in whole numbers.
const WHOLE: f64 = (1_u64 << 30) as f64;

/// Weights of pairs. A positive weight is the cost of putting `i` and `j` on different sides; a negative weight is the cost
/// of putting them on the same side.
///
/// The weight of a pair is `s_i s_j p_ij`, with sizes `s` and propensity `p`, scaled to integers of which the greatest is
/// 2^30. Sums of integers do not depend on their order, so moves are compared exactly and the descent ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Landscape {
    n: usize,
    /// n x n, symmetric, zero on the diagonal.
    weights: Vec<i64>,
    /// The value of weight 1 in units of `s_i s_j p_ij`.
    unit: f64,
}

impl Landscape {
    /// `sizes` are above 0; `propensity` is an n x n matrix, row by row. The propensity of a pair is the mean of both
    /// directions; the diagonal is ignored.
    pub fn new(sizes: &[f64], propensity: &[f64]) -> Self {
        let n = sizes.len();
        assert_eq!(propensity.len(), n * n, "a propensity for every ordered pair");
        let real: Vec<f64> = (0..n * n).map(|at| real_weight(sizes, propensity, at / n, at % n)).collect();
        let heaviest = real.iter().fold(0.0, |most: f64, weight| most.max(weight.abs()));
        let unit = if heaviest > 0.0 { heaviest / WHOLE } else { 1.0 };
        Self { n, weights: real.iter().map(|weight| (weight / unit).round() as i64).collect(), unit }
    }

    /// Number of states.
    pub fn len(&self) -> usize {
        self.n
    }
    /// True if there is no state.
    pub fn is_empty(&self) -> bool {
        self.n == 0
    }
    /// True if all weights are 0, so that all configurations have the same energy.
    pub fn is_flat(&self) -> bool {
        self.weights.iter().all(|weight| *weight == 0)
    }
    /// The weight of a pair, as a scaled integer.
    pub fn weight(&self, i: usize, j: usize) -> i64 {
        self.weights[i * self.n + j]
    }
    fn row(&self, i: usize) -> &[i64] {
        &self.weights[i * self.n..(i + 1) * self.n]
    }

    /// The energy as a scaled integer: the sum of `s_i s_j p_ij d_ij` over ordered pairs, where `d_ij` is 1 if the two are on
    /// different sides, else 0.
    pub fn whole_energy(&self, sides: &[bool]) -> i64 {
        (0..self.n).map(|i| weight_apart(self.row(i), sides, sides[i])).sum()
    }
    /// The energy of a configuration, in sizes squared: sizes times sizes times propensity.
    pub fn energy(&self, sides: &[bool]) -> f64 {
        self.whole_energy(sides) as f64 * self.unit
    }

    /// The absolute weight of a pair that is placed against its propensity, else 0.
    pub fn strain(&self, sides: &[bool], (i, j): (usize, usize)) -> i64 {
        let weight = self.weight(i, j);
        if (weight > 0) == (sides[i] != sides[j]) { weight.abs() } else { 0 }
    }
    /// Share of the weight of pairs that are placed against their propensity, 0 to 1.
    pub fn strained_share(&self, sides: &[bool]) -> f64 {
        let pairs = (0..self.n).flat_map(|i| (0..i).map(move |j| (i, j)));
        let (strained, all) = pairs.fold((0, 0), |(strained, all), (i, j)| {
            (strained + self.strain(sides, (i, j)), all + self.weight(i, j).abs())
        });
        if all == 0 { 0.0 } else { strained as f64 / all as f64 }
    }

    /// By how much the frustration of a state, times its size, rises if it alone changes sides. The energy rises by twice as
    /// much.
    pub fn rise(&self, sides: &[bool], i: usize) -> i64 {
        let row = self.row(i);
        row.iter().sum::<i64>() - 2 * weight_apart(row, sides, sides[i])
    }
    /// The same as a share of the weight of all pairs of the state, -1 to 1; none if these weights are 0.
    pub fn rise_share(&self, sides: &[bool], i: usize) -> Option<f64> {
        let pull: i64 = self.row(i).iter().map(|weight| weight.abs()).sum();
        (pull > 0).then(|| self.rise(sides, i) as f64 / pull as f64)
    }
    /// True if no state would lower its own frustration by changing sides alone.
    pub fn is_stable(&self, sides: &[bool]) -> bool {
        (0..self.n).all(|i| self.rise(sides, i) >= 0)
    }

    /// Steepest descent: the state whose move lowers the energy most changes sides (the first of several), until the
    /// configuration is stable. `moved` is called with each state that moves.
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

/// The weight of a pair before scaling; 0 on the diagonal.
fn real_weight(sizes: &[f64], propensity: &[f64], i: usize, j: usize) -> f64 {
    let n = sizes.len();
    if i == j {
        return 0.0;
    }
    // The smaller index first: rounding must not make the matrix asymmetric.
    sizes[i.min(j)] * sizes[i.max(j)] * ((propensity[i * n + j] + propensity[j * n + i]) / 2.0)
}

/// The sum of the weights of the states on the other side.
fn weight_apart(row: &[i64], sides: &[bool], side: bool) -> i64 {
    row.iter().zip(sides).filter(|(_, other)| **other != side).map(|(weight, _)| weight).sum()
}

/// The same configuration with the first state on side `false`; the two sides are interchangeable.
pub fn normalized(mut sides: Sides) -> Sides {
    if sides.first() == Some(&true) {
        sides.iter_mut().for_each(|side| *side = !*side);
    }
    sides
}

#[cfg(test)]
mod tests;
