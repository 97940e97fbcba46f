//! The inputs of a rule's condition as its author wrote them, with their values.
use super::facts::Facts;
use super::schema::EXPOSURE_ATTRIBUTES;
use crate::scenario::Scenario;
use crate::scenario::format::FactType;
use crate::world::ids::{FactId, GroupId, NationId, RuleId};
use cedar_policy::Policy;
use cedar_policy_core::ast::{self, BinaryOp, Expr, ExprKind, Literal, UnaryOp, Var};
use serde::Serialize;

/// A property that a condition reads, with its value and the number that it is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConditionInput {
    /// The key of the rule's text: `when` or `unless`.
    pub key: &'static str,
    /// The text as written.
    pub text: String,
    /// The name of the property: `core_flagged_percent`, `stance`, a fact, a group.
    pub name: String,
    /// The value: a number, or 0 and 1 for a Boolean.
    pub value: i64,
    /// Whether the value is a Boolean.
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
    /// First byte and end of the number in the text of its key.
    #[serde(skip)]
    pub bytes: (usize, usize),
}

impl Compared {
    /// The nearest threshold at which the comparison no longer holds for a value; none for `==` and `!=`.
    pub fn loosened(&self, value: i64) -> Option<i64> {
        match self.operator {
            ">" | "<" => Some(value),
            ">=" => value.checked_add(1),
            "<=" => value.checked_sub(1),
            _ => None,
        }
    }

    /// Extends the bytes by a minus sign, which Cedar's tree leaves out. `text` starts at byte `from`.
    fn with_sign(mut self, text: &str, from: usize) -> Self {
        let before = text[..self.bytes.0 - from].trim_end();
        if before.ends_with('-') {
            self.bytes.0 = from + before.len() - 1;
        }
        self
    }
}

/// The inputs of a rule's condition for its owner and a receiver, in the order in which they are written. Sets and
/// arithmetic are left out.
///
/// # Panics
/// If the scenario was not checked.
pub fn condition_inputs(scenario: &Scenario, rule: RuleId, facts: &Facts, receiver: NationId) -> Vec<ConditionInput> {
    let id = scenario.rosters.rules.id(rule.index());
    let entry = &scenario.file.rules[id];
    let owner = NationId::new(scenario.rosters.nations.rank(&entry.owner).expect("the loader has found every owner"));
    let reader = ConditionReader { scenario, rule, facts, owner, receiver };
    let texts = [("when", Some(&entry.when)), ("unless", entry.unless.as_ref())];
    texts.into_iter().flat_map(|(key, text)| text.map_or_else(Vec::new, |text| reader.read(key, text))).collect()
}

/// The text around a condition that makes it a policy.
const BEFORE: &str = "permit (principal, action, resource) when {\n";
const BEHIND: &str = "\n};";

/// Reads the conditions of one rule for its owner and one receiver.
struct ConditionReader<'a> {
    scenario: &'a Scenario,
    rule: RuleId,
    facts: &'a Facts,
    owner: NationId,
    receiver: NationId,
}

impl ConditionReader<'_> {
    fn read(&self, key: &'static str, text: &str) -> Vec<ConditionInput> {
        let policy =
            Policy::parse(None, format!("{BEFORE}{text}{BEHIND}")).expect("the loader has parsed every condition");
        let policy: &ast::Policy = policy.as_ref();
        let mut found = Vec::new();
        if let Some(condition) = policy.non_scope_constraints() {
            self.walk(key, text, condition, &mut found);
        }
        found
    }

    /// Adds the inputs of an expression, in the order in which they are written.
    fn walk(&self, key: &'static str, text: &str, expr: &Expr, found: &mut Vec<ConditionInput>) {
        match self.input(expr) {
            Some((name, value, is_boolean, compared)) => {
                let (start, end) = bytes(expr);
                let text = text[start..end].to_owned();
                let compared = compared.map(|compared| compared.with_sign(&text, start));
                found.push(ConditionInput { key, text, name, value, is_boolean, compared });
            }
            None => parts(expr).into_iter().for_each(|part| self.walk(key, text, part, found)),
        }
    }

    /// The name, the value, whether it is a Boolean, and the comparison, if the whole expression is one input.
    fn input(&self, expr: &Expr) -> Option<(String, i64, bool, Option<Compared>)> {
        match expr.expr_kind() {
            ExprKind::GetAttr { .. } => {
                let (name, value, is_boolean) = self.property(expr)?;
                Some((name.to_owned(), value, is_boolean, None))
            }
            ExprKind::BinaryApp { op: BinaryOp::In, arg1, arg2 } => {
                let ExprKind::Lit(Literal::EntityUID(group)) = arg2.expr_kind() else { return None };
                let id: &str = group.eid().as_ref();
                let value = self.is_member(&group.entity_type().to_string(), id, self.subject(arg1)?)?;
                Some((id.to_owned(), i64::from(value), true, None))
            }
            _ => {
                let (operator, property, number, threshold) = comparison(expr)?;
                let (name, value, _) = self.property(property)?;
                let compared =
                    Compared { operator, threshold, holds: holds(operator, value, threshold), bytes: bytes(number) };
                Some((name.to_owned(), value, false, Some(compared)))
            }
        }
    }

    /// The name of an attribute, its value, and whether it is a Boolean.
    fn property<'e>(&self, expr: &'e Expr) -> Option<(&'e str, i64, bool)> {
        let ExprKind::GetAttr { expr: of, attr } = expr.expr_kind() else { return None };
        let (value, is_boolean) = match of.expr_kind() {
            ExprKind::Var(Var::Context) => self.of_context(attr)?,
            ExprKind::Var(_) => self.of_nation(self.subject(of)?, attr)?,
            _ if self.is_own_record(of) => self.of_rule(attr)?,
            _ => return None,
        };
        Some((attr, value, is_boolean))
    }

    /// Whether an expression is `context.rules["its-id"]`, the rule's own record written out.
    fn is_own_record(&self, expr: &Expr) -> bool {
        let ExprKind::GetAttr { expr: rules, attr: id } = expr.expr_kind() else { return false };
        let ExprKind::GetAttr { expr: context, attr } = rules.expr_kind() else { return false };
        let own = self.scenario.rosters.rules.id(self.rule.index());
        matches!(context.expr_kind(), ExprKind::Var(Var::Context)) && attr == "rules" && id == own
    }

    fn subject(&self, expr: &Expr) -> Option<NationId> {
        match expr.expr_kind() {
            ExprKind::Var(Var::Principal) => Some(self.owner),
            ExprKind::Var(Var::Resource) => Some(self.receiver),
            _ => None,
        }
    }

    fn is_member(&self, kind: &str, id: &str, nation: NationId) -> Option<bool> {
        let rosters = &self.scenario.rosters;
        match kind {
            "Group" => rosters.groups.rank(id).map(|rank| self.facts.group(GroupId::new(rank)).contains(nation)),
            "Agreement" => rosters.agreements.rank(id).map(|rank| self.facts.agreements[rank].contains(nation)),
            _ => None,
        }
    }

    fn of_context(&self, name: &str) -> Option<(i64, bool)> {
        let seen = self.facts.seen[(self.owner, self.receiver)];
        let columns = [seen.core, seen.access, seen.government, seen.access_4g, seen.access_5g, seen.mission];
        match EXPOSURE_ATTRIBUTES.iter().position(|column| *column == name) {
            Some(rank) => Some((i64::from(columns[rank]), false)),
            // The short form of the rule's own state.
            None => self.of_rule(name),
        }
    }

    fn of_rule(&self, name: &str) -> Option<(i64, bool)> {
        let state = self.facts.rule(self.rule);
        match name {
            "quarters_in_force" => Some((state.quarters_in_force, false)),
            "waived" => boolean(state.waived.contains(self.receiver)),
            "tear_line" => boolean(state.tear_line.contains(self.receiver)),
            "restoring" => boolean(state.restoring.contains(self.receiver)),
            _ => None,
        }
    }

    fn of_nation(&self, nation: NationId, name: &str) -> Option<(i64, bool)> {
        let at = nation.index();
        match name {
            "stance" => Some((self.facts.stance[at], false)),
            "clearance" => Some((self.facts.clearance[at], false)),
            "alignment_percent" => Some((self.facts.alignment_percent[at], false)),
            _ => {
                let rank = self.scenario.rosters.facts.rank(name)?;
                let boolean = self.scenario.file.facts[name].kind == FactType::Boolean;
                Some((self.facts.fact(FactId::new(rank), nation), boolean))
            }
        }
    }
}

fn boolean(value: bool) -> Option<(i64, bool)> {
    Some((i64::from(value), true))
}

/// First byte and end of an expression in the text of its condition.
fn bytes(expr: &Expr) -> (usize, usize) {
    let place = expr.source_loc().expect("what is parsed has a place");
    (place.start() - BEFORE.len(), place.end() - BEFORE.len())
}

/// A comparison with a number: the operator, what is compared, the expression of the number, and the number.
fn comparison(expr: &Expr) -> Option<(&'static str, &Expr, &Expr, i64)> {
    // Cedar's tree has `a > b` as `!(a <= b)`, both with the place of the comparison.
    let (inner, negated) = match expr.expr_kind() {
        ExprKind::UnaryApp { op: UnaryOp::Not, arg } if bytes(arg) == bytes(expr) => (&**arg, true),
        _ => (expr, false),
    };
    let ExprKind::BinaryApp { op, arg1, arg2 } = inner.expr_kind() else { return None };
    let operator = match (op, negated) {
        (BinaryOp::Less, false) => "<",
        (BinaryOp::Less, true) => ">=",
        (BinaryOp::LessEq, false) => "<=",
        (BinaryOp::LessEq, true) => ">",
        (BinaryOp::Eq, false) => "==",
        (BinaryOp::Eq, true) => "!=",
        _ => return None,
    };
    let ExprKind::Lit(Literal::Long(threshold)) = arg2.expr_kind() else { return None };
    Some((operator, arg1, arg2, *threshold))
}

fn holds(operator: &str, value: i64, threshold: i64) -> bool {
    match operator {
        ">" => value > threshold,
        ">=" => value >= threshold,
        "<" => value < threshold,
        "<=" => value <= threshold,
        "==" => value == threshold,
        _ => value != threshold,
    }
}

/// The parts of an expression, in the order in which they are written.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr.expr_kind() {
        ExprKind::If { test_expr, then_expr, else_expr } => vec![test_expr, then_expr, else_expr],
        ExprKind::And { left, right } | ExprKind::Or { left, right } => vec![left, right],
        ExprKind::BinaryApp { arg1, arg2, .. } => vec![arg1, arg2],
        ExprKind::UnaryApp { arg: expr, .. }
        | ExprKind::GetAttr { expr, .. }
        | ExprKind::HasAttr { expr, .. }
        | ExprKind::ExtHasAttr { expr, .. }
        | ExprKind::Like { expr, .. }
        | ExprKind::Is { expr, .. } => vec![expr],
        ExprKind::ExtensionFunctionApp { args, .. } | ExprKind::Set(args) => args.iter().collect(),
        ExprKind::Record(fields) => fields.values().collect(),
        _ => Vec::new(),
    }
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

    /// The name, the value, and the threshold with whether the comparison holds.
    type ShortInput = (String, i64, Option<(i64, bool)>);

    fn found(when: &str) -> Vec<ShortInput> {
        let short = |r: ConditionInput| (r.name, r.value, r.compared.map(|c| (c.threshold, c.holds)));
        read(when).into_iter().map(short).collect()
    }

    fn read(when: &str) -> Vec<ConditionInput> {
        let scenario = tutorial(when);
        let rosters = &scenario.rosters;
        let mut facts = Facts::blank(3, rosters.groups.len(), rosters.agreements.len(), 0, rosters.rules.len());
        let nation = |id: &str| NationId::new(rosters.nations.rank(id).expect("a nation"));
        let (owner, receiver) = (nation("USA"), nation("DEU"));
        facts.seen[(owner, receiver)].core = 28;
        facts.stance[receiver.index()] = 2;
        facts.groups[0].insert(receiver);
        condition_inputs(&scenario, RuleId::new(0), &facts, receiver)
    }

    #[test]
    fn a_condition_has_its_inputs_with_their_values() {
        let core = |threshold, holds| ("core_flagged_percent".to_owned(), 28, Some((threshold, holds)));
        let uncompared = || ("core_flagged_percent".to_owned(), 28, None);
        let cases: [(&str, Vec<_>); 8] = [
            ("context.core_flagged_percent > 0", vec![core(0, true)]),
            (r#"context["core_flagged_percent"] <= 20"#, vec![core(20, false)]),
            (
                r#"resource in Group::"ALLIES" && resource.stance < 2"#,
                vec![("ALLIES".to_owned(), 1, None), ("stance".to_owned(), 2, Some((2, false)))],
            ),
            ("context.core_flagged_percent + 1 > 5", vec![uncompared()]),
            ("1 + context.core_flagged_percent > 5", vec![uncompared()]),
            ("5 < context.core_flagged_percent", vec![uncompared()]),
            (
                "!(context.core_flagged_percent > 30) && (context.core_flagged_percent) >= 28",
                vec![core(30, false), core(28, true)],
            ),
            (
                "context.core_flagged_percent > -1 && context.quarters_in_force == 3",
                vec![core(-1, true), ("quarters_in_force".to_owned(), -1, Some((3, false)))],
            ),
        ];
        for (when, expected) in cases {
            assert_eq!(found(when), expected, "{when}");
        }
    }

    #[test]
    fn an_input_and_its_number_are_found_in_the_text() {
        for (when, text, number) in [
            (r#"true && context["core_flagged_percent"]  <= 20"#, r#"context["core_flagged_percent"]  <= 20"#, "20"),
            ("context.core_flagged_percent > - 1 || false", "context.core_flagged_percent > - 1", "- 1"),
            ("context.core_flagged_percent != -0", "context.core_flagged_percent != -0", "-0"),
        ] {
            let input = read(when).remove(0);
            let (start, end) = input.compared.expect("a comparison").bytes;
            assert_eq!((input.text.as_str(), &when[start..end]), (text, number), "{when}");
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
