//! The data package of a folder of runs: its description and the foreign keys between tables.
use super::table_choice::TableChoice;
use crate::study::request::Request;
use crate::tables::Tables;
use crate::tables::catalogue::{RUN_KEYS, TABLES, TableDescription};
use crate::tables::package::{PackageInfo, table_resource, table_schema};
use crate::tables::{package, vocabulary};
use noforn::scenario::Scenario;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;

/// The text of the data package. All other files of the folder must be written. `rows` is the number of rows of each written
/// table, by rank in `TABLES`.
pub fn text(
    folder: &dyn Tables,
    scenario: &Scenario,
    request: &Request,
    choice: &TableChoice,
    rows: &BTreeMap<usize, u64>,
) -> io::Result<String> {
    let resources = rows.iter().map(|(rank, rows)| resource(folder, *rank, *rows, choice));
    let resources: Vec<Value> = resources.collect::<io::Result<_>>()?;
    let description = description(scenario, request);
    let about = PackageInfo {
        scenario: &request.scenario,
        title: &scenario.file.title,
        version: &request.engine_version,
        description: &description,
    };
    Ok(package::text(about, request, &resources))
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

fn resource(folder: &dyn Tables, rank: usize, rows: u64, choice: &TableChoice) -> io::Result<Value> {
    let table = &TABLES[rank];
    table_resource(folder, table.name, table.doc, rows, schema(rank, choice))
}

/// The Table Schema of a table, given the choice of tables.
pub fn schema(rank: usize, choice: &TableChoice) -> Value {
    let table = &TABLES[rank];
    let mut schema = table_schema(table.name, table.columns(), table.run_keys + table.keys);
    let foreign = foreign_keys(table, rank, choice);
    if !foreign.is_empty() {
        schema["foreignKeys"] = foreign.into();
    }
    schema
}

/// The foreign keys of a table into tables that record at least the same runs.
fn foreign_keys(table: &TableDescription, rank: usize, choice: &TableChoice) -> Vec<Value> {
    if table.run_keys < RUN_KEYS.len() {
        return Vec::new();
    }
    let run_keys: Vec<&str> = RUN_KEYS.iter().map(|column| column.name).collect();
    let mut keys = Vec::new();
    if table.name != "runs" {
        keys.push(foreign_key(&run_keys, "runs", &run_keys));
    }
    for (fields, other, there) in vocabulary::foreign_keys(table.name) {
        let other = TABLES.iter().position(|known| known.name == *other).expect("foreign keys name tables");
        if choice.runs(rank) <= choice.runs(other) {
            let [fields, there] = [fields, there].map(|own| [&run_keys, *own].concat());
            keys.push(foreign_key(&fields, TABLES[other].name, &there));
        }
    }
    keys
}

fn foreign_key(fields: &[&str], resource: &str, there: &[&str]) -> Value {
    json!({ "fields": fields, "reference": { "resource": resource, "fields": there } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::table_choice::RecordedRuns;

    fn rank(name: &str) -> usize {
        TABLES.iter().position(|table| table.name == name).unwrap()
    }

    #[test]
    fn every_table_has_a_key_of_required_columns() {
        for (rank, table) in TABLES.iter().enumerate() {
            let schema = schema(rank, &TableChoice::default());
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
    fn foreign_keys_refer_only_to_tables_with_the_same_runs() {
        let referred = |text: &str, table: &str| -> Vec<String> {
            let schema = schema(rank(table), &text.parse().unwrap());
            let keys = schema["foreignKeys"].as_array().cloned().unwrap_or_default();
            keys.iter().map(|key| key["reference"]["resource"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(referred("dyads,nations", "dyads"), ["runs", "nations", "nations"]);
        assert_eq!(referred("dyads:all,nations:first", "dyads"), ["runs"]);
        assert_eq!(referred("dyads", "dyads"), ["runs"]);
        assert_eq!(referred("dyads", "runs"), [""; 0]);
        assert_eq!(referred("dyads", "summary"), [""; 0]);
        assert!(RecordedRuns::None < RecordedRuns::First && RecordedRuns::First < RecordedRuns::All);
    }
}
