//! Agreements: nations that lost much reading make new ones with each other; derives what all agreements allow.
use crate::access::facts::Facts;
use crate::world::agreement::{Agreement, Carrier, ContributionClass, Covenant, Members};
use crate::world::bonds::Bonds;
use crate::world::chance::{Stream, subject};
use crate::world::clock::per_quarter;
use crate::world::ids::NationId;
use crate::world::levels::{AgreementKind, LEVELS, Level, Product};
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::model::Model;
use crate::world::nation::{Nation, Profile};
use crate::world::record::{Because, Decision, DecisionKind, DecisionLog};
use crate::world::report::Clearances;
use crate::world::rule::Restrictions;
use crate::world::sets::{NationSet, members};
use crate::world::setting::{Clock, Names, Roll, Setting, everyone};
use crate::world::ties::{Dependence, Giving, Guarantor, ReadableShare, Trust};
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

/// Who relies on whom, and what follows from it for what they give.
#[derive(SystemParam)]
pub struct RelianceState<'w> {
    bonds: Res<'w, Bonds>,
    dependence: ResMut<'w, Dependence>,
    giving: ResMut<'w, Giving>,
    guarantor: ResMut<'w, Guarantor>,
}

impl RelianceState<'_> {
    fn update(&mut self, model: &Model, profiles: &[&Profile], covenant: &Covenant, facts: &Facts) {
        depend(&mut self.dependence.0, covenant, profiles, model);
        self.giving.weigh(&self.dependence.0, model.giving_reserve_share);
        self.guarantor.reliance = self.bonds.reliance(model, self.guarantor.nation, profiles, covenant, &facts.groups);
    }
}

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
    mut reliance: RelianceState,
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
        let Some((partner, tie)) = most_trusted(seeker, candidates, &trust.goodwill, model.realign_trust_share) else {
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
        let declared: Vec<(&Agreement, &Members)> = declared.iter_many(&roll.agreements).matched().collect();
        derive(&mut covenant, &facts, &declared);
        let profiles: Vec<&Profile> = profiles.iter_many(&roll.nations).matched().map(|(_, p)| p).collect();
        reliance.update(model, &profiles, &covenant, &facts);
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
pub fn derive(covenant: &mut Covenant, facts: &Facts, agreements: &[(&Agreement, &Members)]) {
    covenant.stale = false;
    covenant.revision += 1;
    covenant.joined.clone_from(&facts.side);
    covenant.shares.splice(.., [0.0, 1.0]);
    covenant.shares.extend(agreements.iter().flat_map(|(agreement, _)| agreement.contribution));
    covenant.shares.sort_unstable_by(f64::total_cmp);
    covenant.shares.dedup();
    covenant.carriers.clear();
    covenant.joined_by.iter_mut().for_each(Vec::clear);
    covenant.side.clone_from(&facts.side);
    covenant.classes.iter_mut().for_each(Vec::clear);
    for carried in covenant.pooled.iter_mut().chain(&mut covenant.paired).flatten() {
        carried.fill(0);
    }
    for (agreement, members) in agreements {
        add_agreement(covenant, agreement, &members.0);
    }
    add_side_agreements(covenant, facts);
    for classes in &mut covenant.classes {
        // What no agreement carries is a class as well.
        classes.extend(Product::ALL.iter().map(|product| ContributionClass { product: *product, least: u16::MAX }));
        classes.sort_unstable_by_key(|class| (class.product.rank(), class.least));
        classes.dedup();
    }
}

/// Adds what an agreement carries between its members.
fn add_agreement(covenant: &mut Covenant, agreement: &Agreement, members: &NationSet) {
    let Covenant { shares, joined, pooled, paired, carriers, joined_by, classes, .. } = covenant;
    add_members(joined, agreement.ceiling, members);
    let number = |share: f64| shares.partition_point(|known| *known < share) as u16;
    let contribution = agreement.contribution.map(number);
    members.iter().for_each(|member| joined_by[member.index()].push(carriers.len()));
    let Agreement { kind, ceiling, .. } = *agreement;
    carriers.push(Carrier { kind, members: members.clone(), ceiling, contribution });
    let carried = if kind == AgreementKind::Pool { pooled } else { paired };
    for (product, least) in Product::ALL.iter().zip(contribution).filter(|(_, number)| *number > 0) {
        for member in members.iter() {
            classes[member.index()].push(ContributionClass { product: *product, least });
            for carried in &mut carried[product.rank()][..=agreement.ceiling.rank()] {
                let row = carried.row_mut(member);
                for other in members.iter().filter(|other| *other != member) {
                    row[other.index()] = row[other.index()].max(least);
                }
            }
        }
    }
}

/// Adds the agreements made during the run, which carry everything.
fn add_side_agreements(covenant: &mut Covenant, facts: &Facts) {
    let all = (covenant.shares.len() - 1) as u16;
    for (level, side) in facts.side.iter().enumerate() {
        for from in everyone(covenant.classes.len()) {
            for to in members(side.row(from)) {
                covenant.paired.iter_mut().for_each(|carried| carried[level][(from, to)] = all);
            }
            if level == 0 && side.row(from).iter().any(|word| *word != 0) {
                let class = |product: &Product| ContributionClass { product: *product, least: all };
                covenant.classes[from.index()].extend(Product::ALL.iter().map(class));
            }
        }
    }
}

/// Adds the pairs of the members of an agreement to all levels up to its ceiling.
fn add_members(pairs: &mut [BitMatrix; LEVELS], ceiling: Level, members: &NationSet) {
    for member in members.iter() {
        let mut others = members.clone();
        others.remove(member);
        for pairs in &mut pairs[..=ceiling.rank()] {
            pairs.row_mut(member).iter_mut().zip(others.words()).for_each(|(row, others)| *row |= others);
        }
    }
}

/// Derives each nation's dependence on each other: of the value of what it could read at full trust, the share that comes
/// from there.
pub fn depend(dependence: &mut Matrix<f64>, covenant: &Covenant, profiles: &[&Profile], model: &Model) {
    let cleared = Clearances::new(&profiles.iter().map(|profile| profile.clearance).collect::<Vec<_>>());
    dependence.fill(0.0);
    for from in everyone(profiles.len()) {
        let profile = profiles[from.index()];
        let value = model.mean_value(profile.raw_share) * profile.intelligence;
        let parts = model.value_parts(profile.raw_share);
        for (level, cleared) in cleared.0.iter().enumerate() {
            let mut readers = cleared.clone();
            readers.intersect_words(covenant.joined[level].row(from));
            for reader in readers.iter() {
                for (product, parts) in parts.iter().enumerate() {
                    let [pool, pair] = covenant.carried(product, level, from, reader);
                    dependence[(reader, from)] += value * parts[level] * pool.max(pair);
                }
            }
        }
    }
    for reader in everyone(profiles.len()) {
        let amounts = dependence.row_mut(reader);
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
