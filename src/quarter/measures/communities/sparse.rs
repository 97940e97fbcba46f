//! A weighted graph as rows of neighbours, its weights whole numbers so that no order of adding changes a sum.
use crate::quarter::measures::graph::is_free;

/// What a weight of 1 counts: 2^30, so weights are told apart to nine decimals and 65,536 nations cannot overflow.
const UNIT: f64 = (1u64 << 30) as f64;

/// The graph; nodes are nations (ranked by strength) or blocs of them.
#[derive(Clone, Debug, Default)]
pub struct Sparse {
    starts: Vec<usize>,
    ties: Vec<(u32, i64)>,
    /// Everything that meets a node, including twice what lies inside it when it is a bloc.
    pub strengths: Vec<i64>,
    /// Twice the weight of all ties.
    pub twice_total: i64,
}

impl Sparse {
    /// How many nodes.
    pub fn len(&self) -> usize {
        self.strengths.len()
    }
    /// How many nodes have any weight; those that have none come last.
    pub fn busy(&self) -> usize {
        self.strengths.iter().take_while(|strength| **strength > 0).count()
    }
    /// The neighbours of a node, with weights above 0; never the node itself.
    pub fn ties_of(&self, node: usize) -> &[(u32, i64)] {
        &self.ties[self.starts[node]..self.starts[node + 1]]
    }
}

/// Turns dense weights into a [`Sparse`] graph whose nodes are ranked by strength.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    pairs: Vec<(u32, u32, i64)>,
    strengths: Vec<i64>,
    degrees: Vec<usize>,
    order: Vec<u32>,
    /// The node that stands for each nation.
    pub rank: Vec<u32>,
}

impl Reader {
    /// Keeps the free ties among `n` nations; the strongest nation becomes node 0.
    pub fn read(&mut self, weights: &[f64], n: usize, free_share: f64, graph: &mut Sparse) {
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

    fn fill(&mut self, n: usize, graph: &mut Sparse) {
        graph.strengths.clear();
        graph.strengths.extend(self.order.iter().map(|i| self.strengths[*i as usize]));
        graph.twice_total = graph.strengths.iter().sum();
        reset(&mut graph.starts, n + 1, 0);
        for (rank, nation) in self.order.iter().enumerate() {
            graph.starts[rank + 1] = graph.starts[rank] + self.degrees[*nation as usize];
        }
        reset(&mut graph.ties, 2 * self.pairs.len(), (0, 0));
        // `degrees` turns into the place of each node's next neighbour.
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

/// Turns the blocs of one graph into the nodes of the next.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    members: Vec<u32>,
    starts: Vec<usize>,
    sums: Vec<i64>,
    met: Vec<u32>,
}

impl Folder {
    /// Writes to `to` the graph whose nodes are the `count` blocs of `from`.
    pub fn fold(&mut self, from: &Sparse, bloc: &[u32], count: usize, to: &mut Sparse) {
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
            // Filled from behind, so that each start ends where its bloc begins.
            let end = &mut self.starts[*own as usize + 1];
            *end -= 1;
            self.members[*end] = node as u32;
        }
        self.starts.remove(0);
        self.starts.push(bloc.len());
    }
}

/// Gives a buffer this length and value everywhere, keeping its memory.
pub fn reset<T: Clone>(buffer: &mut Vec<T>, length: usize, value: T) {
    buffer.clear();
    buffer.resize(length, value);
}
