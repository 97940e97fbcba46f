//! Subjects: which nation a report concerns.
use super::chance::within;
use super::ids::NationId;
use bevy_ecs::prelude::*;
use std::sync::Arc;

/// Into how many parts the luck of reports is cut.
const PARTS: u64 = 1 << 15;

/// The nation that each part of luck belongs to: the one whose own luck ranks highest there. So every nation gets its
/// part, and a further nation takes only the parts that it wins: it changes no other report.
#[derive(Resource, Clone, Debug)]
pub struct Subjects(Arc<[NationId]>);

impl Subjects {
    /// From the address in chance of every nation, in identity order.
    pub fn new(nations: &[u64]) -> Self {
        Self((0..PARTS).map(|part| winner(part, nations)).collect())
    }

    /// The nation that a report with this luck concerns.
    pub fn at(&self, luck: u64) -> NationId {
        self.0[(mixed(luck) % PARTS) as usize]
    }
}

/// The nation that ranks highest in a part of luck; the first on a tie.
fn winner(part: u64, nations: &[u64]) -> NationId {
    let rank = |n: usize| (mixed(within(nations[n], part)), std::cmp::Reverse(n));
    NationId::new((0..nations.len()).max_by_key(|n| rank(*n)).unwrap_or(0))
}

/// Every bit of the number in every bit (the finishing steps of SplitMix64).
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
    fn every_nation_gets_its_part_and_a_further_one_takes_only_what_it_wins() {
        let three: Vec<u64> = ["DEU", "FRA", "USA"].map(subject).to_vec();
        let mut four = three.clone();
        four.push(subject("ZZZ"));
        let (few, more) = (Subjects::new(&three), Subjects::new(&four));
        let mut counts = [0u32; 4];
        for luck in 0..40_000u64 {
            let (before, after) = (few.at(luck), more.at(luck));
            assert!(after.index() == 3 || after == before, "a further nation changes only what it wins");
            counts[after.index()] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "every nation gets its part: {counts:?}");
    }
}
