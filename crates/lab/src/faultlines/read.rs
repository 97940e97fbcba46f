//! Reads from a folder of results the trust between nations and their blocs, of one run at the end of a year.
use crate::tables::Tables;
use csv::StringRecord;
use noforn::scenario::words::{list, shown};
use std::collections::BTreeSet;

/// A run of a folder, and a year of it.
#[derive(Clone, Copy, Debug)]
pub struct RunYear<'a> {
    /// The variant.
    pub variant: &'a str,
    /// Number of the replicate.
    pub rep: u32,
    /// The year; its end is read.
    pub year: u32,
}

/// Why a table cannot be read, or does not have what is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// What is wrong: lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// What would be right.
    pub help: String,
}

impl Unread {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// Trust of the first nation of every ordered pair of `nations` (iso3) in the second, 0 to 1: an n x n matrix, row by row,
/// with 0 on the diagonal. Fails if the table lacks a pair.
pub fn trust(folder: &dyn Tables, at: RunYear<'_>, nations: &[&str]) -> Result<Vec<f64>, Unread> {
    let n = nations.len();
    let mut trust = vec![None; n * n];
    let columns = ["sender_iso3", "receiver_iso3", "trust_share"];
    for_each_row(folder, "dyads", columns, at, &mut |[sender, receiver, share], line| {
        let [from, to] = [sender, receiver].map(|iso3| nations.iter().position(|nation| *nation == iso3));
        let (Some(from), Some(to)) = (from, to) else { return Ok(()) };
        let share = share.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
        let wrong = || format!("`dyads.csv` has no share in `trust_share`, line {line}");
        trust[from * n + to] = Some(share.ok_or_else(|| Unread::new(wrong(), AGAIN))?);
        Ok(())
    })?;
    (0..n).for_each(|i| trust[i * n + i] = Some(0.0));
    let mut all = Vec::with_capacity(n * n);
    for (place, share) in trust.into_iter().enumerate() {
        let pair = || format!("`dyads.csv` does not tell {} and {}", nations[place / n], nations[place % n]);
        all.push(share.ok_or_else(|| Unread::new(pair(), AGAIN))?);
    }
    Ok(all)
}

/// The bloc of each of `nations`, as the index of its leader; empty if the folder does not have them all.
pub fn blocs(folder: &dyn Tables, at: RunYear<'_>, nations: &[&str]) -> Vec<usize> {
    let mut blocs = vec![None; nations.len()];
    let read = for_each_row(folder, "nations", ["iso3", "bloc_id"], at, &mut |[iso3, bloc], _| {
        if let Some(place) = nations.iter().position(|nation| *nation == iso3) {
            blocs[place] = nations.iter().position(|nation| *nation == bloc);
        }
        Ok(())
    });
    // A bloc whose leader is left out has no index, and the table may not be written. Then only the starting points by blocs
    // are lost.
    read.ok().and_then(|()| blocs.into_iter().collect()).unwrap_or_default()
}

const AGAIN: &str = "run the scenario again: `noforn run SCENARIO --force`";

/// A function that takes the columns of a row, and its line.
type TakeRow<'a, const N: usize> = dyn FnMut([&str; N], u64) -> Result<(), Unread> + 'a;

/// Calls `take` with the columns and the line of every row of a run at the end of a year.
fn for_each_row<const N: usize>(
    folder: &dyn Tables,
    table: &str,
    columns: [&str; N],
    at: RunYear<'_>,
    take: &mut TakeRow<'_, N>,
) -> Result<(), Unread> {
    let file = folder.open(&format!("{table}.csv")).map_err(|error| unreadable(table, &error))?;
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers().map_err(|error| unreadable(table, &error))?.clone();
    let [variant, rep, year] = ["variant", "rep", "year"].map(|column| place(&header, column));
    let (Some(variant), Some(rep), Some(year)) = (variant, rep, year) else {
        return Err(unreadable(table, &"it has no runs"));
    };
    let mut places = [0; N];
    for (to, column) in places.iter_mut().zip(columns) {
        *to = place(&header, column).ok_or_else(|| unreadable(table, &format!("it has no column `{column}`")))?;
    }
    let mut coverage = Coverage::default();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| unreadable(table, &error))? {
        if &record[variant] != at.variant
            || !coverage.is_rep(&record[rep], at.rep)
            || !coverage.is_year(&record[year], at.year)
        {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        take(places.map(|place| &record[place]), line)?;
    }
    coverage.missing(table, at).map_or(Ok(()), Err)
}

fn unreadable(table: &str, why: &dyn std::fmt::Display) -> Unread {
    Unread::new(
        format!("cannot read `{table}.csv`: {why}"),
        format!("`noforn run SCENARIO --tables {table}` writes it"),
    )
}

fn place(header: &StringRecord, column: &str) -> Option<usize> {
    header.iter().position(|name| name == column)
}

/// Which runs and years of a variant a table has, for the message if the requested one is missing.
#[derive(Default)]
struct Coverage {
    rep: bool,
    years: BTreeSet<String>,
    found: bool,
}

impl Coverage {
    /// Compares a replicate with the requested one, and notes the result.
    fn is_rep(&mut self, text: &str, asked: u32) -> bool {
        let right = text.parse() == Ok(asked);
        self.rep |= right;
        right
    }
    /// Compares a year with the requested one, and notes the result.
    fn is_year(&mut self, text: &str, asked: u32) -> bool {
        let right = text.parse() == Ok(asked);
        self.found |= right;
        if !right && !self.years.contains(text) {
            self.years.insert(text.to_owned());
        }
        right
    }
    /// The error if no row was of the requested run and year.
    fn missing(&self, table: &str, at: RunYear<'_>) -> Option<Unread> {
        if self.found {
            return None;
        }
        if !self.rep {
            let message = format!("`{table}.csv` does not tell run {} of `{}`", at.rep, shown(at.variant));
            return Some(Unread::new(message, format!("`noforn run SCENARIO --tables {table}:all` tells every run")));
        }
        let message = format!("`{table}.csv` does not tell {}", at.year);
        Some(Unread::new(message, format!("it tells the end of {}", list(self.years.iter().map(String::as_str)))))
    }
}
