//! Agreements: nations that lost much reading make new ones with each other; derives what all agreements allow.
use crate::access::facts::Facts;
use crate::world::agreement::{Agreement, Covenant, Members, Pool};
use crate::world::bonds::Bonds;
use crate::world::chance::{Stream, subject};
use crate::world::clock::per_quarter;
use crate::world::ids::NationId;
use crate::world::levels::{AgreementKind, LEVELS, Level};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::nation::{Nation, Profile};
use crate::world::record::{Because, Decision, DecisionKind, DecisionLog};
use crate::world::rule::Restrictions;
use crate::world::sets::{NationSet, members};
use crate::world::setting::{Clock, Names, Roll, Setting, everyone};
use crate::world::ties::{Dependence, Guarantor, ReadableShare, Trust};
use bevy_ecs::prelude::*;

/// Makes new agreements; if any agreement or group changed, derives what all agreements allow, and who relies on what.
#[expect(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn agreements(
    setting: Res<Setting>,
    clock: Res<Clock>,
    roll: Res<Roll>,
    names: Res<Names>,
    trust: Res<Trust>,
    reading: Res<ReadableShare>,
    restrictions: Res<Restrictions>,
    declared: Query<(&Agreement, &Members)>,
    profiles: Query<(&Nation, &Profile)>,
    mut facts: ResMut<Facts>,
    mut covenant: ResMut<Covenant>,
    mut dependence: ResMut<Dependence>,
    bonds: Res<Bonds>,
    mut guarantor: ResMut<Guarantor>,
    mut decision_log: ResMut<DecisionLog>,
    mut losers: Local<Vec<NationId>>,
) {
    let model = &setting.model;
    let chance = per_quarter(model.realign_rate);
    losers.clear();
    losers.extend(everyone(setting.nations).filter(|n| 1.0 - reading.0[n.index()] > model.realign_loss));
    for seeker in losers.iter().copied().filter(|_| chance > 0.0) {
        let luck = subject(names.nation(seeker));
        let draw = setting.chance.uniform(Stream::SideGroup, luck, clock.0, 0);
        // The covenant does not know the agreements of this quarter.
        let gains = |other: &NationId| {
            !facts.side[0].get(seeker, *other)
                && covenant.ceiling(seeker, *other) < Some(new_ceiling(&facts, seeker, *other))
        };
        let candidates = losers.iter().copied().filter(|other| *other != seeker).filter(gains);
        let Some((partner, tie)) = most_trusted(seeker, candidates, &trust.now, model.realign_trust_share) else {
            continue;
        };
        if draw >= chance {
            continue;
        }
        let ceiling = new_ceiling(&facts, seeker, partner);
        join(&mut facts, seeker, partner, ceiling);
        covenant.stale = true;
        decision_log.record(clock.0, || Decision {
            kind: DecisionKind::Agreement,
            actor: seeker,
            target: Some(partner),
            rule: None,
            outcome: format!("bilateral up to {}", ceiling.as_str()).into(),
            probability: chance,
            draw: Some(draw),
            reason: format!(
                "lost {:.2} and {:.2} of what they read, more than {:.2}; trust {tie:.2}",
                1.0 - reading.0[seeker.index()],
                1.0 - reading.0[partner.index()],
                model.realign_loss
            ),
            because: first_restriction(&restrictions, seeker),
            path: "model.realign_loss".to_owned(),
        });
    }
    if covenant.stale {
        derive(&mut covenant, &facts, declared.iter_many(&roll.agreements).matched());
        let profiles: Vec<&Profile> = profiles.iter_many(&roll.nations).matched().map(|(_, p)| p).collect();
        depend(&mut dependence.0, &covenant, &profiles, &model.level_probabilities());
        guarantor.reliance = bonds.reliance(model, guarantor.nation, &profiles, &covenant, &facts.groups);
    }
}

/// What led to the first restriction of a nation.
fn first_restriction(restrictions: &Restrictions, nation: NationId) -> Because {
    restrictions.because.iter().find(|((_, cut), _)| *cut == nation).map_or(Because::Start, |(_, because)| *because)
}

/// The candidate whom the seeker trusts most, with that trust, if it is at least `least`. The lower trust of the two
/// directions counts; of equals the first is taken.
fn most_trusted(
    seeker: NationId,
    candidates: impl Iterator<Item = NationId>,
    trust: &Matrix<f64>,
    least: f64,
) -> Option<(NationId, f64)> {
    let ties = candidates.map(|other| (other, trust[(seeker, other)].min(trust[(other, seeker)])));
    ties.filter(|(_, t)| *t >= least).fold(None, |best, next| match best {
        Some((_, t)) if t >= next.1 => best,
        _ => Some(next),
    })
}

/// The ceiling that a new agreement between two nations would have: the lower clearance of the two.
fn new_ceiling(facts: &Facts, a: NationId, b: NationId) -> Level {
    let clearance = facts.clearance[a.index()].min(facts.clearance[b.index()]);
    Level::from_rank(clearance as usize).unwrap_or(Level::Open)
}

/// Records a new agreement between two nations for all levels up to a ceiling.
fn join(facts: &mut Facts, a: NationId, b: NationId, ceiling: Level) {
    for level in 0..=ceiling.rank() {
        facts.side[level].set(a, b, true);
        facts.side[level].set(b, a, true);
    }
}

/// Derives what agreements allow between pairs from the agreements' members.
pub fn derive<'a>(
    covenant: &mut Covenant,
    facts: &Facts,
    agreements: impl Iterator<Item = (&'a Agreement, &'a Members)>,
) {
    covenant.stale = false;
    covenant.revision += 1;
    covenant.pools.clear();
    covenant.joined.clone_from(&facts.side);
    covenant.bilateral.clone_from(&facts.side);
    for (agreement, members) in agreements {
        let pool = agreement.kind == AgreementKind::Pool;
        if pool {
            covenant.pools.push(Pool { members: members.0.clone(), ceiling: agreement.ceiling });
        }
        for member in members.0.iter() {
            let mut others = members.0.clone();
            others.remove(member);
            let levels = ..=agreement.ceiling.rank();
            covenant.joined[levels].iter_mut().for_each(|pairs| add_to_row(pairs, member, &others));
            if !pool {
                covenant.bilateral[levels].iter_mut().for_each(|pairs| add_to_row(pairs, member, &others));
            }
        }
    }
}

fn add_to_row(pairs: &mut BitMatrix, member: NationId, others: &NationSet) {
    pairs.row_mut(member).iter_mut().zip(others.words()).for_each(|(row, others)| *row |= others);
}

/// Derives each nation's dependence on each other: the share of what it could read at full trust that comes from there.
pub fn depend(dependence: &mut Matrix<f64>, covenant: &Covenant, profiles: &[&Profile], mix: &[f64; LEVELS]) {
    let up_to: [f64; LEVELS] = std::array::from_fn(|level| mix[..=level].iter().sum());
    for reader in everyone(profiles.len()) {
        let amounts = dependence.row_mut(reader);
        amounts.fill(0.0);
        // Agreements hold in both directions, and for all levels below their ceiling. So the highest level at which the
        // two are joined, and for which the reader is cleared, gives the amount.
        let readable = profiles[reader.index()].clearance.rank() + 1;
        for (joined, part) in covenant.joined.iter().zip(&up_to).take(readable) {
            for from in members(joined.row(reader)) {
                amounts[from.index()] = profiles[from.index()].intelligence * part;
            }
        }
        let total: f64 = amounts.iter().sum();
        if total > 0.0 {
            amounts.iter_mut().for_each(|amount| *amount /= total);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nation_chooses_the_most_trusted_of_those_in_the_same_position() {
        let id = NationId::new;
        let mut trust = Matrix::filled(4, 0.6);
        trust[(id(0), id(2))] = 0.9;
        trust[(id(2), id(0))] = 0.8;
        let pick = |least| most_trusted(id(0), [id(1), id(2), id(3)].into_iter(), &trust, least);
        assert_eq!(pick(0.5), Some((id(2), 0.8)), "the weaker direction counts");
        assert_eq!(pick(0.85), None, "nobody is trusted enough");
        trust[(id(2), id(0))] = 0.1;
        assert_eq!(
            most_trusted(id(0), [id(3), id(1), id(2)].into_iter(), &trust, 0.5),
            Some((id(3), 0.6)),
            "ties go first"
        );
        assert_eq!(most_trusted(id(0), std::iter::empty(), &trust, 0.0), None);
    }
}
