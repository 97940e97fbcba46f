//! The files of a folder, filled run by run.
use super::choice::{Choice, Runs};
use super::columns::{BUDGET, Columns};
use super::lines::{self, Lines};
use super::pages::{self, Pages};
use super::quantile::{self, Spread};
use super::rows::SummaryRow;
use super::tables::{self, TABLES};
use crate::ensemble::{Ensemble, Run};
use crate::history::cell::Quantity;
use crate::history::row::Row;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The spread of every metric in one quarter of a variant.
pub type Spreads = BTreeMap<&'static str, Spread>;

/// What was written.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// For every table that was written, its rank in `TABLES` and its rows.
    pub rows: BTreeMap<usize, u64>,
    /// The metrics of the last quarter over the runs of a variant, by its name.
    pub ends: BTreeMap<String, Spreads>,
}

/// Writes the tables of an ensemble, runs in the order of `Ensemble::runs`.
pub struct Writer<'a> {
    folder: PathBuf,
    ensemble: &'a Ensemble,
    files: Vec<Option<File>>,
    contents: Contents,
    open: Option<Open>,
}

/// The variant whose runs are being told.
struct Open {
    variant: usize,
    quarters: Vec<(u32, u32)>,
    columns: Columns,
}

impl<'a> Writer<'a> {
    /// Opens the files of the chosen tables, each with its header.
    pub fn new(folder: &Path, ensemble: &'a Ensemble, choice: &Choice) -> io::Result<Self> {
        let mut writer =
            Self { folder: folder.to_owned(), ensemble, files: Vec::new(), contents: Contents::default(), open: None };
        for (rank, table) in TABLES.iter().enumerate() {
            let file = match choice.runs(rank) {
                Runs::None => None,
                Runs::First | Runs::All => {
                    let mut file = File::create_new(folder.join(table.file()))?;
                    file.write_all(table.header().as_bytes())?;
                    writer.contents.rows.insert(rank, 0);
                    Some(file)
                }
            };
            writer.files.push(file);
        }
        Ok(writer)
    }

    /// Adds a run.
    pub fn add(&mut self, run: Run, pages: &Pages) -> io::Result<()> {
        if self.open.as_ref().is_some_and(|open| open.variant != run.variant) {
            self.close()?;
        }
        for rank in 0..TABLES.len() {
            self.append(rank, pages.lines(rank))?;
        }
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(Open {
                variant: run.variant,
                quarters: pages.quarters.clone(),
                columns: Columns::new(pages.measures.len(), &self.folder, BUDGET),
            }),
        };
        open.columns.push(&pages.measures)
    }

    /// Adds rows to a table that no run leaves by itself.
    pub fn append(&mut self, rank: usize, lines: &Lines) -> io::Result<()> {
        if let Some(file) = self.files[rank].as_mut().filter(|_| lines.rows() > 0) {
            file.write_all(lines.text().as_bytes())?;
            *self.contents.rows.entry(rank).or_default() += lines.rows();
        }
        Ok(())
    }

    /// Summarises the variant whose runs are all told.
    fn close(&mut self) -> io::Result<()> {
        let Some(Open { variant, quarters, columns }) = self.open.take() else { return Ok(()) };
        let scenario = &self.ensemble.variants[variant];
        let lead = lines::lead(&[&scenario.name, &scenario.variant]);
        let names: Vec<&str> = pages::metrics().collect();
        let (mut lines, mut spreads) = (Lines::default(), Spreads::new());
        columns.each(|column, values| {
            spreads.insert(names[column % names.len()], quantile::spread(values));
            if spreads.len() == names.len() {
                let (year, quarter) = quarters[column / names.len()];
                let rows = spreads.iter().map(|(metric, spread)| summary_row(year, quarter, metric, spread));
                rows.for_each(|row| lines.push(&lead, &row));
                self.contents.ends.insert(scenario.variant.clone(), std::mem::take(&mut spreads));
            }
            Ok(())
        })?;
        self.append(tables::rank::<SummaryRow>(), &lines)
    }

    /// Closes every file and says what they hold.
    pub fn finish(mut self) -> io::Result<Contents> {
        self.close()?;
        Ok(self.contents)
    }
}

fn summary_row(year: u32, quarter: u32, metric: &'static str, spread: &Spread) -> SummaryRow {
    let at = |index: usize| spread.quantiles.map(|quantiles| Quantity(quantiles[index]));
    SummaryRow {
        year,
        quarter,
        metric,
        n: spread.n,
        mean: spread.mean.map(Quantity),
        sd: spread.sd.map(Quantity),
        q05: at(0),
        q25: at(1),
        q50: at(2),
        q75: at(3),
        q95: at(4),
    }
}

/// The rows of a table as lines without leading cells.
pub fn plain<R: Row>(rows: &[R]) -> Lines {
    Lines::of("", rows)
}
