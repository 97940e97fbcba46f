//! Tables told: an ensemble is run and written into a folder that is there whole or not at all.
pub mod assumed;
pub mod choice;
pub mod codebook;
pub mod columns;
pub mod copies;
pub mod folder;
pub mod growth;
mod home;
pub mod judged;
pub mod lines;
pub mod merge;
pub mod outcome;
pub mod package;
pub mod pages;
pub mod quantile;
pub mod request;
pub mod rows;
pub mod sheet;
pub mod summary;
pub mod tables;
pub mod told;
pub mod verify;
pub mod vocabulary;
pub mod work;
pub mod writer;

#[cfg(test)]
pub mod fake;
#[cfg(test)]
mod tests;

use crate::ensemble::{Ended, Ensemble, Run};
use choice::{Choice, Runs};
use folder::{Draft, Placing, Refusal};
use growth::Site;
use lines::Lines;
use noforn::history::row::Row;
use noforn::history::{Detail, History};
use outcome::Outcome;
use pages::Pages;
use request::Request;
use rows::{CodebookRow, OriginRow, SummaryRow};
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use summary::{Spreads, Summary};
use tables::TABLES;
use told::Account;
use work::{Mark, Shard, Work};
use writer::Writer;

/// How an ensemble is run and which of its tables are written.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The tables.
    pub choice: &'a Choice,
    /// The part of the runs that is made; all of them where none is named.
    pub shard: Option<Shard>,
    /// Threads; 0 for as many as there are cores.
    pub threads: usize,
    /// Set to end early.
    pub stop: &'a AtomicBool,
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// Where.
    pub folder: PathBuf,
    /// Tables and rows.
    pub contents: Contents,
    /// What every variant came to; the scenario as it stands first. None of a part.
    pub accounts: Vec<Account>,
}

/// The tables of a folder.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// For every table that was written, its rank in `TABLES` and its rows.
    pub rows: BTreeMap<usize, u64>,
    /// The metrics of the last quarter over the runs of a variant, by its name. None of a part.
    pub ends: BTreeMap<String, Spreads>,
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

/// Runs an ensemble and writes its tables, data package and resolved scenario to `folder`. `progress` hears of each run
/// that is told, first of those that a stopped program told before.
pub fn write(
    folder: &Path,
    ensemble: &Ensemble,
    order: Order,
    placing: Placing,
    progress: &mut dyn FnMut(Run),
) -> Result<Written, WriteError> {
    // Names that cannot be written are refused before anything is run.
    let work = work(ensemble, order)?;
    let draft = Draft::of(folder, placing, &work)?;
    let (contents, accounts) = fill(draft.site(), ensemble, &work, order, progress)?;
    let folder = draft.finish()?;
    Ok(Written { folder, contents, accounts })
}

/// What an order asks of an ensemble.
pub fn work(ensemble: &Ensemble, order: Order) -> Result<Work, Refusal> {
    let request = copies::request(ensemble, order.choice.to_string())?;
    Ok(Work::new(ensemble, Request { shard: order.shard, ..request }))
}

/// Runs an ensemble and writes every file into the folder of a place.
pub fn fill(
    site: &Site,
    ensemble: &Ensemble,
    work: &Work,
    order: Order,
    progress: &mut dyn FnMut(Run),
) -> Result<(Contents, Vec<Account>), WriteError> {
    let Order { choice, shard, threads, stop } = order;
    let failed = |error| Refusal::Io(site.folder(), error);
    copies::write(&site.folder(), ensemble, &work.request)?;
    let mut writer = Writer::new(site, work, choice).map_err(failed)?;
    let all = work::items(shard, ensemble.len());
    let rest = (all.start + writer.done()).min(all.end)..all.end;
    (all.start..rest.start).for_each(|index| progress(ensemble.at(index)));
    let mut firsts = BTreeMap::new();
    let make = |run: Run, history: History| (Pages::of(ensemble, run, &history, choice), Outcome::of(&history));
    let ran = ensemble.for_each_in(
        rest,
        threads,
        stop,
        |run| detail(choice, run),
        make,
        |run, (pages, outcome)| {
            writer.add(run, &pages, &outcome)?;
            if run.rep == 0 {
                firsts.insert(run.variant, outcome);
            }
            progress(run);
            Ok(())
        },
    );
    if let Err(ended) = ran {
        writer.keep().map_err(failed)?;
        return Err(ended.into());
    }
    conclude(site, ensemble, choice, writer, firsts)
}

fn detail(choice: &Choice, run: Run) -> Detail {
    Detail { full: choice.needs_detail(run.rep) }
}

/// Writes what follows when every run is told: summary, origins, codebook and the data package. `firsts` has the
/// outcomes of the first runs by variant; those that are missing are run again.
pub fn conclude(
    site: &Site,
    ensemble: &Ensemble,
    choice: &Choice,
    writer: Writer,
    firsts: BTreeMap<usize, Outcome>,
) -> Result<(Contents, Vec<Account>), WriteError> {
    let failed = |error| Refusal::Io(site.folder(), error);
    let mark = writer.close();
    let whole = mark.work.request.shard.is_none();
    let summaries: io::Result<Vec<Summary>> = (0..if whole { ensemble.variants.len() } else { 0 })
        .map(|variant| summary::summary(&site.home().join(writer::record_file(&mark.work, variant)), ensemble, variant))
        .collect();
    let summaries = summaries.map_err(failed)?;
    let contents = finish(site, ensemble, choice, &mark, &summaries).map_err(failed)?;
    let accounts = if whole { accounts(ensemble, choice, firsts, summaries)? } else { Vec::new() };
    Ok((contents, accounts))
}

fn finish(
    site: &Site,
    ensemble: &Ensemble,
    choice: &Choice,
    mark: &Mark,
    summaries: &[Summary],
) -> io::Result<Contents> {
    let (folder, whole) = (site.folder(), mark.work.request.shard.is_none());
    let mut contents = Contents::default();
    let told = |rank: usize| choice.runs(rank) != Runs::None && (whole || rank != tables::rank::<SummaryRow>());
    let written: Vec<usize> = (0..TABLES.len()).filter(|rank| told(*rank)).collect();
    let codebook = codebook::rows(written.iter().map(|rank| &TABLES[*rank]));
    let summary: Vec<&Lines> = summaries.iter().map(|summary| &summary.lines).collect();
    for &rank in &written {
        let put = |parts: &[&Lines]| put(&folder, rank, parts);
        let rows = match TABLES[rank].name {
            SummaryRow::TABLE => put(&summary)?,
            CodebookRow::TABLE => put(&[&writer::plain(&codebook)])?,
            OriginRow::TABLE => put(&[&writer::plain(&copies::origins(ensemble))])?,
            _ => mark.files[&growth::inside(&TABLES[rank].file())].rows,
        };
        contents.rows.insert(rank, rows);
    }
    for (scenario, summary) in ensemble.variants.iter().zip(summaries) {
        contents.ends.insert(scenario.variant.clone(), summary.end.clone());
    }
    if !whole {
        merge::write_mark(&folder, mark)?;
    }
    if let Some(scenario) = ensemble.variants.first() {
        let text = package::text(&folder, scenario, &mark.work.request, choice, &contents.rows)?;
        std::fs::write(folder.join(package::FILE), text)?;
    }
    Ok(contents)
}

/// Writes a table that no run leaves by itself.
fn put(folder: &Path, rank: usize, parts: &[&Lines]) -> io::Result<u64> {
    let table = &TABLES[rank];
    let mut file = File::create(folder.join(table.file()))?;
    file.write_all(table.header().as_bytes())?;
    parts.iter().try_for_each(|lines| file.write_all(lines.text().as_bytes()))?;
    Ok(parts.iter().map(|lines| lines.rows()).sum())
}

/// What every variant came to; the scenario as it stands first.
fn accounts(
    ensemble: &Ensemble,
    choice: &Choice,
    mut firsts: BTreeMap<usize, Outcome>,
    summaries: Vec<Summary>,
) -> Result<Vec<Account>, Ended> {
    let mut accounts = Vec::new();
    for (variant, summary) in summaries.into_iter().enumerate() {
        let run = Run { variant, rep: 0 };
        let again = || ensemble.run(run, detail(choice, run)).map(|history| Outcome::of(&history));
        let first = firsts.remove(&variant).map_or_else(again, Ok)?;
        let variant = ensemble.variants[variant].variant.clone();
        accounts.push(Account { variant, first, spreads: summary.outcomes });
    }
    accounts.sort_by_key(|account| account.variant != copies::BASELINE);
    Ok(accounts)
}
