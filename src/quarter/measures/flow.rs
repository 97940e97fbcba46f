//! Expected flows: the share of the value of each nation's reports that others may get now, and by agreements alone.
use crate::world::agreement::Covenant;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::levels::{LEVELS, Level, PRODUCTS};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::model::{ByProduct, Model};
use crate::world::report::Clearances;
use crate::world::sets::{NationSet, members};

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
    /// The producer's trust in each nation with reports, 0 to 1.
    pub trust: &'a [f64],
    /// What the producer gives each nation where each pair decides, and of that and of its part in pools what is left.
    pub giving: [&'a [f64]; 2],
    /// The nations towards which its trust or giving changed since the last quarter, as words of a bit set.
    pub moved: &'a [u64],
    /// The nations cleared for each level.
    pub clearances: &'a Clearances,
    /// Whom each nation may lawfully inform, by level.
    pub lawful: &'a [BitMatrix; LEVELS],
    /// By level of the version: to whom nations send sanitised versions of what their rules forbid.
    pub tear_lines: &'a [BitMatrix; LEVELS],
}

/// By product and level: the share of the value of all reports that each nation gets of these where relays are free; else
/// empty.
type Relayed = [[Vec<f64>; LEVELS]; PRODUCTS];

impl FlowInputs<'_> {
    /// Writes to `shares` the share of the value of the producer's reports that each nation of `to` may get, sanitised
    /// versions included. At each level only those count whom the producer may lawfully inform, who are cleared, and whom
    /// it trusts with the level. Where relays need nobody's consent, those count as well whom one of these may inform.
    pub fn permitted(&self, to: &NationSet, shares: &mut [f64]) {
        to.iter().for_each(|to| shares[to.index()] = 0.0);
        let mut open = to.clone();
        let mut relayed: Relayed = Default::default();
        for (product, relayed) in relayed.iter_mut().enumerate() {
            for (rank, relayed) in relayed.iter_mut().enumerate() {
                if self.parts[product][rank] <= 0.0 {
                    continue;
                }
                if self.model.originator_control {
                    open.copy_words(self.lawful[rank].row(self.producer));
                    open.intersect_with(&self.clearances.0[rank]);
                    open.intersect_with(to);
                    self.add_direct(product, rank, &open, shares);
                } else {
                    *relayed = self.add_relayed(product, rank, to, shares);
                }
            }
        }
        self.add_versions(to, &relayed, shares);
    }

    /// Adds the share of the value of the producer's reports that each nation of `open` may get from it of a product and
    /// level.
    fn add_direct(&self, product: usize, rank: usize, open: &NationSet, shares: &mut [f64]) {
        let threshold = self.model.trust_needed(Level::ALL[rank]);
        let part = self.parts[product][rank];
        let [pooled, paired] =
            [&self.covenant.pooled, &self.covenant.paired].map(|carried| carried[product][rank].row(self.producer));
        for to in open.iter().map(NationId::index) {
            let beyond = self.trust[to] - threshold;
            if beyond >= 0.0 {
                let [pool, pair] = [pooled, paired].map(|carried| self.covenant.shares[usize::from(carried[to])]);
                let [initial, kept] = self.giving.map(|giving| giving[to]);
                let willing = willingness(beyond, self.model.delicacy_share).min(initial * kept);
                shares[to] += part * given([pool, pair], kept, willing);
            }
        }
    }

    /// The same where every holder passes reports on to whom it may inform: of those from whom a nation can get them, the
    /// one that gets most counts. Returns what each nation gets of these reports.
    fn add_relayed(&self, product: usize, rank: usize, to: &NationSet, shares: &mut [f64]) -> Vec<f64> {
        let mut first = self.clearances.0[rank].clone();
        first.intersect_words(self.lawful[rank].row(self.producer));
        let mut direct = vec![0.0; shares.len()];
        self.add_direct(product, rank, &first, &mut direct);
        let mut relayed = direct.clone();
        for holder in first.iter().filter(|holder| direct[holder.index()] > 0.0) {
            for reader in members(self.lawful[rank].row(holder)) {
                relayed[reader.index()] = relayed[reader.index()].max(direct[holder.index()]);
            }
        }
        let mut cleared = self.clearances.0[rank].clone();
        cleared.intersect_with(to);
        cleared.remove(self.producer);
        relayed.iter_mut().enumerate().for_each(|(to, share)| {
            if !cleared.contains(NationId::new(to)) {
                *share = 0.0;
            }
            shares[to] += *share;
        });
        relayed
    }

    /// Adds the value of sanitised versions, which go to whom a rule forbids the reports themselves, as far as these do not
    /// come over others.
    fn add_versions(&self, to: &NationSet, relayed: &Relayed, shares: &mut [f64]) {
        for (version, tear_line) in self.tear_lines.iter().enumerate() {
            let mut readers = to.clone();
            readers.intersect_words(tear_line.row(self.producer));
            readers.intersect_words(self.lawful[version].row(self.producer));
            readers.intersect_with(&self.clearances.0[version]);
            let needed = self.model.trust_needed(Level::ALL[version]);
            for reader in readers.iter().filter(|reader| self.trust[reader.index()] >= needed) {
                let value = self.model.tear_line_value_share;
                let kept = value * self.giving[1][reader.index()];
                for rank in (version + 1..LEVELS).filter(|rank| !self.lawful[*rank].get(self.producer, reader)) {
                    for (product, parts) in self.parts.iter().enumerate() {
                        let [pool, pair] = self.covenant.carried(product, rank, self.producer, reader);
                        let whole = relayed[product][rank].get(reader.index()).copied().unwrap_or(0.0);
                        shares[reader.index()] += (parts[rank] * pool.max(pair) * kept - value * whole).max(0.0);
                    }
                }
            }
        }
    }

    /// Writes to `shares` the share of the value of the producer's reports that agreements alone allow each nation to get.
    fn due(&self, shares: &mut [f64]) {
        shares.fill(0.0);
        for (product, parts) in self.parts.iter().enumerate() {
            for (rank, part) in parts.iter().enumerate() {
                for to in members(self.covenant.joined[rank].row(self.producer)) {
                    let [pool, pair] = self.covenant.carried(product, rank, self.producer, to);
                    shares[to.index()] += part * pool.max(pair);
                }
            }
        }
    }
}

/// The share of the reports of a level that a producer would send to a partner in which its trust exceeds the threshold
/// by `beyond`, 0 or more: the more delicate ones need more trust.
fn willingness(beyond: f64, delicacy: f64) -> f64 {
    if delicacy > 0.0 { (beyond / delicacy).min(1.0) } else { 1.0 }
}

/// The share of the reports that a nation gets: what pools carry of them, 0 to 1, of which the producer gives a share; and
/// what agreements between pairs carry, of which it gives another share, not above the first. The same reserve and the
/// same delicacy of a report decide both.
fn given([pool, pair]: [f64; 2], pool_share: f64, pair_share: f64) -> f64 {
    pool * pool_share + (pair - pool).max(0.0) * pair_share
}

/// For every ordered pair: the share of the value of `from`'s reports that `to` may get now, and by agreements alone. Keeps the
/// inputs of each row, so that only rows whose inputs changed are computed again.
#[derive(Clone, Debug)]
pub struct FlowShares {
    permitted: Matrix<f64>,
    due: Matrix<f64>,
    lawful: [BitMatrix; LEVELS],
    tear_lines: [BitMatrix; LEVELS],
    /// The revision of the covenant (a generation counter) from which each row was computed.
    revision: Vec<Option<u32>>,
    /// True if covenant, law and tear-lines are the same as those from which all rows were computed.
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
            lawful: nobody(),
            tear_lines: nobody(),
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

    /// Compares covenant, law and tear-lines with those of the rows, once for all rows.
    pub fn compare_law(&mut self, covenant: &Covenant, grants: &Grants) {
        self.same_law = self.revision.iter().all(|r| *r == Some(covenant.revision))
            && self.lawful == grants.share
            && self.tear_lines == grants.tear_lines;
    }

    /// True if a producer's row is still valid; `moved` are the nations towards which its trust or giving changed. Call
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
            NationSet::all(self.nations())
        };
        if !changed.is_empty() {
            for (kept, now) in
                self.lawful.iter_mut().zip(inputs.lawful).chain(self.tear_lines.iter_mut().zip(inputs.tear_lines))
            {
                kept.row_mut(from).copy_from_slice(now.row(from));
            }
            inputs.permitted(&changed, self.permitted.row_mut(from));
        }
        changed
    }

    /// The nations towards which the producer's trust or giving changed, or towards which the law differs from that of the
    /// row; all, if others' law counts as well.
    fn changed(&self, inputs: &FlowInputs<'_>) -> NationSet {
        if !inputs.model.originator_control {
            return NationSet::all(self.nations());
        }
        let from = inputs.producer;
        let mut changed = NationSet::from_words(inputs.moved);
        for (kept, now) in self.lawful.iter().zip(inputs.lawful).chain(self.tear_lines.iter().zip(inputs.tear_lines)) {
            let differ = kept.row(from).iter().zip(now.row(from));
            changed.words_mut().iter_mut().zip(differ).for_each(|(word, (before, now))| *word |= before ^ now);
        }
        changed
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
        if due > 0.0 { (self.permitted[(from, to)] / due).min(1.0) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delicate_reports_need_more_trust_between_a_pair() {
        let cases = [
            // beyond the threshold, delicacy, part
            (0.0, 0.2, 0.0),
            (0.05, 0.2, 0.25),
            (0.3, 0.2, 1.0),
            (0.05, 0.0, 1.0),
        ];
        for (beyond, delicacy, part) in cases {
            assert_eq!(willingness(beyond, delicacy), part, "{beyond} beyond");
        }
    }

    #[test]
    fn a_nation_gets_by_pair_what_pools_do_not_carry() {
        for (carried, shares, part) in [
            ([0.3, 0.0], [1.0, 0.8], 0.3),
            ([0.0, 1.0], [1.0, 0.8], 0.8),
            ([0.25, 0.75], [0.5, 0.5], 0.375),
            ([0.5, 0.25], [0.5, 0.25], 0.25),
        ] {
            assert_eq!(given(carried, shares[0], shares[1]), part, "{carried:?} {shares:?}");
        }
    }
}
