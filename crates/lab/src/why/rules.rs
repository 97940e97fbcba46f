//! Explains the rules of the sender: which bind, and why the others do not.
use super::causes::{DecisionIndex, Link};
use super::pair_access::forbidding_policies;
use super::replay::{NationPair, Replay};
use super::{Location, location};
use noforn::access::condition::{ConditionInput, condition_inputs};
use noforn::access::{Policies, Scratch};
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::ids::{NationId, RuleId};
use noforn::world::levels::{Action, Enforcement};
use noforn::world::record::Because;
use noforn::world::rule::{Application, Measure, RuleProgress};
use noforn::world::setting::Roll;
use noforn::world::slot::Slot;
use serde::Serialize;

/// The status of a rule towards the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleStatus {
    /// It is enforced in full.
    Binds,
    /// It is enforced above the tear-line.
    TearLine,
    /// Its condition has cleared; the owner has not restored yet.
    Restoring,
    /// The owner does not apply it.
    Waived,
    /// It is announced, and its grace is not over.
    Grace,
    /// Its condition does not hold.
    DoesNotHold,
    /// It was never announced.
    NotAnnounced,
    /// An event lifted it.
    Lifted,
}

/// A rule and its status towards the receiver.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleExplanation {
    /// Its id.
    pub id: String,
    /// Its text in words.
    pub says: String,
    /// Its condition as written; none for a policy in Cedar.
    pub when: Option<String>,
    /// Its exception as written.
    pub unless: Option<String>,
    /// Where the scenario sets its condition.
    pub at: Location,
    /// How firmly it is applied; none for a policy in Cedar.
    pub enforcement: Option<Enforcement>,
    /// Its status.
    #[serde(rename = "state")]
    pub status: RuleStatus,
    /// The quarter in which it was announced; none if it is not announced now.
    pub announced: Option<String>,
    /// The first quarter in which it applies, after its grace.
    pub in_force_from: Option<String>,
    /// True if its condition holds and its exception does not, whatever its grace; none for a policy in Cedar.
    pub condition_holds: Option<bool>,
    /// The values that its condition and exception read.
    pub readings: Vec<ConditionInput>,
    /// What it forbids between the two now, such as `share at secret and above` or `work_alongside`.
    pub forbids: Vec<String>,
    /// The last decision of its owner under it.
    pub choice: Option<Link>,
}

impl RuleExplanation {
    /// True if it forbids anything now.
    pub fn binds(&self) -> bool {
        !self.forbids.is_empty()
    }
}

/// Every rule of the sender and every policy in Cedar that forbids something; those that bind come first.
pub fn explain_rules(prepared: &Prepared, replay: &mut Replay, decisions: &DecisionIndex) -> Vec<RuleExplanation> {
    let scenario = prepared.scenario();
    let NationPair { sender, .. } = replay.pair;
    let name = scenario.rosters.nations.id(sender.index());
    let own = scenario.file.rules.iter().enumerate().filter(|(_, (_, rule))| rule.owner == name);
    let mut all: Vec<RuleExplanation> =
        own.map(|(rank, _)| explain_rule(scenario, replay, decisions, RuleId::new(rank))).collect();
    all.extend(explain_policies(scenario, prepared.policies(), replay));
    all.sort_by(|a, b| (!a.binds(), a.status, &a.id).cmp(&(!b.binds(), b.status, &b.id)));
    all
}

fn explain_rule(scenario: &Scenario, replay: &Replay, decisions: &DecisionIndex, rule: RuleId) -> RuleExplanation {
    let id = scenario.rosters.rules.id(rule.index());
    let entry = &scenario.file.rules[id];
    let NationPair { receiver, .. } = replay.pair;
    let policies = replay.world.resource::<Policies>();
    let policy = policies.all().find(|policy| policies.rule(*policy) == Some(rule)).expect("every rule is a policy");
    let entity = replay.world.resource::<Roll>().rule(rule);
    let course = replay.world.get::<RuleProgress>(entity).expect("rules live as long as the run");
    let holds = policies.would_hold(rule, &replay.facts, receiver, replay.exposure(), &mut Scratch::new());
    let choice = match course.towards[receiver.index()] {
        Application::Triggered { because, .. } | Application::Restoring { because, .. } => {
            decisions.link(scenario, because)
        }
        Application::Clear => None,
    };
    RuleExplanation {
        id: id.to_owned(),
        says: policies.says(policy).to_owned(),
        when: Some(entry.when.clone()),
        unless: entry.unless.clone(),
        at: location(scenario, &format!("rules.{id}.when")),
        enforcement: Some(entry.enforcement),
        status: status(course, receiver, course.announced.map(|q| q.plus(entry.grace_quarters)), replay),
        announced: course.announced.map(|quarter| quarter.to_string()),
        in_force_from: course.announced.map(|quarter| quarter.plus(entry.grace_quarters).to_string()),
        condition_holds: holds,
        readings: condition_inputs(scenario, rule, &replay.facts, receiver),
        forbids: forbids(replay, id),
        choice,
    }
}

fn status(course: &RuleProgress, receiver: NationId, from: Option<Quarter>, replay: &Replay) -> RuleStatus {
    let now = replay.exposures.last().map(|(quarter, _)| *quarter);
    match (course.towards[receiver.index()], from) {
        (_, _) if course.spared.contains(receiver) => RuleStatus::Waived,
        (Application::Triggered { measure: Measure::Full, .. }, _) => RuleStatus::Binds,
        (Application::Triggered { measure: Measure::TearLine, .. }, _) => RuleStatus::TearLine,
        (Application::Triggered { measure: Measure::Waived, .. }, _) => RuleStatus::Waived,
        (Application::Restoring { .. }, Some(_)) => RuleStatus::Restoring,
        (_, None) if course.because == Because::Start => RuleStatus::NotAnnounced,
        (_, None) => RuleStatus::Lifted,
        (Application::Clear, Some(from)) if now < Some(from) => RuleStatus::Grace,
        (Application::Clear, Some(_)) => RuleStatus::DoesNotHold,
    }
}

/// What a policy forbids between the two now, in words.
fn forbids(replay: &Replay, id: &str) -> Vec<String> {
    let slots = Slot::all().filter(|slot| forbidding_policies(replay, *slot).iter().any(|policy| policy == id));
    let slots: Vec<Slot> = slots.collect();
    let levels: Vec<_> = slots.iter().filter(|slot| slot.action() == Action::Share).filter_map(|s| s.level()).collect();
    let mut words = Vec::new();
    match levels.first() {
        Some(lowest) if lowest.rank() > 0 => words.push(format!("share at {} and above", lowest.as_str())),
        Some(_) => words.push("share".to_owned()),
        None => {}
    }
    let others = slots.iter().map(|slot| slot.action()).filter(|action| *action != Action::Share);
    words.extend(others.map(|action| action.as_str().to_owned()));
    words
}

/// The policies in Cedar that can forbid something.
fn explain_policies(scenario: &Scenario, policies: &Policies, replay: &Replay) -> Vec<RuleExplanation> {
    let written = policies.all().filter(|policy| policies.forbids(*policy) && policies.rule(*policy).is_none());
    let mut explained = Vec::new();
    for policy in written {
        let forbids = forbids(replay, policies.id(policy));
        explained.push(RuleExplanation {
            id: policies.id(policy).to_owned(),
            says: policies.says(policy).to_owned(),
            when: None,
            unless: None,
            at: location(scenario, "policies"),
            enforcement: None,
            status: if forbids.is_empty() { RuleStatus::DoesNotHold } else { RuleStatus::Binds },
            announced: None,
            in_force_from: None,
            condition_holds: None,
            readings: Vec::new(),
            forbids,
            choice: None,
        });
    }
    explained
}
