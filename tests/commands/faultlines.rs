//! `faultlines` through the front door.
use crate::program::*;
use serde_json::Value;
use std::fs;
use std::path::Path;

fn temporary(scenario: &str, set: &[&str]) -> tempfile::TempDir {
    let temporary = temporary_folder();
    stdout_of(&temporary, &[&["run", scenario, "--variant", "as-spoken", "-o", "t", "--reps", "2"], set].concat());
    temporary
}

fn reply(temporary: &Path, args: &[&str]) -> Value {
    json(temporary, &[&["faultlines", "t", "--json"], args].concat(), 0)
}

fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

#[test]
fn the_line_of_the_tutorial_is_the_least_of_all_its_configurations_by_the_table_itself() {
    let temporary = temporary(TUTORIAL, &[]);
    let answer = reply(temporary.path(), &["--in", "2022", "--variant", "as-spoken"]);
    let every = answer["every"].as_bool();
    let n = answer["nations"].as_u64().expect("a number") as usize;
    assert_eq!((every, answer["starts"].as_u64()), (Some(true), Some(1 << (n - 1))));
    // The energy once more, from the table and the sizes that the scenario has.
    let mut names: Vec<&str> = texts(&answer["configurations"][0]["sides"][0]);
    names.extend(texts(&answer["configurations"][0]["sides"][1]));
    names.sort_unstable();
    let resolved = fs::read_to_string(temporary.path().join("t/scenario-as-spoken.toml")).expect("the scenario");
    let resolved: toml::Table = resolved.parse().expect("TOML");
    let size = |name: &str| resolved["nations"][name]["intelligence"].as_float().expect("a number");
    let mut rows = csv::Reader::from_path(temporary.path().join("t/dyads.csv")).expect("the table");
    let header = rows.headers().expect("a header").clone();
    let at = |column: &str| header.iter().position(|name| name == column).expect("the column");
    let (mut weights, mut sum, mut all) = (Vec::new(), 0.0, 0.0);
    for row in rows.records().map(|row| row.expect("a row")) {
        if (&row[at("variant")], &row[at("year")], &row[at("rep")]) != ("as-spoken", "2022", "0") {
            continue;
        }
        let place = |column: &str| names.iter().position(|name| *name == &row[at(column)]).expect("a nation");
        let (from, to) = (place("sender_iso3"), place("receiver_iso3"));
        let (weight, trust) =
            (size(names[from]) * size(names[to]), row[at("trust_share")].parse::<f64>().expect("a share"));
        (sum, all) = (sum + weight * trust, all + weight);
        weights.push((from, to, weight, trust));
    }
    let centre = sum / all;
    assert!((answer["centre_share"].as_f64().expect("a number") - centre).abs() < 1e-9);
    let energy = |bits: usize| {
        let apart = weights.iter().filter(|(from, to, ..)| (bits >> from ^ bits >> to) & 1 == 1);
        apart.map(|(_, _, weight, trust)| weight * (trust - centre)).sum::<f64>()
    };
    let least = (0..1 << n).map(energy).fold(f64::INFINITY, f64::min);
    let energy_told = answer["configurations"][0]["energy"].as_f64().expect("a number");
    assert!((energy_told - least).abs() < 1e-3, "{energy_told} is told and {least} is least");
    assert!(energy_told < 0.0, "with the mean as the centre there is a line");
}

#[test]
fn the_text_names_the_line_its_strains_and_the_next_command() {
    let temporary = temporary(TUTORIAL, &[]);
    let (out, err) = run_to_code(&temporary, &["faultlines", "t", "--in", "2022", "--variant", "as-spoken"], 0);
    assert_eq!(err, "");
    for expected in [
        "end of 2022 (variant as-spoken, run 0): ",
        "propensity of a pair: mean trust less 0.",
        "1. energy -",
        "nearest to changing sides in the first",
        "next: noforn why t USA ",
        " --in 2022 --variant as-spoken\n",
    ] {
        assert!(out.contains(expected), "{expected}:\n{out}");
    }
    let again = stdout_of(&temporary, &["faultlines", "t", "--in", "2022", "--variant", "as-spoken"]);
    assert_eq!(out, again);
    // Where all pairs pull together there is no line.
    let out = stdout_of(&temporary, &["faultlines", "t", "--in", "2022", "--centre", "0"]);
    assert!(out.contains("1. energy 0.0; 0 % of the weight") && out.contains("no split"), "{out}");
}

#[test]
fn wrong_arguments_get_help() {
    let temporary = temporary(TUTORIAL, &[]);
    let cases: [(&[&str], &str, &str); 6] = [
        (&["t", "--in", "1999"], "`dyads.csv` does not tell 1999", "it tells the end of `2019`, `2020`"),
        (&["t", "--in", "2020", "--rep", "1"], "does not tell run 1 of `baseline`", "--tables dyads:all"),
        (&["t", "--in", "2020", "--variant", "as-spokn"], "no variant `as-spokn`", "did you mean `as-spoken`?"),
        (&["t", "--in", "2020", "--within", "allianc"], "no agreement `allianc`", "did you mean `alliance`?"),
        (&["t", "--in", "2020", "--centre", "2"], "invalid value '2'", "between 0 and 1"),
        (&["elsewhere", "--in", "2020"], "elsewhere", "give a folder that `noforn run` wrote"),
    ];
    for (args, message, help) in cases {
        let err = refusal_of(&temporary, &[&["faultlines"], args].concat());
        assert!(err.contains(message) && err.contains(help), "{args:?}: {err}");
    }
    fs::remove_file(temporary.path().join("t/dyads.csv")).expect("removed");
    let err = refusal_of(&temporary, &["faultlines", "t", "--in", "2020"]);
    assert!(err.contains("cannot read `dyads.csv`") && err.contains("--tables dyads"), "{err}");
}

#[test]
fn the_world_of_2019_parts_from_those_it_trusts_least_and_an_agreement_along_its_own_line() {
    let temporary = temporary(HUAWEI, &["--set", "run.end=2020Q4"]);
    let answer = reply(temporary.path(), &["--in", "2020", "--variant", "as-spoken"]);
    let first = texts(&answer["configurations"][0]["sides"][0]);
    let other = texts(&answer["configurations"][0]["sides"][1]);
    assert!(["USA", "GBR", "CAN", "AUS"].iter().all(|iso3| first.contains(iso3)), "{first:?}");
    assert!(["PAK", "IND", "IDN"].iter().all(|iso3| other.contains(iso3)), "{other:?}");
    assert_eq!((answer["nations"].as_u64(), answer["every"].as_bool()), (Some(73), Some(false)));
    let within = reply(temporary.path(), &["--in", "2020", "--variant", "as-spoken", "--within", "five-eyes"]);
    assert_eq!((within["nations"].as_u64(), within["starts"].as_u64()), (Some(5), Some(16)));
}
