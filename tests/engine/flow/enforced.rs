//! What is told of rules that are applied: how many pairs they stop, which stops a pair, how firmly owners chose.
use super::telling::{Given, Marks, Question};
use super::worlds::{Frame, QUARTERS, World, run, worlds};
use noforn::world::clock::Quarter;
use noforn::world::rule::{Application, Measure};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Pairs and actions that rules would stop if no owner had softened them, and those that are stopped as fully: of what
/// agreements allowed when the quarter began.
fn stopped(world: &World, before: &Frame, frame: &Frame) -> (u32, u32) {
    let given = Given::of(world, frame);
    let hard = given.marks.iter().map(|marks| Marks { restoring: marks.restoring.clone(), ..Marks::default() });
    let full = Given { marks: hard.collect(), ..Given::of(world, frame) };
    let joined: Vec<_> = before.covenant.joined.iter().map(|joined| world.pairs(joined)).collect();
    let (mut declared, mut applied) = (0, 0);
    for (from, to) in joined[0].iter().copied() {
        let stops = |given: &Given, question| !given.forbidding(question, from, to).is_empty();
        let levels = |given: &Given| {
            (0..5).filter(|level| joined[*level].contains(&(from, to)) && stops(given, Question::Share(*level))).count()
        };
        let (would, does) = (levels(&full), levels(&given));
        declared += u32::from(would > 0) + u32::from(stops(&full, Question::Work));
        applied += u32::from(would > 0 && does >= would);
        applied += u32::from(stops(&full, Question::Work) && stops(&given, Question::Work));
    }
    (declared, applied)
}

/// The rules that stop a pair, and those that do so at the first question that any stops.
fn stopping(given: &Given, from: usize, to: usize) -> Option<BTreeSet<usize>> {
    Question::ALL.into_iter().map(|question| given.forbidding(question, from, to)).find(|rules| !rules.is_empty())
}

/// How firmly the owner of each rule chose this quarter, by the rule's number, if it chose.
fn firmness(world: &World, frame: &Frame) -> BTreeMap<usize, f64> {
    let now = Quarter::new(2019, 1).plus(frame.quarter);
    let of = |rule: usize| {
        let weight = |application: &Application| match application {
            Application::Triggered { measure, chosen, .. } if *chosen == now => Some(match measure {
                Measure::Full => 1.0,
                Measure::TearLine => 0.5,
                Measure::Waived => 0.0,
            }),
            _ => None,
        };
        let weights: Vec<f64> = frame.courses[world.rule_rank(rule)].towards.iter().filter_map(weight).collect();
        (!weights.is_empty()).then(|| (rule, weights.iter().sum::<f64>() / weights.len() as f64))
    };
    (0..world.rules.len()).filter_map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_rules_stop_is_counted_as_announced_and_as_applied(world in worlds()) {
        for both in run(&world).windows(2) {
            let row = &both[1].metrics;
            let told = stopped(&world, &both[0], &both[1]);
            prop_assert_eq!((row.declared_restriction_count, row.applied_restriction_count), told);
        }
    }

    #[test]
    fn at_the_years_end_each_restricted_pair_names_the_rule_that_stops_it_first(world in worlds()) {
        for frame in run(&world) {
            let given = Given::of(&world, &frame);
            let pairs: BTreeMap<(usize, usize), BTreeSet<usize>> = (0..world.n())
                .flat_map(|from| (0..world.n()).map(move |to| (from, to)))
                .filter_map(|(from, to)| stopping(&given, from, to).map(|rules| ((from, to), rules)))
                .collect();
            prop_assert_eq!(world.pairs(&frame.restrictions.pairs), pairs.keys().copied().collect());
            if frame.quarter % 4 != 3 && frame.quarter + 1 != QUARTERS {
                continue;
            }
            prop_assert_eq!(frame.restrictions.binding.len(), pairs.len());
            for ((from, to), rules) in pairs {
                let named = &frame.restrictions.binding[&(world.id(from), world.id(to))];
                let first = rules.iter().map(|rule| world.rule_rank(*rule)).min().expect("some rule stops it");
                prop_assert_eq!(named.to_string(), format!("r{first}"));
            }
        }
    }

    #[test]
    fn diplomacy_hears_how_firmly_an_owner_chose(world in worlds()) {
        for frame in run(&world) {
            let mut told: Vec<_> = firmness(&world, &frame).into_iter().collect();
            told.sort_by_key(|(rule, _)| world.rule_rank(*rule));
            let told: Vec<_> = told.into_iter().map(|(rule, firm)| (world.id(world.rules[rule].owner), firm)).collect();
            prop_assert_eq!(&frame.enforced, &told);
        }
    }
}
