//! What is permitted, and what agreements alone would allow, in expectation.
use crate::world::agreement::Covenant;
use crate::world::ids::NationId;
use crate::world::levels::LEVELS;
use crate::world::model::Model;
use crate::world::report::Clearances;
use crate::world::sets::NationSet;

/// The share of a producer's reports that each nation could get: by level, those whom `lawful(level)` lets it inform
/// and who are cleared; of a pool's reports whoever is trusted with the level gets all, between a pair delicate reports
/// need more trust.
pub fn permitted_shares<'a>(
    producer: NationId,
    model: &Model,
    lawful: impl Fn(usize) -> &'a [u64],
    covenant: &Covenant,
    trust: &[f64],
    clearances: &Clearances,
    shares: &mut [f64],
) {
    shares.fill(0.0);
    let mix = model.level_probabilities();
    for rank in 0..LEVELS {
        let threshold = if rank == 0 { 0.0 } else { model.trust_for_level[rank - 1] };
        let mut pooled = NationSet::none(shares.len());
        for pool in covenant.pools.iter().filter(|p| p.members.contains(producer) && p.ceiling.rank() >= rank) {
            pooled.union_with(&pool.members);
        }
        let mut open = NationSet::from_words(lawful(rank));
        open.intersect_with(&clearances.0[rank]);
        for to in open.iter() {
            let part = willingness(trust[to.index()] - threshold, pooled.contains(to), model.delicacy_share);
            shares[to.index()] += mix[rank] * part;
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

/// The share of a producer's reports that agreements alone allow each nation to get at full trust.
pub fn due_shares(producer: NationId, model: &Model, covenant: &Covenant, shares: &mut [f64]) {
    shares.fill(0.0);
    let mix = model.level_probabilities();
    for (rank, joined) in covenant.joined.iter().enumerate() {
        for to in crate::world::sets::members(joined.row(producer)) {
            shares[to.index()] += mix[rank];
        }
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
