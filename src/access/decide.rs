//! Everything decided at once: for each giver, rows of bits over receivers.
use super::answer::AccessError;
use super::book::{Book, Entry};
use super::cell::Cell;
use super::facts::Facts;
use super::ir::{Compiled, Condition};
use super::planes::Planes;
use super::policies::Policies;
use super::row::Row;
use super::scratch::{Scratch, Standing};
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::matrix::BitMatrix;
use crate::world::sets::NationSet;
use crate::world::slot::{SLOTS, Slot};
use std::sync::Arc;

/// One giver's turn in a sweep.
pub(super) struct Turn<'t> {
    book: &'t Book,
    facts: &'t Facts,
    giver: NationId,
    scratch: &'t mut Scratch,
    sweep: u64,
    turn: u64,
}

impl Turn<'_> {
    /// Where a policy holds and errs under one question: within its scope, the giver itself aside.
    pub(super) fn planes(&mut self, policy: &Compiled, slot: Slot) -> Planes {
        let mut planes = match &policy.condition {
            Condition::Tree(node) => {
                let (facts, owners) = (self.facts, self.book.rule_owners.as_slice());
                let scratch = &mut *self.scratch;
                Row { facts, owners, giver: self.giver, slot, scratch, sweep: self.sweep, turn: self.turn }.planes(node)
            }
            Condition::Cedar(_) => self.left(policy, slot),
        };
        for plane in [&mut planes.yes, &mut planes.err] {
            policy.receiver.narrow(self.facts, plane);
            plane.remove(self.giver);
        }
        #[cfg(test)]
        if policy.deaf {
            planes.err.clear();
        }
        planes
    }

    /// The same by Cedar itself.
    fn left(&mut self, policy: &Compiled, slot: Slot) -> Planes {
        let nobody = NationSet::none(self.facts.nations);
        let mut planes = Planes { yes: nobody.clone(), err: nobody };
        let Condition::Cedar(left) = &policy.condition else { return planes };
        let mut receivers = self.scratch.others(self.giver);
        policy.receiver.narrow(self.facts, &mut receivers);
        let world = self.scratch.world(self.book, self.facts);
        for receiver in receivers.iter() {
            let request = self.book.cedar.request(&self.book.rule_owners, self.facts, self.giver, receiver, slot);
            match world.holds(left, &request) {
                Some(yes) => planes.yes.set(receiver, yes),
                None => planes.err.insert(receiver),
            }
        }
        planes
    }
}

impl Book {
    /// The only turn of a sweep of its own.
    pub(super) fn turn<'t>(&'t self, giver: NationId, facts: &'t Facts, scratch: &'t mut Scratch) -> Turn<'t> {
        let sweep = scratch.start(facts, self.kept);
        Turn { book: self, facts, giver, turn: scratch.next_giver(), scratch, sweep }
    }

    pub(super) fn error(&self, entry: &Entry, giver: NationId, receiver: NationId) -> AccessError {
        let name = |nation: NationId| self.cedar.nations[nation.index()].id().unescaped().to_owned();
        AccessError {
            rule: entry.draft.id.clone(),
            rule_id: entry.draft.rule,
            giver,
            receiver,
            names: [name(giver), name(receiver)],
            message: "its arithmetic overflows".to_owned(),
        }
    }

    /// The permits of these givers that change with agreements only.
    fn standing(&self, of: &NationSet, facts: &Facts, scratch: &mut Scratch, permits: &mut [BitMatrix; SLOTS]) {
        for permits in permits.iter_mut() {
            of.iter().for_each(|giver| permits.row_mut(giver).fill(0));
        }
        let sweep = scratch.start(facts, self.kept);
        let standing = || self.entries.iter().filter(|entry| entry.stands);
        // Whoever made no agreement during the run has none with anyone: what reads those is alike towards all as well.
        let has_made = |giver: &NationId| facts.side.iter().any(|side| side.row(*giver).iter().any(|word| *word != 0));
        let made = NationSet::of(facts.nations, of.iter().filter(has_made));
        for entry in standing() {
            let [mut givers, mut receivers] = [of.clone(), scratch.everyone.clone()];
            if !entry.alike {
                givers.subtract(&made);
            }
            entry.policy.giver.narrow(facts, &mut givers);
            let Some(anyone) = givers.iter().next() else { continue };
            entry.policy.receiver.narrow(facts, &mut receivers);
            for slot in Slot::all().filter(|slot| self.holds_alike(&entry.policy, facts, anyone, *slot)) {
                givers.iter().for_each(|giver| add(permits[slot.index()].row_mut(giver), receivers.words()));
            }
        }
        for giver in made.iter() {
            let turn = scratch.next_giver();
            let mut turn = Turn { book: self, facts, giver, scratch, sweep, turn };
            let covers = |entry: &&Entry| !entry.alike && entry.policy.giver.contains(facts, giver);
            for entry in standing().filter(covers) {
                for slot in Slot::all().filter(|slot| entry.policy.covers(*slot)) {
                    add(permits[slot.index()].row_mut(giver), turn.planes(&entry.policy, slot).yes.words());
                }
            }
        }
        for permits in permits.iter_mut() {
            of.iter().for_each(|giver| permits.set(giver, giver, false));
        }
    }

    /// Whether a policy that stands holds under a question for this giver, whoever receives.
    fn holds_alike(&self, policy: &Compiled, facts: &Facts, anyone: NationId, slot: Slot) -> bool {
        let owners = &self.rule_owners;
        let cell = Cell { facts, owners, giver: anyone, receiver: anyone, slot, what_if: None };
        policy.covers(slot) && policy.tree().is_some_and(|node| cell.holds(node) == Ok(true))
    }

    /// What changes from quarter to quarter, for one giver.
    fn moving(&self, turn: &mut Turn<'_>, grants: &mut Grants) -> Result<(), AccessError> {
        let giver = turn.giver;
        let mut forbids = false;
        for entry in self.moving.iter().map(|at| &self.entries[*at]) {
            if !entry.policy.giver.contains(turn.facts, giver) {
                continue;
            }
            forbids |= entry.forbids;
            for slot in Slot::all().filter(|slot| entry.policy.covers(*slot)) {
                let planes = turn.planes(&entry.policy, slot);
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

fn add(row: &mut [u64], words: &[u64]) {
    row.iter_mut().zip(words).for_each(|(row, word)| *row |= word);
}

impl Policies {
    /// Decides every ordered pair and question: permitted and not forbidden, and what some forbid stops whatever is
    /// permitted. Nobody is granted or forbidden anything towards itself. `grants` is for as many nations as `facts`.
    ///
    /// # Errors
    /// Where any policy errs for any pair: the first in the order of givers, policies, questions, receivers. The
    /// grants are then of no use.
    pub fn decide(&self, facts: &Facts, scratch: &mut Scratch, grants: &mut Grants) -> Result<(), AccessError> {
        let book = &*self.book;
        self.stand(facts, scratch);
        let standing = scratch.standing.as_ref().expect("derived above");
        for slot in Slot::all() {
            let (permitted, forbidden) = grants.planes_mut(slot);
            permitted.clone_from(&standing.permits[slot.index()]);
            forbidden.clear();
        }
        let sweep = scratch.start(facts, book.kept);
        for giver in book.movers.iter().copied() {
            let turn = scratch.next_giver();
            book.moving(&mut Turn { book, facts, giver, scratch, sweep, turn }, grants)?;
        }
        Ok(())
    }

    /// Decides one giver's rows again, where [`decide`](Self::decide) decided `grants` last, with the same scratch, on
    /// facts that differ in the marks of its rules alone.
    ///
    /// # Errors
    /// As [`decide`](Self::decide).
    ///
    /// # Panics
    /// Where nothing was decided with this scratch.
    pub fn decide_again(
        &self,
        giver: NationId,
        facts: &Facts,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), AccessError> {
        let standing = scratch.standing.as_ref().expect("everything was decided before");
        for slot in Slot::all() {
            let (permitted, forbidden) = grants.planes_mut(slot);
            permitted.row_mut(giver).copy_from_slice(standing.permits[slot.index()].row(giver));
            forbidden.row_mut(giver).fill(0);
        }
        self.book.moving(&mut self.book.turn(giver, facts, scratch), grants)
    }

    /// Derives the permits that stand, unless all they were derived from is the same; where agreements made during the
    /// run alone are not, those of the givers that made them.
    fn stand(&self, facts: &Facts, scratch: &mut Scratch) {
        let mut kept = scratch.standing.take().unwrap_or_else(|| Standing::new(self.book.clone()));
        let same = Arc::ptr_eq(&kept.book, &self.book)
            && kept.agreements == facts.agreements
            && kept.groups == facts.groups
            && kept.side[0].is_for_as_many(&facts.side[0]);
        if !same {
            kept.book = self.book.clone();
            kept.groups.clone_from(&facts.groups);
            kept.agreements.clone_from(&facts.agreements);
            kept.permits.iter_mut().for_each(|permits| permits.reset(facts.nations));
        }
        if !same || kept.side != facts.side {
            let other =
                |giver: &NationId| kept.side.iter().zip(&facts.side).any(|(a, b)| a.row(*giver) != b.row(*giver));
            let givers = (0..facts.nations).map(NationId::new).filter(|giver| !same || other(giver));
            let givers = NationSet::of(facts.nations, givers);
            kept.side.clone_from(&facts.side);
            self.book.standing(&givers, facts, scratch, &mut kept.permits);
        }
        scratch.standing = Some(kept);
    }
}
