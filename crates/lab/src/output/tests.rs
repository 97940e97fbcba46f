//! Whole folders, from histories made by hand.
use super::*;
use std::fs;
use std::sync::atomic::Ordering;

/// Writes histories made by hand; the folder and its tables.
fn told(home: &Path, ensemble: &Ensemble, tables: &str) -> (PathBuf, Contents) {
    let choice = if tables.is_empty() { Choice::default() } else { tables.parse().unwrap() };
    let stop = AtomicBool::new(false);
    let work = work(ensemble, Order { choice: &choice, shard: None, threads: 1, stop: &stop }).unwrap();
    let site = Site::new(home, false).unwrap();
    copies::write(&site.folder(), ensemble, &work.request).unwrap();
    let mut writer = Writer::new(&site, &work, &choice).unwrap();
    for run in ensemble.runs() {
        let history = fake::history(run.rep);
        writer.add(run, &Pages::of(ensemble, run, &history, &choice), &Outcome::of(&history)).unwrap();
    }
    let (contents, accounts) = conclude(&site, ensemble, &choice, writer, BTreeMap::new()).unwrap();
    assert_eq!(accounts.len(), ensemble.variants.len());
    (site.folder(), contents)
}

fn records(folder: &Path, table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(folder.join(format!("{table}.csv"))).unwrap();
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn big_tables_tell_the_first_run_of_each_variant_and_the_others_all() {
    let (home, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["alpha", "baseline"], 3));
    let (folder, contents) = told(home.path(), &ensemble, "");
    let rows = |table: &str| contents.rows[&TABLES.iter().position(|known| known.name == table).unwrap()];
    let expected = [("runs", 6), ("metrics", 48), ("nations", 36), ("dyads", 24), ("decisions", 2), ("events", 2)];
    for (table, count) in expected {
        assert_eq!(rows(table), count, "{table}");
        assert_eq!(records(&folder, table).len() as u64, count, "{table}");
    }
    assert_eq!(rows("summary"), 2 * 8 * pages::metrics().count() as u64);
}

#[test]
fn only_what_was_asked_for_is_written() {
    let (home, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["baseline"], 1));
    let (folder, _) = told(home.path(), &ensemble, "metrics");
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let expected =
        ["codebook.csv", "datapackage.json", "metrics.csv", "origins.csv", "runs.csv", "scenario.toml", "summary.csv"];
    assert_eq!(names, expected);
}

#[test]
fn the_summary_follows_from_the_metrics_as_written() {
    let (home, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["baseline"], 3));
    let (folder, contents) = told(home.path(), &ensemble, "");
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
fn rows_lie_in_the_order_of_their_keys() {
    let (home, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["alpha", "baseline"], 2));
    let (folder, _) = told(home.path(), &ensemble, "metrics,nations,dyads,blocs,networks,missions,decisions,events");
    for table in &TABLES {
        let rows = records(&folder, table.name);
        let key = |row: &Vec<String>| row[..table.key().len()].to_vec();
        assert!(rows.is_sorted_by(|a, b| key(a) < key(b)), "{}", table.name);
        let header = fs::read_to_string(folder.join(table.file())).unwrap();
        assert_eq!(header.lines().next().unwrap().split(',').count(), table.columns().count(), "{}", table.name);
    }
}

#[test]
fn the_same_is_written_twice_and_by_any_number_of_threads() {
    let written = |threads| {
        let (folder, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["alpha", "baseline"], 3));
        let target = folder.path().join("result");
        let (stop, choice) = (AtomicBool::new(false), Choice::default());
        let order = Order { choice: &choice, shard: None, threads, stop: &stop };
        let mut runs = Vec::new();
        write(&target, &ensemble, order, Placing::default(), &mut |run| runs.push(run)).unwrap();
        assert_eq!(runs, ensemble.runs().collect::<Vec<_>>());
        let files = fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<(PathBuf, Vec<u8>)> =
            files.map(|path| (path.file_name().unwrap().into(), fs::read(&path).unwrap())).collect();
        files.sort();
        files
    };
    assert_eq!(written(1), written(2));
}

#[test]
fn a_stop_leaves_nothing() {
    let (folder, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["baseline"], 50));
    let (stop, choice) = (AtomicBool::new(false), Choice::default());
    let order = Order { choice: &choice, shard: None, threads: 2, stop: &stop };
    let mut press = |_| stop.store(true, Ordering::Relaxed);
    let stopped = write(&folder.path().join("a/result"), &ensemble, order, Placing::default(), &mut press);
    assert!(matches!(stopped, Err(WriteError::Ended(Ended::Stopped))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_package_counts_what_lies_beside_it() {
    let (home, ensemble) = (tempfile::tempdir().unwrap(), fake::ensemble(&["baseline"], 2));
    let (folder, contents) = told(home.path(), &ensemble, "");
    let text = fs::read_to_string(folder.join(package::FILE)).unwrap();
    let package: serde_json::Value = serde_json::from_str(&text).unwrap();
    let resources = package["resources"].as_array().unwrap();
    assert_eq!(resources.len(), contents.rows.len());
    for resource in resources {
        let path = folder.join(resource["path"].as_str().unwrap());
        assert_eq!(resource["bytes"], fs::metadata(&path).unwrap().len());
        let rows = csv::Reader::from_path(&path).unwrap().records().count();
        assert_eq!(resource["rows"], rows, "{}", path.display());
    }
    assert!(package::is_ours(&folder));
}
