//! Lowers a rule of the `[rules]` table to Cedar text, with a source map back to the author's text.
use super::lex::{Token, TokenKind, tokens};
use super::schema::quoted;
use crate::scenario::format::{AgreementEntry, RuleEntry};
use crate::world::levels::{Action, Level};
use std::fmt::Write;

/// An author's expression with its short forms written out, and the source map back to the author's text.
#[derive(Clone, Debug)]
pub(super) struct ExpandedCondition {
    text: String,
    /// The insertions: the byte of the author's text, and the number of bytes inserted there.
    inserts: Vec<(usize, usize)>,
}

/// The short forms: in a rule's text, `context.waived` means `context.rules["its-id"].waived`.
const SHORT_FORMS: [&str; 4] = ["quarters_in_force", "waived", "tear_line", "restoring"];

impl ExpandedCondition {
    /// Writes out the short forms in an expression of rule `id`.
    pub(super) fn new(id: &str, text: &str) -> Self {
        let tokens: Vec<Token<'_>> = tokens(text).collect();
        let full = format!(".rules[{}]", quoted(id));
        let mut expression = ExpandedCondition { text: String::new(), inserts: Vec::new() };
        let mut copied = 0;
        for at in 0..tokens.len() {
            if is_short(&tokens, at) {
                let end = tokens[at].end();
                expression.text.push_str(&text[copied..end]);
                expression.text.push_str(&full);
                expression.inserts.push((end, full.len()));
                copied = end;
            }
        }
        expression.text.push_str(&text[copied..]);
        expression
    }

    /// The byte of the author's text that a byte of the expanded text comes from.
    fn original(&self, offset: usize) -> usize {
        let mut shift = 0;
        for (at, len) in &self.inserts {
            if offset < at + shift {
                break;
            }
            shift = (shift + len).min(offset - at);
        }
        offset - shift
    }
}

fn is_short(tokens: &[Token<'_>], at: usize) -> bool {
    let after_dot = at > 0 && tokens[at - 1].is(".");
    let (Some(sign), Some(field)) = (tokens.get(at + 1), tokens.get(at + 2)) else { return false };
    let named = match field.kind {
        TokenKind::Name => sign.is(".") && SHORT_FORMS.contains(&field.text),
        TokenKind::Text => sign.is("[") && SHORT_FORMS.contains(&field.text.trim_matches('"')),
        _ => false,
    };
    !after_dot && tokens[at].is("context") && named
}

/// A Cedar text that contains author's expressions, with a source map.
#[derive(Clone, Debug, Default)]
pub(super) struct Lowered {
    pub text: String,
    /// Each expression: its key in the rule's table, the byte at which it starts, and its source map.
    expressions: Vec<(&'static str, usize, ExpandedCondition)>,
}

impl Lowered {
    /// Appends an author's expression.
    fn put(&mut self, key: &'static str, expression: &ExpandedCondition) -> &mut Self {
        self.expressions.push((key, self.text.len(), expression.clone()));
        self.text.push_str(&expression.text);
        self
    }
    /// Appends text that the program writes.
    fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }
    /// The end of the last author's expression, as a byte.
    pub(super) fn authored_end(&self) -> usize {
        self.expressions.iter().map(|(_, from, expression)| from + expression.text.len()).max().unwrap_or(0)
    }
    /// The author's key, first byte and length for a span of this text; none where the program wrote it.
    pub(super) fn original(&self, start: usize, len: usize) -> Option<(&'static str, usize, usize)> {
        self.expressions.iter().find_map(|(key, from, expression)| {
            let within = *from..=from + expression.text.len();
            (within.contains(&start) && within.contains(&(start + len))).then(|| {
                let first = expression.original(start - from);
                (*key, first, expression.original(start + len - from) - first)
            })
        })
    }
}

/// One rule, ready to be written as Cedar text.
pub(super) struct RuleLowering<'r> {
    pub id: &'r str,
    pub rule: &'r RuleEntry,
    pub when: ExpandedCondition,
    pub unless: Option<ExpandedCondition>,
}

impl<'r> RuleLowering<'r> {
    pub(super) fn new(id: &'r str, rule: &'r RuleEntry) -> Self {
        let unless = rule.unless.as_ref().map(|text| ExpandedCondition::new(id, text));
        Self { id, rule, when: ExpandedCondition::new(id, &rule.when), unless }
    }

    /// The scope: the owner as giver, and the actions that the rule forbids.
    fn scope(&self) -> String {
        let actions: Vec<String> =
            self.rule.forbids.iter().map(|action| format!("Action::{}", quoted(action.as_str()))).collect();
        format!(
            "forbid (\n  principal == Nation::{},\n  action in [{}],\n  resource\n)",
            quoted(&self.rule.owner),
            actions.join(", ")
        )
    }

    /// One author's expression as a policy, to be checked.
    pub(super) fn alone(&self, key: &'static str) -> Option<Lowered> {
        let expression = if key == "when" { Some(&self.when) } else { self.unless.as_ref() };
        let mut lowered = Lowered::default();
        lowered.push(&self.scope()).push(" when {\n").put(key, expression?).push("\n};");
        Some(lowered)
    }

    /// The bare condition as a policy: `when` and `unless`, without grace, waivers and tear-lines.
    pub(super) fn bare(&self) -> Lowered {
        let mut lowered = Lowered::default();
        lowered.push(&self.scope()).push(" when {\n").put("when", &self.when).push("\n}");
        if let Some(unless) = &self.unless {
            lowered.push(" unless {\n").put("unless", unless).push("\n}");
        }
        lowered.push(";");
        lowered
    }

    /// The policy that is decided.
    pub(super) fn policy(&self) -> Lowered {
        let own = format!("context.rules[{}]", quoted(self.id));
        let mut lowered = Lowered::default();
        lowered.push(&annotations(self.id, &self.says(), self.rule.source.as_deref())).push(&self.scope());
        lowered.push(&format!(" when {{\n  {own}.quarters_in_force >= {}", self.rule.grace_quarters));
        // First, so that the condition is not evaluated where the rule does not bind.
        if self.binds_above_open() {
            let text = format!(
                "\n  && (action != Action::\"share\" || context.level >= {})",
                self.rule.withholds_from().rank()
            );
            lowered.push(&text);
        }
        lowered.push("\n  && ((\n");
        lowered.put("when", &self.when).push(&format!("\n  ) || {own}.restoring)"));
        if let Some(level) = self.rule.tear_line {
            let rank = level.rank();
            let text = format!("\n  && (action != Action::\"share\" || !{own}.tear_line || context.level > {rank})");
            lowered.push(&text);
        }
        lowered.push(&format!("\n}} unless {{\n  {own}.waived"));
        if let Some(unless) = &self.unless {
            lowered.push(" || (\n").put("unless", unless).push("\n  )");
        }
        lowered.push("\n};");
        lowered
    }

    /// True if it forbids sharing, but not of every level.
    fn binds_above_open(&self) -> bool {
        self.rule.withholds_from() > Level::Open && self.rule.forbids.contains(&Action::Share)
    }

    /// What the rule says in words.
    pub(super) fn says(&self) -> String {
        if let Some(says) = &self.rule.says {
            return says.clone();
        }
        let actions: Vec<String> = self.rule.forbids.iter().map(|action| action.as_str().replace('_', " ")).collect();
        let when = self.rule.when.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("{} will not {} where {when}", self.rule.owner, actions.join(" or "))
    }
}

/// The annotations of a policy.
fn annotations(id: &str, says: &str, source: Option<&str>) -> String {
    let mut text = format!("@id({})\n@says({})\n", quoted(id), quoted(says));
    if let Some(source) = source {
        let _ = writeln!(text, "@source({})", quoted(source));
    }
    text
}

/// The permit of an agreement of the scenario: its id, what it says in words, and its text.
pub(super) fn agreement(id: &str, agreement: &AgreementEntry) -> (String, String, String) {
    let name = format!("agreement:{id}");
    let title = agreement.title.as_deref().unwrap_or(id);
    let ceiling = agreement.ceiling;
    let says = format!("members of {title} share up to {} and work alongside each other", ceiling.as_str());
    let text = format!(
        "{}permit (\n  principal in Agreement::{id},\n  action in [Action::\"share\", Action::\"work_alongside\"],\n  \
         resource in Agreement::{id}\n) when {{ context.level <= {} }};",
        annotations(&name, &says, agreement.source.as_deref()),
        ceiling.rank(),
        id = quoted(id),
    );
    (name, says, text)
}

/// The permits that every scenario has: id, what each says in words, and text.
pub(super) fn built_in_permits() -> [(String, String, String); 2] {
    let side = "nations that agreed during the run share up to the ceiling agreed and work alongside each other";
    let colocate = "nations have diplomatic relations";
    [
        (
            "side-agreements".to_owned(),
            side.to_owned(),
            format!(
                "{}permit (\n  principal,\n  action in [Action::\"share\", Action::\"work_alongside\"],\n  resource\n) \
                 when {{ context.level <= context.side_ceiling }};",
                annotations("side-agreements", side, None)
            ),
        ),
        (
            "diplomatic-relations".to_owned(),
            colocate.to_owned(),
            format!(
                "{}permit (principal, action == Action::\"co_locate\", resource);",
                annotations("diplomatic-relations", colocate, None)
            ),
        ),
    ]
}
