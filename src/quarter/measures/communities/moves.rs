//! Moving one node at a time to the bloc where it adds most to modularity, until nobody gains by moving.
use super::sparse::{Sparse, reset};

/// The sequence in which nodes are asked whether to move; nodes are numbered by strength.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// From the strongest down.
    #[default]
    StrongestFirst,
    /// Strong and weak in turn, by steps of the golden section of their number.
    Interleaved,
}

impl Order {
    /// How far apart in rank two nodes asked in turn are: a step that meets each of `nodes` once.
    fn step(self, nodes: usize) -> usize {
        match self {
            Self::StrongestFirst => 1,
            Self::Interleaved => (nodes * 618 / 1000 + 1..).find(|s| coprime(*s, nodes)).unwrap_or(1),
        }
    }
}

fn coprime(a: usize, b: usize) -> bool {
    if b == 0 { a == 1 } else { coprime(b, a % b) }
}

/// Who stands in which bloc, and what the moves need to know of the blocs.
#[derive(Clone, Debug, Default)]
pub struct Moves {
    /// The bloc of each node.
    pub bloc: Vec<u32>,
    /// Who is asked when.
    pub order: Order,
    strengths: Vec<i64>,
    sizes: Vec<u32>,
    vacant: Vec<u32>,
    stale: Vec<bool>,
    sums: Vec<i64>,
    met: Vec<u32>,
    /// Nodes whose ties are still to be followed.
    left: Vec<u32>,
    joined: Vec<u32>,
    /// A bloc each node may not leave; empty where all may go anywhere.
    fence: Vec<u32>,
}

impl Moves {
    /// Puts every node in a bloc of its own.
    pub fn part(&mut self, nodes: usize) {
        self.bloc.clear();
        self.bloc.extend(0..nodes as u32);
        self.fence.clear();
    }

    /// Puts every node in a bloc of its own, to settle only with nodes of the same bloc of `fence`.
    pub fn part_within(&mut self, fence: &[u32]) {
        self.part(fence.len());
        self.fence.extend_from_slice(fence);
    }

    /// Moves nodes in their order until a round moves nobody; says whether anybody moved.
    pub fn settle(&mut self, graph: &Sparse) -> bool {
        self.open(graph);
        // Nodes without ties come last and never move, so they cannot change the order of the others.
        let busy = graph.busy();
        let step = self.order.step(busy);
        let mut ever = false;
        loop {
            let mut moved = false;
            for turn in 0..busy {
                let node = turn * step % busy;
                moved |= std::mem::take(&mut self.stale[node]) && self.reconsider(graph, node);
            }
            if !moved {
                return ever;
            }
            ever = true;
        }
    }

    /// Takes stock of the blocs.
    fn open(&mut self, graph: &Sparse) {
        let nodes = graph.len();
        reset(&mut self.strengths, nodes, 0);
        reset(&mut self.sizes, nodes, 0);
        reset(&mut self.stale, nodes, true);
        reset(&mut self.sums, nodes, 0);
        reset(&mut self.met, nodes + 1, 0);
        for (bloc, strength) in self.bloc.iter().zip(&graph.strengths) {
            self.strengths[*bloc as usize] += strength;
            self.sizes[*bloc as usize] += 1;
        }
        let sizes = &self.sizes;
        self.vacant.clear();
        self.vacant.extend((0..nodes as u32).rev().filter(|bloc| sizes[*bloc as usize] == 0));
    }

    /// Moves one node to its best bloc; says whether it left the one it was in.
    fn reconsider(&mut self, graph: &Sparse, node: usize) -> bool {
        let home = self.bloc[node];
        let strength = graph.strengths[node];
        self.strengths[home as usize] -= strength;
        let best = self.best_bloc(graph, node);
        self.strengths[best as usize] += strength;
        if best == home {
            return false;
        }
        self.bloc[node] = best;
        self.sizes[best as usize] += 1;
        self.sizes[home as usize] -= 1;
        if self.sizes[home as usize] == 0 {
            self.vacant.push(home);
        }
        for &(other, _) in graph.ties_of(node) {
            self.stale[other as usize] |= self.bloc[other as usize] != best;
        }
        true
    }

    /// The bloc where the node, taken out of its own, adds most: stays on a tie, else the lowest number.
    fn best_bloc(&mut self, graph: &Sparse, node: usize) -> u32 {
        let Self { bloc: blocs, fence, sums, met, strengths, .. } = self;
        // A bloc is written down each time it is met, but counts the first time only: there is no branch to guess.
        let mut count = 0;
        let mut meet = |other: u32, weight: i64| {
            let bloc = blocs[other as usize];
            let sum = &mut sums[bloc as usize];
            met[count] = bloc;
            count += usize::from(*sum == 0);
            *sum += weight;
        };
        let ties = graph.ties_of(node).iter();
        if fence.is_empty() {
            ties.for_each(|&(other, weight)| meet(other, weight));
        } else {
            let own = fence[node];
            ties.filter(|(other, _)| fence[*other as usize] == own).for_each(|&(other, weight)| meet(other, weight));
        }
        let (total, strength) = (i128::from(graph.twice_total), i128::from(graph.strengths[node]));
        let gain = |sum: i64, bloc: u32| i128::from(sum) * total - strength * i128::from(strengths[bloc as usize]);
        let home = blocs[node];
        let (mut best, mut most) = (home, gain(sums[home as usize], home));
        for &bloc in &met[..count] {
            let gain = gain(std::mem::take(&mut sums[bloc as usize]), bloc);
            if gain > most || (gain == most && best != home && bloc < best) {
                (best, most) = (bloc, gain);
            }
        }
        if most < 0 { self.vacant.pop().expect("a node that shares its bloc leaves a number free") } else { best }
    }

    /// Modularity times the square of twice the total weight, exactly.
    pub fn quality(&mut self, graph: &Sparse) -> i128 {
        self.open(graph);
        let inside = |node: usize| -> i64 {
            let own = self.bloc[node];
            graph.ties_of(node).iter().filter(|(other, _)| self.bloc[*other as usize] == own).map(|(_, w)| w).sum()
        };
        let twice_inside: i64 = (0..graph.len()).map(inside).sum();
        let square = |strength: &i64| i128::from(*strength) * i128::from(*strength);
        i128::from(twice_inside) * i128::from(graph.twice_total) - self.strengths.iter().map(square).sum::<i128>()
    }

    /// Splits every bloc into its connected parts and numbers the parts from 0; returns how many there are.
    /// Parts without a tie between them are better apart, so this never lowers modularity.
    pub fn split(&mut self, graph: &Sparse) -> usize {
        const UNSEEN: u32 = u32::MAX;
        let old = &self.bloc;
        reset(&mut self.joined, old.len(), UNSEEN);
        let mut count = 0;
        for first in 0..old.len() {
            if self.joined[first] != UNSEEN {
                continue;
            }
            self.joined[first] = count;
            self.left.push(first as u32);
            while let Some(node) = self.left.pop() {
                for &(other, _) in graph.ties_of(node as usize) {
                    if self.joined[other as usize] == UNSEEN && old[other as usize] == old[first] {
                        self.joined[other as usize] = count;
                        self.left.push(other);
                    }
                }
            }
            count += 1;
        }
        std::mem::swap(&mut self.bloc, &mut self.joined);
        count as usize
    }
}
