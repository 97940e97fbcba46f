//! Work that is divided into parts, through the front door: joined, the bytes are those of one program.
use crate::program::*;
use std::fs;

#[test]
fn shards_of_runs_merge_in_any_order_to_the_runs() {
    let temporary = temporary_folder();
    let args = ["run", TUTORIAL, "--variant", "as-spoken", "--reps", "5"];
    stdout_of(&temporary, &[&args[..], &["-o", "whole"]].concat());
    let parts = ["1/4", "2/4", "3/4", "4/4"];
    for part in parts {
        stdout_of(&temporary, &[&args[..], &["--shard", part]].concat());
    }
    let folders = [3, 1, 4, 2].map(|part| format!("output/tutorial-{part}-of-4"));
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    stdout_of(&temporary, &[&["merge"][..], &folders, &["-o", "merged"]].concat());
    assert_same_files(&temporary.path().join("merged"), &temporary.path().join("whole"));
    stdout_of(&temporary, &["verify", "merged"]);
    for folder in folders {
        stdout_of(&temporary, &["verify", folder]);
    }
}

#[test]
fn shards_of_a_sweep_merge_to_the_sweep() {
    let temporary = temporary_folder();
    let over = ["--over", "model.beta=2..6", "--over", "rules.no-flagged-core.grace_quarters=0..6"];
    for design in ["saltelli", "morris", "lhs"] {
        let lay = ["--design", design, "--points", "4", "--reps", "2", "--set", "run.end=2022Q4"];
        let args = [&["sweep", TUTORIAL][..], &over, &lay].concat();
        let whole = format!("whole-{design}");
        stdout_of(&temporary, &[&args[..], &["-o", &whole]].concat());
        for part in ["1/3", "2/3", "3/3"] {
            stdout_of(&temporary, &[&args[..], &["--shard", part, "--force"]].concat());
        }
        let folders = ["1", "2", "3"].map(|part| format!("output/tutorial-sweep-{part}-of-3"));
        let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
        stdout_of(&temporary, &[&["merge", "--force"][..], &folders].concat());
        assert_same_files(&temporary.path().join("output/tutorial-sweep"), &temporary.path().join(&whole));
        assert_eq!(temporary.path().join(&whole).join("indices.csv").exists(), design != "lhs");
        stdout_of(&temporary, &["verify", &whole]);
        stdout_of(&temporary, &["verify", folders[1]]);
    }
}

#[test]
fn shards_of_every_other_study_merge_to_the_study() {
    let temporary = temporary_folder();
    let studies: [(&[&str], &str); 3] = [
        (&["compare", TUTORIAL, "baseline", "as-spoken", "--reps", "5"], "tutorial-compare-baseline-as-spoken"),
        (&["hindcast", HUAWEI, "--reps", "2", "--variant", "as-spoken"], "huawei-2019-hindcast"),
        (&["evidence", HUAWEI, "--reps", "3"], "huawei-2019-evidence"),
    ];
    for (args, name) in studies {
        let part = |number: u32| format!("{name}-{number}-of-2");
        stdout_of(&temporary, &[args, &["-o", "whole", "--force"]].concat());
        for number in [1, 2] {
            stdout_of(&temporary, &[args, &["--shard", &format!("{number}/2"), "-o", &part(number)]].concat());
        }
        stdout_of(&temporary, &["merge", &part(2), &part(1)]);
        assert_same_files(&temporary.path().join("output").join(name), &temporary.path().join("whole"));
        stdout_of(&temporary, &["verify", &part(1)]);
        stdout_of(&temporary, &["verify", "whole"]);
    }
}

#[test]
fn incomplete_or_different_shards_are_not_merged() {
    let temporary = temporary_folder();
    let make = |folder: &str, shard: &str, more: &[&str]| {
        let args = ["run", TUTORIAL, "--reps", "4", "--tables", "metrics", "--shard", shard, "-o", folder];
        stdout_of(&temporary, &[&args[..], more].concat());
    };
    make("a", "1/3", &[]);
    make("b", "2/3", &[]);
    make("b2", "2/3", &[]);
    make("c", "3/3", &[]);
    make("seed", "2/3", &["--seed", "9"]);
    make("set", "2/3", &["--set", "model.beta=5"]);
    make("half", "2/2", &[]);
    make("changed", "2/3", &[]);
    let metrics = temporary.path().join("changed/metrics.csv");
    fs::write(&metrics, fs::read_to_string(&metrics).expect("a table").replacen("2019", "2020", 1)).expect("writes");
    make("older", "2/3", &[]);
    let shard = temporary.path().join("older/shard.json");
    let text = fs::read_to_string(&shard).expect("text");
    fs::write(&shard, text.replacen(env!("CARGO_PKG_VERSION"), "0.0.9", 1)).expect("writes");
    stdout_of(&temporary, &["run", TUTORIAL, "-o", "none"]);
    let cases: [(&[&str], &str); 9] = [
        (&["a", "c"], "part 2/3 is missing"),
        (&["c"], "2 of 3 parts are missing, the first of them 1/3"),
        (&["a", "b", "c", "b2"], "part 2/3 is there twice: `b` and `b2`"),
        (&["a", "seed", "c"], "their seed is `1` and `9`"),
        (&["a", "set", "c"], "their scenario (its SHA-256) is"),
        (&["a", "half", "c"], "`a` is one of 3 parts and `half` one of 2"),
        (&["a", "changed", "c"], "metrics.csv` is missing or was changed"),
        (&["a", "older", "c"], "`older` was made by noforn 0.0.9"),
        (&["a", "none", "c"], "`none` holds no part"),
    ];
    for (folders, message) in cases {
        let response = refusal_of(&temporary, &[&["merge", "-o", "x"][..], folders].concat());
        assert!(response.contains(message), "{folders:?}: {response}");
        assert!(!temporary.path().join("x").exists());
    }
    stdout_of(&temporary, &["merge", "-o", "x", "c", "b", "a"]);
}
