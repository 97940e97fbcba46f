//! The exposure figure: the path of one pair from missions over networks, layers and vendors to rules.
mod boxes;
mod path;

use super::figure::{Figure, HtmlTable};
use super::svg::{Canvas, ShapeStyle, TextStyle, WIDTH, colour, number};
use boxes::{BoxColumn, wrap};
pub use path::{Connector, ExposurePath, ExposureQuery};

/// Width of a box.
const BOX: f64 = 134.0;
/// Horizontal gap between two columns.
const GAP: f64 = (WIDTH - 4.0 - 5.0 * BOX) / 4.0;
/// Vertical place where the columns begin.
const TOP: f64 = 40.0;
/// Headings of the columns.
const HEADS: [&str; 5] = ["missions", "networks", "layers", "vendors", "rules"];

/// Makes the figure of a pair.
pub fn figure(path: &ExposurePath) -> Figure {
    let finding = path.finding();
    Figure {
        id: "exposure".to_owned(),
        how_to_read: format!(
            "From left to right: what {} keeps in {}, the networks there, the layers of each with the part that {} flags, \
             the vendors, and {}'s rules with what they read. Dashed lines in vermillion are flagged equipment, the wider \
             the more; first run of {}, {}.",
            path.sender, path.receiver, path.sender, path.sender, path.variant, path.when
        ),
        description: format!("Five columns of boxes joined from left to right: {}. {finding}.", HEADS.join(", ")),
        drawings: vec![draw(path, &finding)],
        tables: vec![number_table(path)],
        finding,
    }
}

fn draw(path: &ExposurePath, finding: &str) -> Canvas {
    let columns = columns(path);
    let height = columns.iter().map(BoxColumn::height).fold(60.0, f64::max);
    let mut canvas = Canvas::new(WIDTH, TOP + height + 14.0, finding);
    let placed: Vec<Vec<(f64, f64)>> = columns.iter().map(|column| column.places(TOP, height)).collect();
    for Connector { column, from, to, share } in path.connectors() {
        let (Some(a), Some(b)) = (placed[column].get(from), placed[column + 1].get(to)) else { continue };
        let start = (left_of(column) + BOX, a.0 + a.1 / 2.0);
        let end = (left_of(column + 1), b.0 + b.1 / 2.0);
        let middle = number((start.0 + end.0) / 2.0);
        let curve = format!(
            "M{} {}C{middle} {} {middle} {} {} {}",
            number(start.0),
            number(start.1),
            number(start.1),
            number(end.1),
            number(end.0),
            number(end.1)
        );
        let style = match share {
            Some(share) => ShapeStyle::line(colour::VERMILLION, 1.5 + 6.0 * share).dashed("7 3"),
            None => ShapeStyle::line("#9a9a9a", 1.2),
        };
        canvas.path(&curve, style);
    }
    for (at, column) in columns.iter().enumerate() {
        canvas.text((left_of(at), 16.0), HEADS[at], TextStyle::plain().bold());
        column.draw(&mut canvas, left_of(at), BOX, &placed[at]);
    }
    canvas
}

/// Horizontal place where a column begins.
fn left_of(column: usize) -> f64 {
    2.0 + column as f64 * (BOX + GAP)
}

fn columns(path: &ExposurePath) -> Vec<BoxColumn> {
    let mut columns: Vec<BoxColumn> = (0..5).map(|_| BoxColumn::default()).collect();
    for mission in &path.missions {
        columns[0].push(&mission.0, wrap_line(&mission.1), false);
    }
    for network in &path.networks {
        columns[1].push(&network.name, wrap_line(&network.about), false);
    }
    for layer in &path.layers {
        columns[2].push(&layer.name, wrap_line(&layer.flagged_text()), layer.share > 0.0);
    }
    for vendor in &path.vendors {
        columns[3].push(vendor, wrap_line(&format!("flagged by {}", path.sender)), true);
    }
    for rule in &path.rules {
        columns[4].push(&rule.id, rule.lines.iter().flat_map(|line| wrap_line(line)).collect(), rule.binds);
    }
    let missing = ["no missions there", "no networks there", "no layers", "no flagged vendor", "no rule of the sender"];
    for (column, text) in columns.iter_mut().zip(missing) {
        if column.is_empty() {
            column.push(text, Vec::new(), false);
        }
    }
    columns
}

/// Breaks a text into lines that fit into a box.
fn wrap_line(text: &str) -> Vec<String> {
    wrap(text, 11.0, BOX - 14.0)
}

fn number_table(path: &ExposurePath) -> HtmlTable {
    let missions = path.missions.iter().map(|(kind, count)| row("missions", kind, count));
    let networks = path.networks.iter().map(|network| row("network", &network.name, &network.about));
    let layers = path.layers.iter().map(|layer| {
        let network = path.networks.get(layer.network).map_or("", |network| network.name.as_str());
        row("layer", &format!("{network}, {}", layer.name), &layer.flagged_text())
    });
    let rules = path.rules.iter().map(|rule| row("rule", &rule.id, &rule.lines.join("; ")));
    HtmlTable {
        caption: format!("What {} sees of {}, {}", path.sender, path.receiver, path.when),
        heads: ["kind", "what", "told"].map(str::to_owned).to_vec(),
        rows: missions.chain(networks).chain(layers).chain(rules).collect(),
        source: "networks.csv",
    }
}

fn row(kind: &str, what: &str, text: &str) -> Vec<String> {
    [kind, what, text].map(str::to_owned).to_vec()
}
