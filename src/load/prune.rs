//! Removes the parts of a tree that have the wrong shape, so that the rest can still be checked.
use super::check;
use super::tree::{ConfigNode, ConfigValue};
use crate::scenario::schema;

/// Whether a key of a row can be removed alone. The keys of an event have a meaning only together.
fn is_optional(table: &str, key: &str) -> bool {
    if table == "events" {
        return false;
    }
    let required = schema::row(table).and_then(|row| row["required"].as_array());
    required.is_some_and(|keys| keys.iter().all(|needed| needed != key))
}

/// Removes the values at `faulty` paths: an optional key alone, otherwise the whole row. Where a required part of a
/// scenario is missing, a placeholder replaces it.
pub fn prune(tree: &mut ConfigNode, faulty: &[Vec<String>]) {
    let place = tree.place.clone();
    let Some(top) = tree.entries_mut() else { return };
    for path in faulty {
        match path.as_slice() {
            [] => {}
            [key] => {
                top.remove(key);
            }
            [run, ..] if run == "run" => {
                top.remove("run");
            }
            [table, id, rest @ ..] => {
                let Some(rows) = top.get_mut(table).and_then(ConfigNode::entries_mut) else {
                    top.remove(table);
                    continue;
                };
                let row = rows.get_mut(id).and_then(ConfigNode::entries_mut);
                match (rest.first(), row) {
                    (Some(key), Some(row)) if is_optional(table, key) => {
                        row.remove(key);
                    }
                    _ => {
                        rows.remove(id);
                    }
                }
            }
        }
    }
    if faulty.is_empty() {
        return;
    }
    let text = |text: &str| ConfigNode::new(ConfigValue::Text(text.to_owned()), place.clone());
    top.entry("format".to_owned()).or_insert_with(|| ConfigNode::new(ConfigValue::Integer(1), place.clone()));
    top.entry("title".to_owned()).or_insert_with(|| text("-"));
    top.entry("nations".to_owned()).or_insert_with(|| ConfigNode::empty_table(place.clone()));
    top.entry("run".to_owned()).or_insert_with(|| {
        let mut run = ConfigNode::empty_table(place.clone());
        if let ConfigValue::Table(branch) = &mut run.value {
            branch.insert("start".to_owned(), text(check::UNKNOWN_START));
            branch.insert("end".to_owned(), text(check::UNKNOWN_START));
        }
        run
    });
}
