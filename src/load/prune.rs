//! A faulty tree without its faulty parts, so that the rest can still be looked at.
use super::check;
use super::tree::{Node, Value};
use crate::scenario::schema;

/// Whether a row of a table may do without a key. The keys of an event mean something together only.
fn is_optional(table: &str, key: &str) -> bool {
    if table == "events" {
        return false;
    }
    let required = schema::row(table).and_then(|row| row["required"].as_array());
    required.is_some_and(|keys| keys.iter().all(|needed| needed != key))
}

/// Takes what has the wrong shape out of a tree, so that the rest can still be held against the sense: a faulty
/// row goes whole; what every scenario has is replaced by a stand-in.
pub fn prune(tree: &mut Node, faulty: &[Vec<String>]) {
    let place = tree.place.clone();
    let Some(top) = tree.branch_mut() else { return };
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
                let Some(rows) = top.get_mut(table).and_then(Node::branch_mut) else {
                    top.remove(table);
                    continue;
                };
                // A key that may be left out goes alone; a row without what it needs goes whole.
                let row = rows.get_mut(id).and_then(Node::branch_mut);
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
    let text = |text: &str| Node::new(Value::Text(text.to_owned()), place.clone());
    top.entry("format".to_owned()).or_insert_with(|| Node::new(Value::Integer(1), place.clone()));
    top.entry("title".to_owned()).or_insert_with(|| text("-"));
    top.entry("nations".to_owned()).or_insert_with(|| Node::table(place.clone()));
    top.entry("run".to_owned()).or_insert_with(|| {
        let mut run = Node::table(place.clone());
        if let Value::Table(branch) = &mut run.value {
            branch.insert("start".to_owned(), text(check::UNKNOWN_START));
            branch.insert("end".to_owned(), text(check::UNKNOWN_START));
        }
        run
    });
}
