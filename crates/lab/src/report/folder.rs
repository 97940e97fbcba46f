//! An output folder: what was asked, its scenarios, and which tables it has.
use crate::compare;
use crate::study::kept::{self, KeptError, scenarios};
use crate::study::request::Request;
use crate::tables::Tables;
use noforn::scenario::words::{instead, shown};
use noforn::scenario::{BASELINE, Scenario};
use serde_json::Value;
use std::fmt;

/// A folder that `noforn run` wrote.
pub struct Folder<'a> {
    /// Its files.
    pub tables: &'a dyn Tables,
    /// What was asked for.
    pub request: Request,
    /// The scenario of every variant that is shown, the one that others are held against first.
    pub scenarios: Vec<Scenario>,
    /// Its files as its data package lists them.
    pub files: Vec<Listed>,
}

/// A file of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its rows, where it is a table.
    pub rows: u64,
    /// Its SHA-256.
    pub sha256: String,
}

impl fmt::Debug for Folder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Folder").field("place", &self.tables.place()).field("request", &self.request).finish()
    }
}

impl<'a> Folder<'a> {
    /// Opens a folder; `variants` are shown, in that order, or all of them where none is named.
    pub fn open(tables: &'a dyn Tables, variants: &[String]) -> Result<Self, KeptError> {
        let request = kept::request(tables).map_err(KeptError::Folder)?;
        whole(tables, &request).map_err(KeptError::Folder)?;
        let mut all = scenarios(tables, &request)?;
        all.sort_by_key(|scenario| scenario.variant != BASELINE);
        let scenarios = if variants.is_empty() { all } else { chosen(all, variants)? };
        if scenarios.is_empty() {
            return Err(KeptError::Folder(format!("`{}` holds no variant", tables.place())));
        }
        Ok(Self { tables, request, scenarios, files: listed(tables)? })
    }

    /// Whether another version of this program made it: then its runs are not made again for details.
    pub fn made_by_other(&self) -> bool {
        self.request.engine_version != env!("CARGO_PKG_VERSION")
    }

    /// Whether it has a table.
    pub fn has(&self, table: &str) -> bool {
        self.tables.has(&format!("{table}.csv"))
    }
}

/// Refuses a folder that is not of runs, or not of all of them.
fn whole(tables: &dyn Tables, request: &Request) -> Result<(), String> {
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

fn chosen(mut all: Vec<Scenario>, variants: &[String]) -> Result<Vec<Scenario>, KeptError> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for asked in variants {
        match all.iter().position(|scenario| scenario.variant == *asked) {
            Some(at) => scenarios.push(all.remove(at)),
            None if scenarios.iter().any(|scenario| scenario.variant == *asked) => {}
            None => {
                let names: Vec<&str> = all.iter().map(|scenario| scenario.variant.as_str()).collect();
                let help = instead(asked, names, "it has no other");
                return Err(KeptError::Folder(format!("the folder has no variant `{}`; {help}", shown(asked))));
            }
        }
    }
    Ok(scenarios)
}

fn listed(tables: &dyn Tables) -> Result<Vec<Listed>, KeptError> {
    let package = kept::package(tables).map_err(KeptError::Folder)?;
    let one = |resource: &Value| {
        let text = |key: &str| resource[key].as_str().unwrap_or_default().to_owned();
        let sha256 = text("hash").trim_start_matches("sha256:").to_owned();
        Listed { name: text("path"), rows: resource["rows"].as_u64().unwrap_or_default(), sha256 }
    };
    Ok(package["resources"].as_array().map(|all| all.iter().map(one).collect()).unwrap_or_default())
}
