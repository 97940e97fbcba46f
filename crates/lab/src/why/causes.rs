//! The chain of causes: from a decision back to an event, or to how things stood at the start.
use super::{At, at};
use bevy_ecs::prelude::World;
use noforn::history::rows::DecisionRow;
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::world::record::Because;
use serde::Serialize;
use std::collections::BTreeMap;

/// A link of a chain: a decision, an event, or the start.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// The id of the decision or the event; `start` for the start.
    pub id: String,
    /// The kind of the decision; `event`; `start`.
    pub kind: String,
    /// The quarter, or the date where there is one.
    pub on: String,
    /// Who decided.
    pub actor: Option<String>,
    /// On whom.
    pub target: Option<String>,
    /// Under which rule.
    pub rule: Option<String>,
    /// What was decided, or what the event did.
    pub outcome: String,
    /// The chance of this outcome; 1 where it was certain.
    pub probability: Option<f64>,
    /// The draw that decided, if one did.
    pub draw: Option<f64>,
    /// Why, in words, with values and thresholds.
    pub reason: String,
    /// The source that the scenario gives for it.
    pub source: Option<String>,
    /// Where it is written.
    pub at: At,
}

/// The decisions of a run by their id.
#[derive(Clone, Debug)]
pub struct Record {
    rows: BTreeMap<String, DecisionRow>,
    start: String,
}

impl Record {
    /// The decisions that a world holds.
    pub fn of(prepared: &Prepared, world: &World) -> Self {
        let rows = prepared.decisions(world).into_iter().map(|row| (row.decision_id.to_string(), row)).collect();
        Self { rows, start: prepared.scenario().start.to_string() }
    }

    /// A decision as a link.
    pub fn link(&self, scenario: &Scenario, because: Because) -> Option<Link> {
        let id = noforn::quarter::measures::decision_id(because)?;
        self.rows.get(&*id).map(|row| decided(scenario, row))
    }

    /// From a decision back to an event or the start, last first.
    pub fn causes(&self, scenario: &Scenario, first: Option<String>) -> Vec<Link> {
        let mut chain: Vec<Link> = Vec::new();
        let mut next = first;
        while let Some(id) = next.take() {
            if chain.iter().any(|link| link.id == id) {
                break;
            }
            let Some(row) = self.rows.get(&id) else {
                chain.extend(event(scenario, &id));
                break;
            };
            chain.push(decided(scenario, row));
            next = row.because_id.as_ref().map(ToString::to_string);
            if next.is_none() {
                chain.push(self.start(row));
            }
        }
        chain
    }

    fn start(&self, row: &DecisionRow) -> Link {
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
            at: At { file: row.source_file.to_string(), line: row.source_line },
        }
    }
}

fn decided(scenario: &Scenario, row: &DecisionRow) -> Link {
    let text = |text: &Option<noforn::history::cell::Text>| text.as_ref().map(ToString::to_string);
    let rule = row.rule_id.as_ref().and_then(|id| scenario.file.rules.get(&**id));
    Link {
        id: row.decision_id.to_string(),
        kind: row.kind.to_owned(),
        on: format!("{}Q{}", row.year, row.quarter),
        actor: Some(row.actor_iso3.to_string()),
        target: text(&row.target_iso3),
        rule: text(&row.rule_id),
        outcome: row.outcome.to_string(),
        probability: Some(row.probability.0),
        draw: row.draw.map(|draw| draw.0),
        reason: row.reason.to_string(),
        source: rule.and_then(|rule| rule.source.clone()),
        at: At { file: row.source_file.to_string(), line: row.source_line },
    }
}

/// An event of the timeline.
pub fn event(scenario: &Scenario, id: &str) -> Option<Link> {
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
        at: at(scenario, &format!("events.{id}")),
    })
}
