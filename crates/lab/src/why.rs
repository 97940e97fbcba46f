//! Explains why something was withheld between two nations, or why nothing was, from a replay of a run.
pub mod causes;
pub mod counterfactuals;
pub mod equipment;
pub mod pair_access;
pub mod replay;
pub mod rules;
pub mod text;

use crate::ensemble::Ended;
use crate::workers::Workers;
use causes::{DecisionIndex, Link};
use counterfactuals::Counterfactual;
use equipment::ListedLayer;
use noforn::quarter::measures::Ledger;
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::ids::NationId;
use pair_access::PairAccess;
use replay::{NationPair, Replay};
use rules::RuleExplanation;
use serde::Serialize;

/// The greatest number of runs of a variant that are replayed to count how often the result was the same.
pub const MOST_RUNS: u32 = 200;

/// A question about a pair of nations in one run.
#[derive(Clone, Copy, Debug)]
pub struct PairQuestion<'a> {
    /// The scenario of the variant.
    pub scenario: &'a Scenario,
    /// Number of the replicate, from 0.
    pub rep: u32,
    /// How many replicates the folder holds.
    pub reps: u32,
    /// The sender and the receiver.
    pub pair: NationPair,
    /// The question is about the end of this quarter.
    pub until: Quarter,
}

/// A nation by its code and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NationName {
    /// ISO 3166-1 alpha-3.
    pub iso3: String,
    /// English name.
    pub name: String,
}

/// A place in the files of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Location {
    /// The file, relative to the scenario.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// In how many runs of the variant the result for the pair was the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Frequency {
    /// Runs with the same level, and the same for working alongside and missions.
    pub same: u32,
    /// Runs in which a rule withheld anything.
    pub withheld_by_rule: u32,
    /// Runs that were replayed.
    pub of: u32,
    /// Runs that the folder holds.
    pub reps: u32,
}

/// The answer to a question about a pair.
#[derive(Clone, Debug, Serialize)]
pub struct PairExplanation {
    /// The variant.
    pub variant: String,
    /// The replicate.
    pub rep: u32,
    /// The quarter; the answer holds at its end.
    pub quarter: String,
    /// The sender.
    pub sender: NationName,
    /// The receiver.
    pub receiver: NationName,
    /// What is allowed, what is withheld, and why.
    #[serde(rename = "standing")]
    pub access: PairAccess,
    /// Reports sent, and reports withheld by a rule, in the year that ends with the quarter; none in other quarters.
    pub reports: Option<[u32; 2]>,
    /// The rules of the sender; those that bind come first.
    pub rules: Vec<RuleExplanation>,
    /// The chain of causes, the last first; empty where no rule restricts the pair.
    pub causes: Vec<Link>,
    /// Layers of the receiver's networks with vendors that the sender lists.
    pub equipment: Vec<ListedLayer>,
    /// How often the result was the same.
    pub runs: Frequency,
    /// Single changes that were tried on the same random numbers, the smallest first; empty where nothing is withheld.
    pub changes: Vec<Counterfactual>,
}

impl PairExplanation {
    /// True if anything is withheld.
    pub fn withheld(&self) -> bool {
        !self.access.withheld.is_empty()
    }
}

/// Answers a question. Fails if a run halts or `workers` were stopped.
pub fn explain_pair(question: &PairQuestion<'_>, workers: &impl Workers) -> Result<PairExplanation, Ended> {
    let scenario = question.scenario;
    let prepared = Prepared::new(scenario);
    let mut replay = replay_or_end(question, &prepared, question.rep, true)?;
    let access = PairAccess::new(scenario, &mut replay);
    let decisions = DecisionIndex::new(&prepared, &replay.world);
    let rules = rules::explain_rules(&prepared, &mut replay, &decisions);
    let causes = decisions.causes(scenario, replay.restricted_because());
    let equipment = equipment::listed_layers(scenario, &mut replay, &decisions);
    let changes = if access.withheld.is_empty() {
        Vec::new()
    } else {
        counterfactuals::try_all(question, (&replay, &access, &rules, &equipment), workers)?
    };
    Ok(PairExplanation {
        variant: scenario.variant.clone(),
        rep: question.rep,
        quarter: question.until.to_string(),
        sender: nation_name(scenario, question.pair.sender),
        receiver: nation_name(scenario, question.pair.receiver),
        reports: reports(question, &replay),
        runs: frequency(question, &prepared, &access, workers)?,
        access,
        rules,
        causes,
        equipment,
        changes,
    })
}

/// The code and name of a nation.
fn nation_name(scenario: &Scenario, nation: NationId) -> NationName {
    let iso3 = scenario.rosters.nations.id(nation.index()).to_owned();
    let name = scenario.file.nations[&iso3].name.clone();
    NationName { iso3, name }
}

/// Where a path of the scenario was set; the top of its file if nothing sets it.
fn location(scenario: &Scenario, path: &str) -> Location {
    match scenario.origin(path) {
        Some(place) => Location { file: place.file.to_string(), line: place.line },
        None => Location { file: format!("{}.toml", scenario.name), line: 1 },
    }
}

/// Reports sent, and reports withheld by a rule, in the year; none if the question is about a quarter within a year.
fn reports(question: &PairQuestion<'_>, replay: &Replay) -> Option<[u32; 2]> {
    let NationPair { sender, receiver } = question.pair;
    let id = |nation: NationId| question.scenario.rosters.nations.id(nation.index());
    let rows = &replay.world.resource::<Ledger>().history.dyads;
    let mine = rows.iter().rev().find(|row| *row.sender_iso3 == *id(sender) && *row.receiver_iso3 == *id(receiver));
    mine.filter(|row| row.year == question.until.year()).map(|row| [row.reports_sent, row.reports_withheld])
}

/// Replays one run up to the quarter of the question; `full` keeps its decisions.
fn replay_or_end(question: &PairQuestion<'_>, prepared: &Prepared, rep: u32, full: bool) -> Result<Replay, Ended> {
    let replay = Replay::run(prepared, rep, question.until, question.pair, full);
    replay.map_err(|why| Ended::halted(&question.scenario.variant, rep, why))
}

/// Replays the runs of the variant and counts those with the same result.
fn frequency(
    question: &PairQuestion<'_>,
    prepared: &Prepared,
    access: &PairAccess,
    workers: &impl Workers,
) -> Result<Frequency, Ended> {
    let of = question.reps.min(MOST_RUNS);
    let all = workers.map(of as usize, |rep| {
        let rep = u32::try_from(rep).expect("a replicate is less than `reps`");
        let mut replay = replay_or_end(question, prepared, rep, false)?;
        Ok(PairAccess::new(question.scenario, &mut replay))
    })?;
    let all: Vec<PairAccess> = all.into_iter().collect::<Result<_, Ended>>()?;
    let same = all.iter().filter(|other| other.allows_the_same(access)).count() as u32;
    let withheld_by_rule = all.iter().filter(|other| other.withheld_by_rule()).count() as u32;
    Ok(Frequency { same, withheld_by_rule, of, reps: question.reps })
}
