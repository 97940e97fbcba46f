//! Sets of nations turned over: in which of many sets each nation is.
use super::ids::NationId;
use super::matrix::transposed;
use super::sets::words_for;

/// One row of bits a nation; bit `k` says whether the nation is in the `k`-th set.
#[derive(Clone, Debug, Default)]
pub struct Turned {
    words: usize,
    rows: Vec<u64>,
}

impl Turned {
    /// Becomes these sets turned over, 64 sets and 64 nations at a time, in the memory it has; `words` are those of the
    /// set with a number.
    pub fn turn<'a>(&mut self, count: usize, nations: usize, words: impl Fn(usize) -> &'a [u64]) {
        self.words = count.div_ceil(64);
        self.rows.clear();
        self.rows.resize(self.words * words_for(nations) * 64, 0);
        for word in 0..self.words {
            for part in 0..words_for(nations) {
                let number = |bit: usize| word * 64 + bit;
                let of = |bit: usize| if number(bit) < count { words(number(bit))[part] } else { 0 };
                let turned = transposed(std::array::from_fn(of));
                for (bit, row) in turned.into_iter().enumerate() {
                    self.rows[(part * 64 + bit) * self.words + word] = row;
                }
            }
        }
    }

    /// In which sets a nation is: a bit a set.
    pub fn row(&self, nation: NationId) -> &[u64] {
        &self.rows[nation.index() * self.words..][..self.words]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::sets::{NationSet, bits};

    #[test]
    fn a_nation_is_in_the_sets_that_hold_it() {
        let mut turned = Turned::default();
        for (count, nations) in [(150, 70), (3, 130), (0, 5), (64, 64)] {
            let holds = |set: usize, nation: usize| (set * 7 + nation * nation) % 5 < 2;
            let set = |set| NationSet::of(nations, (0..nations).filter(|n| holds(set, *n)).map(NationId::new));
            let sets: Vec<NationSet> = (0..count).map(set).collect();
            turned.turn(count, nations, |number| sets[number].words());
            for nation in 0..nations {
                let row: Vec<usize> = bits(turned.row(NationId::new(nation)).iter().copied()).collect();
                assert_eq!(row, (0..count).filter(|set| holds(*set, nation)).collect::<Vec<_>>());
            }
        }
    }
}
