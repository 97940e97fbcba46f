//! Tables of a scenario's sources and assumptions, and of what its variants change.
use super::figure::HtmlTable;
use noforn::scenario::Scenario;
use noforn::scenario::resolve::resolved_json;
use noforn::world::model::{Model, PARAMETERS, Parameter};
use serde_json::{Map, Value};

/// Tables of a scenario whose entries may name assumptions: key and heading.
const TABLES: [(&str, &str); 9] = [
    ("rules", "Rules"),
    ("events", "Events"),
    ("agreements", "Agreements"),
    ("vendors", "Vendors"),
    ("groups", "Groups"),
    ("rivals", "States outside"),
    ("nations", "Nations"),
    ("networks", "Networks"),
    ("missions", "Missions"),
];

/// Sources and assumptions of a scenario, one table per kind of entry. Leaves out empty tables.
pub fn tables(scenario: &Scenario) -> Vec<HtmlTable> {
    let resolved = resolved_json(&scenario.file);
    let mut tables: Vec<HtmlTable> = TABLES.iter().filter_map(|(key, name)| table(&resolved, key, name)).collect();
    tables.push(parameters(scenario));
    tables
}

fn text(entry: &Map<String, Value>, key: &str) -> String {
    entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn table(resolved: &Value, key: &str, name: &str) -> Option<HtmlTable> {
    let entries = resolved.get(key)?.as_object()?;
    let mut rows = Vec::new();
    for (id, entry) in entries {
        let Some(entry) = entry.as_object() else { continue };
        let assumed: Vec<&str> =
            entry.get("assumed").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let (source, remark) = (text(entry, "source"), text(entry, "remark"));
        if assumed.is_empty() && source.is_empty() && remark.is_empty() {
            continue;
        }
        let named =
            ["name", "title", "says", "operator"].iter().map(|key| text(entry, key)).find(|text| !text.is_empty());
        rows.push(vec![id.clone(), named.unwrap_or_default(), assumed.join(", "), source, remark]);
    }
    if rows.is_empty() {
        return None;
    }
    let heads = ["id", "what it is", "assumed values", "source", "remark"].map(str::to_owned).to_vec();
    let caption = format!("{name}: {} of {} say on what they rest", rows.len(), entries.len());
    Some(HtmlTable { caption, heads, rows, source: "the resolved scenario in the folder" })
}

/// The parameters of the model: their values in this scenario and the sources of their defaults.
fn parameters(scenario: &Scenario) -> HtmlTable {
    let default = Model::default();
    HtmlTable {
        caption: format!("Parameters of the model: {}", PARAMETERS.len()),
        heads: ["parameter", "what it does", "value", "unit", "source of its default", "where it differs"]
            .map(str::to_owned)
            .to_vec(),
        rows: PARAMETERS
            .iter()
            .map(|parameter| {
                let (name, model) = (parameter.name, &scenario.file.model);
                parameter_row(parameter, model.values(name), default.values(name))
            })
            .collect(),
        source: "the resolved scenario in the folder",
    }
}

fn parameter_row(parameter: &Parameter, here: Option<Vec<f64>>, default: Option<Vec<f64>>) -> Vec<String> {
    let differs = if here == default { String::new() } else { format!("default {}", join_values(default)) };
    vec![
        parameter.name.to_owned(),
        parameter.doc.trim().to_owned(),
        join_values(here),
        parameter.unit.to_owned(),
        parameter.source.to_owned(),
        differs,
    ]
}

fn join_values(values: Option<Vec<f64>>) -> String {
    values.unwrap_or_default().iter().map(f64::to_string).collect::<Vec<_>>().join(", ")
}

/// Every value in which a variant differs from the reference.
pub fn changes(reference: &Scenario, variant: &Scenario) -> HtmlTable {
    let mut rows = Vec::new();
    collect_changes("", &resolved_json(&reference.file), &resolved_json(&variant.file), &mut rows);
    HtmlTable {
        caption: format!("What {} changes: {}", variant.variant, super::numbers::count(rows.len(), "value")),
        heads: ["path".to_owned(), reference.variant.clone(), variant.variant.clone()].to_vec(),
        rows,
        source: "the resolved scenario in the folder",
    }
}

/// Appends a row (path, value in `a`, value in `b`) for every leaf that differs.
fn collect_changes(path: &str, a: &Value, b: &Value, rows: &mut Vec<Vec<String>>) {
    if a == b {
        return;
    }
    let (Value::Object(one), Value::Object(other)) = (a, b) else {
        rows.push(vec![path.to_owned(), shown(a), shown(b)]);
        return;
    };
    let mut keys: Vec<&String> = one.keys().chain(other.keys()).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        collect_changes(&path, one.get(key).unwrap_or(&Value::Null), other.get(key).unwrap_or(&Value::Null), rows);
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() > 160 { text.chars().take(160).collect::<String>() + "…" } else { text }
}
