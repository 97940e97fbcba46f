//! The smallest single changes that would have restored what is withheld, each tried on the same luck.
use super::equipment::Part;
use super::past::{Pair, Past};
use super::rules::{State, Told};
use super::standing::Standing;
use super::{Question, named};
use crate::ensemble::Ended;
use crate::workers::Workers;
use noforn::access::reading::{Compared, Reading};
use noforn::run::{Halted, Prepared};
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::grants::Grants;
use noforn::world::levels::{Binding, Enforcement, Level};
use noforn::world::setting::everyone;
use noforn::world::slot::Slot;
use serde::Serialize;

mod edit;

/// How often a threshold is raised to what a changed run shows.
const TRIES: usize = 4;

/// A change that was tried.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What is changed, in words.
    pub what: String,
    /// What `--set` would be given, one or more; empty where no `--set` does it.
    pub set: Vec<String>,
    /// Whether what was withheld for that reason is withheld no more.
    pub restores: bool,
    /// The highest level that is shared then.
    pub level: Option<Level>,
    /// Whether they work alongside each other then.
    pub work_alongside: bool,
    /// Whether the sender may keep missions there then.
    pub co_locate: bool,
    /// How many other pairs stand otherwise then, at any level or action.
    pub other_pairs: u32,
}

/// A change before it is tried.
#[derive(Clone)]
struct Draft {
    what: String,
    set: Vec<String>,
    /// What it is meant to end.
    reason: Binding,
    scenario: Scenario,
}

/// Tries every change that might restore what is withheld; those that do first, by how little else they change.
pub fn tried(
    question: &Question<'_>,
    (past, standing, rules, equipment): (&Past, &Standing, &[Told], &[Part]),
    workers: &impl Workers,
) -> Result<Vec<Change>, Ended> {
    let desk = Desk { question, past, rules, equipment };
    let mut drafts = Vec::new();
    if standing.by_rule() {
        drafts.extend(desk.of_rules());
        drafts.extend(desk.of_equipment());
    }
    drafts.extend(desk.of_ties(standing));
    let halted = |why| Ended::halted(&question.scenario.variant, question.rep, why);
    let tried = workers.map(drafts.len(), |at| desk.attempt(drafts[at].clone()))?;
    let mut all: Vec<Change> = tried.into_iter().collect::<Result<_, _>>().map_err(halted)?;
    if standing.by_rule() {
        all.extend(desk.thresholds().map_err(halted)?);
    }
    all.sort_by_key(|change| (!change.restores, change.other_pairs));
    Ok(all)
}

/// What changes are made of.
struct Desk<'a> {
    question: &'a Question<'a>,
    past: &'a Past,
    rules: &'a [Told],
    equipment: &'a [Part],
}

impl Desk<'_> {
    fn scenario(&self) -> &Scenario {
        self.question.scenario
    }

    fn draft(&self, what: String, set: Vec<String>, change: impl FnOnce(&mut Scenario)) -> Draft {
        let mut scenario = self.scenario().clone();
        change(&mut scenario);
        Draft { what, set, reason: Binding::Rule, scenario }
    }

    /// Changes of each rule that binds.
    fn of_rules(&self) -> Vec<Draft> {
        let written = self.rules.iter().filter(|rule| rule.binds() && rule.when.is_some());
        written.flat_map(|rule| self.of_rule(rule)).collect()
    }

    fn of_rule(&self, rule: &Told) -> Vec<Draft> {
        let id = rule.id.clone();
        let receiver = named(self.scenario(), self.question.pair.receiver);
        let mut drafts = Vec::new();
        let waiver = edit::waiver(self.scenario(), &id, &receiver.iso3, self.bound_since(rule));
        drafts.push(self.draft(
            format!("an event spares {} rule `{id}` from {}", receiver.name, waiver.on),
            vec![waiver.set()],
            |scenario| waiver.add(scenario),
        ));
        if rule.enforcement == Some(Enforcement::Automatic) {
            let what = format!("rule `{id}` is left to its owner's discretion");
            let set = vec![format!("rules.{id}.enforcement=discretionary")];
            drafts.push(self.draft(what, set, |scenario| {
                edit::rule(scenario, &id).enforcement = Enforcement::Discretionary;
            }));
        }
        let announced = rule.announced.as_ref().and_then(|quarter| quarter.parse::<Quarter>().ok());
        let waited = announced.map_or(0, |announced| self.question.until.since(announced));
        if let Ok(grace) = u32::try_from(waited + 1)
            && announced.is_some()
            && grace <= 400
        {
            let what =
                format!("rule `{id}` has a grace of {grace} quarters, which end only after {}", self.question.until);
            let set = vec![format!("rules.{id}.grace_quarters={grace}")];
            drafts.push(self.draft(what, set, |scenario| edit::rule(scenario, &id).grace_quarters = grace));
        }
        if rule.state == State::Restoring {
            let what = "what a rule stopped is restored as soon as its condition clears".to_owned();
            drafts.push(self.draft(what, vec!["model.restore_years=0".to_owned()], |scenario| {
                scenario.file.model.restore_years = 0.0;
            }));
        }
        if edit::stands_alone(self.scenario(), &id) {
            let what = format!("there is no rule `{id}`");
            drafts.push(self.draft(what, Vec::new(), |scenario| edit::without_rule(scenario, &id)));
        }
        drafts
    }

    /// The quarter in which the pair became restricted, or the last.
    fn bound_since(&self, rule: &Told) -> Quarter {
        let last = rule.choice.as_ref().and_then(|choice| choice.on.parse::<Quarter>().ok());
        let from = rule.in_force_from.as_ref().and_then(|quarter| quarter.parse::<Quarter>().ok());
        from.or(last).unwrap_or(self.question.until).max(self.scenario().start)
    }

    /// Networks of the receiver without the vendors that the sender lists: each layer of one network, each layer of
    /// all, everything.
    fn of_equipment(&self) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let receiver = named(self.scenario(), self.question.pair.receiver).name;
        for layer in ["core", "access_4g", "access_5g"] {
            let parts: Vec<&Part> = self.equipment.iter().filter(|part| part.layer == layer).collect();
            if parts.len() > 1 {
                drafts.extend(parts.iter().map(|part| {
                    self.clean(format!("`{}` of {receiver} has no listed vendor in its {layer}", part.network), &[part])
                }));
            }
            if !parts.is_empty() {
                drafts.push(self.clean(format!("no network of {receiver} has a listed vendor in its {layer}"), &parts));
            }
        }
        let all: Vec<&Part> = self.equipment.iter().collect();
        if !all.is_empty() {
            drafts.push(self.clean(format!("no network of {receiver} has a listed vendor at the start"), &all));
        }
        drafts
    }

    fn clean(&self, what: String, parts: &[&Part]) -> Draft {
        let mut scenario = self.scenario().clone();
        let sender = named(self.scenario(), self.question.pair.sender).iso3;
        let set = parts.iter().map(|part| edit::clean(&mut scenario, part, &sender)).collect();
        Draft { what, set, reason: Binding::Rule, scenario }
    }

    /// What would make up for want of an agreement or of clearance.
    fn of_ties(&self, standing: &Standing) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let [sender, receiver] =
            [self.question.pair.sender, self.question.pair.receiver].map(|nation| named(self.scenario(), nation));
        let id = format!("{}-{}", sender.iso3.to_lowercase(), receiver.iso3.to_lowercase());
        if standing.lacks(Binding::Agreement) && !self.scenario().file.agreements.contains_key(&id) {
            let ceiling = standing.clearance;
            let (members, level) = ([sender.iso3.clone(), receiver.iso3.clone()], ceiling.as_str());
            let text = format!(
                "agreements.{id}={{ kind = \"bilateral\", members = [\"{}\", \"{}\"], ceiling = \"{level}\" }}",
                members[0], members[1]
            );
            let what = format!("the two have an agreement to share up to {level}");
            let mut draft = self.draft(what, vec![text], |scenario| edit::agreement(scenario, &id, members, ceiling));
            draft.reason = Binding::Agreement;
            drafts.push(draft);
        }
        if let Some(ceiling) = standing.ceiling.filter(|_| standing.lacks(Binding::Clearance)) {
            let what = format!("{} is cleared up to {}", receiver.name, ceiling.as_str());
            let set = vec![format!("nations.{}.clearance={}", receiver.iso3, ceiling.as_str())];
            let mut draft = self.draft(what, set, |scenario| {
                if let Some(nation) = scenario.file.nations.get_mut(&receiver.iso3) {
                    nation.clearance = ceiling;
                }
            });
            draft.reason = Binding::Clearance;
            drafts.push(draft);
        }
        drafts
    }

    /// For each number that a binding rule's condition compares, and for all of them together: just loose enough for
    /// what was seen, and for what is seen where it is so loose.
    fn thresholds(&self) -> Result<Vec<Change>, Halted> {
        let mut changes = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.binds()) {
            let holding = |number: &usize| {
                let reading = &rule.readings[*number];
                reading.key == "when" && reading.compared.as_ref().is_some_and(|compared| compared.holds)
            };
            let all: Vec<usize> = (0..rule.readings.len()).filter(holding).collect();
            for number in &all {
                changes.extend(self.loosened(rule, &[*number])?);
            }
            if all.len() > 1 {
                changes.extend(self.loosened(rule, &all)?);
            }
        }
        Ok(changes)
    }

    /// A rule with some of its numbers just loose enough; none where a number cannot be loosened.
    fn loosened(&self, rule: &Told, numbers: &[usize]) -> Result<Option<Change>, Halted> {
        let Some(when) = &rule.when else { return Ok(None) };
        let readings = || numbers.iter().map(|number| &rule.readings[*number]);
        let hardest = |past: &Past| -> Vec<i64> {
            let seen = readings().map(|one| edit::extreme(past, &one.name, one.compared.as_ref()).unwrap_or(one.value));
            seen.collect()
        };
        let mut worst = hardest(self.past);
        let mut last = None;
        for _ in 0..TRIES {
            let Some(loose) = readings().zip(&worst).map(loose).collect::<Option<Vec<_>>>() else { break };
            // From the last number to the first, so that the places of the others stay.
            let text = loose.iter().rev().fold(when.clone(), |text, (_, c, n)| edit::with_number(&text, c.bytes, *n));
            let asks: Vec<String> =
                loose.iter().map(|(one, c, n)| format!("{} {} {n}", one.name, c.operator)).collect();
            let what = format!("rule `{}` binds where {}", rule.id, asks.join(", "));
            let set = vec![format!("rules.{}.when='{text}'", rule.id)];
            let draft = self.draft(what, set, |scenario| edit::rule(scenario, &rule.id).when = text);
            let (change, past) = self.made(draft)?;
            let done = change.restores;
            last = Some(change);
            let seen = hardest(&past);
            if done || seen == worst {
                break;
            }
            worst = seen;
        }
        Ok(last)
    }

    fn attempt(&self, draft: Draft) -> Result<Change, Halted> {
        self.made(draft).map(|(change, _)| change)
    }

    /// Makes the run again under a change.
    fn made(&self, draft: Draft) -> Result<(Change, Past), Halted> {
        let prepared = Prepared::new(&draft.scenario);
        let question = self.question;
        let mut past = Past::of(&prepared, question.rep, question.until, question.pair, false)?;
        let standing = Standing::of(&draft.scenario, &mut past);
        let change = Change {
            what: draft.what,
            set: draft.set,
            restores: !standing.lacks(draft.reason),
            level: standing.level,
            work_alongside: standing.work_alongside,
            co_locate: standing.co_locate,
            other_pairs: differing(self.past, &past),
        };
        Ok((change, past))
    }
}

/// How many pairs, the one that is asked about aside, stand otherwise in two runs.
fn differing(a: &Past, b: &Past) -> u32 {
    let (before, after) = (a.world.resource::<Grants>(), b.world.resource::<Grants>());
    let Pair { sender, receiver } = a.pair;
    let nations = || everyone(a.facts.nations);
    let differs = |from, to| Slot::all().any(|s| before.permitted(s).get(from, to) != after.permitted(s).get(from, to));
    let others = |from| nations().filter(move |to| *to != from && (from, *to) != (sender, receiver));
    nations().map(|from| others(from).filter(|to| differs(from, *to)).count() as u32).sum()
}

/// A reading with its comparison and the number at which that no longer holds for a value.
fn loose<'r>((reading, worst): (&'r Reading, &i64)) -> Option<(&'r Reading, &'r Compared, i64)> {
    let compared = reading.compared.as_ref()?;
    Some((reading, compared, compared.loosened(*worst)?))
}
