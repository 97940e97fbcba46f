//! Subjects: the nation that a report concerns, by rendezvous (highest random weight) hashing.
use super::chance::within;
use super::ids::NationId;
use bevy_ecs::prelude::*;
use std::sync::Arc;

/// The number of buckets into which random numbers of reports are hashed.
const BUCKETS: u64 = 1 << 15;

/// The nation of each bucket: the one whose hash with the bucket is greatest (rendezvous hashing, Thaler and
/// Ravishankar 1998). Every nation gets about the same number of buckets. A nation that is added takes only the buckets
/// in which its hash is greatest, so the subjects of all other reports stay the same.
#[derive(Resource, Clone, Debug)]
pub struct Subjects(Arc<[NationId]>);

impl Subjects {
    /// Computes the buckets from the stable hash of every nation's id, in identity order.
    pub fn new(nations: &[u64]) -> Self {
        Self((0..BUCKETS).map(|bucket| winner(bucket, nations)).collect())
    }

    /// The nation that a report with this random number concerns.
    pub fn at(&self, number: u64) -> NationId {
        self.0[(mixed(number) % BUCKETS) as usize]
    }
}

/// The nation whose hash with the bucket is greatest; the first on a tie.
fn winner(bucket: u64, nations: &[u64]) -> NationId {
    let rank = |n: usize| (mixed(within(nations[n], bucket)), std::cmp::Reverse(n));
    NationId::new((0..nations.len()).max_by_key(|n| rank(*n)).unwrap_or(0))
}

/// Mixes the bits of a number so that each influences all (the finalizer of SplitMix64).
fn mixed(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::chance::subject;

    #[test]
    fn nations_get_equal_numbers_of_reports_and_a_new_one_changes_only_those_it_takes() {
        let three: Vec<u64> = ["DEU", "FRA", "USA"].map(subject).to_vec();
        let mut four = three.clone();
        four.push(subject("ZZZ"));
        let (few, more) = (Subjects::new(&three), Subjects::new(&four));
        let mut counts = [0u32; 4];
        for luck in 0..40_000u64 {
            let (before, after) = (few.at(luck), more.at(luck));
            assert!(after.index() == 3 || after == before, "a nation that is added changes only the reports it takes");
            counts[after.index()] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "unequal numbers of reports: {counts:?}");
    }
}
