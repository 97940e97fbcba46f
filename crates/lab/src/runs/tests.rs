//! Tests of whole folders, from histories made by hand.
use super::*;
use crate::by_hand;
use crate::study::in_memory;
use crate::tables::catalogue::TABLES;
use crate::tables::metrics;
use crate::tables::package::FILE;
use crate::three_nations;
use crate::workers::OneByOne;

/// The files of a folder by name.
type FilesByName = BTreeMap<String, Vec<u8>>;

/// A study whose histories are made by hand.
struct HandMadeStudy(RunsStudy);

impl Study for HandMadeStudy {
    type Item = RunResult;
    type Memory = BTreeMap<usize, Outcome>;
    type Findings = EnsembleResults;

    fn work(&self) -> &Work {
        self.0.work()
    }

    fn ensemble(&self) -> &Ensemble {
        self.0.ensemble()
    }

    fn items(&self) -> usize {
        self.0.items()
    }

    fn append_files(&self) -> Vec<AppendFile> {
        self.0.append_files()
    }

    fn make(&self, item: usize) -> Result<Self::Item, Ended> {
        let run = self.ensemble().at(item);
        Ok(self.0.made(run, &by_hand::history(run.rep)))
    }

    fn append(
        &self,
        item: usize,
        made: Self::Item,
        files: &mut dyn Append,
        firsts: &mut Self::Memory,
    ) -> io::Result<()> {
        self.0.append(item, made, files, firsts)
    }

    fn conclude(
        &self,
        files: &dyn Tables,
        checkpoint: &Checkpoint,
        firsts: Self::Memory,
        workers: &impl Workers,
    ) -> Result<EnsembleResults, Ended> {
        self.0.conclude(files, checkpoint, firsts, workers)
    }
}

/// Writes hand-made histories; returns the files of the folder and the results.
fn written(ensemble: Ensemble, tables: &str) -> (FilesByName, EnsembleResults) {
    let choice = if tables.is_empty() { TableChoice::default() } else { tables.parse().unwrap() };
    let variants = ensemble.variants.len();
    let study = HandMadeStudy(RunsStudy::new(ensemble, choice, None).unwrap());
    let (contents, files) = in_memory(&study, &OneByOne, &mut |_| ()).unwrap();
    assert_eq!(contents.outcomes.len(), variants);
    (files, contents)
}

fn records(files: &FilesByName, table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(&files[&format!("{table}.csv")][..]);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn big_tables_record_the_first_run_of_each_variant_and_others_every_run() {
    let (folder, contents) = written(three_nations::ensemble(&["alpha", "baseline"], 3), "");
    let rows = |table: &str| contents.rows[&TABLES.iter().position(|known| known.name == table).unwrap()];
    let expected = [("runs", 6), ("metrics", 48), ("nations", 36), ("dyads", 24), ("decisions", 2), ("events", 2)];
    for (table, count) in expected {
        assert_eq!(rows(table), count, "{table}");
        assert_eq!(records(&folder, table).len() as u64, count, "{table}");
    }
    assert_eq!(rows("summary"), 2 * 8 * metrics::names().count() as u64);
}

#[test]
fn only_what_was_asked_for_is_written() {
    let (folder, _) = written(three_nations::ensemble(&["baseline"], 1), "metrics");
    let names: Vec<&str> = folder.keys().map(String::as_str).collect();
    let expected =
        ["codebook.csv", "datapackage.json", "metrics.csv", "origins.csv", "runs.csv", "scenario.toml", "summary.csv"];
    assert_eq!(names, expected);
}

#[test]
fn the_summary_uses_the_metrics_as_written() {
    let (folder, contents) = written(three_nations::ensemble(&["baseline"], 3), "");
    let rows = records(&folder, "summary");
    let row = |quarter: &str, metric: &str| {
        rows.iter()
            .find(|row| (row[2].as_str(), row[3].as_str(), row[4].as_str()) == ("2020", quarter, metric))
            .unwrap()
    };
    // Of 0.25, 0.35, 0.45.
    let spread = ["3", "0.35", "0.1", "0.26", "0.3", "0.35", "0.4", "0.44"];
    assert_eq!(row("2", "reports_withheld_share")[5..], spread);
    assert_eq!(row("1", "warnings_missed_share")[5..], ["0", "", "", "", "", "", "", ""]);
    assert_eq!(row("1", "bloc_count")[5..7], ["3", "2"]);
    assert_eq!(contents.ends["baseline"]["replacement_cost_musd"].mean, Some(12.5));
}

#[test]
fn rows_are_sorted_by_their_keys() {
    let (folder, _) = written(
        three_nations::ensemble(&["alpha", "baseline"], 2),
        "metrics,nations,dyads,blocs,networks,missions,decisions,events",
    );
    for table in &TABLES {
        let rows = records(&folder, table.name);
        let key = |row: &Vec<String>| row[..table.key().len()].to_vec();
        assert!(rows.is_sorted_by(|a, b| key(a) < key(b)), "{}", table.name);
        let header = String::from_utf8(folder[&table.file()].clone()).unwrap();
        assert_eq!(header.lines().next().unwrap().split(',').count(), table.columns().count(), "{}", table.name);
    }
}

#[test]
fn a_package_gives_bytes_and_rows_of_every_table() {
    let (files, contents) = written(three_nations::ensemble(&["baseline"], 2), "");
    let package: serde_json::Value = serde_json::from_slice(&files[FILE]).unwrap();
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), contents.rows.len());
    for resource in resources {
        let path = resource["path"].as_str().unwrap();
        assert_eq!(resource["bytes"], files[path].len());
        let rows = csv::Reader::from_reader(&files[path][..]).records().count();
        assert_eq!(resource["rows"], rows, "{path}");
    }
}
