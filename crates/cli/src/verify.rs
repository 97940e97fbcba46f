//! `noforn verify`: runs a folder of results again and compares the bytes.
mod decisions;

use super::job::{interrupted, write_stop};
use super::progress::{Progress, stop_on_ctrl_c};
use super::screen::{Screen, Stop};
use noforn_lab::ensemble::Ended;
use noforn_store::threads::Threads;
use noforn_store::verify::{Verification, VerifyError, verify};
use noforn_store::write::WriteError;
use serde_json::json;
use std::cell::OnceCell;
use std::path::PathBuf;
use std::process::ExitCode;

/// Run a folder of results again and compare every byte
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Example: noforn verify output/tutorial",
    after_help = "The folder keeps its resolved scenario and what was asked for; nothing else is needed. Exit code 1: \
                  not the same.\nNext: noforn why DIR SENDER RECEIVER --in YEAR    why somebody was cut off"
)]
pub struct Args {
    /// The folder that `noforn run`, `compare`, `sweep`, `hindcast` or `evidence` wrote
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Threads [default: one a core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Ask Cedar itself, pair by pair, what was decided in the first run of each variant
    #[arg(long)]
    decisions: bool,
}

/// Runs the command.
pub fn run(args: &Args, screen: &Screen) -> Result<ExitCode, Stop> {
    let threads = Threads { count: args.threads.unwrap_or(0).into(), stop: stop_on_ctrl_c()? };
    if args.decisions {
        return decisions::run(&args.folder, &threads, screen);
    }
    let progress = OnceCell::new();
    let mut begin = |runs| {
        progress.get_or_init(|| Progress::new(runs));
    };
    let mut step = |_| {
        progress.get().inspect(|bar| bar.step());
    };
    let verification = verify(&args.folder, &threads, &mut begin, &mut step);
    progress.get().inspect(|bar| bar.end());
    let verification = match verification {
        Err(VerifyError::Write(WriteError::Ended(Ended::Stopped))) => return Ok(interrupted(screen)),
        verification => verification.map_err(verify_stop)?,
    };
    if screen.json {
        screen.out_json(&json(&verification))?;
    } else {
        screen.out(&text(&verification))?;
    }
    Ok(screen.exit_code(verification.difference.is_none()))
}

/// Converts the error of a folder that cannot be verified, and adds help.
pub fn verify_stop(error: impl Into<VerifyError>) -> Stop {
    match error.into() {
        VerifyError::Folder(message) => {
            Stop::bad(message, "give a folder that `noforn run`, `compare`, `sweep`, `hindcast` or `evidence` wrote")
        }
        VerifyError::Faults(faults) => Stop::Faults(faults),
        VerifyError::Write(error) => write_stop(error),
    }
}

fn text(verification: &Verification) -> String {
    let mut text = format!("{} of {} files are the same bytes\n", verification.same, verification.files);
    if let Some(difference) = &verification.difference {
        text += &format!("{difference}\n");
    }
    if let Some(version) = &verification.made_by {
        let this = env!("CARGO_PKG_VERSION");
        text += &format!("made by noforn {version}; this is noforn {this}, whose results may differ\n");
    }
    text
}

fn json(verification: &Verification) -> serde_json::Value {
    json!({
        "files": verification.files,
        "same": verification.same,
        "first_difference": verification.difference.as_ref().map(|first| json!({ "file": first.file, "line": first.line })),
        "made_by": verification.made_by,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use noforn_store::verify::FileMismatch;

    #[test]
    fn the_text_names_the_first_difference() {
        let difference = Some(FileMismatch { file: "metrics.csv".to_owned(), line: Some(7) });
        let verification = Verification { files: 14, same: 12, difference, made_by: Some("0.0.9".to_owned()) };
        let this = env!("CARGO_PKG_VERSION");
        let expected = format!(
            "12 of 14 files are the same bytes\n`metrics.csv` differs from line 7 on\n\
             made by noforn 0.0.9; this is noforn {this}, whose results may differ\n"
        );
        assert_eq!(text(&verification), expected);
    }
}
