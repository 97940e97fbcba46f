//! Release: to whom a producer releases a report, whom it reaches, and why it does not reach the others.
use crate::world::agreement::{ContributionClass, Covenant};
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::label::Relay;
use crate::world::levels::{AgreementKind, LEVELS, Level};
use crate::world::matrix::BitMatrix;
use crate::world::model::Model;
use crate::world::sets::NationSet;
use smallvec::SmallVec;

/// What decides who gets a producer's reports of one level and contribution class.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The nation that produces them.
    pub producer: NationId,
    /// Rank of their level.
    pub level: usize,
    /// Which agreements carry them.
    pub class: ContributionClass,
    /// What agreements allow.
    pub covenant: &'a Covenant,
    /// What agreements allow and rules do not forbid; and what rules forbid.
    pub grants: &'a Grants,
    /// By level: the nations that are cleared for it.
    pub cleared: &'a [NationSet; LEVELS],
    /// The producer's trust in each nation with reports, 0 to 1.
    pub trust: &'a [f64],
    /// By level: the nations that it trusts with the level.
    pub trusted: &'a [NationSet; LEVELS],
    /// What the producer gives each nation where each pair decides, and of that and of its part in pools what is left; 0
    /// to 1.
    pub giving: [&'a [f64]; 2],
    /// The parameters.
    pub model: &'a Model,
}

/// Where a producer's reports of one level and contribution class can go, whatever their content.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlets {
    /// Those whom it may lawfully inform and trusts with the level.
    pub safe: NationSet,
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
    /// Those of them who get a sanitised version in their stead, by its level.
    pub versions: SmallVec<[(Level, NationSet); 1]>,
}

/// Where a producer's reports of one level and contribution class go in a quarter, as far as their content decides.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// Where they can go.
    pub outlets: Outlets,
    /// Partners of bilateral agreements.
    partners: NationSet,
    /// Partners of bilateral agreements to whom it sends even the most delicate of its reports.
    pub close: NationSet,
    /// Partners of bilateral agreements to whom it sends the less delicate part of them, and that part, 0 to 1; those to
    /// whom it sends most come first.
    pub wary: Vec<(NationId, f64)>,
    /// Readers in pools or of sanitised versions to whom it gives the less delicate part of them, and that part; those to
    /// whom it gives most come first.
    pub retreating: Vec<(NationId, f64)>,
}

/// Whom a producer chooses for one report.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Recipients {
    /// To how many of the wary bilateral partners, in order, it sends the report.
    pub willing: usize,
    /// To how many of the retreating readers, in order, it gives the report; it keeps it from the others.
    pub given: usize,
    /// True if the report is lost on its way to a side list.
    pub lost: bool,
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
    /// Number of pools that do not carry it.
    pub pools_thinned: u32,
}

impl Channel {
    /// Derives the channel. A pool carries a report to all its members. If the producer does not trust one of them, a rule
    /// forbids it, or the producer keeps it from one that gives too little, then the others get it on a side list instead.
    /// What agreements allow is derived only where they are `new`.
    pub fn derive(&mut self, terms: &Terms, new: bool) {
        let Terms { producer, level, class, covenant, grants, cleared, trust, trusted, giving, model } = *terms;
        let needed = model.trust_needed(Level::ALL[level]);
        let outlets = &mut self.outlets;
        if new {
            outlets.due = covenant.due(producer, class, level);
            self.partners = covenant.partners(producer, class, level);
            self.partners.intersect_with(&cleared[level]);
        }
        outlets.safe.clone_from(&trusted[level]);
        outlets.safe.intersect_words(grants.share[level].row(producer));
        outlets.stopped.copy_words(grants.share_forbidden[level].row(producer));
        let nobody = NationSet::none(trust.len());
        (outlets.whole, outlets.listed) = (nobody.clone(), nobody.clone());
        (outlets.pools_due, outlets.pools_thinned) =
            terms.pools(&outlets.safe, &mut outlets.whole, &mut outlets.listed);
        outlets.versions = terms.versions(outlets);
        self.close = nobody;
        self.wary.clear();
        let mut partners = self.partners.clone();
        partners.intersect_with(&outlets.safe);
        for partner in partners.iter() {
            let beyond = trust[partner.index()] - needed;
            let trusted = if model.delicacy_share > 0.0 { beyond / model.delicacy_share } else { 1.0 };
            let share = giving.iter().fold(1.0, |share, giving| share * giving[partner.index()]).min(trusted);
            if share < 1.0 {
                self.wary.push((partner, share));
            } else {
                self.close.insert(partner);
            }
        }
        most_first(&mut self.wary);
        // A member that is not cleared for a report thins its pool all the same.
        let mut readers = outlets.whole.clone();
        readers.union_with(&outlets.listed);
        outlets.whole.intersect_with(&cleared[level]);
        outlets.listed.intersect_with(&cleared[level]);
        outlets.versions.iter().for_each(|(_, nations)| readers.union_with(nations));
        self.retreating.clear();
        let kept = |reader: &NationId| giving[1][reader.index()];
        self.retreating
            .extend(readers.iter().filter(|reader| kept(reader) < 1.0).map(|reader| (reader, kept(&reader))));
        most_first(&mut self.retreating);
    }

    /// Whom the producer chooses for a report, by how delicate it is, uniform in [0, 1); `friction` loses it on the way to a
    /// side list.
    pub fn choose(&self, delicacy: f64, friction: bool) -> Recipients {
        let more = |(_, share): &&(NationId, f64)| delicacy < *share;
        let willing = self.wary.iter().take_while(more).count();
        let given = self.retreating.iter().take_while(more).count();
        let lost = friction && !(self.outlets.listed.is_empty() && given == self.retreating.len());
        Recipients { willing, given, lost }
    }

    /// The bilateral partners to whom the producer sends a report.
    pub fn willing(&self, choice: Recipients) -> NationSet {
        let mut willing = self.close.clone();
        self.wary[..choice.willing].iter().for_each(|(partner, _)| willing.insert(*partner));
        willing
    }

    /// The readers in pools or of sanitised versions from whom the producer keeps a report.
    pub fn left_out(&self, choice: Recipients) -> NationSet {
        let mut left_out = self.close.clone();
        left_out.clear();
        self.retreating[choice.given..].iter().for_each(|(reader, _)| left_out.insert(*reader));
        left_out
    }

    /// True if every choice means the same as in another channel.
    pub fn chooses_as(&self, other: &Channel) -> bool {
        let same = |a: &[(NationId, f64)], b: &[(NationId, f64)]| a.iter().map(|(n, _)| n).eq(b.iter().map(|(n, _)| n));
        self.outlets == other.outlets
            && self.close == other.close
            && same(&self.wary, &other.wary)
            && same(&self.retreating, &other.retreating)
    }
}

/// Sorts by falling share; equals stay in the order of identity.
fn most_first(shares: &mut [(NationId, f64)]) {
    shares.sort_by(|(_, a), (_, b)| b.total_cmp(a));
}

impl Terms<'_> {
    /// Adds to `whole` the members of pools all of whose other members are `safe`, and to `listed` the safe members of the
    /// others, cleared or not; returns how many pools should carry the reports, and how many of these do not.
    fn pools(&self, safe: &NationSet, whole: &mut NationSet, listed: &mut NationSet) -> (u32, u32) {
        let (mut due, mut thinned) = (0, 0);
        let carriers = self.covenant.carriers_of(self.producer, self.class, self.level);
        for pool in carriers.filter(|carrier| carrier.kind == AgreementKind::Pool) {
            let mut members = pool.members.clone();
            members.remove(self.producer);
            due += 1;
            if members.is_subset(safe) {
                whole.union_with(&members);
            } else {
                thinned += 1;
                members.intersect_with(safe);
                listed.union_with(&members);
            }
        }
        (due, thinned)
    }

    /// Those who get a sanitised version, by its level: reports were due to them, a rule forbids it, and its owner uses a
    /// tear-line. The version must be lawful, its reader cleared for it and trusted with it.
    fn versions(&self, outlets: &Outlets) -> SmallVec<[(Level, NationSet); 1]> {
        let mut versions: SmallVec<[(Level, NationSet); 1]> = SmallVec::new();
        for (version, tear_line) in Level::ALL.iter().zip(&self.grants.tear_lines).take(self.level) {
            let mut nations = NationSet::from_words(tear_line.row(self.producer));
            nations.intersect_with(&outlets.due);
            nations.intersect_with(&outlets.stopped);
            nations.intersect_words(self.grants.share[version.rank()].row(self.producer));
            nations.intersect_with(&self.cleared[version.rank()]);
            nations.intersect_with(&self.trusted[version.rank()]);
            if !nations.is_empty() {
                versions.push((*version, nations));
            }
        }
        versions
    }

    /// Releases one report: to the pools; to the bilateral partners chosen; and to the side lists, unless friction loses it
    /// there. If it is lost, a holder passes it on within the release set to those whom the holder may inform, where the
    /// release is consent to that. Where relays are free, holders pass everything on to all whom they may inform.
    pub fn release(&self, channel: &Channel, choice: Recipients) -> Release {
        let (outlets, left_out) = (&channel.outlets, channel.left_out(choice));
        let (mut reached, mut listed, mut pools_thinned) =
            (outlets.whole.clone(), outlets.listed.clone(), outlets.pools_thinned);
        if !left_out.is_empty() {
            let mut safe = outlets.safe.clone();
            safe.subtract(&left_out);
            reached.clear();
            listed.clear();
            (_, pools_thinned) = self.pools(&safe, &mut reached, &mut listed);
            reached.intersect_with(&self.cleared[self.level]);
            listed.intersect_with(&self.cleared[self.level]);
        }
        reached.union_with(&channel.willing(choice));
        let mut release = reached.clone();
        release.union_with(&listed);
        if !choice.lost {
            reached.clone_from(&release);
        }
        let informs = &self.grants.share[self.level];
        match Relay::of(self.model) {
            Relay::ByConsent => {}
            Relay::WithinRelease => relay(&release, &mut reached, informs),
            Relay::Free => {
                let mut all = self.cleared[self.level].clone();
                all.remove(self.producer);
                relay(&all, &mut reached, informs);
                release.union_with(&reached);
            }
        }
        listed.subtract(&reached);
        Release { release, reached, friction: listed, pools_thinned }
    }
}

/// Adds those in the set whom one of the first readers may inform.
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
    use crate::access::facts::Facts;
    use crate::quarter::agreements::derive;
    use crate::world::agreement::{Agreement, Members};
    use crate::world::ids::AgreementId;
    use crate::world::levels::Product;

    const N: usize = 4;

    fn id(nation: usize) -> NationId {
        NationId::new(nation)
    }

    fn set(members: &[usize]) -> NationSet {
        NationSet::from_members(N, members.iter().map(|n| id(*n)))
    }

    /// Nation 0, its agreements, and what it makes of the others.
    struct World {
        covenant: Covenant,
        grants: Grants,
        trust: [f64; N],
        giving: [[f64; N]; 2],
        model: Model,
    }

    impl World {
        /// Nations 0, 1 and 2 are in a pool up to secret; 0 has an agreement with each of `bilateral`. All may share.
        fn new(bilateral: &[usize]) -> Self {
            let deal = |at: usize, kind, members: &[usize]| {
                let id = AgreementId::new(at);
                (Agreement { id, kind, ceiling: Level::Secret, contribution: [1.0; 2] }, Members(set(members)))
            };
            let mut deals = vec![deal(0, AgreementKind::Pool, &[0, 1, 2])];
            deals.extend(bilateral.iter().map(|other| deal(*other, AgreementKind::Bilateral, &[0, *other])));
            let mut covenant = Covenant::none(N);
            let deals: Vec<(&Agreement, &Members)> = deals.iter().map(|(deal, members)| (deal, members)).collect();
            derive(&mut covenant, &Facts::blank(N, 0, 1, 0, 0), &deals);
            let mut grants = Grants::none(N);
            for plane in &mut grants.share {
                (0..N).for_each(|a| plane.row_mut(id(a)).copy_from_slice(NationSet::all(N).words()));
            }
            Self { covenant, grants, trust: [1.0; N], giving: [[1.0; N]; 2], model: Model::default() }
        }

        /// Where a confidential raw report goes that is as delicate as this.
        fn send(&self, delicacy: f64, friction: bool) -> (Channel, Release) {
            let cleared = std::array::from_fn(|_| NationSet::all(N));
            let trusted = std::array::from_fn(|level| {
                let needed = self.model.trust_needed(Level::ALL[level]);
                NationSet::where_holds(&self.trust, |trust| *trust >= needed)
            });
            let terms = Terms {
                producer: id(0),
                level: 2,
                class: self.covenant.classes[0][self.covenant.class_of(id(0), Product::Raw, 0.5)],
                covenant: &self.covenant,
                grants: &self.grants,
                cleared: &cleared,
                trust: &self.trust,
                trusted: &trusted,
                giving: self.giving.each_ref().map(|giving| giving.as_slice()),
                model: &self.model,
            };
            let mut channel = Channel::default();
            channel.derive(&terms, true);
            let release = terms.release(&channel, channel.choose(delicacy, friction));
            (channel, release)
        }
    }

    #[test]
    fn one_distrusted_member_keeps_a_report_out_of_the_pool() {
        let mut world = World::new(&[]);
        let (channel, full) = world.send(0.9, true);
        assert_eq!((channel.outlets.pools_due, full.pools_thinned), (1, 0));
        assert_eq!(full.reached, set(&[1, 2]));
        world.trust[2] = 0.1;
        let (_, listed) = world.send(0.9, false);
        assert_eq!((listed.reached, listed.pools_thinned), (set(&[1]), 1), "the side list of the trusted");
        let (_, lost) = world.send(0.9, true);
        assert_eq!((lost.reached, lost.friction), (set(&[]), set(&[1])), "friction loses it");
    }

    #[test]
    fn who_gives_little_in_return_is_kept_out_of_the_pool_for_delicate_reports() {
        let mut world = World::new(&[]);
        world.giving[1][2] = 0.6;
        let (_, plain) = world.send(0.5, false);
        assert_eq!((plain.reached, plain.pools_thinned), (set(&[1, 2]), 0));
        let (_, delicate) = world.send(0.6, false);
        assert_eq!((delicate.reached, delicate.pools_thinned), (set(&[1]), 1));
    }

    #[test]
    fn a_pair_gets_what_trust_and_giving_allow() {
        let mut world = World::new(&[3]);
        assert_eq!(world.send(0.99, false).1.reached, set(&[1, 2, 3]));
        world.trust[3] = 0.5; // half of the delicacy share above what the level needs
        assert_eq!([0.49, 0.51].map(|d| world.send(d, false).1.reached.contains(id(3))), [true, false]);
        world.giving = [[1.0, 1.0, 1.0, 0.5], [1.0, 1.0, 1.0, 0.5]];
        assert_eq!([0.24, 0.26].map(|d| world.send(d, false).1.reached.contains(id(3))), [true, false]);
    }

    #[test]
    fn holders_pass_on_within_the_release_set_or_everywhere_or_nowhere() {
        let mut world = World::new(&[3]);
        world.trust[2] = 0.0;
        let reached = |world: &World| world.send(0.5, true).1.reached;
        assert_eq!(reached(&world), set(&[1, 3]), "the partner passes it on to the side list");
        world.model.rel_to_relay = false;
        assert_eq!(reached(&world), set(&[3]), "not without consent");
        world.model.originator_control = false;
        assert_eq!(reached(&world), set(&[1, 2, 3]), "whatever the originator thinks of the reader");
    }

    #[test]
    fn a_version_goes_where_a_rule_forbids_the_report() {
        let mut world = World::new(&[3]);
        let (usa, cut) = (id(0), id(2));
        for level in 2..LEVELS {
            world.grants.share[level].set(usa, cut, false);
            world.grants.share_forbidden[level].set(usa, cut, true);
        }
        assert!(world.send(0.5, false).0.outlets.versions.is_empty());
        world.grants.tear_lines[1].set(usa, cut, true);
        let (channel, release) = world.send(0.5, false);
        assert_eq!(channel.outlets.versions.as_slice(), [(Level::Restricted, set(&[2]))]);
        assert_eq!(
            (release.reached, release.release),
            (set(&[1, 3]), set(&[1, 3])),
            "the report itself goes to the others"
        );
        world.grants.share[1].set(usa, cut, false);
        assert!(world.send(0.5, false).0.outlets.versions.is_empty(), "the rule forbids the version as well");
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
