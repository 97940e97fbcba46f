//! Columns of boxes with a head and lines of text.
use crate::report::svg::{Canvas, Look, Type, colour, fitted, text_width};

const LINE: f64 = 13.5;
const GAP: f64 = 9.0;

/// Boxes one below the other.
#[derive(Clone, Debug, Default)]
pub struct Column {
    boxes: Vec<(String, Vec<String>, bool)>,
}

impl Column {
    /// Adds a box; `strong` ones are outlined in vermillion.
    pub fn push(&mut self, head: &str, lines: Vec<String>, strong: bool) {
        self.boxes.push((head.to_owned(), lines, strong));
    }
    /// Whether it has no box.
    pub fn is_empty(&self) -> bool {
        self.boxes.is_empty()
    }
    /// The height that its boxes take.
    pub fn height(&self) -> f64 {
        self.boxes.iter().map(|one| tall(one) + GAP).sum::<f64>() - GAP
    }
    /// The top and the height of each box where the column takes `height` from `top` on.
    pub fn places(&self, top: f64, height: f64) -> Vec<(f64, f64)> {
        let spare = (height - self.height()).max(0.0) / (self.boxes.len() + 1) as f64;
        let mut y = top;
        let mut places = Vec::new();
        for one in &self.boxes {
            y += spare;
            places.push((y, tall(one)));
            y += tall(one) + GAP;
        }
        places
    }
    /// Draws the boxes.
    pub fn draw(&self, canvas: &mut Canvas, x: f64, width: f64, places: &[(f64, f64)]) {
        for ((head, lines, strong), (y, height)) in self.boxes.iter().zip(places) {
            let (stroke, thick) = if *strong { (colour::VERMILLION, 2.0) } else { (colour::GREY, 1.0) };
            canvas.rectangle(
                (x, *y),
                (width, *height),
                Look { fill: "#fff", stroke, width: thick, dashes: "", opacity: 1.0 },
            );
            canvas.text((x + 7.0, y + 15.0), &fitted(head, 11.5, width - 14.0), Type::plain().size(11.5).bold());
            for (at, line) in lines.iter().enumerate() {
                canvas.text((x + 7.0, y + 15.0 + (at + 1) as f64 * LINE), line, Type::plain().size(11.0));
            }
        }
    }
}

fn tall((_, lines, _): &(String, Vec<String>, bool)) -> f64 {
    22.0 + lines.len() as f64 * LINE
}

/// A text in lines of a width, broken between words; no more than eight lines.
pub fn wrapped(text: &str, size: f64, width: f64) -> Vec<String> {
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
