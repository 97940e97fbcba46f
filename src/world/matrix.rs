//! Matrices over ordered pairs of nations, indexed `(from, to)`.
use super::ids::NationId;
use super::sets::{NationSet, words_for};
use std::ops::{Index, IndexMut};

/// A value for every ordered pair `(from, to)`, stored row by row.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Matrix<T> {
    nations: usize,
    cells: Vec<T>,
}

impl<T: Clone> Matrix<T> {
    /// A matrix with the same value for every pair.
    pub fn filled(nations: usize, value: T) -> Self {
        Self { nations, cells: vec![value; nations * nations] }
    }
    /// The number of nations: of rows, and of columns.
    pub fn nations(&self) -> usize {
        self.nations
    }
    /// The row of `from`: its values for every nation, in identity order.
    pub fn row(&self, from: NationId) -> &[T] {
        &self.cells[from.index() * self.nations..][..self.nations]
    }
    /// The row of `from`, to change.
    pub fn row_mut(&mut self, from: NationId) -> &mut [T] {
        &mut self.cells[from.index() * self.nations..][..self.nations]
    }
    /// Copies the row of `from` to the row of `to`.
    pub fn copy_row(&mut self, from: NationId, to: NationId)
    where
        T: Copy,
    {
        let start = from.index() * self.nations;
        self.cells.copy_within(start..start + self.nations, to.index() * self.nations);
    }
    /// Sets every cell to the same value.
    pub fn fill(&mut self, value: T) {
        self.cells.fill(value);
    }
    /// Every cell, row by row.
    pub fn cells(&self) -> &[T] {
        &self.cells
    }
}

impl<T: Clone> Index<(NationId, NationId)> for Matrix<T> {
    type Output = T;
    fn index(&self, (from, to): (NationId, NationId)) -> &T {
        &self.row(from)[to.index()]
    }
}

impl<T: Clone> IndexMut<(NationId, NationId)> for Matrix<T> {
    fn index_mut(&mut self, (from, to): (NationId, NationId)) -> &mut T {
        &mut self.row_mut(from)[to.index()]
    }
}

/// One bit for every ordered pair `(from, to)`; each row is a bit set.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct BitMatrix {
    words: usize,
    cells: Vec<u64>,
}

impl Clone for BitMatrix {
    fn clone(&self) -> Self {
        Self { words: self.words, cells: self.cells.clone() }
    }
    fn clone_from(&mut self, source: &Self) {
        self.words = source.words;
        self.cells.clone_from(&source.cells);
    }
}

impl BitMatrix {
    /// A matrix in which no pair is set.
    pub fn none(nations: usize) -> Self {
        let words = words_for(nations);
        Self { words, cells: vec![0; words * nations] }
    }
    /// The row of `from`, as words of bits.
    pub fn row(&self, from: NationId) -> &[u64] {
        &self.cells[from.index() * self.words..][..self.words]
    }
    /// The row of `from`, to change.
    pub fn row_mut(&mut self, from: NationId) -> &mut [u64] {
        &mut self.cells[from.index() * self.words..][..self.words]
    }
    /// The row as a set.
    pub fn set_of(&self, from: NationId) -> NationSet {
        NationSet::from_words(self.row(from))
    }
    /// True if the pair is set.
    pub fn get(&self, from: NationId, to: NationId) -> bool {
        self.row(from)[to.index() / 64] >> (to.index() % 64) & 1 == 1
    }
    /// Sets or clears the pair.
    pub fn set(&mut self, from: NationId, to: NationId, value: bool) {
        let bit = 1u64 << (to.index() % 64);
        let word = &mut self.row_mut(from)[to.index() / 64];
        if value { *word |= bit } else { *word &= !bit }
    }
    /// Changes the size to this many nations and clears every pair; uses its memory again.
    pub fn reset(&mut self, nations: usize) {
        self.words = words_for(nations);
        self.cells.clear();
        self.cells.resize(self.words * nations, 0);
    }
    /// True if both matrices have rows of as many words, and as many rows.
    pub fn same_size(&self, other: &Self) -> bool {
        self.words == other.words && self.cells.len() == other.cells.len()
    }
    /// Clears every pair.
    pub fn clear(&mut self) {
        self.cells.fill(0);
    }
    /// The number of pairs that are set.
    pub fn count(&self) -> usize {
        self.cells.iter().map(|w| w.count_ones() as usize).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn id(rank: usize) -> NationId {
        NationId::new(rank)
    }
    fn pairs() -> impl Strategy<Value = (usize, BTreeSet<(usize, usize)>)> {
        (1_usize..140).prop_flat_map(|n| (Just(n), prop::collection::btree_set((0..n, 0..n), 0..40)))
    }

    proptest! {
        #[test]
        fn exactly_the_pairs_that_were_set_are_set((n, marked) in pairs()) {
            let mut matrix = BitMatrix::none(n);
            marked.iter().for_each(|(from, to)| matrix.set(id(*from), id(*to), true));
            prop_assert_eq!(matrix.count(), marked.len());
            for from in 0..n {
                let row: Vec<usize> = marked.range((from, 0)..=(from, n)).map(|(_, to)| *to).collect();
                let set = matrix.set_of(id(from));
                prop_assert_eq!(set.iter().map(NationId::index).collect::<Vec<_>>(), row);
                prop_assert_eq!(matrix.row(id(from)), set.words());
                prop_assert!((0..n).all(|to| matrix.get(id(from), id(to)) == marked.contains(&(from, to))));
            }
            let Some((from, to)) = marked.first().copied() else { return Ok(()) };
            matrix.set(id(from), id(to), false);
            prop_assert!(!matrix.get(id(from), id(to)));
            prop_assert_eq!(matrix.count(), marked.len() - 1);
            let last = n - 1;
            matrix.row_mut(id(last)).fill(0);
            prop_assert!(matrix.set_of(id(last)).is_empty());
            prop_assert_eq!(matrix.count(), marked.iter().skip(1).filter(|(from, _)| *from != last).count());
            matrix.clear();
            prop_assert_eq!(matrix, BitMatrix::none(n));
        }
    }

    #[test]
    fn a_matrix_is_indexed_by_who_then_whom() {
        let mut matrix = Matrix::filled(3, 7);
        assert_eq!((matrix.nations(), matrix.cells()), (3, [7; 9].as_slice()));
        matrix[(id(1), id(2))] = 12;
        matrix[(id(2), id(0))] = 20;
        assert_eq!(matrix.row(id(1)), [7, 7, 12]);
        assert_eq!(matrix[(id(2), id(0))], 20);
        matrix.row_mut(id(2)).copy_from_slice(&[1, 2, 3]);
        assert_eq!(matrix.cells(), [7, 7, 7, 7, 7, 12, 1, 2, 3]);
        matrix.fill(0);
        assert_eq!(matrix, Matrix::filled(3, 0));
    }
}
