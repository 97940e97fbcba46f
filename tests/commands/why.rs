//! `why`, `check --policies`, `verify --decisions` and `show --cedar` through the front door.
use crate::program::*;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The answer for programs.
fn reply(folder: &Path, args: &[&str], code: i32) -> Value {
    json(folder, &[args, &["--json"]].concat(), code)
}

/// A folder that holds three runs of each variant of the tutorial in `t`.
fn tutorial() -> tempfile::TempDir {
    let temporary = temporary_folder();
    stdout_of(&temporary, &["run", TUTORIAL, "--variant", "as-spoken", "--reps", "3", "-o", "t"]);
    temporary
}

const SPOKEN: [&str; 8] = ["why", "t", "USA", "DEU", "--in", "2020", "--variant", "as-spoken"];

#[test]
fn an_explanation_leads_from_the_rule_to_its_event_and_line_and_names_changes_that_restore() {
    let temporary = tutorial();
    let (out, err) = run_to_code(&temporary, &SPOKEN, 0);
    assert_eq!(err, "");
    for expected in [
        "United States (USA) to Germany (DEU) at the end of 2020Q4; variant as-spoken, run 0",
        "share reports up to open",
        "sharing restricted to secret reports: forbidden by rule `no-flagged-core`",
        "working alongside: forbidden by rule `no-flagged-core`",
        "when: context.core_flagged_percent > 0  [tutorial.toml:",
        " > 0 holds",
        "announced 2019Q1, applied from 2020Q1 on; enforcement is automatic",
        "USA restricts DEU under `no-flagged-core`: share; work_alongside (certain)",
        "event `warning`: announce no-flagged-core",
        "runs of this variant",
        "--set rules.no-flagged-core.enforcement=discretionary",
        "--set rules.no-flagged-core.grace_quarters=8",
        "next: noforn run SCENARIO",
    ] {
        assert!(out.contains(expected), "{expected}:\n{out}");
    }
    assert!(!out.contains('\u{1b}'), "no colour where nobody wants it");
}

#[test]
fn in_json_every_chain_ends_and_a_change_does_what_it_says() {
    let temporary = tutorial();
    let answer = reply(temporary.path(), &SPOKEN, 0);
    assert_eq!((&answer["withheld"], &answer["runs"]["of"]), (&true.into(), &3.into()));
    let causes = answer["causes"].as_array().expect("a chain");
    assert_eq!(causes[0]["kind"], "restrict");
    assert!(["event", "start"].contains(&causes[causes.len() - 1]["kind"].as_str().expect("a kind")), "{causes:?}");
    assert!(causes.iter().all(|link| link["at"]["line"].as_u64() > Some(1)), "{causes:?}");
    let changes = answer["changes"].as_array().expect("changes");
    let restoring: Vec<&Value> = changes.iter().filter(|change| change["restores"] == true).collect();
    assert!(restoring.len() >= 3, "{changes:?}");
    let counts: Vec<u64> = restoring.iter().filter_map(|change| change["other_pairs"].as_u64()).collect();
    assert!(counts.is_sorted(), "the least change comes first: {counts:?}");
    // Each that `--set` can make is made, and asked again.
    for (number, change) in restoring.iter().enumerate() {
        let set: Vec<&str> = change["set"].as_array().expect("settings").iter().filter_map(Value::as_str).collect();
        let folder = format!("changed-{number}");
        let mut run = vec!["run", TUTORIAL, "--variant", "as-spoken", "-o", &folder, "--tables", "runs"];
        set.iter().for_each(|set| run.extend(["--set", set]));
        if set.is_empty() {
            continue;
        }
        stdout_of(&temporary, &run);
        let mut asked = SPOKEN;
        asked[1] = &folder;
        let (out, _) = run_to_code(&temporary, &asked, 1);
        assert!(out.starts_with("nothing is withheld"), "{set:?}: {out}");
    }
}

#[test]
fn if_nothing_is_withheld_the_answer_names_what_permits_it() {
    let temporary = tutorial();
    let before = ["why", "t", "USA", "DEU", "--in", "2019Q3", "--variant", "as-spoken"];
    let (out, _) = run_to_code(&temporary, &before, 1);
    assert!(out.contains("nothing is withheld from Germany by United States") && out.contains("--not"), "{out}");
    let out = stdout_of(&temporary, &[&before[..], &["--not"]].concat());
    for expected in [
        "agreement `alliance` (pool) covers up to secret",
        "rule `no-flagged-core`: its grace is not over before 2020Q1; its condition holds already",
        "3 of 3 runs",
    ] {
        assert!(out.contains(expected), "{expected}:\n{out}");
    }
    // Something is withheld.
    run_to_code(&temporary, &[&SPOKEN[..], &["--not"]].concat(), 1);
    let out = stdout_of(&temporary, &["why", "t", "DEU", "GBR", "--in", "2020", "--not"]);
    assert!(out.contains("Germany has no rules"), "{out}");
}

#[test]
fn wrong_arguments_get_help() {
    let temporary = tutorial();
    let cases: [(&[&str], &str); 8] = [
        (&["t", "USA", "GER", "--in", "2020"], "did you mean `DEU` (Germany)?"),
        (&["t", "USA", "DEV", "--in", "2020"], "did you mean `DEU`?"),
        (&["t", "USA", "USA", "--in", "2020"], "`USA` is named twice"),
        (&["t", "USA", "DEU", "--in", "2031"], "the run goes from 2019Q1 to 2026Q4"),
        (&["t", "USA", "DEU", "--in", "soon"], "neither a year nor a quarter"),
        (&["t", "USA", "DEU", "--in", "2020", "--variant", "as-spokn"], "did you mean `as-spoken`?"),
        (&["t", "USA", "DEU", "--in", "2020", "--rep", "3"], "its runs are 0 to 2"),
        (&[".", "USA", "DEU", "--in", "2020"], "give a folder that `noforn run` wrote"),
    ];
    for (args, message) in cases {
        let (out, err) = run_to_code(&temporary, &[&["why"], args].concat(), 2);
        assert_eq!(out, "", "{args:?}");
        assert!(err.contains(message), "{args:?}: {err}");
    }
}

#[test]
fn the_dispute_of_2019_as_spoken_cuts_germany_off() {
    let temporary = temporary_folder();
    let run = ["run", HUAWEI, "--reps", "1", "-o", "h", "--set", "run.end=2020Q4", "--tables", "runs"];
    stdout_of(&temporary, &run);
    let (out, err) = run_to_code(&temporary, &["why", "h", "USA", "DEU", "--in", "2020", "--variant", "as-spoken"], 0);
    assert_eq!(err, "");
    for expected in [
        "forbidden by rule `no-flagged-critical`",
        "interview of the Secretary of State, 21 February 2019",
        "rule `no-flagged-posts`: its condition does not hold",
        "data/networks-2019.csv:",
        "data/agreements-2019.csv:",
    ] {
        assert!(out.contains(expected), "{expected}:\n{out}");
    }
}

#[test]
fn cedar_itself_decides_every_question_of_a_run_alike() {
    let temporary = tutorial();
    let out = stdout_of(&temporary, &["verify", "t", "--decisions"]);
    // Three nations, two others each, seven questions, 32 quarters.
    assert!(out.contains("as-spoken: Cedar decides 1344 of 1344 questions"), "{out}");
    let judged = reply(temporary.path(), &["verify", "t", "--decisions"], 0);
    assert!(judged.as_array().is_some_and(|all| all.len() == 2 && all.iter().all(|one| one["first"].is_null())));
}

/// The tutorial with more rules.
fn with_rules(temporary: &Path, rules: &str) {
    let text = fs::read_to_string(TUTORIAL).expect("the tutorial is there");
    fs::write(temporary.join("s.toml"), format!("{text}{rules}")).expect("the scenario is written");
}

#[test]
fn there_are_warnings_for_rules_that_never_bind_never_decide_or_break_the_tiers() {
    let temporary = temporary_folder();
    with_rules(
        temporary.path(),
        "\n[rules.impossible]\nowner = \"USA\"\nforbids = [\"share\"]\nwhen = 'context.core_flagged_percent > 100'\n\
         [rules.stricter]\nowner = \"USA\"\nforbids = [\"share\"]\nwhen = 'context.core_flagged_percent > 10'\n\
         grace_quarters = 4\n[events.stricter]\non = \"2019-02-21\"\nannounce = \"stricter\"\n\
         [rules.posts]\nowner = \"GBR\"\nforbids = [\"co_locate\"]\nwhen = 'resource in Group::\"ALLIES\"'\n\
         [events.posts]\non = \"2019-02-21\"\nannounce = \"posts\"\n",
    );
    let (out, _) = run_to_code(&temporary, &["check", "--policies", "s.toml"], 1);
    for expected in [
        "warning: it can never bind (proved",
        "warning: it never decides: wherever it holds, `no-flagged-core` holds too",
        "warning: DEU may be worked with by GBR and not located with: `posts` forbids it, from 2019Q1 on",
        "at the start it would hit 2: DEU, GBR",
    ] {
        assert!(out.contains(expected), "{expected}:\n{out}");
    }
    let report = reply(temporary.path(), &["check", "--policies", "s.toml"], 1);
    assert_eq!(report[0]["policies"]["warnings"], 4);
}

#[test]
fn the_changes_by_a_variant_are_listed_by_quarter() {
    let temporary = temporary_folder();
    let asked = ["check", "--policies", TUTORIAL, "--variant", "as-spoken", "--set", "run.end=2020Q4"];
    let (out, err) = run_to_code(&temporary, &asked, 0);
    assert_eq!(err, "", "{out}");
    assert!(out.contains("from baseline to as-spoken, on the same luck"), "{out}");
    let report = reply(temporary.path(), &asked, 0);
    let shifts = report[0]["policies"]["comparisons"][0]["shifts"].as_array().expect("shifts");
    assert!(shifts.iter().any(|s| s["sender"] == "USA" && s["from"] == "2020Q1" && s["gains"] == false), "{shifts:?}");
}

#[test]
fn policies_are_shown_with_their_ids_and_what_they_say() {
    let temporary = temporary_folder();
    let out = stdout_of(&temporary, &["show", TUTORIAL, "--cedar"]);
    for expected in ["@id(\"no-flagged-core\")", "@says(", "forbid (", "@id(\"agreement:alliance\")", "permit ("] {
        assert!(out.contains(expected), "{expected}:\n{out}");
    }
    assert!(reply(temporary.path(), &["show", TUTORIAL, "--cedar"], 0).as_array().is_some_and(|all| all.len() >= 4));
    let out = stdout_of(&temporary, &["schema", "--cedar", TUTORIAL]);
    assert!(out.contains("entity Nation"), "{out}");
}
