//! Every number of a shipped scenario has a source or says that it is assumed.
use super::shared::scenario;
use noforn::scenario::resolve::resolved_json;
use serde_json::{Map, Value};

/// The dotted keys below a table that hold numbers.
fn numbers(table: &Map<String, Value>, prefix: &str, found: &mut Vec<String>) {
    for (key, value) in table {
        let path = format!("{prefix}{key}");
        match value {
            Value::Number(_) => found.push(path),
            Value::Array(items) if items.iter().any(Value::is_number) => found.push(path),
            Value::Object(inner) => numbers(inner, &format!("{path}."), found),
            _ => {}
        }
    }
}

/// Whether a table says where a number of its own comes from.
fn covered(table: &Map<String, Value>, key: &str) -> bool {
    let source = table.get("source").and_then(Value::as_str).is_some_and(|source| !source.is_empty());
    let assumed = table.get("assumed").and_then(Value::as_array).is_some_and(|assumed| {
        let says = |word: &str| word == "all" || word == key || key.split('.').next() == Some(word);
        assumed.iter().filter_map(Value::as_str).any(says)
    });
    source || assumed
}

/// What the file leaves to the format's own defaults is documented there, so it needs no source in the file.
fn is_default(scenario: &noforn::scenario::Scenario, path: &str) -> bool {
    !scenario.origins.contains_key(path)
}

#[test]
fn every_number_of_the_shipped_scenarios_has_a_source_or_is_assumed() {
    let mut bare = Vec::new();
    let mut seen = 0;
    for (path, variants) in shipped() {
        for variant in variants {
            let scenario = scenario(path, variant, &[]);
            let json = resolved_json(&scenario.file);
            for (table, rows) in json.as_object().expect("a scenario is a table") {
                // A seed and a version are nobody's finding; parameters carry their source in the program.
                let Some(rows) = rows.as_object().filter(|_| table != "run" && table != "model") else { continue };
                for (id, row) in rows.iter().filter_map(|(id, row)| Some((id, row.as_object()?))) {
                    let mut found = Vec::new();
                    numbers(row, "", &mut found);
                    seen += found.len();
                    found.retain(|key| !is_default(&scenario, &format!("{table}.{id}.{key}")) && !covered(row, key));
                    bare.extend(found.iter().map(|key| format!("{path} {variant}: {table}.{id}.{key}")));
                }
            }
        }
    }
    assert!(seen > 10_000, "the walk saw {seen} numbers");
    assert!(bare.is_empty(), "neither source nor `assumed`:\n{}", bare.join("\n"));
}

#[test]
fn a_number_without_either_is_found() {
    let table = serde_json::json!({ "price_index": 0.75, "core": { "huawei": 0.2 }, "assumed": ["core"] });
    let table = table.as_object().expect("a table");
    let mut found = Vec::new();
    numbers(table, "", &mut found);
    found.retain(|key| !covered(table, key));
    assert_eq!(found, ["price_index"]);
}

/// The shipped scenarios and their variants.
fn shipped() -> [(&'static str, Vec<&'static str>); 3] {
    let huawei = vec![
        "baseline",
        "as-spoken",
        "no-threat",
        "no-embargo",
        "core-only",
        "any-layer",
        "no-contradiction",
        "paid-replacement",
        "as-recorded",
    ];
    [
        ("scenarios/huawei-2019.toml", huawei),
        ("scenarios/tutorial.toml", vec!["baseline", "as-spoken"]),
        ("scenarios/new-zealand-1985.toml", vec!["baseline", "to-the-letter", "free-relay", "ban-lifted"]),
    ]
}
