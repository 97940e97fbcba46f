//! The study of runs: every variant of a scenario, several times each, and the tables that they leave.
pub mod assumed;
pub mod choice;
pub mod closing;
pub mod outcome;
pub mod package;
pub mod pages;
pub mod summary;

#[cfg(test)]
mod tests;

use crate::ensemble::{Ended, Ensemble, Run};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::Request;
use crate::study::work::{Mark, Shard, Work};
use crate::study::{Append, FOLDER, Growing, Study, inside, record_file};
use crate::tables::catalogue::{self, Scope, TABLES};
use crate::tables::lines::Lines;
use crate::tables::rows::{CodebookRow, OriginRow, SummaryRow};
use crate::tables::{Folder, Tables, codebook};
use crate::workers::Workers;
use choice::{Choice, Runs};
use closing::VariantOutcome;
use noforn::history::Detail;
use noforn::history::row::Row;
use noforn::history::rows::RunRow;
use noforn::scenario::BASELINE;
use outcome::Outcome;
use pages::Pages;
use std::collections::BTreeMap;
use std::io;
use summary::{Spreads, Summary};

/// Runs of an ensemble, and which of their tables are written.
#[derive(Clone, Debug)]
pub struct RunsStudy {
    ensemble: Ensemble,
    choice: Choice,
    work: Work,
}

/// The tables of a folder, and what the variants came to.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// For every table that was written, its rank in `TABLES` and its rows.
    pub rows: BTreeMap<usize, u64>,
    /// The metrics of the last quarter over the runs of a variant, by its name. None of a part.
    pub ends: BTreeMap<String, Spreads>,
    /// What every variant came to, the baseline first. None of a part.
    pub outcomes: Vec<VariantOutcome>,
}

impl RunsStudy {
    /// The runs of an ensemble, or a part of them. Refuses names that cannot be written.
    pub fn new(ensemble: Ensemble, choice: Choice, shard: Option<Shard>) -> Result<Self, UnsafeName> {
        let request = copies::request(&ensemble, choice.to_string())?;
        let work = Work::new(&ensemble, Request { shard, ..request });
        Ok(Self { ensemble, choice, work })
    }

    fn is_whole(&self) -> bool {
        self.work.request.shard.is_none()
    }

    fn detail(&self, run: Run) -> Detail {
        Detail { full: self.choice.needs_detail(run.rep) }
    }

    /// The tables to which runs append, by rank in `TABLES`.
    fn of_runs(&self) -> impl Iterator<Item = usize> {
        let of_runs = |rank: &usize| TABLES[*rank].scope != Scope::Fixed || TABLES[*rank].name == RunRow::TABLE;
        (0..TABLES.len()).filter(of_runs).filter(|rank| self.choice.runs(*rank) != Runs::None)
    }

    /// The numbers of the runs of a variant: the metrics, then the measures of the outcome.
    fn records(&self, variant: usize) -> String {
        record_file(&self.work, &format!("values-{variant}.bin"))
    }

    fn summaries(&self, files: &dyn Tables) -> io::Result<Vec<Summary>> {
        let variants = if self.is_whole() { self.ensemble.variants.len() } else { 0 };
        (0..variants).map(|at| summary::summary(files.open(&self.records(at))?, &self.ensemble, at)).collect()
    }

    fn write_tables(
        &self,
        folder: &dyn Tables,
        mark: &Mark,
        summaries: &[Summary],
    ) -> io::Result<BTreeMap<usize, u64>> {
        let is_written =
            |rank: &usize| self.choice.runs(*rank) != Runs::None && (self.is_whole() || !is_summary(*rank));
        let written: Vec<usize> = (0..TABLES.len()).filter(is_written).collect();
        let codebook = codebook::rows(written.iter().map(|rank| &TABLES[*rank]));
        let summary: Vec<&Lines> = summaries.iter().map(|summary| &summary.lines).collect();
        let mut rows = BTreeMap::new();
        for &rank in &written {
            let count = match TABLES[rank].name {
                SummaryRow::TABLE => put(folder, rank, &summary)?,
                CodebookRow::TABLE => put(folder, rank, &[&Lines::of("", &codebook)])?,
                OriginRow::TABLE => put(folder, rank, &[&Lines::of("", &copies::origins(&self.ensemble))])?,
                _ => mark.files[&inside(&TABLES[rank].file())].rows,
            };
            rows.insert(rank, count);
        }
        Ok(rows)
    }

    /// What every variant came to, the baseline first. First runs that are missing are run again.
    fn outcomes(
        &self,
        mut firsts: BTreeMap<usize, Outcome>,
        summaries: Vec<Summary>,
    ) -> Result<Vec<VariantOutcome>, Ended> {
        let mut outcomes = Vec::new();
        for (at, summary) in summaries.into_iter().enumerate() {
            let run = Run { variant: at, rep: 0 };
            let first = match firsts.remove(&at) {
                Some(first) => first,
                None => Outcome::of(&self.ensemble.run(run, self.detail(run))?),
            };
            let variant = self.ensemble.variants[at].variant.clone();
            outcomes.push(VariantOutcome { variant, first, spreads: summary.outcomes });
        }
        outcomes.sort_by_key(|outcome| outcome.variant != BASELINE);
        Ok(outcomes)
    }
}

impl Study for RunsStudy {
    type Item = (Pages, Outcome);
    /// The outcomes of first runs, by variant.
    type Memory = BTreeMap<usize, Outcome>;
    type Findings = Contents;

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.ensemble.len()
    }

    fn growing(&self) -> Vec<Growing> {
        let table = |rank: usize| Growing { name: inside(&TABLES[rank].file()), header: TABLES[rank].header() };
        let records = (0..self.ensemble.variants.len()).map(|variant| Growing::records(self.records(variant)));
        self.of_runs().map(table).chain(records).collect()
    }

    fn make(&self, item: usize) -> Result<Self::Item, Ended> {
        let run = self.ensemble.at(item);
        let history = self.ensemble.run(run, self.detail(run))?;
        Ok((Pages::of(&self.ensemble, run, &history, &self.choice), Outcome::of(&history)))
    }

    fn append(
        &self,
        item: usize,
        (pages, outcome): Self::Item,
        files: &mut dyn Append,
        firsts: &mut Self::Memory,
    ) -> io::Result<()> {
        let run = self.ensemble.at(item);
        for rank in self.of_runs() {
            let lines = pages.lines(rank);
            if lines.rows() > 0 {
                files.append(&inside(&TABLES[rank].file()), lines.text().as_bytes(), lines.rows())?;
            }
        }
        let record = [&pages.measures[..], &outcome.measures()].concat();
        files.record(&self.records(run.variant), &record)?;
        if run.rep == 0 {
            firsts.insert(run.variant, outcome);
        }
        Ok(())
    }

    fn conclude(
        &self,
        files: &dyn Tables,
        mark: &Mark,
        firsts: Self::Memory,
        _: &impl Workers,
    ) -> Result<Contents, Ended> {
        let folder = Folder { within: files, name: FOLDER };
        let summaries = self.summaries(files).map_err(Ended::Io)?;
        let rows = self.write_tables(&folder, mark, &summaries).map_err(Ended::Io)?;
        if let Some(scenario) = self.ensemble.variants.first() {
            let text = package::text(&folder, scenario, &self.work.request, &self.choice, &rows).map_err(Ended::Io)?;
            folder.write(crate::tables::package::FILE, &text).map_err(Ended::Io)?;
        }
        let variants = self.ensemble.variants.iter().zip(&summaries);
        let ends = variants.map(|(scenario, summary)| (scenario.variant.clone(), summary.end.clone())).collect();
        Ok(Contents { rows, ends, outcomes: self.outcomes(firsts, summaries)? })
    }
}

fn is_summary(rank: usize) -> bool {
    rank == catalogue::rank::<SummaryRow>()
}

/// Writes a table that no run leaves by itself; how many rows it has.
fn put(folder: &dyn Tables, rank: usize, parts: &[&Lines]) -> io::Result<u64> {
    let table = &TABLES[rank];
    let mut file = folder.create(&table.file())?;
    file.write_all(table.header().as_bytes())?;
    parts.iter().try_for_each(|lines| file.write_all(lines.text().as_bytes()))?;
    file.flush()?;
    Ok(parts.iter().map(|lines| lines.rows()).sum())
}
