//! Finds the faults in the Cedar of a scenario, each with its place in the author's text.
mod attributes;
mod complete;
mod literals;
mod rules;
mod span;

use super::compile::{SymbolTable, compile};
use super::depth;
use super::lower;
use super::policies::Policies;
use super::range::{MayOverflow, fact_ranges, value_range};
use super::schema::{NATION_ATTRIBUTES, cedar_schema};
use crate::scenario::Scenario;
use crate::scenario::fault::Fault;
use crate::scenario::source::Sources;
use cedar_policy::ffi::DetailedError;
use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, ValidationWarning, Validator};
use span::SpanLocator;

impl Policies {
    /// All faults in the Cedar of a scenario that has no other faults: nesting that is too deep, syntax, types, unknown
    /// nations, groups, agreements, attributes and actions, conditions that can never hold, arithmetic that can overflow,
    /// and complete policies without an id of their own.
    pub fn check(scenario: &Scenario, sources: &Sources) -> Vec<Fault> {
        let mut faults = clashes(scenario);
        if !faults.is_empty() {
            return faults;
        }
        let schema = match Schema::from_cedarschema_str(&cedar_schema(scenario)) {
            Ok((schema, _)) => schema,
            Err(error) => {
                let why = DetailedError::from(&error).message;
                return vec![Fault::new(
                    "cedar-schema",
                    format!("the ids of the scenario make no Cedar schema: {why}"),
                )];
            }
        };
        let examiner = Examiner { scenario, sources, validator: Validator::new(schema) };
        faults.extend(examiner.rules());
        faults.extend(examiner.complete());
        faults.sort_by(|a, b| (&a.place, a.code, &a.message).cmp(&(&b.place, b.code, &b.message)));
        faults.dedup();
        faults
    }
}

/// Facts named like an attribute of every nation, and rules named like a built-in permit.
fn clashes(scenario: &Scenario) -> Vec<Fault> {
    let file = &scenario.file;
    let attribute = |id: &&String| NATION_ATTRIBUTES.iter().any(|(name, _)| name == id);
    let built_in = |id: &&String| lower::built_in_permits().iter().any(|(name, ..)| name == *id);
    let facts = file.facts.keys().filter(attribute).map(|id| ("facts", id, "every nation has an attribute"));
    let rules = file.rules.keys().filter(built_in).map(|id| ("rules", id, "every scenario has a policy"));
    facts.chain(rules).map(|(table, id, has)| clash(scenario, &format!("{table}.{id}"), has, id)).collect()
}

fn clash(scenario: &Scenario, path: &str, has: &str, id: &str) -> Fault {
    Fault::new("duplicate-id", format!("{has} called `{id}`"))
        .at(scenario.origin(path).cloned())
        .help("choose another name")
}

/// What policies are checked against.
struct Examiner<'s> {
    scenario: &'s Scenario,
    sources: &'s Sources,
    validator: Validator,
}

/// A text that is checked, and how messages name it.
#[derive(Clone, Copy)]
struct Subject<'t> {
    id: &'t str,
    text: &'t str,
    /// What messages call it: `the condition`.
    noun: &'static str,
    /// The end of the author's part of the text, as a byte.
    authored: usize,
}

impl Examiner<'_> {
    /// Refuses a text that could exhaust the stack of Cedar's parser.
    fn shallow(&self, text: &str, place: SpanLocator<'_>) -> Result<(), Fault> {
        depth::scan(text).map_err(|deep| Fault::new("cedar-syntax", deep.why).at(place(deep.at, deep.at + 1)))
    }

    /// Parses a policy.
    fn parsed(&self, subject: Subject<'_>, place: SpanLocator<'_>) -> Result<Policy, Vec<Fault>> {
        let Subject { id, text, .. } = subject;
        let broken = |error: &cedar_policy::ParseError| subject.fault("cedar-syntax", &error.into(), place);
        Policy::parse(Some(PolicyId::new(id)), text).map_err(|errors| errors.iter().map(broken).collect())
    }

    /// The faults of a policy that parses.
    fn validated(&self, subject: Subject<'_>, policy: &Policy, place: SpanLocator<'_>) -> Vec<Fault> {
        let Subject { text, noun, .. } = subject;
        let mut faults = literals::unknown(self.scenario, policy, text, place);
        let set = PolicySet::from_policies([policy.clone()]).expect("one policy clashes with no other");
        let result = self.validator.validate(&set, ValidationMode::Strict);
        let errors = result.validation_errors().filter(|error| !literals::is_unknown_id(error));
        let found = errors.map(|error| subject.fault(code(error), &error.into(), place));
        faults.extend(found.map(|fault| attributes::with_suggestion(self.scenario, fault)));
        let typed = faults.is_empty();
        for warning in result.validation_warnings() {
            match warning {
                ValidationWarning::ImpossiblePolicy(_) if typed => {
                    let fault = Fault::new("never-holds", format!("{noun} can never hold"));
                    faults.push(fault.at(place(0, text.len())));
                }
                ValidationWarning::BidiCharsInString(_) | ValidationWarning::BidiCharsInIdentifier(_) => {
                    faults.push(subject.fault("cedar-text", &warning.into(), place));
                }
                _ => {}
            }
        }
        if faults.is_empty() && self.may_overflow(policy) {
            let fault = Fault::new("may-overflow", format!("the arithmetic of {noun} can overflow"));
            faults.push(fault.at(place(0, text.len())).help("Cedar's whole numbers end at 9223372036854775807"));
        }
        faults
    }

    fn may_overflow(&self, policy: &Policy) -> bool {
        let compiled = compile(policy, &SymbolTable::new(self.scenario));
        let ranges = fact_ranges(self.scenario);
        compiled.tree().is_some_and(|node| value_range(node, &ranges) == Err(MayOverflow))
    }
}

/// The code of a fault that Cedar's validator found.
fn code(error: &cedar_policy::ValidationError) -> &'static str {
    use cedar_policy::ValidationError as E;
    match error {
        E::UnrecognizedEntityType(_) | E::UnrecognizedActionId(_) | E::InvalidEnumEntity(_) => "unknown-id",
        E::UnsafeAttributeAccess(_) => "unknown-attribute",
        _ => "cedar-type",
    }
}

impl Subject<'_> {
    /// The fault for an error of Cedar, with its place in the author's text.
    fn fault(&self, code: &'static str, error: &DetailedError, place: SpanLocator<'_>) -> Fault {
        let prefix = format!("for policy `{}`, ", self.id);
        let plain = |said: &str| without_action(said.strip_prefix(&prefix).unwrap_or(said));
        let label = error.source_locations.first();
        let (start, end) = label.map_or((0, self.text.len()), |label| (label.loc.start, label.loc.end));
        if code == "cedar-syntax" && start >= self.authored {
            return Fault::new(code, format!("{} ends too early", self.noun)).at(place(self.authored, self.authored));
        }
        let mut fault = Fault::new(code, plain(&error.message)).at(place(start, end));
        let hint = label.and_then(|label| label.label.as_deref());
        fault.help = error.help.as_deref().or(hint).map(plain);
        fault
    }
}

/// Removes from a message of Cedar the action that it names: any one of those that the policy covers, not always the same.
fn without_action(said: &str) -> String {
    let named = " for Action::\"";
    match said.split_once(named).and_then(|(before, rest)| Some((before, rest.split_once('"')?.1))) {
        Some((before, after)) => format!("{before}{after}"),
        None => said.to_owned(),
    }
}
