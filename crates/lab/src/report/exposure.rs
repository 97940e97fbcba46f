//! The exposure path of one pair: mission, network, layer, vendor, rule.
mod boxes;
mod facts;

use super::picture::{Numbers, Picture};
use super::svg::{Canvas, Look, Type, WIDTH, colour, number};
use boxes::{Column, wrapped};
pub use facts::{Asked, Facts};

/// Width of a box, and of the room between two columns.
const BOX: f64 = 134.0;
const ROOM: f64 = (WIDTH - 4.0 - 5.0 * BOX) / 4.0;
/// Where the columns begin.
const TOP: f64 = 40.0;
/// Heads of the columns.
const HEADS: [&str; 5] = ["missions", "networks", "layers", "vendors", "rules"];

/// Draws the path of a pair.
pub fn picture(facts: &Facts) -> Picture {
    let finding = facts.finding();
    Picture {
        id: "exposure".to_owned(),
        reading: format!(
            "From left to right: what {} keeps in {}, the networks there, the layers of each with the part that {} flags, \
             the vendors, and {}'s rules with what they read. Dashed lines in vermillion are flagged equipment, the wider \
             the more; first run of {}, {}.",
            facts.sender, facts.receiver, facts.sender, facts.sender, facts.variant, facts.when
        ),
        description: format!("Five columns of boxes joined from left to right: {}. {finding}.", HEADS.join(", ")),
        drawings: vec![drawn(facts, &finding)],
        numbers: vec![numbers(facts)],
        finding,
    }
}

fn drawn(facts: &Facts, finding: &str) -> Canvas {
    let columns = columns(facts);
    let height = columns.iter().map(Column::height).fold(60.0, f64::max);
    let mut canvas = Canvas::new(WIDTH, TOP + height + 14.0, finding);
    let placed: Vec<Vec<(f64, f64)>> = columns.iter().map(|column| column.places(TOP, height)).collect();
    let left = |column: usize| 2.0 + column as f64 * (BOX + ROOM);
    for (column, from, to, share) in facts.joins() {
        let (Some(a), Some(b)) = (placed[column].get(from), placed[column + 1].get(to)) else { continue };
        let start = (left(column) + BOX, a.0 + a.1 / 2.0);
        let end = (left(column + 1), b.0 + b.1 / 2.0);
        let middle = number((start.0 + end.0) / 2.0);
        let path = format!(
            "M{} {}C{middle} {} {middle} {} {} {}",
            number(start.0),
            number(start.1),
            number(start.1),
            number(end.1),
            number(end.0),
            number(end.1)
        );
        let look = match share {
            Some(share) => Look::line(colour::VERMILLION, 1.5 + 6.0 * share).dashed("7 3"),
            None => Look::line("#9a9a9a", 1.2),
        };
        canvas.path(&path, look);
    }
    for (at, column) in columns.iter().enumerate() {
        canvas.text((left(at), 16.0), HEADS[at], Type::plain().bold());
        column.draw(&mut canvas, left(at), BOX, &placed[at]);
    }
    canvas
}

fn columns(facts: &Facts) -> Vec<Column> {
    let lines = |texts: &[String]| texts.iter().flat_map(|text| wrapped(text, 11.0, BOX - 14.0)).collect::<Vec<_>>();
    let mut columns: Vec<Column> = (0..5).map(|_| Column::default()).collect();
    for mission in &facts.missions {
        columns[0].push(&mission.0, lines(std::slice::from_ref(&mission.1)), false);
    }
    for network in &facts.networks {
        columns[1].push(&network.name, lines(std::slice::from_ref(&network.about)), false);
    }
    for layer in &facts.layers {
        columns[2].push(&layer.name, lines(&[layer.told()]), layer.share > 0.0);
    }
    for vendor in &facts.vendors {
        columns[3].push(vendor, lines(&[format!("flagged by {}", facts.sender)]), true);
    }
    for rule in &facts.rules {
        columns[4].push(&rule.id, lines(&rule.lines), rule.binds);
    }
    let missing = ["no missions there", "no networks there", "no layers", "no flagged vendor", "no rule of the sender"];
    for (column, text) in columns.iter_mut().zip(missing) {
        if column.is_empty() {
            column.push(text, Vec::new(), false);
        }
    }
    columns
}

fn numbers(facts: &Facts) -> Numbers {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut add = |kind: &str, what: &str, told: String| rows.push(vec![kind.to_owned(), what.to_owned(), told]);
    facts.missions.iter().for_each(|(kind, told)| add("missions", kind, told.clone()));
    facts.networks.iter().for_each(|network| add("network", &network.name, network.about.clone()));
    facts.layers.iter().for_each(|layer| {
        let network = facts.networks.get(layer.network).map_or("", |network| network.name.as_str());
        add("layer", &format!("{network}, {}", layer.name), layer.told());
    });
    facts.rules.iter().for_each(|rule| add("rule", &rule.id, rule.lines.join("; ")));
    Numbers {
        caption: format!("What {} sees of {}, {}", facts.sender, facts.receiver, facts.when),
        heads: ["kind", "what", "told"].map(str::to_owned).to_vec(),
        rows,
        source: "networks.csv",
    }
}
