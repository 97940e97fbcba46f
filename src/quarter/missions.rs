//! Missions: quickly withdrawn where rules forbid them, slowly reopened where rules allow them again.
use crate::access::Policies;
use crate::access::facts::Facts;
use crate::world::clock::Quarter;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::levels::{MissionKind, MissionStatus};
use crate::world::mission::{Mission, Outreach, Presence};
use crate::world::nation::{Nation, Pressure};
use crate::world::record::{Because, Decision, DecisionKind, DecisionLog};
use crate::world::rule::Restrictions;
use crate::world::setting::{Clock, Names, Roll, Setting, everyone};
use crate::world::slot::Slot;
use bevy_ecs::prelude::*;

/// Updates the status of every mission, and for each nation the share of its missions, by weight, that is open.
#[expect(clippy::too_many_arguments, reason = "a system names what it touches")]
pub fn missions(
    setting: Res<Setting>,
    clock: Res<Clock>,
    roll: Res<Roll>,
    names: Res<Names>,
    grants: Res<Grants>,
    restrictions: Res<Restrictions>,
    policies: Res<Policies>,
    facts: Res<Facts>,
    mut outreach: ResMut<Outreach>,
    mut decision_log: ResMut<DecisionLog>,
    mut missions: Query<(&Mission, &mut Presence)>,
    mut nations: Query<(&Nation, &mut Pressure)>,
    mut working: Local<Vec<(f64, f64)>>,
) {
    let now = clock.0;
    // A sender whose missions are all open and all allowed has nothing to decide.
    let mut affected = outreach.closed.clone();
    for sender in everyone(setting.nations) {
        if grants.colocate_forbidden.row(sender).iter().any(|word| *word != 0) {
            affected.insert(sender);
        }
    }
    if affected.is_empty() {
        return;
    }
    let delays = StatusDelays {
        withdraw: setting.model.withdraw_quarters.round() as i64,
        reopen: (setting.model.reopen_years * 4.0).round() as i64,
    };
    working.clear();
    working.resize(setting.nations, (0.0, 0.0));
    outreach.closed.clear();
    outreach.withdrawn = 0;
    let sent = roll.missions.iter().zip(&roll.senders).filter(|(_, sender)| affected.contains(**sender));
    let mut missions = missions.iter_many_mut(sent.map(|(mission, _)| mission)).matched();
    while let Some((mission, mut presence)) = missions.fetch_next() {
        let permission = if grants.colocate.get(mission.sender, mission.host) {
            Permission::Allowed
        } else if presence.status == MissionStatus::Withdrawn || stands(&policies, &facts, mission.sender, mission.host)
        {
            Permission::Forbidden
        } else {
            Permission::Restoring
        };
        let (status, allowed_since) = next_status(&presence, permission, now, delays);
        if status != presence.status {
            let because =
                restrictions.because.get(&(mission.sender, mission.host)).copied().unwrap_or(presence.because);
            let because = record_change(&mut decision_log, now, mission, status, because, &names);
            *presence = Presence { status, since: now, allowed_since, because, ..*presence };
        } else if allowed_since != presence.allowed_since {
            presence.allowed_since = allowed_since;
        }
        let open = status == MissionStatus::Open;
        if !open {
            outreach.closed.insert(mission.sender);
        }
        outreach.withdrawn += u32::from(status == MissionStatus::Withdrawn);
        let sums = &mut working[mission.sender.index()];
        sums.0 += mission.weight * f64::from(u8::from(open));
        sums.1 += mission.weight;
    }
    let mut nations = nations.iter_many_mut(&roll.nations).matched();
    while let Some((nation, mut pressure)) = nations.fetch_next() {
        let (open, all) = working[nation.id.index()];
        pressure.missions_working = if all > 0.0 { open / all } else { 1.0 };
    }
}

/// Whether a sender may keep a mission in a host.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Permission {
    /// It may.
    Allowed,
    /// It may not yet: the condition of every rule that forbids it has ended, and access is not restored. Nothing is closed
    /// for it, and nothing reopens.
    Restoring,
    /// Something forbids it that still holds.
    Forbidden,
}

/// True if anything that forbids the sender to keep missions in the host still holds: a rule whose condition does, or a
/// policy that is no rule.
fn stands(policies: &Policies, facts: &Facts, sender: NationId, host: NationId) -> bool {
    let forbids = policies.explain(facts, sender, host, Slot::COLOCATE).forbids;
    let restoring = |policy| policies.rule(policy).is_some_and(|rule| facts.rule(rule).restoring.contains(host));
    !forbids.into_iter().all(restoring)
}

/// How many quarters a mission waits before its status changes.
#[derive(Clone, Copy, Debug)]
struct StatusDelays {
    withdraw: i64,
    reopen: i64,
}

/// The next status of a mission, and since when a closed mission has been allowed again.
fn next_status(
    presence: &Presence,
    permission: Permission,
    now: Quarter,
    delays: StatusDelays,
) -> (MissionStatus, Option<Quarter>) {
    if presence.by_event {
        return (presence.status, None);
    }
    let allowed_since = (permission == Permission::Allowed).then(|| presence.allowed_since.unwrap_or(now));
    let waited = allowed_since.map_or(0, |since| now.since(since));
    let status = match (presence.status, permission) {
        (MissionStatus::Open, Permission::Allowed | Permission::Restoring) => return (MissionStatus::Open, None),
        (MissionStatus::Open, Permission::Forbidden) if delays.withdraw == 0 => MissionStatus::Withdrawn,
        (MissionStatus::Open, Permission::Forbidden) => MissionStatus::Suspended,
        (MissionStatus::Suspended, Permission::Forbidden) if now.since(presence.since) >= delays.withdraw => {
            MissionStatus::Withdrawn
        }
        (_, Permission::Allowed) if waited >= delays.reopen => return (MissionStatus::Open, None),
        (closed, _) => closed,
    };
    (status, allowed_since)
}

fn record_change(
    decision_log: &mut DecisionLog,
    now: Quarter,
    mission: &Mission,
    status: MissionStatus,
    because: Because,
    names: &Names,
) -> Because {
    let id = &names.missions[mission.id.index()];
    decision_log.record(now, || Decision {
        kind: DecisionKind::Mission,
        actor: mission.sender,
        target: Some(mission.host),
        rule: None,
        outcome: status.as_str().into(),
        probability: 1.0,
        draw: None,
        reason: format!("{}{id}", if mission.kind == MissionKind::Outpost { "outpost " } else { "mission " }),
        because,
        path: format!("missions.{id}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_is_quick_and_reopening_slow() {
        let start = Quarter::new(2020, 1);
        let delays = StatusDelays { withdraw: 2, reopen: 8 };
        let at = |status, since, allowed_since| Presence {
            status,
            since,
            allowed_since,
            by_event: false,
            because: Because::Start,
        };
        let open = at(MissionStatus::Open, start, None);
        assert_eq!(next_status(&open, Permission::Allowed, start, delays).0, MissionStatus::Open);
        assert_eq!(next_status(&open, Permission::Forbidden, start, delays).0, MissionStatus::Suspended);
        let suspended = at(MissionStatus::Suspended, start, None);
        assert_eq!(next_status(&suspended, Permission::Forbidden, start.plus(1), delays).0, MissionStatus::Suspended);
        assert_eq!(next_status(&suspended, Permission::Forbidden, start.plus(2), delays).0, MissionStatus::Withdrawn);
        assert_eq!(
            next_status(&suspended, Permission::Restoring, start.plus(9), delays),
            (MissionStatus::Suspended, None),
            "a cause that is gone closes nothing"
        );
        assert_eq!(next_status(&open, Permission::Restoring, start, delays).0, MissionStatus::Open);
        let gone = at(MissionStatus::Withdrawn, start, None);
        assert_eq!(next_status(&gone, Permission::Allowed, start, delays), (MissionStatus::Withdrawn, Some(start)));
        let waiting = at(MissionStatus::Withdrawn, start, Some(start));
        assert_eq!(next_status(&waiting, Permission::Allowed, start.plus(7), delays).0, MissionStatus::Withdrawn);
        assert_eq!(next_status(&waiting, Permission::Allowed, start.plus(8), delays).0, MissionStatus::Open);
        assert_eq!(
            next_status(&waiting, Permission::Forbidden, start.plus(8), delays),
            (MissionStatus::Withdrawn, None)
        );
        let closed = Presence { by_event: true, ..gone };
        assert_eq!(
            next_status(&closed, Permission::Allowed, start.plus(80), delays).0,
            MissionStatus::Withdrawn,
            "an event opens it again"
        );
    }
}
