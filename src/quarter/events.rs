//! Events: applies the timeline's events of the quarter to the world.
use crate::access::facts::Facts;
use crate::world::agreement::{Covenant, Members};
use crate::world::bonds::Bonds;
use crate::world::chance::{Stream, subject};
use crate::world::clock::Quarter;
use crate::world::effect::{Club, Effect, Timeline};
use crate::world::ids::{EventId, MissionId, NationId, RuleId, VendorId};
use crate::world::levels::{MissionStatus, Stance};
use crate::world::mission::{Outreach, Presence};
use crate::world::nation::{Attention, Position, Pressure};
use crate::world::news::News;
use crate::world::record::{Because, Decision, DecisionKind, DecisionLog};
use crate::world::rule::RuleProgress;
use crate::world::sets::NationSet;
use crate::world::setting::{Clock, Names, Roll, Setting, everyone};
use crate::world::ties::{Guarantor, Trust};
use crate::world::vendor::{VendorList, VendorState};
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

/// How many quarters a salient event keeps a government's attention.
const ATTENTION_QUARTERS: u32 = 2;

/// Everything an event may change.
#[derive(SystemParam)]
pub struct EventTargets<'w, 's> {
    setting: Res<'w, Setting>,
    roll: Res<'w, Roll>,
    names: Res<'w, Names>,
    bonds: Res<'w, Bonds>,
    trust: ResMut<'w, Trust>,
    facts: ResMut<'w, Facts>,
    covenant: ResMut<'w, Covenant>,
    outreach: ResMut<'w, Outreach>,
    vendor_list: ResMut<'w, VendorList>,
    guarantor: ResMut<'w, Guarantor>,
    decision_log: ResMut<'w, DecisionLog>,
    news: MessageWriter<'w, News>,
    rules: Query<'w, 's, &'static mut RuleProgress>,
    vendors: Query<'w, 's, &'static mut VendorState>,
    governments: Query<'w, 's, (&'static mut Position, &'static mut Attention, &'static mut Pressure)>,
    agreements: Query<'w, 's, &'static mut Members>,
    missions: Query<'w, 's, &'static mut Presence>,
}

/// Applies every event of the quarter, in the order of date and id.
pub fn events(clock: Res<Clock>, mut timeline: ResMut<Timeline>, mut targets: EventTargets) {
    let now = clock.0;
    targets.guarantor.campaign *= 0.9;
    while let Some((due, effect)) = timeline.events.get(timeline.next).cloned() {
        if due > now {
            break;
        }
        let id = EventId::new(timeline.next);
        timeline.next += 1;
        let luck = targets.setting.chance.uniform(Stream::Event, subject(&targets.names.events[id.index()]), now, 0);
        if takes_place(targets.setting.model.event_probability, luck) {
            targets.apply(&effect, Because::Event(id), now);
            timeline.applied.push((now, id));
        }
    }
    targets.age_rules(now);
}

/// True if an event takes place; `draw` is uniform in [0, 1).
fn takes_place(probability: f64, draw: f64) -> bool {
    draw < probability
}

impl EventTargets<'_, '_> {
    fn apply(&mut self, effect: &Effect, because: Because, now: Quarter) {
        match *effect {
            Effect::Announce(rule) => {
                self.set_announced(rule, Some(now), because);
                self.news.write(News::Announced { rule, because });
                self.alert_all(because, now);
            }
            Effect::Lift(rule) => self.set_announced(rule, None, because),
            Effect::Waive { rule, nation } => self.rule(rule).spared.insert(nation),
            Effect::Contradict { by } => {
                self.news.write(News::Contradicted { by });
            }
            Effect::Flag { vendor, by } => self.change_vendor(vendor, |vendor| vendor.flagged_by.insert(by)),
            Effect::Unflag { vendor, by } => self.change_vendor(vendor, |vendor| vendor.flagged_by.remove(by)),
            Effect::Ease { vendor } => self.change_vendor(vendor, |vendor| vendor.embargo = 0.0),
            Effect::Embargo { vendor, by, strength } => {
                self.change_vendor(vendor, |vendor| vendor.embargo = vendor.embargo.max(strength));
                self.news.write(News::Advocacy { by, strength: strength / 2.0, because });
                self.news.write(News::Embargo { because });
                self.campaign(strength, because, now);
            }
            Effect::Deny(vendor) => {
                self.news.write(News::Denial { vendor });
            }
            Effect::Advocate { by, strength } => {
                self.news.write(News::Advocacy { by, strength, because });
                self.campaign(strength, because, now);
            }
            Effect::Disclose(nation) => {
                self.news.write(News::Disclosure { nation, because });
                self.alert_all(because, now);
            }
            Effect::Retaliate { nation, strength } => {
                let (_, _, mut pressure) = self.government(nation);
                pressure.retaliation = pressure.retaliation.max(strength);
            }
            Effect::Compensate { ref nations, amount_musd } => self.compensate(nations, amount_musd),
            Effect::Stance { nation, stance } => self.take_stance(nation, stance, because, now),
            Effect::Join { club, nation } => self.membership(club, nation, true),
            Effect::Leave { club, nation } => self.membership(club, nation, false),
            Effect::Open(mission) => self.presence(mission, MissionStatus::Open, because, now),
            Effect::Close(mission) => self.presence(mission, MissionStatus::Withdrawn, because, now),
            Effect::SetFact { fact, nation, value } => self.facts.declared[fact.index()][nation.index()] = value,
            Effect::CleanPath(nation) => self.outreach.clean_path.insert(nation),
            Effect::Note => {}
        }
    }

    /// Updates the facts that conditions read: for how many quarters each rule has been announced.
    fn age_rules(&mut self, now: Quarter) {
        for (rule, entity) in self.roll.rules.iter().enumerate() {
            let course = self.rules.get(*entity).expect("rules live as long as the run");
            self.facts.rules[rule].quarters_in_force = course.announced.map_or(-1, |since| now.since(since));
        }
    }

    fn rule(&mut self, rule: RuleId) -> Mut<'_, RuleProgress> {
        self.rules.get_mut(self.roll.rule(rule)).expect("rules live as long as the run")
    }

    /// Announces a rule in a quarter, or lifts it.
    fn set_announced(&mut self, rule: RuleId, announced: Option<Quarter>, because: Because) {
        let mut course = self.rule(rule);
        course.announced = announced;
        course.because = because;
    }

    /// Changes a vendor, and copies the change to the list of vendors.
    fn change_vendor(&mut self, vendor: VendorId, change: impl FnOnce(&mut VendorState)) {
        let mut state = self.vendors.get_mut(self.roll.vendor(vendor)).expect("vendors live as long as the run");
        change(&mut state);
        self.vendor_list.flagged_by[vendor.index()].clone_from(&state.flagged_by);
        self.vendor_list.embargo[vendor.index()] = state.embargo;
        if let Some(guarantor) = self.guarantor.nation {
            self.vendor_list.covered[vendor.index()] = state.flagged_by.contains(guarantor);
        }
    }

    /// Raises the guarantor's campaign to at least this strength, and draws every government's attention.
    fn campaign(&mut self, strength: f64, because: Because, now: Quarter) {
        self.guarantor.campaign = self.guarantor.campaign.max(strength);
        self.alert_all(because, now);
    }

    /// Divides an amount (millions of dollars) equally among nations.
    fn compensate(&mut self, nations: &NationSet, amount_musd: f64) {
        let each = amount_musd / nations.len().max(1) as f64;
        for nation in nations.iter() {
            self.government(nation).2.compensation_musd += each;
        }
    }

    fn take_stance(&mut self, nation: NationId, stance: Stance, because: Because, now: Quarter) {
        let before = self.government(nation).0.stance;
        let decision = self.decision_log.record(now, || Decision {
            kind: DecisionKind::Stance,
            actor: nation,
            target: None,
            rule: None,
            outcome: stance.as_str().into(),
            probability: 1.0,
            draw: None,
            reason: format!("given by the timeline; was {}", before.as_str()),
            because,
            path: self.names.event_path(because),
        });
        self.government(nation).0.take(stance, now, decision);
        if stance >= Stance::Banned && before < Stance::Banned {
            self.news.write(News::Ban { nation, because: decision });
        }
    }

    fn government(&mut self, nation: NationId) -> (Mut<'_, Position>, Mut<'_, Attention>, Mut<'_, Pressure>) {
        self.governments.get_mut(self.roll.nation(nation)).expect("nations live as long as the run")
    }

    fn alert_all(&mut self, because: Because, now: Quarter) {
        for entity in &self.roll.nations {
            let (_, mut attention, _) = self.governments.get_mut(*entity).expect("nations live as long as the run");
            *attention = Attention { until: Some(now.plus(ATTENTION_QUARTERS - 1)), because };
        }
    }

    fn membership(&mut self, club: Club, nation: NationId, joins: bool) {
        match club {
            Club::Group(group) => {
                self.facts.groups[group.index()].set(nation, joins);
                self.follow_groups(nation);
            }
            Club::Agreement(agreement) => {
                let entity = self.roll.agreement(agreement);
                let mut members = self.agreements.get_mut(entity).expect("agreements live as long as the run");
                members.0.set(nation, joins);
                self.facts.agreements[agreement.index()].clone_from(&members.0);
            }
        }
        self.covenant.stale = true;
    }

    /// Makes the trust between a nation and all others follow the groups as they are now.
    fn follow_groups(&mut self, nation: NationId) {
        for other in everyone(self.setting.nations).filter(|other| *other != nation) {
            let shared = self.bonds.shared(&self.facts.groups, nation, other);
            for (from, to) in [(nation, other), (other, nation)] {
                let initial = self.bonds.trust(&self.setting.model, shared, from, to);
                self.trust.rebase(from, to, initial);
            }
        }
    }

    fn presence(&mut self, mission: MissionId, status: MissionStatus, because: Because, now: Quarter) {
        let mut presence = self.missions.get_mut(self.roll.mission(mission)).expect("missions live as long as the run");
        let by_event = status != MissionStatus::Open;
        *presence = Presence { status, since: now, allowed_since: None, by_event, because };
        let sender = self.roll.senders[mission.index()];
        self.outreach.closed.insert(sender);
    }
}

#[cfg(test)]
mod tests {
    use super::takes_place;

    #[test]
    fn an_event_takes_place_always_at_probability_one_and_never_at_zero() {
        for (probability, draw, expected) in
            [(1.0, 0.999_999, true), (0.0, 0.0, false), (0.5, 0.4, true), (0.5, 0.5, false)]
        {
            assert_eq!(takes_place(probability, draw), expected, "probability {probability}, draw {draw}");
        }
    }
}
