//! What a folder keeps beside its tables: one TOML file a variant, its policies, and where its values were set.
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

/// A name that no file or folder of results can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsafeName(pub String);

impl fmt::Display for UnsafeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` cannot name a folder or file of results", self.0)
    }
}

impl std::error::Error for UnsafeName {}

/// A name that stays within the folder it is put in.
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

/// What is asked of an ensemble. Names that cannot be written are refused.
pub fn request(ensemble: &Ensemble, tables: String) -> Result<Request, UnsafeName> {
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
pub fn write(folder: &dyn Tables, ensemble: &Ensemble, request: &Request) -> io::Result<()> {
    let mut texts = Vec::new();
    for (scenario, kept) in ensemble.variants.iter().zip(&request.variants) {
        scenario.cedar.iter().for_each(|policy| drop(keep(policy, &mut texts)));
        folder.write(&kept.file, &resolved(scenario, &kept.policies))?;
    }
    texts.iter().zip(1..).try_for_each(|(text, number)| folder.write(&policy_file(number), text))
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
pub(super) fn same(base: Option<&Place>, place: &Place) -> bool {
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
