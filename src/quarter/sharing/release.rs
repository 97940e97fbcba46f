//! Release: to whom a producer releases a report, whom it reaches, and why it does not reach the others.
use crate::world::agreement::ContributionClass;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::NationSet;

/// What decides who gets a producer's reports of one level and contribution class.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The nation that produces them.
    pub producer: NationId,
    /// Rank of their level.
    pub level: usize,
    /// Which agreements carry them.
    pub class: &'a ContributionClass,
    /// What agreements allow and rules do not forbid; and what rules forbid.
    pub grants: &'a Grants,
    /// The nations that are cleared for the level.
    pub cleared: &'a NationSet,
}

/// Where a producer's reports of one level and contribution class go in a quarter, whatever their content.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Channel {
    /// Partners of bilateral agreements whom it trusts even with its most delicate reports.
    pub close: NationSet,
    /// Partners of bilateral agreements whom it trusts with the level, but not with the most delicate reports.
    pub wary: NationSet,
    /// Readers in the pools that carry its reports to all members.
    pub whole: NationSet,
    /// Readers on the side lists of the pools that do not carry its reports.
    pub listed: NationSet,
    /// Number of pools that should carry its reports.
    pub pools_due: u32,
    /// Number of pools that do not carry its reports, so that a side list replaces them.
    pub pools_thinned: u32,
    /// Those whom agreements alone allow to read them.
    pub due: NationSet,
    /// Those whom the producer's rules forbid to read them.
    pub stopped: NationSet,
}

/// Where one report goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// Its release set: those who may get it from any holder.
    pub release: NationSet,
    /// Those whom it reaches.
    pub reached: NationSet,
    /// Those who would have read it on a side list, but it was lost on the way there.
    pub friction: NationSet,
}

impl Channel {
    /// Derives the channel. A pool carries a report to all its members. If the producer does not trust one of them, or
    /// a rule forbids it, then the others get it on a side list instead. `trusted` are those whom the producer trusts
    /// with the level, `close` those whom it trusts with its most delicate reports.
    pub fn derive(&mut self, terms: &Terms, trusted: &NationSet, close: &NationSet) {
        let Terms { producer, level, class, grants, cleared } = *terms;
        let mut safe = NationSet::from_words(grants.share[level].row(producer));
        safe.intersect_with(trusted);
        self.wary.copy_words(class.bilateral[level].row(producer));
        self.wary.intersect_with(&safe);
        self.wary.intersect_with(cleared);
        self.close.clone_from(&self.wary);
        self.close.intersect_with(close);
        self.wary.subtract(close);
        self.due.copy_words(class.joined[level].row(producer));
        self.stopped.copy_words(grants.share_forbidden[level].row(producer));
        for set in [&mut self.whole, &mut self.listed] {
            set.clone_from(&safe);
            set.clear();
        }
        (self.pools_due, self.pools_thinned) = (0, 0);
        let mut members = safe.clone();
        for pool in class.pools.iter().filter(|p| p.members.contains(producer) && p.ceiling.rank() >= level) {
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

    /// Releases one report: to the pools; to `willing`, the bilateral partners to whom the producer sends it; and to
    /// the side lists, unless `friction` loses it there. If it is lost, a holder passes it on within the release set to
    /// those whom `informs` lets the holder inform (`None`: originator control is strict, nobody passes it on).
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

/// Adds those in the release set whom one of the first readers may inform.
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

/// What happened to one report, for the nations to which it was due.
#[derive(Clone, Debug, PartialEq)]
pub struct DueOutcome {
    /// How many nations agreements alone allow to read it.
    pub due: u32,
    /// How many of these read it.
    pub read: u32,
    /// Those from whom a rule withheld it.
    pub withheld: NationSet,
    /// How many missed it because it was lost on its way to a side list.
    pub friction: u32,
    /// How many did not get it for lack of trust or clearance.
    pub untrusted: u32,
}

/// Classifies the nations to which a report was due: read; else withheld by a rule; else lost to friction; else lost
/// for lack of trust or clearance.
pub fn classify(due: &NationSet, readers: &NationSet, stopped: &NationSet, friction: &NationSet) -> DueOutcome {
    let mut withheld = due.clone();
    withheld.subtract(readers);
    let left = withheld.len();
    withheld.intersect_with(stopped);
    let kept = withheld.words().iter().zip(friction.words()).zip(due.words().iter().zip(readers.words()));
    let lost: u32 = kept.map(|((stopped, lost), (due, read))| (due & !read & !stopped & lost).count_ones()).sum();
    let all = due.len();
    DueOutcome {
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
    use crate::world::levels::{Level, Product};

    fn set(members: &[usize]) -> NationSet {
        NationSet::from_members(4, members.iter().map(|n| NationId::new(*n)))
    }

    fn world(bilateral: &[usize]) -> (ContributionClass, Grants) {
        let nobody = std::array::from_fn(|_| BitMatrix::none(4));
        let mut class = ContributionClass {
            product: Product::Raw,
            until: 1.0,
            share: 1.0,
            joined: nobody.clone(),
            bilateral: nobody,
            pools: vec![Pool { members: set(&[0, 1, 2]), ceiling: Level::Secret }],
        };
        let mut grants = Grants::none(4);
        for level in 0..5 {
            for a in 0..4 {
                grants.share[level].row_mut(NationId::new(a)).copy_from_slice(NationSet::all(4).words());
            }
            class.bilateral[level].row_mut(NationId::new(0)).copy_from_slice(set(bilateral).words());
        }
        (class, grants)
    }

    fn channel(class: &ContributionClass, grants: &Grants, trusted: &[usize]) -> Channel {
        let terms = Terms { producer: NationId::new(0), level: 2, class, grants, cleared: &NationSet::all(4) };
        let mut channel = Channel::default();
        channel.derive(&terms, &set(trusted), &set(&[]));
        channel
    }

    #[test]
    fn one_distrusted_member_keeps_a_report_out_of_the_pool() {
        let (class, grants) = world(&[]);
        let full = channel(&class, &grants, &[1, 2, 3]);
        assert_eq!((full.pools_due, full.pools_thinned), (1, 0));
        assert_eq!(full.release(&set(&[]), true, None).reached, set(&[1, 2]));
        let thinned = channel(&class, &grants, &[1, 3]);
        let listed = thinned.release(&set(&[]), false, None);
        assert_eq!((listed.reached, thinned.pools_thinned), (set(&[1]), 1), "the side list of the trusted");
        let lost = thinned.release(&set(&[]), true, None);
        assert_eq!((lost.reached, lost.friction), (set(&[]), set(&[1])), "friction loses it");
    }

    #[test]
    fn the_producer_chooses_its_bilateral_partners_and_holders_pass_on_within_the_release_set() {
        let (class, grants) = world(&[3]);
        let pair = channel(&class, &grants, &[3]);
        assert_eq!((&pair.wary, &pair.close), (&set(&[3]), &set(&[])));
        assert_eq!(pair.release(&set(&[3]), true, None).reached, set(&[3]));
        let both = channel(&class, &grants, &[1, 3]);
        let strict = both.release(&set(&[3]), true, None);
        let relayed = both.release(&set(&[3]), true, Some(&grants.share[2]));
        assert_eq!((strict.reached, strict.release), (set(&[3]), set(&[1, 3])));
        assert_eq!((relayed.reached, relayed.friction), (set(&[1, 3]), set(&[])), "the pair partner passes it on");
    }

    #[test]
    fn every_nation_to_which_a_report_is_due_has_exactly_one_outcome() {
        let outcome = classify(&set(&[0, 1, 2, 3]), &set(&[0]), &set(&[1]), &set(&[1, 2]));
        assert_eq!(
            (outcome.due, outcome.read, outcome.withheld.clone(), outcome.friction, outcome.untrusted),
            (4, 1, set(&[1]), 1, 1)
        );
    }
}
