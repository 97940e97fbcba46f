//! `noforn merge`: merges the shards of a study that `--shard` made.
use super::job::{default_folder, say_kept, write_stop};
use super::run::close;
use super::screen::{Screen, Stop};
use super::verify::verify_stop;
use noforn_lab::study::Study;
use noforn_lab::words::shell_word;
use noforn_store::merge::{merge, read_shards, reopen_study};
use noforn_store::reopen::AnyStudy;
use noforn_store::with_study;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// Join the parts that `--shard` made: the bytes that one program would have written
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn merge output/tutorial-1-of-2 output/tutorial-2-of-2",
    after_help = "The parts must be all of one scenario, seed and version; a missing, doubled or changed one is named.\n\
                  Next: noforn verify DIR    run it again and compare"
)]
pub struct Args {
    /// The folders of the parts, in any order
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// Folder of the results [default: as the command whose parts they are, such as output/NAME]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace what noforn wrote there before; whatever else is in the folder stays
    #[arg(long)]
    force: bool,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let help = "give all the folders that `--shard I/N` wrote, each once";
    let shards = read_shards(&args.folders).map_err(|message| Stop::bad(message, help))?;
    let any = reopen_study(&shards).map_err(verify_stop)?;
    let folder = args.output.clone().map_or_else(|| default_folder(&name(&any)), Ok)?;
    let shown = folder.display().to_string();
    if let AnyStudy::Runs(runs) = &any {
        let (placed, contents) = merge(&folder, &shards, runs, args.force).map_err(write_stop)?;
        say_kept(screen, &placed);
        close(screen, &runs.ensemble().variants[0].name, &shown, runs.ensemble(), &contents)?;
        return Ok(ExitCode::SUCCESS);
    }
    let placed = with_study!(&any, study => merge(&folder, &shards, study, args.force).map_err(write_stop)?.0);
    say_kept(screen, &placed);
    if screen.json {
        screen.out_json(&json!({ "folder": shown, "parts": shards.len() }))?;
    } else {
        let next = shell_word(&shown);
        screen.out(&format!("{} parts joined in {shown}\n\nnext: noforn verify {next}\n", shards.len()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The name of the folder below `output/` that the command without `--shard` would have written.
fn name(any: &AnyStudy) -> String {
    let variants = with_study!(any, study => &study.ensemble().variants);
    let name = &variants[0].name;
    match any {
        AnyStudy::Runs(_) => name.clone(),
        AnyStudy::Compare(_) => format!("{name}-compare-{}-{}", variants[0].variant, variants[1].variant),
        AnyStudy::Sweep(_) => format!("{name}-sweep"),
        AnyStudy::Hindcast(_) => format!("{name}-hindcast"),
        AnyStudy::Evidence(_) => format!("{name}-evidence"),
    }
}
