//! `noforn check`: every fault in the files.
use super::disk::Disk;
use super::faults;
use super::scenario_args::{Settings, typed};
use super::screen::{Screen, Stop};
use crate::scenario::Scenario;
use crate::scenario::load::{Choice, Faults, open};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Say every fault in scenario files, all their variants included
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn check scenarios/tutorial.toml",
    after_help = "Exit code 0: all right; 1: something is at fault.\nNext: noforn show SCENARIO    the scenario with all that it extends"
)]
pub struct Args {
    /// Scenario files
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Checks every file.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let mut right = true;
    let mut answers = Vec::new();
    for path in &args.scenarios {
        let found = checked(&typed(path), &args.settings);
        right &= found.is_ok();
        if screen.json {
            answers.push(answer(path, &found));
            continue;
        }
        match found {
            Ok(scenarios) => screen.out(&format!("{path}: all right ({})\n", summary(&scenarios)))?,
            Err(found) => {
                screen.say(&faults::drawn(&found));
                screen.out(&format!("{path}: {}\n", counted(found.faults.len(), "fault")))?;
            }
        }
    }
    if screen.json {
        screen.out_json(&Value::Array(answers))?;
    }
    Ok(screen.verdict(right))
}

/// The scenario as it stands and its variants: those asked for, else all that the file offers.
fn checked(path: &str, settings: &Settings) -> Result<Vec<Scenario>, Faults> {
    let mut opened = open(&Disk, path)?;
    let mut settings = settings.clone();
    if settings.variants.is_empty() {
        settings.variants = opened.variants();
    }
    let choices: Vec<Choice> = settings.choices(None);
    opened.choose_all(&choices)
}

fn answer(path: &str, found: &Result<Vec<Scenario>, Faults>) -> Value {
    match found {
        Ok(scenarios) => {
            let variants: Vec<Value> =
                scenarios.iter().map(|s| json!({ "variant": s.variant, "scenario_sha256": s.sha256 })).collect();
            json!({ "scenario": path, "right": true, "faults": [], "variants": variants })
        }
        Err(found) => json!({ "scenario": path, "right": false, "faults": faults::json(found)["faults"] }),
    }
}

/// What a scenario holds, in a line.
fn summary(scenarios: &[Scenario]) -> String {
    let Some(scenario) = scenarios.first() else { return String::new() };
    let rosters = &scenario.rosters;
    let mut parts = vec![format!("{} to {}", scenario.start, scenario.end)];
    let counts = [
        (rosters.nations.len(), "nation"),
        (rosters.networks.len(), "network"),
        (rosters.missions.len(), "mission"),
        (rosters.agreements.len(), "agreement"),
        (rosters.rules.len(), "rule"),
        (scenario.timeline.len(), "event"),
        (scenarios.len() - 1, "variant"),
    ];
    parts.extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(*count, what)));
    parts.join(", ")
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
