//! Access of one nation to another: what is allowed between the two, what is withheld, and why.
use super::replay::{NationPair, Replay};
use super::{Location, location};
use noforn::access::Policies;
use noforn::scenario::Scenario;
use noforn::world::agreement::Covenant;
use noforn::world::grants::Grants;
use noforn::world::levels::{Action, AgreementKind, Binding, LEVELS, Level, MissionStatus};
use noforn::world::mission::{Mission, Presence};
use noforn::world::setting::Setting;
use noforn::world::slot::Slot;
use noforn::world::ties::{Giving, Trust};
use serde::Serialize;

/// Something that is withheld.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Withheld {
    /// The action.
    pub action: Action,
    /// The levels that are withheld; empty unless the action is sharing.
    pub levels: Vec<Level>,
    /// The constraint that binds.
    pub reason: Binding,
    /// The rules that forbid it.
    pub rules: Vec<String>,
    /// The value that is too low: trust, or the rank of the clearance.
    pub value: Option<f64>,
    /// The least value that would be enough.
    pub threshold: Option<f64>,
}

/// An agreement that the two have joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Joined {
    /// Its id.
    pub id: String,
    /// Its title, or its id.
    pub title: String,
    /// Whether it is a pool or bilateral.
    pub kind: AgreementKind,
    /// The highest level it covers.
    pub ceiling: Level,
    /// Where the scenario sets it.
    pub at: Location,
}

/// What is allowed between two nations, and what is withheld.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairAccess {
    /// The agreements of the scenario that the two have joined, the highest ceiling first.
    pub agreements: Vec<Joined>,
    /// The ceiling of agreements that they made during the run.
    pub side_ceiling: Option<Level>,
    /// The highest ceiling of all agreements; none if they have joined none.
    pub ceiling: Option<Level>,
    /// The sender's goodwill towards the receiver, 0 to 1.
    pub trust_share: f64,
    /// The same at the start.
    pub trust_at_start_share: f64,
    /// Confidence of the sender that what it gives to the receiver stays there, 0 to 1.
    pub handling_share: f64,
    /// What the sender gives of what could go to the receiver where each pair decides, 0 to 1.
    pub giving_share: f64,
    /// The least trust for each level above `open`, 0 to 1.
    pub trust_for_level: [f64; LEVELS - 1],
    /// The highest level that trust allows.
    pub trusted: Level,
    /// The highest level that the receiver may read.
    pub clearance: Level,
    /// The highest level that is shared; none if nothing is.
    pub level: Option<Level>,
    /// Whether they work alongside each other.
    pub work_alongside: bool,
    /// Whether the sender may keep missions there.
    pub co_locate: bool,
    /// The sender's missions there: number open, suspended, withdrawn.
    pub missions: [u32; 3],
    /// What is withheld.
    pub withheld: Vec<Withheld>,
}

impl PairAccess {
    /// The access of the pair of a replay, at its end.
    pub fn new(scenario: &Scenario, replay: &mut Replay) -> Self {
        let missions = missions(replay);
        let NationPair { sender, receiver } = replay.pair;
        let world = &replay.world;
        let (covenant, trust) = (world.resource::<Covenant>(), world.resource::<Trust>());
        let model = &world.resource::<Setting>().model;
        let trusted = trust.with_reports(sender, receiver);
        let grants = world.resource::<Grants>();
        let mut access = Self {
            agreements: agreements(scenario, replay),
            side_ceiling: replay.facts.side.iter().rposition(|side| side.get(sender, receiver)).map(level_or_open),
            ceiling: covenant.ceiling(sender, receiver),
            trust_share: trust.goodwill[(sender, receiver)],
            handling_share: trust.handling[(sender, receiver)],
            giving_share: world.resource::<Giving>().share(sender, receiver),
            trust_at_start_share: trust.initial[(sender, receiver)],
            trust_for_level: model.trust_for_level,
            trusted: model.trusted_level(trusted),
            clearance: level_or_open(replay.facts.clearance[receiver.index()] as usize),
            level: None,
            work_alongside: grants.work.get(sender, receiver),
            co_locate: grants.colocate.get(sender, receiver),
            missions,
            withheld: Vec::new(),
        };
        access.decide(replay);
        access
    }

    /// True if both allow the same level and actions.
    pub fn allows_the_same(&self, other: &PairAccess) -> bool {
        (self.level, self.work_alongside, self.co_locate) == (other.level, other.work_alongside, other.co_locate)
    }

    /// True if a rule withholds anything.
    pub fn withheld_by_rule(&self) -> bool {
        self.withheld_by(Binding::Rule)
    }

    /// True if anything is withheld for this reason.
    pub fn withheld_by(&self, reason: Binding) -> bool {
        self.withheld.iter().any(|one| one.reason == reason)
    }

    /// Finds the highest level that is shared, and everything that is withheld.
    fn decide(&mut self, replay: &Replay) {
        let NationPair { sender, receiver } = replay.pair;
        let covenant = replay.world.resource::<Covenant>();
        let model = &replay.world.resource::<Setting>().model;
        for level in Level::ALL.iter().copied().filter(|level| covenant.joined[level.rank()].get(sender, receiver)) {
            let rules = forbidding_policies(replay, Slot::share(level));
            if !rules.is_empty() {
                self.withhold(Action::Share, Some(level), Binding::Rule, rules, None);
            } else if level > self.trusted {
                let needed = model.trust_needed(level);
                self.withhold(
                    Action::Share,
                    Some(level),
                    Binding::Trust,
                    Vec::new(),
                    Some((self.trust_share * self.handling_share, needed)),
                );
            } else if level > self.clearance {
                let ranks = (self.clearance.rank() as f64, level.rank() as f64);
                self.withhold(Action::Share, Some(level), Binding::Clearance, Vec::new(), Some(ranks));
            } else {
                self.level = Some(level);
            }
        }
        if self.ceiling.is_none() {
            self.withhold(Action::Share, None, Binding::Agreement, Vec::new(), None);
        }
        for (action, slot, allowed) in [
            (Action::WorkAlongside, Slot::WORK, self.work_alongside),
            (Action::CoLocate, Slot::COLOCATE, self.co_locate),
        ] {
            let rules = if allowed { Vec::new() } else { forbidding_policies(replay, slot) };
            let reason = if rules.is_empty() { Binding::Agreement } else { Binding::Rule };
            // An agreement made in this quarter counts from the next quarter on.
            if !allowed && (reason == Binding::Rule || self.ceiling.is_none()) {
                self.withhold(action, None, reason, rules, None);
            }
        }
    }

    /// Adds to what is withheld; merges levels with the same reason and rules.
    fn withhold(
        &mut self,
        action: Action,
        level: Option<Level>,
        reason: Binding,
        rules: Vec<String>,
        short: Option<(f64, f64)>,
    ) {
        let (value, threshold) = (short.map(|short| short.0), short.map(|short| short.1));
        match self.withheld.last_mut() {
            Some(last) if last.action == action && last.reason == reason && last.rules == rules => {
                last.levels.extend(level);
            }
            _ => {
                let levels = level.into_iter().collect();
                self.withheld.push(Withheld { action, levels, reason, rules, value, threshold });
            }
        }
    }
}

fn level_or_open(rank: usize) -> Level {
    Level::from_rank(rank).unwrap_or(Level::Open)
}

/// The ids of the policies that forbid an action between the pair.
pub fn forbidding_policies(replay: &Replay, slot: Slot) -> Vec<String> {
    let policies = replay.world.resource::<Policies>();
    let explanation = policies.explain(&replay.facts, replay.pair.sender, replay.pair.receiver, slot);
    explanation.forbids.iter().map(|policy| policies.id(*policy).to_owned()).collect()
}

fn agreements(scenario: &Scenario, replay: &Replay) -> Vec<Joined> {
    let NationPair { sender, receiver } = replay.pair;
    let entries = scenario.file.agreements.iter().enumerate().filter(|(rank, _)| {
        let members = &replay.facts.agreements[*rank];
        members.contains(sender) && members.contains(receiver)
    });
    let mut joined: Vec<Joined> = entries
        .map(|(_, (id, entry))| Joined {
            id: id.clone(),
            title: entry.title.clone().unwrap_or_else(|| id.clone()),
            kind: entry.kind,
            ceiling: entry.ceiling,
            at: location(scenario, &format!("agreements.{id}")),
        })
        .collect();
    joined.sort_by(|a, b| (b.ceiling, &a.id).cmp(&(a.ceiling, &b.id)));
    joined
}

fn missions(replay: &mut Replay) -> [u32; 3] {
    let NationPair { sender, receiver } = replay.pair;
    let mut count = [0; 3];
    let mut missions = replay.world.query::<(&Mission, &Presence)>();
    for (_, presence) in missions.iter(&replay.world).filter(|(m, _)| m.sender == sender && m.host == receiver) {
        count[MissionStatus::rank(presence.status)] += 1;
    }
    count
}
