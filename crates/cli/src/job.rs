//! Arguments that many commands share: settings of a scenario, and how and where a study is run.
use super::progress::{Progress, stop_on_ctrl_c};
use super::scenario_args::{Settings, setting};
use super::screen::{Screen, Stop};
use noforn::load::GREATEST_SEED;
use noforn_lab::ensemble::Ended;
use noforn_lab::study::Study;
use noforn_lab::study::shard::Shard;
use noforn_lab::words::count;
use noforn_store::staged_folder::{Refusal, WriteOptions};
use noforn_store::threads::Threads;
use noforn_store::write::{WriteError, write};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Settings on top of a scenario, the same in all its runs.
#[derive(Clone, Debug, clap::Args)]
pub struct SettingArgs {
    /// Another value for a path, in every run, such as run.end=2025Q4
    #[arg(long, value_name = "P=V", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Master seed, instead of the scenario's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=GREATEST_SEED))]
    pub seed: Option<u64>,
    /// The scenario's own values in every run, instead of draws from what calibration left possible and from ranges
    #[arg(long)]
    pub fixed_parameters: bool,
}

impl SettingArgs {
    /// The settings without variants.
    pub fn settings(&self) -> Settings {
        Settings { variants: Vec::new(), set: self.set.clone(), fixed_parameters: self.fixed_parameters }
    }
}

/// How a study is made.
#[derive(Clone, Debug, clap::Args)]
pub struct ExecutionArgs {
    /// Threads [default: one a core]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Replace a folder that noforn wrote before
    #[arg(long)]
    force: bool,
    /// Go on where the same command was stopped or killed; if this one is stopped, keep the runs that are done
    #[arg(long)]
    resume: bool,
    /// Only the I-th of N parts of the runs, for `noforn merge`; the folder is then named NAME-I-of-N
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
}

impl ExecutionArgs {
    /// The threads that run the study; Ctrl-C stops them.
    pub fn threads(&self) -> Result<Threads<'static>, Stop> {
        Ok(Threads { count: self.threads.unwrap_or(0).into(), stop: stop_on_ctrl_c()? })
    }

    /// The end of the folder's name, if it is of a shard.
    pub fn suffix(&self) -> String {
        self.shard.map(|shard| format!("-{}-of-{}", shard.part, shard.of)).unwrap_or_default()
    }

    /// What to do with what is already in the folder.
    pub fn write_options(&self) -> WriteOptions {
        WriteOptions { replace: self.force, resume: self.resume }
    }

    /// Runs a study and writes its folder, with a progress bar. Returns the findings, or `None` if Ctrl-C stopped it.
    pub fn write<S: Study>(&self, study: &S, folder: &Path) -> Result<Option<S::Findings>, Stop> {
        let (threads, progress) = (self.threads()?, Progress::new(study.part().len()));
        let written = write(study, folder, self.write_options(), &threads, &mut |_| progress.step());
        progress.end();
        match written {
            Ok((_, findings)) => Ok(Some(findings)),
            Err(WriteError::Ended(Ended::Stopped)) => Ok(None),
            Err(error) => Err(write_stop(error)),
        }
    }

    /// Reports that Ctrl-C stopped the command, and returns its exit code.
    pub fn interrupted(&self, screen: &Screen) -> ExitCode {
        if self.resume {
            screen.say("stopped; the same command goes on from the runs that are done\n");
            return screen.exit_code(false);
        }
        interrupted(screen)
    }
}

/// How a study is made and where its results go.
#[derive(Clone, Debug, clap::Args)]
pub struct StudyArgs {
    #[command(flatten)]
    pub effort: ExecutionArgs,
    /// Folder of the results [default: below output/, named after the scenario and the command]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

impl StudyArgs {
    /// The folder of the results: from `--output`, else `output/NAME`, or `output/NAME-I-of-N` for a shard.
    pub fn folder(&self, name: &str) -> PathBuf {
        let default = || Path::new("output").join(name.to_owned() + &self.effort.suffix());
        self.output.clone().unwrap_or_else(default)
    }
}

/// Writes the closing lines of a shard, as text or JSON.
pub fn close_shard(screen: &Screen, shard: Shard, runs: usize, folder: &Path) -> Result<ExitCode, Stop> {
    let folder = folder.display();
    if screen.json {
        let (folder, part, of) = (folder.to_string(), shard.part, shard.of);
        screen.out_json(&json!({ "folder": folder, "part": part, "of": of, "runs": runs }))?;
    } else {
        let (runs, of) = (count(runs as u64, "run"), shard.of);
        screen.out(&format!(
            "part {shard}: {runs} in {folder}\n\nnext: noforn merge DIR...    when all {of} parts are made\n"
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reports that Ctrl-C stopped a command that writes nothing then, and returns its exit code.
pub fn interrupted(screen: &Screen) -> ExitCode {
    screen.say("stopped; nothing was written\n");
    screen.exit_code(false)
}

/// Converts the error of a study that was not written, and adds help.
pub fn write_stop(error: WriteError) -> Stop {
    let message = error.to_string();
    match error {
        WriteError::Ended(Ended::Io(error)) => Stop::Io(error),
        WriteError::Ended(Ended::Faults(faults)) => Stop::Faults(faults),
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
