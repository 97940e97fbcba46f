//! What a scenario assumes and on what it rests, and what its variants change.
use super::picture::Numbers;
use noforn::scenario::Scenario;
use noforn::scenario::resolve::resolved_json;
use noforn::world::model::PARAMETERS;
use serde_json::{Map, Value};

/// Tables of a scenario whose entries may say what they assume.
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

/// The sources and assumptions of a scenario, table by table; empty ones are left out.
pub fn tables(scenario: &Scenario) -> Vec<Numbers> {
    let resolved = resolved_json(&scenario.file);
    let mut tables: Vec<Numbers> = TABLES.iter().filter_map(|(key, name)| table(&resolved, key, name)).collect();
    tables.push(model(scenario));
    tables
}

fn text(entry: &Map<String, Value>, key: &str) -> String {
    entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn table(resolved: &Value, key: &str, name: &str) -> Option<Numbers> {
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
    Some(Numbers { caption, heads, rows, source: "the resolved scenario in the folder" })
}

/// The parameters of the model, their values here, and where their defaults come from.
fn model(scenario: &Scenario) -> Numbers {
    let told =
        |values: Option<Vec<f64>>| values.unwrap_or_default().iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
    let default = noforn::world::model::Model::default();
    let row = |parameter: &noforn::world::model::Parameter| {
        let (here, usual) = (scenario.file.model.values(parameter.name), default.values(parameter.name));
        let other = if here == usual { String::new() } else { format!("default {}", told(usual)) };
        vec![
            parameter.name.to_owned(),
            parameter.doc.trim().to_owned(),
            told(here),
            parameter.unit.to_owned(),
            parameter.source.to_owned(),
            other,
        ]
    };
    Numbers {
        caption: format!("Parameters of the model: {}", PARAMETERS.len()),
        heads: ["parameter", "what it does", "value", "unit", "source of its default", "where it differs"]
            .map(str::to_owned)
            .to_vec(),
        rows: PARAMETERS.iter().map(row).collect(),
        source: "the resolved scenario in the folder",
    }
}

/// Where a variant differs from the reference, value by value.
pub fn changes(reference: &Scenario, variant: &Scenario) -> Numbers {
    let mut rows = Vec::new();
    compare("", &resolved_json(&reference.file), &resolved_json(&variant.file), &mut rows);
    Numbers {
        caption: format!("What {} changes: {}", variant.variant, super::numbers::count(rows.len(), "value")),
        heads: ["path".to_owned(), reference.variant.clone(), variant.variant.clone()].to_vec(),
        rows,
        source: "the resolved scenario in the folder",
    }
}

fn compare(path: &str, a: &Value, b: &Value, rows: &mut Vec<Vec<String>>) {
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
        compare(&path, one.get(key).unwrap_or(&Value::Null), other.get(key).unwrap_or(&Value::Null), rows);
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
