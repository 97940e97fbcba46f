//! Blocs: the communities of the graph of free ties, by Louvain's moves in a fixed order and in whole numbers.
mod moves;
mod sparse;

use moves::Moves;
use sparse::{Folder, Reader, Sparse, reset};

/// Finds blocs again and again in the same memory.
#[derive(Clone, Debug, Default)]
pub struct Communities {
    reader: Reader,
    folder: Folder,
    /// Nations, strongest first.
    base: Sparse,
    /// Blocs of nations, and a spare to fold them into.
    upper: Sparse,
    spare: Sparse,
    nations: Moves,
    groups: Moves,
    names: Vec<usize>,
    blocs: Vec<usize>,
}

impl Communities {
    /// The bloc of each nation, numbered from 0 in the order of its first member.
    ///
    /// `weights` are n x n, symmetric, in 0 to 1, row by row; only the pairs `i < j` are read. Ties below `free_share`
    /// do not count. Every bloc is connected by free ties; who has none is a bloc of its own. Renumbering the nations
    /// renumbers the blocs and changes nothing else, unless two nations have exactly the same sum of free ties: then
    /// the lower number goes first.
    pub fn find(&mut self, weights: &[f64], n: usize, free_share: f64) -> &[usize] {
        self.reader.read(weights, n, free_share, &mut self.base);
        self.nations.part(n);
        // Each round adds to modularity, in whole numbers, so the rounds end.
        while self.nations.settle(&self.base) {
            self.climb();
        }
        self.name(n);
        &self.blocs
    }

    /// Lets whole blocs join each other until none gains by it.
    fn climb(&mut self) {
        let count = self.nations.split(&self.base);
        self.folder.fold(&self.base, &self.nations.bloc, count, &mut self.upper);
        loop {
            self.groups.part(self.upper.len());
            if !self.groups.settle(&self.upper) {
                return;
            }
            let count = self.groups.split(&self.upper);
            for bloc in &mut self.nations.bloc {
                *bloc = self.groups.bloc[*bloc as usize];
            }
            self.folder.fold(&self.upper, &self.groups.bloc, count, &mut self.spare);
            std::mem::swap(&mut self.upper, &mut self.spare);
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
