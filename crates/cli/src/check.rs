//! `noforn check`: reports every fault in scenario files.
mod policies;

use super::faults;
use super::scenario_args::{Settings, with_slashes};
use super::screen::{Screen, Stop};
use noforn::load::{Choice, Faults, open};
use noforn::scenario::Scenario;
use noforn_store::disk::Disk;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Say every fault in scenario files, all their variants included
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn check scenarios/tutorial.toml",
    after_help = "With `--policies`: which rules can never bind or never decide, whom each would hit at the start, where \
                  tiers do not nest (each pair of variants asked for is compared). Exit code 0: all right; 1: \
                  something is at fault, or a warning.\nNext: noforn show SCENARIO    the scenario with all that it extends"
)]
pub struct Args {
    /// Scenario files
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<String>,
    #[command(flatten)]
    settings: Settings,
    /// Say what the rules come to, in the scenario as it stands and in the variants asked for
    #[arg(long)]
    policies: bool,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let mut right = true;
    let mut answers = Vec::new();
    for path in &args.scenarios {
        let found = load_variants(&with_slashes(path), &args.settings, args.policies);
        right &= found.is_ok();
        let report = match &found {
            Ok(scenarios) if args.policies => Some(policies::report(scenarios)?),
            _ => None,
        };
        right &= report.as_ref().is_none_or(|report| report.warnings() == 0);
        if screen.json {
            let mut answer = answer(path, &found);
            if let Some(report) = &report {
                answer["policies"] = report.to_json();
            }
            answers.push(answer);
            continue;
        }
        match found {
            Ok(scenarios) => screen.out(&format!("{path}: all right ({})\n", summary(&scenarios)))?,
            Err(found) => {
                screen.say(&faults::render_all(&found));
                screen.out(&format!("{path}: {}\n", counted(found.faults.len(), "fault")))?;
            }
        }
        if let Some(report) = report {
            report.print(screen)?;
        }
    }
    if screen.json {
        screen.out_json(&Value::Array(answers))?;
    }
    Ok(screen.exit_code(right))
}

/// Loads the scenario and its variants: those that the user asked for, or all of the file if there are none and `only` is
/// false.
fn load_variants(path: &str, settings: &Settings, only: bool) -> Result<Vec<Scenario>, Faults> {
    let mut opened = open(&Disk, path)?;
    let mut settings = settings.clone();
    if settings.variants.is_empty() && !only {
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
        Err(found) => json!({ "scenario": path, "right": false, "faults": faults::to_json(found)["faults"] }),
    }
}

/// The contents of a scenario in one line.
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
