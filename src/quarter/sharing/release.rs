//! Release: to whom a producer releases a report, whom it reaches, and what keeps it from the others.
use crate::access::grants::Grants;
use crate::world::agreement::Covenant;
use crate::world::ids::NationId;
use crate::world::levels::{LEVELS, Level};
use crate::world::sets::NationSet;

/// What a producer goes by for one report.
#[derive(Clone, Debug)]
pub struct Sorting {
    /// Who produced it.
    pub producer: NationId,
    /// Rank of its level.
    pub level: usize,
    /// Whom agreements allow and no rule forbids.
    pub lawful: NationSet,
    /// Whom the producer trusts with the level.
    pub trusted: NationSet,
    /// Whom it would send this report outside a pool, delicate as it is.
    pub willing: NationSet,
    /// Who is cleared for the level.
    pub cleared: NationSet,
    /// Whether the report is lost if it must move from a pool to a side list.
    pub friction: bool,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// Its release set.
    pub release: NationSet,
    /// Whom it reaches.
    pub reached: NationSet,
    /// Who would have read it on a side list that it never made.
    pub friction: NationSet,
    /// Pools that should carry it.
    pub pools_due: u32,
    /// Pools it was moved out of.
    pub pools_thinned: u32,
}

/// A pool carries a report to all its members, or, if one of them is not trusted or not lawful, the trusted get it on
/// a side list; between a pair the producer decides. Unless originator control is strict, a holder passes a report on
/// to whom it is released and whom the holder may inform.
pub fn release(sorting: &Sorting, covenant: &Covenant, grants: &Grants, strict: bool) -> Release {
    let n = sorting.producer;
    let mut safe = sorting.lawful.clone();
    safe.intersect_with(&sorting.trusted);
    let mut direct = NationSet::from_words(covenant.bilateral[sorting.level].row(n));
    direct.intersect_with(&sorting.willing);
    direct.intersect_with(&safe);
    let mut result = Release {
        release: direct.clone(),
        reached: direct,
        friction: sorting.lawful.clone(),
        pools_due: 0,
        pools_thinned: 0,
    };
    result.friction.clear();
    for pool in covenant.pools.iter().filter(|p| p.members.contains(n) && p.ceiling.rank() >= sorting.level) {
        let mut members = pool.members.clone();
        members.remove(n);
        result.pools_due += 1;
        let thinned = !members.is_subset(&safe);
        result.pools_thinned += u32::from(thinned);
        members.intersect_with(&safe);
        result.release.union_with(&members);
        if thinned && sorting.friction {
            result.friction.union_with(&members);
        } else {
            result.reached.union_with(&members);
        }
    }
    for set in [&mut result.release, &mut result.reached, &mut result.friction] {
        set.intersect_with(&sorting.cleared);
    }
    if !strict {
        relay(&mut result, grants, sorting.level);
    }
    result.friction.subtract(&result.reached);
    result
}

/// Holders pass the report on within its release set, to whom they may inform themselves.
fn relay(result: &mut Release, grants: &Grants, level: usize) {
    if result.release == result.reached {
        return;
    }
    let mut passed = result.reached.clone();
    for holder in result.reached.iter() {
        passed.union_with(&NationSet::from_words(grants.share[level].row(holder)));
    }
    passed.intersect_with(&result.release);
    result.reached.union_with(&passed);
}

/// What became of the pairs that were due for one report.
#[derive(Clone, Debug, PartialEq)]
pub struct Sorted {
    /// Pairs that agreements alone allow.
    pub due: u32,
    /// Those that came about.
    pub read: u32,
    /// Whom a rule kept it from.
    pub withheld: NationSet,
    /// Those lost between pool and side list.
    pub friction: u32,
    /// Those lost to want of trust or clearance.
    pub untrusted: u32,
}

/// Sorts the nations that were due: read, stopped by a rule, lost to friction, or else to want of trust or clearance.
pub fn sort(due: &NationSet, readers: &NationSet, stopped: &NationSet, friction: &NationSet) -> Sorted {
    let part = |set: &NationSet, within: &NationSet| {
        let mut part = set.clone();
        part.intersect_with(within);
        part
    };
    let mut left = due.clone();
    left.subtract(readers);
    let withheld = part(&left, stopped);
    left.subtract(&withheld);
    let lost = part(&left, friction).len();
    Sorted {
        due: due.len() as u32,
        read: part(due, readers).len() as u32,
        friction: lost as u32,
        untrusted: (left.len() - lost) as u32,
        withheld,
    }
}

/// The level whose part of [0, 1) a draw falls in.
pub fn level_of(mix: &[f64; LEVELS], draw: f64) -> Level {
    let mut below = 0.0;
    for level in Level::ALL {
        below += mix[level.rank()];
        if draw < below {
            return *level;
        }
    }
    // Rounding of the sum may leave a sliver above it: the most common level takes it.
    *Level::ALL.iter().rev().find(|level| mix[level.rank()] > 0.0).unwrap_or(&Level::Open)
}

/// The nation a report concerns: the one whose own luck ranks highest, so that a further nation takes only the reports
/// that it wins.
pub fn subject_of(luck: u64, nations: &[u64]) -> NationId {
    let rank = |nation: u64| {
        let mixed = (luck ^ nation).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9) ^ luck >> 7
    };
    let best = (0..nations.len()).max_by_key(|n| (rank(nations[*n]), std::cmp::Reverse(*n)));
    NationId::new(best.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::agreement::Pool;

    fn set(members: &[usize]) -> NationSet {
        NationSet::of(4, members.iter().map(|n| NationId::new(*n)))
    }

    fn world(bilateral: &[usize]) -> (Covenant, Grants) {
        let mut covenant = Covenant::none(4);
        covenant.pools = vec![Pool { members: set(&[0, 1, 2]), ceiling: Level::Secret }];
        let mut grants = Grants::none(4);
        for level in 0..5 {
            for a in 0..4 {
                grants.share[level].row_mut(NationId::new(a)).copy_from_slice(NationSet::all(4).words());
            }
            covenant.bilateral[level].row_mut(NationId::new(0)).copy_from_slice(set(bilateral).words());
        }
        (covenant, grants)
    }

    fn sorting(trusted: &[usize], friction: bool) -> Sorting {
        Sorting {
            producer: NationId::new(0),
            level: 2,
            lawful: NationSet::all(4),
            trusted: set(trusted),
            willing: set(&[3]),
            cleared: NationSet::all(4),
            friction,
        }
    }

    #[test]
    fn one_distrusted_reader_thins_the_pool_for_all() {
        let (covenant, grants) = world(&[]);
        let full = release(&sorting(&[1, 2, 3], true), &covenant, &grants, true);
        assert_eq!((full.reached, full.pools_due, full.pools_thinned), (set(&[1, 2]), 1, 0));
        let listed = release(&sorting(&[1, 3], false), &covenant, &grants, true);
        assert_eq!((listed.reached, listed.pools_thinned), (set(&[1]), 1), "the side list of the trusted");
        let lost = release(&sorting(&[1, 3], true), &covenant, &grants, true);
        assert_eq!((lost.reached, lost.friction), (set(&[]), set(&[1])), "friction loses it");
    }

    #[test]
    fn between_a_pair_the_producer_decides_and_holders_pass_on_within_the_release_set() {
        let (covenant, grants) = world(&[3]);
        let pair = release(&sorting(&[3], true), &covenant, &grants, true);
        assert_eq!(pair.reached, set(&[3]));
        let strict = release(&sorting(&[1, 3], true), &covenant, &grants, true);
        let relayed = release(&sorting(&[1, 3], true), &covenant, &grants, false);
        assert_eq!((strict.reached, strict.release), (set(&[3]), set(&[1, 3])));
        assert_eq!((relayed.reached, relayed.friction), (set(&[1, 3]), set(&[])), "the pair partner passes it on");
    }

    #[test]
    fn what_was_due_is_sorted_once_and_completely() {
        let sorted = sort(&set(&[0, 1, 2, 3]), &set(&[0]), &set(&[1]), &set(&[1, 2]));
        assert_eq!(
            (sorted.due, sorted.read, sorted.withheld.clone(), sorted.friction, sorted.untrusted),
            (4, 1, set(&[1]), 1, 1)
        );
    }

    #[test]
    fn levels_and_subjects_follow_their_draws() {
        let mix = [0.2, 0.3, 0.0, 0.5, 0.0];
        for (draw, expected) in
            [(0.0, Level::Open), (0.2, Level::Restricted), (0.5, Level::Secret), (0.999_999, Level::Secret)]
        {
            assert_eq!(level_of(&mix, draw), expected);
        }
        let short = [0.5, 0.4, 0.0, 0.0, 0.0];
        assert_eq!(level_of(&short, 0.95), Level::Restricted, "a sliver above the sum goes to a level that has weight");
        let three: Vec<u64> = ["DEU", "FRA", "USA"].map(crate::world::chance::subject).to_vec();
        let mut four = three.clone();
        four.push(crate::world::chance::subject("ZZZ"));
        let mut counts = [0u32; 4];
        for luck in 0..4000u64 {
            let luck = luck.wrapping_mul(0x5851_F42D_4C95_7F2D);
            let (small, large) = (subject_of(luck, &three), subject_of(luck, &four));
            assert!(large.index() == 3 || large == small, "a further nation changes only what it wins");
            counts[large.index()] += 1;
        }
        assert!(counts.iter().all(|c| (700..1300).contains(c)), "every nation gets its part: {counts:?}");
    }
}
