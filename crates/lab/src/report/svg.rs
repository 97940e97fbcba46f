//! Draws SVG: shapes and texts on a canvas of fixed size, and estimates of text widths.
pub mod axis;
pub mod labels;
pub mod style;

use super::markup::{Attribute, Markup};
pub use style::{Anchor, ShapeStyle, TextStyle};

/// Width of every drawing in SVG user units. A unit is about a pixel on a screen and 0.22 mm on A4 paper.
pub const WIDTH: f64 = 800.0;
/// Greatest height of a drawing that fits on a page of A4. Taller drawings are split over several pages.
const TALLEST: f64 = 1400.0;
/// Size of ordinary text, in units.
pub const TEXT: f64 = 12.0;

/// Colours: greys, and colours of Okabe and Ito with a contrast of at least 3:1 on white.
pub mod colour {
    /// For the usual state.
    pub const BLUE: &str = "#0072B2";
    /// For what is withheld, flagged or leaving.
    pub const VERMILLION: &str = "#D55E00";
    /// For text in the hue of vermillion.
    pub const RUST: &str = "#A04000";
    /// The third colour of series.
    pub const GREEN: &str = "#00805D";
    /// The fourth colour of series.
    pub const PURPLE: &str = "#A8518A";
    /// For text and the strongest marks.
    pub const BLACK: &str = "#1a1a1a";
    /// For less important text.
    pub const GREY: &str = "#595959";
    /// For grid lines.
    pub const RULE: &str = "#d4d4d4";
    /// The colour and the dashes of each variant, in the order of the variants.
    pub const SERIES: [(&str, &str); 5] =
        [(BLACK, ""), (BLUE, "7 3"), (VERMILLION, "2 2"), (GREEN, "9 3 2 3"), (PURPLE, "5 2 1 2 1 2")];
}

/// A drawing.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Width in units.
    pub width: f64,
    /// Height in units.
    pub height: f64,
    /// What it shows, in a few words.
    pub title: String,
    /// The elements drawn so far, in the order of drawing.
    body: Markup,
}

impl Canvas {
    /// An empty drawing.
    pub fn new(width: f64, height: f64, title: impl Into<String>) -> Self {
        Self { width, height, title: title.into(), body: Markup::default() }
    }

    /// Draws a straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), style: ShapeStyle<'_>) {
        let ends = [from.0, from.1, to.0, to.1].map(number);
        let mut attributes = vec![
            ("x1", ends[0].as_str()),
            ("y1", ends[1].as_str()),
            ("x2", ends[2].as_str()),
            ("y2", ends[3].as_str()),
        ];
        let styles = style_attributes(style);
        attributes
            .extend(styles.iter().filter(|(name, _)| *name != "fill").map(|(name, value)| (*name, value.as_str())));
        self.body.leaf("line", &attributes);
    }

    /// Draws a path; `commands` are in the syntax of SVG.
    pub fn path(&mut self, commands: &str, style: ShapeStyle<'_>) {
        if !commands.is_empty() {
            self.mark("path", &[("d", commands)], style);
        }
    }

    /// Draws a line through points.
    pub fn polyline(&mut self, points: &[(f64, f64)], style: ShapeStyle<'_>) {
        self.path(&path_through(points), style);
    }

    /// Draws a rectangle; (`x`, `y`) is its upper left corner.
    pub fn rectangle(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), style: ShapeStyle<'_>) {
        let [x, y, width, height] = [x, y, width, height].map(number);
        self.mark("rect", &[("x", &x), ("y", &y), ("width", &width), ("height", &height)], style);
    }

    /// Draws a circle.
    pub fn circle(&mut self, (x, y): (f64, f64), radius: f64, style: ShapeStyle<'_>) {
        let [x, y, radius] = [x, y, radius].map(number);
        self.mark("circle", &[("cx", &x), ("cy", &y), ("r", &radius)], style);
    }

    /// Writes a text; `y` is the place of its base line.
    pub fn text(&mut self, (x, y): (f64, f64), text: &str, style: TextStyle<'_>) {
        let [x, y, size] = [x, y, style.size].map(number);
        let mut attributes: Vec<Attribute<'_>> = vec![("x", &x), ("y", &y)];
        if style.size != TEXT {
            attributes.push(("font-size", &size));
        }
        if style.fill != colour::BLACK {
            attributes.push(("fill", style.fill));
        }
        match style.anchor {
            Anchor::Start => {}
            Anchor::Middle => attributes.push(("text-anchor", "middle")),
            Anchor::End => attributes.push(("text-anchor", "end")),
        }
        if style.bold {
            attributes.push(("font-weight", "bold"));
        }
        self.body.element("text", &attributes, text);
    }

    /// Writes a text that is rotated to run upwards.
    pub fn vertical_text(&mut self, (x, y): (f64, f64), text: &str, style: TextStyle<'_>) {
        let turn = format!("translate({} {}) rotate(-90)", number(x), number(y));
        self.body.open("g", &[("transform", &turn)]);
        self.text((0.0, 0.0), text, style);
        self.body.close("g");
    }

    /// Writes a text, cut to a width of at most `most`. The tables under the figure have the whole text.
    pub fn short_text(&mut self, at: (f64, f64), text: &str, most: f64, style: TextStyle<'_>) {
        // Bold letters are about a sixth wider than those whose widths are known.
        let most = if style.bold { most * 0.85 } else { most };
        self.text(at, &fitted(text, style.size, most), style);
    }

    /// Writes a text over other elements; a white outline keeps it readable.
    pub fn text_over(&mut self, at: (f64, f64), text: &str, style: TextStyle<'_>) {
        self.body.open(
            "g",
            &[("stroke", "#fff"), ("stroke-width", "3"), ("stroke-linejoin", "round"), ("aria-hidden", "true")],
        );
        self.text(at, text, TextStyle { fill: "#fff", ..style });
        self.body.close("g");
        self.text(at, text, style);
    }

    fn mark(&mut self, tag: &'static str, place: &[Attribute<'_>], style: ShapeStyle<'_>) {
        let styles = style_attributes(style);
        let mut attributes = place.to_vec();
        attributes.extend(styles.iter().map(|(name, value)| (*name, value.as_str())));
        self.body.leaf(tag, &attributes);
    }

    /// Writes the drawing as an `svg` element, which is also valid as a file of its own; `id` must be unique in the
    /// page.
    pub fn to_svg(&self, id: &str, description: &str) -> Markup {
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

/// The attributes that a style sets.
fn style_attributes(style: ShapeStyle<'_>) -> Vec<(&'static str, String)> {
    let mut attributes = vec![("fill", style.fill.to_owned())];
    if style.stroke != "none" {
        attributes.push(("stroke", style.stroke.to_owned()));
        attributes.push(("stroke-width", number(style.width)));
        if !style.dashes.is_empty() {
            attributes.push(("stroke-dasharray", style.dashes.to_owned()));
        }
    }
    if style.opacity < 1.0 {
        attributes.push(("opacity", number(style.opacity)));
    }
    attributes
}

/// A line through points as path commands.
pub fn path_through(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        path += if at == 0 { "M" } else { "L" };
        path += &format!("{} {}", number(*x), number(*y));
    }
    path
}

/// Formats a coordinate with at most two decimals; 0 if it is not finite.
pub fn number(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// An estimate of a text's width in the fonts of the drawings, rather too wide than too narrow.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(width_in_em).sum::<f64>() * size
}

/// An estimate of a character's width, as a part of the text size.
fn width_in_em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | ' ' | '\u{a0}' | '-' | '/' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.98,
        c if c.is_ascii_uppercase() => 0.74,
        c if u32::from(c) >= 0x1100 => 1.05,
        _ => 0.64,
    }
}

/// Cuts a text to a width of at most `most`, with an ellipsis if something is cut off.
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
    fn coordinates_have_two_decimals_and_long_texts_are_cut() {
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
        canvas.text((1.0, 2.0), "<b>", TextStyle::plain());
        let svg = canvas.to_svg("x", "why & how");
        assert!(
            svg.as_str().contains("<title id=\"x-title\">A &lt; B</title><desc id=\"x-desc\">why &amp; how</desc>")
        );
        assert!(svg.as_str().ends_with("<text x=\"1\" y=\"2\">&lt;b&gt;</text></svg>"));
    }
}
