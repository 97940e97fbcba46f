//! `noforn run`: simulate a scenario and write its tables.
use super::job::{StudyArgs, close_shard, write_stop};
use super::scenario_args::ScenarioArgs;
use super::screen::{Screen, Stop};
use noforn::scenario::BASELINE;
use noforn_lab::ensemble::Ensemble;
use noforn_lab::runs::closing::{self, Closing};
use noforn_lab::runs::table_choice::TableChoice;
use noforn_lab::runs::{EnsembleResults, RunsStudy, assumed};
use noforn_lab::study::Study;
use noforn_lab::study::request::GREATEST_REPS;
use std::ops::ControlFlow;
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
    /// Runs of each variant, each with a luck of its own, the same in every variant [default: the file's `run.reps`, else 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(GREATEST_REPS)))]
    reps: Option<u32>,
    #[command(flatten)]
    job: StudyArgs,
    /// Tables to write, such as metrics,nations:all,dyads; `:all` for every run, `:first` for the first of each variant
    #[arg(long, value_name = "LIST")]
    tables: Option<TableChoice>,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let mut variants = args.scenario.load_named()?;
    // Rows are in the order of their keys, and the variant is one of them.
    variants.sort_by(|a, b| a.variant.cmp(&b.variant));
    let folder = args.job.folder(variants.first().map_or("", |scenario| &scenario.name))?;
    let (effort, choice) = (&args.job.effort, args.tables.clone().unwrap_or_default());
    let reps = args.reps.or(variants.first().and_then(|scenario| scenario.file.run.reps)).unwrap_or(1);
    let study = RunsStudy::new(Ensemble::new(variants, reps), choice, effort.shard);
    let study = study.map_err(|name| write_stop(name.into()))?;
    let contents = match effort.write(&study, &folder, screen)? {
        ControlFlow::Continue(contents) => contents,
        ControlFlow::Break(code) => return Ok(code),
    };
    if let Some(shard) = effort.shard {
        return close_shard(screen, shard, study.part().len(), &folder);
    }
    close(screen, &args.scenario.scenario, &folder.display().to_string(), study.ensemble(), &contents)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes the closing lines of complete runs.
pub fn close(
    screen: &Screen,
    scenario: &str,
    folder: &str,
    ensemble: &Ensemble,
    contents: &EnsembleResults,
) -> Result<(), Stop> {
    let closing = closing_lines(scenario, folder, ensemble, contents);
    if screen.json { screen.out_json(&closing::to_json(&closing)) } else { screen.out(&closing::to_text(&closing)) }
}

fn closing_lines<'a>(
    typed: &'a str,
    folder: &'a str,
    ensemble: &'a Ensemble,
    contents: &'a EnsembleResults,
) -> Closing<'a> {
    let baseline = ensemble.variants.iter().find(|scenario| scenario.variant == BASELINE);
    let scenario = baseline.or(ensemble.variants.first()).expect("an ensemble has a variant");
    Closing {
        title: &scenario.file.title,
        scenario: typed,
        folder,
        span: (scenario.start.to_string(), scenario.end.to_string()),
        seed: scenario.file.run.seed,
        reps: ensemble.reps,
        nations: scenario.file.nations.len(),
        hub: scenario.hub_name(),
        assumed: assumed::count(&scenario.file),
        tables: (contents.rows.len(), contents.rows.values().sum()),
        variants: &contents.outcomes,
    }
}
