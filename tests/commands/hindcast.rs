//! `hindcast`, `calibrate` and draws of parameters through the front door.
use crate::program::*;
use std::fs;
use std::path::Path;

#[test]
fn the_baselines_have_the_scores_that_the_datas_description_gives() {
    let temporary = temporary_folder();
    let reply = json(&temporary, &["hindcast", HUAWEI, "--reps", "2", "--json"], 0);
    let variant = &reply["variants"][0];
    assert_eq!(variant["nations"], 43);
    let brier = |forecast: &str| {
        let scores = variant["scores"].as_array().expect("scores").iter();
        let found = scores.clone().find(|scores| scores["forecast"] == forecast).expect("a forecast");
        found["brier_score"].as_f64().expect("a number")
    };
    for (forecast, expected) in [("tier_hazard", 0.1513), ("base_rate", 0.1847), ("nobody", 0.2525)] {
        assert!((brier(forecast) - expected).abs() < 0.00005, "{forecast}: {}", brier(forecast));
    }
    let folder = temporary.path().join("output/huawei-2019-hindcast");
    let table = rows(folder.join("hindcast.csv"));
    assert_eq!(table.len(), 43 * 7);
    let mean = table.iter().map(|row| row["brier_score"].parse::<f64>().expect("a number")).sum::<f64>() / 301.0;
    assert!((mean - brier("model")).abs() < 1e-5, "the table and the scorecard tell the same");
    for row in &table {
        let columns = ["open_share", "restricted_share", "banned_share", "removal_share"];
        let sum: f64 = columns.iter().map(|column| row[*column].parse::<f64>().expect("a share")).sum();
        assert!((sum - 1.0).abs() < 5e-6, "{row:?}");
    }
    assert_eq!(rows(folder.join("scorecard.csv")).len(), 4);
    let cases: u32 =
        rows(folder.join("reliability.csv")).iter().map(|row| row["cases"].parse::<u32>().expect("a count")).sum();
    assert_eq!(cases, 301);
}

#[test]
fn a_record_that_is_wrong_is_refused_with_its_place_and_a_foreign_nation_is_named() {
    let temporary = temporary_folder();
    let record = |text: &str| {
        let text = format!("iso3,quarter,stance,stance_rank,confidence\n{text}");
        fs::write(temporary.path().join("record.csv"), text).expect("a file");
        run_command(&temporary, &["hindcast", HUAWEI, "--record", "record.csv", "--reps", "1", "--force"])
    };
    let wrong = record("POL,2019Q3,banned,7,M\n");
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("record.csv:2:19") && wrong.err.contains("0 open, 1 restricted"), "{wrong:?}");
    let nobody = record("XKX,2019Q3,banned,2,M\n");
    assert_eq!(nobody.code, Some(2));
    assert!(nobody.err.contains("nothing in `record.csv` can be scored"), "{nobody:?}");
    let some = record("XKX,2019Q3,banned,2,M\nPOL,2019Q3,banned,2,M\n");
    assert!(some.code == Some(0) && some.out.contains("left out: XKX"), "{some:?}");
    let short = run_command(&temporary, &["hindcast", TUTORIAL, "--set", "run.end=2020Q4"]);
    assert_eq!(short.code, Some(2), "a record needs the years it is about");
}

/// The tutorial with two sets of parameters, of which the second is never drawn.
fn drawn(temporary: &Path, more: &str) {
    let text = format!(
        "extends = [{:?}]\nformat = 1\ntitle = \"drawn\"\n[tables]\nposterior = \"sets.csv\"\n{more}",
        TUTORIAL
    );
    fs::write(temporary.join("drawn.toml"), text).expect("a file");
    let sets = "id,weight,model.reports_per_quarter\nmany,1,900\nnever,0,5\n";
    fs::write(temporary.join("sets.csv"), sets).expect("a file");
}

/// Reports of each run.
fn reports(temporary: &Path, args: &[&str]) -> Vec<u32> {
    let all = [&["run", "drawn.toml", "--reps", "3", "--force", "--tables", "metrics:all", "-o", "out"], args].concat();
    stdout_of(temporary, &all);
    assert_eq!(
        run_command(temporary, &["verify", "out"]).code,
        Some(0),
        "a run that draws can be made again: {args:?}"
    );
    let mut sums = vec![0; 3];
    for row in rows(temporary.join("out/metrics.csv")) {
        sums[row["rep"].parse::<usize>().expect("a run")] += row["reports_produced"].parse::<u32>().expect("a count");
    }
    sums
}

#[test]
fn every_run_but_the_first_draws_its_parameters_and_what_is_written_stands() {
    let temporary = temporary_folder();
    drawn(temporary.path(), "");
    let free = reports(temporary.path(), &[]);
    let fixed = reports(temporary.path(), &["--fixed-parameters"]);
    assert_eq!(free[0], fixed[0], "the first run has the scenario's own parameters");
    assert!(free[1] > 2 * fixed[1] && free[2] > 2 * fixed[2], "{free:?} against {fixed:?}");
    let set = reports(temporary.path(), &["--set", "model.reports_per_quarter=300"]);
    assert_eq!(set, fixed, "what is set on the command line stands");
    drawn(temporary.path(), "[model]\nreports_per_quarter = 300.0\n");
    assert_eq!(reports(temporary.path(), &[]), fixed, "what the scenario writes stands");
}

#[test]
fn sets_that_make_no_sense_are_refused_with_their_place() {
    let temporary = temporary_folder();
    drawn(temporary.path(), "");
    let cases = [
        ("id,weight,model.betta\na,1,3\n", "unknown-key"),
        ("id,weight,model.beta\na,1,-3\n", "out-of-range"),
        ("id,weight,model.beta\na,0,3\n", "bad-model"),
        ("id,weight,model.level_mix\na,1,3\n", "unknown-key"),
    ];
    for (text, code) in cases {
        fs::write(temporary.path().join("sets.csv"), text).expect("a file");
        let response = run_command(&temporary, &["check", "drawn.toml"]);
        assert_ne!(response.code, Some(0), "{text}");
        let reply = response.err + &response.out;
        assert!(reply.contains(code) && reply.contains("sets.csv"), "{text}: {reply}");
    }
}

#[test]
fn calibration_gives_the_same_sets_on_any_number_of_threads_and_a_scenario_takes_them() {
    let temporary = temporary_folder();
    let order = ["calibrate", HUAWEI, "--rounds", "2", "--points", "3", "--reps", "2", "--folds", "2", "-o"];
    let reply = stdout_of(&temporary, &[&order[..], &["one.csv", "-j", "1"]].concat());
    assert!(reply.contains("cross-validated") && reply.contains("next: noforn hindcast"), "{reply}");
    stdout_of(&temporary, &[&order[..], &["two.csv", "-j", "2"]].concat());
    let sample = fs::read_to_string(temporary.path().join("one.csv")).expect("a sample");
    assert_eq!(sample, fs::read_to_string(temporary.path().join("two.csv")).expect("a sample"));
    let weights: f64 =
        rows(temporary.path().join("one.csv")).iter().map(|row| row["weight"].parse::<f64>().expect("a weight")).sum();
    assert_eq!(weights, 200.0);
    let text = format!("extends = [{HUAWEI:?}]\nformat = 1\ntitle = \"taken\"\n[tables]\nposterior = \"one.csv\"\n");
    fs::write(temporary.path().join("taken.toml"), text).expect("a file");
    stdout_of(&temporary, &["check", "taken.toml"]);
    let again = run_command(&temporary, &[&order[..], &["one.csv"]].concat());
    assert_eq!(again.code, Some(2), "a file is not replaced unasked");
}

#[test]
fn a_hindcast_and_the_mechanisms_it_took_away_can_be_made_again() {
    let temporary = temporary_folder();
    let short = ["--variant", "as-spoken", "--reps", "1", "--ablate", "--set", "run.end=2025Q4", "-o", "h"];
    stdout_of(&temporary, &[&["hindcast", HUAWEI], &short[..]].concat());
    stdout_of(&temporary, &["verify", "h"]);
    let cards = rows(temporary.path().join("h/scorecard.csv"));
    let base = cards.iter().find(|row| row["variant"] == "baseline" && row["forecast"] == "model").expect("a score");
    let ablations = rows(temporary.path().join("h/ablations.csv"));
    let whole = ablations.iter().find(|row| row["mechanism"] == "nothing").expect("the scenario as it stands");
    assert_eq!(base["brier_score"], whole["brier_score"], "mechanisms are taken from the scenario as it stands");
    changed(&temporary.path().join("h/hindcast.csv"), "five_eyes", "nine");
    assert!(run_to_code(&temporary, &["verify", "h"], 1).0.contains("hindcast.csv"));
    changed(&temporary.path().join("h/record.csv"), "banned", "removal");
    assert!(refusal_of(&temporary, &["verify", "h"]).contains("record.csv` was changed"));
}

fn changed(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("text");
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replacen(from, to, 1)).expect("writes");
}
