//! Every world of three nations, two levels and two rules over three quarters. A plain enumeration: what a quarter
//! decides depends on its own state only, so there is no state graph for a model checker to search.
use super::telling::{self, Given, Marks, Question, Standing, Terms, holders, plain_grants, sources, tell, trusting};
use super::worlds::{Agreement, Keys, Kind, Nations, REPORTS, Relays, Rule, When, World, level};
use noforn::access::facts::Facts;
use noforn::access::{Policies, Scratch};
use noforn::quarter::agreements::derive;
use noforn::quarter::sharing::release::{Channel, Terms as Basis};
use noforn::world::agreement::{Agreement as Deal, Covenant, Members};
use noforn::world::archive::Archive;
use noforn::world::clock::Quarter;
use noforn::world::grants::Grants;
use noforn::world::ids::{AgreementId, NationId};
use noforn::world::label::{Label, Relay};
use noforn::world::levels::AgreementKind;
use noforn::world::model::Model;
use noforn::world::report::{Authority, Clearances, Content, Dissemination};
use noforn::world::sets::NationSet;
use std::collections::BTreeSet;

const N: usize = 3;
const LOW: usize = 1;
const HIGH: usize = 3;
/// Facts of three nations, two rules announced or not.
const STATES: usize = 32;

/// How many worlds there are.
const WORLDS: usize = 384;

/// A world in all that does not change over the quarters: 4 pools, a pair or none, 4 clearances, a waiver or none, a
/// distrusted nation or none, and who may pass on.
fn world(number: usize) -> (World, bool) {
    let bit = |at: usize| number >> at & 1 == 1;
    let all = Nations::from([0, 1, 2]);
    let pool = [all.clone(), Nations::from([0, 1]), Nations::from([1, 2]), Nations::new()][number & 3].clone();
    let pair = if bit(2) { Nations::from([0, 2]) } else { Nations::new() };
    let mut clearance = vec![HIGH; N];
    if let Some(lowered) = [None, Some(0), Some(1), Some(2)][number >> 3 & 3] {
        clearance[lowered] = LOW;
    }
    let rule = |owner, when, work| Rule {
        owner,
        share: true,
        work,
        colocate: false,
        when,
        grace: 0,
        automatic: true,
        from_level: None,
        tear_line: None,
    };
    let deal = |pool, members| Agreement::whole(pool, members, HIGH);
    let mut trust = vec![vec![1.0; N]; N];
    trust[0][2] = if bit(6) { 0.45 } else { 1.0 };
    let world = World {
        clearance,
        raw_share: vec![0.5; N],
        trust,
        facts: vec![vec![false; 2]; N],
        agreements: vec![deal(true, pool), deal(false, pair)],
        rules: vec![rule(0, When::Fact(0), true), rule(1, When::FactAbove(0, LOW), false)],
        events: Vec::new(),
        duty: vec![false; N],
        relays: [Relays::None, Relays::WithinRelease, Relays::Free][number >> 7],
        keys: Keys::default(),
        leaky: false,
        reports: REPORTS,
        friction: true,
        delicate: false,
        realign: false,
        restore_quarters: 0,
        seed: 0,
        names: vec![0, 1, 2],
        rule_names: vec![0, 1],
    };
    (world, bit(5))
}

/// The quarter's state, told plainly.
fn given(world: &World, waived: bool, state: usize) -> Given<'_> {
    let has = |nation: usize| vec![state >> nation & 1 == 1, false];
    let announced = |rule: usize| (state >> (N + rule) & 1 == 1).then_some(0);
    let spared = if waived { Nations::from([2]) } else { Nations::new() };
    Given {
        world,
        quarter: 0,
        standing: Standing {
            members: world.agreements.iter().map(|a| a.members.clone()).collect(),
            facts: (0..N).map(has).collect(),
            announced: vec![announced(0), announced(1)],
            spared: vec![spared.clone(), Nations::new()],
        },
        marks: vec![Marks { waived: spared, ..Marks::default() }, Marks::default()],
        informed: BTreeSet::new(),
        side: BTreeSet::new(),
    }
}

/// The same as the program's facts.
fn facts(given: &Given) -> Facts {
    let mut facts = Facts::blank(N, 0, 2, 2, 2);
    for (at, members) in given.standing.members.iter().enumerate() {
        facts.agreements[at] = given.world.set(members);
    }
    for nation in 0..N {
        facts.declared[0][nation] = i64::from(given.standing.facts[nation][0]);
        facts.clearance[nation] = given.world.clearance[nation] as i64;
    }
    for rule in 0..2 {
        facts.rules[rule].quarters_in_force = given.standing.announced[rule].map_or(-1, |_| 0);
        facts.rules[rule].waived = given.world.set(&given.marks[rule].waived);
    }
    facts
}

/// One world made ready.
struct Room {
    world: World,
    covenant: Covenant,
    cleared: Clearances,
    grants: Vec<Grants>,
    told: Vec<telling::Grants>,
    model: Model,
}

impl Room {
    fn new(number: usize, policies: &Policies, scratch: &mut Scratch) -> Self {
        let (world, waived) = world(number);
        let (mut grants, mut told) = (Vec::new(), Vec::new());
        for state in 0..STATES {
            let given = given(&world, waived, state);
            let mut now = Grants::none(N);
            policies.decide(&facts(&given), scratch, &mut now).expect("these rules do not err");
            told.push(given.grants());
            assert_eq!(plain_grants(&world, &now), told[state], "world {number}, state {state}");
            grants.push(now);
        }
        let mut covenant = Covenant::none(N);
        let kinds = [AgreementKind::Pool, AgreementKind::Bilateral];
        let deals: Vec<(Deal, Members)> = (0..2)
            .map(|at| {
                let (kind, ceiling) = (kinds[at], level(HIGH));
                let deal = Deal { id: AgreementId::new(at), kind, ceiling, contribution: [1.0; 2] };
                (deal, Members(world.set(&world.agreements[at].members)))
            })
            .collect();
        let deals: Vec<(&Deal, &Members)> = deals.iter().map(|(deal, members)| (deal, members)).collect();
        derive(&mut covenant, &Facts::blank(N, 0, 2, 2, 2), &deals);
        let cleared = Clearances::new(&world.clearance.iter().map(|rank| level(*rank)).collect::<Vec<_>>());
        let (originator_control, rel_to_relay) = (world.relays != Relays::Free, world.relays == Relays::WithinRelease);
        let model = Model { delicacy_share: 0.0, originator_control, rel_to_relay, ..Model::default() };
        Self { world, covenant, cleared, grants, told, model }
    }

    fn authority(&self, state: usize) -> Authority<'_> {
        Authority { grants: &self.grants[state], cleared: &self.cleared.0 }
    }

    /// A report of each nation at each level, released in a state, and assessments fused from them.
    fn reports(&self, state: usize) -> Vec<Dissemination> {
        let collected = |producer: usize, rank: usize| {
            let pair = &self.world.agreements[1].members;
            let trust = &self.world.trust[producer];
            let terms = Terms {
                producer,
                kind: Kind { product: 0, reserve: 0.5 },
                level: rank,
                delicacy: 0.5,
                delicacy_share: 0.0,
                friction: true,
                relays: self.world.relays,
                trust: trust.clone(),
                giving: vec![[1.0; 2]; N],
                grants: &self.told[state],
                pools: vec![(self.world.agreements[0].members.clone(), HIGH)],
                pairs: pair.iter().flat_map(|a| pair.iter().map(|b| (*a, *b))).collect(),
                clearance: &self.world.clearance,
                stopped: Nations::new(),
                tear_lines: vec![None; N],
            };
            let whole = [1.0; N];
            let basis = Basis {
                producer: NationId::new(producer),
                level: rank,
                class: self.covenant.classes[producer][0],
                covenant: &self.covenant,
                grants: &self.grants[state],
                cleared: &self.cleared.0,
                trust,
                trusted: &trusting(trust),
                giving: [&whole; 2],
                model: &self.model,
            };
            let mut channel = Channel::default();
            channel.derive(&basis, true);
            let result = basis.release(&channel, channel.choose(terms.delicacy, true));
            let told = tell(&terms);
            assert_eq!(
                (self.world.plain(&result.release), self.world.plain(&result.reached)),
                (told.release, told.reached)
            );
            let label = Label::new(level(rank), result.release, NationId::new(producer), Relay::of(&self.model));
            self.report(label, &result.reached, state)
        };
        let pairs = (0..N).flat_map(|producer| [LOW, HIGH].map(|rank| (producer, rank)));
        let mut reports: Vec<Dissemination> = pairs.map(|(producer, rank)| collected(producer, rank)).collect();
        for (mine, other) in [(1, 2), (2, 5), (4, 1)] {
            let (maker, partner) = (mine / 2, other / 2);
            let both = [(maker, partner), (partner, maker)];
            let together = both.iter().all(|(a, b)| self.told[state].contains(&(Question::Work, *a, *b)));
            if together && reports[other].admits(NationId::new(maker), &self.authority(state)) {
                let label = reports[mine].label().join(reports[other].label());
                let mut channel = reports[mine].reached().clone();
                channel.union_with(reports[other].reached());
                reports.push(self.report(label, &channel, state));
            }
        }
        reports
    }

    fn report(&self, label: Label, channel: &NationSet, state: usize) -> Dissemination {
        Dissemination::new(label, channel, &self.authority(state))
    }

    /// Who reads a report in each state, by the second telling: as bits.
    fn told_readers(&self, report: &Dissemination) -> Vec<u64> {
        let (sources, reached) = (sources(&self.world, report.label()), report.reached().words()[0]);
        let bits = |nations: Nations| nations.iter().fold(0u64, |bits, nation| bits | 1 << nation);
        (0..STATES)
            .map(|state| bits(holders(N, &sources, &self.told[state], &self.world.clearance)) & reached)
            .collect()
    }
}

/// Whether the first nation's rule cuts a nation in a state, whatever the level.
fn cut(state: usize, nation: usize, waived: bool) -> bool {
    nation != 0 && state >> nation & 1 == 1 && state >> N & 1 == 1 && !(waived && nation == 2)
}

fn reads(archive: &Archive, number: usize, authority: &Authority) -> u64 {
    (0..N).filter(|n| archive.read(number, NationId::new(*n), authority).is_some()).fold(0, |bits, n| bits | 1 << n)
}

#[test]
fn in_every_small_world_readers_are_contained_cut_recalled_and_restored_as_told() {
    // The loader wants two members an agreement; who they are is among the facts.
    let mut written = world(0).0;
    written.agreements.iter_mut().for_each(|agreement| agreement.members = Nations::from([0, 1]));
    let policies = written.policies();
    let mut scratch = Scratch::new();
    let (mut sequences, mut recalls) = (0u64, 0u64);
    for number in 0..WORLDS {
        let room = Room::new(number, &policies, &mut scratch);
        for first in 0..STATES {
            let mut archive = Archive::default();
            archive.start_quarter(Quarter::new(2019, 1));
            for report in room.reports(first) {
                let way = archive.add_dissemination(report);
                archive.file(way, Content { subject: NationId::new(0), warning: false });
            }
            let told: Vec<Vec<u64>> =
                archive.reports().map(|report| room.told_readers(report.dissemination())).collect();
            for (report, told) in archive.reports().zip(&told) {
                assert_eq!(report.reached().words()[0], told[first], "new reports are read by all whom they reach");
                let controlled = room.world.relays != Relays::Free;
                let of_first = controlled && report.label().originators().any(|owner| owner == NationId::new(0));
                let kept_out = |state: usize, n: usize| of_first && cut(state, n, world(number).1);
                let leaks = |state: &usize| (0..N).any(|n| kept_out(*state, n) && told[*state] >> n & 1 == 1);
                assert_eq!((0..STATES).find(leaks), None, "cut means cut: world {number}");
            }
            for second in 0..STATES {
                for third in 0..STATES {
                    let authority = room.authority(third);
                    sequences += 1;
                    for (at, report) in archive.reports().enumerate() {
                        let now = told[at][third];
                        assert_eq!(reads(&archive, at, &authority), now, "world {number}: {first}, {second}, {third}");
                        let ever = told[at][first] | told[at][second] | now;
                        assert_eq!(report.reached().words()[0], ever, "what was read stays read, and nothing else is");
                        assert!(third != first || now == told[at][first], "restored exactly");
                        recalls += u64::from(told[at][first] & !told[at][second] & now != 0);
                    }
                }
            }
        }
    }
    println!("{sequences} sequences; {recalls} times a report was recalled and restored");
    assert!(sequences == WORLDS as u64 * 32 * 32 * 32 && recalls > 100_000);
}
