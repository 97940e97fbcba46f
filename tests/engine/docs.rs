//! The documentation says what the program is: the table of parameters, and the files it names.
use noforn::scenario::format::EFFECTS;
use noforn::scenario::schema::complete;
use noforn::world::model::{Model, PARAMETERS, Parameter};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const OPEN: &str = "<!-- parameters -->\n";
const CLOSE: &str = "<!-- /parameters -->";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// The README and the pages of `docs/`, by path.
fn pages() -> Vec<String> {
    let folder = fs::read_dir(root().join("docs")).expect("there is a folder `docs`");
    let files = folder.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut pages: Vec<String> =
        files.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")).collect();
    pages.push("README.md".to_owned());
    pages.sort();
    pages
}

/// The files that hold a cause or a part of one: those below `src/quarter/`, one folder deep, without tests.
fn cause_files() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("src/quarter")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).expect("the folder is there") {
            let path = folder.join(entry.expect("an entry").file_name());
            if root().join(&path).is_dir() {
                folders.extend((folder == Path::new("src/quarter")).then_some(path));
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

/// A parameter's default as a reader writes it into `[model]`.
fn default(parameter: &Parameter, model: &Model) -> String {
    let values = model.values(parameter.name).expect("listed parameters have values");
    match (parameter.unit, values.as_slice()) {
        ("yes or no", [value]) => if *value == 0.0 { "false" } else { "true" }.to_owned(),
        (_, [value]) => value.to_string(),
        (_, values) => format!("[{}]", values.iter().map(f64::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// The table of all parameters.
fn table() -> String {
    let model = Model::default();
    let mut table = String::from(
        "| parameter | cause | default | unit | range | plausible | source | what it does |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for p in PARAMETERS {
        let range = if p.unit == "yes or no" { String::new() } else { format!("{} to {}", p.min, p.max) };
        let plausible = p.plausible.map(|(low, high)| format!("{low} to {high}")).unwrap_or_default();
        let cells = [&default(p, &model), p.unit, &range, &plausible, p.source, p.doc.trim()]
            .map(|cell| cell.replace('|', "\\|"));
        table += &format!("| `{}` | {} | {} |\n", p.name, p.cause, cells.join(" | "));
    }
    table
}

#[test]
fn the_model_page_lists_every_parameter_with_its_default() {
    let page = read("docs/MODEL.md");
    let start = page.find(OPEN).expect("the page opens the table") + OPEN.len();
    let end = start + page[start..].find(CLOSE).expect("the page closes the table");
    let table = table();
    if std::env::var_os("NOFORN_BLESS").is_some() {
        let blessed = format!("{}{table}{}", &page[..start], &page[end..]);
        fs::write(root().join("docs/MODEL.md"), blessed).expect("the page can be written");
    } else {
        let help = "docs/MODEL.md is out of date: run `NOFORN_BLESS=1 cargo test --release --test engine docs`";
        assert!(page[start..end] == table, "{help}\n{table}");
    }
}

/// The paths below `src/` that a text names.
fn paths(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/_-.".contains(c);
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("src/") {
        if text[..at].chars().next_back().is_some_and(is_part) {
            continue;
        }
        let end = text[at..].find(|c| !is_part(c)).map_or(text.len(), |length| at + length);
        found.insert(text[at..end].trim_end_matches(['.', '/']).to_owned());
    }
    found
}

#[test]
fn every_source_file_that_a_page_names_is_there() {
    for page in pages() {
        for path in paths(&read(&page)) {
            assert!(root().join(&path).exists(), "{page} names `{path}`, which is not there");
        }
    }
}

#[test]
fn the_model_page_names_every_file_of_every_cause() {
    let named = paths(&read("docs/MODEL.md"));
    let files = cause_files();
    assert!(files.len() > 11, "there are eleven causes or more: {files:?}");
    let missing: Vec<&String> =
        files.iter().filter(|file| !named.contains(*file) && !file.ends_with("/tests.rs")).collect();
    assert!(missing.is_empty(), "docs/MODEL.md does not name {missing:?}");
}

#[test]
fn the_page_on_scenarios_names_every_key_and_every_effect() {
    let page = read("docs/SCENARIOS.md");
    let schema = complete();
    let tables = schema["$defs"].as_object().expect("the schema has definitions");
    let entries = tables.iter().filter(|(name, _)| name.ends_with("Entry")).map(|(_, entry)| entry);
    let keys = entries.chain([schema]).filter_map(|entry| entry["properties"].as_object()).flatten();
    let mut missing: BTreeSet<&str> = keys.map(|(key, _)| key.as_str()).chain(EFFECTS.iter().copied()).collect();
    assert!(missing.len() > 60, "the format has many keys: {missing:?}");
    // A key stands in backticks, alone or before its value; a table opens with its name.
    let is_named = |key: &str| ["`", "[", "{ "].iter().any(|before| names(&page, before, key));
    missing.retain(|key| !is_named(key));
    assert!(missing.is_empty(), "docs/SCENARIOS.md does not name {missing:?}");
}

/// Whether a text has a word right behind a mark.
fn names(text: &str, mark: &str, word: &str) -> bool {
    let start = format!("{mark}{word}");
    let ends = |at: usize| !text[at + start.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    text.match_indices(&start).any(|(at, _)| ends(at))
}

#[test]
fn the_first_line_of_the_evidence_says_which_version_its_numbers_are_of() {
    let page = read("docs/EVIDENCE.md");
    let first = page.lines().next().unwrap_or_default();
    let version = first.split_once("version ").map(|(_, version)| version.trim_end()).unwrap_or_default();
    let listed = read("CHANGELOG.md").lines().any(|line| line.strip_prefix("## ") == Some(version));
    assert!(listed, "`{first}` names no version of CHANGELOG.md");
}

#[test]
fn the_changelog_begins_with_this_version() {
    let changelog = read("CHANGELOG.md");
    let newest = changelog.lines().find_map(|line| line.strip_prefix("## "));
    assert_eq!(newest, Some(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_path_in_a_text_is_found_whole() {
    let text = "see `src/run.rs`, src/world/. and target/src/x.rs; (src/cli/new/minimal.toml)";
    let found: Vec<String> = paths(text).into_iter().collect();
    assert_eq!(found, ["src/cli/new/minimal.toml", "src/run.rs", "src/world"]);
}
