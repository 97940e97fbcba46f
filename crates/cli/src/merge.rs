//! `noforn merge`: the parts of a work that `--shard` made apart, joined.
use super::job::stopped;
use super::run::close;
use super::screen::{Screen, Stop};
use super::verify::unjudged;
use noforn_lab::output::WriteError;
use noforn_lab::output::merge::{ensemble, merge, pieces, whole};
use noforn_lab::output::told::words::shell_word;
use noforn_lab::output::verify::VerifyError;
use noforn_lab::sweep;
use serde_json::json;
use std::path::{Path, PathBuf};
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
    /// Folder of the results [default: output/NAME, of a sweep output/NAME-sweep]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace a folder that noforn wrote before
    #[arg(long)]
    force: bool,
}

/// Joins.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let help = "give all the folders that `--shard I/N` wrote, each once";
    let pieces = pieces(&args.folders).map_err(|message| Stop::bad(message, help))?;
    let ensemble = ensemble(&pieces).map_err(unjudged)?;
    let (name, swept) = (&ensemble.variants[0].name, whole(&pieces).request.sweep.is_some());
    let default = || Path::new("output").join(if swept { format!("{name}-sweep") } else { name.clone() });
    let folder = args.output.clone().unwrap_or_else(default);
    let shown = folder.display().to_string();
    let unmerged = |error| match error {
        VerifyError::Write(error @ WriteError::Refused(_)) => stopped(error),
        error => unjudged(error),
    };
    if swept {
        sweep::merge(&folder, &pieces, &ensemble, args.force).map_err(unmerged)?;
        if screen.json {
            screen.out_json(&json!({ "folder": shown, "parts": pieces.len() }))?;
        } else {
            let next = shell_word(&shown);
            screen.out(&format!("{} parts joined in {shown}\n\nnext: noforn verify {next}\n", pieces.len()))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let written = merge(&folder, &pieces, &ensemble, args.force).map_err(unmerged)?;
    close(screen, name, &shown, &ensemble, &written)?;
    Ok(ExitCode::SUCCESS)
}
