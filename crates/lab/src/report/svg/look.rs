//! How lines, areas and texts look.
use super::{TEXT, colour};

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// At its first character.
    Start,
    /// In its middle.
    Middle,
    /// At its last character.
    End,
}

/// How a line or an area looks.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// Fill, or `none`.
    pub fill: &'a str,
    /// Colour of the line, or `none`.
    pub stroke: &'a str,
    /// Width of the line.
    pub width: f64,
    /// Dashes, as SVG writes them; empty for none.
    pub dashes: &'a str,
    /// How much covers what is behind, 0 to 1.
    pub opacity: f64,
}

impl<'a> Look<'a> {
    /// A line.
    pub fn line(stroke: &'a str, width: f64) -> Self {
        Self { fill: "none", stroke, width, dashes: "", opacity: 1.0 }
    }
    /// An area without a line around it.
    pub fn area(fill: &'a str) -> Self {
        Self { fill, stroke: "none", width: 0.0, dashes: "", opacity: 1.0 }
    }
    /// The same with dashes.
    pub fn dashed(self, dashes: &'a str) -> Self {
        Self { dashes, ..self }
    }
    /// The same, letting through what is behind.
    pub fn opaque(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub struct Type<'a> {
    /// Height in units.
    pub size: f64,
    /// Colour.
    pub fill: &'a str,
    /// Where it is held.
    pub anchor: Anchor,
    /// Whether it is bold.
    pub bold: bool,
}

impl<'a> Type<'a> {
    /// Ordinary text held at its start.
    pub fn plain() -> Self {
        Self { size: TEXT, fill: colour::BLACK, anchor: Anchor::Start, bold: false }
    }
    /// The same, held elsewhere.
    pub fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
    /// The same in another colour.
    pub fn fill(self, fill: &'a str) -> Self {
        Self { fill, ..self }
    }
    /// The same in another height.
    pub fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }
    /// The same, bold.
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
}
