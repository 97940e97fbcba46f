//! Splits a Cedar policy file into its policies, so that faults can name one policy.
use super::lex::tokens;

/// The text of one policy of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PolicyText<'t> {
    /// The text with its annotations and the comments between them. The last policy may lack its `;`.
    pub text: &'t str,
    /// The byte of the file at which the text starts.
    pub start: usize,
}

/// The policies of a file, in order: each ends with a `;` outside all brackets.
pub(super) fn split_policies(text: &str) -> Vec<PolicyText<'_>> {
    let mut found = Vec::new();
    let mut depth = 0usize;
    let mut start = None;
    let mut end = 0;
    for token in tokens(text) {
        let from = *start.get_or_insert(token.start);
        end = token.end();
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => {
                found.push(PolicyText { text: &text[from..end], start: from });
                start = None;
            }
            _ => {}
        }
    }
    found.extend(start.map(|from| PolicyText { text: &text[from..end], start: from }));
    found
}
