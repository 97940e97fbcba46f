//! Copies of scenarios in a folder of results: one TOML file per variant, its policies, and the origins of its values.
use super::request::{Kept, KeptPolicy, Request};
use crate::ensemble::Ensemble;
use crate::tables::Tables;
use crate::tables::rows::OriginRow;
use noforn::scenario::fault::Place;
use noforn::scenario::resolve::{as_toml, resolved_json};
use noforn::scenario::{BASELINE, CedarText, Scenario};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;

/// The error for a name that cannot be the name of a file or folder of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsafeName(pub String);

impl fmt::Display for UnsafeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot name a folder or file of results", self.0)
    }
}

impl std::error::Error for UnsafeName {}

/// Returns the name if a file of that name stays within its folder.
pub fn safe_name(name: &str) -> Result<&str, UnsafeName> {
    let plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\' | ':');
    let inside = !name.is_empty() && !name.starts_with('.') && name.len() <= 200 && name.chars().all(plain);
    if inside { Ok(name) } else { Err(UnsafeName(name.escape_default().to_string())) }
}

/// The name of the file for a variant.
pub fn file_name(variant: &str) -> Result<String, UnsafeName> {
    let name = if variant == BASELINE { "scenario.toml".to_owned() } else { format!("scenario-{variant}.toml") };
    safe_name(&name).map(str::to_owned)
}

/// The request for an ensemble. Returns an error if the name of a variant cannot be a file name.
pub fn request(ensemble: &Ensemble, tables: String) -> Result<Request, UnsafeName> {
    let mut texts = Vec::new();
    let mut variants = Vec::new();
    for scenario in &ensemble.variants {
        let file = file_name(&scenario.variant)?;
        let policies = scenario.cedar.iter().map(|policy| number_policy(policy, &mut texts)).collect();
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
        robustness: None,
        records: BTreeMap::new(),
        variants,
    })
}

/// Writes the scenarios of an ensemble and their policies, under the names in the request.
pub fn write(folder: &dyn Tables, ensemble: &Ensemble, request: &Request) -> io::Result<()> {
    let mut texts = Vec::new();
    for (scenario, kept) in ensemble.variants.iter().zip(&request.variants) {
        scenario.cedar.iter().for_each(|policy| drop(number_policy(policy, &mut texts)));
        folder.write(&kept.file, &resolved_toml(scenario, &kept.policies))?;
    }
    texts.iter().zip(1..).try_for_each(|(text, number)| folder.write(&policy_file(number), text))
}

fn policy_file(number: usize) -> String {
    format!("policies-{number}.cedar")
}

/// Returns the copy of a policy text: equal texts share a number and a file.
fn number_policy(policy: &CedarText, texts: &mut Vec<Arc<str>>) -> KeptPolicy {
    let index = texts.iter().position(|text| *text == policy.text).unwrap_or_else(|| {
        texts.push(policy.text.clone());
        texts.len() - 1
    });
    KeptPolicy { file: policy_file(index + 1), name: policy.file.to_string() }
}

/// The resolved scenario as TOML; it refers to the copies of its policies.
fn resolved_toml(scenario: &Scenario, policies: &[KeptPolicy]) -> String {
    let mut resolved = resolved_json(&scenario.file);
    if !policies.is_empty() {
        resolved["policies"] = policies.iter().map(|policy| policy.file.as_str()).collect();
    }
    as_toml(&resolved)
}

/// The rows of `origins.csv`: every value of the baseline, and the values of other variants whose origin differs from it.
pub fn origins(ensemble: &Ensemble) -> Vec<OriginRow> {
    let base = ensemble.variants.iter().find(|scenario| scenario.variant == BASELINE);
    let mut rows = Vec::new();
    for scenario in &ensemble.variants {
        for (path, place) in scenario.origins.iter() {
            let elsewhere =
                |base: &Scenario| base.variant == scenario.variant || !is_same_place(base.origins.get(path), place);
            if base.is_none_or(elsewhere) {
                rows.push(row(&scenario.variant, path, place));
            }
        }
    }
    rows.sort_by(|a, b| (&a.variant, &a.path).cmp(&(&b.variant, &b.path)));
    rows
}

/// True if two places have the same file, line and column, which is all that the table records.
pub(super) fn is_same_place(base: Option<&Place>, place: &Place) -> bool {
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
