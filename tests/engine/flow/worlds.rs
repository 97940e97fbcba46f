//! Generated worlds: agreements, rules and a timeline as plain values, as a scenario, and run quarter by quarter.
use bevy_ecs::message::Messages;
use bevy_ecs::prelude::World as Entities;
use noforn::access::Policies;
use noforn::access::facts::Facts;
use noforn::history::Detail;
use noforn::history::rows::MetricsRow;
use noforn::load::{Choice, load};
use noforn::quarter::measures::Ledger;
use noforn::quarter::measures::pictures::Pictures;
use noforn::quarter::quarter;
use noforn::run::{Prepared, step};
use noforn::scenario::Scenario;
use noforn::world::agreement::{Agreement as Deal, Covenant, Members};
use noforn::world::archive::Archive;
use noforn::world::chance::Chance;
use noforn::world::grants::Grants;
use noforn::world::ids::{NationId, RuleId};
use noforn::world::levels::Level;
use noforn::world::matrix::{BitMatrix, Matrix};
use noforn::world::model::Model;
use noforn::world::nation::{Nation, Profile};
use noforn::world::news::News;
use noforn::world::report::{Authority, Clearances};
use noforn::world::rule::{Restrictions, Rule as Entity, RuleProgress};
use noforn::world::sets::NationSet;
use noforn::world::setting::Setting;
use noforn::world::subjects::Subjects;
use noforn::world::tally::Tally;
use noforn::world::ties::{Dependence, Giving, ReadableShare, Trust};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Codes of nations, sorted.
const CODES: [&str; 6] = ["AUS", "CAN", "DEU", "FRA", "GBR", "NZL"];
/// How long generated worlds run.
pub const QUARTERS: u32 = 6;
/// Facts that nations have.
pub const FACTS: usize = 2;
/// Reports a quarter, of all nations.
pub const REPORTS: f64 = 24.0;
/// Words of the levels.
const LEVELS: [&str; 5] = ["open", "restricted", "confidential", "secret", "top_secret"];

/// A set of nations, by their number in the world.
pub type Nations = BTreeSet<usize>;

/// The condition of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// The receiver has the fact.
    Fact(usize),
    /// It has the fact, and the report is above a level.
    FactAbove(usize, usize),
    /// It has the fact, and the report is at most at a level: nothing that a sane owner says.
    FactUpTo(usize, usize),
    /// It does not belong to an agreement.
    Outside(usize),
    /// It informed a nation last quarter.
    Informs(usize),
}

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub owner: usize,
    pub share: bool,
    pub work: bool,
    pub colocate: bool,
    pub when: When,
    pub grace: u32,
    pub automatic: bool,
    /// The lowest level that it withholds; none where the scenario does not say.
    pub from_level: Option<usize>,
    pub tear_line: Option<usize>,
}

impl Rule {
    /// The lowest level that it withholds.
    pub fn withholds_from(&self) -> usize {
        self.from_level.unwrap_or(1)
    }
}

/// Who may pass a report on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relays {
    /// Nobody.
    None,
    /// Its holders, within its release set.
    WithinRelease,
    /// Its holders, to whom they may inform.
    Free,
}

/// The keys about giving, handling, sanitised versions and warnings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Keys {
    pub giving_reserve: f64,
    pub reciprocity_weight: f64,
    pub reciprocity_rate: f64,
    pub handling_loss: f64,
    pub handling_years: f64,
    pub version_value: f64,
    pub waiver: f64,
}

/// An agreement.
#[derive(Clone, Debug, PartialEq)]
pub struct Agreement {
    pub pool: bool,
    pub members: Nations,
    pub ceiling: usize,
    /// Whether it carries raw reports, and assessments.
    pub carries: [bool; 2],
    pub contribution: f64,
}

impl Agreement {
    /// An agreement that carries everything.
    pub fn whole(pool: bool, members: Nations, ceiling: usize) -> Self {
        Self { pool, members, ceiling, carries: [true; 2], contribution: 1.0 }
    }
    /// Whether it carries a report.
    pub fn carries(&self, kind: Kind) -> bool {
        self.carries[kind.product] && self.contribution > kind.reserve
    }
}

/// What decides which agreements carry a report: 0 for raw and 1 for an assessment, and its reserve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kind {
    pub product: usize,
    pub reserve: f64,
}

/// What an event does.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Announce(usize),
    Lift(usize),
    Waive(usize, usize),
    SetFact(usize, usize, bool),
    Join(usize, usize),
    Leave(usize, usize),
}

/// A world.
#[derive(Clone, Debug)]
pub struct World {
    pub clearance: Vec<usize>,
    pub raw_share: Vec<f64>,
    pub trust: Vec<Vec<f64>>,
    pub facts: Vec<Vec<bool>>,
    pub agreements: Vec<Agreement>,
    pub rules: Vec<Rule>,
    /// By quarter from the start, sorted.
    pub events: Vec<(u32, Effect)>,
    /// Whether each nation has a duty to warn.
    pub duty: Vec<bool>,
    pub relays: Relays,
    pub keys: Keys,
    /// Whether people leak and are found.
    pub leaky: bool,
    /// Reports a quarter, of all nations.
    pub reports: f64,
    pub friction: bool,
    pub delicate: bool,
    pub realign: bool,
    pub restore_quarters: u32,
    pub seed: u64,
    /// `names[nation]`: the rank of its code; another order is another numbering.
    pub names: Vec<usize>,
    /// The same for rules.
    pub rule_names: Vec<usize>,
}

impl World {
    /// How many nations.
    pub fn n(&self) -> usize {
        self.clearance.len()
    }
    /// The program's identity of a nation.
    pub fn id(&self, nation: usize) -> NationId {
        NationId::new(self.names[nation])
    }
    /// The rank of a rule.
    pub fn rule_rank(&self, rule: usize) -> usize {
        self.rule_names[rule]
    }
    /// A set of the program's, in plain numbers.
    pub fn plain(&self, set: &NationSet) -> Nations {
        (0..self.n()).filter(|nation| set.contains(self.id(*nation))).collect()
    }
    /// Plain numbers as a set of the program's.
    pub fn set(&self, nations: &Nations) -> NationSet {
        NationSet::from_members(self.n(), nations.iter().map(|nation| self.id(*nation)))
    }
    /// The marked pairs of a matrix.
    pub fn pairs(&self, matrix: &BitMatrix) -> BTreeSet<(usize, usize)> {
        let all = (0..self.n()).flat_map(|a| (0..self.n()).map(move |b| (a, b)));
        all.filter(|(a, b)| matrix.get(self.id(*a), self.id(*b))).collect()
    }

    fn code(&self, nation: usize) -> &'static str {
        CODES[self.names[nation]]
    }

    /// The scenario as text.
    pub fn toml(&self) -> String {
        let mut text = String::from("format = 1\ntitle = \"generated\"\n[run]\nstart = \"2019Q1\"\nend = \"2020Q2\"\n");
        let _ = writeln!(text, "seed = {}", self.seed);
        self.write_model(&mut text);
        for fact in 0..FACTS {
            let _ = writeln!(text, "[facts.f{fact}]\ntype = \"boolean\"\ndefault = false");
        }
        for nation in 0..self.n() {
            let (code, clearance) = (self.code(nation), LEVELS[self.clearance[nation]]);
            let _ =
                writeln!(text, "[nations.{code}]\nname = \"{code}\"\nintelligence = 10.0\nclearance = \"{clearance}\"");
            let _ = writeln!(text, "raw_share = {:?}\nduty_to_warn = {}", self.raw_share[nation], self.duty[nation]);
            let facts = (0..FACTS).map(|fact| format!("f{fact} = {}", self.facts[nation][fact]));
            let _ = writeln!(text, "facts = {{ {} }}", facts.collect::<Vec<_>>().join(", "));
        }
        for (at, agreement) in self.agreements.iter().enumerate() {
            let members: Vec<String> = agreement.members.iter().map(|m| format!("{:?}", self.code(*m))).collect();
            let kind = if agreement.pool { "pool" } else { "bilateral" };
            let _ = writeln!(text, "[agreements.a{at}]\nkind = \"{kind}\"\nmembers = [{}]", members.join(", "));
            let _ = writeln!(text, "ceiling = \"{}\"", LEVELS[agreement.ceiling]);
            let carried = [(agreement.carries[0], "raw"), (agreement.carries[1], "assessment")];
            let carried: Vec<String> =
                carried.iter().filter(|(on, _)| *on).map(|(_, what)| format!("{what:?}")).collect();
            let share = agreement.contribution;
            let _ = writeln!(text, "carries = [{}]\ncontribution_share = {share:?}", carried.join(", "));
        }
        self.rules.iter().enumerate().for_each(|(at, rule)| self.write_rule(&mut text, at, rule));
        self.events.iter().enumerate().for_each(|(at, event)| self.write_event(&mut text, at, event));
        text
    }

    fn write_model(&self, text: &mut String) {
        let share = |yes: bool, share: f64| if yes { share } else { 0.0 };
        let _ = writeln!(
            text,
            "[model]\nenforce_beta = 0.0\ninsider_leak_rate = {:?}\ndiscovery_years = 0.5\nreports_per_quarter = {:?}\nfusion_share = 0.6\n\
             warning_share = 0.5\nlevel_mix = [0.2, 0.2, 0.2, 0.2, 0.2]\nraw_level_mix = [0.1, 0.1, 0.2, 0.3, 0.3]\n\
             side_list_friction = {:?}\ndelicacy_share = {:?}\nrealign_rate = {:?}\nrealign_loss = 0.05\nrestore_years = {:?}",
            share(self.leaky, 0.4),
            self.reports,
            share(self.friction, 1.0),
            share(self.delicate, 0.2),
            share(self.realign, 20.0),
            f64::from(self.restore_quarters) / 4.0,
        );
        let (control, within) = (self.relays != Relays::Free, self.relays == Relays::WithinRelease);
        let _ = writeln!(text, "originator_control = {control}\nrel_to_relay = {within}");
        let keys = self.keys;
        for (key, value) in [
            ("giving_reserve_share", keys.giving_reserve),
            ("reciprocity_weight", keys.reciprocity_weight),
            ("reciprocity_rate", keys.reciprocity_rate),
            ("handling_loss_share", keys.handling_loss),
            ("handling_doubt_years", keys.handling_years),
            ("tear_line_value_share", keys.version_value),
            ("warning_waiver_share", keys.waiver),
        ] {
            let _ = writeln!(text, "{key} = {value:?}");
        }
    }

    fn write_rule(&self, text: &mut String, at: usize, rule: &Rule) {
        let actions = [(rule.share, "share"), (rule.work, "work_alongside"), (rule.colocate, "co_locate")];
        let forbids: Vec<String> = actions.iter().filter(|(on, _)| *on).map(|(_, a)| format!("\"{a}\"")).collect();
        let when = match rule.when {
            When::Fact(fact) => format!("resource.f{fact}"),
            When::FactAbove(fact, level) => format!("resource.f{fact} && context.level > {level}"),
            When::FactUpTo(fact, level) => format!("resource.f{fact} && context.level <= {level}"),
            When::Outside(agreement) => format!("!(resource in Agreement::\"a{agreement}\")"),
            When::Informs(nation) => format!("resource.informs.contains(Nation::\"{}\")", self.code(nation)),
        };
        let enforcement = if rule.automatic { "automatic" } else { "discretionary" };
        let _ = writeln!(text, "[rules.r{}]\nowner = {:?}", self.rule_names[at], self.code(rule.owner));
        let _ = writeln!(text, "forbids = [{}]\nwhen = '{when}'", forbids.join(", "));
        let _ = writeln!(text, "grace_quarters = {}\nenforcement = \"{enforcement}\"", rule.grace);
        for (key, level) in [("from_level", rule.from_level), ("tear_line", rule.tear_line)] {
            if let Some(level) = level {
                let _ = writeln!(text, "{key} = \"{}\"", LEVELS[level]);
            }
        }
    }

    fn write_event(&self, text: &mut String, at: usize, (quarter, effect): &(u32, Effect)) {
        let _ = writeln!(text, "[events.e{at:03}]\non = \"{}Q{}\"", 2019 + quarter / 4, quarter % 4 + 1);
        let rule = |rule: usize| format!("\"r{}\"", self.rule_names[rule]);
        let _ = match effect {
            Effect::Announce(at) => writeln!(text, "announce = {}", rule(*at)),
            Effect::Lift(at) => writeln!(text, "lift = {}", rule(*at)),
            Effect::Waive(at, nation) => writeln!(text, "waive = {}\nnation = {:?}", rule(*at), self.code(*nation)),
            Effect::SetFact(fact, nation, value) => {
                writeln!(text, "set_fact = \"f{fact}\"\nnation = {:?}\nvalue = {value}", self.code(*nation))
            }
            Effect::Join(at, nation) => writeln!(text, "join = \"a{at}\"\nnation = {:?}", self.code(*nation)),
            Effect::Leave(at, nation) => writeln!(text, "leave = \"a{at}\"\nnation = {:?}", self.code(*nation)),
        };
    }

    /// The scenario, checked.
    pub fn scenario(&self) -> Scenario {
        let text = self.toml();
        let files = BTreeMap::from([("world.toml".to_owned(), text.clone())]);
        load(&files, "world.toml", &Choice::default()).unwrap_or_else(|faults| panic!("{:?}\n{text}", faults.faults))
    }

    /// Its policies, compiled.
    pub fn policies(&self) -> Policies {
        Policies::compile(&self.scenario())
    }
}

/// What lay before a quarter's causes, and what they left.
pub struct Frame {
    pub quarter: u32,
    pub trust: Trust,
    /// Trust at the end of the quarter.
    pub trust_after: Trust,
    pub giving: Giving,
    /// Giving at the end of the quarter; what nations give at first is so from its agreements on.
    pub giving_after: Giving,
    pub dependence: Matrix<f64>,
    /// What each nation can read at the end of the quarter, of what it could at the start.
    pub reading: Vec<f64>,
    pub pictures: Pictures,
    pub hub: NationId,
    /// Agreements with their members, and the raw share of each nation by its identity.
    pub agreements: Vec<(Deal, NationSet)>,
    pub raw_share: Vec<f64>,
    pub side_before: [BitMatrix; 5],
    pub informed: BitMatrix,
    pub facts: Facts,
    pub grants: Grants,
    pub covenant: Covenant,
    pub cleared: Clearances,
    pub archive: Archive,
    pub metrics: MetricsRow,
    pub tally: Tally,
    pub luck: Luck,
    pub restrictions: Restrictions,
    /// Every rule with how it stands, by its rank.
    pub courses: Vec<RuleProgress>,
    /// Whom diplomacy heard of this quarter as enforcing, and how firmly.
    pub enforced: Vec<(NationId, f64)>,
    /// Where it was found this quarter that reports leaked, and of whom.
    pub leaks_found: Vec<(NationId, NationId)>,
}

/// What chance gives every report.
#[derive(Clone)]
pub struct Luck {
    pub chance: Chance,
    pub model: Model,
    pub subjects: Subjects,
    /// The address of every nation, by its identity.
    pub addresses: Vec<u64>,
}

impl Frame {
    /// What decided who may read.
    pub fn authority(&self) -> Authority<'_> {
        Authority { grants: &self.grants, cleared: &self.cleared.0 }
    }
}

/// Runs a world; one frame a quarter.
pub fn run(world: &World) -> Vec<Frame> {
    let prepared = Prepared::new(&world.scenario());
    let mut entities = prepared.world(0, Detail { full: true });
    let mut trust = Matrix::filled(world.n(), 0.0);
    for (from, row) in world.trust.iter().enumerate() {
        for (to, share) in row.iter().enumerate() {
            trust[(world.id(from), world.id(to))] = *share;
        }
    }
    entities.insert_resource(Trust::new(&trust));
    let mut schedule = quarter();
    let quarters = prepared.quarters().zip(0..);
    quarters
        .map(|(now, quarter)| {
            let before = entities.resource::<Facts>().clone();
            let (trust, giving) = (entities.resource::<Trust>().clone(), entities.resource::<Giving>().clone());
            step(&mut entities, &mut schedule, now).expect("no rule errs");
            frame(&mut entities, quarter, (trust, giving), before)
        })
        .collect()
}

/// The agreements of a world with their members, by identity.
pub fn agreements(entities: &mut Entities) -> Vec<(Deal, NationSet)> {
    let mut all: Vec<(Deal, NationSet)> = entities
        .query::<(&Deal, &Members)>()
        .iter(entities)
        .map(|(agreement, members)| (*agreement, members.0.clone()))
        .collect();
    all.sort_by_key(|(agreement, _)| agreement.id);
    all
}

/// The raw share of each nation, by identity.
pub fn raw_shares(entities: &mut Entities) -> Vec<f64> {
    let mut nations: Vec<(NationId, f64)> =
        entities.query::<(&Nation, &Profile)>().iter(entities).map(|(nation, p)| (nation.id, p.raw_share)).collect();
    nations.sort_by_key(|(id, _)| *id);
    nations.into_iter().map(|(_, raw)| raw).collect()
}

fn frame(entities: &mut Entities, quarter: u32, (trust, giving): (Trust, Giving), before: Facts) -> Frame {
    let (agreements, raw_share) = (agreements(entities), raw_shares(entities));
    let setting = entities.resource::<Setting>();
    let hub = setting.hub;
    let (chance, model, subjects) = (setting.chance, setting.model.clone(), entities.resource::<Subjects>().clone());
    let mut nations: Vec<Nation> = entities.query::<&Nation>().iter(entities).cloned().collect();
    nations.sort_by_key(|nation| nation.id);
    let mut courses: Vec<(RuleId, RuleProgress)> = entities
        .query::<(&Entity, &RuleProgress)>()
        .iter(entities)
        .map(|(rule, course)| (rule.id, course.clone()))
        .collect();
    courses.sort_by_key(|(rule, _)| *rule);
    let heard = || entities.resource::<Messages<News>>().iter_current_update_messages();
    let enforced = heard().filter_map(|news| match news {
        News::Enforcement { owner, strength } => Some((*owner, *strength)),
        _ => None,
    });
    let leaks_found = heard().filter_map(|news| match news {
        News::LeakFound { holder, owner } => Some((*holder, *owner)),
        _ => None,
    });
    Frame {
        quarter,
        trust,
        trust_after: entities.resource::<Trust>().clone(),
        giving,
        giving_after: entities.resource::<Giving>().clone(),
        dependence: entities.resource::<Dependence>().0.clone(),
        reading: entities.resource::<ReadableShare>().0.clone(),
        pictures: entities.resource::<Ledger>().pictures().clone(),
        hub,
        agreements,
        raw_share,
        side_before: before.side,
        informed: before.informs,
        facts: entities.resource::<Facts>().clone(),
        grants: entities.resource::<Grants>().clone(),
        covenant: entities.resource::<Covenant>().clone(),
        cleared: entities.resource::<Clearances>().clone(),
        archive: entities.resource::<Archive>().clone(),
        metrics: entities.resource::<Ledger>().history.metrics.last().expect("a row a quarter").clone(),
        tally: entities.resource::<Tally>().clone(),
        restrictions: entities.resource::<Restrictions>().clone(),
        courses: courses.into_iter().map(|(_, course)| course).collect(),
        enforced: enforced.collect(),
        leaks_found: leaks_found.collect(),
        luck: Luck { chance, model, subjects, addresses: nations.iter().map(|nation| nation.subject).collect() },
    }
}

/// The level of a rank.
pub fn level(rank: usize) -> Level {
    Level::from_rank(rank).expect("five levels")
}

fn when(n: usize, agreements: usize) -> impl Strategy<Value = When> {
    prop_oneof![
        3 => (0..FACTS).prop_map(When::Fact),
        2 => (0..FACTS, 0usize..4).prop_map(|(fact, level)| When::FactAbove(fact, level)),
        1 => (0..FACTS, 0usize..4).prop_map(|(fact, level)| When::FactUpTo(fact, level)),
        1 => (0..agreements).prop_map(When::Outside),
        1 => (0..n).prop_map(When::Informs),
    ]
}

fn rule(n: usize, agreements: usize) -> impl Strategy<Value = Rule> {
    let actions = (prop::bool::weighted(0.85), any::<bool>(), any::<bool>());
    let levels = (
        prop_oneof![2 => Just(None), 1 => Just(Some(0)), 1 => (1usize..5).prop_map(Some)],
        prop::option::of(0usize..4),
    );
    (0..n, actions, when(n, agreements), 0u32..3, prop::bool::weighted(0.6), levels).prop_map(
        |(owner, (share, work, colocate), when, grace, automatic, (from, tear))| {
            let share = share || !(work || colocate);
            let [from_level, tear_line] = [from, tear].map(|level| level.filter(|_| share));
            Rule { owner, share, work, colocate, when, grace, automatic, from_level, tear_line }
        },
    )
}

fn agreement(n: usize) -> impl Strategy<Value = Agreement> {
    let members = prop::collection::btree_set(0..n, 2..=n);
    let carries = prop_oneof![2 => Just([true; 2]), 1 => Just([true, false]), 1 => Just([false, true])];
    let contribution = prop_oneof![3 => Just(1.0), 2 => Just(0.6), 1 => Just(0.3)];
    let parts = (prop::bool::weighted(0.6), members, 1usize..5, carries, contribution);
    parts.prop_map(|(pool, members, ceiling, carries, contribution)| Agreement {
        pool,
        members,
        ceiling,
        carries,
        contribution,
    })
}

fn effect(n: usize, agreements: usize, rules: usize) -> BoxedStrategy<Effect> {
    let facts = (0..FACTS, 0..n, any::<bool>()).prop_map(|(fact, nation, value)| Effect::SetFact(fact, nation, value));
    let clubs = (0..agreements, 0..n, any::<bool>())
        .prop_map(|(at, nation, joins)| if joins { Effect::Join(at, nation) } else { Effect::Leave(at, nation) });
    if rules == 0 {
        return prop_oneof![facts, clubs].boxed();
    }
    let announced = (0..rules).prop_map(Effect::Announce);
    let lifted = (0..rules).prop_map(Effect::Lift);
    let waived = (0..rules, 0..n).prop_map(|(rule, nation)| Effect::Waive(rule, nation));
    prop_oneof![3 => facts, 2 => clubs, 3 => announced, 1 => lifted, 1 => waived].boxed()
}

/// Keys about giving, handling, versions and warnings. Values of versions are exact in binary.
fn keys() -> impl Strategy<Value = Keys> {
    let giving = (prop_oneof![Just(0.0), Just(0.3), Just(0.9)], prop_oneof![Just(0.0), Just(1.0), Just(6.0)]);
    let handling =
        (prop_oneof![Just(0.0), Just(0.1), Just(0.5), Just(1.0)], prop_oneof![Just(0.0), Just(0.25), Just(1.0)]);
    let rate = prop_oneof![Just(0.0), Just(2.0), Just(8.0)];
    let value = prop_oneof![Just(0.0), Just(0.25), Just(0.5), Just(1.0)];
    let waiver = prop_oneof![Just(0.0), Just(0.3), Just(1.0)];
    (giving, rate, handling, value, waiver).prop_map(|(giving, reciprocity_rate, handling, version_value, waiver)| {
        Keys {
            giving_reserve: giving.0,
            reciprocity_weight: giving.1,
            reciprocity_rate,
            handling_loss: handling.0,
            handling_years: handling.1,
            version_value,
            waiver,
        }
    })
}

/// A world whose grants depend on nothing but its rules and timeline.
pub fn steady(mut world: World) -> World {
    world.realign = false;
    for rule in &mut world.rules {
        rule.automatic = true;
        if matches!(rule.when, When::Informs(_)) {
            rule.when = When::Fact(0);
        }
    }
    world
}

/// Worlds in which owners often use tear-lines: their rules hold for many, and they choose.
pub fn sanitising() -> impl Strategy<Value = World> {
    (drawn_worlds(), 0usize..4).prop_map(|(mut world, line)| {
        for rule in &mut world.rules {
            (rule.automatic, rule.share, rule.grace) = (false, true, 0);
            rule.tear_line = rule.tear_line.or(Some(line));
            if matches!(rule.when, When::Outside(_) | When::Informs(_)) {
                rule.when = When::Fact(0);
            }
        }
        world.facts.iter_mut().skip(1).for_each(|facts| facts[0] = true);
        let events = (0..world.rules.len()).map(|rule| (0, Effect::Announce(rule)));
        world.events.extend(events);
        world.events.sort_by_key(|(quarter, _)| *quarter);
        world
    })
}

/// Worlds, with and without many tear-lines.
pub fn worlds() -> impl Strategy<Value = World> {
    prop_oneof![2 => drawn_worlds(), 1 => sanitising()]
}

/// Worlds of three to six nations with one to three agreements and up to three rules.
fn drawn_worlds() -> impl Strategy<Value = World> {
    (3usize..=6, 1usize..=3, 0usize..=3).prop_flat_map(|(n, agreements, rules)| {
        let trust = prop_oneof![3 => Just(0.9), 1 => Just(0.6), 1 => Just(0.3)];
        let nations = (
            prop::collection::vec(prop_oneof![1usize..5, Just(4usize)], n),
            prop::collection::vec(prop::collection::vec(trust, n), n),
            prop::collection::vec(prop::collection::vec(any::<bool>(), FACTS), n),
            prop::collection::vec(prop_oneof![Just(0.0), Just(0.5), Just(0.9)], n),
            prop::collection::vec(any::<bool>(), n),
        );
        let deals = prop::collection::vec(agreement(n), agreements);
        let rules_of = prop::collection::vec(rule(n, agreements), rules);
        let first = prop::collection::vec(0u32..3, rules);
        let events = prop::collection::vec((0..QUARTERS, effect(n, agreements, rules)), 0..6);
        let relays = prop_oneof![1 => Just(Relays::None), 2 => Just(Relays::WithinRelease), 1 => Just(Relays::Free)];
        let switches = (relays, any::<bool>(), any::<bool>(), prop::bool::weighted(0.3), 0u32..3, 0u64..1000);
        let switches = (switches, keys(), prop::bool::weighted(0.6));
        let names =
            (Just((0..n).collect::<Vec<_>>()).prop_shuffle(), Just((0..rules).collect::<Vec<_>>()).prop_shuffle());
        let parts = (nations, deals, rules_of, first, events, switches, names);
        parts.prop_map(move |(nations, deals, rules, first, events, s, (names, rule_names))| {
            let (clearance, trust, facts, raw_share, duty) = nations;
            let announced = first.iter().enumerate().map(|(rule, quarter)| (*quarter, Effect::Announce(rule)));
            let mut events: Vec<(u32, Effect)> = announced.chain(events).collect();
            // A rule does not bind its owner.
            events.retain(|(_, e)| !matches!(e, Effect::Waive(rule, nation) if rules[*rule].owner == *nation));
            events.sort_by_key(|(quarter, _)| *quarter);
            let ((relays, friction, delicate, realign, restore_quarters, seed), keys, leaky) = s;
            World {
                clearance,
                raw_share,
                trust,
                facts,
                agreements: deals,
                rules,
                events,
                duty,
                relays,
                keys,
                leaky,
                reports: REPORTS,
                friction,
                delicate,
                realign,
                restore_quarters,
                seed,
                names,
                rule_names,
            }
        })
    })
}
