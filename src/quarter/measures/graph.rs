//! Graph measures: Borgatti's fragmentation F and DF, and the flow inside blocs.
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::bits;

/// Number of members of each bloc; blocs are numbered from 0 without gaps.
pub fn bloc_sizes(blocs: &[usize]) -> Vec<usize> {
    let mut sizes = vec![0; bloc_count(blocs)];
    for bloc in blocs {
        sizes[*bloc] += 1;
    }
    sizes
}

/// Number of blocs; they are numbered from 0 without gaps.
pub fn bloc_count(blocs: &[usize]) -> usize {
    blocs.iter().max().map_or(0, |last| last + 1)
}

/// Borgatti's F = 1 - sum s(s - 1) / (n(n - 1)): the share of pairs in different blocs.
/// 0 if there is no pair.
pub fn fragmentation_index(bloc_sizes: &[usize], n: usize) -> f64 {
    debug_assert_eq!(bloc_sizes.iter().sum::<usize>(), n, "blocs hold every nation once");
    if n < 2 {
        return 0.0;
    }
    let together: usize = bloc_sizes.iter().map(|s| s * s.saturating_sub(1)).sum();
    1.0 - together as f64 / (n * (n - 1)) as f64
}

/// The pairs that share freely, as a symmetric relation: `weights` (n x n, symmetric, row by row) at or above
/// `free_share`, and above 0. Only the pairs `i < j` are read.
pub fn free_ties(weights: &[f64], n: usize, free_share: f64) -> BitMatrix {
    assert_eq!(weights.len(), n * n, "weights are n x n");
    let mut ties = BitMatrix::none(n);
    for i in 0..n {
        for j in i + 1..n {
            if is_free(weights[i * n + j], free_share) {
                ties.set(NationId::new(i), NationId::new(j), true);
                ties.set(NationId::new(j), NationId::new(i), true);
            }
        }
    }
    ties
}

/// True if a pair shares freely: its weight is at or above the threshold, and above 0 even if the threshold is 0.
pub(super) fn is_free(weight: f64, free_share: f64) -> bool {
    weight >= free_share && weight > 0.0
}

/// Borgatti's DF = 1 - 2 sum over pairs of 1/d / (n(n - 1)), d in hops over the symmetric `ties` of `n` nations,
/// 1/d = 0 if unreachable. 0 if there is no pair.
pub fn distance_fragmentation_index(ties: &BitMatrix, n: usize) -> f64 {
    if n < 2 {
        return 0.0;
    }
    let mut search = BreadthFirstSearch::new(ties, n);
    for from in 0..n {
        search.count_from(from);
    }
    // The pairs are counted in whole numbers by distance, so the order of nations does not change the sum.
    let mut closeness = 0.0;
    for (d, pairs) in search.pairs_at.iter().enumerate().skip(1) {
        closeness += *pairs as f64 / d as f64;
    }
    1.0 - closeness / (n * (n - 1)) as f64
}

/// Direction-optimising breadth-first search on bit sets: each step runs top-down or bottom-up, whichever is cheaper.
struct BreadthFirstSearch<'a> {
    ties: &'a BitMatrix,
    everyone: Vec<u64>,
    unseen: Vec<u64>,
    frontier: Vec<u64>,
    next: Vec<u64>,
    /// Ordered pairs by distance in hops.
    pairs_at: Vec<u64>,
}

impl<'a> BreadthFirstSearch<'a> {
    fn new(ties: &'a BitMatrix, n: usize) -> Self {
        let mut everyone = vec![u64::MAX; n.div_ceil(64)];
        if let (Some(last), 1..) = (everyone.last_mut(), n % 64) {
            *last = (1 << (n % 64)) - 1;
        }
        let blank = vec![0; everyone.len()];
        Self { ties, unseen: blank.clone(), frontier: blank.clone(), next: blank, everyone, pairs_at: vec![0; n] }
    }

    /// Adds the nations that `from` reaches to the counts by distance.
    fn count_from(&mut self, from: usize) {
        self.unseen.copy_from_slice(&self.everyone);
        self.unseen[from / 64] &= !(1 << (from % 64));
        self.frontier.fill(0);
        self.frontier[from / 64] |= 1 << (from % 64);
        for hops in 1.. {
            // Ties are symmetric, so the search can start from the smaller of the two sets.
            if count(&self.unseen) < count(&self.frontier) {
                self.step_bottom_up()
            } else {
                self.step_top_down()
            }
            let reached = count(&self.next);
            if reached == 0 {
                return;
            }
            self.pairs_at[hops] += reached;
            self.unseen.iter_mut().zip(&self.next).for_each(|(u, n)| *u &= !n);
            std::mem::swap(&mut self.frontier, &mut self.next);
        }
    }

    /// Collects the unseen neighbours of every nation of the frontier.
    fn step_top_down(&mut self) {
        self.next.fill(0);
        for at in bits(self.frontier.iter().copied()) {
            self.next.iter_mut().zip(self.ties.row(NationId::new(at))).for_each(|(n, t)| *n |= t);
        }
        self.next.iter_mut().zip(&self.unseen).for_each(|(n, u)| *n &= u);
    }

    /// Tests for every unseen nation whether it has a neighbour in the frontier.
    fn step_bottom_up(&mut self) {
        self.next.fill(0);
        for at in bits(self.unseen.iter().copied()) {
            let met = self.ties.row(NationId::new(at)).iter().zip(&self.frontier).any(|(t, f)| t & f != 0);
            self.next[at / 64] |= u64::from(met) << (at % 64);
        }
    }
}

fn count(words: &[u64]) -> u64 {
    words.iter().map(|w| u64::from(w.count_ones())).sum()
}

/// For each bloc, the share of its members' flows that stays inside the bloc; 0 if they send nothing. `flows` are n x
/// n, row by row (row: sender, column: receiver), and need not be symmetric.
pub fn internal_flow_shares(flows: &[f64], blocs: &[usize]) -> Vec<f64> {
    let n = blocs.len();
    assert_eq!(flows.len(), n * n, "flows are n x n");
    let mut inside = vec![0.0; bloc_count(blocs)];
    let mut sent = vec![0.0; inside.len()];
    for from in 0..n {
        for to in (0..n).filter(|to| *to != from) {
            let flow = flows[from * n + to];
            sent[blocs[from]] += flow;
            if blocs[from] == blocs[to] {
                inside[blocs[from]] += flow;
            }
        }
    }
    inside.iter().zip(&sent).map(|(inside, sent)| if *sent > 0.0 { inside / sent } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests;
