//! Arguments that many commands share: settings of a scenario, and how and where a study is run.
use super::progress::{Progress, stop_on_ctrl_c};
use super::scenario_args::{Settings, setting};
use super::screen::{Screen, Stop};
use noforn::load::GREATEST_SEED;
use noforn_lab::ensemble::Ended;
use noforn_lab::study::Study;
use noforn_lab::study::copies::{UnsafeName, safe_name};
use noforn_lab::study::shard::Shard;
use noforn_lab::words::{count, shell_word};
use noforn_store::refusal::Refusal;
use noforn_store::staged_folder::{PlacedFolder, WriteOptions};
use noforn_store::threads::Threads;
use noforn_store::write::{WriteError, Written, write};
use serde_json::json;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The folder below which results go where no other is named.
pub const OUTPUT: &str = "output";

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
    /// Replace what noforn wrote there before; whatever else is in the folder stays
    #[arg(long)]
    force: bool,
    /// Go on where the same command was stopped or killed, or say that it is finished; if this one is stopped, keep the runs that are done
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

    /// Runs a study and writes its folder, with a progress bar. Returns the findings, or the exit code if the work was finished
    /// before or Ctrl-C stopped it, which it says.
    pub fn write<S: Study>(
        &self,
        study: &S,
        folder: &Path,
        screen: &Screen,
    ) -> Result<ControlFlow<ExitCode, S::Findings>, Stop> {
        let (threads, progress) = (self.threads()?, Progress::new(study.part().len()));
        let written = write(study, folder, self.write_options(), &threads, &mut |_| progress.step());
        progress.end();
        match written {
            Ok(Written::Now(placed, findings)) => {
                say_kept(screen, &placed);
                Ok(ControlFlow::Continue(findings))
            }
            Ok(Written::Before(_)) => finished(screen, folder).map(ControlFlow::Break),
            Err(WriteError::Ended(Ended::Stopped)) => Ok(ControlFlow::Break(self.interrupted(screen))),
            Err(error) => Err(write_stop(error)),
        }
    }

    /// Reports that Ctrl-C stopped the command, and returns its exit code.
    fn interrupted(&self, screen: &Screen) -> ExitCode {
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
    pub fn folder(&self, name: &str) -> Result<PathBuf, Stop> {
        let default = || default_folder(&(name.to_owned() + &self.effort.suffix()));
        self.output.clone().map_or_else(default, Ok)
    }
}

/// The folder of the results where none is named. The name may come from a file.
pub fn default_folder(name: &str) -> Result<PathBuf, Stop> {
    let refused = |name: UnsafeName| write_stop(name.into());
    safe_name(name).map(|name| Path::new(OUTPUT).join(name)).map_err(refused)
}

/// Says which names of a replaced folder are not noforn's.
pub fn say_kept(screen: &Screen, placed: &PlacedFolder) {
    if !placed.others.is_empty() {
        let names: Vec<String> = placed.others.iter().map(|name| format!("`{}`", name.escape_debug())).collect();
        screen.say(&format!("left as it was, because noforn did not write it there: {}\n", names.join(", ")));
    }
    for (from, to) in &placed.renamed {
        let (from, to) = (from.escape_debug(), to.escape_debug());
        screen.say(&format!("`{from}` was not as noforn wrote it: it is now `{to}`\n"));
    }
}

/// Says that the work was finished before.
fn finished(screen: &Screen, folder: &Path) -> Result<ExitCode, Stop> {
    let shown = folder.display().to_string();
    let next = format!("noforn verify {}", shell_word(&shown));
    if screen.json {
        screen.out_json(&json!({ "folder": shown, "finished_before": true, "next": next }))?;
    } else {
        screen.out(&format!(
            "this work is finished, in {shown}: nothing was run\n\nnext: {next}    run it again and compare\n"
        ))?;
    }
    Ok(ExitCode::SUCCESS)
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
        WriteError::Refused(refusal) => match refusal_help(&refusal) {
            Some(help) => Stop::bad(message, help),
            None => Stop::Bad { message, help: None },
        },
        WriteError::Ended(_) => Stop::Bad { message, help: None },
    }
}

/// What the user can do.
fn refusal_help(refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::Exists(_) => Some("`--force` replaces it, `-o` writes elsewhere"),
        Refusal::Foreign(_) | Refusal::Name(_) | Refusal::Busy(_) | Refusal::NotFile(_) => {
            Some("choose another place with `-o`")
        }
        Refusal::Current(_) => Some("`-o NAME` writes to a folder in this one, or go elsewhere first"),
        Refusal::Input(..) => Some("write elsewhere with `-o`"),
        Refusal::Taken(_) => Some("move or rename that file first"),
        Refusal::Other(..) | Refusal::Damaged(..) => {
            Some("without `--resume` the work begins anew; `-o DIR` writes elsewhere")
        }
        Refusal::Late(_) => Some("move away what is there, then the same command with `--resume` ends soon"),
        Refusal::Io(..) => None,
    }
}
