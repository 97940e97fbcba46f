//! The storyline figure: one line per nation; lines of one bloc run close together; events are named above them.
mod events;
mod layout;

use super::figure::{Figure, HtmlTable};
use super::nations::{NationLabel, NationStatistics};
use super::numbers::{count, join_names};
use super::svg::axis::{Scale, years};
use super::svg::labels::place_labels;
use super::svg::{Anchor, Canvas, ShapeStyle, TEXT, TextStyle, WIDTH, colour};
use events::EventLabels;
use layout::StorylineLayout;
use noforn::scenario::Scenario;
use std::collections::BTreeMap;

/// Least vertical distance of two labels.
const GAP: f64 = 13.0;
/// Width for the names, at the left and at the right.
const NAMES: f64 = 164.0;

/// Makes the figure of the first run of a variant.
pub fn figure(scenario: &Scenario, statistics: &NationStatistics, nations: &[NationLabel], id: &str) -> Figure {
    // If there are few nations, their lines get more space.
    let spacing = (260.0 / nations.len() as f64).clamp(GAP, 2.6 * GAP);
    let layout = StorylineLayout::new(statistics, spacing);
    let finding = finding(scenario, statistics);
    let how_to_read = "Lines that run close together are nations in one bloc at the end of that year: an average pair of \
                   them sees at least half of the same picture. A line alone is a nation whose picture nobody else shares. The black line \
                   is the hub; dashed lines leave the bloc they began in. The first run is drawn.";
    Figure {
        id: id.to_owned(),
        description: format!(
            "A line for each of {} from {} to {}. {finding}",
            count(nations.len(), "nation"),
            statistics.years[0],
            statistics.years[statistics.years.len() - 1]
        ),
        drawings: vec![draw(scenario, statistics, nations, &layout, &finding)],
        tables: vec![number_table(statistics, nations)],
        finding,
        how_to_read: how_to_read.to_owned(),
    }
}

/// What the storyline of a variant shows, as a sentence without a full stop: the number of blocs, and with how many nations
/// the hub is in one.
pub fn finding(scenario: &Scenario, statistics: &NationStatistics) -> String {
    let last = statistics.years.len() - 1;
    let hub = scenario.hub().index();
    let with = |year: usize| company(statistics, year, hub);
    let fewest = (0..=last).rev().min_by_key(|year| with(*year)).unwrap_or(0);
    let mut moments = vec![0, fewest, last];
    moments.dedup();
    let texts: Vec<String> = moments
        .into_iter()
        .map(|year| match with(year) {
            0 => format!("alone at the end of {}", statistics.years[year]),
            others => format!("with {} at the end of {}", count(others, "other nation"), statistics.years[year]),
        })
        .collect();
    let blocs = |year: usize| count(bloc_count(statistics, year), "bloc");
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    format!(
        "In {}, {} is {}; {} at the start, {} at the end",
        scenario.variant,
        scenario.hub_name(),
        join_names(&texts, 3),
        blocs(0),
        blocs(last)
    )
}

/// Number of other nations in a nation's bloc at a year's end.
fn company(statistics: &NationStatistics, year: usize, nation: usize) -> usize {
    let blocs = statistics.blocs_of(year);
    blocs.iter().filter(|bloc| **bloc == blocs[nation]).count() - 1
}

/// Number of blocs at a year's end.
fn bloc_count(statistics: &NationStatistics, year: usize) -> usize {
    let mut blocs = statistics.blocs_of(year).to_vec();
    blocs.sort_unstable();
    blocs.dedup();
    blocs.len()
}

fn draw(
    scenario: &Scenario,
    statistics: &NationStatistics,
    nations: &[NationLabel],
    layout: &StorylineLayout,
    finding: &str,
) -> Canvas {
    let (left, right) = (NAMES, WIDTH - NAMES);
    let years = &statistics.years;
    let (first, last) = (f64::from(years[0]), f64::from(years[years.len() - 1]));
    // The state at the end of a year is drawn at the start of the next year.
    let x = Scale::new((first, last + 1.0), (left, right));
    let events = EventLabels::new(scenario, &x);
    let top = events.height + 34.0;
    let height = layout.height;
    let mut canvas = Canvas::new(WIDTH, top + height + 16.0, finding);
    draw_year_grid(&mut canvas, &x, years, (top, top + height));
    events.draw(&mut canvas, (top - 22.0, top + height));
    let movers: Vec<bool> = (0..nations.len()).map(|nation| moves(statistics, nation)).collect();
    // The vertical places of all lines, by year, then nation.
    let places: Vec<Vec<f64>> =
        layout.places.iter().map(|places| places.iter().map(|place| top + place).collect()).collect();
    let hub = scenario.hub().index();
    // Lines that change blocs are drawn over the others, the hub's last.
    let mut order: Vec<usize> = (0..nations.len()).collect();
    order.sort_by_key(|nation| (*nation == hub, movers[*nation]));
    for nation in order {
        let line: Vec<f64> = places.iter().map(|places| places[nation]).collect();
        let in_largest = statistics.blocs_of(0)[nation] == statistics.largest_bloc(0);
        let style = match (movers[nation], in_largest) {
            _ if nation == hub => ShapeStyle::line(colour::BLACK, 3.4),
            (true, _) => ShapeStyle::line(colour::VERMILLION, 2.2).dashed("6 2.5"),
            (false, true) => ShapeStyle::line(colour::BLUE, 1.8),
            (false, false) => ShapeStyle::line("#8a8a8a", 1.3),
        };
        canvas.path(&line_path(&line, years, &x), style);
    }
    for (at, side) in [(&places[0], Anchor::End), (&places[years.len() - 1], Anchor::Start)] {
        draw_name_labels(&mut canvas, nations, (&movers, hub), at, side, (left, right), (top, top + height));
    }
    canvas
}

/// True if a nation leaves the bloc it began in, at the end of any later year. A bloc goes on in the one that holds most of
/// its first members, if it is also the one from which most members of that come: its name may change when one leaves.
fn moves(statistics: &NationStatistics, nation: usize) -> bool {
    let first = statistics.blocs_of(0);
    (1..statistics.years.len()).any(|year| {
        let now = statistics.blocs_of(year);
        most_frequent(first, now, first[nation]) != now[nation]
            || most_frequent(now, first, now[nation]) != first[nation]
    })
}

/// The bloc in `to` of most nations whose bloc in `from` is `bloc`; of equals the first.
fn most_frequent(from: &[usize], to: &[usize], bloc: usize) -> usize {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    from.iter().zip(to).filter(|(from, _)| **from == bloc).for_each(|(_, to)| *counts.entry(*to).or_default() += 1);
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(usize::MAX, |(bloc, _)| bloc)
}

fn draw_year_grid(canvas: &mut Canvas, x: &Scale, all: &[u32], (top, bottom): (f64, f64)) {
    for year in years(all[0], all[all.len() - 1] + 1, 12) {
        let at = x.at(f64::from(year));
        canvas.line((at, top - 18.0), (at, bottom), ShapeStyle::line(colour::RULE, 0.7));
        canvas.text(
            (at, top - 8.0),
            &year.to_string(),
            TextStyle::plain().anchored(Anchor::Middle).fill(colour::GREY).size(11.0),
        );
    }
}

/// The line of a nation as path commands. It keeps its place for a third of a year, then moves to that of the year's
/// end.
fn line_path(places: &[f64], years: &[u32], x: &Scale) -> String {
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

fn draw_name_labels(
    canvas: &mut Canvas,
    nations: &[NationLabel],
    (movers, hub): (&[bool], usize),
    wanted: &[f64],
    side: Anchor,
    (left, right): (f64, f64),
    (top, bottom): (f64, f64),
) {
    let places = place_labels(wanted, GAP, top + GAP / 2.0, bottom - GAP / 2.0);
    let (edge, text, step) = match side {
        Anchor::End => (left, left - 34.0, -1.0),
        _ => (right, right + 34.0, 1.0),
    };
    for (nation, name) in nations.iter().enumerate() {
        let points = [
            (edge, wanted[nation]),
            (edge + step * 6.0, wanted[nation]),
            (edge + step * 28.0, places[nation]),
            (edge + step * 31.0, places[nation]),
        ];
        canvas.polyline(&points, ShapeStyle::line("#b5b5b5", 0.6));
        let style = TextStyle::plain().anchored(side).size(11.0);
        let style = match nation {
            _ if nation == hub => style.bold(),
            _ if movers[nation] => style.bold().fill(colour::RUST),
            _ => style,
        };
        canvas.short_text((text, places[nation] + TEXT / 2.0 - 2.0), &name.name, NAMES - 36.0, style);
    }
}

fn number_table(statistics: &NationStatistics, nations: &[NationLabel]) -> HtmlTable {
    let heads = ["nation".to_owned()].into_iter().chain(statistics.years.iter().map(u32::to_string));
    let heads = heads.chain([format!("in the largest bloc at the end, of {} runs", statistics.runs)]).collect();
    let last = (statistics.years.len() - 1) * statistics.nations;
    let mut rows = Vec::new();
    for (rank, nation) in nations.iter().enumerate() {
        let mut row = vec![nation.name.clone()];
        for year in 0..statistics.years.len() {
            let named_after = nations.get(statistics.blocs_of(year)[rank]);
            row.push(named_after.map_or(String::new(), |nation| nation.iso3.clone()));
        }
        row.push(statistics.in_largest_bloc[last + rank].to_string());
        rows.push(row);
    }
    HtmlTable {
        caption: "The bloc of each nation at the end of each year (named after its member with the greatest intelligence), first run"
            .to_owned(),
        heads,
        rows,
        source: "nations.csv",
    }
}
