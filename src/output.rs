//! Tables told: an ensemble is run and written into a folder that is there whole or not at all.
pub mod assumed;
pub mod choice;
pub mod codebook;
pub mod columns;
pub mod copies;
pub mod folder;
pub mod lines;
pub mod outcome;
pub mod package;
pub mod pages;
pub mod quantile;
pub mod request;
pub mod rows;
pub mod tables;
pub mod told;
pub mod verify;
pub mod vocabulary;
pub mod writer;

#[cfg(test)]
pub mod fake;

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
    let mut outcomes: Vec<Vec<Outcome>> = vec![Vec::new(); ensemble.variants.len()];
    let detail = |run: Run| Detail { full: choice.needs_detail(run.rep) };
    let make = |run: Run, history: History| (Pages::of(ensemble, run, &history, choice), Outcome::of(&history));
    ensemble.for_each_ordered(threads, stop, detail, make, |run, (pages, outcome)| {
        writer.add(run, &pages)?;
        outcomes[run.variant].push(outcome);
        progress(run);
        Ok(())
    })?;
    let contents = conclude(folder, ensemble, choice, writer, &request).map_err(failed)?;
    if stop.load(Ordering::Relaxed) {
        return Err(Ended::Stopped.into());
    }
    Ok((contents, accounts(ensemble, outcomes)))
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

/// What every variant came to; the scenario as it stands first.
fn accounts(ensemble: &Ensemble, outcomes: Vec<Vec<Outcome>>) -> Vec<Account> {
    let account = |(variant, outcomes): (&crate::scenario::Scenario, Vec<Outcome>)| {
        let measures: Vec<[f64; MEASURES.len()]> = outcomes.iter().map(Outcome::measures).collect();
        let spread = |index: usize| quantile::spread(&mut measures.iter().map(|run| run[index]).collect());
        let spreads = (0..MEASURES.len()).map(spread).collect();
        let first = outcomes.into_iter().next().unwrap_or_default();
        Account { variant: variant.variant.clone(), first, spreads }
    };
    let mut accounts: Vec<Account> = ensemble.variants.iter().zip(outcomes).map(account).collect();
    accounts.sort_by_key(|account| account.variant != copies::BASELINE);
    accounts
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// Writes histories made by hand.
    fn told(folder: &Path, ensemble: &Ensemble, tables: &str) -> Contents {
        let choice = if tables.is_empty() { Choice::default() } else { tables.parse().unwrap() };
        let request = copies::write(folder, ensemble, choice.to_string()).unwrap();
        let mut writer = Writer::new(folder, ensemble, &choice).unwrap();
        for run in ensemble.runs() {
            let history = fake::history(run.rep);
            writer.add(run, &Pages::of(ensemble, run, &history, &choice)).unwrap();
        }
        conclude(folder, ensemble, &choice, writer, &request).unwrap()
    }

    fn records(folder: &Path, table: &str) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_path(folder.join(format!("{table}.csv"))).unwrap();
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn big_tables_tell_the_first_run_of_each_variant_and_the_others_all() {
        let (folder, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["alpha", "baseline"], 3));
        let contents = told(folder.path(), &ensemble, "");
        let rows = |table: &str| contents.rows[&TABLES.iter().position(|known| known.name == table).unwrap()];
        let expected = [("runs", 6), ("metrics", 48), ("nations", 36), ("dyads", 24), ("decisions", 2), ("events", 2)];
        for (table, count) in expected {
            assert_eq!(rows(table), count, "{table}");
            assert_eq!(records(folder.path(), table).len() as u64, count, "{table}");
        }
        assert_eq!(rows("summary"), 2 * 8 * pages::metrics().count() as u64);
    }

    #[test]
    fn only_what_was_asked_for_is_written() {
        let (folder, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["baseline"], 1));
        told(folder.path(), &ensemble, "metrics");
        let mut names: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let expected = [
            "codebook.csv",
            "datapackage.json",
            "metrics.csv",
            "origins.csv",
            "runs.csv",
            "scenario.toml",
            "summary.csv",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn the_summary_follows_from_the_metrics_as_written() {
        let (folder, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["baseline"], 3));
        let contents = told(folder.path(), &ensemble, "");
        let rows = records(folder.path(), "summary");
        let row = |quarter: &str, metric: &str| {
            rows.iter()
                .find(|row| (row[2].as_str(), row[3].as_str(), row[4].as_str()) == ("2020", quarter, metric))
                .unwrap()
        };
        // Of 0.25, 0.35, 0.45.
        let spread = ["3", "0.35", "0.1", "0.26", "0.3", "0.35", "0.4", "0.44"];
        assert_eq!(row("2", "reports_withheld_share")[5..], spread);
        assert_eq!(row("1", "warnings_missed_share")[5..], ["0", "", "", "", "", "", "", ""]);
        assert_eq!(row("1", "bloc_count")[5..7], ["3", "2"]);
        assert_eq!(contents.ends["baseline"]["replacement_cost_musd"].mean, Some(12.5));
    }

    #[test]
    fn rows_lie_in_the_order_of_their_keys() {
        let (folder, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["alpha", "baseline"], 2));
        told(folder.path(), &ensemble, "metrics,nations,dyads,blocs,networks,missions,decisions,events");
        for table in &TABLES {
            let rows = records(folder.path(), table.name);
            let key = |row: &Vec<String>| row[..table.key().len()].to_vec();
            assert!(rows.is_sorted_by(|a, b| key(a) < key(b)), "{}", table.name);
            let header = fs::read_to_string(folder.path().join(table.file())).unwrap();
            assert_eq!(header.lines().next().unwrap().split(',').count(), table.columns().count(), "{}", table.name);
        }
    }

    #[test]
    fn the_same_is_written_twice_and_by_any_number_of_threads() {
        let written = |threads| {
            let (folder, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["alpha", "baseline"], 3));
            let target = folder.path().join("result");
            let (stop, choice) = (AtomicBool::new(false), Choice::default());
            let order = Order { choice: &choice, threads, stop: &stop };
            let mut runs = Vec::new();
            write(&target, &ensemble, order, false, &mut |run| runs.push(run)).unwrap();
            assert_eq!(runs, ensemble.runs().collect::<Vec<_>>());
            let files = fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().path());
            let mut files: Vec<(PathBuf, Vec<u8>)> =
                files.map(|path| (path.file_name().unwrap().into(), fs::read(&path).unwrap())).collect();
            files.sort();
            files
        };
        assert_eq!(written(1), written(2));
    }

    #[test]
    fn a_stop_leaves_nothing() {
        let (folder, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["baseline"], 50));
        let (stop, choice) = (AtomicBool::new(false), Choice::default());
        let order = Order { choice: &choice, threads: 2, stop: &stop };
        let mut press = |_| stop.store(true, Ordering::Relaxed);
        let stopped = write(&folder.path().join("a/result"), &ensemble, order, false, &mut press);
        assert!(matches!(stopped, Err(WriteError::Ended(Ended::Stopped))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_package_counts_what_lies_beside_it() {
        let (folder, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["baseline"], 2));
        let contents = told(folder.path(), &ensemble, "");
        let text = fs::read_to_string(folder.path().join(package::FILE)).unwrap();
        let package: serde_json::Value = serde_json::from_str(&text).unwrap();
        let resources = package["resources"].as_array().unwrap();
        assert_eq!(resources.len(), contents.rows.len());
        for resource in resources {
            let path = folder.path().join(resource["path"].as_str().unwrap());
            assert_eq!(resource["bytes"], fs::metadata(&path).unwrap().len());
            let rows = csv::Reader::from_path(&path).unwrap().records().count();
            assert_eq!(resource["rows"], rows, "{}", path.display());
        }
        assert!(package::is_ours(folder.path()));
    }
}
