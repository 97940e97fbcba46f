//! Louvain community detection with Leiden-like refinement on the graph of free ties, then merging of close blocs.
mod join;
mod moves;
mod sparse;

use join::BlocMerging;
use moves::{LocalMoving, VisitOrder};
use sparse::{Aggregator, CsrGraph, GraphBuilder, reset};

/// Finds blocs; the memory is reused by every call.
#[derive(Clone, Debug, Default)]
pub struct Communities {
    builder: GraphBuilder,
    aggregator: Aggregator,
    /// Nodes are nations, strongest first.
    base: CsrGraph,
    /// Nodes are blocs of nations, or circles (parts of blocs).
    aggregate: CsrGraph,
    nations: LocalMoving,
    circles: LocalMoving,
    groups: LocalMoving,
    merging: BlocMerging,
    best: Vec<u32>,
    numbers: Vec<usize>,
    blocs: Vec<usize>,
}

impl Communities {
    /// The bloc of each nation, numbered from 0 in the order of its first member.
    ///
    /// `weights` are n x n, symmetric, in 0 to 1, row by row; only the pairs `i < j` are read. Ties below `free_share`
    /// do not count. The moves search for the communities of greatest modularity; then blocs between which at least
    /// half of the pairs share freely are merged. Every bloc is connected by free ties; a nation without any is a bloc
    /// of its own. Renumbering the nations renumbers the blocs and changes nothing else, unless nations have exactly
    /// the same sum of free ties: then the one with the lower number is visited first.
    pub fn find(&mut self, weights: &[f64], n: usize, free_share: f64) -> &[usize] {
        self.maximise_modularity(weights, n, free_share);
        self.nations.split_disconnected(&self.base);
        self.merging.merge_close(&self.base, &mut self.nations.bloc);
        self.number_by_first_member(n);
        &self.blocs
    }

    /// As [`find`](Self::find), without merging: the communities of greatest modularity that the moves find.
    pub fn find_most_modular(&mut self, weights: &[f64], n: usize, free_share: f64) -> &[usize] {
        self.maximise_modularity(weights, n, free_share);
        self.number_by_first_member(n);
        &self.blocs
    }

    /// Runs the moves in two orders, and leaves the result of greater modularity in `nations`, the first of equals.
    fn maximise_modularity(&mut self, weights: &[f64], n: usize, free_share: f64) {
        self.builder.build(weights, n, free_share, &mut self.base);
        self.run_moves(n, VisitOrder::StrongestFirst);
        let quality = self.nations.quality(&self.base);
        self.best.clone_from(&self.nations.bloc);
        self.run_moves(n, VisitOrder::Interleaved);
        if self.nations.quality(&self.base) <= quality {
            self.nations.bloc.clone_from(&self.best);
        }
    }

    /// Starts with every nation alone, and ends when neither a nation, nor a circle, nor a whole bloc gains by moving.
    /// Each round raises modularity, a bounded whole number here, so the loop ends.
    fn run_moves(&mut self, n: usize, order: VisitOrder) {
        for moves in [&mut self.nations, &mut self.circles, &mut self.groups] {
            moves.order = order;
        }
        self.nations.make_singletons(n);
        loop {
            while self.nations.move_until_stable(&self.base) {
                self.nations.split_disconnected(&self.base);
                self.move_blocs();
            }
            if !self.move_circles() {
                return;
            }
        }
    }

    /// Refinement as in the Leiden algorithm: splits each bloc into circles, the communities found within it, and lets
    /// whole circles change blocs; returns true if any did.
    fn move_circles(&mut self) -> bool {
        self.nations.split_disconnected(&self.base);
        self.circles.make_singletons_within(&self.nations.bloc);
        self.circles.move_until_stable(&self.base);
        let count = self.circles.split_disconnected(&self.base);
        self.aggregator.aggregate(&self.base, &self.circles.bloc, count, &mut self.aggregate);
        reset(&mut self.groups.bloc, count, 0);
        for (circle, bloc) in self.circles.bloc.iter().zip(&self.nations.bloc) {
            self.groups.bloc[*circle as usize] = *bloc;
        }
        let moved = self.groups.move_until_stable(&self.aggregate);
        if moved {
            self.groups.split_disconnected(&self.aggregate);
            for (bloc, circle) in self.nations.bloc.iter_mut().zip(&self.circles.bloc) {
                *bloc = self.groups.bloc[*circle as usize];
            }
            self.move_blocs();
        }
        moved
    }

    /// Louvain aggregation: lets whole blocs join each other until none gains by it.
    fn move_blocs(&mut self) {
        loop {
            let count = 1 + self.nations.bloc.iter().max().map_or(0, |last| *last as usize);
            self.aggregator.aggregate(&self.base, &self.nations.bloc, count, &mut self.aggregate);
            self.groups.make_singletons(count);
            if !self.groups.move_until_stable(&self.aggregate) {
                return;
            }
            self.groups.split_disconnected(&self.aggregate);
            for bloc in &mut self.nations.bloc {
                *bloc = self.groups.bloc[*bloc as usize];
            }
        }
    }

    /// Numbers the blocs in the order of their first members.
    fn number_by_first_member(&mut self, n: usize) {
        const UNNUMBERED: usize = usize::MAX;
        reset(&mut self.numbers, n, UNNUMBERED);
        self.blocs.clear();
        let mut next = 0;
        for node in &self.builder.rank {
            let number = &mut self.numbers[self.nations.bloc[*node as usize] as usize];
            if *number == UNNUMBERED {
                *number = next;
                next += 1;
            }
            self.blocs.push(*number);
        }
    }
}

/// The bloc of each nation, for one graph; see [`Communities::find`].
pub fn communities(weights: &[f64], n: usize, free_share: f64) -> Vec<usize> {
    let mut finder = Communities::default();
    finder.find(weights, n, free_share).to_vec()
}

#[cfg(test)]
mod tests;
