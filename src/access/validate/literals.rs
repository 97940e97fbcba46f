//! Nations that a policy names: Cedar's schema cannot list them, so they are looked up one by one.
use super::Placing;
use crate::access::lex::{Token, Word, words};
use crate::access::schema::quoted;
use crate::scenario::Scenario;
use crate::scenario::fault::Fault;
use cedar_policy::Policy;

/// The nations a policy names that do not exist.
pub(super) fn unknown(scenario: &Scenario, policy: &Policy, text: &str, place: Placing<'_>) -> Vec<Fault> {
    let nations = &scenario.rosters.nations;
    let named = policy.entity_literals().into_iter().filter(|uid| uid.type_name().to_string() == "Nation");
    let mut missing: Vec<String> = named.map(|uid| uid.id().unescaped().to_owned()).collect();
    missing.retain(|id| nations.rank(id).is_none());
    missing.sort();
    missing.dedup();
    missing.iter().flat_map(|id| faults(id, scenario, text, place)).collect()
}

/// One fault for each time the name is written; one for the whole policy where it is written with escapes.
fn faults(id: &str, scenario: &Scenario, text: &str, place: Placing<'_>) -> Vec<Fault> {
    let ids = || scenario.rosters.nations.ids();
    let mut fault = Fault::new("unknown-id", format!("there is no nation {}", quoted(id).replace('"', "`")));
    fault.help = nearest(id, ids()).map(|near| format!("did you mean `{near}`?"));
    let found = written(text, id);
    if found.is_empty() {
        return vec![fault.at(place(0, text.len()))];
    }
    found.into_iter().map(|token| fault.clone().at(place(token.start, token.end()))).collect()
}

/// Where `Nation::"id"` is written.
fn written<'t>(text: &'t str, id: &str) -> Vec<Token<'t>> {
    let tokens: Vec<Token<'t>> = words(text).collect();
    let literal = quoted(id);
    let named = |three: &[Token<'t>]| {
        let last = three[2];
        let fits = three[0].is("Nation") && three[1].is("::") && last.word == Word::Text && last.text == literal;
        fits.then_some(last)
    };
    tokens.windows(3).filter_map(named).collect()
}

/// The nearest id, if near enough to be meant.
fn nearest<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let distance = |other: &str| strsim::damerau_levenshtein(&id.to_uppercase(), &other.to_uppercase());
    known.map(|other| (distance(other), other)).filter(|(far, _)| *far <= 1).min().map(|(_, other)| other)
}
