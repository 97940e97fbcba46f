//! `noforn show`: the resolved scenario, or where one of its values comes from.
use super::faults;
use super::scenario_args::{Settings, with_slashes};
use super::screen::{Screen, Stop};
use noforn::access::{Policies, PolicyIx};
use noforn::load::files::folder;
use noforn::load::load;
use noforn::scenario::Scenario;
use noforn::scenario::resolve::{at_path, inline, resolved_json, resolved_toml};
use noforn_store::disk::Disk;
use serde_json::json;
use std::process::ExitCode;

/// Print a scenario with all that it extends, every default written out
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn show scenarios/tutorial.toml --origin run.end",
    after_help = "What is printed is a scenario by itself: it loads to the same fingerprint.\n\
                  Next: noforn new my-study --from SCENARIO    a scenario that builds on this one"
)]
pub struct Args {
    /// The scenario file
    #[arg(value_name = "SCENARIO")]
    scenario: String,
    #[command(flatten)]
    settings: Settings,
    /// Print the value of a path, and the file, line and column that set it
    #[arg(long, value_name = "PATH")]
    origin: Option<String>,
    /// Print the rules as the Cedar policies they become
    #[arg(long, conflicts_with = "origin")]
    cedar: bool,
}

/// Shows the scenario.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let path = with_slashes(&args.scenario);
    // Several variants are laid on top of one another: one scenario is shown.
    let variant = args.settings.variants.join("+");
    let choice = args.settings.choice(Some(&variant).filter(|v| !v.is_empty()).map(String::as_str), None);
    let scenario = load(&Disk, &path, &choice)?;
    if let Some(asked) = &args.origin {
        origin(&scenario, folder(&path), asked, screen)?;
    } else if args.cedar {
        screen.out(&cedar(&scenario, screen.json))?;
    } else if screen.json {
        screen.out_json(&resolved_json(&scenario.file))?;
    } else {
        screen.out(&resolved_toml(&scenario))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn origin(scenario: &Scenario, folder: &str, asked: &str, screen: &Screen) -> Result<(), Stop> {
    let resolved = resolved_json(&scenario.file);
    let value = at_path(&resolved, asked).map_err(|help| Stop::bad(format!("the scenario has no `{asked}`"), help))?;
    let place = scenario.origins.get(asked);
    if screen.json {
        return screen.out_json(&json!({
            "path": asked,
            "value": value,
            "file": place.map(|place| faults::path(folder, place)),
            "line": place.map(|place| place.line),
            "column": place.map(|place| place.column),
        }));
    }
    let place = match place {
        Some(place) => format!("{}:{}:{}", faults::path(folder, place), place.line, place.column),
        None => "default".to_owned(),
    };
    screen.out(&format!("{place}: {asked} = {}\n", inline(value)))
}

/// The rules and agreements of a scenario as the Cedar policies they become.
fn cedar(scenario: &Scenario, json: bool) -> String {
    let policies = Policies::compile(scenario);
    if !json {
        return policies.cedar_text();
    }
    let all: Vec<serde_json::Value> = policies.all().map(|policy| policy_json(&policies, policy)).collect();
    format!("{:#}\n", serde_json::Value::from(all))
}

fn policy_json(policies: &Policies, policy: PolicyIx) -> serde_json::Value {
    json!({
        "id": policies.id(policy),
        "says": policies.says(policy),
        "effect": if policies.forbids(policy) { "forbid" } else { "permit" },
        "compiled": policies.is_compiled(policy),
        "text": policies.text(policy),
    })
}

/// The Cedar schema of a scenario.
pub fn cedar_schema(path: &str) -> Result<String, Stop> {
    let scenario = load(&Disk, &with_slashes(path), &noforn::load::Choice::default())?;
    Ok(noforn::access::cedar_schema(&scenario))
}
