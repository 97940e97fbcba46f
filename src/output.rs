//! Tables told: an ensemble is run and written into a folder that is there whole or not at all.
pub mod assumed;
pub mod choice;
pub mod codebook;
pub mod columns;
pub mod copies;
pub mod folder;
pub mod judged;
pub mod lines;
pub mod outcome;
pub mod package;
pub mod pages;
pub mod quantile;
pub mod request;
pub mod rows;
pub mod sheet;
pub mod tables;
pub mod told;
pub mod verify;
pub mod vocabulary;
pub mod writer;

#[cfg(test)]
pub mod fake;
#[cfg(test)]
mod tests;

use crate::ensemble::{Ended, Ensemble, Run};
use crate::history::{Detail, History};
use choice::{Choice, Runs};
use folder::{Draft, Refusal};
use outcome::{MEASURES, Outcome};
use pages::Pages;
use request::Request;
use rows::{CodebookRow, OriginRow};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use tables::TABLES;
use told::Account;
use writer::{Contents, Writer};

/// How an ensemble is run and which of its tables are written.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The tables.
    pub choice: &'a Choice,
    /// Threads; 0 for as many as there are cores.
    pub threads: usize,
    /// Set to end early; then nothing is left.
    pub stop: &'a AtomicBool,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// Where.
    pub folder: PathBuf,
    /// Tables, rows, and the metrics of the last quarter by variant.
    pub contents: Contents,
    /// What every variant came to; the scenario as it stands first.
    pub accounts: Vec<Account>,
}

/// Why nothing was written.
#[derive(Debug)]
pub enum WriteError {
    /// The folder is not written.
    Refused(Refusal),
    /// The runs ended early.
    Ended(Ended),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::Refused(refusal) => refusal.fmt(f),
            WriteError::Ended(ended) => ended.fmt(f),
        }
    }
}

impl From<Refusal> for WriteError {
    fn from(refusal: Refusal) -> Self {
        WriteError::Refused(refusal)
    }
}

impl From<Ended> for WriteError {
    fn from(ended: Ended) -> Self {
        WriteError::Ended(ended)
    }
}

/// Runs an ensemble and writes its tables, data package and resolved scenario to `folder`, replacing what this program
/// wrote there before only with `force`. `progress` hears of each run that is told.
pub fn write(
    folder: &Path,
    ensemble: &Ensemble,
    order: Order,
    force: bool,
    progress: &mut dyn FnMut(Run),
) -> Result<Written, WriteError> {
    let draft = Draft::begin(folder, force)?;
    let (contents, accounts) = fill(draft.path(), ensemble, order, progress)?;
    let folder = draft.finish()?;
    Ok(Written { folder, contents, accounts })
}

/// Runs an ensemble and writes every file into an empty folder.
pub fn fill(
    folder: &Path,
    ensemble: &Ensemble,
    order: Order,
    progress: &mut dyn FnMut(Run),
) -> Result<(Contents, Vec<Account>), WriteError> {
    let Order { choice, threads, stop } = order;
    let failed = |error| Refusal::Io(folder.to_owned(), error);
    // Names that cannot be written are refused before anything is run.
    let request = copies::write(folder, ensemble, choice.to_string())?;
    let mut writer = Writer::new(folder, ensemble, choice).map_err(failed)?;
    let mut ledgers = vec![Ledger::default(); ensemble.variants.len()];
    let detail = |run: Run| Detail { full: choice.needs_detail(run.rep) };
    let make = |run: Run, history: History| (Pages::of(ensemble, run, &history, choice), Outcome::of(&history));
    ensemble.for_each_ordered(threads, stop, detail, make, |run, (pages, outcome)| {
        writer.add(run, &pages)?;
        ledgers[run.variant].add(outcome);
        progress(run);
        Ok(())
    })?;
    let contents = conclude(folder, ensemble, choice, writer, &request).map_err(failed)?;
    if stop.load(Ordering::Relaxed) {
        return Err(Ended::Stopped.into());
    }
    Ok((contents, accounts(ensemble, ledgers)))
}

/// Writes what follows when every run is told: origins, codebook, summary and the data package.
fn conclude(
    folder: &Path,
    ensemble: &Ensemble,
    choice: &Choice,
    mut writer: Writer,
    request: &Request,
) -> io::Result<Contents> {
    writer.append(tables::rank::<OriginRow>(), &writer::plain(&copies::origins(ensemble)))?;
    let written = TABLES.iter().enumerate().filter(|(rank, _)| choice.runs(*rank) != Runs::None);
    let codebook = codebook::rows(written.map(|(_, table)| table));
    writer.append(tables::rank::<CodebookRow>(), &writer::plain(&codebook))?;
    let contents = writer.finish()?;
    if let Some(scenario) = ensemble.variants.first() {
        let text = package::text(folder, scenario, request, choice, &contents.rows)?;
        std::fs::write(folder.join(package::FILE), text)?;
    }
    Ok(contents)
}

/// What the runs of a variant came to: of all their numbers, of the first everything.
#[derive(Clone, Debug, Default)]
struct Ledger {
    first: Option<Outcome>,
    measures: Vec<[f64; MEASURES.len()]>,
}

impl Ledger {
    fn add(&mut self, outcome: Outcome) {
        self.measures.push(outcome.measures());
        self.first.get_or_insert(outcome);
    }

    fn account(self, variant: &str) -> Account {
        let spread = |index: usize| quantile::spread(&mut self.measures.iter().map(|run| run[index]).collect());
        let spreads = (0..MEASURES.len()).map(spread).collect();
        Account { variant: variant.to_owned(), first: self.first.unwrap_or_default(), spreads }
    }
}

/// What every variant came to; the scenario as it stands first.
fn accounts(ensemble: &Ensemble, ledgers: Vec<Ledger>) -> Vec<Account> {
    let told = ensemble.variants.iter().zip(ledgers);
    let mut accounts: Vec<Account> = told.map(|(scenario, ledger)| ledger.account(&scenario.variant)).collect();
    accounts.sort_by_key(|account| account.variant != copies::BASELINE);
    accounts
}
