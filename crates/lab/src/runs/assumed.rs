//! Counts the values of a scenario that are marked as assumptions.
use noforn::scenario::format::ScenarioFile;
use noforn::scenario::resolve::resolved_json;
use serde_json::Value;

/// Keys that describe a table and are not among its values.
const DESCRIPTIVE_KEYS: [&str; 5] = ["source", "assumed", "remark", "title", "name"];

/// Counts the values of the resolved scenario that `assumed` keys name; `all` stands for every value of the table. What
/// variants would set is not among them.
pub fn count(file: &ScenarioFile) -> usize {
    count_in(&resolved_json(file))
}

fn count_in(value: &Value) -> usize {
    let Value::Object(table) = value else { return 0 };
    let marked = table.get("assumed").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let values =
        || table.iter().filter(|(key, value)| !DESCRIPTIVE_KEYS.contains(&key.as_str()) && !value.is_null()).count();
    let own: usize = marked.map(|key| if key == "all" { values() } else { 1 }).sum();
    own + table.values().map(count_in).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn assumptions_are_counted_where_they_are_marked() {
        let cases = [
            (json!({ "a": 1 }), 0),
            (json!({ "assumed": ["a"], "a": 1, "b": 2 }), 1),
            (json!({ "assumed": ["all"], "name": "x", "source": "y", "a": 1, "b": 2 }), 2),
            (json!({ "nations": { "DEU": { "assumed": ["a", "b"] }, "USA": { "assumed": ["a"] } } }), 3),
        ];
        for (value, expected) in cases {
            assert_eq!(count_in(&value), expected, "{value}");
        }
    }
}
