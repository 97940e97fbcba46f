//! The arguments that many commands share: what is set on top of a scenario, and how and where the work is done.
use super::progress::stop_on_ctrl_c;
use super::scenario_args::{Settings, setting};
use super::screen::{Screen, Stop};
use noforn::load::GREATEST_SEED;
use noforn_lab::ensemble::Ended;
use noforn_lab::output::WriteError;
use noforn_lab::output::folder::{Placing, Refusal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

/// Settings on top of a scenario, the same in all its runs.
#[derive(Clone, Debug, clap::Args)]
pub struct Set {
    /// Another value for a path, in every run, such as run.end=2025Q4
    #[arg(long, value_name = "P=V", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Master seed, instead of the scenario's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=GREATEST_SEED))]
    pub seed: Option<u64>,
    /// The scenario's own parameters in every run, instead of draws from what calibration left possible
    #[arg(long)]
    pub fixed_parameters: bool,
}

impl Set {
    /// The same, with no variant named.
    pub fn settings(&self) -> Settings {
        Settings { variants: Vec::new(), set: self.set.clone(), fixed_parameters: self.fixed_parameters }
    }
}

/// How the work is done and where its results go.
#[derive(Clone, Debug, clap::Args)]
pub struct Job {
    /// Threads [default: one a core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Folder of the results [default: below output/, named after the scenario and the command]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace a folder that noforn wrote before
    #[arg(long)]
    force: bool,
    /// Go on where the same command was stopped or killed; if this one is stopped, keep the runs that are done
    #[arg(long)]
    resume: bool,
}

impl Job {
    /// Threads (0: as many as there are cores), and what Ctrl-C sets.
    pub fn workers(&self) -> Result<(usize, &'static AtomicBool), Stop> {
        Ok((self.threads.unwrap_or(0).into(), stop_on_ctrl_c()?))
    }

    /// How the folder is put in its place.
    pub fn placing(&self) -> Placing {
        Placing { replace: self.force, resume: self.resume }
    }

    /// Ends a command that Ctrl-C has stopped.
    pub fn interrupted(&self, screen: &Screen) -> ExitCode {
        if self.resume {
            screen.say("stopped; the same command goes on from the runs that are done\n");
            return screen.verdict(false);
        }
        interrupted(screen)
    }
}

/// Ends a command that Ctrl-C has stopped and that leaves nothing.
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
        WriteError::Refused(Refusal::Foreign(_) | Refusal::Name(_) | Refusal::Busy(_)) => {
            Stop::bad(message, "choose a folder with `-o DIR`")
        }
        WriteError::Refused(Refusal::Other(..)) => {
            Stop::bad(message, "without `--resume` the work begins anew; `-o DIR` writes elsewhere")
        }
        WriteError::Refused(Refusal::Io(..)) | WriteError::Ended(_) => Stop::Bad { message, help: None },
    }
}
