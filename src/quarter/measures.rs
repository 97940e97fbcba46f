//! Measures: blocs, fragmentation and modularity of the alliance, and the rows of every table.
pub mod communities;
mod flow;
pub mod graph;
mod ledger;
pub mod pairs;
mod state;
mod year;

use crate::world::tally::{QuarterCounts, Tally};
use crate::world::ties::ReadableShare;
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
    mut tally: ResMut<Tally>,
    mut ledger: ResMut<Ledger>,
) {
    let ledger = &mut *ledger;
    let changes = state.update_flows(ledger);
    state.update_readings(&mut reading, &tally.expected, ledger);
    ledger.update_structure(changes, state.setting.nations, state.setting.model.free_share);
    ledger.history.metrics.push(state.metrics(&ledger.structure, &tally.quarter));
    tally.quarter = QuarterCounts::default();
    if state.clock.0.ends_year() || state.clock.0 == state.setting.end {
        year::record(&state, &entities, &tally, ledger);
        tally.new_year();
    }
}
