//! `datapackage.json`: a Frictionless Data Package (profile `tabular-data-package`) that describes every column.
use super::choice::Choice;
use super::codebook::kind_word;
use super::folder::regular;
use super::request::Request;
use super::tables::{LEAD, TABLES, Table};
use super::vocabulary::{bounds, pointers, words};
use noforn::history::cell::Kind;
use noforn::history::row::Column;
use noforn::scenario::Scenario;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The package's file.
pub const FILE: &str = "datapackage.json";
/// The greatest package that is read, in bytes.
const GREATEST: u64 = 16 << 20;

/// The text of the package of a folder whose other files are all written; `rows` counts those of each table that was
/// written, by rank in `TABLES`.
pub fn text(
    folder: &Path,
    scenario: &Scenario,
    request: &Request,
    choice: &Choice,
    rows: &BTreeMap<usize, u64>,
) -> io::Result<String> {
    let mut resources = Vec::new();
    for (&rank, &rows) in rows {
        resources.push(resource(folder, rank, rows, choice)?);
    }
    let package = json!({
        "profile": "tabular-data-package",
        "name": slug(&request.scenario),
        "version": request.engine_version,
        "title": scenario.file.title,
        "description": description(scenario, request),
        "noforn": request,
        "resources": resources,
    });
    Ok(format!("{package:#}\n"))
}

fn description(scenario: &Scenario, request: &Request) -> String {
    let about = scenario.file.description.as_deref().map(|text| format!("{}\n\n", text.trim())).unwrap_or_default();
    let part = request.shard.map(|shard| format!("; part {shard} of the runs")).unwrap_or_default();
    format!(
        "{about}Simulated by noforn {} (variants: {}, runs of each: {}{part}). `codebook.csv` tells every column; \
         `noforn verify` on this folder makes the same bytes again.",
        request.engine_version,
        request.variants.len(),
        request.reps
    )
}

/// A scenario's name with the characters that a package's may have.
pub fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' }).collect()
}

fn resource(folder: &Path, rank: usize, rows: u64, choice: &Choice) -> io::Result<Value> {
    let table = &TABLES[rank];
    resource_of(folder, table.name, table.doc, rows, schema(rank, choice))
}

/// The resource of a table whose file is written.
pub fn resource_of(folder: &Path, name: &str, doc: &str, rows: u64, schema: Value) -> io::Result<Value> {
    let file = format!("{name}.csv");
    let (bytes, sha256) = digest(&folder.join(&file))?;
    Ok(json!({
        "profile": "tabular-data-resource",
        "name": name,
        "path": file,
        "description": doc.trim(),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": { "delimiter": ",", "lineTerminator": "\n", "header": true },
        "bytes": bytes,
        "hash": format!("sha256:{sha256}"),
        "rows": rows,
        "schema": schema,
    }))
}

/// The Table Schema of a table, given which tables are written for which runs.
pub fn schema(rank: usize, choice: &Choice) -> Value {
    let table = &TABLES[rank];
    let mut schema = schema_of(table.name, table.columns(), table.lead + table.keys);
    let foreign = foreign_keys(table, rank, choice);
    if !foreign.is_empty() {
        schema["foreignKeys"] = foreign.into();
    }
    schema
}

/// The Table Schema of columns, the first `keys` of which no two rows share.
pub fn schema_of<'a>(table: &str, columns: impl Iterator<Item = &'a Column<'a>> + Clone, keys: usize) -> Value {
    json!({
        "fields": columns.clone().map(|column| field(table, column)).collect::<Vec<_>>(),
        "missingValues": [""],
        "primaryKey": columns.take(keys).map(|column| column.name).collect::<Vec<_>>(),
    })
}

fn field(table: &str, column: &Column) -> Value {
    let mut field = Map::new();
    field.insert("name".to_owned(), column.name.into());
    field.insert("type".to_owned(), kind_word(column.kind).into());
    field.insert("description".to_owned(), column.doc.trim().into());
    if !column.unit.is_empty() {
        field.insert("unit".to_owned(), column.unit.into());
    }
    if column.kind == Kind::Boolean {
        field.insert("trueValues".to_owned(), json!(["1"]));
        field.insert("falseValues".to_owned(), json!(["0"]));
    }
    let constraints = constraints(table, column);
    if !constraints.is_empty() {
        field.insert("constraints".to_owned(), constraints.into());
    }
    field.into()
}

fn constraints(table: &str, column: &Column) -> Map<String, Value> {
    let mut constraints = Map::new();
    if !column.optional {
        constraints.insert("required".to_owned(), true.into());
    }
    if let Some(words) = words(table, column.name) {
        constraints.insert("enum".to_owned(), words.into());
    }
    let (least, greatest) = bounds(column);
    for (name, bound) in [("minimum", least), ("maximum", greatest)] {
        if let Some(bound) = bound {
            constraints.insert(name.to_owned(), number(bound, column.kind));
        }
    }
    constraints
}

fn number(bound: f64, kind: Kind) -> Value {
    // Bounds of whole numbers are small whole numbers.
    if kind == Kind::Integer { json!(bound as i64) } else { json!(bound) }
}

/// Where the columns of a table must be found, among the tables written for at least the same runs.
fn foreign_keys(table: &Table, rank: usize, choice: &Choice) -> Vec<Value> {
    if table.lead < LEAD.len() {
        return Vec::new();
    }
    let lead: Vec<&str> = LEAD.iter().map(|column| column.name).collect();
    let mut keys = Vec::new();
    if table.name != "runs" {
        keys.push(foreign_key(&lead, "runs", &lead));
    }
    for (fields, other, there) in pointers(table.name) {
        let other = TABLES.iter().position(|known| known.name == *other).expect("pointers name tables");
        if choice.runs(rank) <= choice.runs(other) {
            let [fields, there] = [fields, there].map(|own| [&lead, *own].concat());
            keys.push(foreign_key(&fields, TABLES[other].name, &there));
        }
    }
    keys
}

fn foreign_key(fields: &[&str], resource: &str, there: &[&str]) -> Value {
    json!({ "fields": fields, "reference": { "resource": resource, "fields": there } })
}

/// The bytes of a file and their SHA-256 in lower-case hexadecimal.
pub fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    let hex = hash.finalize().iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Ok((bytes, hex))
}

/// The request that a folder answers; says what is wrong with a folder that this program did not make.
pub fn request(folder: &Path) -> Result<Request, String> {
    let path = folder.join(FILE);
    let wrong = |what: String| format!("`{}` {what}", path.display());
    let mut text = String::new();
    let file = regular(&path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    file.take(GREATEST).read_to_string(&mut text).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let package: Value = serde_json::from_str(&text).map_err(|error| wrong(format!("is not JSON: {error}")))?;
    let request = package.get("noforn").cloned().ok_or_else(|| wrong("was not made by noforn".to_owned()))?;
    serde_json::from_value(request).map_err(|error| wrong(format!("is not one that this noforn can read: {error}")))
}

/// Whether this program made a folder.
pub fn is_ours(folder: &Path) -> bool {
    request(folder).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::choice::Runs;

    fn rank(name: &str) -> usize {
        TABLES.iter().position(|table| table.name == name).unwrap()
    }

    #[test]
    fn every_table_has_a_key_of_required_columns() {
        for (rank, table) in TABLES.iter().enumerate() {
            let schema = schema(rank, &Choice::default());
            let fields = schema["fields"].as_array().unwrap();
            let key = schema["primaryKey"].as_array().unwrap();
            assert!(!key.is_empty(), "`{}` has no key", table.name);
            for (field, key) in fields.iter().zip(key) {
                assert_eq!(&field["name"], key, "the keys of `{}` come first", table.name);
                assert_eq!(field["constraints"]["required"], true, "`{key}` of `{}` is never missing", table.name);
            }
        }
    }

    #[test]
    fn every_column_is_described() {
        for table in &TABLES {
            for column in table.columns() {
                let field = field(table.name, column);
                assert_eq!(field["name"], column.name);
                assert!(!field["description"].as_str().unwrap().is_empty(), "{}.{}", table.name, column.name);
                assert_eq!(field["type"] == "boolean", field.get("trueValues").is_some(), "{}", column.name);
            }
        }
    }

    #[test]
    fn closed_columns_list_their_words_and_numbers_their_bounds() {
        let constraint = |table: &str, column: &str, name: &str| {
            let column = TABLES[rank(table)].columns().find(|known| known.name == column).unwrap();
            field(table, column)["constraints"][name].clone()
        };
        assert_eq!(constraint("missions", "status", "enum"), json!(["open", "suspended", "withdrawn"]));
        assert_eq!(constraint("metrics", "quarter", "maximum"), json!(4));
        assert_eq!(constraint("metrics", "modularity", "minimum"), json!(-0.5));
        assert_eq!(constraint("metrics", "warnings_missed_share", "required"), Value::Null);
        assert_eq!(constraint("nations", "belief_share", "maximum"), json!(1.0));
        assert_eq!(constraint("runs", "seed", "minimum"), json!(0));
        assert_eq!(constraint("summary", "q50", "minimum"), Value::Null);
    }

    #[test]
    fn tables_point_only_at_tables_with_the_same_runs() {
        let pointed = |text: &str, table: &str| -> Vec<String> {
            let schema = schema(rank(table), &text.parse().unwrap());
            let keys = schema["foreignKeys"].as_array().cloned().unwrap_or_default();
            keys.iter().map(|key| key["reference"]["resource"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(pointed("dyads,nations", "dyads"), ["runs", "nations", "nations"]);
        assert_eq!(pointed("dyads:all,nations:first", "dyads"), ["runs"]);
        assert_eq!(pointed("dyads", "dyads"), ["runs"]);
        assert_eq!(pointed("dyads", "runs"), [""; 0]);
        assert_eq!(pointed("dyads", "summary"), [""; 0]);
        assert!(Runs::None < Runs::First && Runs::First < Runs::All);
    }

    #[test]
    fn a_package_has_a_name_that_packages_may_have() {
        assert_eq!(slug("My study 2.1 (né)"), "my-study-2.1--n--");
    }

    #[test]
    fn a_digest_is_that_of_sha256sum() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("x"), "abc").unwrap();
        let (bytes, hash) = digest(&folder.path().join("x")).unwrap();
        assert_eq!(bytes, 3);
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
