//! What is wrong in the Cedar of a scenario, told in the author's text.
mod attributes;
mod complete;
mod literals;
mod placing;
mod rules;

use super::compile::{Names, compile};
use super::depth;
use super::lower;
use super::policies::Policies;
use super::range::{MayOverflow, fact_ranges, range};
use super::schema::{NATION_ATTRIBUTES, cedar_schema};
use crate::scenario::Scenario;
use crate::scenario::fault::Fault;
use crate::scenario::format::FactType;
use crate::scenario::source::Sources;
use cedar_policy::ffi::DetailedError;
use cedar_policy::{Policy, PolicyId, PolicySet, Schema, ValidationMode, ValidationWarning, Validator};
use placing::Placing;

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
        faults.sort_by(|a, b| (&a.place, a.code, &a.message).cmp(&(&b.place, b.code, &b.message)));
        faults.dedup();
        faults
    }
}

/// Facts named like something that every nation has, and rules like a policy that stands in every scenario.
fn clashes(scenario: &Scenario) -> Vec<Fault> {
    let file = &scenario.file;
    let attribute = |id: &&String| NATION_ATTRIBUTES.iter().any(|(name, _)| name == id);
    let standing = |id: &&String| lower::standing().iter().any(|(name, ..)| name == *id);
    let facts = file.facts.keys().filter(attribute).map(|id| ("facts", id, "every nation has an attribute"));
    let rules = file.rules.keys().filter(standing).map(|id| ("rules", id, "every scenario has a policy"));
    let fault = |(table, id, has): (&str, &String, &str)| {
        Fault::new("duplicate-id", format!("{has} called `{id}`"))
            .at(scenario.origin(&format!("{table}.{id}")).cloned())
            .help("choose another name")
    };
    facts.chain(rules).map(fault).collect()
}

/// What a policy is held against.
struct Examiner<'s> {
    scenario: &'s Scenario,
    sources: &'s Sources,
    validator: Validator,
}

/// What an examined text is, for messages.
#[derive(Clone, Copy)]
struct Subject<'t> {
    id: &'t str,
    text: &'t str,
    /// What it is, in words: `the condition`.
    noun: &'static str,
    /// The byte behind the last that the author wrote.
    authored: usize,
}

impl Examiner<'_> {
    /// Refuses what would exhaust Cedar's parser.
    fn shallow(&self, text: &str, place: Placing<'_>) -> Result<(), Fault> {
        depth::scan(text).map_err(|deep| Fault::new("cedar-syntax", deep.why).at(place(deep.at, deep.at + 1)))
    }

    /// The policy of a text, if it parses.
    fn parsed(&self, subject: Subject<'_>, place: Placing<'_>) -> Result<Policy, Vec<Fault>> {
        let Subject { id, text, .. } = subject;
        let broken = |error: &cedar_policy::ParseError| subject.told("cedar-syntax", &error.into(), place);
        Policy::parse(Some(PolicyId::new(id)), text).map_err(|errors| errors.iter().map(broken).collect())
    }

    /// What is wrong in a policy that parses.
    fn validated(&self, subject: Subject<'_>, policy: &Policy, place: Placing<'_>) -> Vec<Fault> {
        let Subject { text, noun, .. } = subject;
        let mut faults = literals::unknown(self.scenario, policy, text, place);
        let set = PolicySet::from_policies([policy.clone()]).expect("one policy clashes with no other");
        let result = self.validator.validate(&set, ValidationMode::Strict);
        let errors = result.validation_errors().filter(|error| !literals::is_told(error));
        let told = errors.map(|error| subject.told(code(error), &error.into(), place));
        faults.extend(told.map(|fault| attributes::meant(self.scenario, fault)));
        let typed = faults.is_empty();
        for warning in result.validation_warnings() {
            match warning {
                ValidationWarning::ImpossiblePolicy(_) if typed => {
                    let fault = Fault::new("never-holds", format!("{noun} can never hold"));
                    faults.push(fault.at(place(0, text.len())));
                }
                ValidationWarning::BidiCharsInString(_) | ValidationWarning::BidiCharsInIdentifier(_) => {
                    faults.push(subject.told("cedar-text", &warning.into(), place));
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

impl Subject<'_> {
    /// What Cedar says, at its place.
    fn told(&self, code: &'static str, error: &DetailedError, place: Placing<'_>) -> Fault {
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

/// Cedar names one of the actions that a policy covers, not always the same one: it says nothing to the author.
fn without_action(said: &str) -> String {
    let named = " for Action::\"";
    match said.split_once(named).and_then(|(before, rest)| Some((before, rest.split_once('"')?.1))) {
        Some((before, after)) => format!("{before}{after}"),
        None => said.to_owned(),
    }
}
