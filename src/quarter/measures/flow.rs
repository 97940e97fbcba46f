//! Expected flows: the share of the value of each nation's reports that others may get now, and by agreements alone.
use crate::world::agreement::{Covenant, Pool};
use crate::world::ids::NationId;
use crate::world::levels::{LEVELS, Level};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::model::{ByProduct, Model};
use crate::world::report::Clearances;
use crate::world::sets::{NationSet, is_member, members};

/// The inputs of one producer's flows.
#[derive(Clone, Copy, Debug)]
pub struct FlowInputs<'a> {
    /// The nation that produces the reports.
    pub producer: NationId,
    /// The parameters.
    pub model: &'a Model,
    /// The parts of products and levels in the value of its reports; they sum to 1.
    pub parts: &'a ByProduct,
    /// What agreements allow.
    pub covenant: &'a Covenant,
    /// The producer's trust in each nation, 0 to 1.
    pub trust: &'a [f64],
    /// The nations in which its trust changed since the last quarter, as words of a bit set.
    pub moved: &'a [u64],
    /// The nations cleared for each level.
    pub clearances: &'a Clearances,
    /// Whom each nation may lawfully inform, by level.
    pub lawful: &'a [BitMatrix; LEVELS],
}

impl FlowInputs<'_> {
    /// Writes to `shares` the share of the value of the producer's reports that each nation of `to` may get. At each level
    /// only those count whom the producer may lawfully inform and who are cleared. A member of a pool gets all reports
    /// that the pool carries if it is trusted with the level; a bilateral partner needs more trust for the delicate ones.
    /// `pooled` are the partners in pools, by contribution class and level.
    pub fn permitted(&self, to: &NationSet, pooled: &[[BitMatrix; LEVELS]], shares: &mut [f64]) {
        to.iter().for_each(|to| shares[to.index()] = 0.0);
        let mut open = to.clone();
        for (class, pooled) in self.covenant.classes.iter().zip(pooled) {
            for (rank, part) in self.parts[class.product.rank()].iter().enumerate().filter(|(_, part)| **part > 0.0) {
                let part = part * class.share;
                let threshold = self.model.trust_needed(Level::ALL[rank]);
                let pooled = pooled[rank].row(self.producer);
                open.copy_words(self.lawful[rank].row(self.producer));
                open.intersect_words(class.joined[rank].row(self.producer));
                open.intersect_with(&self.clearances.0[rank]);
                open.intersect_with(to);
                for to in open.iter() {
                    let beyond = self.trust[to.index()] - threshold;
                    shares[to.index()] += part * willingness(beyond, is_member(pooled, to), self.model.delicacy_share);
                }
            }
        }
    }

    /// Writes to the producer's rows of `pooled` the members of its pools, by contribution class and level.
    fn pooled(&self, pooled: &mut [[BitMatrix; LEVELS]]) {
        for (class, pooled) in self.covenant.classes.iter().zip(pooled) {
            for (rank, pooled) in pooled.iter_mut().enumerate() {
                let row = pooled.row_mut(self.producer);
                row.fill(0);
                for pool in class.pools.iter().filter(|pool| carries(pool, rank, self.producer)) {
                    row.iter_mut().zip(pool.members.words()).for_each(|(row, members)| *row |= members);
                }
            }
        }
    }

    /// Writes to `shares` the share of the value of the producer's reports that agreements alone allow each nation to get.
    fn due(&self, shares: &mut [f64]) {
        shares.fill(0.0);
        for class in &self.covenant.classes {
            for (part, joined) in self.parts[class.product.rank()].iter().zip(&class.joined) {
                for to in members(joined.row(self.producer)) {
                    shares[to.index()] += part * class.share;
                }
            }
        }
    }
}

/// True if a pool carries a producer's reports of a level.
fn carries(pool: &Pool, level: usize, producer: NationId) -> bool {
    pool.ceiling.rank() >= level && pool.members.contains(producer)
}

/// The share of the reports of a level that a producer sends to a nation in which its trust exceeds the threshold by
/// `beyond`.
fn willingness(beyond: f64, pooled: bool, delicacy: f64) -> f64 {
    if beyond < 0.0 {
        0.0
    } else if pooled || delicacy <= 0.0 {
        1.0
    } else {
        (beyond / delicacy).min(1.0)
    }
}

/// For every ordered pair: the share of the value of `from`'s reports that `to` may get now, and by agreements alone. Keeps the
/// inputs of each row, so that only rows whose inputs changed are computed again.
#[derive(Clone, Debug)]
pub struct FlowShares {
    permitted: Matrix<f64>,
    due: Matrix<f64>,
    /// By contribution class and level.
    pooled: Vec<[BitMatrix; LEVELS]>,
    lawful: [BitMatrix; LEVELS],
    /// The revision of the covenant (a generation counter) from which each row was computed.
    revision: Vec<Option<u32>>,
    /// True if covenant and law are the same as those from which all rows were computed.
    same_law: bool,
}

impl FlowShares {
    /// Nothing computed yet.
    pub fn new(nations: usize) -> Self {
        let zero = Matrix::filled(nations, 0.0);
        let nobody = || std::array::from_fn(|_| BitMatrix::none(nations));
        Self {
            permitted: zero.clone(),
            due: zero,
            pooled: Vec::new(),
            lawful: nobody(),
            revision: vec![None; nations],
            same_law: false,
        }
    }

    /// Marks all rows as not computed.
    pub fn invalidate(&mut self) {
        self.revision.fill(None);
    }

    /// Number of nations.
    pub fn nations(&self) -> usize {
        self.due.nations()
    }

    /// Compares covenant and law with those of the rows, once for all rows.
    pub fn compare_law(&mut self, covenant: &Covenant, lawful: &[BitMatrix; LEVELS]) {
        self.same_law = self.revision.iter().all(|r| *r == Some(covenant.revision)) && self.lawful == *lawful;
    }

    /// True if a producer's row is still valid; `moved` are the nations in which its trust changed. Call
    /// [`compare_law`](Self::compare_law) first.
    pub fn is_current(&self, moved: &[u64]) -> bool {
        self.same_law && moved.iter().all(|word| *word == 0)
    }

    /// Computes a producer's row again where an input changed; returns the nations for which it did.
    pub fn update(&mut self, inputs: &FlowInputs<'_>) -> NationSet {
        let from = inputs.producer;
        let revision = self.revision[from.index()].replace(inputs.covenant.revision);
        let changed = if revision == Some(inputs.covenant.revision) {
            self.changed(inputs)
        } else {
            inputs.due(self.due.row_mut(from));
            let nations = self.nations();
            let nobody = || std::array::from_fn(|_| BitMatrix::none(nations));
            self.pooled.resize_with(inputs.covenant.classes.len(), nobody);
            inputs.pooled(&mut self.pooled);
            NationSet::all(self.nations())
        };
        if !changed.is_empty() {
            for (kept, lawful) in self.lawful.iter_mut().zip(inputs.lawful) {
                kept.row_mut(from).copy_from_slice(lawful.row(from));
            }
            inputs.permitted(&changed, &self.pooled, self.permitted.row_mut(from));
        }
        changed
    }

    /// The nations in which the producer's trust changed, or towards which the law differs from that of the row.
    fn changed(&self, inputs: &FlowInputs<'_>) -> NationSet {
        let from = inputs.producer;
        let mut changed = NationSet::from_words(inputs.moved);
        for (kept, lawful) in self.lawful.iter().zip(inputs.lawful) {
            let differ = kept.row(from).iter().zip(lawful.row(from));
            changed.words_mut().iter_mut().zip(differ).for_each(|(word, (before, now))| *word |= before ^ now);
        }
        changed
    }

    /// For each nation its partners in pools, by contribution class and level.
    pub fn pooled(&self) -> &[[BitMatrix; LEVELS]] {
        &self.pooled
    }

    /// The share of the value of a producer's reports that each nation may get, 0 to 1.
    pub fn permitted(&self, from: NationId) -> &[f64] {
        self.permitted.row(from)
    }

    /// The weight of the tie of two nations, 0 to 1: the share of what agreements allow that is permitted now, in the
    /// direction where it is smaller; 0 if no agreement joins the two.
    pub fn tie_weight(&self, a: NationId, b: NationId) -> f64 {
        self.permitted_of_due(a, b).min(self.permitted_of_due(b, a))
    }

    /// The share of what agreements allow in one direction that is permitted now.
    fn permitted_of_due(&self, from: NationId, to: NationId) -> f64 {
        let due = self.due[(from, to)];
        if due > 0.0 { self.permitted[(from, to)] / due } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delicate_reports_need_more_trust_between_a_pair_and_nothing_is_sent_below_the_threshold() {
        let cases = [
            // beyond the threshold, pooled, delicacy, part
            (-0.01, true, 0.2, 0.0),
            (0.0, true, 0.2, 1.0),
            (0.05, false, 0.2, 0.25),
            (0.3, false, 0.2, 1.0),
            (0.05, false, 0.0, 1.0),
        ];
        for (beyond, pooled, delicacy, part) in cases {
            assert_eq!(willingness(beyond, pooled, delicacy), part, "{beyond} beyond, pooled {pooled}");
        }
    }
}
