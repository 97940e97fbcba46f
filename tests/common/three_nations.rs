//! A scenario of three nations and two years, and ensembles of it, for tests.
use noforn::load::{Choice, load};
use noforn::scenario::Scenario;
use noforn_lab::ensemble::Ensemble;
use std::collections::BTreeMap;

/// Three nations and two years, as a file.
const SCENARIO: &str = r#"
format = 1
title = "Three nations"
assumed = ["title"]
[run]
start = "2019Q1"
end = "2020Q4"
seed = 7
[nations]
DEU = { name = "Germany", intelligence = 40 }
GBR = { name = "United Kingdom", intelligence = 60 }
USA = { name = "United States", intelligence = 100 }
"#;

/// A scenario of three nations and two years.
pub fn scenario(variant: &str) -> Scenario {
    let files = BTreeMap::from([("three.toml".to_owned(), SCENARIO.to_owned())]);
    let scenario = load(&files, "three.toml", &Choice::default()).expect("the scenario is right");
    Scenario { variant: variant.to_owned(), ..scenario }
}

/// An ensemble of such scenarios.
pub fn ensemble(variants: &[&str], reps: u32) -> Ensemble {
    Ensemble::new(variants.iter().map(|variant| scenario(variant)).collect(), reps)
}
