//! What is permitted, and what agreements alone would allow, in expectation.
use crate::world::agreement::{Covenant, Pool};
use crate::world::ids::NationId;
use crate::world::levels::{LEVELS, Level};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::model::Model;
use crate::world::report::Clearances;
use crate::world::sets::{NationSet, is_member, members};

/// What the flows from one producer rest on.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// Whose reports.
    pub producer: NationId,
    /// The parameters.
    pub model: &'a Model,
    /// The share of reports of each level.
    pub mix: &'a [f64; LEVELS],
    /// What agreements allow.
    pub covenant: &'a Covenant,
    /// The producer's trust in everyone.
    pub trust: &'a [f64],
    /// Whom it trusts more or less than a quarter ago, as words.
    pub moved: &'a [u64],
    /// Who is cleared for each level.
    pub clearances: &'a Clearances,
    /// Whom it may lawfully inform, by level.
    pub lawful: &'a [BitMatrix; LEVELS],
}

impl Basis<'_> {
    /// The share of the producer's reports that each of these nations could get: by level, those whom it may lawfully
    /// inform and who are cleared; of a pool's reports whoever is trusted with the level gets all, between a pair
    /// delicate reports need more trust. `pooled` are partners in pools, by level.
    pub fn permitted(&self, to: &NationSet, pooled: &[BitMatrix; LEVELS], shares: &mut [f64]) {
        to.iter().for_each(|to| shares[to.index()] = 0.0);
        let mut open = to.clone();
        for (rank, of_level) in self.mix.iter().enumerate() {
            let threshold = self.model.trust_needed(Level::ALL[rank]);
            let pooled = pooled[rank].row(self.producer);
            open.copy_words(self.lawful[rank].row(self.producer));
            open.intersect_with(&self.clearances.0[rank]);
            open.intersect_with(to);
            for to in open.iter() {
                let beyond = self.trust[to.index()] - threshold;
                shares[to.index()] += of_level * willingness(beyond, is_member(pooled, to), self.model.delicacy_share);
            }
        }
    }

    /// The members of the pools that carry the producer's reports of each level.
    fn pooled(&self, pooled: &mut [BitMatrix; LEVELS]) {
        for (rank, pooled) in pooled.iter_mut().enumerate() {
            let row = pooled.row_mut(self.producer);
            row.fill(0);
            let carries = |pool: &&Pool| pool.ceiling.rank() >= rank && pool.members.contains(self.producer);
            for pool in self.covenant.pools.iter().filter(carries) {
                row.iter_mut().zip(pool.members.words()).for_each(|(row, members)| *row |= members);
            }
        }
    }

    /// The share of the producer's reports that agreements alone allow each nation to get at full trust.
    fn due(&self, shares: &mut [f64]) {
        shares.fill(0.0);
        for (of_level, joined) in self.mix.iter().zip(&self.covenant.joined) {
            for to in members(joined.row(self.producer)) {
                shares[to.index()] += of_level;
            }
        }
    }
}

/// The part of the reports of a level that a producer sends to a nation it trusts this far `beyond` the threshold.
fn willingness(beyond: f64, pooled: bool, delicacy: f64) -> f64 {
    if beyond < 0.0 {
        0.0
    } else if pooled || delicacy <= 0.0 {
        1.0
    } else {
        (beyond / delicacy).min(1.0)
    }
}

/// For every ordered pair the share of `from`'s reports that `to` may get, and gets by agreements alone; with what each
/// row was computed from, so that only what changed is computed again.
#[derive(Clone, Debug)]
pub struct Shapes {
    permitted: Matrix<f64>,
    due: Matrix<f64>,
    pooled: [BitMatrix; LEVELS],
    lawful: [BitMatrix; LEVELS],
    /// The revision of the covenant.
    revision: Vec<Option<u32>>,
    /// Whether covenant and law are for everyone what the rows were computed from.
    settled: bool,
}

impl Shapes {
    /// Nothing computed yet.
    pub fn new(nations: usize) -> Self {
        let zero = Matrix::filled(nations, 0.0);
        let nobody = || std::array::from_fn(|_| BitMatrix::none(nations));
        Self {
            permitted: zero.clone(),
            due: zero,
            pooled: nobody(),
            lawful: nobody(),
            revision: vec![None; nations],
            settled: false,
        }
    }

    /// Forgets what the rows were computed from.
    pub fn forget(&mut self) {
        self.revision.fill(None);
    }

    /// How many nations.
    pub fn nations(&self) -> usize {
        self.due.nations()
    }

    /// Looks at once whether anything but trust changed for anyone.
    pub fn settle(&mut self, covenant: &Covenant, lawful: &[BitMatrix; LEVELS]) {
        self.settled = self.revision.iter().all(|r| *r == Some(covenant.revision)) && self.lawful == *lawful;
    }

    /// Whether a producer's row is what it was, if it trusts everyone as before but those in `moved`.
    pub fn stands(&self, moved: &[u64]) -> bool {
        self.settled && moved.iter().all(|word| *word == 0)
    }

    /// Computes a producer's row again where anything it rests on changed; returns where.
    pub fn renew(&mut self, basis: &Basis<'_>) -> NationSet {
        let from = basis.producer;
        let revision = self.revision[from.index()].replace(basis.covenant.revision);
        let changed = if revision == Some(basis.covenant.revision) {
            self.changed(basis)
        } else {
            basis.due(self.due.row_mut(from));
            basis.pooled(&mut self.pooled);
            NationSet::all(self.nations())
        };
        if !changed.is_empty() {
            for (kept, lawful) in self.lawful.iter_mut().zip(basis.lawful) {
                kept.row_mut(from).copy_from_slice(lawful.row(from));
            }
            basis.permitted(&changed, &self.pooled, self.permitted.row_mut(from));
        }
        changed
    }

    /// Towards whom trust moved, or law differs from what a row was computed from.
    fn changed(&self, basis: &Basis<'_>) -> NationSet {
        let from = basis.producer;
        let mut changed = NationSet::from_words(basis.moved);
        for (kept, lawful) in self.lawful.iter().zip(basis.lawful) {
            let differ = kept.row(from).iter().zip(lawful.row(from));
            changed.words_mut().iter_mut().zip(differ).for_each(|(word, (before, now))| *word |= before ^ now);
        }
        changed
    }

    /// Partners in pools, by level.
    pub fn pooled(&self) -> &[BitMatrix; LEVELS] {
        &self.pooled
    }

    /// The share of a producer's reports that each nation may get.
    pub fn permitted(&self, from: NationId) -> &[f64] {
        self.permitted.row(from)
    }

    /// The part of what agreements allow that is permitted now, in the direction that carries the smaller part; 0
    /// where no agreement joins the two.
    pub fn freedom(&self, a: NationId, b: NationId) -> f64 {
        let part = |from, to| {
            let due = self.due[(from, to)];
            if due > 0.0 { self.permitted[(from, to)] / due } else { 0.0 }
        };
        part(a, b).min(part(b, a))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delicate_reports_need_more_trust_between_a_pair_and_none_where_it_is_wanting() {
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
