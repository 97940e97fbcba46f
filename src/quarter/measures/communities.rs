//! Blocs: the communities of the graph of free ties, by moves that raise modularity, in whole numbers.
mod join;
mod moves;
mod sparse;

use join::Joining;
use moves::{Moves, Order};
use sparse::{Folder, Reader, Sparse, reset};

/// Finds blocs again and again in the same memory.
#[derive(Clone, Debug, Default)]
pub struct Communities {
    reader: Reader,
    folder: Folder,
    /// Nations, strongest first.
    base: Sparse,
    /// Blocs of nations, or circles within blocs.
    upper: Sparse,
    nations: Moves,
    circles: Moves,
    groups: Moves,
    joining: Joining,
    best: Vec<u32>,
    names: Vec<usize>,
    blocs: Vec<usize>,
}

impl Communities {
    /// The bloc of each nation, numbered from 0 in the order of its first member.
    ///
    /// `weights` are n x n, symmetric, in 0 to 1, row by row; only the pairs `i < j` are read. Ties below `free_share`
    /// do not count. Blocs are the communities of greatest modularity that the moves find; then those between which at
    /// least half of the pairs share freely are joined. Every bloc is connected by free ties; who has none is a bloc of
    /// its own. Renumbering the nations renumbers the blocs and changes nothing else, unless nations have exactly the
    /// same sum of free ties: then the lower number goes first.
    pub fn find(&mut self, weights: &[f64], n: usize, free_share: f64) -> &[usize] {
        self.search(weights, n, free_share);
        self.nations.split(&self.base);
        self.joining.join(&self.base, &mut self.nations.bloc);
        self.name(n);
        &self.blocs
    }

    /// As [`find`](Self::find), without the joining: the communities of greatest modularity that the moves find.
    pub fn find_most_modular(&mut self, weights: &[f64], n: usize, free_share: f64) -> &[usize] {
        self.search(weights, n, free_share);
        self.name(n);
        &self.blocs
    }

    /// Leaves in `nations` the better of what two orders find, the first on a tie.
    fn search(&mut self, weights: &[f64], n: usize, free_share: f64) {
        self.reader.read(weights, n, free_share, &mut self.base);
        self.improve(n, Order::StrongestFirst);
        let quality = self.nations.quality(&self.base);
        self.best.clone_from(&self.nations.bloc);
        self.improve(n, Order::Interleaved);
        if self.nations.quality(&self.base) <= quality {
            self.nations.bloc.clone_from(&self.best);
        }
    }

    /// From everyone alone, until neither nations, nor circles of them, nor whole blocs gain by moving.
    /// Each round adds to modularity, in whole numbers, so the rounds end.
    fn improve(&mut self, n: usize, order: Order) {
        for moves in [&mut self.nations, &mut self.circles, &mut self.groups] {
            moves.order = order;
        }
        self.nations.part(n);
        loop {
            while self.nations.settle(&self.base) {
                self.nations.split(&self.base);
                self.climb();
            }
            if !self.regroup() {
                return;
            }
        }
    }

    /// Takes each bloc apart into its closest circles and lets whole circles change blocs; says whether any did.
    fn regroup(&mut self) -> bool {
        self.nations.split(&self.base);
        self.circles.part_within(&self.nations.bloc);
        self.circles.settle(&self.base);
        let count = self.circles.split(&self.base);
        self.folder.fold(&self.base, &self.circles.bloc, count, &mut self.upper);
        reset(&mut self.groups.bloc, count, 0);
        for (circle, bloc) in self.circles.bloc.iter().zip(&self.nations.bloc) {
            self.groups.bloc[*circle as usize] = *bloc;
        }
        let moved = self.groups.settle(&self.upper);
        if moved {
            self.groups.split(&self.upper);
            for (bloc, circle) in self.nations.bloc.iter_mut().zip(&self.circles.bloc) {
                *bloc = self.groups.bloc[*circle as usize];
            }
            self.climb();
        }
        moved
    }

    /// Lets whole blocs join each other until none gains by it.
    fn climb(&mut self) {
        loop {
            let count = 1 + self.nations.bloc.iter().max().map_or(0, |last| *last as usize);
            self.folder.fold(&self.base, &self.nations.bloc, count, &mut self.upper);
            self.groups.part(count);
            if !self.groups.settle(&self.upper) {
                return;
            }
            self.groups.split(&self.upper);
            for bloc in &mut self.nations.bloc {
                *bloc = self.groups.bloc[*bloc as usize];
            }
        }
    }

    /// Numbers the blocs in the order of their first members.
    fn name(&mut self, n: usize) {
        const UNNAMED: usize = usize::MAX;
        reset(&mut self.names, n, UNNAMED);
        self.blocs.clear();
        let mut next = 0;
        for node in &self.reader.rank {
            let name = &mut self.names[self.nations.bloc[*node as usize] as usize];
            if *name == UNNAMED {
                *name = next;
                next += 1;
            }
            self.blocs.push(*name);
        }
    }
}

/// The bloc of each nation, for one graph; see [`Communities::find`].
pub fn communities(weights: &[f64], n: usize, free_share: f64) -> Vec<usize> {
    let mut scratch = Communities::default();
    scratch.find(weights, n, free_share).to_vec()
}

#[cfg(test)]
mod tests;
