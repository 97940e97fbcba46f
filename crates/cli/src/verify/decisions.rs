//! `noforn verify --decisions`: whether Cedar itself, asked pair by pair, decides as the runs did.
use super::super::job::{interrupted, write_stop};
use super::super::progress::Progress;
use super::super::screen::{Screen, Stop};
use super::verify_stop;
use noforn_lab::cedar_check::{CedarCheck, check_with_cedar};
use noforn_lab::ensemble::Ended;
use noforn_lab::study::kept::{request, scenarios};
use noforn_store::disk_folder::DiskFolder;
use noforn_store::threads::Threads;
use noforn_store::write::WriteError;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// Asks Cedar about the first run of every variant of a folder.
pub fn run(folder: &Path, threads: &Threads<'_>, screen: &Screen) -> Result<ExitCode, Stop> {
    let files = DiskFolder::new(folder);
    let request = request(&files).map_err(|message| Stop::bad(message, "give a folder that `noforn run` wrote"))?;
    let scenarios = scenarios(&files, &request).map_err(verify_stop)?;
    let quarters = scenarios.iter().map(|scenario| scenario.end.since(scenario.start) + 1).sum::<i64>();
    let progress = Progress::with_unit(usize::try_from(quarters).unwrap_or(0), "quarters");
    let checks = scenarios.iter().map(|scenario| check_with_cedar(scenario, threads, &mut || progress.step()));
    let checks: Result<Vec<CedarCheck>, Ended> = checks.collect();
    progress.end();
    let all = match checks {
        Err(Ended::Stopped) => return Ok(interrupted(screen)),
        checks => checks.map_err(|ended| write_stop(WriteError::Ended(ended)))?,
    };
    if screen.json {
        screen.out_json(&json!(all))?;
    } else {
        screen.out(&all.iter().map(text).collect::<String>())?;
    }
    Ok(screen.exit_code(all.iter().all(|check| check.asked == check.agreed)))
}

fn text(check: &CedarCheck) -> String {
    let mut text = format!(
        "{}: Cedar decides {} of {} questions of run 0 as the run did, by the same policies\n",
        check.variant, check.agreed, check.asked
    );
    if let Some(first) = &check.first {
        let level = first.level.map(|level| format!(" at {level}")).unwrap_or_default();
        let run = if first.allowed { "allowed" } else { "refused" };
        text += &format!(
            "the first that differs: {} from {} to {}{level} in {}, which the run {run}\n",
            first.action, first.sender, first.receiver, first.quarter
        );
    }
    text
}
