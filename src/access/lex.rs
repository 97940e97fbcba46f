//! The words of a Cedar text, cut as Cedar cuts them: strings and comments first, no recursion.

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A name or keyword.
    Name,
    /// A string literal with its quotes.
    Text,
    /// A number.
    Number,
    /// An operator, bracket or any other sign; two-character operators are one word.
    Sign,
    /// A string without end, which Cedar refuses.
    Broken,
}

/// A word and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub word: Word,
    pub text: &'t str,
    pub start: usize,
}

impl Token<'_> {
    /// The byte behind its end.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
    /// Whether it is this sign or name.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self.word, Word::Sign | Word::Name) && self.text == text
    }
}

/// The words of a text, in order.
pub(super) fn words(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += blank(&text[at..]);
        let rest = &text[at..];
        let first = rest.chars().next()?;
        let (word, len) = match first {
            '"' => string(rest),
            'a'..='z' | 'A'..='Z' | '_' => (Word::Name, run(rest, |c| c.is_ascii_alphanumeric() || c == '_')),
            '0'..='9' => (Word::Number, run(rest, |c| c.is_ascii_digit())),
            _ => (Word::Sign, sign(rest)),
        };
        let token = Token { word, text: &rest[..len], start: at };
        at = if word == Word::Broken { text.len() } else { at + len };
        Some(token)
    })
}

/// How many bytes of white space and comments a text starts with (a comment ends at either line-break sign).
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

/// A string ends at the first quote that no backslash precedes; a backslash before a line break is no escape.
fn string(text: &str) -> (Word, usize) {
    let mut signs = text.char_indices().skip(1);
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return (Word::Text, at + 1),
            '\\' if signs.next().is_none_or(|(_, escaped)| escaped == '\n') => return (Word::Broken, at),
            _ => {}
        }
    }
    (Word::Broken, text.len())
}

fn sign(text: &str) -> usize {
    const PAIRS: [&str; 7] = ["::", "==", "!=", "<=", ">=", "||", "&&"];
    match PAIRS.iter().any(|pair| text.starts_with(pair)) {
        true => 2,
        false => text.chars().next().map_or(0, char::len_utf8),
    }
}
