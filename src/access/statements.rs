//! A policy file cut into its policies, so that each is told of by itself.
use super::lex::words;

/// One policy of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Statement<'t> {
    /// Its text, with its annotations and the comments between them; the last may lack its `;`.
    pub text: &'t str,
    /// The byte of the file at which it starts.
    pub start: usize,
}

/// The policies of a file, in order: each ends with a `;` outside all brackets.
pub(super) fn statements(text: &str) -> Vec<Statement<'_>> {
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut start = None;
    let mut end = 0;
    for token in words(text) {
        let from = *start.get_or_insert(token.start);
        end = token.end();
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => {
                found.push(Statement { text: &text[from..end], start: from });
                start = None;
            }
            _ => {}
        }
    }
    found.extend(start.map(|from| Statement { text: &text[from..end], start: from }));
    found
}
