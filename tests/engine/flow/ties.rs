//! Trust in its parts and what nations give each other, told a second time from rules, leaks found and agreements.
use super::expected::{Deciding, at_the_start};
use super::telling::{Given, Question};
use super::worlds::{Frame, World, run, worlds};
use noforn::world::ids::NationId;
use proptest::prelude::*;

const TOLERANCE: f64 = 1e-9;

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < TOLERANCE
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |a| (0..n).map(move |b| (a, b))).filter(|(a, b)| a != b)
}

/// The part of a relation that a nation's rules stop: an eighth for each level above open, a quarter for each other action.
fn severity(given: &Given, owner: usize, nation: usize) -> f64 {
    let part = |question| match question {
        Question::Share(0) => 0.0,
        Question::Share(_) => 0.125,
        Question::Work | Question::Colocate => 0.25,
    };
    let stopped = Question::ALL.into_iter().filter(|question| !given.forbidding(*question, owner, nation).is_empty());
    stopped.map(part).sum()
}

/// An owner's confidence in how a nation handles its reports, after leaks that were found in these quarters, at the end of
/// a quarter. A quarter has passed before a leak is forgotten.
fn handling(found: &[u32], now: u32, loss: f64, years: f64) -> f64 {
    let lasts = ((years * 4.0).round() as u32).max(1);
    let confidence = found.iter().fold((1.0, None), |(share, last): (f64, Option<u32>), quarter| {
        let forgotten = last.is_none_or(|last| last + lasts <= *quarter);
        (if forgotten { 1.0 } else { share } * (1.0 - loss), Some(*quarter))
    });
    match confidence {
        (share, Some(last)) if last + lasts > now => share,
        _ => 1.0,
    }
}

/// How much of what a nation could read at full trust, by value, comes from each other.
fn dependence(world: &World, frame: &Frame) -> Vec<Vec<f64>> {
    let given = Given { side: super::telling::side(world, &frame.facts.side), ..Given::of(world, frame) };
    let (mix, values) = (frame.luck.model.level_probabilities(), frame.luck.model.values_of_reports());
    let carried = |giver: usize, reader: usize, product: usize, level: usize| {
        let deals = world.agreements.iter().zip(&given.standing.members);
        let joins = deals.filter(|(deal, members)| {
            deal.carries[product] && deal.ceiling >= level && members.contains(&giver) && members.contains(&reader)
        });
        let side = if given.side.contains(&(level, giver, reader)) { 1.0 } else { 0.0 };
        joins.map(|(deal, _)| deal.contribution).fold(side, f64::max)
    };
    let from = |reader: usize, giver: usize| -> f64 {
        let raw = world.raw_share[giver];
        let kinds = [raw, 1.0 - raw]
            .into_iter()
            .enumerate()
            .flat_map(|(product, part)| (0..5).map(move |l| (product, part, l)));
        let cleared = kinds.filter(|(_, _, level)| giver != reader && world.clearance[reader] >= *level);
        cleared.map(|(p, part, l)| part * mix[p][l] * values[p][l] * carried(giver, reader, p, l)).sum()
    };
    let row = |reader: usize| {
        let amounts: Vec<f64> = (0..world.n()).map(|giver| from(reader, giver)).collect();
        let total: f64 = amounts.iter().sum();
        amounts.into_iter().map(|amount| if total > 0.0 { amount / total } else { 0.0 }).collect()
    };
    (0..world.n()).map(row).collect()
}

/// A quarter's step towards a value, by a rate a year.
fn towards(now: f64, target: f64, rate: f64) -> f64 {
    now + (target - now) * (rate / 4.0).min(1.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn goodwill_falls_with_what_rules_stop_and_confidence_with_leaks_that_are_found(world in worlds()) {
        let frames = run(&world);
        for frame in &frames {
            let (given, model) = (Given::of(&world, frame), &frame.luck.model);
            for (from, to) in pairs(world.n()) {
                let pair = (world.id(from), world.id(to));
                let [before, after] = [&frame.trust, &frame.trust_after].map(|trust| trust.goodwill[pair]);
                let recovered = towards(before, frame.trust.initial[pair], model.trust_recovery_rate);
                let kept = libm::exp(-model.trust_loss_rate * severity(&given, to, from) / 4.0);
                prop_assert!(near(after, recovered * kept), "quarter {}: {from} towards {to}", frame.quarter);
                let leaks = frames[..=frame.quarter as usize].iter().flat_map(|frame| {
                    frame.leaks_found.iter().filter(|leak| **leak == (pair.1, pair.0)).map(|_| frame.quarter)
                });
                let leaks: Vec<u32> = leaks.collect();
                let told = handling(&leaks, frame.quarter, world.keys.handling_loss, world.keys.handling_years);
                prop_assert!(near(frame.trust_after.handling[pair], told), "{leaks:?}: {told}");
            }
        }
    }

    #[test]
    fn a_leak_is_found_where_reports_of_others_leaked(world in worlds()) {
        let (mut known, mut found) = (vec![0; world.n()], 0);
        for frame in run(&world) {
            for (holder, owner) in &frame.leaks_found {
                prop_assert!(known[holder.index()] > 0 && holder != owner, "nothing had leaked there");
                found += 1;
            }
            // The counts of an ended year are gone; what leaked before the last quarter of a year is enough.
            for (known, counts) in known.iter_mut().zip(&frame.tally.nations) {
                *known += counts.leaked;
            }
            if frame.quarter % 4 == 3 {
                let still = frame.archive.reports().enumerate().filter(|(number, _)| frame.archive.leaked(*number));
                still.for_each(|(_, report)| (0..world.n()).filter(|n| report.reached().contains(NationId::new(*n))).for_each(|n| known[n] += 1));
            }
        }
        prop_assert!(found == 0 || world.leaky);
    }

    #[test]
    fn giving_starts_by_dependence_and_follows_what_is_got(world in worlds()) {
        let frames = run(&world);
        let start = at_the_start(&frames[0]);
        for frame in &frames {
            let (keys, depends) = (world.keys, dependence(&world, frame));
            let amounts = Deciding::of(frame).amounts(&frame.tally.expected);
            for (from, to) in pairs(world.n()) {
                let (pair, [i, j]) = ((world.id(from), world.id(to)), [world.names[from], world.names[to]]);
                let (own, others) = (depends[from][to], depends[to][from]);
                prop_assert!(near(frame.dependence[pair], own));
                let reserved = if own + others > 0.0 { others / (own + others) } else { 0.0 };
                let initial = 1.0 - keys.giving_reserve * reserved;
                prop_assert!(near(frame.giving_after.initial[pair], initial), "{from} to {to}: {initial}");
                // What it got by the end of the last quarter moves what it gives now.
                let weight = (keys.reciprocity_weight * own).min(1.0);
                let target = 1.0 - weight * (1.0 - frame.giving.received[pair]);
                let kept = towards(frame.giving.kept[pair], target, keys.reciprocity_rate);
                prop_assert!(near(frame.giving_after.kept[pair], kept), "{from} to {to}: {kept}");
                // Missions do not change here, so what others produce is the same all the time.
                let got = if start[j][i] > 0.0 { (amounts[j][i] / start[j][i]).min(1.0) } else { 1.0 };
                prop_assert!(near(frame.giving_after.received[pair], got), "{from} of {to}: {got}");
            }
        }
    }

    #[test]
    fn what_nations_can_read_is_told_by_the_sum_over_all_others(world in worlds()) {
        let frames = run(&world);
        let start = at_the_start(&frames[0]);
        for frame in &frames {
            let amounts = Deciding::of(frame).amounts(&frame.tally.expected);
            let of_others = |amounts: &Vec<Vec<f64>>, reader: usize| -> f64 {
                (0..world.n()).filter(|from| *from != reader).map(|from| amounts[from][reader]).sum()
            };
            for reader in 0..world.n() {
                let (now, before) = (of_others(&amounts, reader), of_others(&start, reader));
                let told = if before > 0.0 { (now / before).min(1.0) } else { 1.0 };
                prop_assert!(near(frame.reading[reader], told), "{} reads {}, not {told}", reader, frame.reading[reader]);
            }
        }
    }
}
