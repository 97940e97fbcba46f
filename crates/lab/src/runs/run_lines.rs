//! The rows that one run adds to the tables, as CSV text. The worker that made the run also formats it.
use super::table_choice::TableChoice;
use crate::ensemble::{Ensemble, Run};
use crate::tables::catalogue::{self, TABLES};
use crate::tables::csv_lines::{self, CsvLines};
use crate::tables::metrics;
use noforn::history::History;
use noforn::history::row::Row;
use noforn::history::rows::RunRow;

/// CSV lines and metrics of one run.
#[derive(Clone, Debug)]
pub struct RunLines {
    /// Lines by rank of the table in `TABLES`.
    lines: [CsvLines; TABLES.len()],
    /// The metrics, quarter by quarter, rounded as written; NaN where missing.
    pub metrics: Vec<f64>,
}

impl RunLines {
    /// Formats the tables of one run that `choice` records.
    pub fn new(ensemble: &Ensemble, run: Run, history: &History, choice: &TableChoice) -> Self {
        let scenario = &ensemble.variants[run.variant];
        let keys = csv_lines::leading_cells(&[&scenario.name, &scenario.variant, &run.rep.to_string()]);
        let metrics = history.metrics.iter().flat_map(metrics::values).collect();
        let run_lines = RunLines { lines: Default::default(), metrics };
        let mut writer = RowWriter { run_lines, keys: &keys, choice, rep: run.rep };
        writer.write(&[run_row(ensemble, run)]);
        writer.write(&history.metrics);
        writer.write(&history.nations);
        writer.write(&history.dyads);
        writer.write(&history.blocs);
        writer.write(&history.networks);
        writer.write(&history.missions);
        writer.write(&history.decisions);
        writer.write(&history.events);
        writer.run_lines
    }

    /// The lines for a table, by its rank in `TABLES`.
    pub fn lines(&self, rank: usize) -> &CsvLines {
        &self.lines[rank]
    }
}

/// Writes the rows of a run into the tables that record it.
struct RowWriter<'a> {
    run_lines: RunLines,
    /// The cells of `RUN_KEYS`, first in every row.
    keys: &'a str,
    choice: &'a TableChoice,
    rep: u32,
}

impl RowWriter<'_> {
    fn write<R: Row>(&mut self, rows: &[R]) {
        let rank = catalogue::rank::<R>();
        if self.choice.runs(rank).include(self.rep) {
            self.run_lines.lines[rank] = CsvLines::new(self.keys, rows);
        }
    }
}

fn run_row(ensemble: &Ensemble, run: Run) -> RunRow {
    let scenario = &ensemble.variants[run.variant];
    RunRow {
        seed: ensemble.seed(run.variant),
        engine_version: env!("CARGO_PKG_VERSION").into(),
        scenario_sha256: scenario.sha256.as_str().into(),
        start: scenario.start.to_string().into(),
        end: scenario.end.to_string().into(),
        quarters: u32::try_from(scenario.end.since(scenario.start) + 1).expect("a scenario ends after it starts"),
    }
}
