//! Counterfactuals: single changes of a scenario, each tried on the same random numbers, that might restore what is withheld.
mod candidates;
mod edit;

use super::PairQuestion;
use super::equipment::ListedLayer;
use super::pair_access::PairAccess;
use super::replay::{NationPair, Replay};
use super::rules::RuleExplanation;
use crate::ensemble::Ended;
use crate::workers::Workers;
use candidates::{Candidate, equipment_candidates, rule_candidates, tie_candidates};
use noforn::access::condition::{Compared, ConditionInput};
use noforn::run::{Halted, Prepared};
use noforn::world::grants::Grants;
use noforn::world::ids::NationId;
use noforn::world::levels::Level;
use noforn::world::setting::everyone;
use noforn::world::slot::Slot;
use serde::Serialize;

/// How often a threshold is raised to the extreme value of the changed run.
const TRIES: usize = 4;

/// A change that was tried, and its effect on the pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counterfactual {
    /// The change in words.
    pub what: String,
    /// The arguments for `--set`; empty if no `--set` makes this change.
    pub set: Vec<String>,
    /// True if nothing is withheld any more for the reason that the change should remove.
    pub restores: bool,
    /// The highest level that is shared then; none if nothing is.
    pub level: Option<Level>,
    /// Whether they work alongside each other then.
    pub work_alongside: bool,
    /// Whether the sender may keep missions there then.
    pub co_locate: bool,
    /// How many other pairs have another access then, at any level or action.
    pub other_pairs: u32,
}

/// Tries every candidate. Those that restore come first, then those that change fewer other pairs. Fails if a run halts or
/// `workers` were stopped.
pub fn try_all(
    question: &PairQuestion<'_>,
    (replay, access, rules, equipment): (&Replay, &PairAccess, &[RuleExplanation], &[ListedLayer]),
    workers: &impl Workers,
) -> Result<Vec<Counterfactual>, Ended> {
    let mut candidates = Vec::new();
    if access.withheld_by_rule() {
        candidates.extend(rule_candidates(question, rules));
        candidates.extend(equipment_candidates(question, equipment));
    }
    candidates.extend(tie_candidates(question, access));
    let halted = |why| Ended::halted(&question.scenario.variant, question.rep, why);
    let tried = workers.map(candidates.len(), |at| {
        try_candidate(question, replay, candidates[at].clone()).map(|(counterfactual, _)| counterfactual)
    })?;
    let mut all: Vec<Counterfactual> = tried.into_iter().collect::<Result<_, _>>().map_err(halted)?;
    if access.withheld_by_rule() {
        all.extend(looser_thresholds(question, replay, rules).map_err(halted)?);
    }
    all.sort_by_key(|change| (!change.restores, change.other_pairs));
    Ok(all)
}

/// Runs a candidate; returns its effect and the replay under the change.
fn try_candidate(
    question: &PairQuestion<'_>,
    unchanged: &Replay,
    candidate: Candidate,
) -> Result<(Counterfactual, Replay), Halted> {
    let prepared = Prepared::new(&candidate.scenario);
    let mut replay = Replay::run(&prepared, question.rep, question.until, question.pair, false)?;
    let access = PairAccess::new(&candidate.scenario, &mut replay);
    let counterfactual = Counterfactual {
        what: candidate.what,
        set: candidate.set,
        restores: !access.withheld_by(candidate.binding),
        level: access.level,
        work_alongside: access.work_alongside,
        co_locate: access.co_locate,
        other_pairs: differing_pairs(unchanged, &replay),
    };
    Ok((counterfactual, replay))
}

/// Number of pairs, without the pair of the question, that have another access in the second run than in the first.
fn differing_pairs(a: &Replay, b: &Replay) -> u32 {
    let (before, after) = (a.world.resource::<Grants>(), b.world.resource::<Grants>());
    let NationPair { sender, receiver } = a.pair;
    let mut count = 0;
    for from in everyone(a.facts.nations) {
        let others = everyone(a.facts.nations).filter(|to| *to != from && (from, *to) != (sender, receiver));
        count += others.filter(|to| access_differs(before, after, from, *to)).count() as u32;
    }
    count
}

fn access_differs(before: &Grants, after: &Grants, from: NationId, to: NationId) -> bool {
    Slot::all().any(|slot| before.permitted(slot).get(from, to) != after.permitted(slot).get(from, to))
}

/// For each binding rule: each number that its condition compares, and all of them together, just loose enough for the
/// values of the run.
fn looser_thresholds(
    question: &PairQuestion<'_>,
    replay: &Replay,
    rules: &[RuleExplanation],
) -> Result<Vec<Counterfactual>, Halted> {
    let mut found = Vec::new();
    for rule in rules.iter().filter(|rule| rule.binds()) {
        let holding: Vec<&ConditionInput> =
            rule.readings.iter().filter(|reading| holds_in_condition(reading)).collect();
        for reading in &holding {
            found.extend(loosened(question, replay, rule, &[reading])?);
        }
        if holding.len() > 1 {
            found.extend(loosened(question, replay, rule, &holding)?);
        }
    }
    Ok(found)
}

fn holds_in_condition(reading: &ConditionInput) -> bool {
    reading.key == "when" && reading.compared.as_ref().is_some_and(|compared| compared.holds)
}

/// Tries a rule with some of its numbers just loose enough. A changed run may have other values; then the numbers are
/// loosened again, `TRIES` times at most. None if a number cannot be loosened.
fn loosened(
    question: &PairQuestion<'_>,
    unchanged: &Replay,
    rule: &RuleExplanation,
    readings: &[&ConditionInput],
) -> Result<Option<Counterfactual>, Halted> {
    let Some(when) = &rule.when else { return Ok(None) };
    let mut values = extreme_values(unchanged, readings);
    let mut last = None;
    for _ in 0..TRIES {
        let loose = readings.iter().zip(&values).map(|(reading, value)| looser(reading, *value));
        let Some(loose) = loose.collect::<Option<Vec<_>>>() else { break };
        let (counterfactual, replay) = try_candidate(question, unchanged, looser_rule(question, rule, when, &loose))?;
        let restores = counterfactual.restores;
        last = Some(counterfactual);
        let seen = extreme_values(&replay, readings);
        if restores || seen == values {
            break;
        }
        values = seen;
    }
    Ok(last)
}

/// For each reading the extreme of its values over a run.
fn extreme_values(replay: &Replay, readings: &[&ConditionInput]) -> Vec<i64> {
    let extreme = |reading: &ConditionInput| edit::extreme(replay, &reading.name, reading.compared.as_ref());
    readings.iter().map(|reading| extreme(reading).unwrap_or(reading.value)).collect()
}

/// A number of a condition that is to be replaced.
struct LooserNumber<'r> {
    reading: &'r ConditionInput,
    compared: &'r Compared,
    /// The new number.
    number: i64,
}

/// The number with which a comparison no longer holds for a value; none if there is none.
fn looser(reading: &ConditionInput, value: i64) -> Option<LooserNumber<'_>> {
    let compared = reading.compared.as_ref()?;
    Some(LooserNumber { reading, compared, number: compared.loosened(value)? })
}

/// The scenario with these numbers in the condition of a rule.
fn looser_rule(
    question: &PairQuestion<'_>,
    rule: &RuleExplanation,
    when: &str,
    numbers: &[LooserNumber<'_>],
) -> Candidate {
    let mut text = when.to_owned();
    // From the last number to the first, so that the positions of the others stay right.
    for LooserNumber { compared, number, .. } in numbers.iter().rev() {
        text = edit::with_number(&text, compared.bytes, *number);
    }
    let comparisons: Vec<String> = numbers
        .iter()
        .map(|looser| format!("{} {} {}", looser.reading.name, looser.compared.operator, looser.number))
        .collect();
    let what = format!("rule `{}` binds where {}", rule.id, comparisons.join(", "));
    let set = vec![format!("rules.{}.when='{text}'", rule.id)];
    Candidate::new(question.scenario, what, set, |scenario| edit::rule(scenario, &rule.id).when = text)
}
