//! Checks complete policy files: each policy by itself, and that their ids differ.
use super::span::SpanLocator;
use super::{Examiner, Subject};
use crate::access::lower;
use crate::access::split::{PolicyText, split_policies};
use crate::scenario::CedarText;
use crate::scenario::fault::Fault;
use cedar_policy::{Policy, Template};
use std::collections::BTreeSet;

/// The longest id of a policy, in characters. Tables contain the id.
const LONGEST_ID: usize = 100;

impl Examiner<'_> {
    /// The faults of the complete policies.
    pub(super) fn complete(&self) -> Vec<Fault> {
        let file = &self.scenario.file;
        let agreements = file.agreements.iter().map(|(id, agreement)| lower::agreement(id, agreement).0);
        let built_in = lower::built_in_permits().into_iter().map(|(id, ..)| id);
        let mut taken: BTreeSet<String> = file.rules.keys().cloned().chain(agreements).chain(built_in).collect();
        let mut faults = Vec::new();
        for text in &self.scenario.cedar {
            match self.shallow(&text.text, &|start, end| self.sources.place(&text.file, start, end)) {
                Ok(()) => {
                    split_policies(&text.text).iter().for_each(|s| faults.extend(self.statement(text, s, &mut taken)))
                }
                Err(fault) => faults.push(fault),
            }
        }
        faults
    }

    fn statement(&self, file: &CedarText, statement: &PolicyText<'_>, taken: &mut BTreeSet<String>) -> Vec<Fault> {
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

fn template(statement: &PolicyText<'_>, place: SpanLocator<'_>) -> Fault {
    let at = statement.text.find('?').unwrap_or(0);
    Fault::new("cedar-template", "a policy has a slot, so it is a template that nothing fills")
        .at(place(at, at + 1))
        .help("name the nation, such as `principal == Nation::\"USA\"`")
}

/// The fault of a policy's id: tables name a policy by its id, so it must exist, be unique and fit in a line.
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
