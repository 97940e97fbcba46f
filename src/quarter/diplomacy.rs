//! Diplomacy: updates trust in its parts, and what nations give each other, after what happened in the quarter.
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::matrix::{BitMatrix, Matrix};
use crate::world::model::Model;
use crate::world::news::News;
use crate::world::rule::Restrictions;
use crate::world::setting::{Clock, Setting, everyone};
use crate::world::ties::{ChangedTies, Credibility, Dependence, Doubt, Giving, Trust};
use bevy_ecs::prelude::*;

/// Lowers the goodwill of the restricted towards their restricters and the confidence of owners in those where their
/// reports leaked, lets the rest recover, moves credibility, and moves what nations give towards what they get.
#[expect(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn diplomacy(
    setting: Res<Setting>,
    clock: Res<Clock>,
    grants: Res<Grants>,
    restrictions: Res<Restrictions>,
    dependence: Res<Dependence>,
    mut news: MessageReader<News>,
    mut trust: ResMut<Trust>,
    mut giving: ResMut<Giving>,
    mut changed: ResMut<ChangedTies>,
    mut credibility: ResMut<Credibility>,
) {
    let model = &setting.model;
    changed.0.clone_from(&trust.away);
    recover_goodwill(&mut trust, model.trust_recovery_rate);
    while let Some(Doubt { owner, holder, .. }) = trust.forget(clock.0) {
        changed.0.set(owner, holder, true);
    }
    for item in news.read() {
        match item {
            News::Enforcement { owner, strength } => {
                let now = &mut credibility.0[owner.index()];
                *now = stepped(*now, *strength, model.credibility_step_share);
            }
            News::Contradicted { by } => credibility.0[by.index()] *= model.contradiction_factor,
            News::LeakFound { holder, owner } => {
                let until = clock.0.plus((model.handling_doubt_years * 4.0).round() as u32);
                trust.doubt(Doubt { owner: *owner, holder: *holder, until }, model.handling_loss_share);
                changed.0.set(*owner, *holder, true);
            }
            _ => {}
        }
    }
    lose_goodwill(&mut trust, &grants, &restrictions, model.trust_loss_rate, &mut changed.0);
    reciprocate(&mut giving, &dependence.0, model, &mut changed.0);
}

/// Lowers the goodwill of the restricted towards their restricters.
fn lose_goodwill(trust: &mut Trust, grants: &Grants, restrictions: &Restrictions, rate: f64, changed: &mut BitMatrix) {
    // Few severities differ, so most pairs reuse the factor of the pair before.
    let (mut part, mut kept) = (0.0, 1.0);
    for (owner, restricted) in restrictions.because.keys() {
        let severity = severity(grants, *owner, *restricted);
        if severity != part {
            (part, kept) = (severity, libm::exp(-rate * severity / 4.0));
        }
        trust.goodwill[(*restricted, *owner)] *= kept;
        trust.away.set(*restricted, *owner, true);
        changed.set(*restricted, *owner, true);
    }
}

/// Moves all goodwill that differs from its start value a part of the way back.
fn recover_goodwill(trust: &mut Trust, rate: f64) {
    let Trust { goodwill, initial, away, .. } = trust;
    for from in everyone(goodwill.nations()) {
        let (row, start) = (goodwill.row_mut(from), initial.row(from));
        for to in away.set_of(from).iter() {
            let cell = &mut row[to.index()];
            *cell = moved_towards(start[to.index()], *cell, rate);
            away.set(from, to, *cell != start[to.index()]);
        }
    }
}

/// Moves what nations give towards what they get, as far as they depend on the other (Walsh 2007 on reneging and
/// hierarchy, Sims 2006 on liaison): who depends on nobody gives on.
fn reciprocate(giving: &mut Giving, dependence: &Matrix<f64>, model: &Model, changed: &mut BitMatrix) {
    let Giving { kept, received, away, .. } = giving;
    for from in everyone(kept.nations()) {
        for to in away.set_of(from).iter() {
            let weight = (model.reciprocity_weight * dependence[(from, to)]).min(1.0);
            let target = 1.0 - weight * (1.0 - received[(from, to)]);
            let cell = &mut kept[(from, to)];
            let next = moved_towards(target, *cell, model.reciprocity_rate);
            changed.set(from, to, changed.get(from, to) || next != *cell);
            *cell = next;
            // Who gets less now may depend on the other later.
            away.set(from, to, next != 1.0 || received[(from, to)] != 1.0);
        }
    }
}

/// How much of a relation is stopped, 0 to 1: half of it is sharing above `open`, an eighth for each level; a quarter each
/// are the other two actions.
fn severity(grants: &Grants, owner: NationId, nation: NationId) -> f64 {
    let levels = grants.share_forbidden[1..].iter().filter(|plane| plane.get(owner, nation)).count();
    levels as f64 / 8.0
        + action_severity(grants.work_forbidden.get(owner, nation))
        + action_severity(grants.colocate_forbidden.get(owner, nation))
}

fn action_severity(stopped: bool) -> f64 {
    if stopped { 0.25 } else { 0.0 }
}

/// Credibility after one step towards what the owner did: 1 for enforced, 0 for waived.
fn stepped(now: f64, done: f64, step: f64) -> f64 {
    now + (done - now) * step
}

/// A value a quarter later: closer to its target, by a quarter of the yearly `rate`. It arrives once it is within a
/// billionth, so that it does not approach for ever.
fn moved_towards(target: f64, now: f64, rate: f64) -> f64 {
    let next = now + (target - now) * (rate / 4.0).min(1.0);
    if rate > 0.0 && (next - target).abs() < 1e-9 { target } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_move_slowly_and_credibility_follows_what_was_done() {
        for (now, initial, rate, expected) in
            [(0.4, 0.8, 0.4, 0.44), (0.8, 0.8, 0.4, 0.8), (0.4, 0.8, 8.0, 0.8), (0.4, 0.8, 0.0, 0.4)]
        {
            assert!((moved_towards(initial, now, rate) - expected).abs() < 1e-12);
        }
        for (now, done, step, expected) in [(0.5, 1.0, 0.2, 0.6), (0.5, 0.0, 0.2, 0.4), (0.5, 1.0, 0.0, 0.5)] {
            assert!((stepped(now, done, step) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn who_depends_gives_less_when_it_gets_less_and_returns_late() {
        let [a, b] = [0, 1].map(NationId::new);
        let mut dependence = Matrix::filled(2, 0.0);
        dependence[(a, b)] = 0.5;
        let model = Model { reciprocity_weight: 1.0, reciprocity_rate: 2.0, ..Model::default() };
        let (mut giving, mut changed) = (Giving::new(2), BitMatrix::none(2));
        for (from, to) in [(a, b), (b, a)] {
            giving.received[(from, to)] = 0.0;
            giving.away.set(from, to, true);
        }
        let mut step = |giving: &mut Giving| reciprocate(giving, &dependence, &model, &mut changed);
        step(&mut giving);
        assert_eq!(
            (giving.kept[(a, b)], giving.kept[(b, a)]),
            (0.75, 1.0),
            "half the way to a half; b depends on nobody"
        );
        giving.received[(a, b)] = 1.0;
        step(&mut giving);
        assert_eq!(giving.kept[(a, b)], 0.875, "it gets all again, and gives not yet all");
        assert!(giving.away.get(a, b) && giving.away.get(b, a));
        (0..40).for_each(|_| step(&mut giving));
        assert_eq!(giving.kept[(a, b)], 1.0);
        assert!(!giving.away.get(a, b));
        let mut indifferent = Giving::new(2);
        indifferent.received[(a, b)] = 0.0;
        indifferent.away.set(a, b, true);
        let model = Model { reciprocity_weight: 0.0, ..model };
        reciprocate(&mut indifferent, &dependence, &model, &mut changed);
        assert_eq!(indifferent.kept[(a, b)], 1.0);
    }

    #[test]
    fn severity_counts_every_action() {
        let (a, b) = (NationId::new(0), NationId::new(1));
        let mut grants = Grants::none(2);
        assert_eq!(severity(&grants, a, b), 0.0);
        grants.share_forbidden.iter_mut().for_each(|plane| plane.set(a, b, true));
        assert_eq!(severity(&grants, a, b), 0.5);
        grants.share_forbidden[0].set(a, b, false);
        assert_eq!(severity(&grants, a, b), 0.5, "what is open is no secret kept back");
        grants.work_forbidden.set(a, b, true);
        grants.colocate_forbidden.set(a, b, true);
        assert_eq!(severity(&grants, a, b), 1.0);
    }
}
