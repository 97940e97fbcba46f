//! Complete policy files: each policy by itself, and that their ids differ.
use super::placing::Placing;
use super::{Examiner, Subject};
use crate::access::lower;
use crate::access::statements::{Statement, statements};
use crate::scenario::CedarText;
use crate::scenario::fault::Fault;
use cedar_policy::{Policy, Template};
use std::collections::BTreeSet;

/// The longest id of a policy, in characters: it stands in tables.
const LONGEST_ID: usize = 100;

impl Examiner<'_> {
    /// What is wrong in the complete policies.
    pub(super) fn complete(&self) -> Vec<Fault> {
        let file = &self.scenario.file;
        let agreements = file.agreements.iter().map(|(id, agreement)| lower::agreement(id, agreement).0);
        let standing = lower::standing().into_iter().map(|(id, ..)| id);
        let mut taken: BTreeSet<String> = file.rules.keys().cloned().chain(agreements).chain(standing).collect();
        let mut faults = Vec::new();
        for text in &self.scenario.cedar {
            match self.shallow(&text.text, &|start, end| self.sources.place(&text.file, start, end)) {
                Ok(()) => {
                    statements(&text.text).iter().for_each(|s| faults.extend(self.statement(text, s, &mut taken)))
                }
                Err(fault) => faults.push(fault),
            }
        }
        faults
    }

    fn statement(&self, file: &CedarText, statement: &Statement<'_>, taken: &mut BTreeSet<String>) -> Vec<Fault> {
        let place =
            |start: usize, end: usize| self.sources.place(&file.file, statement.start + start, statement.start + end);
        let text = statement.text;
        let subject = Subject { id: "policy", text, noun: "the policy", authored: text.len() };
        let policy = match self.parsed(subject, &place) {
            Ok(policy) => policy,
            Err(_) if Template::parse(None, statement.text).is_ok() => return vec![template(statement, &place)],
            Err(faults) => return faults,
        };
        let mut faults = self.validated(subject, &policy, &place);
        faults.extend(id_fault(&policy, taken).map(|fault| fault.at(place(0, first_line(statement.text)))));
        faults
    }
}

fn first_line(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

fn template(statement: &Statement<'_>, place: Placing<'_>) -> Fault {
    let at = statement.text.find('?').unwrap_or(0);
    Fault::new("cedar-template", "a policy has a slot, so it is a template that nothing fills")
        .at(place(at, at + 1))
        .help("name the nation, such as `principal == Nation::\"USA\"`")
}

/// A policy is told of by its id, which no other may have.
fn id_fault(policy: &Policy, taken: &mut BTreeSet<String>) -> Option<Fault> {
    let help = "give it one of its own, such as `@id(\"no-transit\")`";
    let Some(id) = policy.annotation("id").filter(|id| !id.is_empty()) else {
        return Some(Fault::new("no-policy-id", "a policy has no id").help(help));
    };
    if id.chars().count() > LONGEST_ID || id.chars().any(char::is_control) {
        return Some(Fault::new("bad-id", "the id of a policy is one line of at most 100 characters"));
    }
    let fault = || Fault::new("duplicate-id", format!("another policy or rule already has the id `{id}`")).help(help);
    (!taken.insert(id.to_owned())).then(fault)
}
