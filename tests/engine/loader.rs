//! Loading from memory: how files merge, what settings change, where values and faults come from.
use noforn::load::{Choice, Faults, load, load_all, open};
use noforn::scenario::Scenario;
use noforn::scenario::fault::Fault;
use noforn::scenario::format::Operand;
use noforn::scenario::resolve::resolved_toml;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A scenario in which nothing is wrong.
const RIGHT: &str = include_str!("../broken/with/right.toml");

fn files(named: &[(&str, &str)]) -> BTreeMap<String, String> {
    let right = [("right.toml", RIGHT)];
    right.iter().chain(named).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// The scenario of `x.toml`, which extends the right one.
fn with(text: &str, choice: &Choice) -> Result<Scenario, Faults> {
    load(&files(&[("x.toml", &format!("extends = [\"right.toml\"]\n{text}"))]), "x.toml", choice)
}

fn right(text: &str) -> Scenario {
    with(text, &Choice::default()).unwrap_or_else(|faults| panic!("{:?}", faults.faults))
}

fn wrong(text: &str) -> Vec<Fault> {
    with(text, &Choice::default()).expect_err("is at fault").faults
}

fn set(settings: &[(&str, &str)]) -> Choice {
    let set = settings.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
    Choice { set, ..Choice::default() }
}

#[test]
fn tables_merge_key_by_key_while_lists_and_mixes_replace_whole() {
    let scenario = right(
        "[networks.deu-national]\ncore = { ericsson = 1.0 }\n[nations.DEU]\nintelligence = 20\n\
         [agreements.allies]\nmembers = [\"USA\", \"GBR\"]\n",
    );
    let network = &scenario.file.networks["deu-national"];
    assert_eq!(network.core, BTreeMap::from([("ericsson".to_owned(), 1.0)]));
    assert_eq!(network.access_4g.len(), 2);
    assert_eq!(scenario.file.nations["DEU"].intelligence, 20.0);
    assert_eq!(scenario.file.nations["DEU"].name, "Germany");
    assert_eq!(scenario.file.agreements["allies"].members, ["USA", "GBR"]);
}

#[test]
fn later_files_win_and_the_file_itself_wins_over_its_tables() {
    let files = files(&[
        ("a.toml", "[nations.DEU]\nintelligence = 1\ncow_code = 255\n"),
        ("b.toml", "[nations.DEU]\nintelligence = 2\nremark = \"b\"\n[tables]\nnations = [\"one.csv\", \"two.csv\"]\n"),
        ("one.csv", "id,intelligence,rollout_years\nGBR,40,5\nUSA,90,6\n"),
        ("two.csv", "id,intelligence,rollout_years\nGBR,50,\n"),
        (
            "x.toml",
            "extends = [\"right.toml\", \"a.toml\", \"b.toml\"]\n[tables]\nnations = \"one.csv\"\n[nations.USA]\nintelligence = 7\n",
        ),
    ]);
    let scenario = load(&files, "x.toml", &Choice::default()).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
    let nations = &scenario.file.nations;
    assert_eq!((nations["DEU"].intelligence, nations["DEU"].cow_code), (2.0, Some(255)));
    assert_eq!((nations["GBR"].intelligence, nations["GBR"].rollout_years), (40.0, 5.0), "x.toml's table is the last");
    assert_eq!(nations["USA"].intelligence, 7.0, "the file wins over its tables");
    let alone = load(&files, "b.toml", &Choice::default()).expect_err("b.toml is no scenario by itself");
    assert!(alone.faults.iter().all(|fault| fault.code == "missing-key"), "{:?}", alone.faults);
}

#[test]
fn of_two_tables_of_a_kind_the_later_wins_key_by_key() {
    let files = files(&[
        ("data/one.csv", "id,sender,host,kind,posts_count\ngbr-deu-embassy,GBR,DEU,embassy,2\n"),
        ("data/two.csv", "id,posts_count,troops\ngbr-deu-embassy,,30\n"),
        ("x.toml", "extends = [\"right.toml\"]\n[tables]\nmissions = [\"data/one.csv\", \"data/two.csv\"]\n"),
    ]);
    let scenario = load(&files, "x.toml", &Choice::default()).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
    let mission = &scenario.file.missions["gbr-deu-embassy"];
    assert_eq!((mission.posts_count, mission.troops), (2, 30));
    let origin =
        |path: &str| scenario.origin(path).map(|place| (place.file.to_string(), place.line)).expect("has an origin");
    assert_eq!(origin("missions.gbr-deu-embassy.posts_count"), ("data/one.csv".to_owned(), 2));
    assert_eq!(origin("missions.gbr-deu-embassy.troops"), ("data/two.csv".to_owned(), 2));
}

#[test]
fn every_value_remembers_where_it_was_written() {
    let text = "[rules.no-flagged-core]\ngrace_quarters = 4\n[variants.far]\nset = { \"run.end\" = \"2026Q4\" }\n";
    let mut choice = set(&[("nations.DEU.intelligence", "16"), ("run.seed", "5")]);
    choice.variant = Some("far".to_owned());
    let scenario = with(text, &choice).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
    for (path, file, line, column) in [
        ("rules.no-flagged-core.grace_quarters", "x.toml", 3, 18),
        ("rules.no-flagged-core.when", "right.toml", 44, 8),
        ("rules.no-flagged-core.forbids.0", "right.toml", 43, 12),
        ("nations.GBR.intelligence", "right.toml", 11, 49),
        ("run.end", "x.toml", 5, 21),
        ("nations.DEU.intelligence", "--set", 1, 26),
        ("run.seed", "--set", 2, 10),
    ] {
        let place = scenario.origin(path).unwrap_or_else(|| panic!("{path} has no origin"));
        assert_eq!((&*place.file, place.line, place.column), (file, line, column), "{path}");
    }
    assert_eq!((scenario.variant.as_str(), scenario.end.to_string().as_str()), ("far", "2026Q4"));
}

#[test]
fn settings_take_toml_or_a_bare_word() {
    let choice = set(&[
        ("rules.no-flagged-core.enforcement", "automatic"),
        ("rules.no-flagged-core.forbids", "[\"share\", \"co_locate\"]"),
        ("networks.deu-national.core", "{ huawei = 0.5, ericsson = 0.5 }"),
        ("networks.deu-national.core.huawei", "0.4"),
        ("networks.deu-national.core.ericsson", "0.6"),
        ("model.review_rate", "2"),
        ("nations.DEU.facts.depends", "3"),
        ("title", "\"Quoted = title\""),
    ]);
    let scenario = with("", &choice).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
    assert_eq!(scenario.file.rules["no-flagged-core"].enforcement.as_str(), "automatic");
    assert_eq!(scenario.file.rules["no-flagged-core"].forbids.len(), 2);
    assert_eq!(scenario.file.networks["deu-national"].core["ericsson"], 0.6);
    assert_eq!(scenario.file.model.review_rate, 2.0);
    assert_eq!(scenario.file.nations["DEU"].facts["depends"].number(), 3);
    assert_eq!(scenario.file.title, "Quoted = title");
}

#[test]
fn what_cannot_be_set_is_said_with_what_could_be_meant() {
    for (path, value, code, help) in [
        ("nations.DEV.intelligence", "1", "unknown-path", "did you mean `nations.DEU`?"),
        ("nation.DEU.intelligence", "1", "unknown-path", "did you mean `nations`?"),
        ("nations.DEU.inteligence", "1", "unknown-key", "did you mean `intelligence`?"),
        ("model.w_intell", "1", "unknown-key", "did you mean `w_intel`?"),
        ("extends", "[]", "fixed-key", "write it in a file that `extends` this one"),
        ("variants.x.title", "y", "fixed-key", "write it in a file that `extends` this one"),
        ("nations..DEU", "1", "bad-path", "a path is keys joined by dots, such as `rules.no-flagged-core.enforcement`"),
        ("run.end", "2018Q4", "bad-date", "`run.end` is the last quarter that is simulated"),
    ] {
        let faults = with("", &set(&[(path, value)])).expect_err("is refused").faults;
        let found: Vec<(&str, Option<&str>)> = faults.iter().map(|fault| (fault.code, fault.help.as_deref())).collect();
        assert_eq!(found, [(code, Some(help))], "{path}");
    }
}

#[test]
fn a_misspelt_id_finds_the_one_that_was_meant() {
    for (text, help) in [
        ("[events.a]\non = \"2019Q1\"\ndeny = \"hauwei\"\n", "did you mean `huawei`?"),
        ("[events.a]\non = \"2019Q1\"\nlift = \"no-flag-core\"\n", "did you mean `no-flagged-core`?"),
        ("[events.a]\non = \"2019Q1\"\njoin = \"ALIES\"\nnation = \"DEU\"\n", "did you mean `allies`?"),
        ("[agreements.allies]\nmembers = [\"USA\", \"germany\"]\n", "Germany is `DEU`"),
        (
            "[agreements.allies]\nmembers = [\"USA\", \"SWI\"]\n",
            "Switzerland is `CHE`, which this scenario does not have",
        ),
        ("[rules.no-flagged-core]\nowner = \"ZZZ\"\n", "there is `DEU`, `GBR`, `USA`"),
    ] {
        let faults = wrong(text);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].help.as_deref(), Some(help), "{text}");
    }
}

#[test]
fn what_is_inherited_can_be_removed_and_given_anew() {
    let scenario = right(
        "remove = [\"networks.deu-national\", \"rules.no-flagged-core.when\", \"variants\"]\n[rules.no-flagged-core]\nwhen = \"true\"\n",
    );
    assert!(scenario.file.networks.is_empty());
    assert_eq!(scenario.file.rules["no-flagged-core"].when, "true");
}

#[test]
fn a_variant_may_fill_tables_and_remove() {
    let files = files(&[
        ("with/late.csv", "id,on,stance,nation\nturn,2020-07-14,removal,GBR\n"),
        (
            "x.toml",
            "extends = [\"right.toml\"]\n[variants.record]\ntables = { events = \"with/late.csv\" }\nremove = [\"missions.usa-deu-embassy\"]\n",
        ),
    ]);
    let choice = |name: &str| Choice { variant: Some(name.to_owned()), ..Choice::default() };
    let all = [Choice::default(), choice("record"), choice("automatic+record")];
    let scenarios = load_all(&files, "x.toml", &all).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
    let counts: Vec<(usize, usize)> = scenarios.iter().map(|s| (s.timeline.len(), s.file.missions.len())).collect();
    assert_eq!(counts, [(0, 1), (1, 0), (1, 0)]);
    assert_eq!(scenarios[2].file.rules["no-flagged-core"].enforcement.as_str(), "automatic");
    assert_eq!(scenarios[1].timeline[0].quarter.to_string(), "2020Q3");
    let shas: std::collections::BTreeSet<&str> = scenarios.iter().map(|s| s.sha256.as_str()).collect();
    assert_eq!(shas.len(), 3, "each variant has a fingerprint of its own");
    let variants = open(&files, "x.toml").map(|opened| opened.variants());
    assert_eq!(variants.unwrap_or_default(), ["automatic", "record"]);
}

#[test]
fn the_timeline_is_in_order_of_quarter_date_and_id() {
    let event = |id: &str, on: &str| format!("[events.{id}]\non = {on}\nnote = \"x\"\n");
    let timeline = [
        event("d", "\"2019-03-31\""),
        event("c", "2019-01-02"),
        event("b", "\"2019-01-02\""),
        event("z", "\"2019Q1\""),
        event("a", "\"2020Q1\""),
        event("after-the-end", "\"2031Q1\""),
    ];
    let scenario = right(&timeline.concat());
    let order: Vec<&str> = scenario.timeline.iter().map(|event| event.id.as_str()).collect();
    assert_eq!(order, ["z", "b", "c", "d", "a"]);
}

#[test]
fn short_forms_of_events_are_written_out() {
    let scenario = right(
        "[events.path]\non = \"2019Q1\"\nclean_path = \"USA\"\n\
         [events.punish]\non = \"2019Q1\"\nretaliate = \"GBR\"\nby = \"CHN\"\nstrength_share = 0.5\n\
         [events.pay]\non = \"2019Q1\"\ncompensate = \"ALLIES\"\nby = \"USA\"\namount_musd = 5\n\
         [events.pay-one]\non = \"2019Q1\"\ncompensate = \"DEU\"\nby = \"USA\"\namount_musd = 5\n",
    );
    let events = &scenario.file.events;
    assert_eq!(events["path"].clean_path, Some(Operand::Yes(true)));
    assert_eq!(events["path"].by.as_deref(), Some("USA"));
    assert_eq!(events["punish"].nation.as_deref(), Some("GBR"));
    assert_eq!((events["pay"].group.as_deref(), events["pay"].nation.as_deref()), (Some("ALLIES"), None));
    assert_eq!((events["pay-one"].group.as_deref(), events["pay-one"].nation.as_deref()), (None, Some("DEU")));
}

#[test]
fn a_place_within_a_condition_is_found_in_the_file() {
    let files =
        files(&[("x.toml", "extends = [\"right.toml\"]\n[rules.no-flagged-core]\nwhen = \"true || \\u0066alse\"\n")]);
    let mut opened = open(&files, "x.toml").unwrap_or_else(|faults| panic!("{:?}", faults.faults));
    let scenario = opened.choose(&Choice::default()).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
    let place = opened.sources().place_in(&scenario, "rules.no-flagged-core.when", 8, 5).expect("lies within");
    assert_eq!((&*place.file, place.line, place.column, place.end - place.start), ("x.toml", 3, 17, 10));
}

#[test]
fn files_that_do_not_matter_to_the_result_leave_the_fingerprint_as_it_is() {
    let one = right("");
    let two = right("# a remark\n[nations.DEU]\nintelligence = 15.0\nstance = \"open\"\n");
    let other = right("[nations.DEU]\nintelligence = 15.5\n");
    assert_eq!(one.sha256, two.sha256);
    assert_ne!(one.sha256, other.sha256);
    assert_eq!(one.sha256.len(), 64);
}

#[test]
fn faults_of_the_shape_do_not_hide_those_of_the_sense() {
    let faults = wrong(
        "[nations.DEU]\nintelligence = \"much\"\n[vendors.zte]\nhome = \"DEU\"\n[vendors.nokia]\nhome = \"FIN\"\n",
    );
    let codes: Vec<&str> = faults.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, ["wrong-type", "unknown-id"], "a reference to a faulty row is right: {faults:?}");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_read() {
    let text = format!("\u{feff}{}", RIGHT.replace('\n', "\r\n"));
    let csv = "\u{feff}id,name,intelligence\r\nFRA,France,20\r\n";
    let text = format!("{text}\r\n[tables]\r\nnations = \"n.csv\"\r\n");
    let files = BTreeMap::from([("x.toml".to_owned(), text), ("n.csv".to_owned(), csv.to_owned())]);
    let scenario = load(&files, "x.toml", &Choice::default()).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
    assert_eq!(scenario.rosters.nations.to_string(), "DEU, FRA, GBR, USA");
}

/// Text as people write it, and as they do not.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z \"'\\\\#=\\[\\]{}.,\n\t]{0,40}",
        "[äöüßéñ日本語🛰 \"'\\\\]{0,20}",
        Just("'''\"\"\"\n".to_owned())
    ]
}

proptest! {
    #[test]
    fn what_is_shown_loads_to_the_same(
        title in texts(), when in texts(), intelligence in 0.0..1e6_f64, distance in 0.0..20_000_f64,
        huawei in 0.0..=1.0_f64, seed in 0..(1_u64 << 53), depends in 0..=10_i64,
    ) {
        let string = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let choice = set(&[
            ("title", &string(&title)),
            ("rules.no-flagged-core.says", &string(&when)),
            ("nations.DEU.intelligence", &toml::Value::Float(intelligence).to_string()),
            ("nations.DEU.distance_km.CHN", &toml::Value::Float(distance).to_string()),
            ("nations.DEU.facts.depends", &depends.to_string()),
            ("networks.deu-national.core", &format!("{{ huawei = {huawei:?}, ericsson = {:?} }}", 1.0 - huawei)),
            ("run.seed", &seed.to_string()),
        ]);
        let scenario = with("", &choice).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
        let shown = BTreeMap::from([("x.toml".to_owned(), resolved_toml(&scenario))]);
        let again = load(&shown, "x.toml", &Choice::default()).unwrap_or_else(|faults| panic!("{:?}", faults.faults));
        prop_assert_eq!(&again.sha256, &scenario.sha256);
        prop_assert_eq!(&again.file.title, &title);
        prop_assert_eq!(again.file.nations["DEU"].intelligence.to_bits(), intelligence.to_bits());
    }

    #[test]
    fn no_text_makes_the_loader_panic(
        at in 0..RIGHT.len(), cut in 0..60_usize, with in texts(), csv in "[a-z,\"\n;.0-9]{0,60}",
    ) {
        let cut = (at + cut).min(RIGHT.len());
        if !RIGHT.is_char_boundary(at) || !RIGHT.is_char_boundary(cut) {
            return Ok(());
        }
        let text = format!("tables = {{ nations = \"n.csv\" }}\n{}{with}{}", &RIGHT[..at], &RIGHT[cut..]);
        let files = BTreeMap::from([("x.toml".to_owned(), text), ("n.csv".to_owned(), csv)]);
        if let Err(wrong) = load(&files, "x.toml", &Choice::default()) {
            prop_assert!(!wrong.faults.is_empty());
            for fault in &wrong.faults {
                prop_assert!(!fault.message.ends_with('.') && !fault.message.contains('\u{1b}'), "{fault:?}");
                if let Some(place) = &fault.place {
                    let text = &wrong.texts[&place.file];
                    prop_assert!(text.get(place.start..place.end).is_some(), "{fault:?}");
                }
            }
        }
    }
}
