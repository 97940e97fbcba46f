//! What is counted of the flow is what is in the archive, sorted by the second telling.
use crate::telling::{Given, Question, Source, made, sources, tell, terms};
use crate::worlds::{Frame, Nations, World, run, worlds};
use noforn::history::cell::Share;
use proptest::prelude::*;

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

fn count(world: &World, frame: &Frame) -> Counts {
    let given = Given::of(world, frame);
    let grants = given.grants();
    let later = Given { side: crate::telling::side(world, &frame.facts.side), ..Given::of(world, frame) };
    let mut counts = Counts::default();
    for (number, report) in frame.archive.reports().iter().enumerate().filter(|(_, r)| made(r) == frame.quarter) {
        let parts: Vec<Source> = sources(world, report.label()).into_iter().collect();
        let owners: Nations = parts.iter().map(|part| part.owner).collect();
        let question = Question::Share(report.label().level().rank());
        let due: Nations = (0..world.n())
            .filter(|n| !owners.contains(n) && owners.iter().all(|owner| later.permitted(question, *owner, *n)))
            .collect();
        let reached = world.plain(report.reached());
        let stopped = |n: &usize| owners.iter().any(|owner| !given.forbidding(question, *owner, *n).is_empty());
        let (read, left): (Nations, Nations) = due.iter().partition(|n| reached.contains(n));
        let (withheld, left): (Nations, Nations) = left.iter().partition(|n| stopped(n));
        counts.produced += 1;
        counts.due += due.len();
        counts.read += read.len();
        counts.withheld += withheld.len();
        if let [one] = parts.as_slice() {
            let told = tell(&terms(&given, frame, &grants, one.owner, one.level, 0.0));
            counts.friction += left.intersection(&told.friction).count();
            counts.pools_due += told.due;
            counts.pools_thinned += told.thinned;
        }
        let of = |owner: &usize| frame.archive.read(number, world.id(*owner), &frame.authority());
        let content = owners.iter().find_map(of).expect("its maker holds a report");
        let about = due.iter().find(|n| content.warning && world.id(**n) == content.subject);
        counts.warnings += u32::from(about.is_some());
        counts.missed += u32::from(about.is_some_and(|n| !read.contains(n)));
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn counts_are_those_of_the_archive(world in worlds()) {
        for frame in run(&world) {
            let (counts, row) = (count(&world, &frame), &frame.metrics);
            prop_assert_eq!((row.reports_produced, row.warnings_raised), (counts.produced, counts.warnings));
            let part = |of: usize, all: usize| of as f64 / all.max(1) as f64;
            let near = |share: Share, of, all| (share.0 - part(of, all)).abs() < 1e-9;
            if counts.due > 0 {
                prop_assert!(near(row.reach_share, counts.read, counts.due));
                prop_assert!(near(row.reports_withheld_share, counts.withheld, counts.due));
                let rest = counts.due - counts.read - counts.withheld;
                let lost = row.reports_lost_to_friction_share.0 + row.reports_lost_to_trust_share.0;
                prop_assert!(near(Share(lost), rest, counts.due));
                prop_assert!(world.delicate || near(row.reports_lost_to_friction_share, counts.friction, counts.due));
            }
            if let Some(share) = row.pool_thinning_share {
                prop_assert!(near(share, counts.pools_thinned, counts.pools_due));
            }
            if let Some(share) = row.warnings_missed_share {
                prop_assert!(near(share, counts.missed as usize, counts.warnings as usize));
            }
            prop_assert!(frame.archive.reports().iter().all(|report| !report.leaked()), "there is no network to leak");
        }
    }
}
