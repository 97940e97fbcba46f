//! Compressed sparse row graph with fixed-point weights, so that no order of addition changes a sum.
use crate::quarter::measures::graph::is_free;

/// The whole number for a weight of 1: 2^30 distinguishes nine decimals, and 65,536 nations cannot overflow.
const UNIT: f64 = (1u64 << 30) as f64;

/// A graph in compressed sparse rows; nodes are nations (ranked by strength) or blocs of them.
#[derive(Clone, Debug, Default)]
pub struct CsrGraph {
    /// Index in `ties` of each node's first neighbour, and the number of ties at the end.
    starts: Vec<usize>,
    /// Neighbours and weights, node by node.
    ties: Vec<(u32, i64)>,
    /// Sum of the weights of a node's ties; for a bloc it includes twice the weights inside.
    pub strengths: Vec<i64>,
    /// Twice the sum of all weights.
    pub twice_total: i64,
}

impl CsrGraph {
    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.strengths.len()
    }
    /// Number of nodes with ties; those without come last.
    pub fn busy(&self) -> usize {
        self.strengths.iter().take_while(|strength| **strength > 0).count()
    }
    /// The neighbours of a node, with weights above 0, without the node itself.
    pub fn ties_of(&self, node: usize) -> &[(u32, i64)] {
        &self.ties[self.starts[node]..self.starts[node + 1]]
    }
}

/// Builds a [`CsrGraph`] from dense weights; nodes are ranked by strength.
#[derive(Clone, Debug, Default)]
pub struct GraphBuilder {
    pairs: Vec<(u32, u32, i64)>,
    strengths: Vec<i64>,
    degrees: Vec<usize>,
    order: Vec<u32>,
    /// The node of each nation.
    pub rank: Vec<u32>,
}

impl GraphBuilder {
    /// Keeps the free ties among `n` nations; the strongest nation becomes node 0.
    pub fn build(&mut self, weights: &[f64], n: usize, free_share: f64, graph: &mut CsrGraph) {
        assert_eq!(weights.len(), n * n, "weights are n x n");
        self.collect(weights, n, free_share);
        self.rank_by_strength(n);
        self.fill(n, graph);
    }

    fn collect(&mut self, weights: &[f64], n: usize, free_share: f64) {
        self.pairs.clear();
        reset(&mut self.strengths, n, 0);
        reset(&mut self.degrees, n, 0);
        for i in 0..n {
            for (j, weight) in (i + 1..n).zip(&weights[i * n + i + 1..]) {
                if !is_free(*weight, free_share) {
                    continue;
                }
                let whole = (weight.min(1.0) * UNIT + 0.5) as i64;
                if whole > 0 {
                    self.pairs.push((i as u32, j as u32, whole));
                    for end in [i, j] {
                        self.strengths[end] += whole;
                        self.degrees[end] += 1;
                    }
                }
            }
        }
    }

    fn rank_by_strength(&mut self, n: usize) {
        let strengths = &self.strengths;
        self.order.clear();
        self.order.extend(0..n as u32);
        self.order.sort_unstable_by_key(|i| (std::cmp::Reverse(strengths[*i as usize]), *i));
        reset(&mut self.rank, n, 0);
        for (rank, nation) in self.order.iter().enumerate() {
            self.rank[*nation as usize] = rank as u32;
        }
    }

    fn fill(&mut self, n: usize, graph: &mut CsrGraph) {
        graph.strengths.clear();
        graph.strengths.extend(self.order.iter().map(|i| self.strengths[*i as usize]));
        graph.twice_total = graph.strengths.iter().sum();
        reset(&mut graph.starts, n + 1, 0);
        for (rank, nation) in self.order.iter().enumerate() {
            graph.starts[rank + 1] = graph.starts[rank] + self.degrees[*nation as usize];
        }
        reset(&mut graph.ties, 2 * self.pairs.len(), (0, 0));
        // From here on `degrees` holds the index of each node's next neighbour.
        self.degrees.copy_from_slice(&graph.starts[..n]);
        for &(i, j, weight) in &self.pairs {
            let (a, b) = (self.rank[i as usize], self.rank[j as usize]);
            for (node, other) in [(a, b), (b, a)] {
                let place = &mut self.degrees[node as usize];
                graph.ties[*place] = (other, weight);
                *place += 1;
            }
        }
    }
}

/// Louvain aggregation: builds the graph whose nodes are the blocs of another graph.
#[derive(Clone, Debug, Default)]
pub struct Aggregator {
    /// Nodes, bloc by bloc.
    members: Vec<u32>,
    /// Index in `members` of each bloc's first node, and the number of nodes at the end.
    starts: Vec<usize>,
    /// Weight of a bloc's ties to each other bloc; 0 between blocs.
    sums: Vec<i64>,
    /// Neighbouring blocs, in the order in which they are found.
    met: Vec<u32>,
}

impl Aggregator {
    /// Writes to `to` the graph whose nodes are the `count` blocs of `from`.
    pub fn aggregate(&mut self, from: &CsrGraph, bloc: &[u32], count: usize, to: &mut CsrGraph) {
        self.gather(bloc, count);
        reset(&mut self.sums, count, 0);
        reset(&mut to.strengths, count, 0);
        to.twice_total = from.twice_total;
        to.ties.clear();
        to.starts.clear();
        to.starts.push(0);
        for own in 0..count {
            for &node in &self.members[self.starts[own]..self.starts[own + 1]] {
                to.strengths[own] += from.strengths[node as usize];
                for &(other, weight) in from.ties_of(node as usize) {
                    let theirs = bloc[other as usize];
                    if theirs as usize != own {
                        if self.sums[theirs as usize] == 0 {
                            self.met.push(theirs);
                        }
                        self.sums[theirs as usize] += weight;
                    }
                }
            }
            let sums = &mut self.sums;
            to.ties.extend(self.met.drain(..).map(|theirs| (theirs, std::mem::take(&mut sums[theirs as usize]))));
            to.starts.push(to.ties.len());
        }
    }

    /// Lists the members of each bloc.
    fn gather(&mut self, bloc: &[u32], count: usize) {
        reset(&mut self.starts, count + 1, 0);
        for own in bloc {
            self.starts[*own as usize + 1] += 1;
        }
        for own in 0..count {
            self.starts[own + 1] += self.starts[own];
        }
        reset(&mut self.members, bloc.len(), 0);
        for (node, own) in bloc.iter().enumerate().rev() {
            // Filled from the end of each bloc, so that the decreasing index stops at the bloc's start.
            let end = &mut self.starts[*own as usize + 1];
            *end -= 1;
            self.members[*end] = node as u32;
        }
        self.starts.remove(0);
        self.starts.push(bloc.len());
    }
}

/// Sets a buffer to this length, with one value everywhere, and reuses its memory.
pub fn reset<T: Clone>(buffer: &mut Vec<T>, length: usize, value: T) {
    buffer.clear();
    buffer.resize(length, value);
}
