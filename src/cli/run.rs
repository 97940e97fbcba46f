//! `noforn run`: simulate a scenario and write its tables.
use super::progress::{Progress, stop_on_ctrl_c};
use super::scenario_args::ScenarioArgs;
use super::screen::{Screen, Stop};
use crate::ensemble::{Ended, Ensemble};
use crate::output::choice::Choice;
use crate::output::folder::Refusal;
use crate::output::request::GREATEST_REPS;
use crate::output::told::{self, Told};
use crate::output::{Order, WriteError, Written, assumed, copies, write};
use crate::scenario::Scenario;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Simulate a scenario and write its tables
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn run scenarios/tutorial.toml --reps 20",
    after_help = "The tables are CSV; `codebook.csv` among them tells every column, `datapackage.json` tells programs.\n\
                  Next: noforn why DIR SENDER RECEIVER --in YEAR    why somebody was cut off"
)]
pub struct Args {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Runs of each variant, each with a luck of its own, the same in every variant
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(GREATEST_REPS)))]
    reps: u32,
    /// Folder of the results [default: output/NAME, after the scenario]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Threads [default: one a core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Replace a folder that noforn wrote before
    #[arg(long)]
    force: bool,
    /// Tables to write, such as metrics,nations:all,dyads; `:all` for every run, `:first` for the first of each variant
    #[arg(long, value_name = "LIST")]
    tables: Option<Choice>,
}

/// Runs the scenario.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let mut variants = args.scenario.load()?;
    // Rows lie in the order of their keys, and the variant is one of them.
    variants.sort_by(|a, b| a.variant.cmp(&b.variant));
    let folder = folder(args.output.as_deref(), &variants);
    let ensemble = Ensemble::new(variants, args.reps);
    let choice = args.tables.clone().unwrap_or_default();
    let order = Order { choice: &choice, threads: args.threads.unwrap_or(0).into(), stop: stop_on_ctrl_c()? };
    let progress = Progress::new(ensemble.len());
    let written = write(&folder, &ensemble, order, args.force, &mut |_| progress.step());
    progress.end();
    let written = match written {
        Err(WriteError::Ended(Ended::Stopped)) => return Ok(interrupted(screen)),
        written => written.map_err(stopped)?,
    };
    let typed = folder.display().to_string();
    let told = told(args, &typed, &ensemble, &written);
    if screen.json {
        screen.out_json(&told::json(&told))?;
    } else {
        screen.out(&told::text(&told))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the results go.
fn folder(asked: Option<&Path>, variants: &[Scenario]) -> PathBuf {
    let name = variants.first().map_or("", |scenario| scenario.name.as_str());
    asked.map_or_else(|| Path::new("output").join(name), Path::to_owned)
}

fn told<'a>(args: &'a Args, folder: &'a str, ensemble: &'a Ensemble, written: &'a Written) -> Told<'a> {
    let standing = ensemble.variants.iter().find(|scenario| scenario.variant == copies::BASELINE);
    let scenario = standing.or(ensemble.variants.first()).expect("an ensemble has a variant");
    Told {
        title: &scenario.file.title,
        scenario: &args.scenario.scenario,
        folder,
        span: (scenario.start.to_string(), scenario.end.to_string()),
        seed: scenario.file.run.seed,
        reps: ensemble.reps,
        nations: scenario.file.nations.len(),
        assumed: assumed::count(&scenario.file),
        tables: (written.contents.rows.len(), written.contents.rows.values().sum()),
        accounts: &written.accounts,
    }
}

/// Ends a command that Ctrl-C has stopped.
pub fn interrupted(screen: &Screen) -> ExitCode {
    screen.say("stopped; nothing was written\n");
    screen.verdict(false)
}

/// Why nothing was written, as the program ends with it.
pub fn stopped(error: WriteError) -> Stop {
    let message = error.to_string();
    match error {
        WriteError::Ended(Ended::Io(error)) => Stop::Io(error),
        WriteError::Refused(Refusal::Exists(_)) => {
            Stop::bad(message, "`--force` replaces it, `-o DIR` writes elsewhere")
        }
        WriteError::Refused(Refusal::Foreign(_) | Refusal::Name(_)) => {
            Stop::bad(message, "choose a folder with `-o DIR`")
        }
        WriteError::Refused(Refusal::Io(..)) | WriteError::Ended(_) => Stop::Bad { message, help: None },
    }
}
