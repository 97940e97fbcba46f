//! Diplomacy: updates trust and credibility after what happened in the quarter.
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::news::News;
use crate::world::rule::Restrictions;
use crate::world::sets::members;
use crate::world::setting::{Setting, everyone};
use crate::world::ties::{Credibility, Trust};
use bevy_ecs::prelude::*;

/// Lowers the trust of the restricted in their restricters, lets the rest recover, and moves credibility.
pub fn diplomacy(
    setting: Res<Setting>,
    grants: Res<Grants>,
    restrictions: Res<Restrictions>,
    mut news: MessageReader<News>,
    mut trust: ResMut<Trust>,
    mut credibility: ResMut<Credibility>,
) {
    let model = &setting.model;
    for item in news.read() {
        match item {
            News::Enforcement { owner, strength } => {
                let now = &mut credibility.0[owner.index()];
                *now = stepped(*now, *strength, model.credibility_step_share);
            }
            News::Contradicted { by } => credibility.0[by.index()] *= model.contradiction_factor,
            _ => {}
        }
    }
    recover(&mut trust, model.trust_recovery_rate);
    let Trust { now, away, moved, .. } = &mut *trust;
    // Few severities differ, so most pairs reuse the factor of the pair before.
    let (mut part, mut kept) = (0.0, 1.0);
    for (owner, restricted) in restrictions.because.keys() {
        let severity = severity(&grants, *owner, *restricted);
        if severity != part {
            (part, kept) = (severity, libm::exp(-model.trust_loss_rate * severity / 4.0));
        }
        now[(*restricted, *owner)] *= kept;
        away.set(*restricted, *owner, true);
        moved.set(*restricted, *owner, true);
    }
}

/// Moves all trust that differs from its start value a part of the way back.
fn recover(trust: &mut Trust, rate: f64) {
    let Trust { now, initial, away, moved } = trust;
    moved.clone_from(away);
    for from in everyone(now.nations()) {
        let (row, start) = (now.row_mut(from), initial.row(from));
        for to in members(moved.row(from)) {
            let cell = &mut row[to.index()];
            *cell = recovered(*cell, start[to.index()], rate);
            if *cell == start[to.index()] {
                away.set(from, to, false);
            }
        }
    }
}

/// How much of a relation is stopped, 0 to 1: a tenth for each level of sharing, a quarter each for the other two
/// actions.
fn severity(grants: &Grants, owner: NationId, nation: NationId) -> f64 {
    let levels = grants.share_forbidden.iter().filter(|plane| plane.get(owner, nation)).count();
    levels as f64 / 10.0
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

/// Trust a quarter later: closer to its start value, by a quarter of the yearly `rate`.
fn recovered(now: f64, initial: f64, rate: f64) -> f64 {
    now + (initial - now) * (rate / 4.0).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_recovers_slowly_and_credibility_follows_what_was_done() {
        for (now, initial, rate, expected) in
            [(0.4, 0.8, 0.4, 0.44), (0.8, 0.8, 0.4, 0.8), (0.4, 0.8, 8.0, 0.8), (0.4, 0.8, 0.0, 0.4)]
        {
            assert!((recovered(now, initial, rate) - expected).abs() < 1e-12);
        }
        for (now, done, step, expected) in [(0.5, 1.0, 0.2, 0.6), (0.5, 0.0, 0.2, 0.4), (0.5, 1.0, 0.0, 0.5)] {
            assert!((stepped(now, done, step) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn severity_counts_every_action() {
        let (a, b) = (NationId::new(0), NationId::new(1));
        let mut grants = Grants::none(2);
        assert_eq!(severity(&grants, a, b), 0.0);
        grants.share_forbidden.iter_mut().for_each(|plane| plane.set(a, b, true));
        assert_eq!(severity(&grants, a, b), 0.5);
        grants.work_forbidden.set(a, b, true);
        grants.colocate_forbidden.set(a, b, true);
        assert_eq!(severity(&grants, a, b), 1.0);
    }
}
