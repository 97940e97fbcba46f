//! Resolved scenarios: as JSON, as TOML that loads to the same scenario, and their fingerprint.
use super::words::instead;
use super::{CedarText, Scenario};
use crate::scenario::format::ScenarioFile;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The keys that a resolved scenario no longer has, because they are applied.
const APPLIED: [&str; 4] = ["extends", "remove", "tables", "variants"];

/// The keys of `[run]` that say what `noforn run` does if it is asked for nothing else: no part of the scenario itself.
const CHOSEN: [&str; 2] = ["variants", "reps"];

/// The resolved scenario as JSON, with all defaults, without `extends`, `remove`, `tables`, `variants`, `run.variants` and
/// `run.reps`.
pub fn resolved_json(file: &ScenarioFile) -> Value {
    let mut json = serde_json::to_value(file).unwrap_or_default();
    take_out(&mut json, &APPLIED);
    take_out(&mut json["run"], &CHOSEN);
    json
}

fn take_out(table: &mut Value, keys: &[&str]) {
    let Some(table) = table.as_object_mut() else { return };
    for key in keys {
        table.shift_remove(*key);
    }
}

/// The value at a dotted path of a resolved scenario.
///
/// # Errors
/// If there is none: what may have been meant, in words.
pub fn at_path<'v>(resolved: &'v Value, path: &str) -> Result<&'v Value, String> {
    let mut value = resolved;
    for key in path.split('.') {
        let inner = match value {
            Value::Object(map) => map.get(key),
            Value::Array(items) => key.parse().ok().and_then(|at: usize| items.get(at)),
            _ => None,
        };
        let keys = value.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        value = inner.ok_or_else(|| instead(key, keys, "a path is keys joined by dots, such as `run.end`"))?;
    }
    Ok(value)
}

/// The fingerprint of a scenario: the SHA-256 of its values, in the order of the format and of their ids, and of the text
/// (not the name) of every policy file, in lower-case hexadecimal.
pub fn fingerprint(file: &ScenarioFile, cedar: &[CedarText]) -> String {
    let mut plain = file.clone();
    plain.variants.clear();
    plain.run.variants.clear();
    plain.run.reps = None;
    plain.policies = cedar.iter().map(|policy| policy.text.to_string()).collect();
    let text = serde_json::to_string(&plain).expect("a scenario holds nothing that JSON cannot");
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The resolved scenario as TOML. It loads to the same fingerprint if its policy files are in the same folder.
pub fn resolved_toml(scenario: &Scenario) -> String {
    as_toml(&resolved_json(&scenario.file))
}

/// A resolved scenario as TOML.
pub fn as_toml(resolved: &Value) -> String {
    let mut out = String::new();
    for (key, value) in resolved.as_object().into_iter().flatten() {
        if !value.is_object() {
            let _ = writeln!(out, "{key} = {}", inline(value));
        }
    }
    for (key, value) in resolved.as_object().into_iter().flatten() {
        match value {
            Value::Object(table) if key == "run" || key == "model" => section(&mut out, key, table),
            Value::Object(rows) => rows.iter().for_each(|(id, row)| {
                if let Value::Object(row) = row {
                    section(&mut out, &format!("{key}.{id}"), row);
                }
            }),
            _ => {}
        }
    }
    out
}

fn section(out: &mut String, name: &str, table: &Map<String, Value>) {
    let _ = writeln!(out, "\n[{name}]");
    for (key, value) in table {
        let _ = writeln!(out, "{key} = {}", inline(value));
    }
}

/// A value as TOML on one line.
pub fn inline(value: &Value) -> String {
    match value {
        Value::Null => "{}".to_owned(),
        Value::Bool(yes) => yes.to_string(),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| float(number.as_f64().unwrap_or(0.0)), |whole| whole.to_string())
        }
        Value::String(text) => toml::Value::String(text.clone()).to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let entries: Vec<String> = map.iter().map(|(key, value)| format!("{key} = {}", inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

fn float(number: f64) -> String {
    toml::Value::Float(number).to_string()
}
