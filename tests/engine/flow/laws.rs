//! Laws of access and of the flow over generated worlds; each safety law has a partner that shows somebody does read.
use super::telling::{Given, Grants as Plain, Question, Source, holders, plain_grants, sources};
use super::worlds::{Effect, Frame, Nations, Relays, Rule, When, World, level, run, steady, worlds};
use noforn::access::facts::{Facts, RuleState};
use noforn::access::{Policies, Scratch};
use noforn::world::archive::Archive;
use noforn::world::clock::Quarter;
use noforn::world::grants::Grants;
use noforn::world::label::{Label, Relay};
use noforn::world::levels::Level;
use noforn::world::report::{Authority, Clearances, Content, Dissemination, Report};
use noforn::world::sets::NationSet;
use noforn::world::slot::Slot;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// The facts that decided a frame's grants.
fn deciding(frame: &Frame) -> Facts {
    let mut facts = frame.facts.clone();
    facts.side.clone_from(&frame.side_before);
    facts.informs.clone_from(&frame.informed);
    facts
}

fn decide(policies: &Policies, facts: &Facts) -> Grants {
    let mut grants = Grants::none(facts.nations);
    policies.decide(facts, &mut Scratch::new(), &mut grants).expect("generated rules do not err");
    grants
}

/// The nations that read a report of a frame.
fn readers(world: &World, frame: &Frame, number: usize) -> Nations {
    let read = |n: &usize| frame.archive.read(number, world.id(*n), &frame.authority()).is_some();
    (0..world.n()).filter(read).collect()
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn no_report_is_held_outside_every_owners_set_or_above_clearance_and_cap(world in worlds()) {
        for frame in run(&world) {
            for (number, report) in frame.archive.reports().enumerate() {
                for reader in readers(&world, &frame, number) {
                    for source in sources(&world, report.label()).iter().filter(|s| s.owner != reader) {
                        let (owner, to) = (world.id(source.owner), world.id(reader));
                        prop_assert!(source.release.contains(&reader), "released by every owner");
                        prop_assert!(world.clearance[reader] >= source.level, "cleared");
                        if world.relays == Relays::Free {
                            continue;
                        }
                        prop_assert!(frame.grants.share[source.level].get(owner, to), "every owner may inform it");
                        prop_assert!(frame.grants.rule_cap(owner, to) >= Some(level(source.level)), "below the cap");
                    }
                }
            }
        }
    }

    #[test]
    fn cut_means_cut_at_once_for_everything_its_owner_has_a_part_in(world in worlds()) {
        prop_assume!(world.relays != Relays::Free);
        for frame in run(&world) {
            let given = Given::of(&world, &frame);
            for (number, report) in frame.archive.reports().enumerate() {
                let parts = sources(&world, report.label());
                for reader in readers(&world, &frame, number) {
                    for part in parts.iter().filter(|part| part.owner != reader) {
                        let cut = given.forbidding(Question::Share(part.level), part.owner, reader);
                        prop_assert!(cut.is_empty(), "{} reads what {} forbids by {:?}", reader, part.owner, cut);
                    }
                }
            }
        }
    }

    #[test]
    fn lifting_restores_exactly_the_earlier_grants_and_readers(world in worlds()) {
        let mut world = steady(world);
        world.events = (0..world.rules.len())
            .flat_map(|rule| [(1, Effect::Announce(rule)), (3, Effect::Lift(rule))])
            .collect();
        world.events.sort_by_key(|(quarter, _)| *quarter);
        let frames = run(&world);
        prop_assert_eq!(&frames[3].grants, &frames[0].grants);
        let first = frames[0].archive.len();
        for number in 0..first {
            prop_assert_eq!(readers(&world, &frames[3], number), readers(&world, &frames[0], number), "restored");
            prop_assert!(readers(&world, &frames[2], number).is_subset(&readers(&world, &frames[0], number)));
        }
    }

    #[test]
    fn a_cut_outlasts_its_condition_by_the_time_of_restoration_and_no_longer(world in worlds(), nation in 0usize..3) {
        let mut world = steady(world);
        world.facts.iter_mut().flatten().for_each(|fact| *fact = false);
        for rule in &mut world.rules {
            (rule.when, rule.grace) = (When::Fact(0), 0);
        }
        world.events = (0..world.rules.len()).map(|rule| (0, Effect::Announce(rule))).collect();
        world.events.push((1, Effect::SetFact(0, nation, true)));
        world.events.push((2, Effect::SetFact(0, nation, false)));
        let frames = run(&world);
        for (quarter, frame) in frames.iter().enumerate() {
            let cut = (1..2 + world.restore_quarters as usize).contains(&quarter);
            prop_assert_eq!(&frame.grants, &frames[usize::from(cut)].grants, "quarter {}", quarter);
        }
    }

    #[test]
    fn renumbering_nations_and_reordering_rules_changes_nothing(
        world in worlds(), turn in 1usize..6, swap in any::<bool>(),
    ) {
        let world = steady(world);
        let mut other = world.clone();
        let n = other.n();
        other.names.iter_mut().for_each(|name| *name = (*name + turn) % n);
        if swap {
            other.rule_names.reverse();
        }
        for (one, two) in run(&world).iter().zip(run(&other)) {
            prop_assert_eq!(plain_grants(&world, &one.grants), plain_grants(&other, &two.grants));
            for report in one.archive.reports() {
                let same = relabelled(&other, &sources(&world, report.label()));
                let holders = other.plain(&two.authority().holders(&same));
                prop_assert_eq!(holders, world.plain(&one.authority().holders(report.label())));
            }
        }
    }

    #[test]
    fn what_is_hidden_from_a_nation_changes_nothing_that_it_reads(
        world in worlds(), nation in 0usize..3, lift in 0usize..5,
    ) {
        for frame in run(&world) {
            let (reader, authority) = (world.id(nation), frame.authority());
            let mut other = Archive::default();
            other.start_quarter(Quarter::new(2019, 1));
            for (number, report) in frame.archive.reports().enumerate() {
                let (went, content) = match frame.archive.read(number, reader, &authority) {
                    Some(content) => (report.dissemination().clone(), *content),
                    None => disguised(&world, report, lift, &authority),
                };
                let way = other.add_dissemination(went);
                other.file(way, content);
            }
            for number in 0..frame.archive.len() {
                if let Some(content) = frame.archive.read(number, reader, &authority) {
                    prop_assert_eq!(other.read(number, reader, &authority), Some(content));
                    prop_assert_eq!(other.report(number).reached(), frame.archive.report(number).reached());
                }
            }
        }
    }
}

/// A label of another numbering.
fn relabelled(world: &World, sources: &BTreeSet<Source>) -> Label {
    let relay = |relays: Relays| match relays {
        Relays::None => Relay::ByConsent,
        Relays::WithinRelease => Relay::WithinRelease,
        Relays::Free => Relay::Free,
    };
    let one = |s: &Source| Label::new(level(s.level), world.set(&s.release), world.id(s.owner), relay(s.relays));
    let mut labels = sources.iter().map(one);
    let first = labels.next().expect("a report has a source");
    labels.fold(first, |label, next| label.join(&next))
}

/// Another report in the place of one: other content, more sensitive, for its owner alone.
fn disguised(world: &World, report: Report, lift: usize, authority: &Authority) -> (Dissemination, Content) {
    let source = &report.label().sources()[0];
    let (owner, relay) = (source.owner(), source.relay());
    let level = report.label().level().max(level(lift));
    let label = Label::new(level, world.set(&Nations::new()), owner, relay);
    (Dissemination::new(label, report.reached(), authority), Content { subject: owner, warning: true })
}

/// Readers of every report of a frame under other grants and clearances, held against the second telling, and never
/// more than before.
fn narrower(
    world: &World,
    frame: &Frame,
    grants: &Grants,
    clearance: &[usize],
    told: &Plain,
) -> Result<(), TestCaseError> {
    let n = world.n();
    let mut levels = vec![Level::Open; n];
    (0..n).for_each(|nation| levels[world.names[nation]] = level(clearance[nation]));
    let cleared = Clearances::new(&levels);
    let authority = Authority { grants, cleared: &cleared.0 };
    prop_assert_eq!(&plain_grants(world, grants), told);
    for report in frame.archive.reports() {
        let after = authority.holders(report.label());
        prop_assert!(after.is_subset(&frame.authority().holders(report.label())), "a reader was added");
        prop_assert_eq!(world.plain(&after), holders(n, &sources(world, report.label()), told, clearance));
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn a_further_forbid_a_lower_clearance_or_a_waiver_withdrawn_never_adds_a_reader(
        world in worlds(), owner in 0usize..3, fact in 0usize..2, nation in 0usize..3,
        above in prop::option::of(0usize..4), from_level in prop::option::of(0usize..5),
    ) {
        let when = above.map_or(When::Fact(fact), |level| When::FactAbove(fact, level));
        let further = Rule {
            owner, share: true, work: true, colocate: false, when, grace: 0, automatic: true, from_level, tear_line: None,
        };
        let mut stricter = world.clone();
        stricter.rule_names.push(stricter.rules.len());
        stricter.rules.push(further);
        let (policies, with_further) = (world.policies(), stricter.policies());
        for frame in run(&world).iter().step_by(2) {
            let facts = deciding(frame);
            // To whom versions go is told of the rules, not decided by policies.
            let tear_lines = frame.grants.tear_lines.clone();
            prop_assert_eq!(&Grants { tear_lines, ..decide(&policies, &facts) }, &frame.grants);

            let mut harder = facts.clone();
            let none = NationSet::none(world.n());
            harder.rules.push(RuleState {
                quarters_in_force: 3, waived: none.clone(), tear_line: none.clone(), restoring: none,
            });
            let mut given = Given { world: &stricter, ..Given::of(&world, frame) };
            given.standing.announced.push(Some(frame.quarter));
            given.marks.push(Default::default());
            narrower(&world, frame, &decide(&with_further, &harder), &world.clearance, &given.grants())?;

            let told = Given::of(&world, frame).grants();
            let mut clearance = world.clearance.clone();
            clearance[nation] = clearance[nation].saturating_sub(1);
            narrower(&world, frame, &frame.grants, &clearance, &told)?;

            let (mut unspared, mut given) = (facts, Given::of(&world, frame));
            for rule in 0..world.rules.len() {
                unspared.rules[world.rule_rank(rule)].waived.remove(world.id(nation));
                given.marks[rule].waived.remove(&nation);
            }
            narrower(&world, frame, &decide(&policies, &unspared), &world.clearance, &given.grants())?;
        }
    }

    #[test]
    fn what_is_withheld_names_its_rules_or_its_missing_permit_and_removing_exactly_those_flips_it(world in worlds()) {
        let (policies, frames) = (world.policies(), run(&world));
        let frame = &frames[frames.len() - 1];
        let (facts, given) = (deciding(frame), Given::of(&world, frame));
        let mut without: BTreeMap<BTreeSet<usize>, Grants> = BTreeMap::new();
        let pairs = (0..world.n()).flat_map(|a| (0..world.n()).map(move |b| (a, b)));
        for (giver, receiver) in pairs.filter(|(a, b)| a != b) {
            for question in Question::ALL {
                let slot = slot(question);
                let (from, to) = (world.id(giver), world.id(receiver));
                let why = policies.explain(&facts, from, to, slot);
                prop_assert_eq!(why.allowed, frame.grants.permitted(slot).get(from, to));
                let named = why.forbids.iter().map(|policy| policies.rule(*policy).expect("only rules forbid").index());
                let named: BTreeSet<usize> = named.map(|rank| rank_to_rule(&world, rank)).collect();
                prop_assert_eq!(&named, &given.forbidding(question, giver, receiver));
                prop_assert_eq!(!why.permits.is_empty(), given.permitted(question, giver, receiver));
                prop_assert!(why.allowed || !named.is_empty() || why.permits.is_empty(), "withheld for no reason");
                for kept in named.iter().map(Some).chain([None]) {
                    let removed: BTreeSet<usize> = named.iter().copied().filter(|rule| Some(rule) != kept).collect();
                    let decided = || decided_without(&world, &facts, &removed);
                    let grants = without.entry(removed.clone()).or_insert_with(decided);
                    let flips = !why.permits.is_empty() && kept.is_none();
                    prop_assert_eq!(grants.permitted(slot).get(from, to), flips, "all of {:?} but {:?}", named, kept);
                }
            }
        }
    }
}

fn slot(question: Question) -> Slot {
    match question {
        Question::Share(rank) => Slot::share(level(rank)),
        Question::Work => Slot::WORK,
        Question::Colocate => Slot::COLOCATE,
    }
}

fn rank_to_rule(world: &World, rank: usize) -> usize {
    world.rule_names.iter().position(|name| *name == rank).expect("every rank is a rule's")
}

/// The grants of the same facts in a scenario without some rules.
fn decided_without(world: &World, facts: &Facts, removed: &BTreeSet<usize>) -> Grants {
    let keeps = |rule: &usize| !removed.contains(rule);
    let kept: Vec<usize> = (0..world.rules.len()).filter(keeps).collect();
    let mut other = world.clone();
    other.events.clear();
    other.rules = kept.iter().map(|rule| world.rules[*rule].clone()).collect();
    let smaller = |rule: &usize| kept.iter().filter(|k| world.rule_names[**k] < world.rule_names[*rule]).count();
    other.rule_names = kept.iter().map(smaller).collect();
    let mut facts = facts.clone();
    let mut states: Vec<(usize, RuleState)> =
        kept.iter().map(|rule| (world.rule_names[*rule], facts.rules[world.rule_rank(*rule)].clone())).collect();
    states.sort_by_key(|(rank, _)| *rank);
    facts.rules = states.into_iter().map(|(_, state)| state).collect();
    decide(&other.policies(), &facts)
}

#[test]
fn the_laws_are_not_about_worlds_in_which_nobody_shares() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (mut read, mut fused_read, mut recalled, mut co_owner_kept_out) = (0, 0, 0, 0);
    for _ in 0..40 {
        let world = worlds().new_tree(&mut runner).expect("worlds are not filtered").current();
        for frame in run(&world) {
            for (number, report) in frame.archive.reports().enumerate() {
                let readers = readers(&world, &frame, number);
                let owners = world.plain(&NationSet::from_members(world.n(), report.label().originators()));
                let others = readers.difference(&owners).count();
                read += others;
                fused_read += if owners.len() > 1 { others } else { 0 };
                recalled += world.plain(report.reached()).difference(&readers).count();
                co_owner_kept_out += owners.difference(&readers).count();
            }
        }
    }
    println!("read {read}, fused read {fused_read}, recalled {recalled}, co-owners kept out {co_owner_kept_out}");
    assert!(read > 5000 && fused_read > 300 && recalled > 100 && co_owner_kept_out > 50);
}
