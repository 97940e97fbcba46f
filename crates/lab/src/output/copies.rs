//! What a folder keeps beside its tables: one TOML file a variant, its policies, where its values were set, records.
use super::folder::{Refusal, regular, safe_name};
use super::request::{Kept, KeptPolicy, Request};
use super::rows::OriginRow;
use super::work::sha256;
use crate::ensemble::Ensemble;
use noforn::scenario::fault::Place;
use noforn::scenario::resolve::{as_toml, resolved_json};
use noforn::scenario::{CedarText, Scenario};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

/// The variant that is the scenario as its file stands.
pub const BASELINE: &str = "baseline";
/// The greatest copy that is read, in bytes.
const GREATEST: u64 = 256 << 20;

/// The name of the file for a variant.
pub fn file_name(variant: &str) -> Result<String, Refusal> {
    let name = if variant == BASELINE { "scenario.toml".to_owned() } else { format!("scenario-{variant}.toml") };
    safe_name(&name).map(str::to_owned)
}

/// What is asked of an ensemble. Names that cannot be written are refused.
pub fn request(ensemble: &Ensemble, tables: String) -> Result<Request, Refusal> {
    let mut texts = Vec::new();
    let mut variants = Vec::new();
    for scenario in &ensemble.variants {
        let file = file_name(&scenario.variant)?;
        let policies = scenario.cedar.iter().map(|policy| keep(policy, &mut texts)).collect();
        let (variant, scenario_sha256) = (scenario.variant.clone(), scenario.sha256.clone());
        variants.push(Kept { variant, file, scenario_sha256, policies });
    }
    let scenario = ensemble.variants.first().map(|scenario| scenario.name.clone()).unwrap_or_default();
    Ok(Request {
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        scenario,
        reps: ensemble.reps,
        tables,
        shard: None,
        sweep: None,
        records: BTreeMap::new(),
        variants,
    })
}

/// Writes the scenarios of an ensemble and their policies, as its request names them.
pub fn write(folder: &Path, ensemble: &Ensemble, request: &Request) -> Result<(), Refusal> {
    let mut texts = Vec::new();
    for (scenario, kept) in ensemble.variants.iter().zip(&request.variants) {
        scenario.cedar.iter().for_each(|policy| drop(keep(policy, &mut texts)));
        put(folder, &kept.file, &resolved(scenario, &kept.policies))?;
    }
    for (text, number) in texts.iter().zip(1..) {
        put(folder, &policy_file(number), text)?;
    }
    Ok(())
}

fn policy_file(number: usize) -> String {
    format!("policies-{number}.cedar")
}

/// Numbers a policy text, equal ones once.
fn keep(policy: &CedarText, texts: &mut Vec<Arc<str>>) -> KeptPolicy {
    let index = texts.iter().position(|text| *text == policy.text).unwrap_or_else(|| {
        texts.push(policy.text.clone());
        texts.len() - 1
    });
    KeptPolicy { file: policy_file(index + 1), name: policy.file.to_string() }
}

/// The resolved scenario as TOML; its policies are the copies.
fn resolved(scenario: &Scenario, policies: &[KeptPolicy]) -> String {
    let mut resolved = resolved_json(&scenario.file);
    if !policies.is_empty() {
        resolved["policies"] = policies.iter().map(|policy| policy.file.as_str()).collect();
    }
    as_toml(&resolved)
}

fn put(folder: &Path, name: &str, text: &str) -> Result<(), Refusal> {
    let path = folder.join(name);
    let written = File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Refusal::Io(path, error))
}

/// The rows of `origins.csv`: all values of the baseline, of the others those set elsewhere than there.
pub fn origins(ensemble: &Ensemble) -> Vec<OriginRow> {
    let base = base(&ensemble.variants);
    let mut rows = Vec::new();
    for scenario in &ensemble.variants {
        for (path, place) in scenario.origins.iter() {
            let elsewhere = |base: &Scenario| base.variant == scenario.variant || !same(base.origins.get(path), place);
            if base.is_none_or(elsewhere) {
                rows.push(row(&scenario.variant, path, place));
            }
        }
    }
    rows.sort_by(|a, b| (&a.variant, &a.path).cmp(&(&b.variant, &b.path)));
    rows
}

/// The variant whose origins the others share.
fn base(variants: &[Scenario]) -> Option<&Scenario> {
    variants.iter().find(|scenario| scenario.variant == BASELINE)
}

/// Whether two values stand at the same place, as the table tells it.
fn same(base: Option<&Place>, place: &Place) -> bool {
    base.is_some_and(|base| (&base.file, base.line, base.column) == (&place.file, place.line, place.column))
}

fn row(variant: &str, path: &str, place: &Place) -> OriginRow {
    OriginRow {
        variant: variant.into(),
        path: path.into(),
        source_file: place.file.clone(),
        source_line: place.line,
        source_column: place.column,
    }
}

/// Writes what the scenarios of a request are held against, by the names of the copies, and names it in the request.
pub fn write_records(folder: &Path, request: &mut Request, records: &[(&str, &str)]) -> Result<(), Refusal> {
    for (name, text) in records {
        put(folder, name, text)?;
        request.records.insert((*name).to_owned(), sha256(text));
    }
    Ok(())
}

/// The text of such a copy, if the request names it and it is as it was.
pub fn record(folder: &Path, request: &Request, name: &str) -> Result<String, String> {
    let written = request.records.get(name).ok_or_else(|| format!("the package names no copy `{name}`"))?;
    let text = read(folder, name)?;
    if sha256(&text) == *written { Ok(text) } else { Err(format!("`{}` was changed", folder.join(name).display())) }
}

/// The texts of the scenarios and policies of a folder, by name.
pub fn texts(folder: &Path, request: &Request) -> Result<BTreeMap<String, String>, String> {
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
fn read(folder: &Path, name: &str) -> Result<String, String> {
    let path = folder.join(name);
    let mut text = String::new();
    let read = regular(&path).and_then(|file| file.take(GREATEST).read_to_string(&mut text));
    read.map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    Ok(text)
}

/// Where the values of every variant were set, from `origins.csv`; byte offsets are lost.
pub fn read_origins(folder: &Path, request: &Request) -> io::Result<BTreeMap<String, BTreeMap<String, Place>>> {
    let mut told: BTreeMap<String, BTreeMap<String, Place>> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(regular(&folder.join("origins.csv"))?);
    for record in reader.records() {
        let record = record?;
        let bad = || io::Error::other("`origins.csv` does not have the columns that noforn wrote");
        let number = |index: usize| record.get(index).and_then(|cell| cell.parse().ok()).ok_or_else(bad);
        let text = |index: usize| record.get(index).map(unguarded).ok_or_else(bad);
        let place = Place { file: text(2)?.into(), start: 0, end: 0, line: number(3)?, column: number(4)? };
        told.entry(text(0)?.to_owned()).or_default().insert(text(1)?.to_owned(), place);
    }
    let base = told.get(BASELINE).cloned().unwrap_or_default();
    let whole = |kept: &Kept| {
        let mut origins = base.clone();
        origins.extend(told.remove(&kept.variant).unwrap_or_default());
        (kept.variant.clone(), origins)
    };
    Ok(request.variants.iter().map(whole).collect())
}

/// A text cell without the apostrophe that keeps spreadsheets from running it.
pub fn unguarded(cell: &str) -> &str {
    let rest = cell.strip_prefix('\'').filter(|rest| rest.starts_with(super::lines::is_formula_start));
    rest.unwrap_or(cell)
}

/// Makes a scenario that was read back from a copy what it was when it was run.
pub fn restore(scenario: &mut Scenario, request: &Request, kept: &Kept, origins: BTreeMap<String, Place>) {
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
    use crate::output::fake;
    use crate::output::lines::Lines;
    use std::fs;

    fn ensemble() -> Ensemble {
        let mut variants = vec![fake::scenario("alpha"), fake::scenario(BASELINE)];
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
    fn origins_of_a_variant_are_told_where_they_differ_and_read_back_whole() {
        let (ensemble, folder) = (ensemble(), tempfile::tempdir().unwrap());
        let rows = origins(&ensemble);
        let told: Vec<(&str, &str)> = rows.iter().map(|row| (&*row.variant, &*row.path)).collect();
        assert_eq!(told, [("alpha", "run.seed"), (BASELINE, "run.seed"), (BASELINE, "title")]);
        let text = Lines::of("", &rows);
        fs::write(folder.path().join("origins.csv"), format!("h,h,h,h,h\n{}", text.text())).unwrap();
        let request = request(&ensemble, "runs".to_owned()).unwrap();
        write(folder.path(), &ensemble, &request).unwrap();
        let read = read_origins(folder.path(), &request).unwrap();
        for scenario in &ensemble.variants {
            let read = &read[&scenario.variant];
            assert_eq!(read.len(), 2);
            assert!(scenario.origins.iter().all(|(path, place)| same(read.get(path), place)), "{read:?}");
        }
    }

    #[test]
    fn every_variant_has_a_copy_and_equal_policies_one() {
        let (ensemble, folder) = (ensemble(), tempfile::tempdir().unwrap());
        let request = request(&ensemble, "runs".to_owned()).unwrap();
        write(folder.path(), &ensemble, &request).unwrap();
        let texts = texts(folder.path(), &request).unwrap();
        let names: Vec<&str> = texts.keys().map(String::as_str).collect();
        assert_eq!(names, ["policies-1.cedar", "scenario-alpha.toml", "scenario.toml"]);
        assert!(texts["scenario.toml"].contains("policies = [\"policies-1.cedar\"]"), "{}", texts["scenario.toml"]);
        assert_eq!(request.variants[0].policies[0].name, "../rules/x.cedar");
    }

    #[test]
    fn a_variant_cannot_write_elsewhere() {
        assert!(file_name("../x").is_err() && file_name("a/b").is_err());
        assert_eq!(file_name("as-spoken").unwrap(), "scenario-as-spoken.toml");
    }
}
