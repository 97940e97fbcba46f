//! A rule of the `[rules]` table as Cedar text: its own policy, and its condition by itself.
use super::lex::{Token, Word, words};
use super::schema::quoted;
use crate::scenario::format::{AgreementEntry, RuleEntry};
use std::fmt::Write;

/// An author's expression inside a text that was made of it, and the way back.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    text: String,
    /// Where something was put in: at which byte of the author's text, and how many bytes.
    inserts: Vec<(usize, usize)>,
}

/// What a rule's own text may say for short: `context.waived` is `context.rules["its-id"].waived`.
const SHORT: [&str; 4] = ["quarters_in_force", "waived", "tear_line", "restoring"];

impl Piece {
    /// The expression of rule `id`, its short forms written out.
    pub(super) fn of(id: &str, text: &str) -> Self {
        let tokens: Vec<Token<'_>> = words(text).collect();
        let full = format!(".rules[{}]", quoted(id));
        let mut piece = Piece { text: String::new(), inserts: Vec::new() };
        let mut copied = 0;
        for at in 0..tokens.len() {
            if is_short(&tokens, at) {
                let end = tokens[at].end();
                piece.text.push_str(&text[copied..end]);
                piece.text.push_str(&full);
                piece.inserts.push((end, full.len()));
                copied = end;
            }
        }
        piece.text.push_str(&text[copied..]);
        piece
    }

    /// Where a byte of the written-out text stands in the author's.
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
    let named = match field.word {
        Word::Name => sign.is(".") && SHORT.contains(&field.text),
        Word::Text => sign.is("[") && SHORT.contains(&field.text.trim_matches('"')),
        _ => false,
    };
    !after_dot && tokens[at].is("context") && named
}

/// A Cedar text made of authors' pieces.
#[derive(Clone, Debug, Default)]
pub(super) struct Lowered {
    pub text: String,
    /// Each piece: its key in the rule's table, where it starts, and the way back.
    pieces: Vec<(&'static str, usize, Piece)>,
}

impl Lowered {
    fn put(&mut self, key: &'static str, piece: &Piece) -> &mut Self {
        self.pieces.push((key, self.text.len(), piece.clone()));
        self.text.push_str(&piece.text);
        self
    }
    fn say(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }
    /// The byte behind the last that the author wrote.
    pub(super) fn authored(&self) -> usize {
        self.pieces.iter().map(|(_, from, piece)| from + piece.text.len()).max().unwrap_or(0)
    }
    /// The author's key, first byte and length for a stretch of this text; none where the program wrote it.
    pub(super) fn original(&self, start: usize, len: usize) -> Option<(&'static str, usize, usize)> {
        self.pieces.iter().find_map(|(key, from, piece)| {
            let within = *from..=from + piece.text.len();
            (within.contains(&start) && within.contains(&(start + len))).then(|| {
                let first = piece.original(start - from);
                (*key, first, piece.original(start + len - from) - first)
            })
        })
    }
}

/// The parts of one rule.
pub(super) struct Parts<'r> {
    pub id: &'r str,
    pub rule: &'r RuleEntry,
    pub when: Piece,
    pub unless: Option<Piece>,
}

impl<'r> Parts<'r> {
    pub(super) fn of(id: &'r str, rule: &'r RuleEntry) -> Self {
        let unless = rule.unless.as_ref().map(|text| Piece::of(id, text));
        Self { id, rule, when: Piece::of(id, &rule.when), unless }
    }

    /// The scope: the owner, and what it forbids.
    fn scope(&self) -> String {
        let actions: Vec<String> =
            self.rule.forbids.iter().map(|action| format!("Action::{}", quoted(action.as_str()))).collect();
        format!(
            "forbid (\n  principal == Nation::{},\n  action in [{}],\n  resource\n)",
            quoted(&self.rule.owner),
            actions.join(", ")
        )
    }

    /// One author's expression as a policy by itself, to be checked.
    pub(super) fn alone(&self, key: &'static str) -> Option<Lowered> {
        let piece = if key == "when" { Some(&self.when) } else { self.unless.as_ref() };
        let mut lowered = Lowered::default();
        lowered.say(&self.scope()).say(" when {\n").put(key, piece?).say("\n};");
        Some(lowered)
    }

    /// The condition and its exception: what is declared, before grace, waivers and tear-lines.
    pub(super) fn bare(&self) -> Lowered {
        let mut lowered = Lowered::default();
        lowered.say(&self.scope()).say(" when {\n").put("when", &self.when).say("\n}");
        if let Some(unless) = &self.unless {
            lowered.say(" unless {\n").put("unless", unless).say("\n}");
        }
        lowered.say(";");
        lowered
    }

    /// The policy that is decided.
    pub(super) fn policy(&self) -> Lowered {
        let own = format!("context.rules[{}]", quoted(self.id));
        let mut lowered = Lowered::default();
        lowered.say(&notes(self.id, &self.says(), self.rule.source.as_deref())).say(&self.scope());
        lowered.say(&format!(" when {{\n  {own}.quarters_in_force >= {}\n  && ((\n", self.rule.grace_quarters));
        lowered.put("when", &self.when).say(&format!("\n  ) || {own}.restoring)"));
        if let Some(level) = self.rule.tear_line {
            let rank = level.rank();
            let text = format!("\n  && (action != Action::\"share\" || !{own}.tear_line || context.level > {rank})");
            lowered.say(&text);
        }
        lowered.say(&format!("\n}} unless {{\n  {own}.waived"));
        if let Some(unless) = &self.unless {
            lowered.say(" || (\n").put("unless", unless).say("\n  )");
        }
        lowered.say("\n};");
        lowered
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

fn notes(id: &str, says: &str, source: Option<&str>) -> String {
    let mut text = format!("@id({})\n@says({})\n", quoted(id), quoted(says));
    if let Some(source) = source {
        let _ = writeln!(text, "@source({})", quoted(source));
    }
    text
}

/// The permits that stand behind everything: agreements, agreements made during the run, diplomatic relations.
pub(super) fn agreement(id: &str, agreement: &AgreementEntry) -> (String, String, String) {
    let name = format!("agreement:{id}");
    let title = agreement.title.as_deref().unwrap_or(id);
    let ceiling = agreement.ceiling;
    let says = format!("members of {title} share up to {} and work alongside each other", ceiling.as_str());
    let text = format!(
        "{}permit (\n  principal in Agreement::{id},\n  action in [Action::\"share\", Action::\"work_alongside\"],\n  \
         resource in Agreement::{id}\n) when {{ context.level <= {} }};",
        notes(&name, &says, agreement.source.as_deref()),
        ceiling.rank(),
        id = quoted(id),
    );
    (name, says, text)
}

/// The permits of every scenario.
pub(super) fn standing() -> [(String, String, String); 2] {
    let side = "nations that agreed during the run share up to the ceiling agreed and work alongside each other";
    let colocate = "nations have diplomatic relations";
    [
        (
            "side-agreements".to_owned(),
            side.to_owned(),
            format!(
                "{}permit (\n  principal,\n  action in [Action::\"share\", Action::\"work_alongside\"],\n  resource\n) \
                 when {{ context.level <= context.side_ceiling }};",
                notes("side-agreements", side, None)
            ),
        ),
        (
            "diplomatic-relations".to_owned(),
            colocate.to_owned(),
            format!(
                "{}permit (principal, action == Action::\"co_locate\", resource);",
                notes("diplomatic-relations", colocate, None)
            ),
        ),
    ]
}
