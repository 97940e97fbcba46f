//! The statements: what the record says of them, what a run says, and `evidence` through the front door.
use crate::program::*;
use noforn::load::files::Files;
use noforn::load::{Choice, load};
use noforn::run::Prepared;
use noforn::scenario::Scenario;
use noforn::scenario::source::SourceText;
use noforn::world::clock::Quarter;
use noforn_lab::calibration::target::Target;
use noforn_lab::evidence::observations::Observations;
use noforn_lab::evidence::observer::observe;
use noforn_lab::evidence::reference_data::ReferenceData;
use noforn_lab::evidence::stances::{BEFORE, LAST};
use noforn_lab::evidence::statement::{Assessment, Computation, JudgedStatement, Statistic};
use noforn_lab::evidence::statements::ALL;
use noforn_lab::evidence::{page, shares};
use noforn_lab::hindcast::record::StanceRecord;
use noforn_store::disk::Disk;
use std::path::Path;

fn file(path: &str) -> String {
    Path::new(ROOT).join(path).to_string_lossy().into_owned()
}

fn scenario(path: &str, variant: Option<&str>) -> Scenario {
    let choice = Choice { variant: variant.map(str::to_owned), ..Choice::default() };
    load(&Disk, &file(path), &choice).expect("the scenario is right")
}

fn source(path: &str) -> SourceText {
    SourceText::new(path, &Disk.read(&file(path)).expect("the file is there"))
}

fn reference(scenario: &Scenario) -> ReferenceData {
    let record = StanceRecord::read(&source("scenarios/data/stances-calibration.csv")).expect("the record is right");
    let shares = shares::read(&source("scenarios/data/access-shares-2022-calibration.csv")).expect("so are the shares");
    ReferenceData::new(scenario, &record, shares)
}

/// A statistic by its name.
fn statistic(what: &str) -> &'static Statistic {
    let found = ALL.iter().flat_map(|statement| statement.statistics).find(|statistic| statistic.what == what);
    found.unwrap_or_else(|| panic!("there is no statistic `{what}`"))
}

/// What the record shows of it.
fn recorded(reference: &ReferenceData, what: &str) -> f64 {
    let Computation::Stances(of) = statistic(what).computation else { panic!("`{what}` is not of stances") };
    of(reference, &reference.record).unwrap_or_else(|| panic!("the record does not tell `{what}`"))
}

#[test]
fn what_a_fold_is_forecast_from_tells_nothing_of_its_nations() {
    let scenario = scenario("scenarios/huawei-2019.toml", None);
    let record = StanceRecord::read(&source("scenarios/data/stances-calibration.csv")).expect("the record is right");
    let shares = shares::read(&source("scenarios/data/access-shares-2022-calibration.csv")).expect("so are the shares");
    let target = Target::new(&scenario, record, &shares, 5);
    assert_eq!((target.references.len(), target.scored.len()), (6, 43));
    for (nation, fold) in &target.scored {
        for (at, reference) in target.references.iter().enumerate() {
            let reply = at != fold + 1;
            assert_eq!(reference.record.rank(nation, LAST).is_some(), reply, "{nation} in the reference data of {at}");
            assert!(
                reply || !reference.partners.iter().chain(&reference.recorded).any(|id| **id == **nation),
                "{nation}"
            );
            assert!(reply || !reference.access_2022.contains_key(nation.as_str()), "{nation}");
            assert_eq!(reference.tiers, target.references[0].tiers, "what was known before stays known");
        }
    }
    // Statements about one nation are not held against runs where that nation is left out.
    let named = ["Britain's stance, end of 2019", "from the embargo to Britain's ban", "Germany's stance, end of 2019"];
    for (what, nation) in named.into_iter().zip(["GBR", "GBR", "DEU"]) {
        let fold = target.scored.iter().find(|(id, _)| id == nation).expect("it is scored").1;
        assert_eq!(statistic(what).miss(&target.references[fold + 1], &mut [1.0, 2.0]), None, "{what}");
        assert!(statistic(what).miss(&target.references[0], &mut [1.0, 2.0]).is_some(), "{what}");
    }
}

#[test]
fn the_record_shows_the_figures_of_the_statements() {
    let reference = reference(&scenario("scenarios/huawei-2019.toml", None));
    assert_eq!((reference.recorded.len(), reference.allied.len(), reference.partners.len()), (45, 21, 4));
    let cases = [
        // As the statements give them.
        ("first bans a quarter, Five Eyes", 0.154, 3),
        ("first bans a quarter, nine", 0.056, 3),
        ("first bans a quarter, fourteen", 0.034, 3),
        ("first bans a quarter, other NATO", 0.016, 3),
        ("first bans a quarter, rest", 0.009, 3),
        ("steps from tier to tier at which it falls", 4.0, 0),
        ("factor of each step, on average", 2.0, 1),
        ("at a ban, end of 2018", 2.0, 0),
        ("at a ban, end of 2019", 6.0, 0),
        ("at a ban, end of 2020", 11.0, 0),
        ("at a ban, end of 2021", 14.0, 0),
        ("at a ban, end of 2025", 15.0, 0),
        ("stances loosened, 2019 to 2025", 3.0, 0),
        ("allies open, end of 2020", 6.0, 0),
        ("allies restricted, end of 2020", 8.0, 0),
        ("allies at a ban, end of 2020", 7.0, 0),
        ("allies open, end of 2021", 4.0, 0),
        ("allies restricted, end of 2021", 9.0, 0),
        ("allies at a ban, end of 2021", 8.0, 0),
        ("allies open, end of 2025", 3.0, 0),
        ("allies restricted, end of 2025", 8.0, 0),
        ("allies at a ban, end of 2025", 10.0, 0),
        ("stance in 2025 with alignment", 0.6, 1),
        ("stance in 2025 with exports to China", -0.003, 3),
        ("Britain's stance, end of 2019", 1.0, 0),
        ("Germany's stance, end of 2019", 0.0, 0),
        ("from the embargo to Britain's ban", 1.0, 0),
        ("from the threat to Germany's ban", 5.5, 1),
        // Where they are reply otherwise, or only about: see the notes of the statements.
        ("stances tightened, 2019 to 2025", 33.0, 0),
        ("stance in 2025 with US troops", 0.14, 2),
        ("installed share with stance in 2025", -0.33, 2),
        ("installed share with the time of a ban", 0.22, 2),
        ("Germany's intermediate positions to 2025", 1.0, 0),
        // Not in the statements.
        ("stances changed in 2019", 7.0, 0),
        ("part of first bans in 2020Q2 to Q4", 0.4, 1),
        ("others: more open than at any other stance", 12.0, 0),
    ];
    for (what, expected, decimals) in cases {
        let found = recorded(&reference, what);
        assert_eq!(format!("{found:.decimals$}"), format!("{expected:.decimals$}"), "{what}: {found}");
    }
}

#[test]
fn between_dated_rows_the_record_shows_18_to_3() {
    let text = Disk.read(&file("scenarios/data/stances-calibration.csv")).expect("the record is there");
    let rows: Vec<(&str, u8)> = text
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|cells| (cells[0], cells[3].parse().expect("a rank")))
        .collect();
    let pairs = rows.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let (up, down): (Vec<_>, Vec<_>) =
        pairs.filter(|pair| pair[0].1 != pair[1].1).partition(|pair| pair[1].1 > pair[0].1);
    assert_eq!((up.len(), down.len()), (18, 3));
}

#[test]
fn a_run_that_repeats_the_record_has_the_figures_of_the_record() {
    let scenario = scenario("scenarios/huawei-2019.toml", Some("as-recorded"));
    let seen = observe(&Prepared::new(&scenario), 0).expect("the rules can be decided");
    let reference = reference(&scenario);
    for nation in &reference.recorded {
        for quarter in (BEFORE.0..=LAST.0).map(Quarter) {
            let reply = (seen.stances.rank(nation, quarter), reference.record.rank(nation, quarter));
            assert_eq!(reply.0, reply.1, "{nation} in {quarter}");
        }
    }
}

fn seen(variant: &str) -> Observations {
    observe(&Prepared::new(&scenario("scenarios/new-zealand-1985.toml", Some(variant))), 0).expect("decidable")
}

#[test]
fn a_cut_and_a_restoration_are_seen_with_their_times() {
    let letter = seen("to-the-letter");
    let only: Vec<&str> = letter.cut.iter().map(|nation| &**nation).collect();
    assert_eq!(only, ["NZL"]);
    assert_eq!(letter.cut, letter.restricted);
    assert!(letter.bases_moved.is_empty(), "{:?}", letter.bases_moved);
    assert_eq!(letter.cut_quarters.len(), 3, "once for each rule");
    assert!(letter.restore_quarters.iter().all(|quarters| *quarters == 8.0), "{:?}", letter.restore_quarters);
}

#[test]
fn a_finding_holds_if_it_contains_the_record_and_is_narrow_or_lies_within_bounds() {
    let reference = reference(&scenario("scenarios/huawei-2019.toml", None));
    // 0 on record, width 1; at least 2; from 4 to 8.
    let (given, least, range) = (
        "partners short of a ban, end of 2020",
        "Germany's intermediate positions to 2025",
        "deadline for removal from access",
    );
    let cases: [(&str, &[f64], bool); 10] = [
        (given, &[0.0, 0.0], true),
        (given, &[0.0, 1.0], true),
        (given, &[1.0, 1.0], false),
        (given, &[0.0, 2.0], false),
        (given, &[f64::NAN], false),
        (least, &[2.0, 9.0], true),
        (least, &[1.0, 9.0], false),
        (range, &[4.0, 8.0], true),
        (range, &[3.0, 6.0], false),
        (range, &[f64::NAN, 6.0], true),
    ];
    for (what, values, holds) in cases {
        let finding = statistic(what).judge(&reference, &mut values.repeat(20));
        assert_eq!(finding.holds, holds, "{what} {values:?}: {finding:?}");
    }
}

/// Verdicts under which every statistic has the same values in all runs.
fn verdicts(reference: &ReferenceData, values: &[f64]) -> Vec<JudgedStatement> {
    let finding = |statistic: &Statistic| -> Assessment { statistic.judge(reference, &mut values.to_vec()) };
    let one = |statement: &&'static noforn_lab::evidence::statement::StylizedFact| JudgedStatement {
        statement,
        assessments: statement.statistics.iter().map(finding).collect(),
    };
    ALL.iter().map(one).collect()
}

#[test]
fn the_page_has_every_statement_and_the_meaning_of_each_miss() {
    let reference = reference(&scenario("scenarios/huawei-2019.toml", None));
    let about = page::Provenance {
        title: "T".to_owned(),
        command: "noforn evidence x.toml".to_owned(),
        reps: 2,
        seed: 7,
        recorded: 45,
        draws: true,
    };
    let text = page::section(&verdicts(&reference, &[-50.0, -40.0]), &about);
    for statement in ALL {
        assert!(text.contains(&format!("| **{}** | **", statement.number)), "{}", statement.number);
        assert!(text.contains(&format!("**Statement {}.** ", statement.number)), "{}", statement.number);
        assert!(text.contains(statement.if_missed), "{}", statement.number);
        assert!(statement.statistics.iter().all(|statistic| text.contains(statistic.what)));
    }
    assert!(text.contains("0 of 18 hold; 18 do not."), "{text}");
    assert!(text.contains("6 on record lies 46.5 above the interval"), "{text}");
}

#[test]
fn statements_take_their_place_between_the_marks_of_a_page() {
    let (open, close) = (page::OPEN, page::CLOSE);
    let there = format!("# Mine\n{open}old\n{close}rest\n");
    assert_eq!(page::insert_into_page(Some(&there), "new\n"), format!("# Mine\n{open}new\n{close}rest\n"));
    let own = format!("# Evidence\n\n{open}new\n{close}");
    assert_eq!(page::insert_into_page(None, "new\n"), own);
    assert_eq!(page::insert_into_page(Some("no marks"), "new\n"), own);
}

#[test]
fn the_page_of_the_project_leaves_no_statement_out() {
    let page = Disk.read(&file("docs/EVIDENCE.md")).expect("the page is there");
    for statement in ALL {
        let says = statement.says.replace('<', "&lt;").replace('>', "&gt;");
        assert!(page.contains(&says), "docs/EVIDENCE.md leaves out or changes statement {}", statement.number);
        for statistic in statement.statistics {
            let what = statistic.what;
            assert!(page.contains(what), "docs/EVIDENCE.md is older than `{what}`: `noforn evidence` writes it anew");
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_evidence() {
    let temporary = temporary_folder();
    let evidence = |args: &[&str]| stdout_of(&temporary, &[&["evidence", HUAWEI], args].concat());
    let reply = evidence(&["--reps", "3", "--json", "-j", "1", "-o", "e", "--page", "e.md"]);
    let reply: serde_json::Value = serde_json::from_str(&reply).expect("JSON");
    let statements = reply["statements"].as_array().expect("statements");
    assert_eq!(statements.len(), 18);
    assert_eq!(statements[1]["statistics"][0]["recorded"], 0.0);
    assert!(reply["next"].as_str().expect("text").starts_with("noforn compare "));
    let table = std::fs::read_to_string(temporary.path().join("e/evidence.csv")).expect("the table");
    let all: usize = ALL.iter().map(|statement| statement.statistics.len()).sum();
    assert_eq!(csv::Reader::from_reader(table.as_bytes()).records().filter(Result::is_ok).count(), all);
    assert!(std::fs::read_to_string(temporary.path().join("e.md")).expect("the page").starts_with("# Evidence\n"));
    let text = evidence(&["--reps", "3", "-j", "2", "-o", "e", "--force"]);
    for line in text.lines().filter(|line| !line.starts_with("next: ")) {
        assert!(line.chars().count() <= 100, "wider than a screen: {line}");
    }
    let held = format!("{} of 18 statements hold over 3 runs", reply["held"]);
    assert!(text.contains(&held), "{held}: {text}");
    assert_eq!(std::fs::read_to_string(temporary.path().join("e/evidence.csv")).expect("the table"), table);
    stdout_of(&temporary, &["verify", "e", "-j", "1"]);
    std::fs::write(temporary.path().join("e/shares.csv"), "iso3\n").expect("writes");
    assert!(refusal_of(&temporary, &["verify", "e"]).contains("shares.csv` was changed"));
}

#[test]
fn a_missing_record_or_too_short_a_run_is_an_error() {
    let cases: [(&[&str], &str); 2] = [
        (&["--record", "none.csv"], "the record `none.csv` cannot be read: there is no such file"),
        (&["--set", "run.end=2025Q4"], "`baseline` runs from 2019Q1 to 2025Q4"),
    ];
    for (args, response) in cases {
        let reply = refusal_of(ROOT, &[&["evidence", HUAWEI], args].concat());
        assert!(reply.contains(response), "{reply}");
    }
}
