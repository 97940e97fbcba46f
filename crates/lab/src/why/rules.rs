//! The sender's rules: which bind, and why the others do not.
use super::causes::{Link, Record};
use super::past::{Pair, Past};
use super::standing::stops;
use super::{At, at};
use noforn::access::reading::{Reading, readings};
use noforn::access::{Policies, Scratch};
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::ids::{NationId, RuleId};
use noforn::world::levels::{Action, Enforcement};
use noforn::world::record::Because;
use noforn::world::rule::{Application, Course, Measure};
use noforn::world::setting::Roll;
use noforn::world::slot::Slot;
use serde::Serialize;

/// How a rule stands towards the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
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

/// A rule and how it stands towards the receiver.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// Its id.
    pub id: String,
    /// What it says.
    pub says: String,
    /// Its condition as written; none for a complete policy.
    pub when: Option<String>,
    /// Its exception as written.
    pub unless: Option<String>,
    /// Where its condition is written.
    pub at: At,
    /// How firmly it is applied; none for a complete policy.
    pub enforcement: Option<Enforcement>,
    /// How it stands.
    pub state: State,
    /// When it was announced, while it stands.
    pub announced: Option<String>,
    /// From when on it applies.
    pub in_force_from: Option<String>,
    /// Whether its condition holds and its exception does not, whatever its grace; none for a complete policy.
    pub condition_holds: Option<bool>,
    /// What its text reads, and the values it found.
    pub readings: Vec<Reading>,
    /// What it forbids between the two now: `share above confidential`, `work_alongside`.
    pub forbids: Vec<String>,
    /// The owner's last choice under it.
    pub choice: Option<Link>,
}

impl Told {
    /// Whether it forbids anything now.
    pub fn binds(&self) -> bool {
        !self.forbids.is_empty()
    }
}

/// Every rule of the sender and every complete policy that forbids it anything, those that bind first.
pub fn told(prepared: &Prepared, past: &mut Past, record: &Record) -> Vec<Told> {
    let scenario = prepared.scenario();
    let Pair { sender, .. } = past.pair;
    let name = scenario.rosters.nations.id(sender.index());
    let own = scenario.file.rules.iter().enumerate().filter(|(_, (_, rule))| rule.owner == name);
    let mut all: Vec<Told> = own.map(|(rank, _)| rule(scenario, past, record, RuleId::new(rank))).collect();
    all.extend(complete(scenario, prepared.policies(), past));
    all.sort_by(|a, b| (!a.binds(), a.state, &a.id).cmp(&(!b.binds(), b.state, &b.id)));
    all
}

fn rule(scenario: &Scenario, past: &Past, record: &Record, rule: RuleId) -> Told {
    let id = scenario.rosters.rules.id(rule.index());
    let entry = &scenario.file.rules[id];
    let Pair { receiver, .. } = past.pair;
    let policies = past.world.resource::<Policies>();
    let policy = policies.all().find(|policy| policies.rule(*policy) == Some(rule)).expect("every rule is a policy");
    let entity = past.world.resource::<Roll>().rule(rule);
    let course = past.world.get::<Course>(entity).expect("rules live as long as the run");
    let holds = policies.would_hold(rule, &past.facts, receiver, past.exposure(), &mut Scratch::new());
    let choice = match course.towards[receiver.index()] {
        Application::Triggered { because, .. } | Application::Restoring { because, .. } => {
            record.link(scenario, because)
        }
        Application::Clear => None,
    };
    Told {
        id: id.to_owned(),
        says: policies.says(policy).to_owned(),
        when: Some(entry.when.clone()),
        unless: entry.unless.clone(),
        at: at(scenario, &format!("rules.{id}.when")),
        enforcement: Some(entry.enforcement),
        state: state(course, receiver, course.announced.map(|q| q.plus(entry.grace_quarters)), past),
        announced: course.announced.map(|quarter| quarter.to_string()),
        in_force_from: course.announced.map(|quarter| quarter.plus(entry.grace_quarters).to_string()),
        condition_holds: holds,
        readings: readings(scenario, rule, &past.facts, receiver),
        forbids: forbids(past, id),
        choice,
    }
}

fn state(course: &Course, receiver: NationId, from: Option<Quarter>, past: &Past) -> State {
    let now = past.seen.last().map(|(quarter, _)| *quarter);
    match (course.towards[receiver.index()], from) {
        (_, _) if course.spared.contains(receiver) => State::Waived,
        (Application::Triggered { measure: Measure::Full, .. }, _) => State::Binds,
        (Application::Triggered { measure: Measure::TearLine, .. }, _) => State::TearLine,
        (Application::Triggered { measure: Measure::Waived, .. }, _) => State::Waived,
        (Application::Restoring { .. }, Some(_)) => State::Restoring,
        (_, None) if course.because == Because::Start => State::NotAnnounced,
        (_, None) => State::Lifted,
        (Application::Clear, Some(from)) if now < Some(from) => State::Grace,
        (Application::Clear, Some(_)) => State::DoesNotHold,
    }
}

/// What a policy forbids between the two now.
fn forbids(past: &Past, id: &str) -> Vec<String> {
    let stopped = |slot: &Slot| stops(past, *slot).iter().any(|policy| policy == id);
    let slots: Vec<Slot> = Slot::all().filter(stopped).collect();
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

/// The complete policies that forbid the sender anything towards the receiver.
fn complete(scenario: &Scenario, policies: &Policies, past: &Past) -> Vec<Told> {
    let written = policies.all().filter(|policy| policies.forbids(*policy) && policies.rule(*policy).is_none());
    let one = |policy| {
        let forbids = forbids(past, policies.id(policy));
        Told {
            id: policies.id(policy).to_owned(),
            says: policies.says(policy).to_owned(),
            when: None,
            unless: None,
            at: at(scenario, "policies"),
            enforcement: None,
            state: if forbids.is_empty() { State::DoesNotHold } else { State::Binds },
            announced: None,
            in_force_from: None,
            condition_holds: None,
            readings: Vec::new(),
            forbids,
            choice: None,
        }
    };
    written.map(one).collect()
}
