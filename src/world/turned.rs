//! Sets of nations turned over: in which of many sets each nation is.
use super::ids::NationId;
use super::sets::members;

/// How many sets, and nations, a square holds.
const SIDE: usize = 64;

/// Sets turned over, 64 sets and 64 nations at a time.
#[derive(Clone, Debug, Default)]
pub struct Turned {
    /// How many sets, once they are turned.
    count: Option<usize>,
    /// How many squares hold 64 sets.
    across: usize,
    /// A word of a square is a nation, its bits are sets.
    squares: Vec<u64>,
}

impl Turned {
    /// Takes out every set.
    pub fn clear(&mut self) {
        self.count = None;
        self.squares.clear();
    }

    /// Whether sets were turned.
    pub fn is_turned(&self) -> bool {
        self.count.is_some()
    }

    /// Turns sets over, each as words; all are over as many nations.
    pub fn turn<'a>(&mut self, sets: impl Iterator<Item = &'a [u64]>) {
        self.clear();
        let mut count = 0;
        for set in sets {
            let row = self.room(set.len(), count);
            set.iter().zip(0..).for_each(|(word, square)| self.squares[row + square * SIDE] = *word);
            count += 1;
        }
        self.squares.as_chunks_mut().0.iter_mut().for_each(transpose);
        self.count = Some(count);
    }

    /// Puts in a further set, over as many nations.
    pub fn push(&mut self, set: &[u64]) {
        let count = self.count.unwrap_or(0);
        let first = self.room(set.len(), count) - count % SIDE;
        members(set).for_each(|nation| self.squares[first + nation.index()] |= 1 << (count % SIDE));
        self.count = Some(count + 1);
    }

    /// Makes room for the set with a number, over so many words; returns where its row begins before it is turned.
    fn room(&mut self, across: usize, number: usize) -> usize {
        self.across = across;
        if number.is_multiple_of(SIDE) {
            self.squares.resize(self.squares.len() + across * SIDE, 0);
        }
        self.squares.len() - across * SIDE + number % SIDE
    }

    /// In which sets a nation is, once they are turned: a bit a set.
    pub fn row(&self, nation: NationId) -> impl Iterator<Item = u64> + Clone + '_ {
        self.squares.iter().skip(nation.index()).step_by((self.across * SIDE).max(1)).copied()
    }
}

/// Turns a square of bits over: bit `j` of word `i` becomes bit `i` of word `j`. Halves are swapped, then their halves.
fn transpose(square: &mut [u64; SIDE]) {
    let mut mask = u64::MAX;
    for half in [32, 16, 8, 4, 2, 1] {
        mask ^= mask << half;
        for both in square.chunks_exact_mut(2 * half) {
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
    fn a_nation_is_in_the_sets_that_hold_it_put_in_before_or_after_the_turn() {
        let mut turned = Turned::default();
        for (count, late, nations) in [(150, 100, 70), (3, 0, 130), (0, 0, 5), (64, 64, 64), (64, 1, 65)] {
            let holds = |set: usize, nation: usize| (set * 7 + nation * nation) % 5 < 2;
            let set = |set| NationSet::of(nations, (0..nations).filter(|n| holds(set, *n)).map(NationId::new));
            let sets: Vec<NationSet> = (0..count).map(set).collect();
            turned.turn(sets.iter().map(NationSet::words));
            (count..count + late).for_each(|number| turned.push(set(number).words()));
            for nation in 0..nations {
                let row: Vec<usize> = bits(turned.row(NationId::new(nation))).collect();
                assert_eq!(row, (0..count + late).filter(|set| holds(*set, nation)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_square_of_bits_turned_over_has_rows_for_columns() {
        let square: [u64; SIDE] = std::array::from_fn(|row| (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut turned = square;
        transpose(&mut turned);
        for (row, column) in (0..SIDE).flat_map(|row| (0..SIDE).map(move |column| (row, column))) {
            assert_eq!(square[row] >> column & 1, turned[column] >> row & 1, "row {row}, column {column}");
        }
    }
}
