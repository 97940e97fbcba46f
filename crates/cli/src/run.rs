//! `noforn run`: simulate a scenario and write its tables.
use super::job::{Job, stopped};
use super::progress::Progress;
use super::scenario_args::ScenarioArgs;
use super::screen::{Screen, Stop};
use noforn::scenario::Scenario;
use noforn_lab::ensemble::{Ended, Ensemble};
use noforn_lab::output::choice::Choice;
use noforn_lab::output::request::GREATEST_REPS;
use noforn_lab::output::told::{self, Told, words::count};
use noforn_lab::output::work::{Shard, items};
use noforn_lab::output::{Order, WriteError, Written, assumed, copies, write};
use serde_json::json;
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
    #[command(flatten)]
    job: Job,
    /// Only the I-th of N parts of the runs, for `noforn merge`; the folder is then output/NAME-I-of-N
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
    /// Tables to write, such as metrics,nations:all,dyads; `:all` for every run, `:first` for the first of each variant
    #[arg(long, value_name = "LIST")]
    tables: Option<Choice>,
}

/// Runs the scenario.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let mut variants = args.scenario.load()?;
    // Rows lie in the order of their keys, and the variant is one of them.
    variants.sort_by(|a, b| a.variant.cmp(&b.variant));
    let folder = args.job.output.clone().unwrap_or_else(|| folder(&variants, args.shard));
    let ensemble = Ensemble::new(variants, args.reps);
    let choice = args.tables.clone().unwrap_or_default();
    let (threads, stop) = args.job.workers()?;
    let order = Order { choice: &choice, shard: args.shard, threads, stop };
    let runs = items(args.shard, ensemble.len()).len();
    let progress = Progress::new(runs);
    let written = write(&folder, &ensemble, order, args.job.placing(), &mut |_| progress.step());
    progress.end();
    let written = match written {
        Err(WriteError::Ended(Ended::Stopped)) => return Ok(args.job.interrupted(screen)),
        written => written.map_err(stopped)?,
    };
    let typed = folder.display().to_string();
    match args.shard {
        None => close(screen, &args.scenario.scenario, &typed, &ensemble, &written)?,
        Some(shard) if screen.json => {
            screen.out_json(&json!({ "folder": typed, "part": shard.part, "of": shard.of, "runs": runs }))?;
        }
        Some(shard) => screen.out(&part(shard, runs, &typed))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The closing lines of a part.
pub fn part(shard: Shard, runs: usize, folder: &str) -> String {
    format!(
        "part {shard}: {} in {folder}\n\nnext: noforn merge DIR...    when all {} parts are made\n",
        count(runs as u64, "run"),
        shard.of
    )
}

/// Where the results go if nothing is said.
fn folder(variants: &[Scenario], shard: Option<Shard>) -> PathBuf {
    let name = variants.first().map_or("", |scenario| scenario.name.as_str());
    Path::new("output").join(name.to_owned() + &suffix(shard))
}

/// What the folder of a part is called beyond its work.
pub fn suffix(shard: Option<Shard>) -> String {
    shard.map(|shard| format!("-{}-of-{}", shard.part, shard.of)).unwrap_or_default()
}

/// Tells what whole runs came to.
pub fn close(
    screen: &Screen,
    scenario: &str,
    folder: &str,
    ensemble: &Ensemble,
    written: &Written,
) -> Result<(), Stop> {
    let told = told(scenario, folder, ensemble, written);
    if screen.json { screen.out_json(&told::json(&told)) } else { screen.out(&told::text(&told)) }
}

fn told<'a>(typed: &'a str, folder: &'a str, ensemble: &'a Ensemble, written: &'a Written) -> Told<'a> {
    let standing = ensemble.variants.iter().find(|scenario| scenario.variant == copies::BASELINE);
    let scenario = standing.or(ensemble.variants.first()).expect("an ensemble has a variant");
    Told {
        title: &scenario.file.title,
        scenario: typed,
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
