//! Agglomerative merging of blocs between which at least half of the pairs share freely.
use super::sparse::{CsrGraph, reset};

/// Free ties between each two blocs, and the blocs' sizes.
#[derive(Clone, Debug, Default)]
pub struct BlocMerging {
    blocs: usize,
    /// Numbers of free ties between blocs, blocs x blocs, row by row.
    crossings: Vec<u64>,
    sizes: Vec<u64>,
    /// The bloc into which each bloc was merged.
    into: Vec<u32>,
}

impl BlocMerging {
    /// Merges, closest first, two blocs between which at least half of the pairs share freely, until there are none.
    /// `bloc` is numbered from 0 in the order of the blocs' strongest members.
    pub fn merge_close(&mut self, graph: &CsrGraph, bloc: &mut [u32]) {
        self.count(graph, bloc);
        while let Some((kept, lost)) = self.closest() {
            self.merge(kept, lost);
        }
        for own in bloc.iter_mut().filter(|own| (**own as usize) < self.blocs) {
            *own = self.into[*own as usize];
        }
    }

    /// Counts ties and sizes. Nations without ties come last, in blocs of their own, and are left out.
    fn count(&mut self, graph: &CsrGraph, bloc: &[u32]) {
        let busy = &bloc[..graph.busy()];
        self.blocs = busy.iter().max().map_or(0, |last| *last as usize + 1);
        reset(&mut self.crossings, self.blocs * self.blocs, 0);
        reset(&mut self.sizes, self.blocs, 0);
        self.into.clear();
        self.into.extend(0..self.blocs as u32);
        for (node, own) in busy.iter().enumerate() {
            self.sizes[*own as usize] += 1;
            for (other, _) in graph.ties_of(node) {
                self.crossings[*own as usize * self.blocs + bloc[*other as usize] as usize] += 1;
            }
        }
    }

    /// The two blocs with the greatest share of pairs that share freely, if it is at least half; the first of equals.
    fn closest(&self) -> Option<(usize, usize)> {
        let mut best = None;
        let (mut most, mut of) = (1, 2);
        for a in (0..self.blocs).filter(|a| self.sizes[*a] > 0) {
            for b in (a + 1..self.blocs).filter(|b| self.sizes[*b] > 0) {
                let (ties, pairs) = (self.crossings[a * self.blocs + b], self.sizes[a] * self.sizes[b]);
                let (here, there) = (ties * of, most * pairs);
                if here > there || (here == there && best.is_none()) {
                    (most, of) = (ties, pairs);
                    best = Some((a, b));
                }
            }
        }
        best
    }

    /// Merges bloc `lost` into bloc `kept`.
    fn merge(&mut self, kept: usize, lost: usize) {
        let n = self.blocs;
        self.sizes[kept] += std::mem::take(&mut self.sizes[lost]);
        for other in 0..n {
            self.crossings[kept * n + other] += self.crossings[lost * n + other];
        }
        for other in 0..n {
            self.crossings[other * n + kept] += self.crossings[other * n + lost];
        }
        self.into.iter_mut().filter(|into| **into == lost as u32).for_each(|into| *into = kept as u32);
    }
}
