//! The study behind `noforn run`: runs every variant of a scenario several times and writes their tables.
pub mod assumed;
pub mod closing;
pub mod outcome;
pub mod package;
pub mod run_lines;
pub mod summary;
pub mod table_choice;

#[cfg(test)]
mod tests;

use crate::ensemble::{Ended, Ensemble, Run};
use crate::measures::{self, RecordLayout};
use crate::study::copies::{self, UnsafeName};
use crate::study::request::Request;
use crate::study::shard::Shard;
use crate::study::work::{Checkpoint, Work};
use crate::study::{Append, AppendFile, FOLDER, Study, in_folder, record_file};
use crate::tables::catalogue::{self, RunScope, TABLES};
use crate::tables::csv_lines::CsvLines;
use crate::tables::rows::{CodebookRow, OriginRow, SummaryRow};
use crate::tables::{Subfolder, Tables, codebook};
use crate::workers::Workers;
use closing::VariantOutcome;
use noforn::history::row::Row;
use noforn::history::rows::RunRow;
use noforn::history::{Detail, History};
use noforn::scenario::BASELINE;
use outcome::Outcome;
use run_lines::RunLines;
use std::collections::BTreeMap;
use std::io;
use summary::{Spreads, VariantSummary};
use table_choice::{RecordedRuns, TableChoice};

/// The runs of an ensemble and the choice of tables to write.
#[derive(Clone, Debug)]
pub struct RunsStudy {
    ensemble: Ensemble,
    choice: TableChoice,
    work: Work,
}

/// What a run leaves.
#[derive(Debug)]
pub struct RunResult {
    /// Its rows of the tables, and its metrics.
    lines: RunLines,
    /// Its record of the measures.
    measures: Vec<f64>,
    outcome: Outcome,
}

/// Tables and results of the runs of an ensemble.
#[derive(Clone, Debug, Default)]
pub struct EnsembleResults {
    /// Number of rows of each written table, by its rank in `TABLES`.
    pub rows: BTreeMap<usize, u64>,
    /// Metrics of the last quarter over the runs of a variant, by the variant's name. Empty for a shard.
    pub ends: BTreeMap<String, Spreads>,
    /// Outcomes of every variant, baseline first. Empty for a shard.
    pub outcomes: Vec<VariantOutcome>,
}

impl RunsStudy {
    /// A study of all runs of an ensemble, or of those of a shard. Returns an error if a name cannot be a file name.
    pub fn new(ensemble: Ensemble, choice: TableChoice, shard: Option<Shard>) -> Result<Self, UnsafeName> {
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
    fn tables_of_runs(&self) -> impl Iterator<Item = usize> {
        (0..TABLES.len()).filter(|rank| is_of_runs(*rank) && self.choice.runs(*rank) != RecordedRuns::None)
    }

    /// The file of the records of a variant, one per run: the metrics of every quarter, then the record of the measures.
    fn records(&self, variant: usize) -> String {
        record_file(&self.work, &format!("values-{variant}.bin"))
    }

    fn summaries(&self, files: &dyn Tables) -> io::Result<Vec<VariantSummary>> {
        let variants = if self.is_whole() { self.ensemble.variants.len() } else { 0 };
        (0..variants).map(|at| summary::summarise(files.open(&self.records(at))?, &self.ensemble, at)).collect()
    }

    fn is_written(&self, rank: usize) -> bool {
        self.choice.runs(rank) != RecordedRuns::None && (self.is_whole() || !is_summary(rank))
    }

    fn write_tables(
        &self,
        folder: &dyn Tables,
        checkpoint: &Checkpoint,
        summaries: &[VariantSummary],
    ) -> io::Result<BTreeMap<usize, u64>> {
        let written: Vec<usize> = (0..TABLES.len()).filter(|rank| self.is_written(*rank)).collect();
        let codebook = codebook::rows(written.iter().map(|rank| &TABLES[*rank]));
        let summary: Vec<&CsvLines> = summaries.iter().map(|summary| &summary.lines).collect();
        let mut rows = BTreeMap::new();
        for &rank in &written {
            let count = match TABLES[rank].name {
                SummaryRow::TABLE => write_table(folder, rank, &summary)?,
                CodebookRow::TABLE => write_table(folder, rank, &[&CsvLines::new("", &codebook)])?,
                OriginRow::TABLE => write_table(folder, rank, &[&CsvLines::new("", &copies::origins(&self.ensemble))])?,
                _ => checkpoint.files[&in_folder(&TABLES[rank].file())].rows,
            };
            rows.insert(rank, count);
        }
        Ok(rows)
    }

    fn outcome(&self, run: Run, history: &History) -> Outcome {
        let scenario = &self.ensemble.variants[run.variant];
        Outcome::from_history(history, scenario.rosters.nations.id(scenario.hub().index()))
    }

    /// What a run leaves for the tables, the measures and the closing lines.
    fn made(&self, run: Run, history: &History) -> RunResult {
        let scenario = &self.ensemble.variants[run.variant];
        RunResult {
            lines: RunLines::new(&self.ensemble, run, history, &self.choice),
            measures: measures::of_run(&RecordLayout::new(scenario.start, scenario.end), history),
            outcome: self.outcome(run, history),
        }
    }

    /// Outcomes of every variant, baseline first. Runs the first replicate of a variant again if its outcome is missing, as it
    /// is after a resume or a merge.
    fn outcomes(
        &self,
        mut firsts: BTreeMap<usize, Outcome>,
        summaries: Vec<VariantSummary>,
    ) -> Result<Vec<VariantOutcome>, Ended> {
        let mut outcomes = Vec::new();
        for (at, summary) in summaries.into_iter().enumerate() {
            let run = Run { variant: at, rep: 0 };
            let first = match firsts.remove(&at) {
                Some(first) => first,
                None => self.outcome(run, &self.ensemble.run(run, self.detail(run))?),
            };
            let variant = self.ensemble.variants[at].variant.clone();
            outcomes.push(VariantOutcome { variant, first, measures: summary.measures });
        }
        outcomes.sort_by_key(|outcome| outcome.variant != BASELINE);
        Ok(outcomes)
    }
}

impl Study for RunsStudy {
    type Item = RunResult;
    /// The outcomes of first runs, by variant.
    type Memory = BTreeMap<usize, Outcome>;
    type Findings = EnsembleResults;

    fn work(&self) -> &Work {
        &self.work
    }

    fn ensemble(&self) -> &Ensemble {
        &self.ensemble
    }

    fn items(&self) -> usize {
        self.ensemble.len()
    }

    fn append_files(&self) -> Vec<AppendFile> {
        let table = |rank: usize| AppendFile { name: in_folder(&TABLES[rank].file()), header: TABLES[rank].header() };
        let records = (0..self.ensemble.variants.len()).map(|variant| AppendFile::records(self.records(variant)));
        self.tables_of_runs().map(table).chain(records).collect()
    }

    fn make(&self, item: usize) -> Result<Self::Item, Ended> {
        let run = self.ensemble.at(item);
        Ok(self.made(run, &self.ensemble.run(run, self.detail(run))?))
    }

    fn append(
        &self,
        item: usize,
        made: Self::Item,
        files: &mut dyn Append,
        firsts: &mut Self::Memory,
    ) -> io::Result<()> {
        let run = self.ensemble.at(item);
        for rank in self.tables_of_runs() {
            let lines = made.lines.lines(rank);
            if lines.rows() > 0 {
                files.append(&in_folder(&TABLES[rank].file()), lines.text().as_bytes(), lines.rows())?;
            }
        }
        let record = [&made.lines.metrics[..], &made.measures].concat();
        files.record(&self.records(run.variant), &record)?;
        if run.rep == 0 {
            firsts.insert(run.variant, made.outcome);
        }
        Ok(())
    }

    fn conclude(
        &self,
        files: &dyn Tables,
        checkpoint: &Checkpoint,
        firsts: Self::Memory,
        _: &impl Workers,
    ) -> Result<EnsembleResults, Ended> {
        let folder = Subfolder { within: files, name: FOLDER };
        let summaries = self.summaries(files).map_err(Ended::Io)?;
        let rows = self.write_tables(&folder, checkpoint, &summaries).map_err(Ended::Io)?;
        if let Some(scenario) = self.ensemble.variants.first() {
            let text = package::text(&folder, scenario, &self.work.request, &self.choice, &rows).map_err(Ended::Io)?;
            folder.write(crate::tables::package::FILE, &text).map_err(Ended::Io)?;
        }
        let variants = self.ensemble.variants.iter().zip(&summaries);
        let ends = variants.map(|(scenario, summary)| (scenario.variant.clone(), summary.end.clone())).collect();
        Ok(EnsembleResults { rows, ends, outcomes: self.outcomes(firsts, summaries)? })
    }
}

/// True if runs append to the table; the other tables follow from all runs.
fn is_of_runs(rank: usize) -> bool {
    TABLES[rank].scope != RunScope::Fixed || TABLES[rank].name == RunRow::TABLE
}

fn is_summary(rank: usize) -> bool {
    rank == catalogue::rank::<SummaryRow>()
}

/// Writes a table that follows from all runs; returns its number of rows.
fn write_table(folder: &dyn Tables, rank: usize, parts: &[&CsvLines]) -> io::Result<u64> {
    let table = &TABLES[rank];
    let mut file = folder.create(&table.file())?;
    file.write_all(table.header().as_bytes())?;
    parts.iter().try_for_each(|lines| file.write_all(lines.text().as_bytes()))?;
    file.flush()?;
    Ok(parts.iter().map(|lines| lines.rows()).sum())
}
