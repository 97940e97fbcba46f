//! Measures: blocs and pictures of the alliance, what the hub sends and gets, and the rows of every table.
mod flow;
pub mod graph;
mod ledger;
mod levels_kept;
pub mod linkage;
pub mod pairs;
pub mod pictures;
mod stance_distance;
mod state;
mod year;

use crate::world::tally::{QuarterCounts, Tally};
use crate::world::ties::{Giving, ReadableShare};
use bevy_ecs::prelude::*;
pub use ledger::{Ledger, reset};
pub use state::MeasuredState;
use year::RecordedEntities;
pub use year::decision_id;

/// Measures the quarter, adds its rows to the ledger, and sets the counts of the quarter (and of an ended year) to
/// zero.
pub fn measures(
    state: MeasuredState,
    entities: RecordedEntities,
    mut reading: ResMut<ReadableShare>,
    mut giving: ResMut<Giving>,
    mut tally: ResMut<Tally>,
    mut ledger: ResMut<Ledger>,
) {
    let ledger = &mut *ledger;
    if ledger.output.mean.is_empty() {
        ledger.output = entities.output(&state.setting.model);
        ledger.baseline = state.baseline(&giving, &tally.expected, &ledger.output);
    }
    let freedom_changed = state.update_flows(&mut giving, ledger);
    state.update_readings(&mut reading, &tally.expected, ledger);
    state.update_pictures(&tally.expected, ledger);
    ledger.update_structure(freedom_changed, &state.setting.model);
    let row = state.metrics(ledger, &tally.quarter);
    ledger.history.metrics.push(row);
    tally.quarter = QuarterCounts::default();
    if state.clock.0.ends_year() || state.clock.0 == state.setting.end {
        year::record(&state, &entities, &giving, &tally, ledger);
        tally.new_year();
    }
}
