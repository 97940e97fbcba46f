//! Styles of lines, areas and texts.
use super::{TEXT, colour};

/// The point of a text that is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// The style of a line or an area.
#[derive(Clone, Copy, Debug)]
pub struct ShapeStyle<'a> {
    /// Colour of the area, or `none`.
    pub fill: &'a str,
    /// Colour of the line, or `none`.
    pub stroke: &'a str,
    /// Width of the line, in units.
    pub width: f64,
    /// Dashes in the syntax of SVG; empty for a solid line.
    pub dashes: &'a str,
    /// Opacity, 0 to 1.
    pub opacity: f64,
}

impl<'a> ShapeStyle<'a> {
    /// A line.
    pub fn line(stroke: &'a str, width: f64) -> Self {
        Self { fill: "none", stroke, width, dashes: "", opacity: 1.0 }
    }
    /// An area without a line around it.
    pub fn area(fill: &'a str) -> Self {
        Self { fill, stroke: "none", width: 0.0, dashes: "", opacity: 1.0 }
    }
    /// This style with dashes.
    pub fn dashed(self, dashes: &'a str) -> Self {
        Self { dashes, ..self }
    }
    /// This style with another opacity, 0 to 1.
    pub fn opacity(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// The style of a text.
#[derive(Clone, Copy, Debug)]
pub struct TextStyle<'a> {
    /// Text size, in units.
    pub size: f64,
    /// Colour.
    pub fill: &'a str,
    /// The point of the text that is at its place.
    pub anchor: Anchor,
    /// True if it is bold.
    pub bold: bool,
}

impl<'a> TextStyle<'a> {
    /// Ordinary text, placed by its start.
    pub fn plain() -> Self {
        Self { size: TEXT, fill: colour::BLACK, anchor: Anchor::Start, bold: false }
    }
    /// This style, placed by another point.
    pub fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
    /// This style in another colour.
    pub fn fill(self, fill: &'a str) -> Self {
        Self { fill, ..self }
    }
    /// This style in another size.
    pub fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }
    /// This style in bold.
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
}
