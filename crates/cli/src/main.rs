//! Arguments in, exit code out.
mod calibrate;
mod check;
mod compare;
mod evidence;
mod export;
mod faultlines;
mod faults;
mod hindcast;
mod job;
mod merge;
mod new;
mod progress;
mod report;
mod run;
mod scenario_args;
mod schema;
mod screen;
mod show;
mod sweep;
mod verify;
mod why;

use clap::{Parser, Subcommand};
use noforn_store::draft::{Spare, settle};
use screen::{Screen, Stop};
use std::path::Path;
use std::process::ExitCode;

/// Exit code where the thing asked about is not all right.
pub const NOT_RIGHT: u8 = 1;
/// Exit code for bad input or usage.
pub const BAD_INPUT: u8 = 2;

/// Who may see whose intelligence in an alliance, and what happens when membership hangs on hardware.
#[derive(Debug, Parser)]
#[command(
    name = "noforn",
    version,
    before_help = "Example: noforn check scenarios/tutorial.toml",
    after_help = "Data go to stdout, messages to stderr. Exit code 0: done; 1: the thing asked about is not all right; \
                  2: bad input or usage.\nNext: noforn new my-study    writes a scenario to start from",
    disable_help_subcommand = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// Answer in JSON, for a program to read
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// One line a command: its file, its type of arguments, its `run`.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "the arguments of each say what the command does")]
pub enum Command {
    Run(run::Args),
    Check(check::Args),
    Show(show::Args),
    Schema(schema::Args),
    New(new::Args),
    Verify(verify::Args),
    Why(why::Args),
    Compare(compare::Args),
    Sweep(sweep::Args),
    Hindcast(hindcast::Args),
    Calibrate(calibrate::Args),
    Merge(merge::Args),
    Report(report::Args),
    Export(export::Args),
    Faultlines(faultlines::Args),
    Evidence(evidence::Args),
}

impl Command {
    fn run(&self, screen: &Screen) -> Result<ExitCode, Stop> {
        match self {
            Command::Run(args) => run::run(args, screen),
            Command::Check(args) => check::run(args, screen),
            Command::Show(args) => show::run(args, screen),
            Command::Schema(args) => schema::run(args, screen),
            Command::New(args) => new::run(args, screen),
            Command::Verify(args) => verify::run(args, screen),
            Command::Why(args) => why::run(args, screen),
            Command::Compare(args) => compare::run(args, screen),
            Command::Sweep(args) => sweep::run(args, screen),
            Command::Hindcast(args) => hindcast::run(args, screen),
            Command::Calibrate(args) => calibrate::run(args, screen),
            Command::Merge(args) => merge::run(args, screen),
            Command::Report(args) => report::run(args, screen),
            Command::Export(args) => export::run(args, screen),
            Command::Faultlines(args) => faultlines::run(args, screen),
            Command::Evidence(args) => evidence::run(args, screen),
        }
    }
}

/// Runs the program.
fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(told) => {
            // Help that nobody reads any more is no error.
            let _ = told.print();
            return if told.use_stderr() { ExitCode::from(BAD_INPUT) } else { ExitCode::SUCCESS };
        }
    };
    let screen = Screen { json: cli.json };
    // What killed programs left where results usually are; commands that write do the same in their place.
    [".", job::OUTPUT].into_iter().for_each(|place| settle(Path::new(place), Spare::Everything));
    match cli.command.run(&screen) {
        Ok(code) => code,
        Err(stop) => screen.report_stop(&stop),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_hang_together_and_every_command_starts_with_an_example_and_ends_with_the_next() {
        let command = super::Cli::command();
        command.clone().debug_assert();
        for inner in command.get_subcommands() {
            let before = inner.get_before_help().map(ToString::to_string).unwrap_or_default();
            assert!(before.starts_with("Example: noforn "), "{}", inner.get_name());
            let after = inner.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(after.contains("Next: noforn "), "{}", inner.get_name());
        }
    }
}
