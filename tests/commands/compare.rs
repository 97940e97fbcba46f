//! `compare` and `sweep` through the front door.
use crate::program::*;
use noforn::history::Detail;
use noforn::load::{Choice, load_all};
use noforn_lab::compare::difference::PairedDifference;
use noforn_lab::compare::student_t;
use noforn_lab::ensemble::{Ensemble, Run};
use noforn_lab::tables::{metrics, quantile};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn package(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("datapackage.json")).expect("a package")).expect("JSON")
}

#[test]
fn a_comparison_writes_its_tables_and_closing_lines() {
    let temporary = temporary_folder();
    let reply = stdout_of(&temporary, &["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "20"]);
    for phrase in ["`as-spoken` against `baseline`, 20 runs", "withheld by rules", "in 2026", "next: noforn why "] {
        assert!(reply.contains(phrase), "{phrase}: {reply}");
    }
    let folder = temporary.path().join("output/tutorial-compare-baseline-as-spoken");
    let rows = rows(folder.join("compare.csv"));
    assert_eq!(rows.len(), 32 * metrics::names().count());
    let reach = rows.iter().rfind(|row| row["metric"] == "reach_share").expect("a metric");
    assert_eq!((reach["n"].as_str(), reach["year"].as_str()), ("20", "2026"));
    assert!(reach["ci95_high"].parse::<f64>().expect("a number") < 0.0, "{reach:?}");
    let package = package(&folder);
    assert_eq!(package["resources"][0]["schema"]["primaryKey"].as_array().map(Vec::len), Some(6));
    let described: Vec<_> = crate::program::rows(folder.join("codebook.csv"));
    let columns = described.iter().filter(|row| row["table"] == "compare").count();
    assert_eq!(columns, reach.len(), "the codebook tells every column");
}

#[test]
fn a_comparison_and_a_sweep_are_the_same_bytes_on_one_thread_and_two() {
    let temporary = temporary_folder();
    for threads in ["1", "2"] {
        let folder = |command: &str| format!("{command}-{threads}");
        let common = ["--reps", "8", "-j", threads, "-o"];
        let compare = ["compare", TUTORIAL, "baseline", "as-spoken"];
        stdout_of(&temporary, &[&compare[..], &common, &[folder("compare").as_str()]].concat());
        let sweep = ["sweep", TUTORIAL, "--over", "model.beta=2..6", "--design", "saltelli", "--points", "4"];
        stdout_of(&temporary, &[&sweep[..], &common, &[folder("sweep").as_str()]].concat());
    }
    for command in ["compare", "sweep"] {
        let [one, two] = [1, 2].map(|threads| temporary.path().join(format!("{command}-{threads}")));
        assert_same_files(&one, &two);
    }
}

#[test]
fn the_json_has_the_values_of_the_text() {
    let temporary = temporary_folder();
    let reply = json(&temporary, &["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "5", "--json"], 0);
    assert_eq!((reply["variant_b"].as_str(), reply["reps"].as_u64()), (Some("as-spoken"), Some(5)));
    let next = reply["pairs"][0]["next"].as_str().expect("a command");
    assert!(next.starts_with("noforn why output/tutorial-compare-baseline-as-spoken "), "{next}");
}

#[test]
fn pairing_narrows_the_interval_of_a_difference() {
    let choice = |variant: Option<&str>| Choice { variant: variant.map(str::to_owned), ..Choice::default() };
    let choices = [choice(None), choice(Some("as-spoken"))];
    let variants = load_all(&noforn_store::disk::Disk, HUAWEI, &choices).expect("it is right");
    let ensemble = Ensemble::new(variants, 12);
    let metric = metrics::names().position(|name| name == "mean_core_flagged_share").expect("a metric");
    let value = |variant, rep| {
        let history = ensemble.run(Run { variant, rep }, Detail { full: false }).expect("no rule errs");
        metrics::values(history.metrics.last().expect("there are quarters"))[metric]
    };
    let [a, b] = [0, 1].map(|variant| (0..12).map(|rep| value(variant, rep)).collect::<Vec<f64>>());
    let (low, high) = PairedDifference::new(&a, &b).statistics.and_then(|found| found.interval).expect("twelve pairs");
    let variance = |values: &[f64]| quantile::spread(&mut values.to_vec()).sd.map(|sd| sd * sd).expect("twelve runs");
    let unpaired = 2.0 * student_t::quantile(22) * ((variance(&a) + variance(&b)) / 12.0).sqrt();
    let paired = high - low;
    println!("width of the 95 % interval: paired {paired:.5}, unpaired {unpaired:.5}");
    assert!(paired < unpaired, "paired {paired}, unpaired {unpaired}");
}

#[test]
fn a_point_of_a_sweep_is_a_run_with_its_values_set() {
    let temporary = temporary_folder();
    let rule = "rules.no-flagged-core.enforcement=discretionary,automatic";
    let over = ["--over", "model.beta=2,4", "--over", rule, "--metric", "reach_share", "--reps", "4"];
    stdout_of(&temporary, &[&["sweep", TUTORIAL][..], &over, &["-o", "mixed"]].concat());
    let model_only = ["sweep", TUTORIAL, "--over", "model.beta=2,4", "--reps", "4", "-o", "model"];
    stdout_of(&temporary, &model_only);
    let mixed = rows(temporary.path().join("mixed/sweep.csv"));
    assert_eq!(mixed.len(), 4);
    let model = rows(temporary.path().join("model/sweep.csv"));
    assert_eq!(mixed[2]["reach_share_mean"], model[1]["reach_share_mean"], "a parameter set either way");
    for row in [&mixed[1], &mixed[2]] {
        let (beta, word) = (&row["model.beta"], &row["rules.no-flagged-core.enforcement"]);
        let set = [format!("model.beta={beta}"), format!("rules.no-flagged-core.enforcement={word}")];
        let args = ["run", TUTORIAL, "--reps", "4", "--tables", "metrics", "--force", "-o", "run"];
        stdout_of(&temporary, &[&args[..], &["--set", &set[0], "--set", &set[1]]].concat());
        let summary = rows(temporary.path().join("run/summary.csv"));
        let last = summary.iter().rfind(|row| row["metric"] == "reach_share").expect("a metric");
        for reply in ["mean", "q05", "q50", "q95"] {
            assert_eq!(row[&format!("reach_share_{reply}")], last[reply], "{row:?}");
        }
    }
}

#[test]
fn a_point_of_a_sweep_draws_what_calibration_left_open_as_a_run_does() {
    let temporary = temporary_folder();
    let posterior = "\n[posterior]\na = { weight = 1, model = { beta = 9, w_cost = 1 } }\n\
                     b = { weight = 2, model = { beta = 1, w_cost = 12 } }\n";
    let text = fs::read_to_string(TUTORIAL).expect("text") + posterior;
    fs::write(temporary.path().join("open.toml"), text).expect("writes");
    let common = ["--variant", "as-spoken", "--reps", "5", "--force"];
    let args = ["sweep", "open.toml", "--over", "model.beta=2,4", "--metric", "reach_share"];
    stdout_of(&temporary, &[&args[..], &common].concat());
    stdout_of(&temporary, &["verify", "output/open-sweep"]);
    for row in rows(temporary.path().join("output/open-sweep/sweep.csv")) {
        let set = format!("model.beta={}", row["model.beta"]);
        stdout_of(&temporary, &[&["run", "open.toml", "--set", &set][..], &common].concat());
        let summary = rows(temporary.path().join("output/open/summary.csv"));
        let of = |row: &&BTreeMap<String, String>| row["metric"] == "reach_share" && row["variant"] == "as-spoken";
        let last = summary.iter().rfind(of).expect("a metric");
        assert_eq!((&row["reach_share_mean"], &row["reach_share_q95"]), (&last["mean"], &last["q95"]), "{set}");
    }
}

#[test]
fn a_design_file_gives_back_its_points_in_order() {
    let temporary = temporary_folder();
    fs::write(temporary.path().join("d.csv"), "point,model.beta,model.w_intel\nz,3.5,1\na,2,0.25\n").expect("writes");
    stdout_of(&temporary, &["sweep", TUTORIAL, "--design", "d.csv", "--reps", "2", "--metric", "bloc_count"]);
    let rows = rows(temporary.path().join("output/tutorial-sweep/sweep.csv"));
    let points: Vec<(&str, &str)> = rows.iter().map(|row| (&*row["point"], &*row["model.beta"])).collect();
    assert_eq!(points, [("z", "3.5"), ("a", "2")]);
    assert_eq!(rows[0].len(), 3 + 4);
}

#[test]
fn all_numbers_of_the_model_can_be_varied() {
    let temporary = temporary_folder();
    let args = ["sweep", TUTORIAL, "--over", "all", "--design", "lhs", "--points", "6", "--reps", "1"];
    let (_, err) = run_to_code(&temporary, &args, 0);
    assert!(err.starts_with("not varied (no single number): "), "{err}");
    assert_eq!(rows(temporary.path().join("output/tutorial-sweep/sweep.csv")).len(), 6);
}

#[test]
fn an_error_has_a_message_and_writes_nothing() {
    let temporary = temporary_folder();
    fs::write(temporary.path().join("empty.csv"), "model.beta\n").expect("writes");
    fs::write(temporary.path().join("ragged.csv"), "model.beta,model.w_cost\n1\n").expect("writes");
    fs::write(temporary.path().join("range.csv"), "model.beta\n4\n1000\n").expect("writes");
    let cases: [(&[&str], &str); 13] = [
        (&["compare", "", "baseline", "as-spokn"], "did you mean `as-spoken`?"),
        (&["compare", "", "baseline", "baseline"], "cannot be compared with itself"),
        (&["compare", "", "baseline", "as-spoken", "--set", "model.bta=1"], "did you mean `beta`?"),
        (&["sweep", ""], "nothing is varied"),
        (&["sweep", "", "--over", "model.beta=6..2"], "does not rise"),
        (&["sweep", "", "--over", "model.bta=1,2"], "did you mean `beta`?"),
        (&["sweep", "", "--over", "model.beta=1..1000"], "it lies between 0 and 100"),
        (&["sweep", "", "--over", "model.beta=1,2", "--metric", "blocs"], "there is no metric `blocs`"),
        (&["sweep", "", "--over", "all"], "more than 100000 points"),
        (&["sweep", "", "--over", "model.beta=1..2", "--design", "lhs"], "it is not said how many points"),
        (&["sweep", "", "--design", "empty.csv"], "it has no points"),
        (&["sweep", "", "--design", "ragged.csv"], "is not a design"),
        (&["sweep", "", "--design", "range.csv"], "it lies between 0 and 100"),
    ];
    for (args, message) in cases {
        let args: Vec<&str> = args.iter().map(|arg| if arg.is_empty() { TUTORIAL } else { arg }).collect();
        let err = refusal_of(&temporary, &args);
        assert!(err.contains(message), "{args:?}: {err}");
        assert!(!temporary.path().join("output").exists(), "{args:?}");
    }
}

#[test]
fn a_folder_is_replaced_only_when_asked() {
    let temporary = temporary_folder();
    let args = ["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "2"];
    stdout_of(&temporary, &args);
    refusal_of(&temporary, &args);
    stdout_of(&temporary, &[&args[..], &["--force"]].concat());
}

/// The arguments of a comparison over the space of parameters, at the least number of points.
const ROBUST: [&str; 9] =
    ["compare", TUTORIAL, "baseline", "as-spoken", "--robust", "--reps", "8", "--point-reps", "2"];

#[test]
fn a_robust_comparison_says_of_every_measure_how_often_its_sign_holds() {
    let temporary = temporary_folder();
    let reply = stdout_of(&temporary, &[&ROBUST[..], &["-o", "robust", "--points", "70"]].concat());
    for phrase in ["70 points of the space of", "2 runs of each", "same sign", "robust/robustness.csv"] {
        assert!(reply.contains(phrase), "{phrase}: {reply}");
    }
    let folder = temporary.path().join("robust");
    let measures = rows(folder.join("robustness.csv"));
    let points = rows(folder.join("robustness_points.csv"));
    assert_eq!(points.len(), 70 * measures.len());
    assert_eq!(rows(folder.join("design.csv")).len(), 70);
    for measure in &measures {
        let here = points.iter().filter(|row| ["metric", "statistic"].iter().all(|key| row[*key] == measure[*key]));
        let signs: Vec<f64> = here.filter_map(|row| row["mean"].parse().ok()).map(f64::signum_or_zero).collect();
        let Ok(mean) = measure["mean"].parse::<f64>() else { continue };
        let same = signs.iter().filter(|sign| **sign == mean.signum_or_zero()).count() as f64 / signs.len() as f64;
        let told: f64 = measure["same_sign_share"].parse().expect("there are points");
        assert!((told - same).abs() < 1e-6, "{measure:?}");
        assert_eq!(measure["parameter"].is_empty(), same == 0.0 || same == 1.0, "{measure:?}");
    }
    let reach = measures.iter().find(|row| row["metric"] == "reach_share" && row["statistic"] == "mean");
    assert_eq!(reach.map(|row| row["same_sign_share"].as_str()), Some("1.000000"), "a cut never adds to reach");
    stdout_of(&temporary, &["verify", "robust"]);
    stdout_of(&temporary, &["report", "robust"]);
    let page = std::fs::read_to_string(folder.join("report.html")).expect("a report");
    assert!(page.contains("At 90\u{a0}% of the points or more baseline and as-spoken have one order by"), "a verdict");
    let refusal = refusal_of(&temporary, &["compare", TUTORIAL, "baseline", "as-spoken", "--points", "80"]);
    assert!(refusal.contains("--robust"), "{refusal}");
}

/// The sign of a number of which the tables write six decimals.
trait Sign {
    fn signum_or_zero(self) -> f64;
}

impl Sign for f64 {
    fn signum_or_zero(self) -> f64 {
        if self == 0.0 { 0.0 } else { self.signum() }
    }
}

#[test]
fn a_robust_comparison_in_parts_is_that_of_one_program() {
    let temporary = temporary_folder();
    stdout_of(&temporary, &[&ROBUST[..], &["-o", "whole", "-j", "1"]].concat());
    for (part, folder) in [("1/3", "a"), ("2/3", "b"), ("3/3", "c")] {
        stdout_of(&temporary, &[&ROBUST[..], &["-o", folder, "-j", "2", "--shard", part]].concat());
    }
    stdout_of(&temporary, &["merge", "c", "a", "b", "-o", "merged"]);
    assert_same_files(&temporary.path().join("whole"), &temporary.path().join("merged"));
}

#[test]
fn a_point_of_a_robust_comparison_is_a_comparison_with_its_values_set() {
    let temporary = temporary_folder();
    stdout_of(&temporary, &[&ROBUST[..], &["-o", "robust", "--set", "model.w_cost=4"]].concat());
    let design = rows(temporary.path().join("robust/design.csv"));
    assert!(!design[0].contains_key("model.w_cost"), "what the user sets is not drawn");
    let set = design[5].iter().filter(|(path, _)| *path != "point");
    let set: Vec<String> = set.map(|(path, value)| format!("--set={path}={value}")).collect();
    let mut args =
        vec!["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "2", "--set", "model.w_cost=4", "-o", "one"];
    args.extend(set.iter().map(String::as_str));
    stdout_of(&temporary, &args);
    let quarters = rows(temporary.path().join("one/compare.csv"));
    let points = rows(temporary.path().join("robust/robustness_points.csv"));
    let last = quarters.iter().rfind(|row| row["metric"] == "reach_share").expect("a metric");
    let point = points.iter().find(|row| {
        (row["point"].as_str(), row["metric"].as_str(), row["statistic"].as_str()) == ("5", "reach_share", "last")
    });
    let point = point.expect("every point has every measure");
    for column in ["n", "mean_a", "mean_b", "mean", "ci95_low", "ci95_high"] {
        assert_eq!(point[column], last[column], "{column}");
    }
}
