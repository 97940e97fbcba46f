//! What is permitted, and what agreements alone would allow, in expectation.
use crate::world::agreement::Covenant;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::model::Model;
use crate::world::report::Clearances;
use crate::world::sets::{NationSet, members};
use crate::world::ties::Flow;

/// What the flows from one producer rest on, beside whom it may lawfully inform.
#[derive(Clone, Copy, Debug)]
pub struct Basis<'a> {
    /// Whose reports.
    pub producer: NationId,
    /// The parameters.
    pub model: &'a Model,
    /// What agreements allow.
    pub covenant: &'a Covenant,
    /// The producer's trust in everyone.
    pub trust: &'a [f64],
    /// Who is cleared for each level.
    pub clearances: &'a Clearances,
}

impl Basis<'_> {
    /// The share of the producer's reports that each nation could get: by level, those whom `lawful(level)` lets it
    /// inform and who are cleared; of a pool's reports whoever is trusted with the level gets all, between a pair
    /// delicate reports need more trust.
    pub fn permitted<'b>(&self, lawful: impl Fn(usize) -> &'b [u64], shares: &mut [f64]) {
        shares.fill(0.0);
        let mix = self.model.level_probabilities();
        for (rank, of_level) in mix.iter().enumerate() {
            let threshold = if rank == 0 { 0.0 } else { self.model.trust_for_level[rank - 1] };
            let mut pooled = NationSet::none(shares.len());
            let carries = |pool: &&crate::world::agreement::Pool| {
                pool.ceiling.rank() >= rank && pool.members.contains(self.producer)
            };
            for pool in self.covenant.pools.iter().filter(carries) {
                pooled.union_with(&pool.members);
            }
            let mut open = NationSet::from_words(lawful(rank));
            open.intersect_with(&self.clearances.0[rank]);
            for to in open.iter() {
                let beyond = self.trust[to.index()] - threshold;
                shares[to.index()] += of_level * willingness(beyond, pooled.contains(to), self.model.delicacy_share);
            }
        }
    }

    /// The share of the producer's reports that agreements alone allow each nation to get at full trust.
    fn due(&self, shares: &mut [f64]) {
        shares.fill(0.0);
        let mix = self.model.level_probabilities();
        for (rank, joined) in self.covenant.joined.iter().enumerate() {
            for to in members(joined.row(self.producer)) {
                shares[to.index()] += mix[rank];
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
    trust: Matrix<f64>,
    lawful: [BitMatrix; LEVELS],
    /// The revision of the covenant.
    revision: Vec<Option<u32>>,
}

impl Shapes {
    /// Nothing computed yet.
    pub fn new(nations: usize) -> Self {
        let zero = Matrix::filled(nations, 0.0);
        Self {
            permitted: zero.clone(),
            due: zero.clone(),
            trust: zero,
            lawful: std::array::from_fn(|_| BitMatrix::none(nations)),
            revision: vec![None; nations],
        }
    }

    /// How many nations.
    pub fn nations(&self) -> usize {
        self.due.nations()
    }

    /// Computes a producer's row again if anything it rests on changed; says whether it did.
    pub fn renew<'b>(&mut self, basis: &Basis<'_>, lawful: impl Fn(usize) -> &'b [u64]) -> bool {
        let from = basis.producer;
        let revision = &mut self.revision[from.index()];
        let same = *revision == Some(basis.covenant.revision)
            && self.trust.row(from) == basis.trust
            && (0..LEVELS).all(|rank| self.lawful[rank].row(from) == lawful(rank));
        if same {
            return false;
        }
        *revision = Some(basis.covenant.revision);
        for rank in 0..LEVELS {
            self.lawful[rank].row_mut(from).copy_from_slice(lawful(rank));
        }
        self.trust.row_mut(from).copy_from_slice(basis.trust);
        basis.permitted(&lawful, self.permitted.row_mut(from));
        basis.due(self.due.row_mut(from));
        true
    }

    /// The same in expected reports a quarter.
    pub fn scale(&self, expected: &[f64], flow: &mut Flow) {
        for (from, mean) in crate::world::setting::everyone(self.nations()).zip(expected) {
            let scaled = |row: &mut [f64], shares: &[f64]| {
                row.iter_mut().zip(shares).for_each(|(cell, share)| *cell = share * mean);
            };
            scaled(flow.permitted.row_mut(from), self.permitted.row(from));
            scaled(flow.due.row_mut(from), self.due.row(from));
        }
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
