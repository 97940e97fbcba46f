//! Analysis of the rules of a scenario: rules that never decide, nations that each rule hits, tiers that do not nest, and
//! differences between variants.
pub mod access_history;
pub mod shifts;
pub mod text;
pub mod tiers;

use access_history::AccessHistory;
use noforn::access::possible::Satisfiability;
use noforn::run::Halted;
use noforn::scenario::Scenario;
use noforn::scenario::format::RuleEntry;
use noforn::world::ids::{NationId, RuleId};
use serde::Serialize;
use tiers::TierViolation;

/// The findings about one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleFinding {
    /// The rule.
    pub rule: String,
    /// Its owner, by iso3.
    pub owner: String,
    /// Its text in words.
    pub says: String,
    /// The file that sets it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// Whether it can hold: proved from the ranges of the values that its condition reads.
    pub prospect: Satisfiability,
    /// The nations on which its condition holds in the first quarter, whatever its grace.
    pub at_start: Vec<String>,
    /// In how many quarters of the run its condition holds on any nation.
    pub quarters_held: u32,
    /// Rules of the same owner that, over the whole run, hold wherever it holds, no later, and forbid at least as much.
    pub implied_by: Vec<String>,
}

/// The findings about a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyAnalysis {
    /// The variant.
    pub variant: String,
    /// First and last quarter of the run.
    pub run: [String; 2],
    /// The findings about each rule.
    pub rules: Vec<RuleFinding>,
    /// Pairs between which the tiers do not nest if announced rules are applied in full.
    pub unnested: Vec<TierViolation>,
}

impl PolicyAnalysis {
    /// Number of warnings.
    pub fn warnings(&self) -> usize {
        let never_decide =
            self.rules.iter().filter(|rule| rule.prospect == Satisfiability::Never || !rule.implied_by.is_empty());
        never_decide.count() + self.unnested.len()
    }
}

/// Runs a scenario once and analyses its rules. Fails if the run halts.
pub fn analyse(scenario: &Scenario) -> Result<(PolicyAnalysis, AccessHistory), Halted> {
    let history = AccessHistory::record(scenario)?;
    let rules = scenario.file.rules.iter().enumerate();
    let findings = PolicyAnalysis {
        variant: scenario.variant.clone(),
        run: [scenario.start.to_string(), scenario.end.to_string()],
        rules: rules
            .map(|(rank, (id, entry))| rule_finding(scenario, &history, RuleId::new(rank), id, entry))
            .collect(),
        unnested: tiers::violations(scenario, &history),
    };
    Ok((findings, history))
}

fn rule_finding(
    scenario: &Scenario,
    history: &AccessHistory,
    rule: RuleId,
    id: &str,
    entry: &RuleEntry,
) -> RuleFinding {
    let place = scenario.origin(&format!("rules.{id}"));
    let at_start = history.held.first().map(|held| &held[rule.index()]);
    let name = |nation: NationId| scenario.rosters.nations.id(nation.index()).to_owned();
    let policies = &history.policies;
    let policy = policies.all().find(|policy| policies.rule(*policy) == Some(rule));
    RuleFinding {
        rule: id.to_owned(),
        owner: entry.owner.clone(),
        says: policy.map_or_else(String::new, |policy| policies.says(policy).to_owned()),
        file: place.map_or_else(|| format!("{}.toml", scenario.name), |place| place.file.to_string()),
        line: place.map_or(1, |place| place.line),
        prospect: policies.satisfiability(scenario, rule),
        at_start: at_start.into_iter().flat_map(|held| held.iter().map(name)).collect(),
        quarters_held: history.held.iter().filter(|held| !held[rule.index()].is_empty()).count() as u32,
        implied_by: implying_rules(scenario, history, rule, entry),
    }
}

/// The rules that decide wherever a rule does. If two rules imply each other, only the first by id implies the other.
fn implying_rules(scenario: &Scenario, history: &AccessHistory, rule: RuleId, entry: &RuleEntry) -> Vec<String> {
    if history.held.iter().all(|held| held[rule.index()].is_empty()) {
        return Vec::new();
    }
    let others = scenario.file.rules.iter().enumerate().filter(|(at, _)| *at != rule.index());
    let implying = others.filter(|(at, (_, other))| implies(history, (*at, other), (rule.index(), entry)));
    implying.map(|(_, (id, _))| id.clone()).collect()
}

/// True if a rule decides wherever another does.
fn implies(
    history: &AccessHistory,
    (other_at, other): (usize, &RuleEntry),
    (rule_at, rule): (usize, &RuleEntry),
) -> bool {
    let as_much = rule.forbids.iter().all(|action| other.forbids.contains(action));
    let within = history.held.iter().all(|held| held[rule_at].is_subset(&held[other_at]));
    let equivalent = history.held.iter().all(|held| held[other_at].is_subset(&held[rule_at]))
        && other.forbids.len() == rule.forbids.len()
        && other.grace_quarters == rule.grace_quarters;
    other.owner == rule.owner
        && as_much
        && other.grace_quarters <= rule.grace_quarters
        && history.announced_no_later(other_at, rule_at)
        && within
        && !(equivalent && rule_at < other_at)
}
