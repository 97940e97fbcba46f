//! Every policy of a scenario as Cedar text: rules, complete policies, agreements, and what always stands.
use super::lower::{self, Parts};
use super::statements::{Statement, statements};
use crate::scenario::Scenario;
use crate::world::ids::RuleId;
use cedar_policy::{Policy, PolicyId};

/// A policy as text, before it is compiled.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub id: String,
    pub says: String,
    pub text: String,
    pub rule: Option<RuleId>,
}

impl Draft {
    /// Parsed under its own id.
    pub(super) fn parse(&self) -> Policy {
        parse(&self.id, &self.text)
    }
}

/// A text that the check accepted, parsed.
pub(super) fn parse(id: &str, text: &str) -> Policy {
    let policy = Policy::parse(Some(PolicyId::new(id)), text);
    policy.unwrap_or_else(|error| panic!("policy `{id}` passed the check, so it parses: {error}"))
}

/// All policies: rules by id, complete policies as written, agreements by id, then what stands in every scenario.
pub(super) fn drafts(scenario: &Scenario) -> Vec<Draft> {
    let rules = scenario.file.rules.iter().enumerate().map(|(rank, (id, rule))| {
        let parts = Parts::of(id, rule);
        Draft { id: id.clone(), says: parts.says(), text: parts.policy().text, rule: Some(RuleId::new(rank)) }
    });
    let complete = scenario.cedar.iter().flat_map(|file| statements(&file.text)).map(|s| complete(&s));
    let agreements = scenario.file.agreements.iter().map(|(id, agreement)| lower::agreement(id, agreement));
    let own = agreements.chain(lower::standing()).map(|(id, says, text)| Draft { id, says, text, rule: None });
    rules.chain(complete).chain(own).collect()
}

fn complete(statement: &Statement<'_>) -> Draft {
    let policy = Policy::parse(None, statement.text);
    let policy = policy.unwrap_or_else(|error| panic!("a complete policy that passed the check parses: {error}"));
    let id = policy.annotation("id").expect("a policy that passed the check has an id").to_owned();
    let says = policy.annotation("says").map_or_else(|| id.clone(), str::to_owned);
    Draft { id, says, text: statement.text.to_owned(), rule: None }
}
