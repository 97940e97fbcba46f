//! Triggers and hypothetical decisions, compared with Cedar's decisions on changed facts.
use super::shape::SplitMix64;
use super::worlds::{exposure, facts, generated};
use crate::access::facts::{Facts, WhatIf};
use crate::access::oracle::Oracle;
use crate::access::{Policies, Scratch};
use crate::world::ids::{NationId, RuleId};
use crate::world::slot::Slot;

/// Facts without marks, so that only the bare conditions of rules matter.
fn bare(facts: &Facts, long_in_force: bool) -> Facts {
    let mut facts = facts.clone();
    for rule in &mut facts.rules {
        rule.waived.clear();
        rule.tear_line.clear();
        rule.restoring.clear();
        if long_in_force && rule.quarters_in_force >= 0 {
            rule.quarters_in_force = 400;
        }
    }
    facts
}

#[test]
fn a_rule_triggers_where_cedar_forbids_without_marks() {
    let (mut asked, mut triggered) = (0, 0);
    for number in 20_000..20_060 {
        let world = generated(number, false);
        let mut luck = SplitMix64(number);
        let mut scratch = Scratch::new();
        for _ in 0..2 {
            let facts = facts(&world, &mut luck, false);
            let (oracle, bare) = (Oracle::new(&world.policies), bare(&facts, false));
            let quarter_oracle = oracle.with_facts(&bare);
            for rank in 0..world.shape.rules {
                let rule = RuleId::new(rank);
                let owner = world.policies.store.rule_owners[rank].expect("every rule has an owner");
                let set = world.policies.triggers(rule, &facts, &mut scratch).expect("nothing overflows");
                let policy = world.policies.all().nth(rank).expect("rules come first");
                for receiver in (0..facts.nations).map(NationId::new) {
                    let forbids = |slot| quarter_oracle.explain(owner, receiver, slot).forbids.contains(&policy);
                    let expected = receiver != owner && Slot::all().any(forbids);
                    assert_eq!(set.contains(receiver), expected, "world {number}, rule {rank}, {receiver:?}");
                    asked += 1;
                    triggered += usize::from(expected);
                }
            }
        }
    }
    assert!(asked > 1000 && triggered * 10 > asked, "{triggered} of {asked}");
}

#[test]
fn a_hypothetical_receiver_is_forbidden_what_cedar_forbids_it() {
    let (mut asked, mut stopped, mut by_stance) = (0, 0, 0);
    for number in 30_000..30_240 {
        let world = generated(number, false);
        let mut luck = SplitMix64(number);
        let mut scratch = Scratch::new();
        let facts = facts(&world, &mut luck, false);
        let oracle = Oracle::new(&world.policies);
        for _ in 0..6 {
            let owner = NationId::new(luck.below(facts.nations));
            let receiver = NationId::new(luck.below(facts.nations));
            let exposure = exposure(&mut luck);
            let masks = [0, 3].map(|stance| {
                let what_if = WhatIf { exposure, stance };
                let mask = world.policies.would_forbid(&facts, owner, receiver, what_if, &mut scratch);
                let mut imagined = bare(&facts, true);
                imagined.seen[(owner, receiver)] = exposure;
                imagined.stance[receiver.index()] = stance;
                let quarter_oracle = oracle.with_facts(&imagined);
                for slot in Slot::all().take(5) {
                    let expected =
                        owner != receiver && !quarter_oracle.explain(owner, receiver, slot).forbids.is_empty();
                    let about = format!("world {number} {owner:?} {receiver:?} {slot:?} stance {stance}");
                    assert_eq!(mask >> slot.index() & 1 == 1, expected, "{about}");
                    asked += 1;
                    stopped += usize::from(expected);
                }
                assert!(mask == 0 || world.policies.owners().contains(&owner), "only owners restrict");
                mask
            });
            by_stance += usize::from(masks[0] != masks[1]);
        }
    }
    assert!(asked > 1000 && stopped * 10 > asked, "{stopped} of {asked}");
    assert!(by_stance > 0, "in some world the stance decides");
}

#[test]
fn policies_are_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>() {}
    shared::<Policies>();
    shared::<Scratch>();
    shared::<Oracle>();
}
