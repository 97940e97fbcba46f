//! Lexer: splits Cedar text into tokens as Cedar does, without recursion.

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or keyword.
    Name,
    /// A string literal with its quotes.
    Text,
    /// A number.
    Number,
    /// An operator, bracket or other sign; an operator of two characters is one token.
    Sign,
    /// A string that does not end, which Cedar refuses.
    Broken,
}

/// A token and its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub kind: TokenKind,
    pub text: &'t str,
    /// Its first byte.
    pub start: usize,
}

impl Token<'_> {
    /// The byte after its last.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
    /// Whether it is this sign or name.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self.kind, TokenKind::Sign | TokenKind::Name) && self.text == text
    }
}

/// The tokens of a text, in order.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += blank(&text[at..]);
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let (kind, len) = match first {
            '"' => string(rest),
            'a'..='z' | 'A'..='Z' | '_' => (TokenKind::Name, run(rest, |c| c.is_ascii_alphanumeric() || c == '_')),
            '0'..='9' => (TokenKind::Number, run(rest, |c| c.is_ascii_digit())),
            _ => (TokenKind::Sign, sign(rest)),
        };
        let token = Token { kind, text: &rest[..len], start: at };
        at = if kind == TokenKind::Broken { text.len() } else { at + len };
        Some(token)
    })
}

/// The number of bytes of white space and comments at the start of a text. A comment ends at CR or LF.
fn blank(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let white = rest.len() - rest.trim_start().len();
        let comment = if rest.starts_with("//") { rest.find(['\n', '\r']).unwrap_or(rest.len()) } else { 0 };
        if white + comment == 0 {
            return at;
        }
        at += white.max(comment);
    }
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// The string literal at the start of a text. It ends at the first quote without a backslash before it; a backslash before
/// a line break is not an escape.
fn string(text: &str) -> (TokenKind, usize) {
    let mut signs = text.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return (TokenKind::Text, at + 1),
            '\\' if signs.next().is_none_or(|(_, escaped)| escaped == '\n') => return (TokenKind::Broken, at),
            _ => {}
        }
    }
    (TokenKind::Broken, text.len())
}

fn sign(text: &str) -> usize {
    const PAIRS: [&str; 7] = ["::", "==", "!=", "<=", ">=", "||", "&&"];
    match PAIRS.iter().any(|pair| text.starts_with(pair)) {
        true => 2,
        false => text.chars().next().map_or(0, char::len_utf8),
    }
}
