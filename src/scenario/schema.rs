//! The JSON Schema of scenario files, derived from the types that read them.
use super::format::ScenarioFile;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// The pattern of an id. All tables but `nations`, `rivals` and `facts` have such keys.
pub const ID: &str = "^[A-Za-z][A-Za-z0-9_-]{0,63}$";
/// The pattern of a nation's or rival's id.
pub const NATION: &str = "^[A-Z]{3}$";
/// The pattern of a fact's id: a name of a Cedar attribute.
pub const FACT: &str = "^[a-z][a-z0-9_]{0,63}$";
/// The pattern of a quarter.
pub const QUARTER: &str = "^(19|2[0-9])[0-9]{2}Q[1-4]$";
/// The pattern of a quarter or a date.
pub const DAY: &str = "^(19|2[0-9])[0-9]{2}(Q[1-4]|-[0-9]{2}-[0-9]{2})$";

/// The schema of a complete scenario: all files, tables and variants merged.
pub fn complete() -> &'static Value {
    static COMPLETE: OnceLock<Value> = OnceLock::new();
    COMPLETE.get_or_init(|| {
        let mut schema = schemars::schema_for!(ScenarioFile).to_value();
        tidy(&mut schema);
        name_keys(&mut schema);
        schema
    })
}

/// The schema that is published, for single files. It requires no keys, because they may come from `extends` or `tables`;
/// `noforn check` checks the complete scenario.
pub fn published() -> Value {
    let mut schema = complete().clone();
    require_nothing(&mut schema);
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".into(), "noforn scenario".into());
    }
    schema
}

/// The schemas of the top keys of a scenario file.
pub fn top() -> &'static Map<String, Value> {
    static NONE: OnceLock<Map<String, Value>> = OnceLock::new();
    complete()["properties"].as_object().unwrap_or_else(|| NONE.get_or_init(Map::new))
}

/// Resolves a schema that is a reference.
pub fn follow(schema: &'static Value) -> &'static Value {
    let name = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
    name.map_or(schema, |name| &complete()["$defs"][name])
}

/// The schema of the rows of a table such as `nations`.
pub fn row(table: &str) -> Option<&'static Value> {
    let rows = follow(top().get(table)?).get("additionalProperties")?;
    rows.is_object().then(|| follow(rows))
}

/// The schema of a key: of a property, or of any key of a table that is keyed by id.
pub fn below(schema: &'static Value, key: &str) -> Option<&'static Value> {
    let schema = follow(schema);
    let property = schema["properties"].get(key);
    property.or_else(|| schema.get("additionalProperties").filter(|inner| inner.is_object()))
}

/// Adds the patterns of table keys, which the types do not express.
fn name_keys(schema: &mut Value) {
    fn name(at: Option<&mut Value>, pattern: &str) {
        if let Some(Value::Object(table)) = at {
            table.insert("propertyNames".into(), json!({ "pattern": pattern }));
        }
    }
    for table in ["vendors", "networks", "missions", "agreements", "groups", "rules", "events", "variants", "posterior"]
    {
        name(schema.pointer_mut(&format!("/properties/{table}")), ID);
    }
    name(schema.pointer_mut("/properties/nations"), NATION);
    name(schema.pointer_mut("/properties/rivals"), NATION);
    name(schema.pointer_mut("/properties/facts"), FACT);
    name(schema.pointer_mut("/$defs/NationEntry/properties/facts"), FACT);
    for key in ["distance_km", "contest_share", "export_share"] {
        name(schema.pointer_mut(&format!("/$defs/NationEntry/properties/{key}")), NATION);
    }
    for mix in ["core", "access_4g", "access_5g"] {
        name(schema.pointer_mut(&format!("/$defs/NetworkEntry/properties/{mix}")), ID);
    }
}

/// Removes null, which TOML does not have: optional keys are left out instead.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            without_null(map);
            map.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

fn without_null(map: &mut Map<String, Value>) {
    if let Some(Value::Array(kinds)) = map.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            map.insert("type".into(), only);
        }
    }
    let Some(Value::Array(options)) = map.get_mut("anyOf") else { return };
    let before = options.len();
    options.retain(|option| *option != json!({ "type": "null" }));
    if options.len() == 1 && before == 2 {
        let only = options.remove(0);
        map.remove("anyOf");
        if let Value::Object(only) = only {
            map.extend(only);
        }
    }
}

fn require_nothing(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            // A property may also be called `required`; the schema's own keyword has a list.
            if map.get("required").is_some_and(Value::is_array) {
                map.remove("required");
            }
            map.values_mut().for_each(require_nothing);
        }
        Value::Array(items) => items.iter_mut().for_each(require_nothing),
        _ => {}
    }
}

/// Whether a text matches one of the patterns above; none for another pattern.
pub fn fits(pattern: &str, text: &str) -> Option<bool> {
    Some(match pattern {
        ID => is_id(text, u8::is_ascii_alphabetic, |b| b.is_ascii_alphanumeric() || b"_-".contains(b)),
        NATION => text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()),
        FACT => is_id(text, u8::is_ascii_lowercase, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_'),
        QUARTER => is_quarter(text),
        DAY => is_quarter(text) || is_day(text),
        _ => return None,
    })
}

/// Whether a text is an id of at most 64 bytes, by its first byte and all bytes.
fn is_id(text: &str, first: fn(&u8) -> bool, all: fn(&u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(first) && bytes.len() <= 64 && bytes.iter().all(all)
}

fn is_quarter(text: &str) -> bool {
    text.parse::<crate::world::clock::Quarter>().is_ok()
}

/// Whether a text has the form of a date from 1900 on.
fn is_day(text: &str) -> bool {
    let digits =
        text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    text.len() == 10 && digits && (text.starts_with("19") || text.starts_with('2'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(schema: &Value, key: &str, found: &mut Vec<Value>) {
        match schema {
            Value::Object(map) => {
                found.extend(map.get(key).cloned());
                map.values().for_each(|inner| every(inner, key, found));
            }
            Value::Array(items) => items.iter().for_each(|inner| every(inner, key, found)),
            _ => {}
        }
    }

    #[test]
    fn every_pattern_of_the_schema_is_one_that_is_checked() {
        let mut patterns = Vec::new();
        every(complete(), "pattern", &mut patterns);
        assert!(patterns.len() >= 12, "{patterns:?}");
        for pattern in patterns {
            let text = pattern.as_str().expect("patterns are text");
            assert!(fits(text, "x").is_some(), "{text}");
        }
    }

    #[test]
    fn the_schema_knows_no_null_and_the_published_one_requires_nothing() {
        assert!(!complete().to_string().contains("null"));
        let mut required = Vec::new();
        every(&published(), "required", &mut required);
        assert_eq!(required, Vec::<Value>::new());
    }

    #[test]
    fn patterns_fit_what_they_say() {
        let cases = [(ID, "deu-telekom", true), (ID, "1a", false), (ID, "a b", false), (NATION, "DEU", true)];
        let more =
            [(NATION, "De", false), (FACT, "bans_ships", true), (FACT, "Bans", false), (QUARTER, "2019Q5", false)];
        let days = [(DAY, "2019-02-21", true), (DAY, "2019-2-21", false), (DAY, "2019Q1", true), (DAY, "soon", false)];
        for (pattern, text, right) in cases.into_iter().chain(more).chain(days) {
            assert_eq!(fits(pattern, text), Some(right), "{text}");
        }
    }
}
