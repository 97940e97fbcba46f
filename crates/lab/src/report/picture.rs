//! A picture of the report: its finding, its drawings, and its numbers behind a fold.
use super::markup::Markup;
use super::svg::Canvas;

/// Rows of numbers that the page shows; the tables of the folder have them all.
pub const MOST_ROWS: usize = 400;

/// A picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Unique in the page: letters, digits and hyphens.
    pub id: String,
    /// What it shows, as a sentence.
    pub finding: String,
    /// How to read it, in a sentence or two.
    pub reading: String,
    /// What is to be seen, for those who cannot see it.
    pub description: String,
    /// The drawings, one below the other.
    pub drawings: Vec<Canvas>,
    /// The numbers.
    pub numbers: Vec<Numbers>,
}

/// A table of numbers.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// What it holds.
    pub caption: String,
    /// The heads of its columns.
    pub heads: Vec<String>,
    /// Its rows, the first cell the head of the row.
    pub rows: Vec<Vec<String>>,
    /// Where all rows are, for when some are left out.
    pub source: &'static str,
}

impl Picture {
    /// The picture as a part of the page.
    pub fn markup(&self) -> Markup {
        let mut out = Markup::default();
        let title = format!("{}-finding", self.id);
        out.open("figure", &[("id", &self.id), ("aria-labelledby", &title)]);
        // On paper the finding stays with its first drawing.
        out.open("div", &[("class", "first")]);
        out.element("h3", &[("id", &title)], &self.finding);
        if !self.reading.is_empty() {
            out.element("p", &[("class", "reading")], &self.reading);
        }
        for (rank, drawing) in self.drawings.iter().enumerate() {
            let id = format!("{}-{}", self.id, rank + 1);
            let label = format!("{}: drawing {}", self.finding, rank + 1);
            out.open("div", &[("class", "drawing"), ("role", "group"), ("tabindex", "0"), ("aria-label", &label)]);
            out.append(&drawing.svg(&id, &self.description));
            out.close("div");
            out.end_line();
            if rank == 0 {
                out.close("div");
            }
        }
        if self.drawings.is_empty() {
            out.close("div");
        }
        if !self.numbers.is_empty() {
            out.open("details", &[]);
            out.element("summary", &[], &format!("The numbers: {}", self.finding));
            self.numbers.iter().for_each(|numbers| out.append(&numbers.markup()));
            out.close("details");
        }
        out.close("figure");
        out.end_line();
        out
    }
}

impl Numbers {
    /// The table as a part of the page.
    pub fn markup(&self) -> Markup {
        let mut out = Markup::default();
        out.open("div", &[("class", "numbers"), ("role", "group"), ("tabindex", "0"), ("aria-label", &self.caption)]);
        out.open("table", &[]);
        out.element("caption", &[], &self.caption);
        out.open("thead", &[]);
        out.open("tr", &[]);
        self.heads.iter().for_each(|head| out.element("th", &[("scope", "col")], head));
        out.close("tr");
        out.close("thead");
        out.open("tbody", &[]);
        for row in self.rows.iter().take(MOST_ROWS) {
            out.open("tr", &[]);
            for (at, cell) in row.iter().enumerate() {
                if at == 0 { out.element("th", &[("scope", "row")], cell) } else { out.element("td", &[], cell) }
            }
            out.close("tr");
            out.end_line();
        }
        out.close("tbody");
        out.close("table");
        if self.rows.len() > MOST_ROWS {
            let more = self.rows.len() - MOST_ROWS;
            out.element("p", &[], &format!("{more} more rows are not shown here; {} has them all.", self.source));
        }
        out.close("div");
        out
    }
}
