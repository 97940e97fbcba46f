//! The chain of causes of a decision, back to an event or to the start of the run.
use super::{Location, location};
use bevy_ecs::prelude::World;
use noforn::history::rows::DecisionRow;
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::world::record::Because;
use serde::Serialize;
use std::collections::BTreeMap;

/// A link of a chain of causes: a decision, an event, or the start of the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// The id of the decision or the event; `start` for the start of the run.
    pub id: String,
    /// The kind of the decision, or `event`, or `start`.
    pub kind: String,
    /// The quarter, or the date if an event has one.
    pub on: String,
    /// The nation that decided, by iso3.
    pub actor: Option<String>,
    /// The nation that was decided on, by iso3.
    pub target: Option<String>,
    /// The rule that was applied, by id.
    pub rule: Option<String>,
    /// What was decided, or what the event did.
    pub outcome: String,
    /// The probability of this outcome, 0 to 1.
    pub probability: Option<f64>,
    /// The random draw that decided, 0 to 1; none if the outcome was certain.
    pub draw: Option<f64>,
    /// The reason in words, with values and thresholds.
    pub reason: String,
    /// The source that the scenario gives for it.
    pub source: Option<String>,
    /// Where the scenario sets it.
    pub at: Location,
}

/// The decisions of a run by their id.
#[derive(Clone, Debug)]
pub struct DecisionIndex {
    rows: BTreeMap<String, DecisionRow>,
    start: String,
}

impl DecisionIndex {
    /// Indexes the decisions of a world.
    pub fn new(prepared: &Prepared, world: &World) -> Self {
        let rows = prepared.decisions(world).into_iter().map(|row| (row.decision_id.to_string(), row)).collect();
        Self { rows, start: prepared.scenario().start.to_string() }
    }

    /// The decision that is this cause; none if the cause is not a decision.
    pub fn link(&self, scenario: &Scenario, because: Because) -> Option<Link> {
        let id = noforn::quarter::measures::decision_id(because)?;
        self.rows.get(&*id).map(|row| decision_link(scenario, row))
    }

    /// The chain of causes from a decision or event back to an event or the start, the last first.
    pub fn causes(&self, scenario: &Scenario, first: Option<String>) -> Vec<Link> {
        let mut chain: Vec<Link> = Vec::new();
        let mut next = first;
        while let Some(id) = next.take() {
            if chain.iter().any(|link| link.id == id) {
                break;
            }
            let Some(row) = self.rows.get(&id) else {
                chain.extend(event_link(scenario, &id));
                break;
            };
            chain.push(decision_link(scenario, row));
            next = row.because_id.as_ref().map(ToString::to_string);
            if next.is_none() {
                chain.push(self.start_link(row));
            }
        }
        chain
    }

    fn start_link(&self, row: &DecisionRow) -> Link {
        Link {
            id: "start".to_owned(),
            kind: "start".to_owned(),
            on: self.start.clone(),
            actor: None,
            target: None,
            rule: None,
            outcome: "it was so at the start".to_owned(),
            probability: None,
            draw: None,
            reason: String::new(),
            source: None,
            at: Location { file: row.source_file.to_string(), line: row.source_line },
        }
    }
}

fn decision_link(scenario: &Scenario, row: &DecisionRow) -> Link {
    let rule = row.rule_id.as_ref().and_then(|id| scenario.file.rules.get(&**id));
    Link {
        id: row.decision_id.to_string(),
        kind: row.kind.to_owned(),
        on: format!("{}Q{}", row.year, row.quarter),
        actor: Some(row.actor_iso3.to_string()),
        target: row.target_iso3.as_ref().map(ToString::to_string),
        rule: row.rule_id.as_ref().map(ToString::to_string),
        outcome: row.outcome.to_string(),
        probability: Some(row.probability.0),
        draw: row.draw.map(|draw| draw.0),
        reason: row.reason.to_string(),
        source: rule.and_then(|rule| rule.source.clone()),
        at: Location { file: row.source_file.to_string(), line: row.source_line },
    }
}

/// An event of the timeline as a link.
fn event_link(scenario: &Scenario, id: &str) -> Option<Link> {
    let entry = scenario.file.events.get(id)?;
    let effect = entry.effect();
    let target = [&entry.announce, &entry.lift, &entry.flag, &entry.embargo, &entry.advocate, &entry.waive];
    let operand = target.into_iter().flatten().next().map(|id| format!(" {id}")).unwrap_or_default();
    Some(Link {
        id: id.to_owned(),
        kind: "event".to_owned(),
        on: entry.on.clone(),
        actor: entry.by.clone(),
        target: entry.nation.clone(),
        rule: entry.announce.clone().or_else(|| entry.waive.clone()),
        outcome: format!("{effect}{operand}"),
        probability: None,
        draw: None,
        reason: entry.note.clone().unwrap_or_default(),
        source: entry.source.clone(),
        at: location(scenario, &format!("events.{id}")),
    })
}
