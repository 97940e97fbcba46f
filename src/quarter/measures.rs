//! Measures: what is recorded of a quarter: blocs, how far the alliance has come apart, and the rows of every table.
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
pub use state::State;
use year::Standings;
pub use year::decision_id;

/// Measures the quarter, records it, and begins new counts.
pub fn measures(
    state: State,
    standings: Standings,
    mut reading: ResMut<ReadableShare>,
    mut tally: ResMut<Tally>,
    mut ledger: ResMut<Ledger>,
) {
    let ledger = &mut *ledger;
    let change = state.flows(ledger);
    state.readings(&mut reading, &tally.expected, ledger);
    ledger.restructure(change, state.setting.nations, state.setting.model.free_share);
    ledger.history.metrics.push(state.metrics(&ledger.structure, &tally.quarter));
    tally.quarter = QuarterCounts::default();
    if state.clock.0.ends_year() || state.clock.0 == state.setting.end {
        year::record(&state, &standings, &tally, ledger);
        tally.new_year();
    }
}
