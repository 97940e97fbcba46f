//! Faults in Cedar have their place in the author's text.
use super::worlds::scenario;
use crate::access::Policies;
use crate::scenario::fault::Fault;
use crate::scenario::source::{SourceText, Sources};
use crate::scenario::{CedarText, Scenario};
use std::sync::Arc;

const HEAD: &str = r#"
format = 1
title = "t"
[run]
start = "2019Q1"
end = "2019Q4"
[nations.GBR]
name = "Britain"
intelligence = 1.0
[nations.USA]
name = "United States"
intelligence = 1.0
[groups.NATO]
members = ["GBR", "USA"]
[agreements.ukusa]
kind = "pool"
ceiling = "top_secret"
members = ["GBR", "USA"]
[facts.bans_ships]
type = "boolean"
default = false
[facts.size]
type = "integer"
default = 0
min = 0
max = 1000000000
[rules.no-kit]
owner = "USA"
forbids = ["share", "work_alongside"]
"#;

/// A scenario and its text, with the places of `when` and `unless` of its last table.
fn authored(text: &str) -> (Scenario, Sources) {
    let mut scenario = scenario(text);
    let source = SourceText::new("study.toml", text);
    for key in ["when", "unless"] {
        let head = format!("\n{key} = ");
        if let Some(at) = text.find(&head) {
            let start = at + head.len();
            let end = match text[start..].starts_with("'''") {
                true => start + 6 + text[start + 3..].find("'''").expect("it ends"),
                false => start + text[start..].find('\n').expect("a line ends"),
            };
            Arc::make_mut(&mut scenario.origins).insert(format!("rules.no-kit.{key}"), source.place(start, end));
        }
    }
    let mut sources = Sources::default();
    sources.add(source);
    (scenario, sources)
}

fn check_rule(keys: &str) -> Vec<Fault> {
    let (scenario, sources) = authored(&format!("{HEAD}{keys}\n"));
    Policies::check(&scenario, &sources)
}

/// The text that a fault points at, with its line and column.
fn pointed(text: &str, fault: &Fault) -> (String, u32, u32) {
    let place = fault.place.as_ref().expect("it has a place");
    (text[place.start..place.end].to_owned(), place.line, place.column)
}

/// What is written; the code; what the fault points at; words of the message or help.
const CASES: &[(&str, &str, &str, &str)] = &[
    ("context.core_flaged_percent > 0", "unknown-attribute", "context.core_flaged_percent", "core_flagged_percent"),
    (
        "context.waived || context.core_flaged_percent > 0",
        "unknown-attribute",
        "context.core_flaged_percent",
        "core_flagged",
    ),
    ("resource.bans_ship", "unknown-attribute", "resource.bans_ship", "bans_ships"),
    ("resource.stance == \"banned\"", "cedar-type", "resource.stance == \"banned\"", ""),
    ("resource.stance && true", "cedar-type", "resource.stance", "Bool"),
    ("resource in Group::\"NATOO\"", "unknown-id", "Group::\"NATOO\"", "NATO"),
    ("resource in Agreement::\"ukus\"", "unknown-id", "Agreement::\"ukus\"", "ukusa"),
    ("resource in Grup::\"NATO\"", "unknown-id", "Grup", "Group"),
    ("resource == Nation::\"GRB\"", "unknown-id", "Nation::\"GRB\"", "GBR"),
    ("action == Action::\"shar\"", "unknown-id", "Action::\"shar\"", "share"),
    ("context.rules[\"no-kitt\"].waived", "unknown-attribute", "context.rules[\"no-kitt\"].waived", "no-kit"),
    ("context.core_flagged_percent >", "cedar-syntax", "", "ends too early"),
    ("context.core_flagged_percent > 0)", "cedar-syntax", ")", "closes"),
    ("true } unless { false", "cedar-syntax", "}", "closes"),
    ("resource.size * resource.size * resource.size > 0", "may-overflow", "", "overflow"),
    ("false", "never-holds", "", "never"),
    ("action == Action::\"co_locate\"", "never-holds", "", "never"),
];

#[test]
fn a_fault_points_at_the_authors_own_text() {
    let mut wrong = Vec::new();
    for (written, code, at, says) in CASES {
        for (open, close) in [("when = '", "'"), ("when = '''\n  ", "'''"), ("when = 'true'\nunless = '", "'")] {
            let keys = format!("{open}{written}{close}");
            let text = format!("{HEAD}{keys}\n");
            let faults = check_rule(&keys);
            let fault = faults.first().unwrap_or_else(|| panic!("`{keys}` is wrong"));
            let (found, line, column) = pointed(&text, fault);
            let said = format!("{} | {}", fault.message, fault.help.as_deref().unwrap_or(""));
            let start = text.rfind(written).expect("it is written there");
            let near = fault.place.as_ref().is_some_and(|p| (start - 6..=start + written.len() + 4).contains(&p.start));
            if fault.code != *code || !(at.is_empty() || found == *at) || !said.contains(says) || !near {
                wrong.push(format!("`{keys}` at {line}:{column}: {fault:?} points at `{found}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn right_conditions_have_no_faults() {
    for written in [
        "context.core_flagged_percent > 0",
        "resource in Group::\"NATO\" && !(resource in Agreement::\"ukusa\")",
        "resource.bans_ships || resource.informs.containsAny(principal.restricts)",
        "resource == Nation::\"GBR\" && context.quarters_in_force >= 4",
        "resource.size * resource.size > 5",
        "true",
    ] {
        assert_eq!(check_rule(&format!("when = '{written}'")), [], "{written}");
    }
}

fn check_file(text: &str) -> Vec<Fault> {
    let (mut scenario, mut sources) = authored(&format!("{HEAD}when = 'true'\n"));
    scenario.cedar.push(CedarText { file: "own.cedar".into(), text: text.into() });
    sources.add(SourceText::new("own.cedar", text));
    Policies::check(&scenario, &sources)
}

#[test]
fn faults_of_complete_policies_name_one_policy() {
    let right = "// why\n@id(\"a\")\nforbid (principal == Nation::\"USA\", action, resource);\n";
    assert_eq!(check_file(right), []);
    let cases = [
        ("forbid (principal, action, resource);", "no-policy-id", 4, 1),
        ("@id(\"a\") forbid (principal, action, resource);", "duplicate-id", 4, 1),
        ("@id(\"no-kit\") permit (principal, action, resource);", "duplicate-id", 4, 1),
        ("@id(\"agreement:ukusa\") permit (principal, action, resource);", "duplicate-id", 4, 1),
        ("@id(\"b\") permit (principal == ?principal, action, resource);", "cedar-template", 4, 31),
        ("@id(\"b\") permit (principal == Nation::\"FRA\", action, resource);", "unknown-id", 4, 31),
        ("@id(\"b\") permit (principal in Group::\"EU\", action, resource);", "unknown-id", 4, 31),
        ("@id(\"b\") permit (principal, action, resource) when { context.leve > 1 };", "unknown-attribute", 4, 54),
        ("@id(\"b\") permit (principal, action, resource) when { 1 };", "cedar-type", 4, 54),
        ("@id(\"b\") permit (principal, action, resource) when { resource in };", "cedar-syntax", 4, 66),
        ("@id(\"b\") permit (principal, action, resource)", "cedar-syntax", 5, 1),
        ("@id(\"b\") permit (principal, action, resource) when { context.level > 9 && false };", "never-holds", 4, 1),
    ];
    let mut wrong = Vec::new();
    for (second, code, line, column) in cases {
        let faults = check_file(&format!("{right}{second}\n@id(\"z\") permit (principal, action, resource);"));
        let fault = faults.first().unwrap_or_else(|| panic!("{second}"));
        let place = fault.place.as_ref().expect("it has a place");
        if (&*place.file, fault.code, place.line, place.column) != ("own.cedar", code, line, column)
            || faults.len() != 1
        {
            wrong.push(format!("{second}: {faults:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(check_file("@id(\"b\") permit (principal, action, resource) when {").len(), 1);
    assert_eq!(check_file("").len(), 0);
}

#[test]
fn built_in_names_are_refused() {
    for (own, taken) in [("[facts.size]", "[facts.stance]"), ("[rules.no-kit]", "[rules.side-agreements]")] {
        let text = format!("{HEAD}when = 'true'\n").replace(own, taken);
        let faults = Policies::check(&scenario(&text), &Sources::default());
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["duplicate-id"], "{taken}");
    }
}
