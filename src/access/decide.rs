//! Decides all pairs and questions at once: for each giver, rows of bits over receivers.
use super::answer::AccessError;
use super::cell::PairEvaluator;
use super::facts::Facts;
use super::ir::{CompiledPolicy, Condition, Uncompiled};
use super::planes::Planes;
use super::policies::Policies;
use super::row::RowEvaluator;
use super::scratch::{Generations, PermitCache, Scratch};
use super::store::{PolicyStore, StoredPolicy};
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::NationSet;
use crate::world::slot::{SLOTS, Slot};
use std::sync::Arc;

/// The evaluation of policies for one giver.
pub(super) struct GiverPass<'t> {
    store: &'t PolicyStore,
    facts: &'t Facts,
    giver: NationId,
    scratch: &'t mut Scratch,
    generations: Generations,
}

impl GiverPass<'_> {
    /// The receivers for whom a policy holds or errs under one question, within its scope and without the giver itself.
    pub(super) fn planes(&mut self, policy: &CompiledPolicy, slot: Slot) -> Planes {
        let mut planes = match &policy.condition {
            Condition::Tree(node) => {
                let (facts, owners) = (self.facts, self.store.rule_owners.as_slice());
                let scratch = &mut *self.scratch;
                RowEvaluator { facts, owners, giver: self.giver, slot, scratch, generations: self.generations }
                    .planes(node)
            }
            Condition::Cedar(uncompiled) => self.planes_by_cedar(policy, uncompiled, slot),
        };
        for plane in [&mut planes.yes, &mut planes.err] {
            policy.receiver.narrow(self.facts, plane);
            plane.remove(self.giver);
        }
        #[cfg(test)]
        if policy.ignores_errors {
            planes.err.clear();
        }
        planes
    }

    /// The same, decided by Cedar, pair by pair.
    fn planes_by_cedar(&mut self, policy: &CompiledPolicy, uncompiled: &Uncompiled, slot: Slot) -> Planes {
        let nobody = NationSet::none(self.facts.nations);
        let mut planes = Planes { yes: nobody.clone(), err: nobody };
        let mut receivers = self.scratch.others(self.giver);
        policy.receiver.narrow(self.facts, &mut receivers);
        let entities = self.scratch.entities(self.store, self.facts);
        for receiver in receivers.iter() {
            let request = self.store.cedar.request(&self.store.rule_owners, self.facts, self.giver, receiver, slot);
            match entities.holds(uncompiled, &request) {
                Some(yes) => planes.yes.set(receiver, yes),
                None => planes.err.insert(receiver),
            }
        }
        planes
    }
}

impl PolicyStore {
    /// Starts a decision for one giver only.
    pub(super) fn single_pass<'t>(
        &'t self,
        giver: NationId,
        facts: &'t Facts,
        scratch: &'t mut Scratch,
    ) -> GiverPass<'t> {
        let decision = scratch.start_decision(facts, self.cache_len);
        let generations = Generations { decision, giver: scratch.start_giver() };
        GiverPass { store: self, facts, giver, scratch, generations }
    }

    pub(super) fn error(&self, entry: &StoredPolicy, giver: NationId, receiver: NationId) -> AccessError {
        let name = |nation: NationId| self.cedar.nations[nation.index()].id().unescaped().to_owned();
        AccessError {
            rule: entry.source.id.clone(),
            rule_id: entry.source.rule,
            giver,
            receiver,
            names: [name(giver), name(receiver)],
            message: "its arithmetic overflows".to_owned(),
        }
    }

    /// Writes the static permits of these givers into `permits`.
    fn derive_static_permits(
        &self,
        of: &NationSet,
        facts: &Facts,
        scratch: &mut Scratch,
        permits: &mut [BitMatrix; SLOTS],
    ) {
        for permits in permits.iter_mut() {
            of.iter().for_each(|giver| permits.row_mut(giver).fill(0));
        }
        let decision = scratch.start_decision(facts, self.cache_len);
        let static_entries = || self.entries.iter().filter(|entry| entry.is_static);
        // A giver that made no agreement during the run has none with any receiver: a static policy then has the same
        // result for every receiver, as a uniform policy has for every giver.
        let made = NationSet::from_members(facts.nations, of.iter().filter(|giver| has_side_agreement(facts, *giver)));
        for entry in static_entries() {
            let [mut givers, mut receivers] = [of.clone(), scratch.everyone.clone()];
            if !entry.is_uniform {
                givers.subtract(&made);
            }
            entry.policy.giver.narrow(facts, &mut givers);
            let Some(anyone) = givers.iter().next() else { continue };
            entry.policy.receiver.narrow(facts, &mut receivers);
            for slot in Slot::all().filter(|slot| self.holds_for_all(&entry.policy, facts, anyone, *slot)) {
                givers.iter().for_each(|giver| add(permits[slot.index()].row_mut(giver), receivers.words()));
            }
        }
        for giver in made.iter() {
            let generations = Generations { decision, giver: scratch.start_giver() };
            let mut pass = GiverPass { store: self, facts, giver, scratch, generations };
            let covers = |entry: &&StoredPolicy| !entry.is_uniform && entry.policy.giver.contains(facts, giver);
            for entry in static_entries().filter(covers) {
                for slot in Slot::all().filter(|slot| entry.policy.covers(*slot)) {
                    add(permits[slot.index()].row_mut(giver), pass.planes(&entry.policy, slot).yes.words());
                }
            }
        }
        for permits in permits.iter_mut() {
            of.iter().for_each(|giver| permits.set(giver, giver, false));
        }
    }

    /// Whether a static policy holds under a question for this giver, given that it holds for all receivers or none.
    fn holds_for_all(&self, policy: &CompiledPolicy, facts: &Facts, giver: NationId, slot: Slot) -> bool {
        let owners = &self.rule_owners;
        let pair = PairEvaluator { facts, owners, giver, receiver: giver, slot, what_if: None };
        policy.covers(slot) && policy.tree().is_some_and(|node| pair.holds(node) == Ok(true))
    }

    /// Adds the dynamic policies of one giver to its rows of `grants`.
    fn decide_dynamic(&self, pass: &mut GiverPass<'_>, grants: &mut Grants) -> Result<(), AccessError> {
        let giver = pass.giver;
        let mut forbids = false;
        for entry in self.dynamic.iter().map(|at| &self.entries[*at]) {
            if !entry.policy.giver.contains(pass.facts, giver) {
                continue;
            }
            forbids |= entry.forbids;
            for slot in Slot::all().filter(|slot| entry.policy.covers(*slot)) {
                let planes = pass.planes(&entry.policy, slot);
                if let Some(receiver) = planes.err.iter().next() {
                    return Err(self.error(entry, giver, receiver));
                }
                let plane = if entry.forbids { grants.forbidden_mut(slot) } else { grants.permitted_mut(slot) };
                add(plane.row_mut(giver), planes.yes.words());
            }
        }
        for slot in Slot::all().filter(|_| forbids) {
            let (permitted, forbidden) = grants.planes_mut(slot);
            let pairs = permitted.row_mut(giver).iter_mut().zip(forbidden.row(giver));
            pairs.for_each(|(permitted, forbidden)| *permitted &= !forbidden);
        }
        Ok(())
    }
}

fn has_side_agreement(facts: &Facts, giver: NationId) -> bool {
    facts.side.iter().any(|side| side.row(giver).iter().any(|word| *word != 0))
}

/// Unites a row of bits with another.
fn add(row: &mut [u64], words: &[u64]) {
    row.iter_mut().zip(words).for_each(|(row, word)| *row |= word);
}

impl Policies {
    /// Decides every ordered pair and all seven questions. A question is permitted where a permit holds and no forbid;
    /// it is forbidden where a forbid holds. Pairs of a nation with itself are neither. `grants` must have as many
    /// nations as `facts`; the call overwrites it.
    ///
    /// # Errors
    /// If a policy errs for a pair: the first error in the order of givers, policies, questions, receivers. The content
    /// of `grants` is then unspecified.
    pub fn decide(&self, facts: &Facts, scratch: &mut Scratch, grants: &mut Grants) -> Result<(), AccessError> {
        let store = &*self.store;
        self.refresh_permit_cache(facts, scratch);
        let cache = scratch.permit_cache.as_ref().expect("filled above");
        for slot in Slot::all() {
            let (permitted, forbidden) = grants.planes_mut(slot);
            permitted.clone_from(&cache.permits[slot.index()]);
            forbidden.clear();
        }
        let decision = scratch.start_decision(facts, store.cache_len);
        for giver in store.dynamic_givers.iter().copied() {
            let generations = Generations { decision, giver: scratch.start_giver() };
            store.decide_dynamic(&mut GiverPass { store, facts, giver, scratch, generations }, grants)?;
        }
        Ok(())
    }

    /// Decides the rows of one giver again. The last call of [`decide`](Self::decide) must have filled `grants` with the
    /// same `scratch`, on facts that differ only in the marks of the giver's rules.
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    ///
    /// # Panics
    /// If [`decide`](Self::decide) was never called with this scratch.
    pub fn decide_again(
        &self,
        giver: NationId,
        facts: &Facts,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), AccessError> {
        let cache = scratch.permit_cache.as_ref().expect("everything was decided before");
        for slot in Slot::all() {
            let (permitted, forbidden) = grants.planes_mut(slot);
            permitted.row_mut(giver).copy_from_slice(cache.permits[slot.index()].row(giver));
            forbidden.row_mut(giver).fill(0);
        }
        self.store.decide_dynamic(&mut self.store.single_pass(giver, facts, scratch), grants)
    }

    /// Computes the static permits again where their inputs changed. Where only agreements made during the run changed,
    /// it computes only the rows of the givers that made them.
    fn refresh_permit_cache(&self, facts: &Facts, scratch: &mut Scratch) {
        let mut cache = scratch.permit_cache.take().unwrap_or_else(|| PermitCache::new(self.store.clone()));
        let same = Arc::ptr_eq(&cache.store, &self.store)
            && cache.agreements == facts.agreements
            && cache.groups == facts.groups
            && cache.side[0].same_size(&facts.side[0]);
        if !same {
            cache.store = self.store.clone();
            cache.groups.clone_from(&facts.groups);
            cache.agreements.clone_from(&facts.agreements);
            cache.permits.iter_mut().for_each(|permits| permits.reset(facts.nations));
        }
        if !same || cache.side != facts.side {
            let changed =
                |giver: &NationId| cache.side.iter().zip(&facts.side).any(|(a, b)| a.row(*giver) != b.row(*giver));
            let givers = (0..facts.nations).map(NationId::new).filter(|giver| !same || changed(giver));
            let givers = NationSet::from_members(facts.nations, givers);
            cache.side.clone_from(&facts.side);
            self.store.derive_static_permits(&givers, facts, scratch, &mut cache.permits);
        }
        scratch.permit_cache = Some(cache);
    }
}
