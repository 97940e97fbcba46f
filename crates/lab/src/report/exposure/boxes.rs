//! Columns of boxes, each with a heading and lines of text.
use crate::report::svg::{Canvas, ShapeStyle, TextStyle, colour, fitted, text_width};

/// Height of a line of text.
const LINE: f64 = 13.5;
/// Vertical gap between two boxes.
const GAP: f64 = 9.0;

/// A column of boxes.
#[derive(Clone, Debug, Default)]
pub struct BoxColumn {
    boxes: Vec<TextBox>,
}

#[derive(Clone, Debug)]
struct TextBox {
    head: String,
    lines: Vec<String>,
    strong: bool,
}

impl BoxColumn {
    /// Adds a box; `strong` ones are outlined in vermillion.
    pub fn push(&mut self, head: &str, lines: Vec<String>, strong: bool) {
        self.boxes.push(TextBox { head: head.to_owned(), lines, strong });
    }
    /// True if the column has no box.
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }
    /// The height of all boxes with the gaps between them.
    pub fn height(&self) -> f64 {
        self.boxes.iter().map(|text_box| text_box.height() + GAP).sum::<f64>() - GAP
    }
    /// The top and the height of each box if the column is spread over `height`, starting at `top`.
    pub fn places(&self, top: f64, height: f64) -> Vec<(f64, f64)> {
        let spare = (height - self.height()).max(0.0) / (self.boxes.len() + 1) as f64;
        let mut y = top;
        let mut places = Vec::new();
        for text_box in &self.boxes {
            y += spare;
            places.push((y, text_box.height()));
            y += text_box.height() + GAP;
        }
        places
    }
    /// Draws the boxes at `places`, as `places()` returns them.
    pub fn draw(&self, canvas: &mut Canvas, x: f64, width: f64, places: &[(f64, f64)]) {
        for (TextBox { head, lines, strong }, (y, height)) in self.boxes.iter().zip(places) {
            let (stroke, thick) = if *strong { (colour::VERMILLION, 2.0) } else { (colour::GREY, 1.0) };
            canvas.rectangle(
                (x, *y),
                (width, *height),
                ShapeStyle { fill: "#fff", stroke, width: thick, dashes: "", opacity: 1.0 },
            );
            canvas.text((x + 7.0, y + 15.0), &fitted(head, 11.5, width - 14.0), TextStyle::plain().size(11.5).bold());
            for (at, line) in lines.iter().enumerate() {
                canvas.text((x + 7.0, y + 15.0 + (at + 1) as f64 * LINE), line, TextStyle::plain().size(11.0));
            }
        }
    }
}

impl TextBox {
    fn height(&self) -> f64 {
        22.0 + self.lines.len() as f64 * LINE
    }
}

/// Breaks a text between words into lines of at most `width`. Cuts it after eight lines.
pub fn wrap(text: &str, size: f64, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if text_width(&format!("{line} {word}"), size) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fitted(word, size, width)),
        }
    }
    if lines.len() > 8 {
        lines.truncate(8);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines
}
