//! Checks the nations, groups and agreements that a policy names. The schema cannot do it: it does not list nations.
use super::span::SpanLocator;
use crate::access::lex::{self, Token, TokenKind};
use crate::access::schema::quoted;
use crate::scenario::Scenario;
use crate::scenario::fault::Fault;
use crate::scenario::{countries, words};
use crate::world::ids::Roster;
use cedar_policy::{Policy, ValidationError};

/// The types of entities that a policy may name: the name in Cedar, the word for messages, and the roster.
fn kinds(scenario: &Scenario) -> [(&'static str, &'static str, &Roster); 3] {
    let rosters = &scenario.rosters;
    [
        ("Nation", "nation", &rosters.nations),
        ("Group", "group", &rosters.groups),
        ("Agreement", "agreement", &rosters.agreements),
    ]
}

/// Whether [`unknown`] also reports this error of Cedar's validator.
pub(super) fn is_unknown_id(error: &ValidationError) -> bool {
    matches!(error, ValidationError::InvalidEnumEntity(_))
}

/// The faults for entities that a policy names and that do not exist.
pub(super) fn unknown(scenario: &Scenario, policy: &Policy, text: &str, place: SpanLocator<'_>) -> Vec<Fault> {
    let mut named: Vec<(String, String)> = policy
        .entity_literals()
        .into_iter()
        .map(|uid| (uid.type_name().to_string(), uid.id().unescaped().to_owned()))
        .collect();
    named.sort();
    named.dedup();
    let kinds = kinds(scenario);
    let mut faults = Vec::new();
    for (kind, id) in &named {
        let Some((_, word, roster)) = kinds.iter().find(|(name, ..)| name == kind) else { continue };
        if !roster.is_empty() && roster.rank(id).is_none() {
            let fault = Fault::new("unknown-id", format!("there is no {word} `{}`", id.escape_debug()));
            faults.extend(placed(fault.help(instead(word, id, roster)), kind, id, text, place));
        }
    }
    faults
}

/// One fault for each occurrence of the name; one for the whole policy where the name is written with escapes.
fn placed(fault: Fault, kind: &str, id: &str, text: &str, place: SpanLocator<'_>) -> Vec<Fault> {
    let found = written(text, kind, id);
    if found.is_empty() {
        return vec![fault.at(place(0, text.len()))];
    }
    found.into_iter().map(|(start, end)| fault.clone().at(place(start, end))).collect()
}

/// The occurrences of `Nation::"id"`: first byte and end.
fn written(text: &str, kind: &str, id: &str) -> Vec<(usize, usize)> {
    let tokens: Vec<Token<'_>> = lex::tokens(text).collect();
    let literal = quoted(id);
    let mut found = Vec::new();
    for three in tokens.windows(3) {
        let last = three[2];
        if three[0].is(kind) && three[1].is("::") && last.kind == TokenKind::Text && last.text == literal {
            found.push((three[0].start, last.end()));
        }
    }
    found
}

/// What to write instead of an id that does not exist.
fn instead(word: &str, id: &str, roster: &Roster) -> String {
    match countries::meant(id).filter(|(code, _)| word == "nation" && roster.rank(code).is_some()) {
        Some((code, name)) => format!("{name} is `{code}`"),
        None => words::instead(id, roster.ids(), "the scenario has none"),
    }
}
