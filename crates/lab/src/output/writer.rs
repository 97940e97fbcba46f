//! The files of a folder, filled run by run.
use super::choice::{Choice, Runs};
use super::growth::{Growth, Site, inside};
use super::lines::Lines;
use super::outcome::Outcome;
use super::pages::Pages;
use super::tables::{Scope, TABLES};
use super::work::{Mark, Work};
use crate::ensemble::Run;
use noforn::history::row::Row;
use noforn::history::rows::{MetricsRow, RunRow};
use std::io;

/// Writes what the runs of an ensemble leave, runs in the order of `Ensemble::runs`.
pub struct Writer {
    growth: Growth,
    /// By rank in `TABLES`, where the table is told and runs leave rows of it.
    tables: Vec<Option<String>>,
    /// Of each variant.
    records: Vec<String>,
}

/// The file that holds the numbers of the runs of a variant: the metrics, then the measures of the outcome. A part of a
/// work keeps it, since its parts are summarised together.
pub fn record_file(work: &Work, variant: usize) -> String {
    let name = format!("values-{variant}.bin");
    if work.request.shard.is_some() { inside(&name) } else { name }
}

impl Writer {
    /// Opens the files of the chosen tables, each with its header.
    pub fn new(site: &Site, work: &Work, choice: &Choice) -> io::Result<Self> {
        let mut growth = Growth::new(site, work)?;
        let mut tables = Vec::new();
        for (rank, table) in TABLES.iter().enumerate() {
            let of_runs = table.scope != Scope::Fixed || table.name == RunRow::TABLE;
            let name = (of_runs && choice.runs(rank) != Runs::None).then(|| inside(&table.file()));
            if let Some(name) = &name {
                growth.begin(name, &table.header())?;
            }
            tables.push(name);
        }
        let records: Vec<String> = (0..work.request.variants.len()).map(|at| record_file(work, at)).collect();
        records.iter().try_for_each(|name| growth.begin(name, ""))?;
        growth.keep()?;
        Ok(Self { growth, tables, records })
    }

    /// Runs that are wholly written.
    pub fn done(&self) -> usize {
        self.growth.done() as usize
    }

    /// Adds a run.
    pub fn add(&mut self, run: Run, pages: &Pages, outcome: &Outcome) -> io::Result<()> {
        for (rank, name) in self.tables.iter().enumerate() {
            let lines: &Lines = pages.lines(rank);
            if let Some(name) = name.as_ref().filter(|_| lines.rows() > 0) {
                self.growth.append(name, lines.text().as_bytes(), lines.rows())?;
            }
        }
        let record = [&pages.measures[..], &outcome.measures()].concat();
        self.growth.record(&self.records[run.variant], &record)?;
        self.growth.step()
    }

    /// Makes sure that what is written outlives the program.
    pub fn keep(&mut self) -> io::Result<()> {
        self.growth.keep()
    }

    /// The files that grow.
    pub fn growth(&mut self) -> &mut Growth {
        &mut self.growth
    }

    /// Closes every file and says what they hold.
    pub fn close(self) -> Mark {
        self.growth.close()
    }
}

/// The rows of a table as lines without leading cells.
pub fn plain<R: Row>(rows: &[R]) -> Lines {
    Lines::of("", rows)
}

/// Width of the metrics in a record of `quarters` quarters.
pub fn metrics_width(quarters: usize) -> usize {
    quarters * (MetricsRow::COLUMNS.len() - MetricsRow::KEYS)
}
