//! Every policy of a scenario as Cedar text: rules, complete policies, agreements and built-in permits.
use super::lower::{self, RuleLowering};
use super::split::{PolicyText, split_policies};
use crate::scenario::Scenario;
use crate::world::ids::RuleId;
use cedar_policy::{Policy, PolicyId};

/// The Cedar text of a policy.
#[derive(Clone, Debug)]
pub(super) struct PolicySource {
    pub id: String,
    /// What the policy says in words.
    pub says: String,
    pub text: String,
    pub rule: Option<RuleId>,
}

impl PolicySource {
    /// Parses the text under the policy's id.
    pub(super) fn parse(&self) -> Policy {
        parse(&self.id, &self.text)
    }
}

/// Parses a text that the check accepted.
pub(super) fn parse(id: &str, text: &str) -> Policy {
    let policy = Policy::parse(Some(PolicyId::new(id)), text);
    policy.unwrap_or_else(|error| panic!("policy `{id}` passed the check, so it parses: {error}"))
}

/// All policies: rules by id, complete policies as written, agreements by id, then the built-in permits.
pub(super) fn policy_sources(scenario: &Scenario) -> Vec<PolicySource> {
    let rules = scenario.file.rules.iter().enumerate().map(|(rank, (id, rule))| {
        let lowering = RuleLowering::new(id, rule);
        PolicySource {
            id: id.clone(),
            says: lowering.says(),
            text: lowering.policy().text,
            rule: Some(RuleId::new(rank)),
        }
    });
    let complete = scenario.cedar.iter().flat_map(|file| split_policies(&file.text)).map(|s| complete(&s));
    let agreements = scenario.file.agreements.iter().map(|(id, agreement)| lower::agreement(id, agreement));
    let own =
        agreements.chain(lower::built_in_permits()).map(|(id, says, text)| PolicySource { id, says, text, rule: None });
    rules.chain(complete).chain(own).collect()
}

fn complete(statement: &PolicyText<'_>) -> PolicySource {
    let policy = Policy::parse(None, statement.text);
    let policy = policy.unwrap_or_else(|error| panic!("a complete policy that passed the check parses: {error}"));
    let id = policy.annotation("id").expect("a policy that passed the check has an id").to_owned();
    let says = policy.annotation("says").map_or_else(|| id.clone(), str::to_owned);
    PolicySource { id, says, text: statement.text.to_owned(), rule: None }
}
