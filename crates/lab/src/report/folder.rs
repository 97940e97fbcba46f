//! An output folder of `noforn run`: its request, its scenarios and its list of files.
use crate::compare;
use crate::study::kept::{self, KeptError, scenarios};
use crate::study::request::Request;
use crate::tables::Tables;
use noforn::scenario::words::{instead, shown};
use noforn::scenario::{BASELINE, Scenario};
use serde_json::Value;
use std::fmt;

/// A folder that `noforn run` wrote.
pub struct RunFolder<'a> {
    /// Its files.
    pub tables: &'a dyn Tables,
    /// The request that the folder was made from.
    pub request: Request,
    /// The scenario of each variant that is shown; the first is the reference.
    pub scenarios: Vec<Scenario>,
    /// Its files, as its data package lists them.
    pub files: Vec<ListedFile>,
}

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedFile {
    /// Its name.
    pub name: String,
    /// Number of rows, 0 if it is no table.
    pub rows: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl fmt::Debug for RunFolder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunFolder").field("place", &self.tables.place()).field("request", &self.request).finish()
    }
}

impl<'a> RunFolder<'a> {
    /// Opens a folder. Shows `variants` in the given order, or all variants if the list is empty.
    ///
    /// Returns an error if the folder holds something else than all runs of `noforn run`, or lacks a variant.
    pub fn open(tables: &'a dyn Tables, variants: &[String]) -> Result<Self, KeptError> {
        let request = kept::request(tables).map_err(KeptError::Folder)?;
        check_complete(tables, &request).map_err(KeptError::Folder)?;
        let mut all = scenarios(tables, &request)?;
        all.sort_by_key(|scenario| scenario.variant != BASELINE);
        let scenarios = if variants.is_empty() { all } else { select(all, variants)? };
        if scenarios.is_empty() {
            return Err(KeptError::Folder(format!("`{}` holds no variant", tables.place())));
        }
        Ok(Self { tables, request, scenarios, files: list_files(tables)? })
    }

    /// True if another version of this program made the folder. Its runs cannot be made again for details then.
    pub fn made_by_other(&self) -> bool {
        self.request.engine_version != env!("CARGO_PKG_VERSION")
    }

    /// True if the folder has this table.
    pub fn has(&self, table: &str) -> bool {
        self.tables.has(&format!("{table}.csv"))
    }
}

/// Returns an error if the folder does not hold runs, or holds only a shard of them.
fn check_complete(tables: &dyn Tables, request: &Request) -> Result<(), String> {
    let name = tables.place();
    match (&request.sweep, &request.shard) {
        (Some(_), _) => Err(format!("`{name}` holds a sweep; a report is made of a folder of `noforn run`")),
        (None, _) if request.tables == compare::NAME => Err(format!(
            "`{name}` holds a comparison; a report is made of a folder of `noforn run`, with both variants"
        )),
        (None, Some(shard)) => Err(format!("`{name}` holds part {shard} of the runs; `noforn merge` joins the parts")),
        (None, None) => Ok(()),
    }
}

fn select(mut all: Vec<Scenario>, variants: &[String]) -> Result<Vec<Scenario>, KeptError> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for name in variants {
        match all.iter().position(|scenario| scenario.variant == *name) {
            Some(at) => scenarios.push(all.remove(at)),
            None if scenarios.iter().any(|scenario| scenario.variant == *name) => {}
            None => {
                let names: Vec<&str> = all.iter().map(|scenario| scenario.variant.as_str()).collect();
                let help = instead(name, names, "it has no other");
                return Err(KeptError::Folder(format!("the folder has no variant `{}`; {help}", shown(name))));
            }
        }
    }
    Ok(scenarios)
}

fn list_files(tables: &dyn Tables) -> Result<Vec<ListedFile>, KeptError> {
    let package = kept::package(tables).map_err(KeptError::Folder)?;
    Ok(package["resources"].as_array().map(|all| all.iter().map(listed_file).collect()).unwrap_or_default())
}

fn listed_file(resource: &Value) -> ListedFile {
    let text = |key: &str| resource[key].as_str().unwrap_or_default();
    ListedFile {
        name: text("path").to_owned(),
        rows: resource["rows"].as_u64().unwrap_or_default(),
        sha256: text("hash").trim_start_matches("sha256:").to_owned(),
    }
}
