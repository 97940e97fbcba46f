//! Text for messages: the author's words made safe to print, suggestions for misspelt words, lists.

/// An author's word, safe to print: hidden characters are escaped, and a text is cut after 60 characters.
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == LONGEST {
            out.push('…');
            break;
        }
        if is_hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// Whether a character is invisible or controls a terminal: control characters and marks of text direction.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The dotted path of a key below a path.
pub fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The words in backticks, separated by commas, at most 24.
pub fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 24;
    let words: Vec<&str> = words.into_iter().collect();
    let mut out = words.iter().take(MOST).map(|word| format!("`{}`", shown(word))).collect::<Vec<_>>().join(", ");
    if words.len() > MOST {
        out.push_str(&format!(" and {} more", words.len() - MOST));
    }
    out
}

/// The known word nearest to a misspelt one by Damerau-Levenshtein distance; none if all differ in more than a third of
/// the characters.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LONGEST: usize = 64;
    let plain = word.trim().to_lowercase();
    let length = plain.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    let allowed = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        if candidate.len().abs_diff(plain.len()) > allowed + 4 {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&plain, &candidate.to_lowercase());
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Help for an unknown word: the nearest known word, else the known words, else the text `none`.
pub fn instead<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone, none: &str) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("did you mean `{near}`?");
    }
    let all = list(known);
    if all.is_empty() { none.to_owned() } else { format!("there is {all}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near() {
        assert_eq!(nearest("huwaei", ["ericsson", "huawei"]), Some("huawei"));
        assert_eq!(nearest("usa", ["GBR", "USA"]), Some("USA"));
        assert_eq!(nearest("zebra", ["huawei"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(shown("a\u{1b}[31m\u{202e}"), "a\\u{1b}[31m\\u{202e}");
    }
}
