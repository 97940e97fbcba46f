//! Measures without recursion how deep a Cedar text nests, before Cedar's recursive parser reads it.
use super::lex::{TokenKind, tokens};

/// The deepest nesting of brackets that is accepted.
pub const MAX_NESTING: usize = 64;
/// The deepest syntax tree that is accepted: the sum over nested brackets of the longest chain of operators in each.
pub const MAX_DEPTH: usize = 256;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep {
    /// The byte at which a limit is exceeded.
    pub at: usize,
    /// Which limit, in words.
    pub why: &'static str,
}

/// An open bracket: operators since the last comma (`chain`), the deepest bracket since then (`inside`), and the deepest
/// part before it.
#[derive(Clone, Copy, Default)]
struct OpenBracket {
    chain: usize,
    inside: usize,
    deepest: usize,
}

impl OpenBracket {
    /// Ends a part at a comma: parts do not add up.
    fn close_part(&mut self) {
        self.deepest = self.deepest.max(self.chain + self.inside);
        (self.chain, self.inside) = (0, 0);
    }
}

/// Refuses a text whose syntax tree could exhaust the stack of Cedar's parser, checker or evaluator.
///
/// # Errors
/// If a limit is exceeded, a string does not end, or the brackets do not match.
pub fn scan(text: &str) -> Result<(), TooDeep> {
    let mut open = vec![OpenBracket::default()];
    for token in tokens(text) {
        let why = |why| Err(TooDeep { at: token.start, why });
        let top = open.len() - 1;
        match (token.kind, token.text) {
            (TokenKind::Broken, _) => return why("a string does not end"),
            (TokenKind::Sign, "(" | "[" | "{") => {
                open[top].chain += 1;
                open.push(OpenBracket::default());
                if top + 1 > MAX_NESTING {
                    return why("brackets nest deeper than 64");
                }
            }
            (TokenKind::Sign, ")" | "]" | "}") => {
                if top == 0 {
                    return why("a bracket closes that was not opened");
                }
                open[top].close_part();
                let depth = open[top].deepest;
                open.pop();
                open[top - 1].inside = open[top - 1].inside.max(depth);
            }
            (TokenKind::Sign, "," | ";") => open[top].close_part(),
            (TokenKind::Sign, _) => open[top].chain += 1,
            (TokenKind::Name, word) if KEYWORDS.contains(&word) => open[top].chain += 1,
            _ => {}
        }
        if open.iter().map(|level| level.chain).sum::<usize>() + open[open.len() - 1].inside > MAX_DEPTH {
            return why("operators chain deeper than 256");
        }
    }
    depth_of(&mut open, text.len())
}

/// The names that make a syntax tree deeper.
const KEYWORDS: [&str; 9] = ["if", "then", "else", "in", "is", "has", "like", "when", "unless"];

fn depth_of(open: &mut [OpenBracket], end: usize) -> Result<(), TooDeep> {
    if open.len() > 1 {
        return Err(TooDeep { at: end, why: "a bracket does not close" });
    }
    open[0].close_part();
    match open[0].deepest > MAX_DEPTH {
        true => Err(TooDeep { at: end, why: "operators chain deeper than 256" }),
        false => Ok(()),
    }
}
