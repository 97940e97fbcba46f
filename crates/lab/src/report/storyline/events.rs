//! Event labels above a storyline: a mark at the time of each event, and its name in a lane where it overlaps no other.
use crate::report::svg::axis::Scale;
use crate::report::svg::labels::assign_lanes;
use crate::report::svg::{Anchor, Canvas, ShapeStyle, TextStyle, WIDTH, colour, fitted, text_width};
use noforn::scenario::Scenario;

/// Greatest number of lanes. Events without a lane get a mark but no name.
const LANES: usize = 18;
/// Height of a lane.
const LANE: f64 = 13.0;
/// Text size of the names.
const SIZE: f64 = 11.0;
/// Greatest width of a name.
const WIDEST: f64 = 190.0;

/// The events of a storyline, with the places of their names.
pub struct EventLabels {
    /// Height of all lanes of names.
    pub height: f64,
    events: Vec<EventMark>,
    hidden: usize,
}

struct EventMark {
    at: f64,
    name: String,
    lane: Option<usize>,
    to_the_left: bool,
}

/// Effects that this figure does not show: stances have their own figure, notes change nothing.
const NOT_SHOWN: [&str; 2] = ["stance", "note"];

impl EventLabels {
    /// Places the events of a scenario; `x` is a scale of years.
    pub fn new(scenario: &Scenario, x: &Scale) -> Self {
        let mut events: Vec<EventMark> = Vec::new();
        for dated in &scenario.timeline {
            let Some(entry) = scenario.file.events.get(&dated.id) else { continue };
            let effect = entry.effect();
            if NOT_SHOWN.contains(&effect) || dated.quarter < scenario.start || dated.quarter > scenario.end {
                continue;
            }
            // In the middle of the quarter, so that the mark does not hide the line of the year.
            let at = x.at((f64::from(dated.quarter.0) + 0.5) / 4.0);
            let words = dated.id.replace('-', " ");
            let whole = format!("{words} ({})", effect.replace('_', " "));
            let name = if text_width(&whole, SIZE) <= WIDEST { whole } else { fitted(&words, SIZE, WIDEST) };
            let to_the_left = at + 8.0 + text_width(&name, SIZE) > WIDTH;
            events.push(EventMark { at, name, lane: None, to_the_left });
        }
        let extents: Vec<(f64, f64)> = events
            .iter()
            .map(|event| {
                let width = text_width(&event.name, SIZE) + 12.0;
                if event.to_the_left { (event.at - width, event.at) } else { (event.at, event.at + width) }
            })
            .collect();
        for (event, lane) in events.iter_mut().zip(assign_lanes(&extents, LANES)) {
            event.lane = lane;
        }
        let used = events.iter().filter_map(|event| event.lane).max().map_or(0, |lane| lane + 1);
        let hidden = events.iter().filter(|event| event.lane.is_none()).count();
        let notes = usize::from(hidden > 0);
        Self { height: (used + notes) as f64 * LANE + 10.0, events, hidden }
    }

    /// Draws the marks at height `foot`, the names above it, and thin lines down to `bottom`.
    pub fn draw(&self, canvas: &mut Canvas, (foot, bottom): (f64, f64)) {
        // The earliest event gets the highest lane, so that no line crosses a name.
        let lanes = self.events.iter().filter_map(|event| event.lane).max().map_or(0, |lane| lane + 1);
        for event in &self.events {
            let height = event.lane.map_or(0.0, |lane| (lanes - lane) as f64 * LANE);
            canvas.line(
                (event.at, foot - height + LANE - 8.0),
                (event.at, bottom),
                ShapeStyle::line("#9a9a9a", 0.6).dashed("1 3"),
            );
            canvas.circle((event.at, foot), 2.6, ShapeStyle::area(colour::BLACK));
        }
        for event in self.events.iter() {
            let Some(lane) = event.lane else { continue };
            let y = foot - (lanes - lane) as f64 * LANE + LANE - 8.0;
            let (x, anchor) =
                if event.to_the_left { (event.at - 4.0, Anchor::End) } else { (event.at + 4.0, Anchor::Start) };
            canvas.text_over((x, y), &event.name, TextStyle::plain().size(SIZE).anchored(anchor));
        }
        if self.hidden > 0 {
            let text = format!("and {} more", crate::report::numbers::count(self.hidden, "event"));
            canvas.text(
                (WIDTH - 4.0, 12.0),
                &text,
                TextStyle::plain().size(SIZE).anchored(Anchor::End).fill(colour::GREY),
            );
        }
    }
}
