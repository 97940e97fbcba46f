//! The flow told a second time with plain sets, from agreements, rules, trust and clearances, without the program.
use super::worlds::{Effect, Frame, Kind, Nations, Rule, When, World, level, run, worlds};
use noforn::quarter::sharing::release::{Channel, Terms as Basis};
use noforn::world::label::Label;
use noforn::world::levels::Product;
use noforn::world::report::Report;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A question about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    Share(usize),
    Work,
    Colocate,
}

impl Question {
    pub const ALL: [Question; 7] = [
        Question::Share(0),
        Question::Share(1),
        Question::Share(2),
        Question::Share(3),
        Question::Share(4),
        Question::Work,
        Question::Colocate,
    ];
    fn rank(self) -> usize {
        if let Question::Share(level) = self { level } else { 0 }
    }
}

/// (question, giver, receiver)
pub type Grants = BTreeSet<(Question, usize, usize)>;

/// What the timeline has made of a world by a quarter.
pub struct Standing {
    pub members: Vec<Nations>,
    pub facts: Vec<Vec<bool>>,
    pub announced: Vec<Option<u32>>,
    pub spared: Vec<Nations>,
}

/// Applies the timeline up to and with a quarter.
pub fn standing(world: &World, quarter: u32) -> Standing {
    let mut now = Standing {
        members: world.agreements.iter().map(|a| a.members.clone()).collect(),
        facts: world.facts.clone(),
        announced: vec![None; world.rules.len()],
        spared: vec![Nations::new(); world.rules.len()],
    };
    for (due, effect) in world.events.iter().filter(|(due, _)| *due <= quarter) {
        match *effect {
            Effect::Announce(rule) => now.announced[rule] = Some(*due),
            Effect::Lift(rule) => now.announced[rule] = None,
            Effect::Waive(rule, nation) => {
                now.spared[rule].insert(nation);
            }
            Effect::SetFact(fact, nation, value) => now.facts[nation][fact] = value,
            Effect::Join(agreement, nation) => {
                now.members[agreement].insert(nation);
            }
            Effect::Leave(agreement, nation) => {
                now.members[agreement].remove(&nation);
            }
        }
    }
    now
}

/// What owners chose to do under a rule: taken as given.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    pub waived: Nations,
    pub tear_line: Nations,
    pub restoring: Nations,
}

/// Everything that decides a quarter's grants.
pub struct Given<'w> {
    pub world: &'w World,
    pub quarter: u32,
    pub standing: Standing,
    pub marks: Vec<Marks>,
    /// Pairs that informed each other last quarter.
    pub informed: BTreeSet<(usize, usize)>,
    /// (level, giver, receiver) joined by agreements made during the run.
    pub side: BTreeSet<(usize, usize, usize)>,
}

impl<'w> Given<'w> {
    /// What decided the grants of a frame.
    pub fn of(world: &'w World, frame: &Frame) -> Self {
        let state = |rule: usize| &frame.facts.rules[world.rule_rank(rule)];
        let marks = |rule| Marks {
            waived: world.plain(&state(rule).waived),
            tear_line: world.plain(&state(rule).tear_line),
            restoring: world.plain(&state(rule).restoring),
        };
        Self {
            world,
            quarter: frame.quarter,
            standing: standing(world, frame.quarter),
            marks: (0..world.rules.len()).map(marks).collect(),
            informed: world.pairs(&frame.informed),
            side: side(world, &frame.side_before),
        }
    }

    fn holds(&self, rule: &Rule, receiver: usize, question: Question) -> bool {
        let has = |fact: usize| self.standing.facts[receiver][fact];
        match rule.when {
            When::Fact(fact) => has(fact),
            When::FactAbove(fact, level) => has(fact) && question.rank() > level,
            When::FactUpTo(fact, level) => has(fact) && question.rank() <= level,
            When::Outside(agreement) => !self.standing.members[agreement].contains(&receiver),
            When::Informs(nation) => self.informed.contains(&(receiver, nation)),
        }
    }

    /// The rules that stop a pair.
    pub fn forbidding(&self, question: Question, giver: usize, receiver: usize) -> BTreeSet<usize> {
        let stops = |at: &usize| {
            let (rule, marks) = (&self.world.rules[*at], &self.marks[*at]);
            let covers = match question {
                Question::Share(_) => rule.share,
                Question::Work => rule.work,
                Question::Colocate => rule.colocate,
            };
            let in_force = self.standing.announced[*at].is_some_and(|since| self.quarter - since >= rule.grace);
            let applies = self.holds(rule, receiver, question) || marks.restoring.contains(&receiver);
            let softened = matches!((question, rule.tear_line), (Question::Share(level), Some(line))
                if level <= line && marks.tear_line.contains(&receiver));
            rule.owner == giver
                && giver != receiver
                && covers
                && in_force
                && applies
                && !softened
                && !marks.waived.contains(&receiver)
        };
        (0..self.world.rules.len()).filter(stops).collect()
    }

    /// Whether some agreement, or diplomatic relations, permit a pair.
    pub fn permitted(&self, question: Question, giver: usize, receiver: usize) -> bool {
        let joint = self.world.agreements.iter().zip(&self.standing.members).any(|(agreement, members)| {
            members.contains(&giver) && members.contains(&receiver) && agreement.ceiling >= question.rank()
        });
        let side = self.side.contains(&(question.rank(), giver, receiver));
        giver != receiver && (question == Question::Colocate || joint || side)
    }

    /// Whether some agreement carries a report of a kind and level between a pair.
    pub fn carried(&self, kind: Kind, level: usize, giver: usize, receiver: usize) -> bool {
        let joint = self.world.agreements.iter().zip(&self.standing.members).any(|(agreement, members)| {
            let both = members.contains(&giver) && members.contains(&receiver);
            both && agreement.ceiling >= level && agreement.carries(kind)
        });
        giver != receiver && (joint || self.side.contains(&(level, giver, receiver)))
    }

    /// Everything granted.
    pub fn grants(&self) -> Grants {
        let n = self.world.n();
        let pairs = (0..n).flat_map(|a| (0..n).map(move |b| (a, b)));
        let all = pairs.flat_map(|(a, b)| Question::ALL.map(|question| (question, a, b)));
        all.filter(|(q, a, b)| self.permitted(*q, *a, *b) && self.forbidding(*q, *a, *b).is_empty()).collect()
    }
}

/// Agreements made during the run, plainly.
pub fn side(world: &World, planes: &[noforn::world::matrix::BitMatrix; 5]) -> BTreeSet<(usize, usize, usize)> {
    let level = |rank: usize| world.pairs(&planes[rank]).into_iter().map(move |(a, b)| (rank, a, b));
    (0..5).flat_map(level).collect()
}

/// The program's grants, plainly.
pub fn plain_grants(world: &World, grants: &noforn::world::grants::Grants) -> Grants {
    let mut plain = Grants::new();
    for question in Question::ALL {
        let matrix = match question {
            Question::Share(level) => &grants.share[level],
            Question::Work => &grants.work,
            Question::Colocate => &grants.colocate,
        };
        plain.extend(world.pairs(matrix).into_iter().map(|(a, b)| (question, a, b)));
    }
    plain
}

/// One source of a label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    pub owner: usize,
    pub level: usize,
    pub release: Nations,
}

/// What a report rests on.
pub fn sources(world: &World, label: &Label) -> BTreeSet<Source> {
    let owner = |id| (0..world.n()).find(|nation| world.id(*nation) == id).expect("owners are nations");
    let plain = |s: &noforn::world::label::SourceLabel| Source {
        owner: owner(s.owner()),
        level: s.level().rank(),
        release: world.plain(s.release()),
    };
    label.sources().iter().map(plain).collect()
}

/// Who may hold a report: whoever, for all of it that is another's, is released it, cleared for it, and may be informed
/// by its owner of everything that the others' part holds.
pub fn holders(n: usize, sources: &BTreeSet<Source>, grants: &Grants, clearance: &[usize]) -> Nations {
    let may = |nation: &usize| {
        let rest: Vec<&Source> = sources.iter().filter(|source| source.owner != *nation).collect();
        let levels: BTreeSet<usize> = rest.iter().map(|source| source.level).collect();
        rest.iter().all(|source| {
            source.release.contains(nation)
                && clearance[*nation] >= source.level
                && levels.iter().all(|level| grants.contains(&(Question::Share(*level), source.owner, *nation)))
        })
    };
    (0..n).filter(may).collect()
}

/// What a producer goes by.
pub struct Terms<'t> {
    pub producer: usize,
    pub kind: Kind,
    pub level: usize,
    pub trusted: Nations,
    pub willing: Nations,
    pub friction: bool,
    pub strict: bool,
    pub grants: &'t Grants,
    /// (members, ceiling) of pools.
    pub pools: Vec<(Nations, usize)>,
    /// Pairs in which each decides, at this level.
    pub pairs: BTreeSet<(usize, usize)>,
    pub clearance: &'t [usize],
}

/// Where a report goes.
#[derive(Debug, PartialEq)]
pub struct Told {
    pub release: Nations,
    pub reached: Nations,
    pub friction: Nations,
    pub due: usize,
    pub thinned: usize,
}

/// Section 4.5 for one report.
pub fn tell(terms: &Terms) -> Told {
    let me = terms.producer;
    let gives = |from: usize, to: usize| terms.grants.contains(&(Question::Share(terms.level), from, to));
    let fit = |m: &usize| gives(me, *m) && terms.trusted.contains(m);
    let cleared = |m: &usize| terms.clearance[*m] >= terms.level;
    let pools: Vec<&Nations> = terms
        .pools
        .iter()
        .filter(|(members, ceiling)| members.contains(&me) && *ceiling >= terms.level)
        .map(|(members, _)| members)
        .collect();
    let whole = |pool: &Nations| pool.iter().filter(|m| **m != me).all(fit);
    let everyone = || (0..terms.clearance.len()).filter(|m| *m != me && cleared(m) && fit(m));
    let by_pair = |m: &usize| terms.pairs.contains(&(me, *m)) && terms.willing.contains(m);
    let by_pool = |m: &usize, carried: bool| {
        pools.iter().any(|pool| pool.contains(m) && (whole(pool) || !terms.friction) == carried)
    };
    let release: Nations = everyone().filter(|m| by_pair(m) || by_pool(m, true) || by_pool(m, false)).collect();
    let first: Nations = everyone().filter(|m| by_pair(m) || by_pool(m, true)).collect();
    let passed = |m: &usize| !terms.strict && first.iter().any(|holder| gives(*holder, *m));
    let reached: Nations = release.iter().copied().filter(|m| first.contains(m) || passed(m)).collect();
    let friction = release.iter().copied().filter(|m| by_pool(m, false) && !reached.contains(m)).collect();
    let thinned = pools.iter().filter(|pool| !whole(pool)).count();
    Told { release, reached, friction, due: pools.len(), thinned }
}

/// Whom a nation trusts with a level, by at least this much more than the level needs.
fn trusted(world: &World, frame: &Frame, producer: usize, level: usize, more: f64) -> Nations {
    let needed = [0.0, 0.25, 0.40, 0.55, 0.80][level] + more;
    (0..world.n()).filter(|to| frame.trust[(world.id(producer), world.id(*to))] >= needed).collect()
}

/// The terms of a producer in a frame.
pub fn terms<'t>(
    given: &Given<'t>,
    frame: &Frame,
    grants: &'t Grants,
    producer: usize,
    (kind, level): (Kind, usize),
    more: f64,
) -> Terms<'t> {
    let world = given.world;
    let deals =
        || world.agreements.iter().zip(&given.standing.members).filter(|(agreement, _)| agreement.carries(kind));
    let mut pairs: BTreeSet<(usize, usize)> =
        side(world, &frame.facts.side).into_iter().filter(|(l, ..)| *l == level).map(|(_, a, b)| (a, b)).collect();
    for (_, members) in deals().filter(|(agreement, _)| !agreement.pool && agreement.ceiling >= level) {
        pairs.extend(members.iter().flat_map(|a| members.iter().map(|b| (*a, *b))));
    }
    Terms {
        producer,
        kind,
        level,
        trusted: trusted(world, frame, producer, level, 0.0),
        willing: trusted(world, frame, producer, level, more),
        friction: world.friction,
        strict: world.strict,
        grants,
        pools: deals().filter(|(a, _)| a.pool).map(|(a, members)| (members.clone(), a.ceiling)).collect(),
        pairs,
        clearance: &world.clearance,
    }
}

/// One kind of report for each set of agreements that may carry it.
const KINDS: [Kind; 6] = [
    Kind { product: 0, reserve: 0.0 },
    Kind { product: 0, reserve: 0.3 },
    Kind { product: 0, reserve: 0.6 },
    Kind { product: 1, reserve: 0.0 },
    Kind { product: 1, reserve: 0.3 },
    Kind { product: 1, reserve: 0.6 },
];

/// What the program makes of the same terms.
fn computed(world: &World, frame: &Frame, terms: &Terms) -> Told {
    let basis = Basis {
        producer: world.id(terms.producer),
        level: terms.level,
        class: &frame.covenant.classes[frame.covenant.class_of(Product::ALL[terms.kind.product], terms.kind.reserve)],
        grants: &frame.grants,
        cleared: &frame.cleared.0[terms.level],
    };
    let mut channel = Channel::default();
    channel.derive(&basis, &world.set(&terms.trusted), &world.set(&terms.willing));
    let informs = (!terms.strict).then(|| &frame.grants.share[terms.level]);
    let result = channel.release(&channel.close, terms.friction, informs);
    Told {
        release: world.plain(&result.release),
        reached: world.plain(&result.reached),
        friction: world.plain(&result.friction),
        due: channel.pools_due as usize,
        thinned: channel.pools_thinned as usize,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_telling_grants_and_releases_the_same(world in worlds(), more in prop_oneof![Just(0.0), Just(0.3)]) {
        for frame in run(&world) {
            let given = Given::of(&world, &frame);
            let grants = given.grants();
            prop_assert_eq!(&plain_grants(&world, &frame.grants), &grants);
            for (rule, marks) in given.marks.iter().enumerate().filter(|(rule, _)| world.rules[*rule].automatic) {
                prop_assert!(marks.waived.is_subset(&given.standing.spared[rule]) && marks.tear_line.is_empty());
            }
            for producer in 0..world.n() {
                for level in 0..5 {
                    for (friction, kind) in KINDS.into_iter().flat_map(|kind| [(false, kind), (true, kind)]) {
                        let terms = terms(&given, &frame, &grants, producer, (kind, level), more);
                        let terms = Terms { friction, ..terms };
                        prop_assert_eq!(computed(&world, &frame, &terms), tell(&terms), "{} at {}", producer, level);
                    }
                }
            }
        }
    }

    #[test]
    fn a_second_telling_reads_the_same(world in worlds()) {
        let mut seen: Vec<(u32, Nations)> = Vec::new();
        for frame in run(&world) {
            let given = Given::of(&world, &frame);
            let grants = given.grants();
            let kept = frame.archive.len();
            prop_assert!(frame.archive.reports().all(|report| frame.quarter - made(&report) < 4), "kept a year");
            // What has expired went first, what is new came last.
            let old = frame.archive.reports().take_while(|r| made(r) < frame.quarter).count();
            seen.drain(..seen.len() - old);
            for (number, report) in frame.archive.reports().enumerate() {
                let sources = sources(&world, report.label());
                let may = holders(world.n(), &sources, &grants, &world.clearance);
                if number >= old {
                    check_new(&world, &frame, &given, &grants, number)?;
                    seen.push((made(&report), Nations::new()));
                }
                let reached = world.plain(report.reached());
                let reads: Nations = may.intersection(&reached).copied().collect();
                let read = |n: &usize| frame.archive.read(number, world.id(*n), &frame.authority()).is_some();
                prop_assert_eq!((0..world.n()).filter(read).collect::<Nations>(), reads.clone());
                prop_assert_eq!(world.plain(&frame.authority().holders(report.label())), may);
                seen[number].1.extend(reads);
                prop_assert_eq!(&world.plain(report.reached()), &seen[number].1, "who has read it, ever");
            }
            prop_assert_eq!(seen.len(), kept);
        }
    }
}

/// The quarter a report was made in, from the start.
pub fn made(report: &Report) -> u32 {
    report.made().since(noforn::world::clock::Quarter::new(2019, 1)) as u32
}

/// A new report: collected, its label and readers are those of section 4.5; fused, it joins what its maker had read.
fn check_new(world: &World, frame: &Frame, given: &Given, grants: &Grants, number: usize) -> Result<(), TestCaseError> {
    let report = frame.archive.report(number);
    let sources: Vec<Source> = sources(world, report.label()).into_iter().collect();
    let reached = world.plain(report.reached());
    match sources.as_slice() {
        [one] => {
            let bare = |set: &Nations| set.iter().copied().filter(|n| *n != one.owner).collect::<Nations>();
            let (release, reached) = (bare(&one.release), bare(&reached));
            // The label does not say what kind of report it is; `drawn.rs` does.
            let fits = |kind: &Kind| {
                let [most, least] =
                    [0.0, 0.2].map(|more| tell(&terms(given, frame, grants, one.owner, (*kind, one.level), more)));
                release.is_subset(&most.release)
                    && release.is_superset(&least.release)
                    && reached.is_subset(&most.reached)
                    && reached.is_superset(&least.reached)
                    && (world.delicate || (&release, &reached) == (&most.release, &most.reached))
            };
            prop_assert!(KINDS.iter().any(fits));
        }
        [a, b] => {
            prop_assert!(a.owner != b.owner);
            for (from, to) in [(a.owner, b.owner), (b.owner, a.owner)] {
                prop_assert!(grants.contains(&(Question::Work, from, to)), "they work alongside each other");
            }
            let reads = |maker: usize, source: &Source| {
                let of = |r: &Report| {
                    self::sources(world, r.label()) == BTreeSet::from([source.clone()])
                        && r.reached().contains(world.id(maker))
                };
                frame.archive.reports().filter(|r| made(r) == frame.quarter).any(|r| of(&r))
            };
            prop_assert!(reads(a.owner, b) || reads(b.owner, a), "its maker had read the other's report");
            let common: Nations = a.release.intersection(&b.release).copied().collect();
            prop_assert_eq!(world.plain(report.label().release()), common);
            prop_assert_eq!(report.label().level(), level(a.level.max(b.level)));
        }
        more => prop_assert!(false, "{} sources", more.len()),
    }
    Ok(())
}

#[test]
fn the_telling_knows_one_quarter_by_heart() {
    // Three nations in a pool up to secret; the third is distrusted by the first and not cleared for secret.
    let grants: Grants = (0..4)
        .flat_map(|l| [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)].map(|(a, b)| (Question::Share(l), a, b)))
        .collect();
    let terms = Terms {
        producer: 0,
        kind: KINDS[0],
        level: 2,
        trusted: Nations::from([0, 1]),
        willing: Nations::new(),
        friction: false,
        strict: true,
        grants: &grants,
        pools: vec![(Nations::from([0, 1, 2]), 3)],
        pairs: BTreeSet::new(),
        clearance: &[4, 4, 2],
    };
    let (one, none) = (Nations::from([1]), Nations::new());
    let listed = Told { release: one.clone(), reached: one.clone(), friction: none.clone(), due: 1, thinned: 1 };
    assert_eq!(tell(&terms), listed);
    let lost = Told { release: one.clone(), reached: none, friction: one, due: 1, thinned: 1 };
    assert_eq!(tell(&Terms { friction: true, ..terms }), lost);
    let source = Source { owner: 0, level: 3, release: Nations::from([0, 1, 2]) };
    let sources = BTreeSet::from([source]);
    assert_eq!(holders(3, &sources, &grants, &[0, 4, 2]), Nations::from([0, 1]), "its owner needs no clearance");
}
