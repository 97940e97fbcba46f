//! What a folder of results says of a run at a year's end: trust between its nations, and their blocs.
use crate::tables::Tables;
use csv::StringRecord;
use noforn::scenario::words::{list, shown};
use std::collections::BTreeSet;

/// Which run of a folder, and when.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// The variant.
    pub variant: &'a str,
    /// The replicate.
    pub rep: u32,
    /// The year at whose end it is asked.
    pub year: u32,
}

/// Why a table does not say what is asked.
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

/// Trust of the first of every ordered pair of `nations` (iso3) in the second, 0 to 1, n x n, row by row; 0 on the
/// diagonal. Every pair must be told.
pub fn trust(folder: &dyn Tables, at: At<'_>, nations: &[&str]) -> Result<Vec<f64>, Unread> {
    let n = nations.len();
    let mut trust = vec![None; n * n];
    let columns = ["sender_iso3", "receiver_iso3", "trust_share"];
    rows(folder, "dyads", columns, at, &mut |[sender, receiver, share], line| {
        let place = |iso3: &str| nations.iter().position(|nation| *nation == iso3);
        let (Some(from), Some(to)) = (place(sender), place(receiver)) else { return Ok(()) };
        let share = share.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
        let wrong = || format!("`dyads.csv` has no share in `trust_share`, line {line}");
        trust[from * n + to] = Some(share.ok_or_else(|| Unread::new(wrong(), AGAIN))?);
        Ok(())
    })?;
    (0..n).for_each(|i| trust[i * n + i] = Some(0.0));
    let pair = |place: usize| format!("`dyads.csv` does not tell {} and {}", nations[place / n], nations[place % n]);
    let told = |(place, share): (usize, Option<f64>)| share.ok_or_else(|| Unread::new(pair(place), AGAIN));
    trust.into_iter().enumerate().map(told).collect()
}

/// The bloc of each of `nations`, as a number; nothing where the folder does not tell.
pub fn blocs(folder: &dyn Tables, at: At<'_>, nations: &[&str]) -> Vec<usize> {
    let mut blocs = vec![None; nations.len()];
    let read = rows(folder, "nations", ["iso3", "bloc_id"], at, &mut |[iso3, bloc], _| {
        if let Some(place) = nations.iter().position(|nation| *nation == iso3) {
            blocs[place] = nations.iter().position(|nation| *nation == bloc);
        }
        Ok(())
    });
    // A bloc whose leader is left out is named by no nation here, as is a table that was not written: no start is lost
    // but its own.
    read.ok().and_then(|()| blocs.into_iter().collect()).unwrap_or_default()
}

const AGAIN: &str = "run the scenario again: `noforn run SCENARIO --force`";

/// Takes the columns of a row, and its line.
type Each<'a, const N: usize> = dyn FnMut([&str; N], u64) -> Result<(), Unread> + 'a;

/// Hands the columns of every row of a run at a year's end to `each`, with its line.
fn rows<const N: usize>(
    folder: &dyn Tables,
    table: &str,
    columns: [&str; N],
    at: At<'_>,
    each: &mut Each<'_, N>,
) -> Result<(), Unread> {
    let unread = |why: &dyn std::fmt::Display| {
        Unread::new(
            format!("cannot read `{table}.csv`: {why}"),
            format!("`noforn run SCENARIO --tables {table}` writes it"),
        )
    };
    let file = folder.open(&format!("{table}.csv")).map_err(|error| unread(&error))?;
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers().map_err(|error| unread(&error))?.clone();
    let [variant, rep, year] = ["variant", "rep", "year"].map(|column| place(&header, column));
    let (Some(variant), Some(rep), Some(year)) = (variant, rep, year) else { return Err(unread(&"it has no runs")) };
    let mut places = [0; N];
    for (to, column) in places.iter_mut().zip(columns) {
        *to = place(&header, column).ok_or_else(|| unread(&format!("it has no column `{column}`")))?;
    }
    let mut told = Told::default();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| unread(&error))? {
        if &record[variant] != at.variant || !told.rep(&record[rep], at.rep) || !told.year(&record[year], at.year) {
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        each(places.map(|place| &record[place]), line)?;
    }
    told.missing(table, at).map_or(Ok(()), Err)
}

fn place(header: &StringRecord, column: &str) -> Option<usize> {
    header.iter().position(|name| name == column)
}

/// Which runs and years of a variant a table told, to say what there is where something is not.
#[derive(Default)]
struct Told {
    rep: bool,
    years: BTreeSet<String>,
    found: bool,
}

impl Told {
    fn rep(&mut self, text: &str, asked: u32) -> bool {
        let right = text.parse() == Ok(asked);
        self.rep |= right;
        right
    }
    fn year(&mut self, text: &str, asked: u32) -> bool {
        let right = text.parse() == Ok(asked);
        self.found |= right;
        if !right && !self.years.contains(text) {
            self.years.insert(text.to_owned());
        }
        right
    }
    fn missing(&self, table: &str, at: At<'_>) -> Option<Unread> {
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
