//! Writes HTML and SVG as text. All text from scenarios and tables is escaped here and nowhere else.

/// HTML or SVG text that is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

/// An attribute's name and its unescaped value.
pub type Attribute<'a> = (&'static str, &'a str);

impl Markup {
    /// The text written so far.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True if nothing is written yet.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes a start tag.
    pub fn open(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.tag(tag, attributes);
        self.0.push('>');
    }

    /// Writes an SVG element without content.
    pub fn leaf(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.tag(tag, attributes);
        self.0.push_str("/>");
    }

    /// Writes an end tag.
    pub fn close(&mut self, tag: &'static str) {
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
    }

    /// Writes text, escaped.
    pub fn text(&mut self, text: &str) {
        escape(text, &mut self.0);
    }

    /// Writes an element that holds only text.
    pub fn element(&mut self, tag: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.open(tag, attributes);
        self.text(text);
        self.close(tag);
    }

    /// Appends other markup.
    pub fn append(&mut self, other: &Markup) {
        self.0.push_str(&other.0);
    }

    /// Writes text from this program's own sources, such as a style sheet, without escaping it.
    pub fn own(&mut self, text: &'static str) {
        self.0.push_str(text);
    }

    /// Writes a line break, so that the source of the page is easier to read.
    pub fn end_line(&mut self) {
        self.0.push('\n');
    }

    fn tag(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape(value, &mut self.0);
            self.0.push('"');
        }
    }
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            c if is_shown(c) => out.push(c),
            _ => out.push('\u{FFFD}'),
        }
    }
}

/// True if a character is allowed in XML and visible: no control character, no direction mark, none of zero width.
pub fn is_shown(c: char) -> bool {
    let hidden = matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}');
    let no_character = u32::from(c) & 0xFFFE == 0xFFFE || matches!(c, '\u{FDD0}'..='\u{FDEF}');
    !c.is_control() && !hidden && !no_character
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_escaped_and_cannot_add_markup() {
        let cases = [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("a ]]> b & \"c\" 'd'", "a ]]&gt; b &amp; &quot;c&quot; &#39;d&#39;"),
            ("Côte d’Ivoire", "Côte d’Ivoire"),
            ("\u{202E}evil\u{0}\u{7}\u{FFFE}", "\u{FFFD}evil\u{FFFD}\u{FFFD}\u{FFFD}"),
        ];
        for (text, expected) in cases {
            let mut markup = Markup::default();
            markup.element("p", &[("title", text)], text);
            assert_eq!(markup.as_str(), format!("<p title=\"{expected}\">{expected}</p>"));
        }
    }
}
