//! Reads tables from CSV: a column is a key, a row is an entry.
use super::rows::{CsvField, CsvRecord, rows};
use super::tree::{ConfigNode, ConfigTable, ConfigValue};
use crate::scenario::fault::{Fault, Place};
use crate::scenario::schema;
use crate::scenario::source::SourceText;
use crate::scenario::words::{instead, shown};
use std::collections::BTreeMap;

/// The tables that may be read from CSV.
pub const TABLES: [&str; 9] =
    ["nations", "vendors", "networks", "missions", "agreements", "rules", "events", "groups", "posterior"];

/// A column: the keys of its path below the row, and the schema of its values (none for an unknown key and `id`).
struct CsvColumn<'a> {
    keys: Vec<&'a str>,
    rule: Option<&'static serde_json::Value>,
}

/// The tree of a CSV file of a table: `{ table = { id = { column = value } } }`. False if rows are missing in it.
pub fn read(table: &str, source: &SourceText, faults: &mut Vec<Fault>) -> (ConfigNode, bool) {
    let mut tree = ConfigNode::empty_table(source.top());
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
        // Without one of its columns, every row would be faulty.
        return (tree, false);
    }
    let mut entries = ConfigTable::new();
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
    let mut rows = ConfigNode::empty_table(source.top());
    rows.value = ConfigValue::Table(entries);
    if let ConfigValue::Table(branch) = &mut tree.value {
        branch.insert(table.to_owned(), rows);
    }
    (tree, complete)
}

/// The fault of a table with too many columns or rows.
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

/// The columns of a header, and the index of the column `id`.
fn columns<'a>(
    table: &str,
    header: &'a CsvRecord,
    source: &SourceText,
    faults: &mut Vec<Fault>,
) -> Option<(Vec<CsvColumn<'a>>, usize)> {
    let row = schema::row(table)?;
    let mut seen = BTreeMap::new();
    let mut columns = Vec::new();
    for (at, cell) in header.iter().enumerate() {
        let name = cell.text.trim();
        let keys: Vec<&str> = name.split('.').map(str::trim).collect();
        let rule = keys.iter().try_fold(row, |rule, key| schema::below(rule, key)).filter(|_| name != "id");
        if rule.is_none() && name != "id" {
            faults.push(unknown_column(table, row, name).at(place(source, cell)));
        }
        if seen.insert(name, at).is_some() {
            let fault = Fault::new("csv-header", format!("there are two columns `{}`", shown(name)));
            faults.push(fault.at(place(source, cell)).help("keep one of them"));
        }
        columns.push(CsvColumn { keys, rule });
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

fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}

/// Checks the number of fields of a row, and that its id is unique.
fn check_row<'a>(
    row: &'a CsvRecord,
    header: &CsvRecord,
    id: usize,
    seen: &mut BTreeMap<&'a str, usize>,
    source: &SourceText,
) -> Result<(), Fault> {
    let (first, last) = (&row[0], &row[row.len() - 1]);
    let whole = source.place(first.start, last.end);
    if row.len() != header.len() {
        let message = format!("this row has {}, the header {}", cells(row.len()), cells(header.len()));
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
        return Err(fault.at(place(source, cell)).help("keep one of the two rows"));
    }
    Ok(())
}

fn entry(row: &CsvRecord, columns: &[CsvColumn<'_>], id: usize, source: &SourceText) -> ConfigNode {
    let mut entry = ConfigNode::empty_table(place(source, &row[id]));
    for (cell, column) in row.iter().zip(columns) {
        let Some(rule) = column.rule else { continue };
        if cell.text.trim().is_empty() {
            continue;
        }
        let place = place(source, cell);
        let leaf = ConfigNode::new(value(rule, &cell.text, &place), place);
        put(&mut entry, &column.keys, leaf);
    }
    entry
}

fn place(source: &SourceText, field: &CsvField) -> Place {
    source.place(field.start, field.end)
}

/// Inserts a value at a path of keys.
fn put(entry: &mut ConfigNode, keys: &[&str], leaf: ConfigNode) {
    let Some((first, rest)) = keys.split_first() else { return };
    let ConfigValue::Table(branch) = &mut entry.value else { return };
    if rest.is_empty() {
        branch.insert((*first).to_owned(), leaf);
    } else {
        let inner = branch.entry((*first).to_owned()).or_insert_with(|| ConfigNode::empty_table(leaf.place.clone()));
        put(inner, rest, leaf);
    }
}

/// Converts a field to the type that the schema requires. Where that fails it stays text, so that the shape check
/// reports it.
fn value(rule: &'static serde_json::Value, text: &str, place: &Place) -> ConfigValue {
    let rule = schema::follow(rule);
    let trimmed = text.trim();
    let kinds = rule["anyOf"].as_array().map_or(vec![rule], |options| options.iter().map(schema::follow).collect());
    for kind in kinds {
        let found = match kind["type"].as_str() {
            Some("boolean") => trimmed.parse().ok().map(ConfigValue::Boolean),
            Some("integer") => trimmed.parse().ok().map(ConfigValue::Integer),
            Some("number") => trimmed.parse().ok().filter(|number: &f64| number.is_finite()).map(ConfigValue::Float),
            Some("array") => {
                let parts = trimmed.split(';').map(str::trim).filter(|part| !part.is_empty());
                Some(ConfigValue::List(
                    parts.map(|part| ConfigNode::new(value(&kind["items"], part, place), place.clone())).collect(),
                ))
            }
            _ => None,
        };
        if let Some(found) = found {
            return found;
        }
    }
    ConfigValue::Text(text.to_owned())
}
