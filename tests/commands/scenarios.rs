//! `check`, `show`, `schema` and `new` through the front door.
use crate::program::*;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// What a command says that ends well and has nothing to add.
fn plain(folder: &Path, args: &[&str]) -> String {
    let (out, err) = run_to_code(folder, args, 0);
    assert_eq!(err, "", "{args:?}");
    out
}

fn data() -> PathBuf {
    Path::new(ROOT).join("scenarios/data")
}

/// A scenario of all the bulk data there is.
fn bulk(folder: &Path) {
    let data = data().to_string_lossy().into_owned();
    let text = format!(
        "format = 1\ntitle = \"All of the bulk data\"\n[run]\nstart = \"2019Q1\"\nend = \"2029Q4\"\n[tables]\n\
         nations = \"{data}/nations-2019.csv\"\nnetworks = \"{data}/networks-2019.csv\"\n\
         missions = [\"{data}/missions-2022.csv\", \"{data}/outposts-2019.csv\"]\ngroups = \"{data}/groups-2019.csv\"\n\
         agreements = \"{data}/agreements-2019.csv\"\nevents = \"{data}/events-joining.csv\"\n\
         [rivals]\nCHN = {{ name = \"China\", capability_share = 0.2 }}\nRUS = {{ name = \"Russia\", capability_share = 0.1 }}\n\
         [vendors]\nhuawei.home = \"CHN\"\nzte.home = \"CHN\"\nericsson.home = \"SWE\"\nnokia.home = \"FIN\"\nsamsung.home = \"KOR\"\n\
         [variants.as-recorded]\ntables = {{ events = \"{data}/events-recorded-stances.csv\" }}\n"
    );
    fs::write(folder.join("bulk.toml"), text).expect("the scenario is written");
}

fn sha(folder: &Path, scenario: &str) -> String {
    let answer = json(folder, &["check", scenario, "--json"], 0);
    answer[0]["variants"][0]["scenario_sha256"].as_str().expect("a fingerprint").to_owned()
}

#[test]
fn the_bulk_data_load_and_what_is_shown_loads_to_the_same() {
    let folder = temporary_folder();
    bulk(folder.path());
    let reply = plain(folder.path(), &["check", "bulk.toml"]);
    let summary =
        "all right (2019Q1 to 2029Q4, 73 nations, 100 networks, 3777 missions, 145 agreements, 8 events, 1 variant)";
    assert_eq!(reply, format!("bulk.toml: {summary}\n"));
    fs::write(folder.path().join("shown.toml"), plain(folder.path(), &["show", "bulk.toml"])).expect("writes");
    assert_eq!(sha(folder.path(), "bulk.toml"), sha(folder.path(), "shown.toml"));
    let again = plain(folder.path(), &["show", "shown.toml"]);
    assert_eq!(again, plain(folder.path(), &["show", "bulk.toml"]));
}

#[test]
fn loading_the_bulk_data_is_quick() {
    let folder = temporary_folder();
    bulk(folder.path());
    let path = folder.path().join("bulk.toml").to_string_lossy().into_owned();
    let took = |_: u32| {
        let begun = std::time::Instant::now();
        let choice = noforn::load::Choice::default();
        noforn::load::load(&noforn_store::disk::Disk, &path, &choice).expect("the bulk data are right");
        begun.elapsed()
    };
    let least = (0..5).map(took).min().expect("five times");
    println!("loading all bulk data takes {least:?}");
    assert!(least.as_millis() < 500, "{least:?}");
}

#[test]
fn the_origin_of_a_value_names_file_line_and_column() {
    let folder = temporary_folder();
    bulk(folder.path());
    let reply = plain(folder.path(), &["show", "bulk.toml", "--origin", "vendors.zte.home"]);
    assert_eq!(reply, "bulk.toml:18:12: vendors.zte.home = \"CHN\"\n");
    let reply = plain(folder.path(), &["show", "bulk.toml", "--origin", "model.review_rate"]);
    assert!(reply.starts_with("default: model.review_rate = "), "{reply}");
    let reply = plain(folder.path(), &["show", "bulk.toml", "--set", "run.end=2020Q4", "--origin", "run.end"]);
    assert_eq!(reply, "--set:1:9: run.end = \"2020Q4\"\n");
    let reply = json(&folder, &["show", "bulk.toml", "--json", "--origin", "nations.ALB.name"], 0);
    assert_eq!((reply["value"].as_str(), reply["line"].as_u64()), (Some("Albania"), Some(2)));
    let err = refusal_of(&folder, &["show", "bulk.toml", "--origin", "vendors.zte.hom"]);
    assert!(err.contains("did you mean `home`?"), "{err}");
}

#[test]
fn a_new_scenario_passes_check_and_is_never_overwritten() {
    let folder = temporary_folder();
    plain(folder.path(), &["new", "my-study"]);
    let reply = plain(folder.path(), &["check", "my-study.toml"]);
    assert!(reply.starts_with("my-study.toml: all right ("), "{reply}");
    let text = fs::read_to_string(folder.path().join("my-study.toml")).expect("was written");
    assert!(text.starts_with("#:schema "), "{text}");
    fs::write(folder.path().join("my-study.toml"), "mine").expect("writes");
    let err = refusal_of(&folder, &["new", "my-study"]);
    assert!(err.contains("`my-study.toml` is there already"), "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("my-study.toml")).expect("is there"), "mine");
}

#[test]
fn a_new_scenario_builds_on_another_wherever_it_lies() {
    let folder = temporary_folder();
    fs::create_dir_all(folder.path().join("a/b")).expect("makes folders");
    fs::create_dir_all(folder.path().join("c d")).expect("makes folders");
    plain(folder.path(), &["new", "a/b/base"]);
    for name in ["derived", "a/derived", "a/b/derived", "c d/derived"] {
        plain(folder.path(), &["new", name, "--from", "a/b/base.toml"]);
        let file = format!("{name}.toml");
        assert_eq!(sha_but_title(folder.path(), &file), sha_but_title(folder.path(), "a/b/base.toml"), "{name}");
    }
    refusal_of(&folder, &["new", "other", "--from", "missing.toml"]);
    assert!(!folder.path().join("other.toml").exists());
}

fn sha_but_title(folder: &Path, scenario: &str) -> String {
    let answer = json(folder, &["check", scenario, "--json", "--set", "title=\"same\""], 0);
    answer[0]["variants"][0]["scenario_sha256"].as_str().expect("a fingerprint").to_owned()
}

#[test]
fn names_that_lead_out_of_the_folder_are_refused() {
    let folder = temporary_folder();
    for name in ["..", "...", "", "a\nb", "=x", "nowhere/x"] {
        refusal_of(&folder, &["new", name]);
    }
    assert_eq!(fs::read_dir(folder.path()).expect("is there").count(), 0);
}

#[test]
fn the_schema_is_draft_2020_12_and_knows_every_key_of_the_data() {
    let folder = temporary_folder();
    let schema = json(&folder, &["schema"], 0);
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert!(!schema.to_string().contains("\"required\":["), "no file must hold everything");
    let row = |table: &str| {
        let reference = schema["properties"][table]["additionalProperties"]["$ref"].as_str().expect("rows have a type");
        schema.pointer(reference.trim_start_matches('#')).expect("the type is defined").clone()
    };
    for (table, file) in [
        ("nations", "nations-2019.csv"),
        ("networks", "networks-2019.csv"),
        ("missions", "missions-2022.csv"),
        ("missions", "outposts-2019.csv"),
        ("groups", "groups-2019.csv"),
        ("agreements", "agreements-2019.csv"),
        ("events", "events-joining.csv"),
        ("events", "events-recorded-stances.csv"),
    ] {
        let text = fs::read_to_string(data().join(file)).expect("the data are shipped");
        let row = row(table);
        for column in text.lines().next().expect("a header").split(',').filter(|column| *column != "id") {
            let key = column.split('.').next().expect("a column has a name");
            assert!(row["properties"].get(key).is_some(), "{file}: {column}");
        }
    }
}

#[test]
fn the_schema_knows_every_key_of_the_shipped_scenarios() {
    let folder = temporary_folder();
    let schema = json(&folder, &["schema"], 0);
    let mut shipped = vec![Path::new(ROOT).join("crates/cli/src/new/minimal.toml")];
    for within in ["scenarios", "scenarios/base"] {
        let entries = fs::read_dir(Path::new(ROOT).join(within)).into_iter().flatten();
        shipped.extend(entries.map(|entry| entry.expect("can be read").path()));
    }
    for path in shipped.iter().filter(|path| path.extension().is_some_and(|ending| ending == "toml")) {
        let text = fs::read_to_string(path).expect("can be read");
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        known(&schema, &schema, &serde_json::to_value(table).expect("TOML is JSON"), &path.display().to_string());
    }
}

/// Every key of a value is in its schema.
fn known(schema: &Value, rule: &Value, value: &Value, path: &str) {
    let rule = rule["$ref"].as_str().map_or(rule, |r| schema.pointer(r.trim_start_matches('#')).expect("is defined"));
    for (key, inner) in value.as_object().into_iter().flatten() {
        let here = format!("{path}: {key}");
        match (rule["properties"].get(key), rule.get("additionalProperties")) {
            (Some(below), _) => known(schema, below, inner, &here),
            (None, Some(Value::Object(below))) => known(schema, &Value::Object(below.clone()), inner, &here),
            (None, Some(Value::Bool(true))) => {}
            _ => panic!("{here} is not in the schema"),
        }
    }
}

#[test]
fn faults_come_as_json_where_a_program_asks() {
    let folder = temporary_folder();
    fs::write(folder.path().join("x.toml"), "format = 1\ntitel = \"x\"\n").expect("writes");
    let (out, err) = run_to_code(&folder, &["check", "x.toml", "--json"], 1);
    assert_eq!(err, "");
    let answer: Value = serde_json::from_str(&out).expect("is JSON");
    assert_eq!(answer[0]["right"], false);
    let fault = answer[0]["faults"].as_array().expect("a list").iter().find(|fault| fault["code"] == "unknown-key");
    let fault = fault.expect("the key is unknown");
    assert_eq!((fault["file"].as_str(), fault["line"].as_u64()), (Some("x.toml"), Some(2)));
    assert_eq!(fault["help"], "did you mean `title`?");
    let (out, err) = run_to_code(&folder, &["show", "x.toml", "--json"], 2);
    assert_eq!(out, "");
    let answer: Value = serde_json::from_str(&err).expect("is JSON");
    assert!(answer["faults"].as_array().is_some_and(|faults| faults.len() > 1));
}

#[test]
fn wrong_usage_exits_with_2_and_help_with_0() {
    let folder = temporary_folder();
    for args in [&["chek"][..], &["check"], &["check", "x.toml", "--set", "novalue"], &["new"], &[]] {
        let (out, _) = run_to_code(&folder, args, 2);
        assert_eq!(out, "", "{args:?}");
    }
    for args in [&["--help"][..], &["check", "--help"], &["show", "--help"], &["schema", "--help"], &["new", "--help"]]
    {
        let reply = plain(folder.path(), args);
        assert!(reply.starts_with("Example: noforn "), "{reply}");
        assert!(reply.lines().last().is_some_and(|line| line.trim_start().starts_with("Next: noforn ")), "{reply}");
    }
    assert!(plain(folder.path(), &["--version"]).starts_with("noforn "));
}

#[test]
fn there_is_no_colour_without_a_terminal_or_if_it_is_switched_off() {
    let folder = temporary_folder();
    let mut command = noforn(&folder, &["check", "missing.toml"]);
    let mut err = || collect_output(command.output().expect("the program starts")).err;
    assert!(!err().contains('\u{1b}'), "{}", err());
    let forced = noforn(&folder, &["check", "missing.toml"]).env("CLICOLOR_FORCE", "1").output();
    let err = collect_output(forced.expect("the program starts")).err;
    assert!(err.contains('\u{1b}'), "{err}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = temporary_folder();
    bulk(folder.path());
    let mut command = noforn(&folder, &["show", "bulk.toml"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    let response = collect_output(child.wait_with_output().expect("the program ends"));
    assert_eq!((response.code, response.err.as_str()), (Some(0), ""));
}

#[test]
fn every_fault_of_several_files_and_variants_is_listed() {
    let folder = temporary_folder();
    plain(folder.path(), &["new", "right"]);
    let variant = "extends = [\"right.toml\"]\n[variants.late]\nset = { \"run.end\" = \"2018Q4\" }\n";
    fs::write(folder.path().join("late.toml"), variant).expect("writes");
    let (reply, _) = run_to_code(&folder, &["check", "right.toml", "late.toml"], 1);
    assert!(reply.starts_with("right.toml: all right (") && reply.ends_with("late.toml: 1 fault\n"), "{reply}");
    // Only the variant asked for is checked.
    run_to_code(&folder, &["check", "late.toml", "--variant", "automatic"], 0);
}

#[test]
fn the_schema_beside_the_shipped_scenarios_is_the_programs() {
    let shipped = Path::new(ROOT).join("scenarios");
    let printed = plain(&shipped, &["schema"]);
    let kept = shipped.join("noforn.schema.json");
    if std::env::var_os("NOFORN_BLESS").is_some() {
        fs::write(&kept, &printed).expect("the schema is written");
    }
    assert_eq!(fs::read_to_string(&kept).expect("the schema is there"), printed, "`noforn schema` says otherwise");
    for name in ["tutorial.toml", "huawei-2019.toml", "new-zealand-1985.toml", "base/world-2019.toml"] {
        let text = fs::read_to_string(shipped.join(name)).expect("a shipped scenario");
        assert!(text.lines().next().is_some_and(|first| first.starts_with("#:schema ")), "{name} names no schema");
    }
}
