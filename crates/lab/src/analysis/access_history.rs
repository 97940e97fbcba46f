//! Access decisions of the first run of a scenario, by quarter.
use noforn::access::facts::{DecidedOn, Facts};
use noforn::access::{Policies, Scratch};
use noforn::history::Detail;
use noforn::quarter::access::DeclaredGrants;
use noforn::quarter::quarter;
use noforn::run::{Halted, Prepared, step};
use noforn::scenario::Scenario;
use noforn::world::clock::Quarter;
use noforn::world::grants::Grants;
use noforn::world::ids::{NationId, RuleId};
use noforn::world::sets::NationSet;
use noforn::world::setting::everyone;

/// The access decisions of a run, and the nations on which the condition of each rule held.
#[derive(Clone, Debug)]
pub struct AccessHistory {
    /// The policies.
    pub policies: Policies,
    /// The quarters.
    pub quarters: Vec<Quarter>,
    /// By quarter: the access that was granted.
    pub grants: Vec<Grants>,
    /// By quarter: the access that would be granted if the announced rules were applied in full.
    pub declared: Vec<Grants>,
    /// By quarter: the facts that the decisions used.
    pub facts: Vec<Facts>,
    /// By quarter and rule: the nations on which its condition holds, whatever its grace.
    pub held: Vec<Vec<NationSet>>,
}

impl AccessHistory {
    /// Runs a scenario once and records its decisions. Fails if the run halts.
    pub fn record(scenario: &Scenario) -> Result<Self, Halted> {
        let prepared = Prepared::new(scenario);
        let policies = prepared.policies().clone();
        let mut world = prepared.world(0, Detail { full: false });
        let mut schedule = quarter();
        world.insert_resource(DecidedOn::default());
        let mut history = Self {
            policies,
            quarters: prepared.quarters().collect(),
            grants: Vec::new(),
            declared: Vec::new(),
            facts: Vec::new(),
            held: Vec::new(),
        };
        for now in prepared.quarters() {
            step(&mut world, &mut schedule, now)?;
            let facts = world.resource_mut::<DecidedOn>().0.take().expect("every quarter decides");
            history.held.push(nations_held(scenario, &history.policies, &facts));
            history.facts.push(facts);
            history.grants.push(world.resource::<Grants>().clone());
            history.declared.push(world.resource::<DeclaredGrants>().0.clone());
        }
        Ok(history)
    }

    /// True if in every quarter one rule has been announced at least as long as another.
    pub fn announced_no_later(&self, one: usize, other: usize) -> bool {
        self.facts.iter().all(|facts| facts.rules[one].quarters_in_force >= facts.rules[other].quarters_in_force)
    }
}

/// By rule: the nations on which its condition holds, whatever its grace.
fn nations_held(scenario: &Scenario, policies: &Policies, facts: &Facts) -> Vec<NationSet> {
    let mut scratch = Scratch::new();
    let mut all = Vec::new();
    for (rank, entry) in scenario.file.rules.values().enumerate() {
        let owner = scenario.rosters.nations.rank(&entry.owner).expect("the loader has found every owner");
        let (rule, owner) = (RuleId::new(rank), NationId::new(owner));
        let others = everyone(facts.nations).filter(|to| *to != owner);
        let nations: Vec<NationId> = others
            .filter(|to| policies.would_hold(rule, facts, *to, facts.seen[(owner, *to)], &mut scratch) == Some(true))
            .collect();
        all.push(NationSet::from_members(facts.nations, nations));
    }
    all
}
