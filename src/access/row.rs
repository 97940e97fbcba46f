//! The value of a compiled condition for one giver towards everyone: one row of bits for yes, one for errors.
use super::cell::{Cell, Overflow, arithmetic, compare};
use super::facts::Facts;
use super::ir::{Comparison, Keep, Kind, Mark, Node, Seen, Set};
use super::planes::Planes;
use super::scratch::Scratch;
use crate::world::ids::{NationId, RuleId};
use crate::world::sets::NationSet;
use crate::world::slot::Slot;
use std::ops::RangeBounds;

/// A giver's row under one question.
pub(super) struct Row<'f, 's> {
    pub facts: &'f Facts,
    pub owners: &'f [Option<NationId>],
    pub giver: NationId,
    pub slot: Slot,
    pub scratch: &'s mut Scratch,
    /// When the sweep and when this giver began.
    pub sweep: u64,
    pub turn: u64,
}

/// Whole numbers for every receiver, and the receivers for whom there is none.
struct Numbers {
    values: Vec<i64>,
    err: NationSet,
}

impl<'f> Row<'f, '_> {
    fn cell(&self, receiver: usize) -> Cell<'f> {
        let receiver = NationId::new(receiver);
        Cell { facts: self.facts, owners: self.owners, giver: self.giver, receiver, slot: self.slot, what_if: None }
    }

    fn nobody(&self) -> NationSet {
        NationSet::none(self.facts.nations)
    }

    fn of(&self, value: Result<bool, Overflow>) -> Planes {
        let everyone = || self.scratch.everyone.clone();
        match value {
            Ok(true) => Planes { yes: everyone(), err: self.nobody() },
            Ok(false) => Planes { yes: self.nobody(), err: self.nobody() },
            Err(Overflow) => Planes { yes: self.nobody(), err: everyone() },
        }
    }

    /// Where a condition holds and where it errs; short-circuits as Cedar does, for each receiver by itself.
    pub(super) fn planes(&mut self, node: &Node) -> Planes {
        match node {
            Node::Kept(Keep::Row, _, inner) => self.of(self.cell(self.giver.index()).holds(inner)),
            Node::Kept(keep, at, inner) => self.kept(*keep, *at, inner),
            Node::Not(a) => {
                let planes = self.planes(a);
                Planes { yes: planes.no(&self.scratch.everyone), err: planes.err }
            }
            Node::And(a, b) => {
                let mut planes = self.planes(a);
                if !planes.yes.is_empty() {
                    let then = self.planes(b).among(&planes.yes);
                    planes.yes = then.yes;
                    planes.err.union_with(&then.err);
                }
                planes
            }
            Node::Or(a, b) => {
                let mut planes = self.planes(a);
                let no = planes.no(&self.scratch.everyone);
                planes.add(&self.planes(b).among(&no));
                planes
            }
            // Errors of the test stay errors.
            Node::If(c, a, b) => {
                let test = self.planes(c);
                let no = test.no(&self.scratch.everyone);
                let mut planes = self.planes(a).among(&test.yes);
                planes.add(&self.planes(b).among(&no));
                planes.err.union_with(&test.err);
                planes
            }
            Node::Known(a, known) => {
                let mut planes = self.planes_of_any(a);
                if !*known {
                    planes.yes.clear();
                }
                planes
            }
            Node::Compare(op, a, b) => self.comparison(*op, a, b),
            Node::Of(..) => self.compared(Comparison::Equal, node, &Node::Const(1)),
            Node::Mark(rule, mark) => self.marked(*rule, *mark),
            Node::In(kind, a, of, set) => self.within(node, *kind, a, *of, set),
            Node::Contains(set, member) => self.contains(node, set, member),
            other => self.cell_by_cell(other),
        }
    }

    fn comparison(&mut self, op: Comparison, a: &Node, b: &Node) -> Planes {
        match (op, a, b) {
            (Comparison::LessEqual, Node::Level, Node::SideCeiling) => {
                let side = &self.facts.side[self.slot.level_rank()];
                Planes { yes: side.set_of(self.giver), err: self.nobody() }
            }
            (Comparison::Equal, Node::Seen(seen), Node::Const(than))
            | (Comparison::Equal, Node::Const(than), Node::Seen(seen)) => self.seen(*seen, *than..=*than),
            (Comparison::Less, Node::Seen(seen), Node::Const(than)) => self.seen(*seen, ..=than.saturating_sub(1)),
            (Comparison::Less, Node::Const(than), Node::Seen(seen)) => self.seen(*seen, than.saturating_add(1)..),
            (Comparison::LessEqual, Node::Seen(seen), Node::Const(than)) => self.seen(*seen, ..=*than),
            (Comparison::LessEqual, Node::Const(than), Node::Seen(seen)) => self.seen(*seen, *than..),
            (op, a, b) => self.compared(op, a, b),
        }
    }

    /// Yes wherever there is a value at all.
    fn planes_of_any(&mut self, node: &Node) -> Planes {
        let numbers = self.numbers(node);
        let mut yes = self.scratch.everyone.clone();
        yes.subtract(&numbers.err);
        self.give_back(numbers.values);
        Planes { yes, err: numbers.err }
    }

    /// A giver sees its own rules only.
    fn marked(&self, rule: RuleId, mark: Mark) -> Planes {
        let state = self.facts.rule(rule);
        let owns = self.owners[rule.index()] == Some(self.giver);
        let marked = match mark {
            Mark::Waived => &state.waived,
            Mark::TearLine => &state.tear_line,
            Mark::Restoring => &state.restoring,
        };
        Planes { yes: if owns { marked.clone() } else { self.nobody() }, err: self.nobody() }
    }

    fn kept(&mut self, keep: Keep, at: usize, node: &Node) -> Planes {
        let since = if keep == Keep::Sweep { self.sweep } else { self.turn };
        if self.scratch.kept[at].0 >= since {
            return self.scratch.kept[at].1.clone();
        }
        let planes = self.planes(node);
        self.scratch.kept[at] = (since.max(self.scratch.clock), planes.clone());
        planes
    }

    fn cell_by_cell(&mut self, node: &Node) -> Planes {
        let mut planes = Planes { yes: self.nobody(), err: self.nobody() };
        for receiver in 0..self.facts.nations {
            match self.cell(receiver).holds(node) {
                Ok(true) => planes.yes.insert(NationId::new(receiver)),
                Ok(false) => {}
                Err(Overflow) => planes.err.insert(NationId::new(receiver)),
            }
        }
        planes
    }

    /// Where what the giver sees lies within bounds.
    fn seen(&self, seen: Seen, bounds: impl RangeBounds<i64>) -> Planes {
        let row = self.facts.seen.row(self.giver);
        let within = |percent: u8| bounds.contains(&i64::from(percent));
        let yes = match seen {
            Seen::Core => NationSet::where_holds(row, |cell| within(cell.core)),
            Seen::Access => NationSet::where_holds(row, |cell| within(cell.access)),
            Seen::Government => NationSet::where_holds(row, |cell| within(cell.government)),
            Seen::Access4g => NationSet::where_holds(row, |cell| within(cell.access_4g)),
            Seen::Access5g => NationSet::where_holds(row, |cell| within(cell.access_5g)),
            Seen::Mission => NationSet::where_holds(row, |cell| within(cell.mission)),
        };
        Planes { yes, err: self.nobody() }
    }

    fn compared(&mut self, op: Comparison, a: &Node, b: &Node) -> Planes {
        let (a, b) = (self.numbers(a), self.numbers(b));
        let mut yes = self.nobody();
        let pairs = a.values.chunks(64).zip(b.values.chunks(64));
        for (word, (a, b)) in yes.words_mut().iter_mut().zip(pairs) {
            let bits = a.iter().zip(b).enumerate();
            *word = bits.fold(0, |word, (bit, (a, b))| word | u64::from(compare(op, *a, *b)) << bit);
        }
        let mut err = a.err;
        err.union_with(&b.err);
        yes.subtract(&err);
        self.give_back(a.values);
        self.give_back(b.values);
        Planes { yes, err }
    }

    /// `resource in Group::"X"` and the like are whole rows already.
    fn within(&mut self, node: &Node, kind: Kind, entity: &Node, of: Kind, set: &Set) -> Planes {
        let Set::List(items) = set else { return self.cell_by_cell(node) };
        let constants = items.iter().all(|item| matches!(item, Node::Const(_)));
        if kind != Kind::Nation || *entity != Node::Receiver || !constants {
            return self.cell_by_cell(node);
        }
        let mut yes = self.nobody();
        for item in items {
            let Node::Const(rank) = item else { continue };
            match of {
                Kind::Group => yes.union_with(&self.facts.groups[*rank as usize]),
                Kind::Agreement => yes.union_with(&self.facts.agreements[*rank as usize]),
                Kind::Nation => yes.insert(NationId::new(*rank as usize)),
                Kind::Action => {}
            }
        }
        Planes { yes, err: self.nobody() }
    }

    /// `principal.informs.contains(resource)` is a row already.
    fn contains(&mut self, node: &Node, set: &Set, member: &Node) -> Planes {
        match (set, member) {
            (Set::Informs(of), Node::Receiver) if **of == Node::Giver => {
                Planes { yes: self.facts.informs.set_of(self.giver), err: self.nobody() }
            }
            (Set::Restricts(of), Node::Receiver) if **of == Node::Giver => {
                Planes { yes: self.facts.restricts.set_of(self.giver), err: self.nobody() }
            }
            _ => self.cell_by_cell(node),
        }
    }

    fn give_back(&mut self, row: Vec<i64>) {
        self.scratch.rows.push(row);
    }

    fn room(&mut self) -> Vec<i64> {
        let mut row = self.scratch.rows.pop().unwrap_or_default();
        row.clear();
        row
    }

    fn numbers(&mut self, node: &Node) -> Numbers {
        let mut values = self.room();
        let mut err = self.nobody();
        let nations = self.facts.nations;
        match node {
            Node::Seen(seen) => values.extend(self.facts.seen.row(self.giver).iter().map(|cell| seen.of(cell))),
            Node::Of(column, nation) if **nation == Node::Receiver => values.extend_from_slice(column.of(self.facts)),
            node if node.reads().one_a_row() => match self.cell(self.giver.index()).value(node) {
                Ok(value) => values.resize(nations, value),
                Err(Overflow) => {
                    values.resize(nations, 0);
                    err = self.scratch.everyone.clone();
                }
            },
            Node::Arith(op, a, b) => {
                let (a, b) = (self.numbers(a), self.numbers(b));
                err.union_with(&a.err);
                err.union_with(&b.err);
                for (receiver, (a, b)) in a.values.iter().zip(&b.values).enumerate() {
                    let value = arithmetic(*op, *a, *b);
                    values.push(value.unwrap_or(0));
                    if value.is_err() {
                        err.insert(NationId::new(receiver));
                    }
                }
                self.give_back(a.values);
                self.give_back(b.values);
            }
            other => {
                for receiver in 0..nations {
                    let value = self.cell(receiver).value(other);
                    values.push(value.unwrap_or(0));
                    if value.is_err() {
                        err.insert(NationId::new(receiver));
                    }
                }
            }
        }
        Numbers { values, err }
    }
}
