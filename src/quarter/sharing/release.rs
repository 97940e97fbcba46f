//! Release: to whom a producer releases a report, whom it reaches, and what keeps it from the others.
use crate::world::agreement::Covenant;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::NationSet;

/// What a producer goes by for its reports of one level.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Who produces them.
    pub producer: NationId,
    /// Rank of their level.
    pub level: usize,
    /// What agreements allow.
    pub covenant: &'a Covenant,
    /// What agreements allow and no rule forbids, and what rules forbid.
    pub grants: &'a Grants,
    /// Who is cleared for the level.
    pub cleared: &'a NationSet,
}

/// Where a producer's reports of one level go, whatever is in them: the same for all of a quarter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Channel {
    /// Partners in pairs whom it trusts with the most delicate of its reports.
    pub close: NationSet,
    /// Partners in pairs whom it trusts with the level, but not with whatever is most delicate.
    pub wary: NationSet,
    /// Readers of the pools that carry its reports.
    pub whole: NationSet,
    /// Readers of the pools that its reports are moved out of, on their side lists.
    pub listed: NationSet,
    /// Pools that should carry its reports.
    pub pools_due: u32,
    /// Pools its reports are moved out of.
    pub pools_thinned: u32,
    /// Whom agreements alone allow to read them.
    pub due: NationSet,
    /// Whom its rules forbid to read them.
    pub stopped: NationSet,
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
}

impl Channel {
    /// A pool carries a report to all its members, or, if one of them is not trusted or not lawful, the trusted get it
    /// on a side list. `trusted` are those whom the producer trusts with the level, `close` with its most delicate
    /// reports.
    pub fn derive(&mut self, terms: &Terms, trusted: &NationSet, close: &NationSet) {
        let Terms { producer, level, covenant, grants, cleared } = *terms;
        let mut safe = NationSet::from_words(grants.share[level].row(producer));
        safe.intersect_with(trusted);
        self.wary.copy_words(covenant.bilateral[level].row(producer));
        self.wary.intersect_with(&safe);
        self.wary.intersect_with(cleared);
        self.close.clone_from(&self.wary);
        self.close.intersect_with(close);
        self.wary.subtract(close);
        self.due.copy_words(covenant.joined[level].row(producer));
        self.stopped.copy_words(grants.share_forbidden[level].row(producer));
        for set in [&mut self.whole, &mut self.listed] {
            set.clone_from(&safe);
            set.clear();
        }
        (self.pools_due, self.pools_thinned) = (0, 0);
        let mut members = safe.clone();
        for pool in covenant.pools.iter().filter(|p| p.members.contains(producer) && p.ceiling.rank() >= level) {
            members.clone_from(&pool.members);
            members.remove(producer);
            self.pools_due += 1;
            if members.is_subset(&safe) {
                self.whole.union_with(&members);
            } else {
                self.pools_thinned += 1;
                members.intersect_with(&safe);
                self.listed.union_with(&members);
            }
        }
        self.whole.intersect_with(cleared);
        self.listed.intersect_with(cleared);
    }

    /// Where one report goes: to the pools; to `willing`, those of the pairs' partners to whom the producer sends it;
    /// and, if `friction` does not lose it there, to the side lists. A holder passes it on to whom it is released and
    /// whom `informs` lets the holder inform (nobody where originator control is strict).
    pub fn release(&self, willing: &NationSet, friction: bool, informs: Option<&BitMatrix>) -> Release {
        let mut reached = self.whole.clone();
        reached.union_with(willing);
        let mut release = reached.clone();
        release.union_with(&self.listed);
        let mut lost = self.listed.clone();
        if !friction {
            reached.clone_from(&release);
        } else if let Some(informs) = informs {
            relay(&release, &mut reached, informs);
        }
        lost.subtract(&reached);
        Release { release, reached, friction: lost }
    }
}

/// Holders pass a report on within its release set, to whom they may inform themselves.
fn relay(release: &NationSet, reached: &mut NationSet, informs: &BitMatrix) {
    if release == reached {
        return;
    }
    let mut passed = reached.clone();
    for holder in reached.iter() {
        passed.words_mut().iter_mut().zip(informs.row(holder)).for_each(|(word, row)| *word |= row);
    }
    passed.intersect_with(release);
    reached.union_with(&passed);
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
    let mut withheld = due.clone();
    withheld.subtract(readers);
    let left = withheld.len();
    withheld.intersect_with(stopped);
    let kept = withheld.words().iter().zip(friction.words()).zip(due.words().iter().zip(readers.words()));
    let lost: u32 = kept.map(|((stopped, lost), (due, read))| (due & !read & !stopped & lost).count_ones()).sum();
    let all = due.len();
    Sorted {
        due: all as u32,
        read: (all - left) as u32,
        friction: lost,
        untrusted: (left - withheld.len()) as u32 - lost,
        withheld,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::agreement::Pool;
    use crate::world::levels::Level;

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

    fn channel(covenant: &Covenant, grants: &Grants, trusted: &[usize]) -> Channel {
        let terms = Terms { producer: NationId::new(0), level: 2, covenant, grants, cleared: &NationSet::all(4) };
        let mut channel = Channel::default();
        channel.derive(&terms, &set(trusted), &set(&[]));
        channel
    }

    #[test]
    fn one_distrusted_reader_thins_the_pool_for_all() {
        let (covenant, grants) = world(&[]);
        let full = channel(&covenant, &grants, &[1, 2, 3]);
        assert_eq!((full.pools_due, full.pools_thinned), (1, 0));
        assert_eq!(full.release(&set(&[]), true, None).reached, set(&[1, 2]));
        let thinned = channel(&covenant, &grants, &[1, 3]);
        let listed = thinned.release(&set(&[]), false, None);
        assert_eq!((listed.reached, thinned.pools_thinned), (set(&[1]), 1), "the side list of the trusted");
        let lost = thinned.release(&set(&[]), true, None);
        assert_eq!((lost.reached, lost.friction), (set(&[]), set(&[1])), "friction loses it");
    }

    #[test]
    fn between_a_pair_the_producer_decides_and_holders_pass_on_within_the_release_set() {
        let (covenant, grants) = world(&[3]);
        let pair = channel(&covenant, &grants, &[3]);
        assert_eq!((&pair.wary, &pair.close), (&set(&[3]), &set(&[])));
        assert_eq!(pair.release(&set(&[3]), true, None).reached, set(&[3]));
        let both = channel(&covenant, &grants, &[1, 3]);
        let strict = both.release(&set(&[3]), true, None);
        let relayed = both.release(&set(&[3]), true, Some(&grants.share[2]));
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
}
