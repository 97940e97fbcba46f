//! `datapackage.json`: a Frictionless Data Package (profile `tabular-data-package`) that describes every column.
use super::Tables;
use super::codebook::kind_word;
use super::vocabulary::{bounds, words};
use noforn::history::cell::Kind;
use noforn::history::row::Column;
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// The file of the package.
pub const FILE: &str = "datapackage.json";

/// What a package says about the whole folder.
#[derive(Clone, Copy, Debug)]
pub struct PackageInfo<'a> {
    /// The scenario's name.
    pub scenario: &'a str,
    /// The scenario's title.
    pub title: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// What the folder holds, in sentences.
    pub description: &'a str,
}

/// The text of a package: information on the folder, the request, and its tables (from `table_resource`).
pub fn text(info: PackageInfo, request: &impl Serialize, resources: &[Value]) -> String {
    let package = json!({
        "profile": "tabular-data-package",
        "name": slug(info.scenario),
        "version": info.version,
        "title": info.title,
        "description": info.description,
        "noforn": request,
        "resources": resources,
    });
    format!("{package:#}\n")
}

/// The name of a scenario with only the characters that the name of a package may have.
pub fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' }).collect()
}

/// Describes a table whose file is written; reads the file for its size and hash.
pub fn table_resource(tables: &dyn Tables, name: &str, doc: &str, rows: u64, schema: Value) -> io::Result<Value> {
    let file = format!("{name}.csv");
    let (bytes, sha256) = digest(tables, &file)?;
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

/// The Table Schema of a table; its first `keys` columns are the primary key.
pub fn table_schema<'a>(table: &str, columns: impl Iterator<Item = &'a Column<'a>> + Clone, keys: usize) -> Value {
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
    // The bounds of integer columns are small integers.
    if kind == Kind::Integer { json!(bound as i64) } else { json!(bound) }
}

/// The length of a file in bytes, and its SHA-256 in lower-case hexadecimal.
pub fn digest(tables: &dyn Tables, file: &str) -> io::Result<(u64, String)> {
    let mut file = tables.open(file)?;
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        hash.update(&buffer[..read]);
        bytes += read as u64;
    }
    Ok((bytes, hex(&hash.finalize())))
}

/// SHA-256 of a text in lower-case hexadecimal.
pub fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::catalogue::TABLES;
    use crate::tables::memory::MemoryTables;

    fn rank(name: &str) -> usize {
        TABLES.iter().position(|table| table.name == name).unwrap()
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
    fn columns_have_their_vocabularies_and_bounds() {
        let constraint = |table: &str, column: &str, name: &str| {
            let column = TABLES[rank(table)].columns().find(|known| known.name == column).unwrap();
            field(table, column)["constraints"][name].clone()
        };
        assert_eq!(constraint("missions", "status", "enum"), json!(["open", "suspended", "withdrawn"]));
        assert_eq!(constraint("metrics", "quarter", "maximum"), json!(4));
        assert_eq!(constraint("metrics", "effective_pictures", "minimum"), json!(1.0));
        assert_eq!(constraint("metrics", "warnings_missed_share", "required"), Value::Null);
        assert_eq!(constraint("nations", "belief_share", "maximum"), json!(1.0));
        assert_eq!(constraint("runs", "seed", "minimum"), json!(0));
        assert_eq!(constraint("summary", "q50", "minimum"), Value::Null);
    }

    #[test]
    fn a_slug_has_only_the_characters_that_packages_allow() {
        assert_eq!(slug("My study 2.1 (né)"), "my-study-2.1--n--");
    }

    #[test]
    fn a_digest_equals_that_of_sha256sum() {
        let memory = MemoryTables::default();
        memory.write("x", "abc").unwrap();
        let (bytes, hash) = digest(&memory, "x").unwrap();
        assert_eq!(bytes, 3);
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(sha256("abc"), hash);
    }
}
