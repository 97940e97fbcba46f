//! What the rules of a scenario come to: which never decide, whom each hits, where tiers do not nest, and what two
//! variants do differently.
pub mod course;
pub mod nesting;
pub mod shifts;
pub mod text;

use course::Course;
use nesting::Unnested;
use noforn::access::possible::Satisfiability;
use noforn::run::Halted;
use noforn::scenario::Scenario;
use noforn::scenario::format::RuleEntry;
use noforn::world::ids::{NationId, RuleId};
use serde::Serialize;

/// What is found of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// Whose it is.
    pub owner: String,
    /// What it says.
    pub says: String,
    /// Where it is written.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What the ranges of what its condition reads prove.
    pub prospect: Satisfiability,
    /// Whom its condition holds on in the first quarter, whatever its grace.
    pub at_start: Vec<String>,
    /// In how many quarters of the run its condition holds on anybody.
    pub quarters_held: u32,
    /// Rules of the same owner that hold wherever it holds, no later, and forbid as much, over the whole run.
    pub implied_by: Vec<String>,
}

/// What is found of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// The variant.
    pub variant: String,
    /// First and last quarter of the run it was looked at in.
    pub run: [String; 2],
    /// Each rule.
    pub rules: Vec<Finding>,
    /// Where the tiers do not nest if announced rules are applied in full.
    pub unnested: Vec<Unnested>,
}

impl Findings {
    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        let idle = |rule: &&Finding| rule.prospect == Satisfiability::Never || !rule.implied_by.is_empty();
        self.rules.iter().filter(idle).count() + self.unnested.len()
    }
}

/// Looks at a scenario and its first run.
pub fn look(scenario: &Scenario) -> Result<(Findings, Course), Halted> {
    let course = Course::of(scenario)?;
    let rules = scenario.file.rules.iter().enumerate();
    let findings = Findings {
        variant: scenario.variant.clone(),
        run: [scenario.start.to_string(), scenario.end.to_string()],
        rules: rules.map(|(rank, (id, entry))| finding(scenario, &course, RuleId::new(rank), id, entry)).collect(),
        unnested: nesting::unnested(scenario, &course),
    };
    Ok((findings, course))
}

fn finding(scenario: &Scenario, course: &Course, rule: RuleId, id: &str, entry: &RuleEntry) -> Finding {
    let place = scenario.origin(&format!("rules.{id}"));
    let at_start = course.held.first().map(|held| &held[rule.index()]);
    let name = |nation: NationId| scenario.rosters.nations.id(nation.index()).to_owned();
    let policies = &course.policies;
    let policy = policies.all().find(|policy| policies.rule(*policy) == Some(rule));
    Finding {
        rule: id.to_owned(),
        owner: entry.owner.clone(),
        says: policy.map_or_else(String::new, |policy| policies.says(policy).to_owned()),
        file: place.map_or_else(|| format!("{}.toml", scenario.name), |place| place.file.to_string()),
        line: place.map_or(1, |place| place.line),
        prospect: policies.satisfiability(scenario, rule),
        at_start: at_start.into_iter().flat_map(|held| held.iter().map(name)).collect(),
        quarters_held: course.held.iter().filter(|held| !held[rule.index()].is_empty()).count() as u32,
        implied_by: implied(scenario, course, rule, entry),
    }
}

/// The rules that decide wherever a rule does. Of two that imply each other the first by id counts.
fn implied(scenario: &Scenario, course: &Course, rule: RuleId, entry: &RuleEntry) -> Vec<String> {
    let holds = |at: usize| course.held.iter().any(|held| !held[at].is_empty());
    if !holds(rule.index()) {
        return Vec::new();
    }
    let covers = |(at, (_, other)): &(usize, (&String, &RuleEntry))| {
        let other_at = *at;
        let as_much = entry.forbids.iter().all(|action| other.forbids.contains(action));
        let within = course.held.iter().all(|held| held[rule.index()].is_subset(&held[other_at]));
        let back = course.held.iter().all(|held| held[other_at].is_subset(&held[rule.index()]))
            && other.forbids.len() == entry.forbids.len()
            && other.grace_quarters == entry.grace_quarters;
        other_at != rule.index()
            && other.owner == entry.owner
            && as_much
            && other.grace_quarters <= entry.grace_quarters
            && course.announced_by(other_at, rule.index())
            && within
            && !(back && rule.index() < other_at)
    };
    scenario.file.rules.iter().enumerate().filter(covers).map(|(_, (id, _))| id.clone()).collect()
}
