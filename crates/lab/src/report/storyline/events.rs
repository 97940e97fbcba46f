//! The events above a storyline: a mark where each falls, and its name in a lane of its own.
use crate::report::svg::axis::Scale;
use crate::report::svg::labels::lanes;
use crate::report::svg::{Anchor, Canvas, Look, Type, WIDTH, colour, fitted, text_width};
use noforn::scenario::Scenario;

/// Lanes there may be; events that find none are only marked.
const MOST: usize = 18;
/// Height of a lane.
const LANE: f64 = 13.0;
/// Height of the names.
const SIZE: f64 = 11.0;
/// Width that a name may take.
const WIDEST: f64 = 190.0;

/// Events and where their names stand.
pub struct Placed {
    /// Height that the names take.
    pub height: f64,
    events: Vec<Event>,
    hidden: usize,
}

struct Event {
    at: f64,
    name: String,
    lane: Option<usize>,
    to_the_left: bool,
}

/// Effects that have a picture of their own, or none.
const ELSEWHERE: [&str; 2] = ["stance", "note"];

/// The events of a scenario on a scale of years.
pub fn placed(scenario: &Scenario, x: &Scale) -> Placed {
    let mut events: Vec<Event> = Vec::new();
    for dated in &scenario.timeline {
        let Some(entry) = scenario.file.events.get(&dated.id) else { continue };
        let effect = entry.effect();
        if ELSEWHERE.contains(&effect) || dated.quarter < scenario.start || dated.quarter > scenario.end {
            continue;
        }
        // A little into its quarter, so that it stands apart from the year's line.
        let at = x.at((f64::from(dated.quarter.0) + 0.5) / 4.0);
        let words = dated.id.replace('-', " ");
        let whole = format!("{words} ({})", effect.replace('_', " "));
        let name = if text_width(&whole, SIZE) <= WIDEST { whole } else { fitted(&words, SIZE, WIDEST) };
        let to_the_left = at + 8.0 + text_width(&name, SIZE) > WIDTH;
        events.push(Event { at, name, lane: None, to_the_left });
    }
    let widths: Vec<(f64, f64)> = events
        .iter()
        .map(|event| {
            let width = text_width(&event.name, SIZE) + 12.0;
            if event.to_the_left { (event.at - width, event.at) } else { (event.at, event.at + width) }
        })
        .collect();
    for (event, lane) in events.iter_mut().zip(lanes(&widths, MOST)) {
        event.lane = lane;
    }
    let used = events.iter().filter_map(|event| event.lane).max().map_or(0, |lane| lane + 1);
    let hidden = events.iter().filter(|event| event.lane.is_none()).count();
    let notes = usize::from(hidden > 0);
    Placed { height: (used + notes) as f64 * LANE + 10.0, events, hidden }
}

impl Placed {
    /// Draws marks at `foot` and names above it; thin lines go down to `bottom`.
    pub fn draw(&self, canvas: &mut Canvas, (foot, bottom): (f64, f64)) {
        // The earliest event takes the highest lane, so that no stem crosses a name.
        let lanes = self.events.iter().filter_map(|event| event.lane).max().map_or(0, |lane| lane + 1);
        for event in &self.events {
            let height = event.lane.map_or(0.0, |lane| (lanes - lane) as f64 * LANE);
            canvas.line(
                (event.at, foot - height + LANE - 8.0),
                (event.at, bottom),
                Look::line("#9a9a9a", 0.6).dashed("1 3"),
            );
            canvas.circle((event.at, foot), 2.6, Look::area(colour::BLACK));
        }
        for event in self.events.iter() {
            let Some(lane) = event.lane else { continue };
            let y = foot - (lanes - lane) as f64 * LANE + LANE - 8.0;
            let (x, anchor) =
                if event.to_the_left { (event.at - 4.0, Anchor::End) } else { (event.at + 4.0, Anchor::Start) };
            canvas.text_over((x, y), &event.name, Type::plain().size(SIZE).at(anchor));
        }
        if self.hidden > 0 {
            let text = format!("and {} more", crate::report::numbers::count(self.hidden, "event"));
            canvas.text((WIDTH - 4.0, 12.0), &text, Type::plain().size(SIZE).at(Anchor::End).fill(colour::GREY));
        }
    }
}
