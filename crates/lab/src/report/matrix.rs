//! Who still shares with whom: the levels of all ordered pairs at the start, at the worst, and at the end.
mod order;

use super::census::{Census, Nation};
use super::numbers::{count, percent};
use super::pairs::{Level, Picture as Pairs};
use super::picture::{Numbers, Picture};
use super::svg::{Anchor, Canvas, Look, Type, WIDTH, colour, number};
use noforn::scenario::Scenario;
use noforn::world::levels::Level as Word;
use order::order;

/// Fills by rank, darker the more sensitive.
const FILLS: [&str; 5] = ["#cfe1ef", "#93bddb", "#4f91c1", "#1f639c", "#0a2f52"];
/// Sides of the mark by rank, in parts of a cell.
const SIDES: [f64; 5] = [0.45, 0.58, 0.71, 0.85, 1.0];
/// Height of the codes.
const CODE: f64 = 9.5;
/// Width of a code.
const CODE_WIDTH: f64 = 27.0;

/// The matrices of a variant and how they were come by.
#[derive(Clone, Debug)]
pub struct Shown {
    /// At the start, at the worst, at the end: what each is called.
    pub times: Vec<(String, Pairs)>,
    /// How the worst was chosen, in a sentence.
    pub chosen: String,
}

/// Draws the matrices of the first run of a variant.
pub fn picture(scenario: &Scenario, nations: &[Nation], census: Option<&Census>, shown: &Shown, id: &str) -> Picture {
    let order = order(nations.len(), census, scenario);
    let finding = finding(&scenario.variant, shown);
    let reading = format!(
        "Rows send, columns receive; nations are ordered by the bloc they are in at the start. The darker and larger the \
         square, the more sensitive what is shared; an empty cell shares nothing. A square in vermillion with a slash \
         shares less than at the start. {}",
        shown.chosen
    );
    let drawings = shown
        .times
        .iter()
        .map(|(name, pairs)| drawn(nations, census, &order, (name, pairs), &shown.times[0].1))
        .collect();
    let description = format!(
        "{} matrices of {} by {} nations: {}. {finding}",
        shown.times.len(),
        nations.len(),
        nations.len(),
        shown.times.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
    );
    Picture {
        id: id.to_owned(),
        finding,
        reading,
        description,
        drawings,
        numbers: vec![levels(shown), fallen(nations, shown)],
    }
}

/// What the matrices of a variant show.
pub fn finding(variant: &str, shown: &Shown) -> String {
    let (Some((_, start)), Some((_, end))) = (shown.times.first(), shown.times.last()) else {
        return format!("In {variant}, nothing is known of who shares with whom");
    };
    let worst = &shown.times[shown.times.len() / 2];
    let part = |pairs: &Pairs| pairs.below(start) as f64 / start.sharing().max(1) as f64;
    match (worst.1.below(start), end.below(start)) {
        (0, 0) => format!(
            "In {variant}, every pair still shares what it shared at the start ({} of them share)",
            start.sharing()
        ),
        (bad, now) => format!(
            "In {variant}, {} of the {} that share at the start share less at worst ({}), {now} at the end",
            bad,
            count(start.sharing(), "ordered pair"),
            percent(part(&worst.1)),
        ),
    }
}

fn drawn(
    nations: &[Nation],
    census: Option<&Census>,
    order: &[usize],
    (name, pairs): (&str, &Pairs),
    start: &Pairs,
) -> Canvas {
    let n = nations.len();
    let most = (WIDTH - 60.0) / (n as f64 + 3.0);
    let cell = most.min(34.0);
    // Codes stand in as many columns side by side as it takes for them not to touch.
    let columns = (CODE / cell).ceil().max(1.0);
    let margin = columns * CODE_WIDTH + 10.0;
    let cell = cell.min((WIDTH - margin - 8.0) / n as f64);
    let side = cell * n as f64;
    let (left, top) = (margin, 46.0 + margin - 8.0);
    let mut canvas = Canvas::new(WIDTH, top + side + 12.0, name);
    canvas.text((0.0, 14.0), name, Type::plain().bold());
    legend(&mut canvas, 34.0);
    codes(&mut canvas, nations, order, (left, top), cell, columns);
    blocs(&mut canvas, census, order, (left, top), cell);
    let mut paths: Vec<String> = vec![String::new(); FILLS.len()];
    let (mut less, mut slashes) = (String::new(), String::new());
    for (row, from) in order.iter().enumerate() {
        for (column, to) in order.iter().enumerate().filter(|(_, to)| *to != from) {
            let (now, then) = (pairs.levels[from * n + to], start.levels[from * n + to]);
            let (x, y) = (left + column as f64 * cell, top + row as f64 * cell);
            if now < then {
                // As large as what was lost; the slash tells it from the others without colour.
                let (square, slash) = lost(now, (x, y), cell);
                less += &square;
                slashes += &slash;
            } else if let Some(rank) = now {
                paths[rank as usize] += &square((x, y), cell, SIDES[rank as usize]);
            }
        }
        canvas_diagonal(&mut slashes, (left, top), row, cell);
    }
    for (path, fill) in paths.iter().zip(FILLS) {
        canvas.path(path, Look::area(fill));
    }
    canvas.path(&less, Look::area(colour::VERMILLION));
    canvas.path(&slashes, Look::line(colour::BLACK, (cell * 0.09).clamp(0.3, 1.2)));
    canvas.rectangle((left, top), (side, side), Look::line("#8a8a8a", 0.8));
    canvas
}

/// The diagonal has no pair: a small dot keeps rows and columns together.
fn canvas_diagonal(path: &mut String, (left, top): (f64, f64), at: usize, cell: f64) {
    let middle = (at as f64 + 0.5) * cell;
    let (x, y) = (number(left + middle - cell * 0.12), number(top + middle));
    *path += &format!("M{x} {y}h{}", number(cell * 0.24));
}

fn square((x, y): (f64, f64), cell: f64, part: f64) -> String {
    // Small cells touch: what is left between them would only grey the picture.
    let side = if cell < 6.0 { cell } else { (cell - 0.6) * part };
    let off = (cell - side) / 2.0;
    let side = number(side);
    format!("M{} {}h{side}v{side}h-{side}z", number(x + off), number(y + off))
}

fn lost(now: Level, (x, y): (f64, f64), cell: f64) -> (String, String) {
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

fn legend(canvas: &mut Canvas, y: f64) {
    let mut x = 0.0;
    for ((word, fill), part) in Word::ALL.iter().zip(FILLS).zip(SIDES) {
        let side = 11.0 * part;
        canvas.rectangle((x + (11.0 - side) / 2.0, y - 9.0 + (11.0 - side) / 2.0), (side, side), Look::area(fill));
        let text = word.as_str().replace('_', " ");
        canvas.text((x + 16.0, y), &text, Type::plain().size(11.0));
        x += 28.0 + super::svg::text_width(&text, 11.0);
    }
    canvas.rectangle((x, y - 9.0), (11.0, 11.0), Look::area(colour::VERMILLION));
    canvas.line((x + 1.0, y + 1.0), (x + 10.0, y - 8.0), Look::line(colour::BLACK, 1.2));
    canvas.text((x + 16.0, y), "less than at the start (as large as what is left)", Type::plain().size(11.0));
}

fn codes(canvas: &mut Canvas, nations: &[Nation], order: &[usize], (left, top): (f64, f64), cell: f64, columns: f64) {
    let kind = Type::plain().size(CODE);
    for (rank, nation) in order.iter().enumerate() {
        let column = (rank as f64) % columns;
        let middle = (rank as f64 + 0.5) * cell;
        let off = 4.0 + column * CODE_WIDTH;
        let code = &nations[*nation].iso3;
        if column > 0.0 {
            let look = Look::line("#c2c2c2", 0.4);
            canvas.line((left - off + 1.0, top + middle), (left - 1.0, top + middle), look);
            canvas.line((left + middle, top - off + 1.0), (left + middle, top - 1.0), look);
        }
        canvas.text((left - off, top + middle + CODE * 0.35), code, kind.at(Anchor::End));
        canvas.upright((left + middle + CODE * 0.35, top - off), code, kind);
    }
}

/// Lines between blocs of more than one nation, as they stand in the first year.
fn blocs(canvas: &mut Canvas, census: Option<&Census>, order: &[usize], (left, top): (f64, f64), cell: f64) {
    let Some(census) = census else { return };
    let blocs = census.blocs_of(0);
    let side = cell * order.len() as f64;
    for rank in 1..order.len() {
        if blocs[order[rank]] != blocs[order[rank - 1]] {
            let at = rank as f64 * cell;
            let look = Look::line("#dcdcdc", 0.5);
            canvas.line((left, top + at), (left + side, top + at), look);
            canvas.line((left + at, top), (left + at, top + side), look);
        }
    }
}

fn levels(shown: &Shown) -> Numbers {
    let row = |name: &str, is: &dyn Fn(Level) -> bool| {
        let mut row = vec![name.to_owned()];
        row.extend(shown.times.iter().map(|(_, pairs)| {
            let n = pairs.levels.len().isqrt();
            let own = if is(None) { n } else { 0 };
            (pairs.levels.iter().filter(|level| is(**level)).count() - own).to_string()
        }));
        row
    };
    let mut rows: Vec<Vec<String>> = Word::ALL
        .iter()
        .enumerate()
        .map(|(rank, word)| row(&word.as_str().replace('_', " "), &|level| level.map(usize::from) == Some(rank)))
        .collect();
    rows.push(row("nothing", &|level| level.is_none()));
    let mut heads = vec!["highest level shared".to_owned()];
    heads.extend(shown.times.iter().map(|(name, _)| name.clone()));
    Numbers { caption: "Ordered pairs by the highest level they share".to_owned(), heads, rows, source: "dyads.csv" }
}

fn fallen(nations: &[Nation], shown: &Shown) -> Numbers {
    let n = nations.len();
    let word =
        |level: Level| level.map_or("nothing".to_owned(), |rank| Word::ALL[rank as usize].as_str().replace('_', " "));
    let start = &shown.times[0].1;
    let mut rows = Vec::new();
    for cell in 0..n * n {
        if shown.times.iter().any(|(_, pairs)| pairs.levels[cell] < start.levels[cell]) {
            let mut row = vec![format!("{} to {}", nations[cell / n].name, nations[cell % n].name)];
            row.extend(shown.times.iter().map(|(_, pairs)| word(pairs.levels[cell])));
            let ruled = shown.times.iter().any(|(_, pairs)| pairs.ruled[cell]);
            row.push(if ruled { "a rule" } else { "trust, clearance or agreement" }.to_owned());
            rows.push(row);
        }
    }
    let mut heads = vec!["sender to receiver".to_owned()];
    heads.extend(shown.times.iter().map(|(name, _)| name.clone()));
    heads.push("because of".to_owned());
    Numbers {
        caption: "Pairs that share less at some time than at the start".to_owned(),
        heads,
        rows,
        source: "dyads.csv",
    }
}
