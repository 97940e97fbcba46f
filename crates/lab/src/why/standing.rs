//! How two nations stand: what is allowed between them, what is withheld, and for want of what.
use super::past::{Pair, Past};
use super::{At, at};
use noforn::access::Policies;
use noforn::scenario::Scenario;
use noforn::world::agreement::Covenant;
use noforn::world::grants::Grants;
use noforn::world::levels::{Action, AgreementKind, Binding, LEVELS, Level, MissionStatus};
use noforn::world::mission::{Mission, Presence};
use noforn::world::setting::Setting;
use noforn::world::slot::Slot;
use noforn::world::ties::Trust;
use serde::Serialize;

/// Something that is withheld.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Withheld {
    /// The action.
    pub action: Action,
    /// The levels that are withheld, where it is sharing.
    pub levels: Vec<Level>,
    /// For want of what.
    pub reason: Binding,
    /// The rules that forbid it.
    pub rules: Vec<String>,
    /// The value that falls short: trust, or the rank of the clearance.
    pub value: Option<f64>,
    /// What it would have to reach.
    pub threshold: Option<f64>,
}

/// An agreement that joins the two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Joined {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// Whether it is a pool or bilateral.
    pub kind: AgreementKind,
    /// The highest level it covers.
    pub ceiling: Level,
    /// Where it is written.
    pub at: At,
}

/// How two nations stand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The agreements of the scenario that join the two, the highest ceiling first.
    pub agreements: Vec<Joined>,
    /// The ceiling of what they agreed during the run, if they did.
    pub side_ceiling: Option<Level>,
    /// The highest ceiling of all; none where no agreement joins them.
    pub ceiling: Option<Level>,
    /// The sender's trust in the receiver, 0 to 1.
    pub trust_share: f64,
    /// The same at the start.
    pub trust_at_start_share: f64,
    /// What each level above `open` takes.
    pub trust_for_level: [f64; LEVELS - 1],
    /// The highest level that trust allows.
    pub trusted: Level,
    /// The highest level that the receiver may read.
    pub clearance: Level,
    /// The highest level that is shared; none where nothing is.
    pub level: Option<Level>,
    /// Whether they work alongside each other.
    pub work_alongside: bool,
    /// Whether the sender may keep missions there.
    pub co_locate: bool,
    /// The sender's missions there: open, suspended, withdrawn.
    pub missions: [u32; 3],
    /// What is withheld.
    pub withheld: Vec<Withheld>,
}

impl Standing {
    /// How the pair of a run stands.
    pub fn of(scenario: &Scenario, past: &mut Past) -> Self {
        let missions = missions(past);
        let Pair { sender, receiver } = past.pair;
        let world = &past.world;
        let (covenant, trust) = (world.resource::<Covenant>(), world.resource::<Trust>());
        let model = &world.resource::<Setting>().model;
        let share = trust.now[(sender, receiver)];
        let level_of = |rank: usize| Level::from_rank(rank).unwrap_or(Level::Open);
        let grants = world.resource::<Grants>();
        let mut standing = Self {
            agreements: agreements(scenario, past),
            side_ceiling: past.facts.side.iter().rposition(|side| side.get(sender, receiver)).map(level_of),
            ceiling: covenant.ceiling(sender, receiver),
            trust_share: share,
            trust_at_start_share: trust.initial[(sender, receiver)],
            trust_for_level: model.trust_for_level,
            trusted: model.trusted_level(share),
            clearance: level_of(past.facts.clearance[receiver.index()] as usize),
            level: None,
            work_alongside: grants.work.get(sender, receiver),
            co_locate: grants.colocate.get(sender, receiver),
            missions,
            withheld: Vec::new(),
        };
        standing.weigh(past);
        standing
    }

    /// Whether it comes to the same.
    pub fn same(&self, other: &Standing) -> bool {
        (self.level, self.work_alongside, self.co_locate) == (other.level, other.work_alongside, other.co_locate)
    }

    /// Whether a rule withholds anything.
    pub fn by_rule(&self) -> bool {
        self.lacks(Binding::Rule)
    }

    /// Whether anything is withheld for this reason.
    pub fn lacks(&self, reason: Binding) -> bool {
        self.withheld.iter().any(|one| one.reason == reason)
    }

    /// Finds out what is shared and what is withheld.
    fn weigh(&mut self, past: &Past) {
        let Pair { sender, receiver } = past.pair;
        let covenant = past.world.resource::<Covenant>();
        let model = &past.world.resource::<Setting>().model;
        let stopped = |slot: Slot| stops(past, slot);
        for level in Level::ALL.iter().copied().filter(|level| covenant.joined[level.rank()].get(sender, receiver)) {
            let rules = stopped(Slot::share(level));
            if !rules.is_empty() {
                self.withhold(Action::Share, Some(level), Binding::Rule, rules, None);
            } else if level > self.trusted {
                let needed = model.trust_needed(level);
                self.withhold(Action::Share, Some(level), Binding::Trust, Vec::new(), Some((self.trust_share, needed)));
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
            let rules = if allowed { Vec::new() } else { stopped(slot) };
            let reason = if rules.is_empty() { Binding::Agreement } else { Binding::Rule };
            // An agreement made this quarter counts from the next on.
            if !allowed && (reason == Binding::Rule || self.ceiling.is_none()) {
                self.withhold(action, None, reason, rules, None);
            }
        }
    }

    /// Adds to what is withheld; levels go together where reason and rules are the same.
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

/// The policies that forbid something between the pair.
pub fn stops(past: &Past, slot: Slot) -> Vec<String> {
    let policies = past.world.resource::<Policies>();
    let told = policies.explain(&past.facts, past.pair.sender, past.pair.receiver, slot);
    told.forbids.iter().map(|policy| policies.id(*policy).to_owned()).collect()
}

fn agreements(scenario: &Scenario, past: &Past) -> Vec<Joined> {
    let joins = |rank: usize| {
        let members = &past.facts.agreements[rank];
        members.contains(past.pair.sender) && members.contains(past.pair.receiver)
    };
    let entries = scenario.file.agreements.iter().enumerate().filter(|(rank, _)| joins(*rank));
    let mut joined: Vec<Joined> = entries
        .map(|(_, (id, entry))| Joined {
            id: id.clone(),
            title: entry.title.clone().unwrap_or_else(|| id.clone()),
            kind: entry.kind,
            ceiling: entry.ceiling,
            at: at(scenario, &format!("agreements.{id}")),
        })
        .collect();
    joined.sort_by(|a, b| (b.ceiling, &a.id).cmp(&(a.ceiling, &b.id)));
    joined
}

fn missions(past: &mut Past) -> [u32; 3] {
    let Pair { sender, receiver } = past.pair;
    let mut count = [0; 3];
    let mut missions = past.world.query::<(&Mission, &Presence)>();
    for (_, presence) in missions.iter(&past.world).filter(|(m, _)| m.sender == sender && m.host == receiver) {
        count[MissionStatus::rank(presence.status)] += 1;
    }
    count
}
