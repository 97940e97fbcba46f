//! Two designs of a rule on the same luck: how much is withheld in the worst quarter, over twenty runs.
//!
//! `cargo run --release --example two_rules`
use noforn::history::Detail;
use noforn::load::{Choice, load};
use noforn::run::Prepared;
use std::collections::BTreeMap;

/// The scenario that is shipped to learn on.
const TUTORIAL: &str = include_str!("../scenarios/tutorial.toml");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = BTreeMap::from([("tutorial.toml".to_owned(), TUTORIAL.to_owned())]);
    println!("design,rep,worst_withheld_share");
    for enforcement in ["discretionary", "automatic"] {
        let set = vec![("rules.no-flagged-core.enforcement".to_owned(), enforcement.to_owned())];
        let scenario = load(&files, "tutorial.toml", &Choice { set, ..Choice::default() })?;
        let prepared = Prepared::new(&scenario);
        for rep in 0..20 {
            let history = prepared.run(rep, Detail { full: false })?;
            let worst = history.metrics.iter().map(|row| row.reports_withheld_share.0).fold(0.0, f64::max);
            println!("{enforcement},{rep},{worst:.4}");
        }
    }
    Ok(())
}
