//! What the data package says of a folder of runs: its description, and which table's rows point into which.
use super::choice::Choice;
use crate::study::request::Request;
use crate::tables::Tables;
use crate::tables::catalogue::{LEAD, TABLES, Table};
use crate::tables::package::{About, resource_of, schema_of};
use crate::tables::{package, vocabulary::pointers};
use noforn::scenario::Scenario;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;

/// The text of the package of a folder whose other files are all written; `rows` counts those of each table that was
/// written, by rank in `TABLES`.
pub fn text(
    folder: &dyn Tables,
    scenario: &Scenario,
    request: &Request,
    choice: &Choice,
    rows: &BTreeMap<usize, u64>,
) -> io::Result<String> {
    let resources = rows.iter().map(|(rank, rows)| resource(folder, *rank, *rows, choice));
    let resources: Vec<Value> = resources.collect::<io::Result<_>>()?;
    let description = description(scenario, request);
    let about = About {
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

fn resource(folder: &dyn Tables, rank: usize, rows: u64, choice: &Choice) -> io::Result<Value> {
    let table = &TABLES[rank];
    resource_of(folder, table.name, table.doc, rows, schema(rank, choice))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::choice::Runs;

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
}
