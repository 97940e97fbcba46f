//! Cedar reads every text that the depth scan accepts without exhausting a small stack.
use super::shape::SplitMix64;
use super::worlds::scenario;
use crate::access::depth::scan;
use crate::access::facts::Facts;
use crate::access::oracle::Oracle;
use crate::access::{Policies, Scratch};
use crate::scenario::source::Sources;
use crate::world::grants::Grants;
use crate::world::ids::NationId;
use crate::world::slot::Slot;

const HEAD: &str = r#"
format = 1
title = "t"
run = { start = "2019Q1", end = "2019Q4" }
nations.AAA = { name = "a", intelligence = 1.0 }
nations.BBB = { name = "b", intelligence = 1.0 }
"#;

/// Conditions that nest `n` deep, each in another way.
fn nested(n: usize) -> Vec<(&'static str, String)> {
    let (x, yes) = ("context.core_flagged_percent", "resource.stance > 0");
    let around = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(n), close.repeat(n));
    vec![
        ("brackets", around("(", yes, ")")),
        ("negations", format!("{}({yes})", "!".repeat(n))),
        ("bracketed negations", around("!(", yes, ")")),
        ("minus", format!("{}{x} > 0", "-".repeat(n))),
        ("bracketed minus", format!("{} > 0", around("-(", x, ")"))),
        ("sums", format!("{} > 0", around("", x, &format!(" + {x}")))),
        ("sums to the right", format!("{} > 0", around(&format!("{x} + ("), x, ")"))),
        ("products", format!("{} > 0", around("", x, " * 1"))),
        ("and", around("", yes, &format!(" && {yes}"))),
        ("and to the right", around(&format!("{yes} && ("), yes, ")")),
        ("or", around("", yes, &format!(" || {yes}"))),
        ("choices", around(&format!("if {yes} then {yes} else "), yes, "")),
        ("bracketed choices", around(&format!("if {yes} then (("), yes, &format!(")) else {yes}"))),
        ("choices in tests", around("if ", yes, &format!(" then {yes} else {yes}"))),
        ("sets", format!("{} == {}", around("[", x, "]"), around("[", x, "]"))),
        ("records", format!("{} == {}", around("{\"a\": ", x, "}"), around("{\"a\": ", x, "}"))),
        ("fields", format!("{}{} == 1", around("{\"a\": ", "1", "}"), ".a".repeat(n))),
        ("indices", format!("{}{} == 1", around("{\"a\": ", "1", "}"), "[\"a\"]".repeat(n))),
        ("calls", around("[", yes, &format!("].contains({yes})"))),
        ("comparisons", around("(", yes, &format!(") == ({yes})"))),
    ]
}

fn toml(condition: &str) -> String {
    format!("{HEAD}rules.r = {{ owner = \"AAA\", forbids = [\"share\"], when = '''{condition}''' }}\n")
}

/// Checks, compiles, explains and decides a condition. False where the check refuses it.
fn run_all(condition: &str) -> bool {
    let scenario = scenario(&toml(condition));
    let faults = Policies::check(&scenario, &Sources::default());
    if faults.iter().any(|fault| fault.code.starts_with("cedar") || fault.code.starts_with("unknown")) {
        return false;
    }
    let policies = Policies::compile(&scenario);
    let mut facts = Facts::blank(2, 0, 0, 0, 1);
    facts.rules[0].quarters_in_force = 1;
    let (one, other) = (NationId::new(0), NationId::new(1));
    let expected = Oracle::new(&policies).explain(&facts, one, other, Slot::WORK);
    assert_eq!(expected, policies.explain(&facts, one, other, Slot::WORK));
    policies.decide(&facts, &mut Scratch::new(), &mut Grants::none(2)).expect("nothing overflows");
    true
}

#[test]
fn a_small_stack_suffices_for_what_the_scan_accepts() {
    let run = || {
        let mut deepest = 0;
        for n in [1, 2, 3, 8, 15, 30, 31, 40, 60, 63, 64, 80, 120, 126, 127, 200, 240, 250, 255, 256] {
            for (name, condition) in nested(n) {
                let accepted = scan(&condition).is_ok();
                let right = run_all(&condition);
                if accepted && right {
                    deepest = deepest.max(n);
                }
                assert!(accepted || !right, "{name} {n} is refused by the scan, so by the check");
            }
        }
        deepest
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread starts");
    let deepest = thread.join().expect("the stack holds");
    assert!(deepest >= 120, "honest conditions are far below the limits: {deepest}");
}

/// Boolean expressions to put around another one.
const AROUND: [(&str, &str); 12] = [
    ("(", ")"),
    ("!(", ")"),
    ("!!!!(", ")"),
    ("(", " && resource.stance > 0)"),
    ("(resource.stance > 0 && ", ")"),
    ("(resource.stance > 0 || ", ")"),
    ("(if ", " then resource.stance > 0 else true)"),
    ("(if resource.stance > 0 then ", " else true)"),
    ("if resource.stance > 0 then true else ", ""),
    ("[", "].contains(true)"),
    ("{\"a\": ", "}.a"),
    ("(", ") == (resource.stance > 0)"),
];

#[test]
fn a_small_stack_suffices_for_random_nesting_up_to_the_limits() {
    let run = || {
        for number in 0..60 {
            let mut luck = SplitMix64(number);
            let few = 1 + luck.below(AROUND.len());
            let mut condition = "resource.stance > 0".to_owned();
            loop {
                let (open, close) = AROUND[(number as usize + luck.below(few)) % AROUND.len()];
                let deeper = format!("{open}{condition}{close}");
                if scan(&deeper).is_err() {
                    break;
                }
                condition = deeper;
            }
            run_all(&condition);
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread starts");
    thread.join().expect("the stack holds");
}

#[test]
fn hostile_texts_are_refused_before_cedar_reads_them() {
    let deep = "(".repeat(100_000);
    for text in [deep.as_str(), &"!".repeat(100_000), &"-".repeat(100_000), &"a.".repeat(100_000), "\"", ")", "} || {"]
    {
        assert!(scan(text).is_err());
    }
    assert!(scan("true // ((((").is_ok(), "comments do not nest");
    assert!(scan("\"((((\" == \"}}}\"").is_ok(), "strings do not nest");
}
