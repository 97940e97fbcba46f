//! How far apart the stances of partners are.
use crate::history::cell::Share;
use crate::world::ids::NationId;
use crate::world::levels::STANCES;
use crate::world::matrix::BitMatrix;
use crate::world::sets::NationSet;
use crate::world::setting::everyone;

/// Mean distances of stances, as shares of the greatest possible; `None` where there is no pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StanceDistances {
    /// Over all pairs that an agreement joins.
    pub mean: Option<Share>,
    /// Over those of them with the hub.
    pub to_hub: Option<Share>,
}

/// The mean distances of the ranks of stances over the pairs of `joined` (symmetric), divided by the greatest distance.
pub fn stance_distances(stances: &[i64], joined: &BitMatrix, hub: NationId) -> StanceDistances {
    let mut all = DistanceSum::default();
    let mut to_hub = DistanceSum::default();
    let with_stance: [NationSet; STANCES] =
        std::array::from_fn(|rank| NationSet::where_holds(stances, |stance| *stance == rank as i64));
    for nation in everyone(stances.len()) {
        for (stance, others) in (0..).zip(&with_stance) {
            let both = joined.row(nation).iter().zip(others.words()).map(|(row, others)| (row & others).count_ones());
            let distance = (stances[nation.index()] - stance).unsigned_abs();
            let pairs = u64::from(both.sum::<u32>());
            all.add(distance, pairs);
            if nation == hub {
                to_hub.add(distance, pairs);
            }
        }
    }
    StanceDistances { mean: all.mean(), to_hub: to_hub.mean() }
}

/// A sum of distances of ranks over pairs.
#[derive(Clone, Copy, Debug, Default)]
struct DistanceSum {
    ranks: u64,
    pairs: u64,
}

impl DistanceSum {
    fn add(&mut self, distance: u64, pairs: u64) {
        self.ranks += distance * pairs;
        self.pairs += pairs;
    }

    fn mean(&self) -> Option<Share> {
        let greatest = (STANCES - 1) as f64;
        (self.pairs > 0).then(|| Share(self.ranks as f64 / self.pairs as f64 / greatest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pairs_with_an_agreement_count_and_the_hub_has_its_own() {
        let mut joined = BitMatrix::none(4);
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            joined.set(NationId::new(a), NationId::new(b), true);
            joined.set(NationId::new(b), NationId::new(a), true);
        }
        // Distances: 0-1 three ranks, 0-2 one, 1-2 two; nation 3 has no agreement.
        let distances = stance_distances(&[3, 0, 2, 0], &joined, NationId::new(0));
        assert_eq!(distances.mean, Some(Share(6.0 / 9.0)));
        assert_eq!(distances.to_hub, Some(Share(4.0 / 6.0)));
        let alone = stance_distances(&[3, 0, 2, 0], &joined, NationId::new(3));
        assert_eq!(alone.to_hub, None);
    }
}
