//! `noforn verify --decisions`: whether Cedar itself, asked pair by pair, decides as the runs did.
use super::super::job::interrupted;
use super::super::progress::{Progress, stop_on_ctrl_c};
use super::super::screen::{Screen, Stop};
use super::unjudged;
use noforn::run::Halted;
use noforn_lab::output::judged::{Judged, judge};
use noforn_lab::output::package;
use noforn_lab::output::verify::scenarios;
use serde_json::json;
use std::path::Path;
use std::process::ExitCode;

/// Asks Cedar about the first run of every variant of a folder.
pub fn run(folder: &Path, threads: usize, screen: &Screen) -> Result<ExitCode, Stop> {
    let request =
        package::request(folder).map_err(|message| Stop::bad(message, "give a folder that `noforn run` wrote"))?;
    let scenarios = scenarios(folder, &request).map_err(unjudged)?;
    let stop = stop_on_ctrl_c()?;
    let quarters = scenarios.iter().map(|scenario| scenario.end.since(scenario.start) + 1).sum::<i64>();
    let progress = Progress::of(usize::try_from(quarters).unwrap_or(0), "quarters");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Stop::Io(std::io::Error::other(error)))?;
    let mut all = Vec::new();
    for scenario in &scenarios {
        let judged = pool.install(|| judge(scenario, stop, &|| progress.step()));
        match judged.map_err(|Halted(message)| Stop::Bad { message, help: None })? {
            Some(judged) => all.push(judged),
            None => {
                progress.end();
                return Ok(interrupted(screen));
            }
        }
    }
    progress.end();
    if screen.json {
        screen.out_json(&json!(all))?;
    } else {
        screen.out(&all.iter().map(text).collect::<String>())?;
    }
    Ok(screen.verdict(all.iter().all(|judged| judged.asked == judged.agreed)))
}

fn text(judged: &Judged) -> String {
    let mut text = format!(
        "{}: Cedar decides {} of {} questions of run 0 as the run did, by the same policies\n",
        judged.variant, judged.agreed, judged.asked
    );
    if let Some(first) = &judged.first {
        let level = first.level.map(|level| format!(" at {level}")).unwrap_or_default();
        let run = if first.allowed { "allowed" } else { "refused" };
        text += &format!(
            "the first that differs: {} from {} to {}{level} in {}, which the run {run}\n",
            first.action, first.sender, first.receiver, first.quarter
        );
    }
    text
}
