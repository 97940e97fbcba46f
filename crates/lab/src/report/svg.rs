//! Drawing: marks on a canvas of fixed size, and how wide a text is.
pub mod axis;
pub mod labels;
pub mod look;

use super::markup::{Attribute, Markup};
pub use look::{Anchor, Look, Type};

/// Width of every picture, in units of its own; about a pixel each on a screen, 0.22 mm on A4.
pub const WIDTH: f64 = 800.0;
/// Height of what still fits a page of A4; what is taller goes over several.
const TALLEST: f64 = 1400.0;
/// Height of ordinary text.
pub const TEXT: f64 = 12.0;

/// The colours: those of Okabe and Ito that reach 3:1 on white, and greys.
pub mod colour {
    /// For what is usual.
    pub const BLUE: &str = "#0072B2";
    /// For what is withheld or leaves.
    pub const VERMILLION: &str = "#D55E00";
    /// Text in the hue of vermillion.
    pub const RUST: &str = "#A04000";
    /// A third.
    pub const GREEN: &str = "#00805D";
    /// A fourth.
    pub const PURPLE: &str = "#A8518A";
    /// Text and the strongest marks.
    pub const BLACK: &str = "#1a1a1a";
    /// Text that stands back.
    pub const GREY: &str = "#595959";
    /// Lines that only guide the eye.
    pub const RULE: &str = "#d4d4d4";
    /// Colours, dashes and marks that tell variants apart, in their order.
    pub const SERIES: [(&str, &str); 5] =
        [(BLACK, ""), (BLUE, "7 3"), (VERMILLION, "2 2"), (GREEN, "9 3 2 3"), (PURPLE, "5 2 1 2 1 2")];
}

/// A drawing in the making.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Width in units.
    pub width: f64,
    /// Height in units.
    pub height: f64,
    /// What it shows, in a few words.
    pub title: String,
    /// What is drawn, in the order in which it is drawn.
    body: Markup,
}

impl Canvas {
    /// An empty one.
    pub fn new(width: f64, height: f64, title: impl Into<String>) -> Self {
        Self { width, height, title: title.into(), body: Markup::default() }
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), look: Look<'_>) {
        let ends = [from.0, from.1, to.0, to.1].map(number);
        let mut attributes = vec![
            ("x1", ends[0].as_str()),
            ("y1", ends[1].as_str()),
            ("x2", ends[2].as_str()),
            ("y2", ends[3].as_str()),
        ];
        let looks = looks(look);
        attributes
            .extend(looks.iter().filter(|(name, _)| *name != "fill").map(|(name, value)| (*name, value.as_str())));
        self.body.leaf("line", &attributes);
    }

    /// A path, its commands as SVG writes them.
    pub fn path(&mut self, commands: &str, look: Look<'_>) {
        if !commands.is_empty() {
            self.mark("path", &[("d", commands)], look);
        }
    }

    /// A line through points.
    pub fn polyline(&mut self, points: &[(f64, f64)], look: Look<'_>) {
        self.path(&through(points), look);
    }

    /// A rectangle.
    pub fn rectangle(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), look: Look<'_>) {
        let [x, y, width, height] = [x, y, width, height].map(number);
        self.mark("rect", &[("x", &x), ("y", &y), ("width", &width), ("height", &height)], look);
    }

    /// A circle.
    pub fn circle(&mut self, (x, y): (f64, f64), radius: f64, look: Look<'_>) {
        let [x, y, radius] = [x, y, radius].map(number);
        self.mark("circle", &[("cx", &x), ("cy", &y), ("r", &radius)], look);
    }

    /// A text; `y` is that of its base line.
    pub fn text(&mut self, (x, y): (f64, f64), text: &str, kind: Type<'_>) {
        let [x, y, size] = [x, y, kind.size].map(number);
        let mut attributes: Vec<Attribute<'_>> = vec![("x", &x), ("y", &y)];
        if kind.size != TEXT {
            attributes.push(("font-size", &size));
        }
        if kind.fill != colour::BLACK {
            attributes.push(("fill", kind.fill));
        }
        match kind.anchor {
            Anchor::Start => {}
            Anchor::Middle => attributes.push(("text-anchor", "middle")),
            Anchor::End => attributes.push(("text-anchor", "end")),
        }
        if kind.bold {
            attributes.push(("font-weight", "bold"));
        }
        self.body.element("text", &attributes, text);
    }

    /// A text that runs upwards from a place.
    pub fn upright(&mut self, (x, y): (f64, f64), text: &str, kind: Type<'_>) {
        let turn = format!("translate({} {}) rotate(-90)", number(x), number(y));
        self.body.open("g", &[("transform", &turn)]);
        self.text((0.0, 0.0), text, kind);
        self.body.close("g");
    }

    /// A text cut to a width; the whole is the one who reads the table's.
    pub fn short_text(&mut self, at: (f64, f64), text: &str, most: f64, kind: Type<'_>) {
        self.text(at, &fitted(text, kind.size, most), kind);
    }

    /// A text over what is drawn already: a white edge keeps it readable.
    pub fn text_over(&mut self, at: (f64, f64), text: &str, kind: Type<'_>) {
        self.body.open(
            "g",
            &[("stroke", "#fff"), ("stroke-width", "3"), ("stroke-linejoin", "round"), ("aria-hidden", "true")],
        );
        self.text(at, text, Type { fill: "#fff", ..kind });
        self.body.close("g");
        self.text(at, text, kind);
    }

    fn mark(&mut self, tag: &'static str, place: &[Attribute<'_>], look: Look<'_>) {
        let looks = looks(look);
        let mut attributes = place.to_vec();
        attributes.extend(looks.iter().map(|(name, value)| (*name, value.as_str())));
        self.body.leaf(tag, &attributes);
    }

    /// The picture as an element of HTML that could stand alone; `id` is unique in the page.
    pub fn svg(&self, id: &str, description: &str) -> Markup {
        let (title_id, desc_id) = (format!("{id}-title"), format!("{id}-desc"));
        let [width, height] = [self.width, self.height].map(number);
        let mut svg = Markup::default();
        svg.open(
            "svg",
            &[
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("id", id),
                ("class", if self.height > TALLEST { "tall" } else { "page" }),
                ("viewBox", &format!("0 0 {width} {height}")),
                ("width", &width),
                ("height", &height),
                ("role", "img"),
                ("aria-labelledby", &format!("{title_id} {desc_id}")),
                ("font-family", "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"),
                ("font-size", &number(TEXT)),
                ("fill", colour::BLACK),
            ],
        );
        svg.element("title", &[("id", &title_id)], &self.title);
        svg.element("desc", &[("id", &desc_id)], description);
        svg.append(&self.body);
        svg.close("svg");
        svg
    }
}

fn looks(look: Look<'_>) -> Vec<(&'static str, String)> {
    let mut looks = vec![("fill", look.fill.to_owned())];
    if look.stroke != "none" {
        looks.push(("stroke", look.stroke.to_owned()));
        looks.push(("stroke-width", number(look.width)));
        if !look.dashes.is_empty() {
            looks.push(("stroke-dasharray", look.dashes.to_owned()));
        }
    }
    if look.opacity < 1.0 {
        looks.push(("opacity", number(look.opacity)));
    }
    looks
}

/// A line through points as a path.
pub fn through(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        path += if at == 0 { "M" } else { "L" };
        path += &format!("{} {}", number(*x), number(*y));
    }
    path
}

/// A coordinate with at most two decimals.
pub fn number(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// About how wide a text is, rather too wide than too narrow, in the fonts that pictures ask for.
pub fn text_width(text: &str, size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | ' ' | '\u{a0}' | '-' | '/' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.98,
        c if c.is_ascii_uppercase() => 0.74,
        c if u32::from(c) >= 0x1100 => 1.05,
        _ => 0.64,
    };
    text.chars().map(em).sum::<f64>() * size
}

/// A text cut to a width, with an ellipsis where something is missing.
pub fn fitted(text: &str, size: f64, most: f64) -> String {
    if text_width(text, size) <= most {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        if text_width(&short, size) + 0.9 * size > most {
            short.pop();
            break;
        }
    }
    short.trim_end().to_owned() + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_texts_fit() {
        let cases = [(1.0, "1"), (1.256, "1.26"), (-0.001, "0"), (12.30, "12.3"), (f64::NAN, "0")];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!(fitted("Chad", 12.0, 80.0), "Chad");
        let long = fitted("Saint Vincent and the Grenadines", 12.0, 80.0);
        assert!(long.ends_with('…') && text_width(&long, 12.0) <= 80.0, "{long}");
    }

    #[test]
    fn a_canvas_has_a_title_and_a_description() {
        let mut canvas = Canvas::new(10.0, 20.0, "A < B");
        canvas.text((1.0, 2.0), "<b>", Type::plain());
        let svg = canvas.svg("x", "why & how");
        assert!(
            svg.as_str().contains("<title id=\"x-title\">A &lt; B</title><desc id=\"x-desc\">why &amp; how</desc>")
        );
        assert!(svg.as_str().ends_with("<text x=\"1\" y=\"2\">&lt;b&gt;</text></svg>"));
    }
}
