//! The sharing matrices: the levels that all ordered pairs share at the start, at the worst time and at the end.
mod order;

use super::dyads::{SharedLevel, SharingMatrix};
use super::figure::{Figure, HtmlTable};
use super::nations::{NationLabel, NationStatistics};
use super::numbers::{count, percent};
use super::svg::{Anchor, Canvas, ShapeStyle, TextStyle, WIDTH, colour, number};
use noforn::scenario::Scenario;
use noforn::world::levels::Level;
use order::order;

/// Fills by rank of the level: the more sensitive, the darker.
const FILLS: [&str; 5] = ["#cfe1ef", "#93bddb", "#4f91c1", "#1f639c", "#0a2f52"];
/// Sides of the square by rank of the level, as parts of the cell.
const SIDES: [f64; 5] = [0.45, 0.58, 0.71, 0.85, 1.0];
/// Text size of the codes.
const CODE: f64 = 9.5;
/// Width of a code.
const CODE_WIDTH: f64 = 27.0;

/// The matrices of a variant, and how they were selected.
#[derive(Clone, Debug)]
pub struct SharingSnapshots {
    /// The matrices at the start, at the worst time and at the end, each with its title.
    pub matrices: Vec<(String, SharingMatrix)>,
    /// How the worst time was selected, in a sentence.
    pub selection_note: String,
}

/// Makes the figure of the first run of a variant.
pub fn figure(
    scenario: &Scenario,
    nations: &[NationLabel],
    statistics: Option<&NationStatistics>,
    snapshots: &SharingSnapshots,
    id: &str,
) -> Figure {
    let order = order(nations.len(), statistics, scenario);
    let finding = finding(&scenario.variant, snapshots);
    let how_to_read = format!(
        "Rows send, columns receive; nations are ordered by the bloc they are in at the start. The darker and larger the \
         square, the more sensitive what is shared; an empty cell shares nothing. A square in vermillion with a slash \
         shares less than at the start. {}",
        snapshots.selection_note
    );
    let drawings = snapshots
        .matrices
        .iter()
        .map(|(name, pairs)| draw(nations, statistics, &order, (name, pairs), &snapshots.matrices[0].1))
        .collect();
    let description = format!(
        "{} matrices of {} by {} nations: {}. {finding}",
        snapshots.matrices.len(),
        nations.len(),
        nations.len(),
        snapshots.matrices.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    );
    Figure {
        id: id.to_owned(),
        finding,
        how_to_read,
        description,
        drawings,
        tables: vec![levels_table(snapshots), reduced_pairs_table(nations, snapshots)],
    }
}

/// What the matrices of a variant show, as a sentence without a full stop.
pub fn finding(variant: &str, snapshots: &SharingSnapshots) -> String {
    let (Some((_, start)), Some((_, end))) = (snapshots.matrices.first(), snapshots.matrices.last()) else {
        return format!("In {variant}, nothing is known of who shares with whom");
    };
    let worst = &snapshots.matrices[snapshots.matrices.len() / 2];
    let reduced_share = worst.1.reduced_count(start) as f64 / start.sharing_count().max(1) as f64;
    match (worst.1.reduced_count(start), end.reduced_count(start)) {
        (0, 0) => format!(
            "In {variant}, every pair still shares what it shared at the start ({} of them share)",
            start.sharing_count()
        ),
        (bad, now) => format!(
            "In {variant}, {} of the {} that share at the start share less at worst ({}), {now} at the end",
            bad,
            count(start.sharing_count(), "ordered pair"),
            percent(reduced_share),
        ),
    }
}

fn draw(
    nations: &[NationLabel],
    statistics: Option<&NationStatistics>,
    order: &[usize],
    (name, pairs): (&str, &SharingMatrix),
    start: &SharingMatrix,
) -> Canvas {
    let n = nations.len();
    let most = (WIDTH - 60.0) / (n as f64 + 3.0);
    let cell = most.min(34.0);
    // In a narrow cell the codes alternate between several columns, so that they do not overlap.
    let columns = (CODE / cell).ceil().max(1.0);
    let margin = columns * CODE_WIDTH + 10.0;
    let cell = cell.min((WIDTH - margin - 8.0) / n as f64);
    let side = cell * n as f64;
    let (left, top) = (margin, 46.0 + margin - 8.0);
    let mut canvas = Canvas::new(WIDTH, top + side + 12.0, name);
    canvas.text((0.0, 14.0), name, TextStyle::plain().bold());
    draw_legend(&mut canvas, 34.0);
    draw_codes(&mut canvas, nations, order, (left, top), cell, columns);
    draw_bloc_lines(&mut canvas, statistics, order, (left, top), cell);
    let mut paths: Vec<String> = vec![String::new(); FILLS.len()];
    let (mut less, mut slashes) = (String::new(), String::new());
    for (row, from) in order.iter().enumerate() {
        for (column, to) in order.iter().enumerate().filter(|(_, to)| *to != from) {
            let (now, then) = (pairs.levels[from * n + to], start.levels[from * n + to]);
            let (x, y) = (left + column as f64 * cell, top + row as f64 * cell);
            if now < then {
                // The size shows what is still shared; the slash marks the loss without colour.
                let (square, slash) = reduced_mark(now, (x, y), cell);
                less += &square;
                slashes += &slash;
            } else if let Some(rank) = now {
                paths[rank as usize] += &square((x, y), cell, SIDES[rank as usize]);
            }
        }
        diagonal_mark(&mut slashes, (left, top), row, cell);
    }
    for (path, fill) in paths.iter().zip(FILLS) {
        canvas.path(path, ShapeStyle::area(fill));
    }
    canvas.path(&less, ShapeStyle::area(colour::VERMILLION));
    canvas.path(&slashes, ShapeStyle::line(colour::BLACK, (cell * 0.09).clamp(0.3, 1.2)));
    canvas.rectangle((left, top), (side, side), ShapeStyle::line("#8a8a8a", 0.8));
    canvas
}

/// Draws a short dash in the diagonal cell. It holds no pair; the dash helps to follow rows and columns.
fn diagonal_mark(path: &mut String, (left, top): (f64, f64), at: usize, cell: f64) {
    let middle = (at as f64 + 0.5) * cell;
    let (x, y) = (number(left + middle - cell * 0.12), number(top + middle));
    *path += &format!("M{x} {y}h{}", number(cell * 0.24));
}

fn square((x, y): (f64, f64), cell: f64, part: f64) -> String {
    // Small cells get no gap, because many narrow gaps would look grey.
    let side = if cell < 6.0 { cell } else { (cell - 0.6) * part };
    let off = (cell - side) / 2.0;
    let side = number(side);
    format!("M{} {}h{side}v{side}h-{side}z", number(x + off), number(y + off))
}

/// The square and the slash of a pair that shares less than at the start, as path commands.
fn reduced_mark(now: SharedLevel, (x, y): (f64, f64), cell: f64) -> (String, String) {
    let part = now.map_or(0.34, |rank| SIDES[rank as usize]);
    let square = square((x, y), cell, part);
    let slash = format!(
        "M{} {}L{} {}",
        number(x + cell * 0.12),
        number(y + cell * 0.88),
        number(x + cell * 0.88),
        number(y + cell * 0.12)
    );
    (square, slash)
}

fn draw_legend(canvas: &mut Canvas, y: f64) {
    let mut x = 0.0;
    for ((word, fill), part) in Level::ALL.iter().zip(FILLS).zip(SIDES) {
        let side = 11.0 * part;
        canvas.rectangle(
            (x + (11.0 - side) / 2.0, y - 9.0 + (11.0 - side) / 2.0),
            (side, side),
            ShapeStyle::area(fill),
        );
        let text = word.as_str().replace('_', " ");
        canvas.text((x + 16.0, y), &text, TextStyle::plain().size(11.0));
        x += 28.0 + super::svg::text_width(&text, 11.0);
    }
    canvas.rectangle((x, y - 9.0), (11.0, 11.0), ShapeStyle::area(colour::VERMILLION));
    canvas.line((x + 1.0, y + 1.0), (x + 10.0, y - 8.0), ShapeStyle::line(colour::BLACK, 1.2));
    canvas.text((x + 16.0, y), "less than at the start (as large as what is left)", TextStyle::plain().size(11.0));
}

fn draw_codes(
    canvas: &mut Canvas,
    nations: &[NationLabel],
    order: &[usize],
    (left, top): (f64, f64),
    cell: f64,
    columns: f64,
) {
    let style = TextStyle::plain().size(CODE);
    for (rank, nation) in order.iter().enumerate() {
        let column = (rank as f64) % columns;
        let middle = (rank as f64 + 0.5) * cell;
        let off = 4.0 + column * CODE_WIDTH;
        let code = &nations[*nation].iso3;
        if column > 0.0 {
            let style = ShapeStyle::line("#c2c2c2", 0.4);
            canvas.line((left - off + 1.0, top + middle), (left - 1.0, top + middle), style);
            canvas.line((left + middle, top - off + 1.0), (left + middle, top - 1.0), style);
        }
        canvas.text((left - off, top + middle + CODE * 0.35), code, style.anchored(Anchor::End));
        canvas.vertical_text((left + middle + CODE * 0.35, top - off), code, style);
    }
}

/// Draws lines between the blocs at the end of the first year.
fn draw_bloc_lines(
    canvas: &mut Canvas,
    statistics: Option<&NationStatistics>,
    order: &[usize],
    (left, top): (f64, f64),
    cell: f64,
) {
    let Some(statistics) = statistics else { return };
    let blocs = statistics.blocs_of(0);
    let side = cell * order.len() as f64;
    for rank in 1..order.len() {
        if blocs[order[rank]] != blocs[order[rank - 1]] {
            let at = rank as f64 * cell;
            let style = ShapeStyle::line("#dcdcdc", 0.5);
            canvas.line((left, top + at), (left + side, top + at), style);
            canvas.line((left + at, top), (left + at, top + side), style);
        }
    }
}

fn levels_table(snapshots: &SharingSnapshots) -> HtmlTable {
    let levels = (0_u8..).take(Level::ALL.len()).map(Some).chain([None]);
    let rows = levels.map(|level| {
        let counts = snapshots.matrices.iter().map(|(_, pairs)| count_level(pairs, level).to_string());
        std::iter::once(level_name(level)).chain(counts).collect()
    });
    let rows = rows.collect();
    let mut heads = vec!["highest level shared".to_owned()];
    heads.extend(snapshots.matrices.iter().map(|(name, _)| name.clone()));
    HtmlTable { caption: "Ordered pairs by the highest level they share".to_owned(), heads, rows, source: "dyads.csv" }
}

/// Number of ordered pairs that share exactly this level.
fn count_level(pairs: &SharingMatrix, level: SharedLevel) -> usize {
    // The diagonal holds no pair, and its cells share nothing.
    let diagonal = if level.is_none() { pairs.levels.len().isqrt() } else { 0 };
    pairs.levels.iter().filter(|shared| **shared == level).count() - diagonal
}

fn level_name(level: SharedLevel) -> String {
    level.map_or("nothing".to_owned(), |rank| Level::ALL[rank as usize].as_str().replace('_', " "))
}

fn reduced_pairs_table(nations: &[NationLabel], snapshots: &SharingSnapshots) -> HtmlTable {
    let n = nations.len();
    let start = &snapshots.matrices[0].1;
    let mut rows = Vec::new();
    for cell in 0..n * n {
        if snapshots.matrices.iter().any(|(_, pairs)| pairs.levels[cell] < start.levels[cell]) {
            let mut row = vec![format!("{} to {}", nations[cell / n].name, nations[cell % n].name)];
            row.extend(snapshots.matrices.iter().map(|(_, pairs)| level_name(pairs.levels[cell])));
            let ruled = snapshots.matrices.iter().any(|(_, pairs)| pairs.ruled[cell]);
            row.push(if ruled { "a rule" } else { "trust, clearance or agreement" }.to_owned());
            rows.push(row);
        }
    }
    let mut heads = vec!["sender to receiver".to_owned()];
    heads.extend(snapshots.matrices.iter().map(|(name, _)| name.clone()));
    heads.push("because of".to_owned());
    HtmlTable {
        caption: "Pairs that share less at some time than at the start".to_owned(),
        heads,
        rows,
        source: "dyads.csv",
    }
}
