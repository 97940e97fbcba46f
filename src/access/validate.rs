//! What is wrong in the Cedar of a scenario, told in the author's text.
mod complete;
mod literals;
mod rules;

use super::compile::{Names, compile};
use super::depth;
use super::policies::Policies;
use super::range::{MayOverflow, fact_ranges, range};
use super::schema::{NATION_ATTRIBUTES, cedar_schema};
use crate::scenario::Scenario;
use crate::scenario::fault::{Fault, Place};
use crate::scenario::format::FactType;
use crate::scenario::source::Sources;
use cedar_policy::ffi::DetailedError;
use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, ValidationWarning, Validator};

impl Policies {
    /// Everything that is wrong in the Cedar of a scenario that is otherwise right: nesting that is too deep, syntax,
    /// types, names of nations, groups, agreements, attributes and actions that do not exist, conditions that can never
    /// hold, arithmetic that can overflow, complete policies without an id of their own.
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
        faults
    }
}

/// Facts named like something that every nation has.
fn clashes(scenario: &Scenario) -> Vec<Fault> {
    let taken = |id: &&String| NATION_ATTRIBUTES.iter().any(|(name, _)| name == id);
    let fault = |id: &String| {
        Fault::new("duplicate-id", format!("every nation already has `{id}`, so no fact can be called so"))
            .at(scenario.origin(&format!("facts.{id}")).cloned())
            .help("choose another name for the fact")
    };
    scenario.file.facts.keys().filter(taken).map(fault).collect()
}

/// What a policy is held against.
struct Examiner<'s> {
    scenario: &'s Scenario,
    sources: &'s Sources,
    validator: Validator,
}

/// From a stretch of the examined text, first byte and byte behind the last, to its place.
type Placing<'p> = &'p dyn Fn(usize, usize) -> Option<Place>;

/// What an examined text is, for messages.
#[derive(Clone, Copy)]
struct Subject<'t> {
    id: &'t str,
    text: &'t str,
    /// What can never hold, in words: `the condition`.
    noun: &'static str,
}

impl Examiner<'_> {
    /// Refuses what would exhaust Cedar's parser.
    fn shallow(&self, text: &str, place: Placing<'_>) -> Result<(), Fault> {
        depth::scan(text).map_err(|deep| Fault::new("cedar-syntax", deep.why).at(place(deep.at, deep.at + 1)))
    }

    /// The policy of a text, if it parses.
    fn parsed(&self, subject: Subject<'_>, place: Placing<'_>) -> Result<Policy, Vec<Fault>> {
        let Subject { id, text, .. } = subject;
        Policy::parse(Some(PolicyId::new(id)), text)
            .map_err(|errors| errors.iter().map(|error| told("cedar-syntax", id, &error.into(), text, place)).collect())
    }

    /// What is wrong in a policy that parses.
    fn validated(&self, subject: Subject<'_>, policy: &Policy, place: Placing<'_>) -> Vec<Fault> {
        let Subject { id, text, noun } = subject;
        let mut faults = literals::unknown(self.scenario, policy, text, place);
        let set = PolicySet::from_policies([policy.clone()]).expect("one policy clashes with no other");
        let result = self.validator.validate(&set, ValidationMode::Strict);
        faults.extend(result.validation_errors().map(|error| told(code(error), id, &error.into(), text, place)));
        let typed = faults.is_empty();
        for warning in result.validation_warnings() {
            match warning {
                ValidationWarning::ImpossiblePolicy(_) if typed => {
                    let fault = Fault::new("never-holds", format!("{noun} can never hold"));
                    faults.push(fault.at(place(0, text.len())));
                }
                ValidationWarning::BidiCharsInString(_) | ValidationWarning::BidiCharsInIdentifier(_) => {
                    faults.push(told("cedar-text", id, &warning.into(), text, place));
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
        let facts = &self.scenario.file.facts;
        let boolean = facts.values().map(|fact| fact.kind == FactType::Boolean).collect();
        let compiled = compile(policy, &Names { rosters: &self.scenario.rosters, boolean });
        let ranges = fact_ranges(self.scenario);
        compiled.tree().is_some_and(|node| range(node, &ranges) == Err(MayOverflow))
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

/// What Cedar says, at its place.
fn told(code: &'static str, id: &str, error: &DetailedError, text: &str, place: Placing<'_>) -> Fault {
    let message = error.message.strip_prefix(&format!("for policy `{id}`, ")).unwrap_or(&error.message);
    let label = error.source_locations.first();
    let (start, end) = label.map_or((0, text.len()), |label| (label.loc.start, label.loc.end));
    let mut fault = Fault::new(code, message).at(place(start, end));
    let hint = label.and_then(|label| label.label.clone());
    fault.help = error.help.clone().or(hint);
    fault
}
