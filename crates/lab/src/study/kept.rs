//! Reads back what a folder of results keeps of its study: the request, the scenarios as they were run, records.
use super::copies::safe_name;
use super::request::{Kept, Request};
use crate::ensemble::Ended;
use crate::tables::Tables;
use crate::tables::csv_lines::unescaped;
use crate::tables::package::{FILE, sha256};
use noforn::load::{self, Faults};
use noforn::scenario::fault::Place;
use noforn::scenario::{BASELINE, Scenario};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::io;

/// The greatest package that is read, in bytes.
const GREATEST_PACKAGE: u64 = 16 << 20;
/// The greatest copy that is read, in bytes.
const GREATEST_COPY: u64 = 256 << 20;

/// Why a folder cannot be read back.
#[derive(Debug)]
pub enum KeptError {
    /// This program did not write the folder, or the folder lacks a file.
    Folder(String),
    /// The scenario has faults.
    Faults(Box<Faults>),
    /// A repeated run ended early.
    Ended(Ended),
}

impl fmt::Display for KeptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeptError::Folder(message) => f.write_str(message),
            KeptError::Faults(faults) => write!(f, "the scenario has {} faults", faults.faults.len()),
            KeptError::Ended(ended) => ended.fmt(f),
        }
    }
}

impl std::error::Error for KeptError {}

impl From<Ended> for KeptError {
    fn from(ended: Ended) -> Self {
        KeptError::Ended(ended)
    }
}

impl From<Faults> for KeptError {
    fn from(faults: Faults) -> Self {
        KeptError::Faults(Box::new(faults))
    }
}

/// The request of a folder of results. The error says in words why the folder is not one that this program wrote.
pub fn request(folder: &dyn Tables) -> Result<Request, String> {
    serde_json::from_value(package(folder)?["noforn"].take())
        .map_err(|error| format!("`{}` is not one that this noforn can read: {error}", folder.shown(FILE)))
}

/// The data package of a folder that this program wrote.
pub fn package(folder: &dyn Tables) -> Result<Value, String> {
    let wrong = |what: String| format!("`{}` {what}", folder.shown(FILE));
    let text = folder.read(FILE, GREATEST_PACKAGE).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let package: Value = serde_json::from_str(&text).map_err(|error| wrong(format!("is not JSON: {error}")))?;
    match package.get("noforn") {
        Some(_) => Ok(package),
        None => Err(wrong("was not made by noforn".to_owned())),
    }
}

/// The texts of the scenarios and policies of a folder, by file name.
pub fn texts(folder: &dyn Tables, request: &Request) -> Result<BTreeMap<String, String>, String> {
    let mut texts = BTreeMap::new();
    for kept in &request.variants {
        let policies = kept.policies.iter().map(|policy| &policy.file);
        for name in std::iter::once(&kept.file).chain(policies) {
            let name = safe_name(name).map_err(|refusal| refusal.to_string())?;
            texts.insert(name.to_owned(), read(folder, name)?);
        }
    }
    Ok(texts)
}

/// The text of a copy.
pub fn read(folder: &dyn Tables, name: &str) -> Result<String, String> {
    folder.read(name, GREATEST_COPY).map_err(|error| format!("cannot read `{}`: {error}", folder.shown(name)))
}

/// The text of a historical record in the folder. Returns an error unless the request names it with the same SHA-256.
pub fn record(folder: &dyn Tables, request: &Request, name: &str) -> Result<String, String> {
    let written = request.records.get(name).ok_or_else(|| format!("the package names no copy `{name}`"))?;
    let text = read(folder, name)?;
    if sha256(&text) == *written { Ok(text) } else { Err(format!("`{}` was changed", folder.shown(name))) }
}

/// The scenarios that a folder keeps, as they were when they were run.
pub fn scenarios(folder: &dyn Tables, request: &Request) -> Result<Vec<Scenario>, KeptError> {
    let texts = texts(folder, request).map_err(KeptError::Folder)?;
    let origins = read_origins(folder, request);
    let mut origins = origins.map_err(|error| KeptError::Folder(format!("cannot read `origins.csv`: {error}")))?;
    let scenario = |kept: &Kept| scenario(&texts, request, kept, origins.remove(&kept.variant).unwrap_or_default());
    request.variants.iter().map(scenario).collect()
}

fn scenario(
    texts: &BTreeMap<String, String>,
    request: &Request,
    kept: &Kept,
    origins: BTreeMap<String, Place>,
) -> Result<Scenario, KeptError> {
    let name = "scenario.toml";
    let mut scenario = load::load(&with_alias(texts, &kept.file, name), name, &load::Choice::default())?;
    restore(&mut scenario, request, kept, origins);
    Ok(scenario)
}

/// The texts of a folder, with one of them also under another name: the file of a variant may have a `+` in its name, which
/// the name of a scenario may not.
pub fn with_alias(texts: &BTreeMap<String, String>, file: &str, name: &str) -> BTreeMap<String, String> {
    let mut files = texts.clone();
    files.insert(name.to_owned(), texts[file].clone());
    files
}

/// The origins of the values of every variant, from `origins.csv`. Byte offsets are not recorded and read as 0.
fn read_origins(folder: &dyn Tables, request: &Request) -> io::Result<BTreeMap<String, BTreeMap<String, Place>>> {
    let mut listed: BTreeMap<String, BTreeMap<String, Place>> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(folder.open("origins.csv")?);
    for record in reader.records() {
        let record = record?;
        let bad = || io::Error::other("`origins.csv` does not have the columns that noforn wrote");
        let number = |index: usize| record.get(index).and_then(|cell| cell.parse().ok()).ok_or_else(bad);
        let text = |index: usize| record.get(index).map(unescaped).ok_or_else(bad);
        let place = Place { file: text(2)?.into(), start: 0, end: 0, line: number(3)?, column: number(4)? };
        listed.entry(text(0)?.to_owned()).or_default().insert(text(1)?.to_owned(), place);
    }
    let base = listed.get(BASELINE).cloned().unwrap_or_default();
    let mut by_variant = BTreeMap::new();
    for Kept { variant, .. } in &request.variants {
        let mut origins = base.clone();
        origins.extend(listed.remove(variant).unwrap_or_default());
        by_variant.insert(variant.clone(), origins);
    }
    Ok(by_variant)
}

/// Gives a scenario from a copy its original names and origins.
fn restore(scenario: &mut Scenario, request: &Request, kept: &Kept, origins: BTreeMap<String, Place>) {
    scenario.name.clone_from(&request.scenario);
    scenario.variant.clone_from(&kept.variant);
    scenario.origins = origins.into();
    for (policy, kept) in scenario.cedar.iter_mut().zip(&kept.policies) {
        policy.file = kept.name.as_str().into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ensemble::Ensemble;
    use crate::study::copies::{self, file_name, is_same_place, origins, write};
    use crate::tables::csv_lines::CsvLines;
    use crate::tables::memory::MemoryTables;
    use crate::three_nations;
    use noforn::scenario::CedarText;

    fn ensemble() -> Ensemble {
        let mut variants = vec![three_nations::scenario("alpha"), three_nations::scenario(BASELINE)];
        for scenario in &mut variants {
            let file = if scenario.variant == BASELINE { "a.toml" } else { "-b.toml" };
            let place = |line, file: &str| Place { file: file.into(), start: 9, end: 10, line, column: 2 };
            scenario.origins =
                BTreeMap::from([("title".to_owned(), place(1, "a.toml")), ("run.seed".to_owned(), place(5, file))])
                    .into();
            scenario.cedar = vec![CedarText { file: "../rules/x.cedar".into(), text: "// none".into() }];
        }
        Ensemble::new(variants, 2)
    }

    #[test]
    fn origins_of_a_variant_are_written_where_they_differ_and_read_back_completely() {
        let (ensemble, folder) = (ensemble(), MemoryTables::default());
        let rows = origins(&ensemble);
        let listed: Vec<(&str, &str)> = rows.iter().map(|row| (&*row.variant, &*row.path)).collect();
        assert_eq!(listed, [("alpha", "run.seed"), (BASELINE, "run.seed"), (BASELINE, "title")]);
        let text = CsvLines::new("", &rows);
        folder.write("origins.csv", &format!("h,h,h,h,h\n{}", text.text())).unwrap();
        let request = copies::request(&ensemble, "runs".to_owned()).unwrap();
        write(&folder, &ensemble, &request).unwrap();
        let read = read_origins(&folder, &request).unwrap();
        for scenario in &ensemble.variants {
            let read = &read[&scenario.variant];
            assert_eq!(read.len(), 2);
            assert!(scenario.origins.iter().all(|(path, place)| is_same_place(read.get(path), place)), "{read:?}");
        }
    }

    #[test]
    fn every_variant_has_a_copy_and_equal_policies_share_one() {
        let (ensemble, folder) = (ensemble(), MemoryTables::default());
        let request = copies::request(&ensemble, "runs".to_owned()).unwrap();
        write(&folder, &ensemble, &request).unwrap();
        let texts = texts(&folder, &request).unwrap();
        let names: Vec<&str> = texts.keys().map(String::as_str).collect();
        assert_eq!(names, ["policies-1.cedar", "scenario-alpha.toml", "scenario.toml"]);
        assert!(texts["scenario.toml"].contains("policies = [\"policies-1.cedar\"]"), "{}", texts["scenario.toml"]);
        assert_eq!(request.variants[0].policies[0].name, "../rules/x.cedar");
    }

    #[test]
    fn the_name_of_a_variant_cannot_leave_the_folder() {
        assert!(file_name("../x").is_err() && file_name("a/b").is_err());
        assert_eq!(file_name("as-spoken").unwrap(), "scenario-as-spoken.toml");
    }
}
