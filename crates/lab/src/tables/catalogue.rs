//! The catalogue of the tables of runs, in the order in which they are listed.
use super::rows::{CodebookRow, OriginRow, SummaryRow};
use noforn::history::cell::Kind;
use noforn::history::row::{Column, Row};
use noforn::history::rows::*;

/// The columns that identify a run; they come first in every table of runs.
pub const RUN_KEYS: [Column<'static>; 3] = [
    Column {
        name: "scenario",
        kind: Kind::String,
        optional: false,
        unit: "",
        doc: "Scenario: its file's name without folder and ending.",
    },
    Column {
        name: "variant",
        kind: Kind::String,
        optional: false,
        unit: "",
        doc: "Variant of the scenario; `baseline` as the file stands.",
    },
    Column {
        name: "rep",
        kind: Kind::Integer,
        optional: false,
        unit: "",
        doc: "Replicate, from 0: the number of its luck, the same in every variant.",
    },
];

/// The runs that a table records by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunScope {
    /// Every run, or what all runs have in common; the user cannot change it.
    Fixed,
    /// Every run, unless the user asks otherwise.
    Every,
    /// The first run of each variant, unless the user asks otherwise: a big table.
    First,
}

/// Description of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableDescription {
    /// Its name: the file without `.csv`.
    pub name: &'static str,
    /// What a row describes.
    pub doc: &'static str,
    /// Number of columns of `RUN_KEYS` that come first.
    pub run_keys: usize,
    /// Number of its own columns that are keys.
    pub keys: usize,
    /// Its own columns, keys first.
    own: &'static [Column<'static>],
    /// The runs that it records by default.
    pub scope: RunScope,
}

impl TableDescription {
    const fn new<R: Row>(run_keys: usize, scope: RunScope) -> Self {
        Self { name: R::TABLE, doc: R::DOC, run_keys, keys: R::KEYS, own: R::COLUMNS, scope }
    }
    /// Its columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column<'static>> + Clone + use<> {
        RUN_KEYS[..self.run_keys].iter().chain(self.own)
    }
    /// Its file's name.
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }
    /// The names of the key columns; no two rows have the same key.
    pub fn key(&self) -> Vec<&'static str> {
        self.columns().take(self.run_keys + self.keys).map(|column| column.name).collect()
    }
    /// The first line of its file, with its line end.
    pub fn header(&self) -> String {
        let names: Vec<&str> = self.columns().map(|column| column.name).collect();
        names.join(",") + "\n"
    }
}

/// Every table.
pub static TABLES: [TableDescription; 12] = [
    TableDescription::new::<RunRow>(3, RunScope::Fixed),
    TableDescription::new::<MetricsRow>(3, RunScope::Every),
    TableDescription::new::<SummaryRow>(2, RunScope::Fixed),
    TableDescription::new::<NationRow>(3, RunScope::Every),
    TableDescription::new::<DyadRow>(3, RunScope::First),
    TableDescription::new::<BlocRow>(3, RunScope::First),
    TableDescription::new::<NetworkRow>(3, RunScope::First),
    TableDescription::new::<MissionRow>(3, RunScope::First),
    TableDescription::new::<DecisionRow>(3, RunScope::First),
    TableDescription::new::<EventRow>(3, RunScope::First),
    TableDescription::new::<CodebookRow>(0, RunScope::Fixed),
    TableDescription::new::<OriginRow>(0, RunScope::Fixed),
];

/// The index in `TABLES` of the table of a row type.
pub fn rank<R: Row>() -> usize {
    TABLES.iter().position(|table| table.name == R::TABLE).expect("every row type is listed in `TABLES`")
}
