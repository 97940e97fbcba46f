//! The first run of a scenario as its rules see it.
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

/// What was decided in each quarter of a run, and on whom each rule's condition held.
#[derive(Clone, Debug)]
pub struct Course {
    /// The policies.
    pub policies: Policies,
    /// The quarters.
    pub quarters: Vec<Quarter>,
    /// By quarter: what was granted.
    pub grants: Vec<Grants>,
    /// By quarter: what would be granted if the announced rules were applied in full.
    pub declared: Vec<Grants>,
    /// By quarter: the facts it was decided on.
    pub facts: Vec<Facts>,
    /// By quarter and rule: the nations on which its condition holds, whatever its grace.
    pub held: Vec<Vec<NationSet>>,
}

impl Course {
    /// Makes the first run of a scenario.
    pub fn of(scenario: &Scenario) -> Result<Self, Halted> {
        let prepared = Prepared::new(scenario);
        let policies = prepared.policies().clone();
        let mut world = prepared.world(0, Detail { full: false });
        let mut schedule = quarter();
        world.insert_resource(DecidedOn::default());
        let mut course = Self {
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
            course.held.push(held(scenario, &course.policies, &facts));
            course.facts.push(facts);
            course.grants.push(world.resource::<Grants>().clone());
            course.declared.push(world.resource::<DeclaredGrants>().0.clone());
        }
        Ok(course)
    }

    /// Whether one rule stands announced whenever another does, for as long at least.
    pub fn announced_by(&self, one: usize, other: usize) -> bool {
        self.facts.iter().all(|facts| facts.rules[one].quarters_in_force >= facts.rules[other].quarters_in_force)
    }
}

fn held(scenario: &Scenario, policies: &Policies, facts: &Facts) -> Vec<NationSet> {
    let mut scratch = Scratch::new();
    let owner = |id: &str| NationId::new(scenario.rosters.nations.rank(id).expect("the loader has found every owner"));
    let mut all = Vec::new();
    for (rank, entry) in scenario.file.rules.values().enumerate() {
        let owner = owner(&entry.owner);
        let mut holds = |to: NationId| {
            to != owner
                && policies.would_hold(RuleId::new(rank), facts, to, facts.seen[(owner, to)], &mut scratch)
                    == Some(true)
        };
        let nations: Vec<NationId> = everyone(facts.nations).filter(|to| holds(*to)).collect();
        all.push(NationSet::from_members(facts.nations, nations));
    }
    all
}
