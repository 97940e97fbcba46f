//! Evaluates a compiled condition for one giver and all receivers at once, as rows of bits.
use super::cell::{Overflow, PairEvaluator, arithmetic, compare};
use super::facts::Facts;
use super::ir::{CacheLifetime, CompareOp, EntityKind, ExposureField, Node, RuleMark, SetNode};
use super::planes::Planes;
use super::scratch::{Generations, Scratch};
use crate::world::ids::{NationId, RuleId};
use crate::world::sets::NationSet;
use crate::world::slot::Slot;
use std::ops::RangeBounds;

/// Evaluates conditions for one giver, one question and all receivers.
pub(super) struct RowEvaluator<'f, 's> {
    pub facts: &'f Facts,
    /// The owner of each rule.
    pub owners: &'f [Option<NationId>],
    pub giver: NationId,
    pub slot: Slot,
    pub scratch: &'s mut Scratch,
    pub generations: Generations,
}

/// A whole number for every receiver, and the receivers for whom the expression errs.
struct Numbers {
    values: Vec<i64>,
    err: NationSet,
}

impl<'f> RowEvaluator<'f, '_> {
    fn pair(&self, receiver: usize) -> PairEvaluator<'f> {
        let receiver = NationId::new(receiver);
        PairEvaluator {
            facts: self.facts,
            owners: self.owners,
            giver: self.giver,
            receiver,
            slot: self.slot,
            what_if: None,
        }
    }

    fn nobody(&self) -> NationSet {
        NationSet::none(self.facts.nations)
    }

    /// The same value for all receivers.
    fn constant(&self, value: Result<bool, Overflow>) -> Planes {
        let everyone = || self.scratch.everyone.clone();
        match value {
            Ok(true) => Planes { yes: everyone(), err: self.nobody() },
            Ok(false) => Planes { yes: self.nobody(), err: self.nobody() },
            Err(Overflow) => Planes { yes: self.nobody(), err: everyone() },
        }
    }

    /// The receivers for whom a condition holds or errs. Operators short-circuit as Cedar's do, per receiver.
    pub(super) fn planes(&mut self, node: &Node) -> Planes {
        match node {
            Node::Cached(CacheLifetime::Row, _, inner) => self.constant(self.pair(self.giver.index()).holds(inner)),
            Node::Cached(lifetime, at, inner) => self.cached(*lifetime, *at, inner),
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
            // A receiver for whom the test errs is an error in the result.
            Node::If(c, a, b) => {
                let test = self.planes(c);
                let no = test.no(&self.scratch.everyone);
                let mut planes = self.planes(a).among(&test.yes);
                planes.add(&self.planes(b).among(&no));
                planes.err.union_with(&test.err);
                planes
            }
            Node::Known(a, known) => {
                let mut planes = self.planes_where_defined(a);
                if !*known {
                    planes.yes.clear();
                }
                planes
            }
            Node::Compare(op, a, b) => self.comparison(*op, a, b),
            Node::Of(..) => self.compared(CompareOp::Equal, node, &Node::Const(1)),
            Node::RuleMark(rule, mark) => self.marked(*rule, *mark),
            Node::In(kind, a, of, set) => self.within(node, *kind, a, *of, set),
            Node::Contains(set, member) => self.contains(node, set, member),
            other => self.pair_by_pair(other),
        }
    }

    fn comparison(&mut self, op: CompareOp, a: &Node, b: &Node) -> Planes {
        match (op, a, b) {
            (CompareOp::LessEqual, Node::Level, Node::SideCeiling) => {
                let side = &self.facts.side[self.slot.level_rank()];
                Planes { yes: side.set_of(self.giver), err: self.nobody() }
            }
            (CompareOp::Equal, Node::Exposure(field), Node::Const(than))
            | (CompareOp::Equal, Node::Const(than), Node::Exposure(field)) => {
                self.exposure_within(*field, *than..=*than)
            }
            (CompareOp::Less, Node::Exposure(field), Node::Const(than)) => {
                self.exposure_within(*field, ..=than.saturating_sub(1))
            }
            (CompareOp::Less, Node::Const(than), Node::Exposure(field)) => {
                self.exposure_within(*field, than.saturating_add(1)..)
            }
            (CompareOp::LessEqual, Node::Exposure(field), Node::Const(than)) => self.exposure_within(*field, ..=*than),
            (CompareOp::LessEqual, Node::Const(than), Node::Exposure(field)) => self.exposure_within(*field, *than..),
            (op, a, b) => self.compared(op, a, b),
        }
    }

    /// True for every receiver for whom an expression has a value.
    fn planes_where_defined(&mut self, node: &Node) -> Planes {
        let numbers = self.numbers(node);
        let mut yes = self.scratch.everyone.clone();
        yes.subtract(&numbers.err);
        self.release(numbers.values);
        Planes { yes, err: numbers.err }
    }

    /// A mark of a rule; false unless the giver owns the rule.
    fn marked(&self, rule: RuleId, mark: RuleMark) -> Planes {
        let state = self.facts.rule(rule);
        let owns = self.owners[rule.index()] == Some(self.giver);
        let marked = match mark {
            RuleMark::Waived => &state.waived,
            RuleMark::TearLine => &state.tear_line,
            RuleMark::Restoring => &state.restoring,
        };
        Planes { yes: if owns { marked.clone() } else { self.nobody() }, err: self.nobody() }
    }

    fn cached(&mut self, lifetime: CacheLifetime, at: usize, node: &Node) -> Planes {
        let is_decision = lifetime == CacheLifetime::Decision;
        let since = if is_decision { self.generations.decision } else { self.generations.giver };
        if self.scratch.cached[at].0 >= since {
            return self.scratch.cached[at].1.clone();
        }
        let planes = self.planes(node);
        self.scratch.cached[at] = (since.max(self.scratch.generation), planes.clone());
        planes
    }

    /// A condition that has no faster form: evaluated for one receiver after the other.
    fn pair_by_pair(&mut self, node: &Node) -> Planes {
        let mut planes = Planes { yes: self.nobody(), err: self.nobody() };
        for receiver in 0..self.facts.nations {
            match self.pair(receiver).holds(node) {
                Ok(true) => planes.yes.insert(NationId::new(receiver)),
                Ok(false) => {}
                Err(Overflow) => planes.err.insert(NationId::new(receiver)),
            }
        }
        planes
    }

    /// The receivers whose exposure, in percent, is within bounds.
    fn exposure_within(&self, field: ExposureField, bounds: impl RangeBounds<i64>) -> Planes {
        let row = self.facts.seen.row(self.giver);
        let within = |percent: u8| bounds.contains(&i64::from(percent));
        let yes = match field {
            ExposureField::Core => NationSet::where_holds(row, |exposure| within(exposure.core)),
            ExposureField::Access => NationSet::where_holds(row, |exposure| within(exposure.access)),
            ExposureField::Government => NationSet::where_holds(row, |exposure| within(exposure.government)),
            ExposureField::Access4g => NationSet::where_holds(row, |exposure| within(exposure.access_4g)),
            ExposureField::Access5g => NationSet::where_holds(row, |exposure| within(exposure.access_5g)),
            ExposureField::Mission => NationSet::where_holds(row, |exposure| within(exposure.mission)),
        };
        Planes { yes, err: self.nobody() }
    }

    /// The comparison of two numbers for every receiver.
    fn compared(&mut self, op: CompareOp, a: &Node, b: &Node) -> Planes {
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
        self.release(a.values);
        self.release(b.values);
        Planes { yes, err }
    }

    /// `in` with the receiver on its left and constants on its right is a union of member sets.
    fn within(&mut self, node: &Node, kind: EntityKind, entity: &Node, of: EntityKind, set: &SetNode) -> Planes {
        let SetNode::List(items) = set else { return self.pair_by_pair(node) };
        let constants = items.iter().all(|item| matches!(item, Node::Const(_)));
        if kind != EntityKind::Nation || *entity != Node::Receiver || !constants {
            return self.pair_by_pair(node);
        }
        let mut yes = self.nobody();
        for item in items {
            let Node::Const(rank) = item else { continue };
            match of {
                EntityKind::Group => yes.union_with(&self.facts.groups[*rank as usize]),
                EntityKind::Agreement => yes.union_with(&self.facts.agreements[*rank as usize]),
                EntityKind::Nation => yes.insert(NationId::new(*rank as usize)),
                EntityKind::Action => {}
            }
        }
        Planes { yes, err: self.nobody() }
    }

    /// `principal.informs.contains(resource)` is a row of a matrix.
    fn contains(&mut self, node: &Node, set: &SetNode, member: &Node) -> Planes {
        match (set, member) {
            (SetNode::Informs(of), Node::Receiver) if **of == Node::Giver => {
                Planes { yes: self.facts.informs.set_of(self.giver), err: self.nobody() }
            }
            (SetNode::Restricts(of), Node::Receiver) if **of == Node::Giver => {
                Planes { yes: self.facts.restricts.set_of(self.giver), err: self.nobody() }
            }
            _ => self.pair_by_pair(node),
        }
    }

    fn release(&mut self, buffer: Vec<i64>) {
        self.scratch.buffers.push(buffer);
    }

    fn buffer(&mut self) -> Vec<i64> {
        let mut buffer = self.scratch.buffers.pop().unwrap_or_default();
        buffer.clear();
        buffer
    }

    /// The value of an expression for every receiver.
    fn numbers(&mut self, node: &Node) -> Numbers {
        let mut values = self.buffer();
        let mut err = self.nobody();
        let nations = self.facts.nations;
        match node {
            Node::Exposure(field) => {
                values.extend(self.facts.seen.row(self.giver).iter().map(|exposure| field.value(exposure)))
            }
            Node::Of(column, nation) if **nation == Node::Receiver => {
                values.extend_from_slice(column.values(self.facts))
            }
            node if node.reads().ignores_receiver() => match self.pair(self.giver.index()).value(node) {
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
                self.release(a.values);
                self.release(b.values);
            }
            other => {
                for receiver in 0..nations {
                    let value = self.pair(receiver).value(other);
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
