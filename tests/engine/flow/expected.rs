//! What nations expect to get of each other, told by plain sums over what decides who may read.
use super::worlds::Frame;
use noforn::world::agreement::{Agreement, Covenant};
use noforn::world::grants::Grants;
use noforn::world::ids::NationId;
use noforn::world::levels::{AgreementKind, Level};
use noforn::world::matrix::BitMatrix;
use noforn::world::model::Model;
use noforn::world::report::Clearances;
use noforn::world::sets::NationSet;
use noforn::world::ties::{Giving, Trust};

/// What readers may read of producers: row producer, column reader.
pub type Amounts = Vec<Vec<f64>>;

fn nation(at: usize) -> NationId {
    NationId::new(at)
}

/// What decides who may read, from a world or from a frame.
pub struct Deciding<'a> {
    pub model: &'a Model,
    pub covenant: &'a Covenant,
    pub grants: &'a Grants,
    pub cleared: &'a Clearances,
    pub trust: &'a Trust,
    pub giving: &'a Giving,
    pub agreements: Vec<(Agreement, NationSet)>,
    pub side: &'a [BitMatrix; 5],
    pub raw_share: Vec<f64>,
}

impl<'a> Deciding<'a> {
    /// What decides at the end of a frame's quarter.
    pub fn of(frame: &'a Frame) -> Self {
        Self {
            model: &frame.luck.model,
            covenant: &frame.covenant,
            grants: &frame.grants,
            cleared: &frame.cleared,
            trust: &frame.trust_after,
            giving: &frame.giving_after,
            agreements: frame.agreements.clone(),
            side: &frame.facts.side,
            raw_share: frame.raw_share.clone(),
        }
    }

    fn may_get(&self, from: NationId, to: NationId, level: usize) -> bool {
        let trust = self.trust.goodwill[(from, to)] * self.trust.handling[(from, to)];
        self.grants.share[level].get(from, to)
            && self.cleared.0[level].contains(to)
            && trust >= self.model.trust_needed(Level::ALL[level])
    }

    /// The greatest part of the reports of a product and level that a pool carries from one nation to another; and any
    /// agreement.
    fn carried(&self, from: NationId, to: NationId, product: usize, level: usize) -> [f64; 2] {
        let carry = |pool: Option<bool>| {
            let carriers = self.agreements.iter().filter(|(agreement, members)| {
                let kind = pool.is_none_or(|pool| pool == (agreement.kind == AgreementKind::Pool));
                let both = members.contains(from) && members.contains(to);
                kind && both && agreement.ceiling.rank() >= level
            });
            carriers.map(|(agreement, _)| agreement.contribution[product]).fold(0.0_f64, f64::max)
        };
        let side = if self.side[level].get(from, to) { 1.0 } else { 0.0 };
        [carry(Some(true)), carry(None).max(side)]
    }

    /// The expected part of the reports of a product and level that a nation sends to another: of those that some pool
    /// carries, what is left of its giving; of those that only a pair carries, the ones that are not too delicate.
    fn sent(&self, from: NationId, to: NationId, product: usize, level: usize) -> f64 {
        if !self.may_get(from, to, level) {
            return 0.0;
        }
        let [pooled, any] = self.carried(from, to, product, level);
        let trust = self.trust.goodwill[(from, to)] * self.trust.handling[(from, to)];
        let beyond = trust - self.model.trust_needed(Level::ALL[level]);
        let delicacy = self.model.delicacy_share;
        let trusted = if delicacy == 0.0 { 1.0 } else { (beyond / delicacy).min(1.0) };
        let kept = self.giving.kept[(from, to)];
        pooled * kept + (any - pooled) * trusted.min(self.giving.initial[(from, to)] * kept)
    }

    /// The same with what comes over others, where relays are free: of those who may inform it the one counts that gets
    /// most.
    fn got(&self, from: NationId, to: NationId, product: usize, level: usize) -> f64 {
        let direct = self.sent(from, to, product, level);
        if self.model.originator_control || !self.cleared.0[level].contains(to) {
            return direct;
        }
        let holders = (0..self.raw_share.len()).map(nation).filter(|holder| self.grants.share[level].get(*holder, to));
        holders.map(|holder| self.sent(from, holder, product, level)).fold(direct, f64::max)
    }

    /// The part of the reports of a product and level of which a nation gets a sanitised version.
    fn sanitised(&self, from: NationId, to: NationId, product: usize, level: usize) -> f64 {
        let Some(line) = (0..5).find(|line| self.grants.tear_lines[*line].get(from, to)) else { return 0.0 };
        let instead = line < level && self.grants.share_forbidden[level].get(from, to) && self.may_get(from, to, line);
        let [_, any] = self.carried(from, to, product, level);
        if instead { any * self.giving.kept[(from, to)] } else { 0.0 }
    }

    /// The part of the value of the reports of a product and level that a nation gets. Reports of which it gets the whole
    /// are among those of which it would get a version.
    fn part(&self, from: NationId, to: NationId, product: usize, level: usize) -> f64 {
        let got = self.got(from, to, product, level);
        let more = (self.sanitised(from, to, product, level) - got).max(0.0);
        got + more * self.model.tear_line_value_share
    }

    /// The value of what everybody may read of everybody, of what is expected of each; of its own all.
    pub fn amounts(&self, expected: &[f64]) -> Amounts {
        let n = expected.len();
        let (mix, values) = (self.model.level_probabilities(), self.model.values_of_reports());
        let amount = |from: usize, to: usize| {
            let of_product = [self.raw_share[from], 1.0 - self.raw_share[from]];
            let kinds = (0..2).flat_map(|product| (0..5).map(move |level| (product, level)));
            let value = kinds.map(|(product, level)| {
                let part = if from == to { 1.0 } else { self.part(nation(from), nation(to), product, level) };
                of_product[product] * mix[product][level] * values[product][level] * part
            });
            expected[from] * value.sum::<f64>()
        };
        (0..n).map(|from| (0..n).map(|to| amount(from, to)).collect()).collect()
    }

    /// Over pairs with an agreement: the levels that may go / the levels that agreements allow, as ranks + 1.
    pub fn level_kept_share(&self, n: usize) -> Option<f64> {
        let (mut kept, mut ceilings) = (0, 0);
        for (from, to) in (0..n).flat_map(|from| (0..n).map(move |to| (nation(from), nation(to)))) {
            if let Some(ceiling) = self.covenant.ceiling(from, to) {
                ceilings += ceiling.rank() + 1;
                kept += (0..=ceiling.rank()).rev().find(|level| self.may_get(from, to, *level)).map_or(0, |l| l + 1);
            }
        }
        (ceilings > 0).then(|| kept as f64 / ceilings as f64)
    }
}

/// What everybody could read of everybody at the end of the first quarter, if there were no rules.
pub fn at_the_start(first: &Frame) -> Amounts {
    let n = first.raw_share.len();
    let mut grants = Grants::none(n);
    grants.share.clone_from(&first.covenant.joined);
    let trust = Trust::new(&first.trust_after.initial);
    let giving = Giving { initial: first.giving_after.initial.clone(), ..Giving::new(n) };
    let deciding = Deciding { grants: &grants, trust: &trust, giving: &giving, ..Deciding::of(first) };
    deciding.amounts(&first.tally.expected)
}
