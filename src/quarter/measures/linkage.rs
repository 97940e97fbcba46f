//! Blocs by average linkage (UPGMA): clusters are joined while the average overlap between them reaches a threshold.
//!
//! Written here rather than taken from a crate: of equal merges the one with the smaller identities must come first,
//! and sums are exact, so that renumbering the nations changes nothing but such ties.
use super::pictures::{OVERLAP_UNITS, Pictures};

/// Finds clusters; keeps its memory between calls.
#[derive(Clone, Debug, Default)]
pub struct AverageLinkage {
    nations: usize,
    /// For clusters i < j, each named by its smallest member: the sum of the overlaps between them, in whole units.
    sums: Vec<f64>,
    /// Number of members of each cluster; 0 if it was joined to another.
    sizes: Vec<usize>,
    /// For each cluster, the later cluster with which its average overlap is greatest: the first of equals.
    nearest: Vec<Neighbour>,
    /// For each nation, the cluster that it belongs to.
    cluster: Vec<usize>,
}

/// The cluster nearest to another, and their average overlap in units; below every average if there is none.
#[derive(Clone, Copy, Debug)]
struct Neighbour {
    average: f64,
    cluster: usize,
}

const NOBODY: Neighbour = Neighbour { average: f64::NEG_INFINITY, cluster: usize::MAX };

impl AverageLinkage {
    /// Writes the bloc of each nation to `blocs`; blocs are numbered from 0 by their smallest members. Clusters join
    /// while their average overlap is at least `threshold` (above 0), the nearest first; of equally near pairs of
    /// clusters the one with the smaller identities.
    pub fn find(&mut self, pictures: &Pictures, threshold: f64, blocs: &mut Vec<usize>) {
        self.start(pictures);
        while let Some((a, b)) = self.nearest_pair(threshold * OVERLAP_UNITS) {
            self.join(a, b);
        }
        let mut number = vec![0; self.nations];
        let clusters = (0..self.nations).filter(|cluster| self.sizes[*cluster] > 0);
        clusters.enumerate().for_each(|(count, cluster)| number[cluster] = count);
        blocs.clear();
        blocs.extend(self.cluster.iter().map(|cluster| number[*cluster]));
    }

    /// Every nation is a cluster of its own.
    fn start(&mut self, pictures: &Pictures) {
        let overlap = pictures.overlap_units();
        let n = overlap.nations();
        self.nations = n;
        self.sums.clear();
        self.sums.extend_from_slice(overlap.cells());
        self.sizes.clear();
        self.sizes.resize(n, 1);
        self.cluster.clear();
        self.cluster.extend(0..n);
        self.nearest.clear();
        self.nearest.resize(n, NOBODY);
        (0..n).for_each(|at| self.nearest[at] = self.find_nearest(at));
    }

    /// The two nearest clusters, the one with the smaller identity first, if they are near enough.
    fn nearest_pair(&self, threshold: f64) -> Option<(usize, usize)> {
        let mut best = (usize::MAX, NOBODY);
        for (at, near) in self.nearest.iter().enumerate() {
            if near.average > best.1.average {
                best = (at, *near);
            }
        }
        (best.1.average >= threshold && best.1.average > 0.0).then_some((best.0, best.1.cluster))
    }

    /// Joins cluster `b` to cluster `a`, `a < b`.
    fn join(&mut self, a: usize, b: usize) {
        let n = self.nations;
        for other in (0..n).filter(|other| *other != a && *other != b) {
            let sum = self.sums[other * n + a] + self.sums[other * n + b];
            self.sums[other * n + a] = sum;
            self.sums[a * n + other] = sum;
        }
        self.sizes[a] += std::mem::take(&mut self.sizes[b]);
        self.cluster.iter_mut().filter(|cluster| **cluster == b).for_each(|cluster| *cluster = a);
        self.nearest[b] = NOBODY;
        self.nearest[a] = self.find_nearest(a);
        for other in (0..b).filter(|other| *other != a && self.sizes[*other] > 0) {
            // The average with the joined cluster lies between those with its parts, so no other neighbour is passed.
            let near = self.nearest[other];
            let is_joined = near.cluster == a && other < a;
            if near.cluster == b || is_joined && self.average(other, a) < near.average {
                self.nearest[other] = self.find_nearest(other);
            }
        }
    }

    /// The nearest of the later clusters.
    fn find_nearest(&self, at: usize) -> Neighbour {
        let mut best = NOBODY;
        let later = at + 1..self.nations;
        let sums = &self.sums[at * self.nations..][later.clone()];
        for ((other, sum), size) in later.clone().zip(sums).zip(&self.sizes[later]) {
            // A sum is 0 more often than not, and a division takes long.
            let average = if *sum > 0.0 { sum / (self.sizes[at] * size) as f64 } else { 0.0 };
            if *size > 0 && average > best.average {
                best = Neighbour { average, cluster: other };
            }
        }
        best
    }

    fn average(&self, a: usize, b: usize) -> f64 {
        self.sums[a * self.nations + b] / (self.sizes[a] * self.sizes[b]) as f64
    }
}

/// The bloc of each nation; see [`AverageLinkage::find`].
pub fn blocs(pictures: &Pictures, threshold: f64) -> Vec<usize> {
    let mut blocs = Vec::new();
    AverageLinkage::default().find(pictures, threshold, &mut blocs);
    blocs
}
