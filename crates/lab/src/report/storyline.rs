//! The storyline: one line a nation, running together while in one bloc, events on top.
mod course;
mod events;

use super::census::{Census, Nation};
use super::numbers::{count, listed};
use super::picture::{Numbers, Picture};
use super::svg::axis::{Scale, years};
use super::svg::labels::spread;
use super::svg::{Anchor, Canvas, Look, TEXT, Type, WIDTH, colour};
use course::Course;
use noforn::scenario::Scenario;

/// Distance of labels.
const GAP: f64 = 13.0;
/// Room for names at the left and at the right.
const NAMES: f64 = 164.0;

/// Draws the storyline of the first run of a variant.
pub fn picture(scenario: &Scenario, census: &Census, nations: &[Nation], id: &str) -> Picture {
    // Few nations have room to part.
    let name = (260.0 / nations.len() as f64).clamp(GAP, 2.6 * GAP);
    let course = Course::of(census, name);
    let finding = finding(&scenario.variant, census, nations);
    let reading = "Lines that run close together are nations in one bloc at the end of that year: they still share \
                   freely with each other. A line alone is a nation that shares freely with nobody. Dashed lines leave \
                   the bloc they began in. The first run is drawn.";
    Picture {
        id: id.to_owned(),
        description: format!(
            "A line for each of {} from {} to {}. {finding}",
            count(nations.len(), "nation"),
            census.years[0],
            census.years[census.years.len() - 1]
        ),
        drawings: vec![drawn(scenario, census, nations, &course, &finding)],
        numbers: vec![numbers(census, nations)],
        finding,
        reading: reading.to_owned(),
    }
}

/// Nations that are in the largest bloc at the end of the first year and not at the end of a later one.
pub fn left(census: &Census) -> Vec<usize> {
    let last = census.years.len() - 1;
    let (first_core, last_core) = (census.largest(0), census.largest(last));
    let (first, last) = (census.blocs_of(0), census.blocs_of(last));
    (0..census.nations).filter(|nation| first[*nation] == first_core && last[*nation] != last_core).collect()
}

/// How many nations are in another bloc at a later year's end than at the first.
pub fn moved(census: &Census) -> usize {
    (0..census.nations).filter(|nation| moves(census, *nation)).count()
}

/// What the storyline of a variant shows.
pub fn finding(variant: &str, census: &Census, nations: &[Nation]) -> String {
    let last = census.years.len() - 1;
    let size = |year: usize| {
        let most = census.largest(year);
        census.blocs_of(year).iter().filter(|bloc| **bloc == most).count()
    };
    let blocs = |year: usize| {
        let mut blocs = census.blocs_of(year).to_vec();
        blocs.sort_unstable();
        blocs.dedup();
        blocs.len()
    };
    let gone = left(census);
    let names: Vec<&str> = gone.iter().map(|nation| nations[*nation].name.as_str()).collect();
    let moved = moved(census) > 0;
    let (from, to) = (census.years[0], census.years[last]);
    let change = if blocs(0) == blocs(last) {
        format!("{} from {from} to {to}", count(blocs(0), "bloc"))
    } else {
        format!("{} at the end of {from}, {} at the end of {to}", count(blocs(0), "bloc"), blocs(last))
    };
    let peak = (0..=last).rev().max_by_key(|year| blocs(*year)).unwrap_or(0);
    let lead = format!("In {variant},");
    match (names.is_empty(), moved) {
        (false, _) => format!("{lead} {} left the largest bloc: {change}", listed(&names, 4)),
        (true, true) if blocs(0) == blocs(last) && blocs(peak) > blocs(last) => format!(
            "{lead} the alliance comes apart into {} by the end of {} and is together again at the end of {to}",
            count(blocs(peak), "bloc"),
            census.years[peak]
        ),
        (true, true) => format!(
            "{lead} nobody left the largest bloc ({} of {} nations), but ties around it change: {change}",
            size(last),
            census.nations
        ),
        (true, false) => format!(
            "{lead} every nation stays in its bloc: {change}, the largest with {} of {} nations",
            size(last),
            census.nations
        ),
    }
}

fn drawn(scenario: &Scenario, census: &Census, nations: &[Nation], course: &Course, finding: &str) -> Canvas {
    let (left, right) = (NAMES, WIDTH - NAMES);
    let years = &census.years;
    let (first, last) = (f64::from(years[0]), f64::from(years[years.len() - 1]));
    // The state at a year's end lies where the next year begins; the first year is drawn from its start.
    let x = Scale::new((first, last + 1.0), (left, right));
    let events = events::placed(scenario, &x);
    let top = events.height + 34.0;
    let height = course.height;
    let mut canvas = Canvas::new(WIDTH, top + height + 16.0, finding);
    frame(&mut canvas, &x, years, (top, top + height));
    events.draw(&mut canvas, (top - 22.0, top + height));
    let lift = top;
    let movers: Vec<bool> = (0..nations.len()).map(|nation| moves(census, nation)).collect();
    let ends = |at: usize| -> Vec<f64> { (0..nations.len()).map(|nation| lift + course.places[at][nation]).collect() };
    let (begin, end) = (ends(0), ends(years.len() - 1));
    // Those who move are drawn last, over the others.
    for moving in [false, true] {
        for nation in (0..nations.len()).filter(|nation| movers[*nation] == moving) {
            let places: Vec<f64> = (0..years.len()).map(|year| lift + course.places[year][nation]).collect();
            let core = census.blocs_of(0)[nation] == census.largest(0);
            let look = match (moving, core) {
                (true, _) => Look::line(colour::VERMILLION, 2.2).dashed("6 2.5"),
                (false, true) => Look::line(colour::BLUE, 1.8),
                (false, false) => Look::line("#8a8a8a", 1.3),
            };
            canvas.path(&way(&places, years, &x), look);
        }
    }
    for (at, side) in [(&begin, Anchor::End), (&end, Anchor::Start)] {
        names(&mut canvas, nations, &movers, at, side, (left, right), (top, top + height));
    }
    canvas
}

/// Whether a nation is in another bloc at any later year's end than the first year's.
fn moves(census: &Census, nation: usize) -> bool {
    (1..census.years.len()).any(|year| census.blocs_of(year)[nation] != census.blocs_of(0)[nation])
}

fn frame(canvas: &mut Canvas, x: &Scale, all: &[u32], (top, bottom): (f64, f64)) {
    for year in years(all[0], all[all.len() - 1] + 1, 12) {
        let at = x.at(f64::from(year));
        canvas.line((at, top - 18.0), (at, bottom), Look::line(colour::RULE, 0.7));
        canvas.text((at, top - 8.0), &year.to_string(), Type::plain().at(Anchor::Middle).fill(colour::GREY).size(11.0));
    }
}

/// A line that keeps its place for most of a year and changes it before the year's end.
fn way(places: &[f64], years: &[u32], x: &Scale) -> String {
    use super::svg::number as n;
    let mut path = format!("M{} {}", n(x.at(f64::from(years[0]))), n(places[0]));
    for (at, year) in years.iter().enumerate() {
        let (begin, end) = (x.at(f64::from(*year)), x.at(f64::from(*year + 1)));
        let from = places[at.saturating_sub(1)];
        let turn = begin + 0.35 * (end - begin);
        let middle = (turn + end) / 2.0;
        if (from - places[at]).abs() < 0.01 {
            path += &format!("L{} {}", n(end), n(places[at]));
        } else {
            path += &format!(
                "L{} {}C{} {} {} {} {} {}",
                n(turn),
                n(from),
                n(middle),
                n(from),
                n(middle),
                n(places[at]),
                n(end),
                n(places[at])
            );
        }
    }
    path
}

fn names(
    canvas: &mut Canvas,
    nations: &[Nation],
    movers: &[bool],
    wished: &[f64],
    side: Anchor,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
) {
    let places = spread(wished, GAP, top + GAP / 2.0, bottom - GAP / 2.0);
    let (edge, text, step) = match side {
        Anchor::End => (left, left - 34.0, -1.0),
        _ => (right, right + 34.0, 1.0),
    };
    for (nation, name) in nations.iter().enumerate() {
        let points = [
            (edge, wished[nation]),
            (edge + step * 6.0, wished[nation]),
            (edge + step * 28.0, places[nation]),
            (edge + step * 31.0, places[nation]),
        ];
        canvas.polyline(&points, Look::line("#b5b5b5", 0.6));
        let kind = Type::plain().at(side).size(11.0);
        let kind = if movers[nation] { kind.bold().fill(colour::RUST) } else { kind };
        canvas.short_text((text, places[nation] + TEXT / 2.0 - 2.0), &name.name, NAMES - 36.0, kind);
    }
}

fn numbers(census: &Census, nations: &[Nation]) -> Numbers {
    let heads = ["nation".to_owned()].into_iter().chain(census.years.iter().map(u32::to_string));
    let heads = heads.chain([format!("in the largest bloc at the end, of {} runs", census.runs)]).collect();
    let bloc = |year: usize, nation: usize| {
        let bloc = census.blocs_of(year)[nation];
        nations.get(bloc).map_or(String::new(), |named| named.iso3.clone())
    };
    let last = (census.years.len() - 1) * census.nations;
    let row = |nation: usize| {
        let mut row = vec![nations[nation].name.clone()];
        row.extend((0..census.years.len()).map(|year| bloc(year, nation)));
        row.push(census.core[last + nation].to_string());
        row
    };
    Numbers {
        caption: "The bloc of each nation at the end of each year (named after its member with the greatest intelligence), first run"
            .to_owned(),
        heads,
        rows: (0..nations.len()).map(row).collect(),
        source: "nations.csv",
    }
}
