//! Tables read from CSV: columns are keys, rows are ids.
use super::rows::{Cell, Row, rows};
use super::tree::{Branch, Node, Value};
use crate::scenario::fault::Fault;
use crate::scenario::schema;
use crate::scenario::source::Source;
use crate::scenario::words::{instead, shown};
use std::collections::BTreeMap;

/// The tables that may be read from CSV.
pub const TABLES: [&str; 9] =
    ["nations", "vendors", "networks", "missions", "agreements", "rules", "events", "groups", "posterior"];

/// A column: its keys below the row, and what its cells are.
struct Column<'a> {
    keys: Vec<&'a str>,
    rule: Option<&'static serde_json::Value>,
}

/// The tree of a CSV file of a table: `{ table = { id = { column = cell } } }`. False where rows were lost.
pub fn read(table: &str, source: &Source, faults: &mut Vec<Fault>) -> (Node, bool) {
    let mut tree = Node::table(source.top());
    let all = match rows(source) {
        Ok(all) => all,
        Err(fault) => {
            faults.push(fault);
            return (tree, false);
        }
    };
    let Some((header, rows)) = all.split_first() else {
        faults.push(
            Fault::new("csv-header", "this table is empty")
                .at(source.top())
                .help("its first line names the columns, `id` among them"),
        );
        return (tree, false);
    };
    if let Some(fault) = too_large(table, header.len(), rows.len()) {
        faults.push(fault.at(source.top()));
        return (tree, false);
    }
    let known = faults.len();
    let Some((columns, id)) = columns(table, header, source, faults) else { return (tree, false) };
    if faults.len() > known {
        // With a column lost, every row would be found wanting.
        return (tree, false);
    }
    let mut entries = Branch::new();
    let mut seen = BTreeMap::new();
    let mut complete = true;
    for row in rows {
        let checked = check_row(row, header, id, &mut seen, source);
        if let Err(fault) = checked {
            faults.push(fault);
            complete = false;
            continue;
        }
        entries.insert(row[id].text.trim().to_owned(), entry(row, &columns, id, source));
    }
    let mut rows = Node::table(source.top());
    rows.value = Value::Table(entries);
    if let Value::Table(branch) = &mut tree.value {
        branch.insert(table.to_owned(), rows);
    }
    (tree, complete)
}

/// What is refused before it is read any further.
fn too_large(table: &str, columns: usize, rows: usize) -> Option<Fault> {
    const COLUMNS: usize = 2000;
    let most = super::check::most_rows(table);
    if columns > COLUMNS {
        let fault = Fault::new("too-many", format!("this table has {columns} columns"));
        return Some(fault.help(format!("it has at most {COLUMNS}")));
    }
    let fault = Fault::new("too-many", format!("this table has {rows} rows"));
    (rows > most).then(|| fault.help(format!("`{table}` has at most {most}")))
}

/// What each column holds, and which one is the id.
fn columns<'a>(
    table: &str,
    header: &'a Row,
    source: &Source,
    faults: &mut Vec<Fault>,
) -> Option<(Vec<Column<'a>>, usize)> {
    let row = schema::row(table)?;
    let mut seen = BTreeMap::new();
    let mut columns = Vec::new();
    for (at, cell) in header.iter().enumerate() {
        let name = cell.text.trim();
        let keys: Vec<&str> = name.split('.').map(str::trim).collect();
        let rule = keys.iter().try_fold(row, |rule, key| schema::below(rule, key)).filter(|_| name != "id");
        if rule.is_none() && name != "id" {
            faults.push(unknown_column(table, row, name).at(source.place(cell.start, cell.end)));
        }
        if seen.insert(name, at).is_some() {
            let fault = Fault::new("csv-header", format!("there are two columns `{}`", shown(name)));
            faults.push(fault.at(source.place(cell.start, cell.end)).help("keep one of them"));
        }
        columns.push(Column { keys, rule });
    }
    let id = seen.get("id").copied();
    if id.is_none() {
        let fault = Fault::new("csv-header", "this table has no column `id`").at(source.top());
        faults.push(fault.help("`id` is the key of a row, such as `DEU` in `nations`"));
    }
    Some((columns, id?))
}

fn unknown_column(table: &str, row: &'static serde_json::Value, name: &str) -> Fault {
    let known: Vec<&str> = row["properties"].as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    let help = instead(name, known.iter().copied().chain(["id"]), "the table has no columns");
    Fault::new("unknown-column", format!("`{}` is no key of `{table}`", shown(name))).help(help)
}

fn check_row<'a>(
    row: &'a Row,
    header: &Row,
    id: usize,
    seen: &mut BTreeMap<&'a str, usize>,
    source: &Source,
) -> Result<(), Fault> {
    let (first, last) = (&row[0], &row[row.len() - 1]);
    let whole = source.place(first.start, last.end);
    if row.len() != header.len() {
        let count = |n: usize| if n == 1 { "1 cell".to_owned() } else { format!("{n} cells") };
        let message = format!("this row has {}, the header {}", count(row.len()), count(header.len()));
        return Err(Fault::new("csv-row", message)
            .at(whole)
            .help("a row has a cell for each column; an empty cell leaves the key out"));
    }
    let cell = &row[id];
    let name = cell.text.trim();
    if name.is_empty() {
        return Err(Fault::new("csv-row", "this row has no id").at(whole));
    }
    if let Some(earlier) = seen.insert(name, cell.start) {
        let line = source.place(earlier, earlier).line;
        let fault = Fault::new("duplicate-id", format!("`{}` has a row already, in line {line}", shown(name)));
        return Err(fault.at(source.place(cell.start, cell.end)).help("keep one of the two rows"));
    }
    Ok(())
}

fn entry(row: &Row, columns: &[Column<'_>], id: usize, source: &Source) -> Node {
    let place = |cell: &Cell| source.place(cell.start, cell.end);
    let mut entry = Node::table(place(&row[id]));
    for (cell, column) in row.iter().zip(columns) {
        let Some(rule) = column.rule else { continue };
        if cell.text.trim().is_empty() {
            continue;
        }
        let leaf = Node::new(value(rule, &cell.text, &place(cell)), place(cell));
        put(&mut entry, &column.keys, leaf);
    }
    entry
}

fn put(entry: &mut Node, keys: &[&str], leaf: Node) {
    let Some((first, rest)) = keys.split_first() else { return };
    let Value::Table(branch) = &mut entry.value else { return };
    if rest.is_empty() {
        branch.insert((*first).to_owned(), leaf);
    } else {
        let inner = branch.entry((*first).to_owned()).or_insert_with(|| Node::table(leaf.place.clone()));
        put(inner, rest, leaf);
    }
}

/// A cell as the schema wants it; text where it cannot be that, for the shape check to name.
fn value(rule: &'static serde_json::Value, text: &str, place: &crate::scenario::fault::Place) -> Value {
    let rule = schema::follow(rule);
    let trimmed = text.trim();
    let boolean = || match trimmed {
        "true" => Some(Value::Boolean(true)),
        "false" => Some(Value::Boolean(false)),
        _ => None,
    };
    let integer = || trimmed.parse().ok().map(Value::Integer);
    let float = || trimmed.parse().ok().filter(|number: &f64| number.is_finite()).map(Value::Float);
    let kinds = rule["anyOf"].as_array().map_or(vec![rule], |options| options.iter().map(schema::follow).collect());
    for kind in kinds {
        let found = match kind["type"].as_str() {
            Some("boolean") => boolean(),
            Some("integer") => integer(),
            Some("number") => float(),
            Some("array") => {
                let parts = trimmed.split(';').map(str::trim).filter(|part| !part.is_empty());
                Some(Value::List(
                    parts.map(|part| Node::new(value(&kind["items"], part, place), place.clone())).collect(),
                ))
            }
            _ => None,
        };
        if let Some(found) = found {
            return found;
        }
    }
    Value::Text(text.to_owned())
}
