//! What is drawn of every report, told a second time: its level, subject and readers, and with which another it is fused.
use super::telling::{Given, Grants, Question, Source, Terms, Told, holders, made, sources, tell, terms};
use super::worlds::{Agreement, FACTS, Frame, Keys, Kind, Nations, REPORTS, Relays, World, run, worlds};
use noforn::world::chance::{Stream, within};
use noforn::world::clock::Quarter;
use noforn::world::report::{Content, Report};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A report of this quarter: who made it, of what, and whom it reached.
#[derive(Clone, Debug)]
pub struct New {
    pub maker: usize,
    pub kind: Kind,
    pub sources: BTreeSet<Source>,
    pub content: Content,
    pub reached: Nations,
    /// How delicate the part of each owner is.
    pub delicacy: BTreeMap<usize, f64>,
    /// Where it went as told, if it was collected.
    pub told: Option<Told>,
}

/// A report as it was collected, and what chance gave it.
#[derive(Clone, Debug)]
struct Fresh {
    new: New,
    luck: u64,
    draws: [f64; 5],
}

/// How many reports each nation collected in a frame's quarter, by its identity.
fn counts(world: &World, frame: &Frame, now: Quarter) -> Vec<u32> {
    let count = |at: usize| {
        let (address, mean) = (frame.luck.addresses[at], frame.tally.expected[at]);
        frame.luck.chance.poisson(Stream::Reports, address, now, mean)
    };
    (0..world.n()).map(count).collect()
}

/// The reports that were collected in a frame's quarter: by producer in the order of identity, then as they were drawn.
fn collected(world: &World, frame: &Frame) -> Vec<Fresh> {
    let now = Quarter::new(2019, 1).plus(frame.quarter);
    let makers = counts(world, frame, now).into_iter().enumerate();
    let makers = makers.flat_map(|(at, count)| (0..count).map(move |number| (at, number)));
    let reports = frame.archive.reports().enumerate().filter(|(_, r)| made(r) == frame.quarter);
    let collect = |((number, report), (at, drawn)): ((usize, Report), (usize, u32))| {
        let sources = sources(world, report.label());
        let maker = sources.first().expect("a report has a source").owner;
        assert_eq!((sources.len(), world.names[maker]), (1, at), "by producer in the order of identity");
        let luck = within(frame.luck.addresses[at], u64::from(drawn));
        let content = *frame.archive.read(number, world.id(maker), &frame.authority()).expect("its maker holds it");
        let reached = world.plain(report.reached());
        let mut draws = frame.luck.chance.at(Stream::Report, luck, now);
        let (draws, [product, reserve, ..]) = (draws.five(), draws.five());
        let kind = Kind { product: usize::from(product >= world.raw_share[maker]), reserve };
        Fresh {
            new: New {
                maker,
                kind,
                sources,
                content,
                reached,
                delicacy: BTreeMap::from([(maker, draws[2])]),
                told: None,
            },
            luck,
            draws,
        }
    };
    reports.zip(makers).map(collect).collect()
}

/// The report that one is fused with, among those that its maker may read of others with whom it works both ways.
fn partner<'f>(grants: &Grants, all: &'f [Fresh], mine: &Fresh) -> Option<&'f Fresh> {
    let (me, subject) = (mine.new.maker, mine.new.content.subject);
    let works = |a: usize, b: usize| grants.contains(&(Question::Work, a, b));
    let usable = |other: &&Fresh| {
        let them = other.new.maker;
        them != me && other.new.reached.contains(&me) && works(me, them) && works(them, me)
    };
    let rank = |other: &&Fresh| (other.new.content.subject == subject, within(mine.luck, other.luck));
    all.iter().filter(usable).max_by_key(rank)
}

/// What is fused of the reports that were collected, in their order.
fn fused(world: &World, grants: &Grants, all: &[Fresh], share: f64) -> Vec<New> {
    let fuse = |mine: &Fresh| {
        let other = partner(grants, all, mine).filter(|_| mine.draws[4] < share)?;
        let sources: BTreeSet<Source> = mine.new.sources.union(&other.new.sources).cloned().collect();
        let either: Nations = mine.new.reached.union(&other.new.reached).copied().collect();
        let may = holders(world.n(), &sources, grants, &world.clearance);
        let reached = either.intersection(&may).copied().collect();
        let kind = Kind { product: 1, reserve: mine.new.kind.reserve.max(other.new.kind.reserve) };
        let delicacy = [mine, other].map(|part| (part.new.maker, part.draws[2])).into();
        Some(New { maker: mine.new.maker, kind, sources, content: mine.new.content, reached, delicacy, told: None })
    };
    all.iter().filter_map(fuse).collect()
}

/// Where a collected report goes, told.
fn told(given: &Given, frame: &Frame, grants: &Grants, fresh: &Fresh) -> Told {
    let New { maker, kind, sources, .. } = &fresh.new;
    let level = sources.first().expect("one source").level;
    let terms = terms(given, frame, grants, *maker, (*kind, level), fresh.draws[2]);
    tell(&Terms { friction: fresh.draws[3] < frame.luck.model.side_list_friction, ..terms })
}

/// Every report of a frame's quarter with its maker, which a label of two owners does not tell; without versions.
pub fn new_reports(world: &World, frame: &Frame, grants: &Grants) -> Vec<New> {
    let given = Given::of(world, frame);
    let mut all = collected(world, frame);
    for fresh in &mut all {
        let told = told(&given, frame, grants, fresh);
        fresh.new.told = Some(told);
    }
    let fused = fused(world, grants, &all, frame.luck.model.fusion_share);
    all.into_iter().map(|fresh| fresh.new).chain(fused).collect()
}

/// The level whose part of the mix a draw falls in.
fn level(mix: [f64; 5], draw: f64) -> usize {
    let below = |level: usize| mix[..=level].iter().sum::<f64>();
    (0..5).find(|level| draw < below(*level)).unwrap_or(4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_report_is_what_was_drawn_of_it_and_is_fused_with_the_report_that_luck_ranks_highest(world in worlds()) {
        for frame in run(&world) {
            let (given, model) = (Given::of(&world, &frame), &frame.luck.model);
            let grants = given.grants();
            for fresh in collected(&world, &frame) {
                let New { maker, kind, sources, content, reached, .. } = fresh.new.clone();
                let [level_draw, warning, ..] = fresh.draws;
                let source = sources.first().expect("one source");
                prop_assert_eq!(source.level, level(model.level_probabilities()[kind.product], level_draw));
                let about = frame.luck.subjects.at(within(fresh.luck, u64::from(Quarter::new(2019, 1).plus(frame.quarter).0)));
                prop_assert_eq!(content, Content { subject: about, warning: warning < model.warning_share });
                let told = told(&given, &frame, &grants, &fresh);
                let but_maker = |set: &Nations| set.iter().copied().filter(|n| *n != maker).collect::<Nations>();
                prop_assert_eq!(source.relays, world.relays);
                prop_assert_eq!((but_maker(&source.release), but_maker(&reached)), (told.release, told.reached));
            }
            let told = new_reports(&world, &frame, &grants);
            let versions: Vec<(&New, usize, &Nations)> = told
                .iter()
                .flat_map(|new| new.told.iter().flat_map(|told| &told.versions).map(move |(level, to)| (new, *level, to)))
                .collect();
            let reports: Vec<_> = frame.archive.reports().filter(|r| made(r) == frame.quarter).collect();
            prop_assert_eq!(reports.len(), told.len() + versions.len());
            for (new, report) in told.iter().zip(&reports) {
                prop_assert_eq!(&sources(&world, report.label()), &new.sources);
                prop_assert_eq!(&world.plain(report.reached()), &new.reached);
            }
            // Versions come last, each with the content of the report.
            let first = frame.archive.len() - versions.len();
            for (at, (of, level, readers)) in versions.into_iter().enumerate() {
                let report = frame.archive.report(first + at);
                let with_maker: Nations = readers.iter().copied().chain([of.maker]).collect();
                let source = Source { owner: of.maker, level, release: with_maker.clone(), relays: world.relays };
                prop_assert_eq!(sources(&world, report.label()), BTreeSet::from([source]));
                prop_assert_eq!(world.plain(report.reached()), with_maker.clone());
                for reader in with_maker {
                    let read = frame.archive.read(first + at, world.id(reader), &frame.authority());
                    prop_assert_eq!(read, Some(&of.content));
                }
            }
        }
    }
}

#[test]
fn a_holder_passes_on_what_is_lost_between_pool_and_side_list_where_its_release_is_consent() {
    // The first shares with the second as a pair, and with all in a pool that the distrusted last one thins.
    let agreement = |pool, members: &[usize]| Agreement::whole(pool, members.iter().copied().collect(), 4);
    let trust = |from: usize, to: usize| if (from, to) == (0, 3) { 0.0 } else { 0.9 };
    let world = |relays| World {
        clearance: vec![4; 4],
        raw_share: vec![0.5; 4],
        trust: (0..4).map(|from| (0..4).map(|to| trust(from, to)).collect()).collect(),
        facts: vec![vec![false; FACTS]; 4],
        agreements: vec![agreement(false, &[0, 1]), agreement(true, &[0, 1, 2, 3])],
        rules: Vec::new(),
        events: Vec::new(),
        duty: vec![false; 4],
        relays,
        keys: Keys::default(),
        leaky: false,
        reports: REPORTS,
        friction: true,
        delicate: false,
        realign: false,
        restore_quarters: 0,
        seed: 1,
        names: (0..4).collect(),
        rule_names: Vec::new(),
    };
    for (relays, expected) in [
        (Relays::None, Nations::from([0, 1])),
        (Relays::WithinRelease, Nations::from([0, 1, 2])),
        (Relays::Free, Nations::from([0, 1, 2, 3])),
    ] {
        let frames = run(&world(relays));
        let readers = |frame: &Frame| {
            let all = collected(&world(relays), frame).into_iter().map(|fresh| fresh.new);
            all.filter(|new| new.maker == 0 && new.sources.iter().all(|one| one.level > 0))
                .map(|new| new.reached)
                .collect::<Vec<_>>()
        };
        let all: Vec<Nations> = frames.iter().flat_map(readers).collect();
        assert!(!all.is_empty() && all.iter().all(|reached| *reached == expected), "{relays:?}: {all:?}");
    }
}
