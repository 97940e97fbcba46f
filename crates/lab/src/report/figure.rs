//! A figure of the report: its finding, its drawings, and its tables of numbers in a folded part.
use super::Picture;
use super::markup::Markup;
use super::svg::Canvas;

/// Greatest number of rows of a table that the page shows.
pub const MOST_ROWS: usize = 400;

/// A figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Its id, unique in the page: letters, digits and hyphens.
    pub id: String,
    /// What it shows, as a sentence.
    pub finding: String,
    /// How to read it, in one to five sentences.
    pub how_to_read: String,
    /// Description for readers who cannot see the drawings.
    pub description: String,
    /// The drawings, from top to bottom.
    pub drawings: Vec<Canvas>,
    /// The numbers behind the drawings.
    pub tables: Vec<HtmlTable>,
}

/// A table of the page.
#[derive(Clone, Debug, Default)]
pub struct HtmlTable {
    /// Its caption.
    pub caption: String,
    /// Headings of its columns.
    pub heads: Vec<String>,
    /// Its rows; the first cell of a row is the row's heading.
    pub rows: Vec<Vec<String>>,
    /// The file that holds all rows; the page names it if it leaves rows out.
    pub source: &'static str,
}

impl Figure {
    /// Its drawings as files of their own: named by its id, from the second on with a number.
    pub fn pictures(&self) -> Vec<Picture> {
        let picture = |(rank, drawing): (usize, &Canvas)| Picture {
            name: if rank == 0 { self.id.clone() } else { format!("{}-{}", self.id, rank + 1) },
            svg: drawing.to_svg(&self.id, &self.description).as_str().to_owned() + "\n",
        };
        self.drawings.iter().enumerate().map(picture).collect()
    }

    /// Writes the figure as HTML.
    pub fn to_markup(&self) -> Markup {
        let mut out = Markup::default();
        let title = format!("{}-finding", self.id);
        out.open("figure", &[("id", &self.id), ("aria-labelledby", &title)]);
        // The style sheet keeps this part on one printed page: the finding and the first drawing.
        out.open("div", &[("class", "first")]);
        out.element("h3", &[("id", &title)], &self.finding);
        if !self.how_to_read.is_empty() {
            out.element("p", &[("class", "reading")], &self.how_to_read);
        }
        for (rank, drawing) in self.drawings.iter().enumerate() {
            let id = format!("{}-{}", self.id, rank + 1);
            let label = format!("{}: drawing {}", self.finding, rank + 1);
            out.open("div", &[("class", "drawing"), ("role", "group"), ("tabindex", "0"), ("aria-label", &label)]);
            out.append(&drawing.to_svg(&id, &self.description));
            out.close("div");
            out.end_line();
            if rank == 0 {
                out.close("div");
            }
        }
        if self.drawings.is_empty() {
            out.close("div");
        }
        if !self.tables.is_empty() {
            out.open("details", &[]);
            out.element("summary", &[], &format!("The numbers: {}", self.finding));
            self.tables.iter().for_each(|table| out.append(&table.to_markup()));
            out.close("details");
        }
        out.close("figure");
        out.end_line();
        out
    }
}

impl HtmlTable {
    /// Writes the table as HTML, at most `MOST_ROWS` rows of it.
    pub fn to_markup(&self) -> Markup {
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
