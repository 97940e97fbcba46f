//! What one run adds to the tables, as text; made where the run was made, so that telling costs no waiting.
use super::choice::Choice;
use crate::ensemble::{Ensemble, Run};
use crate::tables::catalogue::{self, TABLES};
use crate::tables::lines::{self, Lines};
use crate::tables::metrics::measures;
use noforn::history::History;
use noforn::history::row::Row;
use noforn::history::rows::RunRow;

/// The text of one run and its numbers.
#[derive(Clone, Debug)]
pub struct Pages {
    /// By rank of the table in `TABLES`.
    lines: [Lines; TABLES.len()],
    /// The metrics, quarter by quarter, as they are written (rounded); NaN where missing.
    pub measures: Vec<f64>,
}

impl Pages {
    /// Tells one run.
    pub fn of(ensemble: &Ensemble, run: Run, history: &History, choice: &Choice) -> Self {
        let scenario = &ensemble.variants[run.variant];
        let lead = lines::lead(&[&scenario.name, &scenario.variant, &run.rep.to_string()]);
        let mut pages =
            Pages { lines: Default::default(), measures: history.metrics.iter().flat_map(measures).collect() };
        let mut tell = Teller { pages: &mut pages, lead: &lead, choice, rep: run.rep };
        tell.rows(&[run_row(ensemble, run)]);
        tell.rows(&history.metrics);
        tell.rows(&history.nations);
        tell.rows(&history.dyads);
        tell.rows(&history.blocs);
        tell.rows(&history.networks);
        tell.rows(&history.missions);
        tell.rows(&history.decisions);
        tell.rows(&history.events);
        pages
    }

    /// The lines for a table.
    pub fn lines(&self, rank: usize) -> &Lines {
        &self.lines[rank]
    }
}

struct Teller<'a> {
    pages: &'a mut Pages,
    lead: &'a str,
    choice: &'a Choice,
    rep: u32,
}

impl Teller<'_> {
    fn rows<R: Row>(&mut self, rows: &[R]) {
        let rank = catalogue::rank::<R>();
        if self.choice.runs(rank).include(self.rep) {
            self.pages.lines[rank] = Lines::of(self.lead, rows);
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
