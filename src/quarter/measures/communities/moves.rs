//! Louvain local moving: each node moves to the bloc where it adds most to modularity, until no node gains.
use super::sparse::{CsrGraph, reset};

/// The order in which nodes are visited; nodes are numbered from the strongest down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VisitOrder {
    /// From the strongest down.
    #[default]
    StrongestFirst,
    /// Strong and weak alternately: each step is about the golden section of the number of nodes.
    Interleaved,
}

impl VisitOrder {
    /// The difference in rank between consecutive nodes: a step, coprime to `nodes`, that visits each of them once.
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

/// The bloc of each node, and the sums over blocs that the moves need.
#[derive(Clone, Debug, Default)]
pub struct LocalMoving {
    /// The bloc of each node.
    pub bloc: Vec<u32>,
    /// The order of visits.
    pub order: VisitOrder,
    /// Sum of the members' strengths, by bloc.
    strengths: Vec<i64>,
    /// Number of members, by bloc.
    sizes: Vec<u32>,
    /// Numbers of empty blocs.
    vacant: Vec<u32>,
    /// Nodes to visit, because a neighbour moved since their last visit.
    stale: Vec<bool>,
    /// Weight of the visited node's ties, by bloc; 0 between visits.
    sums: Vec<i64>,
    /// The blocs of the visited node's neighbours.
    met: Vec<u32>,
    /// Stack of the nodes whose ties are still to be followed.
    left: Vec<u32>,
    /// The connected part of each node.
    part: Vec<u32>,
    /// The bloc that each node may not leave; empty if nodes may go anywhere.
    fence: Vec<u32>,
}

impl LocalMoving {
    /// Puts every node in a bloc of its own.
    pub fn make_singletons(&mut self, nodes: usize) {
        self.bloc.clear();
        self.bloc.extend(0..nodes as u32);
        self.fence.clear();
    }

    /// Puts every node in a bloc of its own; it may then join only nodes of the same bloc of `fence`.
    pub fn make_singletons_within(&mut self, fence: &[u32]) {
        self.make_singletons(fence.len());
        self.fence.extend_from_slice(fence);
    }

    /// Visits nodes in their order until a round moves none; returns true if any node moved.
    pub fn move_until_stable(&mut self, graph: &CsrGraph) -> bool {
        self.sum_blocs(graph);
        // Nodes without ties come last and never move, so they cannot change the order of the others.
        let busy = graph.busy();
        let step = self.order.step(busy);
        let mut ever_moved = false;
        loop {
            let mut moved = false;
            for turn in 0..busy {
                let node = turn * step % busy;
                moved |= std::mem::take(&mut self.stale[node]) && self.move_node(graph, node);
            }
            if !moved {
                return ever_moved;
            }
            ever_moved = true;
        }
    }

    /// Computes the sums over blocs.
    fn sum_blocs(&mut self, graph: &CsrGraph) {
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

    /// Moves one node to its best bloc; returns true if that is another bloc.
    fn move_node(&mut self, graph: &CsrGraph, node: usize) -> bool {
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

    /// The bloc where the node, after it was taken out of its own, adds most to modularity. Of equals the node's own
    /// bloc is preferred, then the lowest number.
    fn best_bloc(&mut self, graph: &CsrGraph, node: usize) -> u32 {
        let Self { bloc: blocs, fence, sums, met, strengths, .. } = self;
        // Every neighbour's bloc is written to `met`, but the count rises only if the bloc is new: no unpredictable
        // branch.
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
    pub fn quality(&mut self, graph: &CsrGraph) -> i128 {
        self.sum_blocs(graph);
        let inside = |node: usize| -> i64 {
            let own = self.bloc[node];
            graph.ties_of(node).iter().filter(|(other, _)| self.bloc[*other as usize] == own).map(|(_, w)| w).sum()
        };
        let twice_inside: i64 = (0..graph.len()).map(inside).sum();
        let square = |strength: &i64| i128::from(*strength) * i128::from(*strength);
        i128::from(twice_inside) * i128::from(graph.twice_total) - self.strengths.iter().map(square).sum::<i128>()
    }

    /// Splits every bloc into its connected parts and numbers the parts from 0; returns how many there are.
    /// Parts without a tie between them add more to modularity as separate blocs, so this never lowers it.
    pub fn split_disconnected(&mut self, graph: &CsrGraph) -> usize {
        const UNSEEN: u32 = u32::MAX;
        let old = &self.bloc;
        reset(&mut self.part, old.len(), UNSEEN);
        let mut count = 0;
        for first in 0..old.len() {
            if self.part[first] != UNSEEN {
                continue;
            }
            self.part[first] = count;
            self.left.push(first as u32);
            while let Some(node) = self.left.pop() {
                for &(other, _) in graph.ties_of(node as usize) {
                    if self.part[other as usize] == UNSEEN && old[other as usize] == old[first] {
                        self.part[other as usize] = count;
                        self.left.push(other);
                    }
                }
            }
            count += 1;
        }
        std::mem::swap(&mut self.bloc, &mut self.part);
        count as usize
    }
}
