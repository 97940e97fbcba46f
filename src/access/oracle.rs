//! The test oracle: Cedar's authorizer on the same policies and facts, to compare the compiled decisions with.
use super::answer::{Explanation, PolicyIx};
use super::cedar::CedarEntities;
use super::facts::Facts;
use super::policies::Policies;
use super::store::{PolicyStore, StoredPolicy};
use crate::world::ids::NationId;
use crate::world::slot::Slot;
use cedar_policy::{Decision, PolicySet, Request, Response};
use std::sync::Arc;

/// Decides by Cedar's authorizer, with the policies of a scenario as Cedar parses them.
#[derive(Clone, Debug)]
pub struct Oracle {
    store: Arc<PolicyStore>,
    /// By policy id, sorted.
    ids: Vec<(String, PolicyIx)>,
    all: PolicySet,
    permits: PolicySet,
}

/// The oracle for the facts of one quarter.
#[derive(Clone, Debug)]
pub struct QuarterOracle<'o> {
    oracle: &'o Oracle,
    facts: &'o Facts,
    entities: CedarEntities,
}

impl Oracle {
    /// The oracle for the same policies.
    pub fn new(policies: &Policies) -> Self {
        let entries = &policies.store.entries;
        let all = policy_set(entries.iter());
        let permits = policy_set(entries.iter().filter(|entry| !entry.forbids));
        let mut ids: Vec<_> = policies.all().map(|policy| (policies.id(policy).to_owned(), policy)).collect();
        ids.sort();
        Self { store: policies.store.clone(), ids, all, permits }
    }

    /// Converts the facts of one quarter to Cedar entities (takes a few milliseconds).
    pub fn with_facts<'o>(&'o self, facts: &'o Facts) -> QuarterOracle<'o> {
        QuarterOracle { oracle: self, facts, entities: CedarEntities::new(&self.store.cedar, facts) }
    }

    /// Explains one question. For many, use [`Oracle::with_facts`].
    pub fn explain(&self, facts: &Facts, giver: NationId, receiver: NationId, slot: Slot) -> Explanation {
        self.with_facts(facts).explain(giver, receiver, slot)
    }

    fn index(&self, id: &str) -> PolicyIx {
        let at = self.ids.binary_search_by(|(known, _)| known.as_str().cmp(id));
        self.ids[at.expect("Cedar names policies it was given")].1
    }

    /// The sorted indices of policies.
    fn indices<'i>(&self, ids: impl Iterator<Item = &'i cedar_policy::PolicyId>) -> Vec<PolicyIx> {
        let mut indices: Vec<PolicyIx> = ids.map(|id| self.index(id.as_ref())).collect();
        indices.sort_unstable();
        indices
    }
}

fn policy_set<'e>(entries: impl Iterator<Item = &'e StoredPolicy>) -> PolicySet {
    PolicySet::from_policies(entries.map(|entry| entry.source.parse())).expect("the ids of policies differ")
}

impl QuarterOracle<'_> {
    /// Cedar's decision on a question, with its reasons. Takes about 10 us; twice that where a policy forbids.
    pub fn explain(&self, giver: NationId, receiver: NationId, slot: Slot) -> Explanation {
        let store = &self.oracle.store;
        self.answer(&store.cedar.request(&store.rule_owners, self.facts, giver, receiver, slot))
    }

    /// Explains all seven questions about a pair, in the order of [`Slot::all`]. Takes a third less time than one by one.
    pub fn explain_all(&self, giver: NationId, receiver: NationId) -> Vec<Explanation> {
        let store = &self.oracle.store;
        let requests = store.cedar.requests(&store.rule_owners, self.facts, giver, receiver);
        requests.iter().map(|request| self.answer(request)).collect()
    }

    fn answer(&self, request: &Request) -> Explanation {
        let response = self.entities.ask(&self.oracle.all, request);
        let reasons = |response: &Response| self.oracle.indices(response.diagnostics().reason());
        let allowed = response.decision() == Decision::Allow;
        let (permits, forbids) = match allowed {
            true => (reasons(&response), Vec::new()),
            // Cedar names only the policies that determine the decision. A second request finds the permits that a
            // forbid overrides.
            false => match reasons(&response) {
                none if none.is_empty() => (Vec::new(), none),
                forbids => (reasons(&self.entities.ask(&self.oracle.permits, request)), forbids),
            },
        };
        let errors = response.diagnostics().errors().map(|error| match error {
            cedar_policy::AuthorizationError::PolicyEvaluationError(error) => error.policy_id(),
        });
        let errors = self.oracle.indices(errors);
        Explanation { allowed, permits, forbids, errors }
    }
}
