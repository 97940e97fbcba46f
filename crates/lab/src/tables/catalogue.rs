//! Every table there is, in the order in which they are told.
use super::rows::{CodebookRow, OriginRow, SummaryRow};
use noforn::history::cell::Kind;
use noforn::history::row::{Column, Row};
use noforn::history::rows::*;

/// The columns that tell runs apart, first in every table of runs.
pub const LEAD: [Column<'static>; 3] = [
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

/// Which runs a table tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Always all of them (`runs`), or what they have in common.
    Fixed,
    /// Every run unless asked otherwise.
    Every,
    /// The first run of each variant unless asked otherwise: a big table.
    First,
}

/// A table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name: the file without `.csv`.
    pub name: &'static str,
    /// What a row is.
    pub doc: &'static str,
    /// How many columns of `LEAD` come first.
    pub lead: usize,
    /// How many of its own columns are keys.
    pub keys: usize,
    /// Its own columns, keys first.
    own: &'static [Column<'static>],
    /// Which runs it tells.
    pub scope: Scope,
}

impl Table {
    const fn of<R: Row>(lead: usize, scope: Scope) -> Self {
        Self { name: R::TABLE, doc: R::DOC, lead, keys: R::KEYS, own: R::COLUMNS, scope }
    }
    /// Its columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column<'static>> + Clone + use<> {
        LEAD[..self.lead].iter().chain(self.own)
    }
    /// Its file's name.
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }
    /// The columns that no two rows share.
    pub fn key(&self) -> Vec<&'static str> {
        self.columns().take(self.lead + self.keys).map(|column| column.name).collect()
    }
    /// The first line of its file.
    pub fn header(&self) -> String {
        let names: Vec<&str> = self.columns().map(|column| column.name).collect();
        names.join(",") + "\n"
    }
}

/// Every table.
pub static TABLES: [Table; 12] = [
    Table::of::<RunRow>(3, Scope::Fixed),
    Table::of::<MetricsRow>(3, Scope::Every),
    Table::of::<SummaryRow>(2, Scope::Fixed),
    Table::of::<NationRow>(3, Scope::Every),
    Table::of::<DyadRow>(3, Scope::First),
    Table::of::<BlocRow>(3, Scope::First),
    Table::of::<NetworkRow>(3, Scope::First),
    Table::of::<MissionRow>(3, Scope::First),
    Table::of::<DecisionRow>(3, Scope::First),
    Table::of::<EventRow>(3, Scope::First),
    Table::of::<CodebookRow>(0, Scope::Fixed),
    Table::of::<OriginRow>(0, Scope::Fixed),
];

/// The rank in `TABLES` of a row's table.
pub fn rank<R: Row>() -> usize {
    TABLES.iter().position(|table| table.name == R::TABLE).expect("every row type is listed in `TABLES`")
}
