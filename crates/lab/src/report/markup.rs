//! HTML and SVG as text; every character that comes from elsewhere is escaped here and nowhere else.

/// Text of HTML or SVG in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

/// An attribute and its value.
pub type Attribute<'a> = (&'static str, &'a str);

impl Markup {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Opens an element.
    pub fn open(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.tag(tag, attributes);
        self.0.push('>');
    }

    /// An element of SVG without content.
    pub fn leaf(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.tag(tag, attributes);
        self.0.push_str("/>");
    }

    /// Closes an element.
    pub fn close(&mut self, tag: &'static str) {
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
    }

    /// Text, escaped.
    pub fn text(&mut self, text: &str) {
        escape(text, &mut self.0);
    }

    /// An element that holds text only.
    pub fn element(&mut self, tag: &'static str, attributes: &[Attribute<'_>], text: &str) {
        self.open(tag, attributes);
        self.text(text);
        self.close(tag);
    }

    /// What was written elsewhere.
    pub fn append(&mut self, other: &Markup) {
        self.0.push_str(&other.0);
    }

    /// Text of this program's own sources, such as a style sheet: it is written as it is.
    pub fn own(&mut self, text: &'static str) {
        self.0.push_str(text);
    }

    /// A line break between elements, for those who read the source.
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

/// Whether a character may stand in XML and shows what it is: no control characters, none that turn the direction of
/// what follows, none of no width.
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
    fn what_comes_from_elsewhere_cannot_leave_its_place() {
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
