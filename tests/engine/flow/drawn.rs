//! What is drawn of every report, told a second time: its level, subject and readers, and with which another it is fused.
use super::telling::{Given, Grants, Question, Source, holders, made, sources, tell, terms};
use super::worlds::{Agreement, FACTS, Frame, Kind, Nations, World, run, worlds};
use noforn::world::chance::{Stream, within};
use noforn::world::clock::Quarter;
use noforn::world::report::Content;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A report of this quarter: who made it, of what, and whom it reached.
#[derive(Clone, Debug)]
pub struct New {
    pub maker: usize,
    pub kind: Kind,
    pub sources: BTreeSet<Source>,
    pub content: Content,
    pub reached: Nations,
}

/// A report as it was collected, and what chance gave it.
#[derive(Clone, Debug)]
struct Fresh {
    new: New,
    luck: u64,
    draws: [f64; 5],
}

/// The reports that were collected in a frame's quarter: by producer in the order of identity, then as they were drawn.
fn collected(world: &World, frame: &Frame) -> Vec<Fresh> {
    let now = Quarter::new(2019, 1).plus(frame.quarter);
    let mut drawn = vec![0; world.n()];
    let mut all: Vec<Fresh> = Vec::new();
    for (number, report) in frame.archive.reports().enumerate().filter(|(_, r)| made(r) == frame.quarter) {
        let sources = sources(world, report.label());
        let Some(maker) = sources.first().map(|one| one.owner).filter(|_| sources.len() == 1) else { break };
        let id = world.id(maker);
        let luck = within(frame.luck.addresses[id.index()], drawn[maker]);
        drawn[maker] += 1;
        let content = *frame.archive.read(number, id, &frame.authority()).expect("its maker holds it");
        let reached = world.plain(report.reached());
        let mut draws = frame.luck.chance.at(Stream::Report, luck, now);
        let (draws, [product, reserve, ..]) = (draws.five(), draws.five());
        let kind = Kind { product: usize::from(product >= world.raw_share[maker]), reserve };
        all.push(Fresh { new: New { maker, kind, sources, content, reached }, luck, draws });
    }
    assert!(all.is_sorted_by_key(|fresh| world.id(fresh.new.maker)));
    all
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
        Some(New { maker: mine.new.maker, kind, sources, content: mine.new.content, reached })
    };
    all.iter().filter_map(fuse).collect()
}

/// Every report of a frame's quarter with its maker, which a label of two owners does not tell.
pub fn new_reports(world: &World, frame: &Frame, grants: &Grants) -> Vec<New> {
    let all = collected(world, frame);
    let fused = fused(world, grants, &all, frame.luck.model.fusion_share);
    all.into_iter().map(|fresh| fresh.new).chain(fused).collect()
}

/// The level whose part of the mix a draw falls in.
fn level(mix: [f64; 5], draw: f64) -> usize {
    let below = |level: usize| mix[..=level].iter().sum::<f64>();
    (0..5).find(|level| draw < below(*level)).unwrap_or(4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_report_is_what_was_drawn_of_it_and_is_fused_with_the_report_that_luck_ranks_highest(world in worlds()) {
        for frame in run(&world) {
            let (given, model) = (Given::of(&world, &frame), &frame.luck.model);
            let grants = given.grants();
            for fresh in collected(&world, &frame) {
                let New { maker, kind, sources, content, reached } = fresh.new;
                let [level_draw, warning, delicacy, friction, _] = fresh.draws;
                let source = sources.first().expect("one source");
                prop_assert_eq!(source.level, level(model.level_probabilities()[kind.product], level_draw));
                let about = frame.luck.subjects.at(within(fresh.luck, u64::from(Quarter::new(2019, 1).plus(frame.quarter).0)));
                prop_assert_eq!(content, Content { subject: about, warning: warning < model.warning_share });
                let more = delicacy * model.delicacy_share;
                let mut terms = terms(&given, &frame, &grants, maker, (kind, source.level), more);
                terms.friction = friction < model.side_list_friction;
                let told = tell(&terms);
                let but_maker = |set: &Nations| set.iter().copied().filter(|n| *n != maker).collect::<Nations>();
                prop_assert_eq!((but_maker(&source.release), but_maker(&reached)), (told.release, told.reached));
            }
            let told = new_reports(&world, &frame, &grants);
            let reports: Vec<_> = frame.archive.reports().filter(|r| made(r) == frame.quarter).collect();
            prop_assert_eq!(reports.len(), told.len());
            for (new, report) in told.iter().zip(reports) {
                prop_assert_eq!(&sources(&world, report.label()), &new.sources);
                prop_assert_eq!(&world.plain(report.reached()), &new.reached);
            }
        }
    }
}

#[test]
fn a_holder_passes_on_what_is_lost_between_pool_and_side_list_unless_originators_control_is_strict() {
    // The first shares with the second as a pair, and with all in a pool that the distrusted last one thins.
    let agreement = |pool, members: &[usize]| Agreement::whole(pool, members.iter().copied().collect(), 4);
    let trust = |from: usize, to: usize| if (from, to) == (0, 3) { 0.0 } else { 0.9 };
    let world = |strict| World {
        clearance: vec![4; 4],
        raw_share: vec![0.5; 4],
        trust: (0..4).map(|from| (0..4).map(|to| trust(from, to)).collect()).collect(),
        facts: vec![vec![false; FACTS]; 4],
        agreements: vec![agreement(false, &[0, 1]), agreement(true, &[0, 1, 2, 3])],
        rules: Vec::new(),
        events: Vec::new(),
        strict,
        friction: true,
        delicate: false,
        realign: false,
        restore_quarters: 0,
        seed: 1,
        names: (0..4).collect(),
        rule_names: Vec::new(),
    };
    for strict in [false, true] {
        let frames = run(&world(strict));
        let readers = |frame: &Frame| {
            let all = collected(&world(strict), frame).into_iter().map(|fresh| fresh.new);
            all.filter(|new| new.maker == 0 && new.sources.iter().all(|one| one.level > 0))
                .map(|new| new.reached)
                .collect::<Vec<_>>()
        };
        let all: Vec<Nations> = frames.iter().flat_map(readers).collect();
        let expected = if strict { Nations::from([0, 1]) } else { Nations::from([0, 1, 2]) };
        assert!(!all.is_empty() && all.iter().all(|reached| *reached == expected), "strict: {strict}: {all:?}");
    }
}
