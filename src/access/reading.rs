//! What a rule's own text reads, as its author wrote it, and the values it found.
use super::facts::Facts;
use super::lex::{Token, Word, words};
use super::schema::SEEN;
use crate::scenario::Scenario;
use crate::scenario::format::FactType;
use crate::world::ids::{FactId, GroupId, NationId, RuleId};
use serde::Serialize;

/// A property that a condition reads, perhaps with the number it compares it with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The key of the rule that holds it: `when` or `unless`.
    pub key: &'static str,
    /// As it is written.
    pub text: String,
    /// What is read: `core_flagged_percent`, `stance`, a fact, a group.
    pub name: String,
    /// What it found: a number, or 0 and 1 for no and yes.
    pub value: i64,
    /// Whether it is a yes or no.
    pub is_boolean: bool,
    /// The comparison with a number, where it is one.
    pub compared: Option<Compared>,
}

/// A comparison with a number in a rule's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The operator: `>`, `>=`, `<`, `<=`, `==` or `!=`.
    pub operator: &'static str,
    /// The number.
    pub threshold: i64,
    /// Whether the comparison holds.
    pub holds: bool,
    /// The bytes of the number in the text of its key.
    #[serde(skip)]
    pub bytes: (usize, usize),
}

impl Compared {
    /// The number nearest to the written one at which the comparison no longer holds for a value.
    pub fn loosened(&self, value: i64) -> Option<i64> {
        match self.operator {
            ">" | "<" => Some(value),
            ">=" => value.checked_add(1),
            "<=" => value.checked_sub(1),
            _ => None,
        }
    }
}

/// Everything that the text of a rule reads about its owner and a receiver, in the order in which it is written.
/// What has no such form (sets, arithmetic) is not among it.
pub fn readings(scenario: &Scenario, rule: RuleId, facts: &Facts, receiver: NationId) -> Vec<Reading> {
    let id = scenario.rosters.rules.id(rule.index());
    let entry = &scenario.file.rules[id];
    let owner = NationId::new(scenario.rosters.nations.rank(&entry.owner).expect("the loader has found every owner"));
    let asked = Asked { scenario, rule, facts, owner, receiver };
    let texts = [("when", Some(&entry.when)), ("unless", entry.unless.as_ref())];
    texts.into_iter().flat_map(|(key, text)| text.map_or_else(Vec::new, |text| asked.read(key, text))).collect()
}

struct Asked<'a> {
    scenario: &'a Scenario,
    rule: RuleId,
    facts: &'a Facts,
    owner: NationId,
    receiver: NationId,
}

impl Asked<'_> {
    fn read(&self, key: &'static str, text: &str) -> Vec<Reading> {
        let tokens: Vec<Token<'_>> = words(text).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let Some((reading, behind)) = self.one(key, text, &tokens, at) else {
                at += 1;
                continue;
            };
            found.push(reading);
            at = behind;
        }
        found
    }

    /// What starts at a word, and where it ends.
    fn one(&self, key: &'static str, text: &str, tokens: &[Token<'_>], at: usize) -> Option<(Reading, usize)> {
        let of = tokens[at];
        let reading = |name: &str, value, is_boolean, from: &Token<'_>, compared| Reading {
            key,
            text: text[of.start..from.end()].to_owned(),
            name: name.to_owned(),
            value,
            is_boolean,
            compared,
        };
        if let Some((group, end)) = member_of(tokens, at) {
            let nation = self.subject(of)?;
            let value = i64::from(self.belongs(&group, nation)?);
            return Some((reading(&group.1, value, true, &tokens[end], None), end + 1));
        }
        let (name, end) = self.attribute(tokens, at)?;
        let (value, is_boolean) = self.value(of, &name)?;
        match compared(tokens, end + 1, value) {
            Some((compared, last)) => Some((reading(&name, value, false, &tokens[last], Some(compared)), last + 1)),
            None => Some((reading(&name, value, is_boolean, &tokens[end], None), end + 1)),
        }
    }

    /// The attribute that follows a word, and its last word; a rule's own record may be written out.
    fn attribute(&self, tokens: &[Token<'_>], at: usize) -> Option<(String, usize)> {
        let (name, end) = field(tokens, at)?;
        if !(tokens[at].is("context") && name == "rules") {
            return Some((name, end));
        }
        let (rule, end) = field(tokens, end)?;
        if rule != self.scenario.rosters.rules.id(self.rule.index()) {
            return None;
        }
        field(tokens, end)
    }

    fn subject(&self, word: Token<'_>) -> Option<NationId> {
        match word.text {
            "principal" => Some(self.owner),
            "resource" => Some(self.receiver),
            _ => None,
        }
    }

    fn belongs(&self, (kind, id): &(String, String), nation: NationId) -> Option<bool> {
        let rosters = &self.scenario.rosters;
        match kind.as_str() {
            "Group" => rosters.groups.rank(id).map(|rank| self.facts.group(GroupId::new(rank)).contains(nation)),
            "Agreement" => rosters.agreements.rank(id).map(|rank| self.facts.agreements[rank].contains(nation)),
            _ => None,
        }
    }

    /// The value of an attribute, and whether it is a yes or no.
    fn value(&self, of: Token<'_>, name: &str) -> Option<(i64, bool)> {
        let number = |value: i64| Some((value, false));
        if of.is("context") {
            let seen = self.facts.seen[(self.owner, self.receiver)];
            let columns = [seen.core, seen.access, seen.government, seen.access_4g, seen.access_5g, seen.mission];
            if let Some(rank) = SEEN.iter().position(|column| *column == name) {
                return number(i64::from(columns[rank]));
            }
            let state = self.facts.rule(self.rule);
            let mark = |yes: bool| Some((i64::from(yes), true));
            return match name {
                "quarters_in_force" => number(state.quarters_in_force),
                "waived" => mark(state.waived.contains(self.receiver)),
                "tear_line" => mark(state.tear_line.contains(self.receiver)),
                "restoring" => mark(state.restoring.contains(self.receiver)),
                _ => None,
            };
        }
        let nation = self.subject(of)?.index();
        match name {
            "stance" => number(self.facts.stance[nation]),
            "clearance" => number(self.facts.clearance[nation]),
            "alignment_percent" => number(self.facts.alignment_percent[nation]),
            _ => {
                let rank = self.scenario.rosters.facts.rank(name)?;
                let boolean = self.scenario.file.facts[name].kind == FactType::Boolean;
                Some((self.facts.fact(FactId::new(rank), NationId::new(nation)), boolean))
            }
        }
    }
}

/// `.name` or `["name"]` behind a word: the name and its last word.
fn field(tokens: &[Token<'_>], at: usize) -> Option<(String, usize)> {
    let (sign, name) = (tokens.get(at + 1)?, tokens.get(at + 2)?);
    if sign.is(".") && name.word == Word::Name {
        return Some((name.text.to_owned(), at + 2));
    }
    let closed = sign.is("[") && name.word == Word::Text && tokens.get(at + 3)?.is("]");
    closed.then(|| (name.text.trim_matches('"').to_owned(), at + 3))
}

/// `in Group::"X"` behind a word: the kind and the id, and the last word.
fn member_of(tokens: &[Token<'_>], at: usize) -> Option<((String, String), usize)> {
    let id = tokens.get(at + 4)?;
    let fits = tokens[at + 1].is("in")
        && tokens[at + 2].word == Word::Name
        && tokens[at + 3].is("::")
        && id.word == Word::Text;
    fits.then(|| ((tokens[at + 2].text.to_owned(), id.text.trim_matches('"').to_owned()), at + 4))
}

/// A comparison with a number that starts at a word, and the last word of it.
fn compared(tokens: &[Token<'_>], at: usize, value: i64) -> Option<(Compared, usize)> {
    const OPERATORS: [&str; 6] = [">", ">=", "<", "<=", "==", "!="];
    let operator = OPERATORS.into_iter().find(|operator| tokens.get(at).is_some_and(|token| token.is(operator)))?;
    let negative = tokens.get(at + 1)?.is("-");
    let last = at + 1 + usize::from(negative);
    let number = tokens.get(last).filter(|token| token.word == Word::Number)?;
    // What goes on with arithmetic is no comparison with a number.
    let goes_on = tokens.get(last + 1).is_some_and(|next| ["+", "-", "*"].iter().any(|sign| next.is(sign)));
    let size: i64 = number.text.parse().ok().filter(|_| !goes_on)?;
    let threshold = if negative { -size } else { size };
    let holds = match operator {
        ">" => value > threshold,
        ">=" => value >= threshold,
        "<" => value < threshold,
        "<=" => value <= threshold,
        "==" => value == threshold,
        _ => value != threshold,
    };
    let bytes = (tokens[at + 1].start, number.end());
    Some((Compared { operator, threshold, holds, bytes }, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Choice, load};
    use std::collections::BTreeMap;

    /// The tutorial with another condition.
    fn tutorial(when: &str) -> Scenario {
        let text = include_str!("../../scenarios/tutorial.toml");
        let (before, after) = text.split_once("when = 'context.core_flagged_percent > 0'").expect("the rule is there");
        let files = BTreeMap::from([("x.toml".to_owned(), format!("{before}when = '{when}'{after}"))]);
        load(&files, "x.toml", &Choice::default()).unwrap_or_else(|faults| panic!("{:?}", faults.faults))
    }

    /// A name, its value, and the threshold with whether it holds.
    type Found = (String, i64, Option<(i64, bool)>);

    fn told(when: &str) -> Vec<Found> {
        let scenario = tutorial(when);
        let rosters = &scenario.rosters;
        let mut facts = Facts::blank(3, rosters.groups.len(), rosters.agreements.len(), 0, rosters.rules.len());
        let nation = |id: &str| NationId::new(rosters.nations.rank(id).expect("a nation"));
        let (owner, receiver) = (nation("USA"), nation("DEU"));
        facts.seen[(owner, receiver)].core = 28;
        facts.stance[receiver.index()] = 2;
        facts.groups[0].insert(receiver);
        let found = readings(&scenario, RuleId::new(0), &facts, receiver);
        found.into_iter().map(|r| (r.name, r.value, r.compared.map(|c| (c.threshold, c.holds)))).collect()
    }

    #[test]
    fn a_condition_tells_what_it_reads_and_what_it_found() {
        let core = |threshold, holds| ("core_flagged_percent".to_owned(), 28, Some((threshold, holds)));
        let cases: [(&str, Vec<_>); 5] = [
            ("context.core_flagged_percent > 0", vec![core(0, true)]),
            (r#"context["core_flagged_percent"] <= 20"#, vec![core(20, false)]),
            (
                r#"resource in Group::"ALLIES" && resource.stance < 2"#,
                vec![("ALLIES".to_owned(), 1, None), ("stance".to_owned(), 2, Some((2, false)))],
            ),
            ("context.core_flagged_percent + 1 > 5", vec![("core_flagged_percent".to_owned(), 28, None)]),
            (
                "context.core_flagged_percent > -1 && context.quarters_in_force == 3",
                vec![core(-1, true), ("quarters_in_force".to_owned(), -1, Some((3, false)))],
            ),
        ];
        for (when, expected) in cases {
            assert_eq!(told(when), expected, "{when}");
        }
    }

    #[test]
    fn a_threshold_is_loosened_to_the_value_that_was_seen() {
        for (operator, expected) in [(">", Some(28)), (">=", Some(29)), ("<", Some(28)), ("<=", Some(27)), ("==", None)]
        {
            let compared = Compared { operator, threshold: 0, holds: true, bytes: (0, 0) };
            assert_eq!(compared.loosened(28), expected, "{operator}");
        }
    }
}
