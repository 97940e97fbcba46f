//! The flow told a second time with plain sets, from agreements, rules, trust and clearances, without the program.
use super::worlds::{Effect, Frame, Kind, Nations, Relays, Rule, When, World, level, run, worlds};
use noforn::quarter::sharing::release::{Channel, Terms as Basis};
use noforn::world::label::{Label, Relay};
use noforn::world::levels::Product;
use noforn::world::model::Model;
use noforn::world::report::Report;
use noforn::world::sets::NationSet;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

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
            let beneath = matches!(question, Question::Share(level) if level < rule.withholds_from());
            rule.owner == giver
                && giver != receiver
                && covers
                && in_force
                && applies
                && !softened
                && !beneath
                && !marks.waived.contains(&receiver)
        };
        (0..self.world.rules.len()).filter(stops).collect()
    }

    /// The level of the sanitised versions that go to a nation: the lowest of those that its giver's rules name.
    pub fn tear_line(&self, giver: usize, receiver: usize) -> Option<usize> {
        let used = self.world.rules.iter().zip(&self.marks);
        let used = used.filter(|(rule, marks)| rule.owner == giver && marks.tear_line.contains(&receiver));
        used.filter_map(|(rule, _)| rule.tear_line).min()
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
    pub relays: Relays,
}

/// What a report rests on.
pub fn sources(world: &World, label: &Label) -> BTreeSet<Source> {
    let owner = |id| (0..world.n()).find(|nation| world.id(*nation) == id).expect("owners are nations");
    let plain = |s: &noforn::world::label::SourceLabel| Source {
        owner: owner(s.owner()),
        level: s.level().rank(),
        release: world.plain(s.release()),
        relays: match s.relay() {
            Relay::ByConsent => Relays::None,
            Relay::WithinRelease => Relays::WithinRelease,
            Relay::Free => Relays::Free,
        },
    };
    label.sources().iter().map(plain).collect()
}

/// Who may hold a report: whoever, for all of it that is another's, is released it, cleared for it, and may be informed
/// by its owner of everything that the others' part holds; where relays are free, the owner is not asked.
pub fn holders(n: usize, sources: &BTreeSet<Source>, grants: &Grants, clearance: &[usize]) -> Nations {
    let may = |nation: &usize| {
        let rest: Vec<&Source> = sources.iter().filter(|source| source.owner != *nation).collect();
        let levels: BTreeSet<usize> = rest.iter().map(|source| source.level).collect();
        rest.iter().all(|source| {
            source.release.contains(nation)
                && clearance[*nation] >= source.level
                && (source.relays == Relays::Free
                    || levels.iter().all(|level| grants.contains(&(Question::Share(*level), source.owner, *nation))))
        })
    };
    (0..n).filter(may).collect()
}

/// What a producer goes by for one report.
#[derive(Clone)]
pub struct Terms<'t> {
    pub producer: usize,
    pub kind: Kind,
    pub level: usize,
    /// How delicate the report is.
    pub delicacy: f64,
    /// How much trust the most delicate need beyond the level's.
    pub delicacy_share: f64,
    /// Whether it is lost on the way to a side list.
    pub friction: bool,
    pub relays: Relays,
    /// The producer's trust in every nation with reports.
    pub trust: Vec<f64>,
    /// What it gives every nation at first where each pair decides, and what is left of its giving.
    pub giving: Vec<[f64; 2]>,
    pub grants: &'t Grants,
    /// (members, ceiling) of pools that carry the report.
    pub pools: Vec<(Nations, usize)>,
    /// Pairs in which each decides, at this level.
    pub pairs: BTreeSet<(usize, usize)>,
    pub clearance: &'t [usize],
    /// Those to whom the producer's rules forbid it.
    pub stopped: Nations,
    /// By nation: the level of the versions that it gets in the stead of what is forbidden.
    pub tear_lines: Vec<Option<usize>>,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub release: Nations,
    pub reached: Nations,
    pub friction: Nations,
    pub due: usize,
    pub thinned: usize,
    /// By level, those who get a sanitised version.
    pub versions: BTreeMap<usize, Nations>,
}

/// The trust that a level needs.
pub const NEEDED: [f64; 5] = [0.0, 0.25, 0.40, 0.55, 0.80];

impl Terms<'_> {
    fn gives(&self, from: usize, to: usize, level: usize) -> bool {
        self.grants.contains(&(Question::Share(level), from, to))
    }
    /// Whether the producer may and would send a nation something at a level, and has not turned away from it.
    fn fit(&self, to: usize, level: usize) -> bool {
        self.gives(self.producer, to, level) && self.trust[to] >= NEEDED[level] && self.delicacy < self.giving[to][1]
    }
    fn cleared(&self, to: usize, level: usize) -> bool {
        self.clearance[to] >= level
    }
    /// Whether it sends the report to a partner where each pair decides.
    fn by_pair(&self, to: usize) -> bool {
        let beyond = self.trust[to] - NEEDED[self.level];
        let willing = self.delicacy_share == 0.0 || self.delicacy < beyond / self.delicacy_share;
        let gives = self.delicacy < self.giving[to][0] * self.giving[to][1];
        self.pairs.contains(&(self.producer, to)) && self.fit(to, self.level) && willing && gives
    }
    /// The pools that should carry it.
    fn pools(&self) -> impl Iterator<Item = &Nations> {
        let carries =
            |(members, ceiling): &&(Nations, usize)| members.contains(&self.producer) && *ceiling >= self.level;
        self.pools.iter().filter(carries).map(|(members, _)| members)
    }
    /// Whether a pool carries it to all its members.
    fn whole(&self, pool: &Nations) -> bool {
        pool.iter().all(|member| *member == self.producer || self.fit(*member, self.level))
    }
    /// Those to whom agreements carry it.
    pub fn due(&self) -> Nations {
        let due = |to: &usize| self.pairs.contains(&(self.producer, *to)) || self.pools().any(|pool| pool.contains(to));
        (0..self.clearance.len()).filter(|to| *to != self.producer && due(to)).collect()
    }
}

/// Where one report goes.
pub fn tell(terms: &Terms) -> Told {
    let (me, level) = (terms.producer, terms.level);
    let others = || (0..terms.clearance.len()).filter(|m| *m != me && terms.cleared(*m, level));
    let by_pool = |m: usize, whole: bool| {
        terms.fit(m, level) && terms.pools().any(|pool| pool.contains(&m) && terms.whole(pool) == whole)
    };
    let sent: Nations = others().filter(|m| terms.by_pair(*m) || by_pool(*m, true)).collect();
    let listed: Nations = others().filter(|m| by_pool(*m, false)).collect();
    let consented: Nations = sent.union(&listed).copied().collect();
    let first = if terms.friction { sent } else { consented.clone() };
    let passed = |m: &usize| first.iter().any(|holder| terms.gives(*holder, *m, level));
    let reached: Nations = match terms.relays {
        Relays::None => first,
        Relays::WithinRelease => consented.iter().copied().filter(|m| first.contains(m) || passed(m)).collect(),
        Relays::Free => others().filter(|m| first.contains(m) || passed(m)).collect(),
    };
    // Where relays are free, whomever it came to may hold it.
    let release = if terms.relays == Relays::Free { &consented | &reached } else { consented };
    let mut versions: BTreeMap<usize, Nations> = BTreeMap::new();
    for m in terms.due().intersection(&terms.stopped).filter(|m| !reached.contains(m)) {
        let line = terms.tear_lines[*m].filter(|line| *line < level);
        if let Some(line) = line.filter(|line| terms.fit(*m, *line) && terms.cleared(*m, *line)) {
            versions.entry(line).or_default().insert(*m);
        }
    }
    Told {
        friction: &listed - &reached,
        release,
        reached,
        due: terms.pools().count(),
        thinned: terms.pools().filter(|pool| !terms.whole(pool)).count(),
        versions,
    }
}

/// The terms of a producer in a frame, for a report of a kind, level and delicacy.
pub fn terms<'t>(
    given: &Given<'t>,
    frame: &Frame,
    grants: &'t Grants,
    producer: usize,
    (kind, level): (Kind, usize),
    delicacy: f64,
) -> Terms<'t> {
    let world = given.world;
    let deals =
        || world.agreements.iter().zip(&given.standing.members).filter(|(agreement, _)| agreement.carries(kind));
    let mut pairs: BTreeSet<(usize, usize)> =
        side(world, &frame.facts.side).into_iter().filter(|(l, ..)| *l == level).map(|(_, a, b)| (a, b)).collect();
    for (_, members) in deals().filter(|(agreement, _)| !agreement.pool && agreement.ceiling >= level) {
        pairs.extend(members.iter().flat_map(|a| members.iter().map(|b| (*a, *b))));
    }
    let all = || 0..world.n();
    let pair = |to: usize| (world.id(producer), world.id(to));
    let stops = |to: &usize| !given.forbidding(Question::Share(level), producer, *to).is_empty();
    Terms {
        producer,
        kind,
        level,
        delicacy,
        delicacy_share: if world.delicate { 0.2 } else { 0.0 },
        friction: world.friction,
        relays: world.relays,
        trust: all().map(|to| frame.trust.goodwill[pair(to)] * frame.trust.handling[pair(to)]).collect(),
        giving: all().map(|to| [frame.giving_after.initial[pair(to)], frame.giving.kept[pair(to)]]).collect(),
        grants,
        pools: deals().filter(|(a, _)| a.pool).map(|(a, members)| (members.clone(), a.ceiling)).collect(),
        pairs,
        clearance: &world.clearance,
        stopped: all().filter(stops).collect(),
        tear_lines: all().map(|to| given.tear_line(producer, to)).collect(),
    }
}

/// One kind of report for each set of agreements that may carry it.
pub const KINDS: [Kind; 6] = [
    Kind { product: 0, reserve: 0.0 },
    Kind { product: 0, reserve: 0.3 },
    Kind { product: 0, reserve: 0.6 },
    Kind { product: 1, reserve: 0.0 },
    Kind { product: 1, reserve: 0.3 },
    Kind { product: 1, reserve: 0.6 },
];

/// Delicacies on both sides of what is given.
const DELICACIES: [f64; 4] = [0.0, 0.2, 0.6, 0.95];

/// By level, those whom a nation trusts with it.
pub fn trusting(trust: &[f64]) -> [NationSet; 5] {
    NEEDED.map(|needed| NationSet::where_holds(trust, |trust| *trust >= needed))
}

/// What the program makes of the same terms, with parameters.
pub fn computed(world: &World, frame: &Frame, terms: &Terms, model: &Model) -> Told {
    let producer = world.id(terms.producer);
    let class = frame.covenant.class_of(producer, Product::ALL[terms.kind.product], terms.kind.reserve);
    let mut trust = Vec::new();
    frame.trust.with_reports_of(producer, &mut trust);
    let basis = Basis {
        producer,
        level: terms.level,
        class: frame.covenant.classes[producer.index()][class],
        covenant: &frame.covenant,
        grants: &frame.grants,
        cleared: &frame.cleared.0,
        trust: &trust,
        trusted: &trusting(&trust),
        giving: [frame.giving_after.initial.row(producer), frame.giving.kept.row(producer)],
        model,
    };
    let mut channel = Channel::default();
    channel.derive(&basis, true);
    let choice = channel.choose(terms.delicacy, terms.friction);
    let result = basis.release(&channel, choice);
    let kept_from = |nations: &NationSet| {
        let (all, out) = (world.plain(nations), world.plain(&channel.left_out(choice)));
        all.difference(&out).filter(|n| !result.reached.contains(world.id(**n))).copied().collect::<Nations>()
    };
    let versions = channel.outlets.versions.iter().map(|(level, nations)| (level.rank(), kept_from(nations)));
    Told {
        release: world.plain(&result.release),
        reached: world.plain(&result.reached),
        friction: world.plain(&result.friction),
        due: channel.outlets.pools_due as usize,
        thinned: result.pools_thinned as usize,
        versions: versions.filter(|(_, nations)| !nations.is_empty()).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_second_telling_grants_and_releases_the_same(world in worlds()) {
        for frame in run(&world) {
            let given = Given::of(&world, &frame);
            let grants = given.grants();
            prop_assert_eq!(&plain_grants(&world, &frame.grants), &grants);
            for (rule, marks) in given.marks.iter().enumerate().filter(|(rule, _)| world.rules[*rule].automatic) {
                prop_assert!(marks.waived.is_subset(&given.standing.spared[rule]) && marks.tear_line.is_empty());
            }
            for producer in 0..world.n() {
                for (level, kind) in (0..5).flat_map(|level| KINDS.map(|kind| (level, kind))) {
                    let terms = terms(&given, &frame, &grants, producer, (kind, level), 0.0);
                    for (friction, delicacy) in [false, true].into_iter().flat_map(|lost| DELICACIES.map(|d| (lost, d))) {
                        let terms = Terms { friction, delicacy, ..terms.clone() };
                        let computed = computed(&world, &frame, &terms, &frame.luck.model);
                        prop_assert_eq!(computed, tell(&terms), "{} at {}", producer, level);
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
                    check_fused(&world, &frame, &grants, number)?;
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

/// A new report that is fused joins what its maker had read. `drawn.rs` holds against the telling where reports go.
fn check_fused(world: &World, frame: &Frame, grants: &Grants, number: usize) -> Result<(), TestCaseError> {
    let report = frame.archive.report(number);
    let sources: Vec<Source> = sources(world, report.label()).into_iter().collect();
    match sources.as_slice() {
        [_] => {}
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
        delicacy: 0.5,
        delicacy_share: 0.2,
        trust: vec![1.0, 0.9, 0.3],
        giving: vec![[1.0; 2]; 3],
        friction: false,
        relays: Relays::None,
        grants: &grants,
        pools: vec![(Nations::from([0, 1, 2]), 3)],
        pairs: BTreeSet::new(),
        clearance: &[4, 4, 2],
        stopped: Nations::new(),
        tear_lines: vec![None; 3],
    };
    let (one, none) = (Nations::from([1]), Nations::new());
    let versions = BTreeMap::new();
    let listed =
        Told { release: one.clone(), reached: one.clone(), friction: none.clone(), due: 1, thinned: 1, versions };
    assert_eq!(tell(&terms), listed);
    let lost = Told { reached: none.clone(), friction: one.clone(), ..listed.clone() };
    assert_eq!(tell(&Terms { friction: true, ..terms.clone() }), lost);
    // The first gives the second less than it did: delicate reports stay away from it.
    let turned = Terms { giving: vec![[1.0; 2], [1.0, 0.4], [1.0; 2]], ..terms.clone() };
    assert_eq!(tell(&turned), Told { release: none.clone(), reached: none.clone(), ..listed.clone() });
    // A partner passes on what the pool lost: within the release set, or to whom it may.
    let pairs = BTreeSet::from([(0, 1)]);
    let pair = Terms { pairs, friction: true, clearance: &[4, 4, 4], ..terms.clone() };
    assert_eq!(tell(&pair).reached, one);
    assert_eq!(tell(&Terms { relays: Relays::WithinRelease, ..pair.clone() }).reached, one, "the third is distrusted");
    assert_eq!(tell(&Terms { relays: Relays::Free, ..pair }).reached, Nations::from([1, 2]));
    // A rule forbids the second what is above open, and gives it versions.
    let less: Grants = grants.iter().copied().filter(|g| !matches!(g, (Question::Share(1..), 0, 1))).collect();
    let stopped = Terms { grants: &less, stopped: one.clone(), tear_lines: vec![None, Some(0), None], ..terms.clone() };
    assert_eq!(tell(&stopped).versions, BTreeMap::from([(0, one)]));
    assert_eq!(tell(&Terms { tear_lines: vec![None, Some(1), None], ..stopped }).versions, BTreeMap::new());
    let source = Source { owner: 0, level: 3, release: Nations::from([0, 1, 2]), relays: Relays::None };
    let sources = BTreeSet::from([source]);
    assert_eq!(holders(3, &sources, &grants, &[0, 4, 2]), Nations::from([0, 1]), "its owner needs no clearance");
}
