//! Cedar's own authorizer over the same policies and facts, to hold the compiled decisions against.
use super::answer::{Explanation, PolicyIx};
use super::book::Book;
use super::cedar::World;
use super::facts::Facts;
use super::policies::Policies;
use crate::world::ids::NationId;
use crate::world::slot::Slot;
use cedar_policy::{Decision, PolicySet, Request, Response};
use std::sync::Arc;

/// The policies of a scenario as Cedar parses them, nothing compiled.
#[derive(Clone, Debug)]
pub struct Oracle {
    book: Arc<Book>,
    /// By policy id, sorted.
    ids: Vec<(String, PolicyIx)>,
    whole: PolicySet,
    permits: PolicySet,
}

/// The oracle about the facts of one quarter.
#[derive(Clone, Debug)]
pub struct Hearing<'o> {
    oracle: &'o Oracle,
    facts: &'o Facts,
    world: World,
}

impl Oracle {
    /// The oracle for the same policies.
    pub fn new(policies: &Policies) -> Self {
        let entries = &policies.book.entries;
        let set = |only_permits: bool| {
            let chosen = entries.iter().filter(|entry| !only_permits || !entry.forbids);
            PolicySet::from_policies(chosen.map(|entry| entry.draft.parse())).expect("the ids of policies differ")
        };
        let mut ids: Vec<_> = policies.all().map(|policy| (policies.id(policy).to_owned(), policy)).collect();
        ids.sort();
        Self { book: policies.book.clone(), ids, whole: set(false), permits: set(true) }
    }

    /// Takes up the facts of one quarter (a few milliseconds).
    pub fn hear<'o>(&'o self, facts: &'o Facts) -> Hearing<'o> {
        Hearing { oracle: self, facts, world: World::new(&self.book.cedar, facts) }
    }

    /// One question by itself; for many, use [`Oracle::hear`].
    pub fn explain(&self, facts: &Facts, giver: NationId, receiver: NationId, slot: Slot) -> Explanation {
        self.hear(facts).explain(giver, receiver, slot)
    }

    fn places<'i>(&self, ids: impl Iterator<Item = &'i cedar_policy::PolicyId>) -> Vec<PolicyIx> {
        let place = |id: &cedar_policy::PolicyId| {
            let id: &str = id.as_ref();
            let at = self.ids.binary_search_by(|(known, _)| known.as_str().cmp(id));
            self.ids[at.expect("Cedar names policies it was given")].1
        };
        let mut places: Vec<PolicyIx> = ids.map(place).collect();
        places.sort_unstable();
        places
    }
}

impl Hearing<'_> {
    /// Why Cedar answers a question as it does (about 10 us; twice that where something forbids).
    pub fn explain(&self, giver: NationId, receiver: NationId, slot: Slot) -> Explanation {
        let book = &self.oracle.book;
        self.answer(&book.cedar.request(&book.rule_owners, self.facts, giver, receiver, slot))
    }

    /// The same for all seven questions about a pair, in the order of [`Slot::all`], which costs a third less.
    pub fn explain_all(&self, giver: NationId, receiver: NationId) -> Vec<Explanation> {
        let book = &self.oracle.book;
        let requests = book.cedar.requests(&book.rule_owners, self.facts, giver, receiver);
        requests.iter().map(|request| self.answer(request)).collect()
    }

    fn answer(&self, request: &Request) -> Explanation {
        let response = self.world.ask(&self.oracle.whole, request);
        let reasons = |response: &Response| self.oracle.places(response.diagnostics().reason());
        let allowed = response.decision() == Decision::Allow;
        let (permits, forbids) = match allowed {
            true => (reasons(&response), Vec::new()),
            // Cedar tells only what determines the decision: the permits that lost are asked for by themselves.
            false => match reasons(&response) {
                none if none.is_empty() => (Vec::new(), none),
                forbids => (reasons(&self.world.ask(&self.oracle.permits, request)), forbids),
            },
        };
        let errors = response.diagnostics().errors().map(|error| match error {
            cedar_policy::AuthorizationError::PolicyEvaluationError(error) => error.policy_id(),
        });
        let errors = self.oracle.places(errors);
        Explanation { allowed, permits, forbids, errors }
    }
}
