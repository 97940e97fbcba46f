//! What is counted of the flow is what is in the archive, sorted by the second telling.
use super::drawn::{New, new_reports};
use super::telling::{Given, Question, Source, made, sources};
use super::worlds::{Frame, Kind, Nations, QUARTERS, World, run, worlds};
use noforn::history::cell::Share;
use noforn::world::tally::{NationCounts, Tally};
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Debug, Default, PartialEq)]
struct Counts {
    produced: u32,
    due: usize,
    read: usize,
    withheld: usize,
    friction: usize,
    pools_due: usize,
    pools_thinned: usize,
    warnings: u32,
    missed: u32,
}

/// What became of one report: whom agreements of all owners allow it, who of them reads it, and whom a rule stops.
struct Fate {
    due: Nations,
    read: Nations,
    withheld: Nations,
    left: Nations,
}

fn fate(given: &Given, later: &Given, kind: Kind, sources: &BTreeSet<Source>, reached: &Nations) -> Fate {
    let owners: Nations = sources.iter().map(|part| part.owner).collect();
    let level = sources.iter().map(|part| part.level).max().expect("a source");
    let question = Question::Share(level);
    let due: Nations = (0..given.world.n())
        .filter(|n| !owners.contains(n) && owners.iter().all(|owner| later.carried(kind, level, *owner, *n)))
        .collect();
    let stopped = |n: &usize| owners.iter().any(|owner| !given.forbidding(question, *owner, *n).is_empty());
    let (read, left): (Nations, Nations) = due.iter().partition(|n| reached.contains(n));
    let (withheld, left): (Nations, Nations) = left.iter().partition(|n| stopped(n));
    Fate { due, read, withheld, left }
}

/// The nation that a report warns and to which it is due, unless it reads it or a version, or was told of it by mouth: that
/// is for owners who have the duty to warn and do not waive it, if all whose rules stop the report are of these.
fn unwarned(world: &World, given: &Given, new: &New, fate: &Fate) -> Option<usize> {
    let subject = (0..world.n()).find(|n| new.content.warning && world.id(*n) == new.content.subject)?;
    let level = new.sources.iter().map(|part| part.level).max().expect("a source");
    let stops = |owner: &&usize| !given.forbidding(Question::Share(level), **owner, subject).is_empty();
    let tells = |owner: &usize| world.duty[*owner] && new.delicacy[owner] < 1.0 - world.keys.waiver;
    let mut stopping = new.delicacy.keys().filter(stops).peekable();
    let told = stopping.peek().is_some() && stopping.all(tells);
    let warned = fate.read.contains(&subject) || told || versions_to(new).contains(&subject);
    (fate.due.contains(&subject) && !warned).then_some(subject)
}

/// Who got a sanitised version of a report.
fn versions_to(new: &New) -> Nations {
    new.told.iter().flat_map(|told| told.versions.values().flatten()).copied().collect()
}

/// What decided, with the agreements that the quarter itself has made.
fn later<'w>(world: &'w World, frame: &Frame) -> Given<'w> {
    Given { side: super::telling::side(world, &frame.facts.side), ..Given::of(world, frame) }
}

fn count(world: &World, frame: &Frame) -> Counts {
    let given = Given::of(world, frame);
    let grants = given.grants();
    let later = later(world, frame);
    let mut counts = Counts::default();
    let reports = frame.archive.reports().enumerate().filter(|(_, r)| made(r) == frame.quarter);
    for ((number, report), new) in reports.zip(new_reports(world, frame, &grants)) {
        let parts = sources(world, report.label());
        let owners: Nations = parts.iter().map(|part| part.owner).collect();
        let reached = world.plain(report.reached());
        let fate = fate(&given, &later, new.kind, &parts, &reached);
        let Fate { due, read, withheld, left } = &fate;
        counts.produced += 1;
        counts.due += due.len();
        counts.read += read.len();
        counts.withheld += withheld.len();
        if let Some(told) = &new.told {
            counts.friction += left.intersection(&told.friction).count();
            counts.pools_due += told.due;
            counts.pools_thinned += told.thinned;
        }
        let of = |owner: &usize| frame.archive.read(number, world.id(*owner), &frame.authority());
        let content = owners.iter().find_map(of).expect("its maker holds a report");
        let about = due.iter().find(|n| content.warning && world.id(**n) == content.subject);
        counts.warnings += u32::from(about.is_some());
        counts.missed += u32::from(unwarned(world, &given, &new, &fate).is_some());
    }
    counts
}

/// Adds what a quarter's reports come to for nations and pairs.
fn add(tally: &mut Tally, world: &World, frame: &Frame) {
    let (given, later) = (Given::of(world, frame), later(world, frame));
    for new in new_reports(world, frame, &given.grants()) {
        let fate = fate(&given, &later, new.kind, &new.sources, &new.reached);
        let (versions, part) = (versions_to(&new), world.keys.version_value);
        let owners: Nations = new.sources.iter().map(|part| part.owner).collect();
        let maker = world.id(new.maker);
        let level = new.sources.iter().map(|part| part.level).max().expect("a source");
        let value = frame.luck.model.values_of_reports()[new.kind.product][level];
        tally.nation(maker).produced += 1;
        tally.nation(maker).value_produced += value;
        for reader in new.reached.difference(&owners).map(|n| world.id(*n)) {
            tally.nation(reader).read += 1;
            tally.nation(reader).value_read += value;
            tally.nation(reader).raw_value_read += if new.kind.product == 0 { value } else { 0.0 };
            tally.sent[(maker, reader)] += 1;
            tally.sent_value[(maker, reader)] += value;
        }
        for n in fate.withheld.iter().copied() {
            let kept = world.id(n);
            let sent = if versions.contains(&n) { value * part } else { 0.0 };
            tally.nation(kept).withheld_from += 1;
            tally.nation(kept).value_withheld_from += value - sent;
            tally.nation(kept).value_read += sent;
            tally.sent_value[(maker, kept)] += sent;
            if given.forbidding(Question::Share(level), new.maker, n).is_empty() {
                tally.co_owner[(maker, kept)] += 1;
            } else {
                tally.withheld[(maker, kept)] += 1;
                tally.withheld_value[(maker, kept)] += value - sent;
            }
        }
        if let Some(subject) = unwarned(world, &given, &new, &fate) {
            tally.nation(world.id(subject)).warnings_missed += 1;
        }
    }
}

/// How many readers were due a quarter's reports, and read them: of the hub's reports, the hub itself, and the rest.
fn hub_pairs(world: &World, frame: &Frame) -> [(usize, usize); 3] {
    let (given, later) = (Given::of(world, frame), later(world, frame));
    let mut pairs = [(0, 0); 3];
    for new in new_reports(world, frame, &given.grants()) {
        let Fate { due, read, .. } = fate(&given, &later, new.kind, &new.sources, &new.reached);
        for reader in due {
            let hub = [world.id(new.maker), world.id(reader)].map(|nation| nation == frame.hub);
            let kind = if hub[0] {
                0
            } else if hub[1] {
                1
            } else {
                2
            };
            pairs[kind].0 += 1;
            pairs[kind].1 += usize::from(read.contains(&reader));
        }
    }
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counts_are_those_of_the_archive(world in worlds()) {
        for frame in run(&world) {
            let (counts, row) = (count(&world, &frame), &frame.metrics);
            prop_assert_eq!((row.reports_produced, row.warnings_raised), (counts.produced, counts.warnings));
            prop_assert_eq!(row.pool_thinning_share.is_some(), counts.pools_due > 0);
            prop_assert_eq!(row.warnings_missed_share.is_some(), counts.warnings > 0);
            let part = |of: usize, all: usize| of as f64 / all.max(1) as f64;
            let near = |share: Share, of, all| (share.0 - part(of, all)).abs() < 1e-9;
            if counts.due > 0 {
                prop_assert!(near(row.reach_share, counts.read, counts.due));
                prop_assert!(near(row.reports_withheld_share, counts.withheld, counts.due));
                let rest = counts.due - counts.read - counts.withheld;
                let lost = row.reports_lost_to_friction_share.0 + row.reports_lost_to_trust_share.0;
                prop_assert!(near(Share(lost), rest, counts.due));
                prop_assert!(near(row.reports_lost_to_friction_share, counts.friction, counts.due));
            }
            if let Some(share) = row.pool_thinning_share {
                prop_assert!(near(share, counts.pools_thinned, counts.pools_due));
            }
            if let Some(share) = row.warnings_missed_share {
                prop_assert!(near(share, counts.missed as usize, counts.warnings as usize));
            }
            let leaked = (0..frame.archive.len()).any(|number| frame.archive.leaked(number));
            prop_assert!(world.leaky || !leaked, "there is neither a network nor anybody to leak");
        }
    }

    #[test]
    fn the_hubs_pairs_are_those_of_the_archive(world in worlds()) {
        for frame in run(&world) {
            let pairs = hub_pairs(&world, &frame);
            let row = &frame.metrics;
            let shares = [row.hub_outflow_share, row.hub_inflow_share, row.rest_reach_share];
            for (share, (due, read)) in shares.into_iter().zip(pairs) {
                prop_assert_eq!(share.map(|s| s.0), (due > 0).then(|| read as f64 / due as f64));
            }
        }
    }

    #[test]
    fn the_years_counts_by_nation_and_pair_and_who_informed_whom_are_those_of_the_archive(world in worlds()) {
        let mut tally = Tally::new(world.n(), true);
        for frame in run(&world) {
            let informed = |new: super::drawn::New| {
                let owners: Nations = new.sources.iter().map(|part| part.owner).collect();
                new.reached.difference(&owners).map(|n| (new.maker, *n)).collect::<Vec<_>>()
            };
            let grants = Given::of(&world, &frame).grants();
            let told: BTreeSet<_> = new_reports(&world, &frame, &grants).into_iter().flat_map(informed).collect();
            prop_assert_eq!(world.pairs(&frame.facts.informs), told);
            add(&mut tally, &world, &frame);
            // With the year's rows the counts begin anew.
            if frame.quarter % 4 == 3 || frame.quarter + 1 == QUARTERS {
                tally.new_year();
                continue;
            }
            let counted = |tally: &Tally| {
                let bare = |nation: &NationCounts| NationCounts { leaked: 0, cost_musd: 0.0, ..*nation };
                tally.nations.iter().map(bare).collect::<Vec<_>>()
            };
            prop_assert_eq!(counted(&frame.tally), counted(&tally));
            prop_assert_eq!(frame.tally.sent.cells(), tally.sent.cells());
            prop_assert_eq!(frame.tally.withheld.cells(), tally.withheld.cells());
            prop_assert_eq!(frame.tally.co_owner.cells(), tally.co_owner.cells());
            // The values are multiples of a half, so their sums are exact in any order.
            prop_assert_eq!(frame.tally.sent_value.cells(), tally.sent_value.cells());
            prop_assert_eq!(frame.tally.withheld_value.cells(), tally.withheld_value.cells());
        }
    }
}
