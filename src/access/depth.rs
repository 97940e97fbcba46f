//! How deep a Cedar text would nest, found without recursion before Cedar's recursive parser sees it.
use super::lex::{Word, words};

/// The deepest nesting of brackets that is read.
pub const MAX_NESTING: usize = 64;
/// The deepest syntax tree that is read: brackets and the longest chain of operators in each of them, added up.
pub const MAX_DEPTH: usize = 256;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep {
    /// The byte at which it goes too far.
    pub at: usize,
    /// What goes too far, in words.
    pub why: &'static str,
}

/// One open bracket: the operators since the last comma, and the deepest bracket among them.
#[derive(Clone, Copy, Default)]
struct Level {
    chain: usize,
    inside: usize,
    deepest: usize,
}

impl Level {
    /// The depth of the part before a comma counts by itself.
    fn close_part(&mut self) {
        self.deepest = self.deepest.max(self.chain + self.inside);
        (self.chain, self.inside) = (0, 0);
    }
}

/// Refuses a text whose syntax tree could exhaust the stack of Cedar's parser, checker or evaluator.
pub fn scan(text: &str) -> Result<(), TooDeep> {
    let mut open = vec![Level::default()];
    for token in words(text) {
        let why = |why| Err(TooDeep { at: token.start, why });
        let top = open.len() - 1;
        match (token.word, token.text) {
            (Word::Broken, _) => return why("a string does not end"),
            (Word::Sign, "(" | "[" | "{") => {
                open[top].chain += 1;
                open.push(Level::default());
                if top + 1 > MAX_NESTING {
                    return why("brackets nest deeper than 64");
                }
            }
            (Word::Sign, ")" | "]" | "}") => {
                if top == 0 {
                    return why("a bracket closes that was not opened");
                }
                open[top].close_part();
                let depth = open[top].deepest;
                open.pop();
                open[top - 1].inside = open[top - 1].inside.max(depth);
            }
            (Word::Sign, "," | ";") => open[top].close_part(),
            (Word::Sign, _) => open[top].chain += 1,
            (Word::Name, word) if KEYWORDS.contains(&word) => open[top].chain += 1,
            _ => {}
        }
        if open.iter().map(|level| level.chain).sum::<usize>() + open[open.len() - 1].inside > MAX_DEPTH {
            return why("operators chain deeper than 256");
        }
    }
    depth_of(&mut open, text.len())
}

/// The names that build a deeper tree.
const KEYWORDS: [&str; 9] = ["if", "then", "else", "in", "is", "has", "like", "when", "unless"];

fn depth_of(open: &mut [Level], end: usize) -> Result<(), TooDeep> {
    if open.len() > 1 {
        return Err(TooDeep { at: end, why: "a bracket does not close" });
    }
    open[0].close_part();
    match open[0].deepest > MAX_DEPTH {
        true => Err(TooDeep { at: end, why: "operators chain deeper than 256" }),
        false => Ok(()),
    }
}
