//! Laws of giving, relays, sanitised versions and the levels of rules, over generated worlds.
use super::drawn::new_reports;
use super::expected::{Amounts, Deciding};
use super::telling::{Given, KINDS, Question, Terms, computed, sources, terms};
use super::worlds::{Frame, Keys, Relays, World, run, sanitising, steady, worlds};
use noforn::world::grants::Grants;
use noforn::world::model::Model;
use noforn::world::ties::{Giving, Trust};
use proptest::prelude::*;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// What a frame says of shares that are expected, not counted.
fn expected_shares(frame: &Frame) -> (Vec<u64>, Option<f64>, Vec<f64>, &Trust, &Giving) {
    let n = frame.raw_share.len();
    let ids = || (0..n).map(noforn::world::ids::NationId::new);
    let overlaps = ids().flat_map(|a| ids().map(move |b| frame.pictures.overlap(a, b).to_bits()));
    let kept = frame.metrics.level_kept_share.map(|share| share.0);
    (overlaps.collect(), kept, frame.reading.clone(), &frame.trust_after, &frame.giving_after)
}

/// The value of what nations get by contribution and goodwill alone: who may is told as it ever was.
fn by_contribution_and_goodwill(frame: &Frame) -> Amounts {
    let n = frame.raw_share.len();
    let mut grants = Grants::none(n);
    grants.share.clone_from(&frame.grants.share);
    let trust = Trust { goodwill: frame.trust_after.goodwill.clone(), ..Trust::new(&frame.trust_after.initial) };
    let giving = Giving::new(n);
    let model = Model { giving_reserve_share: 0.0, ..frame.luck.model.clone() };
    let deciding = Deciding { model: &model, grants: &grants, trust: &trust, giving: &giving, ..Deciding::of(frame) };
    deciding.amounts(&frame.tally.expected)
}

/// The parameters of a frame with another answer to who may pass a report on.
fn relaying(frame: &Frame, originator_control: bool, rel_to_relay: bool) -> Model {
    Model { originator_control, rel_to_relay, ..frame.luck.model.clone() }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn twice_as_many_reports_change_no_share_that_is_expected(world in worlds()) {
        // Who informed whom, and what leaked, is counted.
        let world = World { leaky: false, ..steady(world) };
        let doubled = World { reports: 2.0 * world.reports, ..world.clone() };
        for (one, two) in run(&world).iter().zip(&run(&doubled)) {
            prop_assert_eq!(expected_shares(one), expected_shares(two), "quarter {}", one.quarter);
            prop_assert!(one.tally.expected.iter().zip(&two.tally.expected).all(|(one, two)| 2.0 * one == *two));
        }
    }

    #[test]
    fn with_every_new_key_at_zero_the_flows_are_those_of_contribution_and_goodwill_alone(world in worlds()) {
        let world = World { keys: Keys { reciprocity_rate: 2.0, ..Keys::default() }, ..world };
        for frame in run(&world) {
            let n = world.n();
            let received = frame.giving_after.received.clone();
            let away = frame.giving_after.away.clone();
            prop_assert_eq!(&frame.giving_after, &Giving { received, away, ..Giving::new(n) });
            prop_assert_eq!(&frame.trust_after.handling, &Trust::new(&frame.trust_after.initial).handling);
            let (told, amounts) = (by_contribution_and_goodwill(&frame), Deciding::of(&frame).amounts(&frame.tally.expected));
            prop_assert_eq!(told, amounts);
            // Without a value of versions, what is read and what is withheld are those of the reports alone.
            if frame.quarter == 0 {
                let given = Given::of(&world, &frame);
                let reports = new_reports(&world, &frame, &given.grants());
                let values = frame.luck.model.values_of_reports();
                let mut read = vec![0.0; n];
                for new in &reports {
                    let level = new.sources.iter().map(|part| part.level).max().expect("a source");
                    let readers = new.reached.iter().filter(|n| !new.delicacy.contains_key(n));
                    readers.for_each(|n| read[world.names[*n]] += values[new.kind.product][level]);
                }
                let counted: Vec<f64> = frame.tally.nations.iter().map(|nation| nation.value_read).collect();
                prop_assert_eq!(counted, read);
            }
        }
    }

    #[test]
    fn a_version_is_at_the_tear_line_goes_to_whom_the_report_does_not_and_carries_no_more(world in sanitising()) {
        for frame in run(&world) {
            let given = Given::of(&world, &frame);
            let reports = new_reports(&world, &frame, &given.grants());
            let first = frame.archive.len() - reports.iter().flat_map(|new| &new.told).map(|t| t.versions.len()).sum::<usize>();
            for (number, report) in frame.archive.reports().enumerate().skip(first) {
                let parts = sources(&world, report.label());
                let one = parts.first().expect("a source");
                let content = frame.archive.read(number, world.id(one.owner), &frame.authority());
                for reader in world.plain(report.reached()).into_iter().filter(|n| *n != one.owner) {
                    let lines = world.rules.iter().enumerate().filter(|(rule, r)| {
                        r.owner == one.owner && given.marks[*rule].tear_line.contains(&reader)
                    });
                    let lowest = lines.filter_map(|(_, rule)| rule.tear_line).min();
                    prop_assert_eq!(Some(one.level), lowest, "the level is that of the lowest tear-line");
                    prop_assert!(given.forbidding(Question::Share(one.level), one.owner, reader).is_empty());
                    let above = reports.iter().any(|new| {
                        let level = new.sources.first().expect("a source").level;
                        new.maker == one.owner
                            && level > one.level
                            && Some(&new.content) == content
                            && !new.reached.contains(&reader)
                            && !given.forbidding(Question::Share(level), one.owner, reader).is_empty()
                    });
                    prop_assert!(above, "in the stead of a more sensitive report, which its reader does not get");
                }
            }
            // Of the value that is withheld from anybody, the part that versions carry is sent and the rest is not.
            let (sent, withheld) = (&frame.tally.sent_value, &frame.tally.withheld_value);
            prop_assert!(sent.cells().iter().chain(withheld.cells()).all(|value| *value >= 0.0));
        }
    }

    #[test]
    fn free_relays_inform_no_fewer_than_a_release_and_a_release_no_fewer_than_consent(world in worlds()) {
        for frame in run(&world) {
            let given = Given::of(&world, &frame);
            let grants = given.grants();
            let models = [relaying(&frame, true, false), relaying(&frame, true, true), relaying(&frame, false, true)];
            for (producer, level) in (0..world.n()).flat_map(|producer| (0..5).map(move |level| (producer, level))) {
                for (friction, delicacy) in [(false, 0.1), (true, 0.1), (false, 0.7), (true, 0.7)] {
                    let terms = terms(&given, &frame, &grants, producer, (KINDS[1], level), delicacy);
                    let terms = Terms { friction, ..terms };
                    let [consent, release, free] = models.each_ref().map(|model| computed(&world, &frame, &terms, model));
                    prop_assert!(consent.reached.is_subset(&release.reached) && release.reached.is_subset(&free.reached));
                    prop_assert_eq!(&consent.release, &release.release);
                    prop_assert!(release.release.is_subset(&free.release));
                    prop_assert!(free.friction.is_subset(&release.friction) && release.friction.is_subset(&consent.friction));
                }
            }
        }
    }

    #[test]
    fn whole_runs_inform_no_fewer_where_more_may_be_passed_on(world in worlds()) {
        // What is got moves what is given, and what was fused with what is luck.
        let keys = Keys { reciprocity_weight: 0.0, ..world.keys };
        let world = World { keys, leaky: false, ..steady(world) };
        let collected = |relays| {
            let world = World { relays, ..world.clone() };
            let frames = run(&world).into_iter();
            let all = frames.map(|frame| new_reports(&world, &frame, &Given::of(&world, &frame).grants()));
            all.flatten().filter(|new| new.told.is_some()).collect::<Vec<_>>()
        };
        let [none, release, free] = [Relays::None, Relays::WithinRelease, Relays::Free].map(collected);
        prop_assert!(none.len() == release.len() && release.len() == free.len());
        for ((none, release), free) in none.iter().zip(&release).zip(&free) {
            prop_assert!(none.reached.is_subset(&release.reached) && release.reached.is_subset(&free.reached));
        }
    }

    #[test]
    fn a_rule_withholds_nothing_below_the_level_from_which_it_binds(world in worlds()) {
        let mut lower = world.clone();
        lower.rules.iter_mut().for_each(|rule| rule.from_level = rule.from_level.filter(|_| false));
        for (world, frames) in [(&world, run(&world)), (&lower, run(&lower))] {
            for frame in frames {
                for (owner, level) in (0..world.n()).flat_map(|owner| (0..5).map(move |level| (owner, level))) {
                    let binds = world.rules.iter().any(|rule| {
                        rule.owner == owner && rule.share && rule.from_level.unwrap_or(1) <= level
                    });
                    let withheld = frame.grants.share_forbidden[level].set_of(world.id(owner));
                    prop_assert!(binds || withheld.is_empty(), "quarter {}: {owner} withholds {level}", frame.quarter);
                }
            }
        }
    }
}

#[test]
fn versions_duties_and_turning_away_are_not_rare_in_generated_worlds() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (mut versions, mut kept_back, mut doubted, mut thinned_by_giving, mut free) = (0, 0, 0, 0, 0);
    for _ in 0..60 {
        let world = sanitising().new_tree(&mut runner).expect("worlds are not filtered").current();
        for frame in run(&world) {
            let given = Given::of(&world, &frame);
            let grants = given.grants();
            let reports = new_reports(&world, &frame, &grants);
            versions += reports.iter().flat_map(|new| &new.told).map(|told| told.versions.len()).sum::<usize>();
            kept_back += frame.giving_after.kept.cells().iter().filter(|kept| **kept < 1.0).count();
            doubted += frame.trust_after.handling.cells().iter().filter(|share| **share < 1.0).count();
            free += usize::from(world.relays == Relays::Free);
            for producer in 0..world.n() {
                let [whole, less] = [0.0, 0.95].map(|delicacy| {
                    let terms = terms(&given, &frame, &grants, producer, (KINDS[0], 1), delicacy);
                    super::telling::tell(&terms).thinned
                });
                thinned_by_giving += usize::from(less > whole);
            }
        }
    }
    println!(
        "{versions} versions, {kept_back} give less, {doubted} doubted, {thinned_by_giving} pools thinned, {free} free"
    );
    assert!(versions > 80 && kept_back > 80 && doubted > 100 && thinned_by_giving > 20 && free > 50);
}
