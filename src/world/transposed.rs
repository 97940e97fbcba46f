//! A bit-matrix transpose: from sets of nations to the sets that contain each nation.
use super::ids::NationId;
use super::sets::members;

/// The number of rows, and of columns, of a block of bits.
const SIDE: usize = 64;

/// The transpose of a list of sets of nations: for each nation, as bits, the sets that contain it. Stored in blocks of
/// 64 nations by 64 sets.
#[derive(Clone, Debug, Default)]
pub struct TransposedSets {
    /// How many sets there are; none before [`TransposedSets::transpose`].
    count: Option<usize>,
    /// How many blocks 64 sets take: the number of words of a set.
    words: usize,
    /// Blocks of 64 words. Word `i` of a block holds, as bits, which of 64 sets contain nation `i` of the block's 64
    /// nations.
    blocks: Vec<u64>,
}

impl TransposedSets {
    /// Removes every set.
    pub fn clear(&mut self) {
        self.count = None;
        self.blocks.clear();
    }

    /// True if sets were transposed since it was cleared.
    pub fn is_transposed(&self) -> bool {
        self.count.is_some()
    }

    /// Transposes these sets, each given as words of bits. All have the same number of words.
    pub fn transpose<'a>(&mut self, sets: impl Iterator<Item = &'a [u64]>) {
        self.clear();
        let mut count = 0;
        for set in sets {
            let row = self.reserve(set.len(), count);
            set.iter().zip(0..).for_each(|(word, block)| self.blocks[row + block * SIDE] = *word);
            count += 1;
        }
        self.blocks.as_chunks_mut().0.iter_mut().for_each(transpose_block);
        self.count = Some(count);
    }

    /// Adds a set with the same number of words as the others.
    pub fn push(&mut self, set: &[u64]) {
        let count = self.count.unwrap_or(0);
        let first = self.reserve(set.len(), count) - count % SIDE;
        members(set).for_each(|nation| self.blocks[first + nation.index()] |= 1 << (count % SIDE));
        self.count = Some(count + 1);
    }

    /// Adds blocks where the set with this number begins new ones. Returns the index of the word at which the set
    /// begins before its blocks are transposed.
    fn reserve(&mut self, words: usize, number: usize) -> usize {
        self.words = words;
        if number.is_multiple_of(SIDE) {
            self.blocks.resize(self.blocks.len() + words * SIDE, 0);
        }
        self.blocks.len() - words * SIDE + number % SIDE
    }

    /// The sets that contain a nation, as words of bits: bit `k` is the set with number `k`.
    pub fn row(&self, nation: NationId) -> impl Iterator<Item = u64> + Clone + '_ {
        self.blocks.iter().skip(nation.index()).step_by((self.words * SIDE).max(1)).copied()
    }
}

/// Transposes a block: bit `j` of word `i` becomes bit `i` of word `j`. The recursive block swap of Warren, "Hacker's
/// Delight", section 7-3: swap the off-diagonal quarters, then do the same within each quarter.
fn transpose_block(block: &mut [u64; SIDE]) {
    let mut mask = u64::MAX;
    for half in [32, 16, 8, 4, 2, 1] {
        mask ^= mask << half;
        for both in block.chunks_exact_mut(2 * half) {
            let (low, high) = both.split_at_mut(half);
            for (low, high) in low.iter_mut().zip(high) {
                let swap = (*low >> half ^ *high) & mask;
                *low ^= swap << half;
                *high ^= swap;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::sets::{NationSet, bits};

    #[test]
    fn a_row_holds_the_sets_that_contain_its_nation_whether_added_before_or_after_the_transpose() {
        let mut transposed = TransposedSets::default();
        for (count, late, nations) in [(150, 100, 70), (3, 0, 130), (0, 0, 5), (64, 64, 64), (64, 1, 65)] {
            let holds = |set: usize, nation: usize| (set * 7 + nation * nation) % 5 < 2;
            let set =
                |set| NationSet::from_members(nations, (0..nations).filter(|n| holds(set, *n)).map(NationId::new));
            let sets: Vec<NationSet> = (0..count).map(set).collect();
            transposed.transpose(sets.iter().map(NationSet::words));
            (count..count + late).for_each(|number| transposed.push(set(number).words()));
            for nation in 0..nations {
                let row: Vec<usize> = bits(transposed.row(NationId::new(nation))).collect();
                assert_eq!(row, (0..count + late).filter(|set| holds(*set, nation)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_transposed_block_has_rows_for_columns() {
        let block: [u64; SIDE] = std::array::from_fn(|row| (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut transposed = block;
        transpose_block(&mut transposed);
        for (row, column) in (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (row, column))) {
            assert_eq!(block[row] >> column & 1, transposed[column] >> row & 1, "row {row}, column {column}");
        }
    }
}
