//! A progress bar, on a terminal only; and a flag that Ctrl-C sets.
use super::screen::Stop;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// A bar on stderr, if stderr is a terminal.
#[derive(Debug)]
pub struct Progress(ProgressBar);

impl Progress {
    /// A bar for a number of runs.
    pub fn new(runs: usize) -> Self {
        Self::with_unit(runs, "runs")
    }
    /// A bar for a number of items; `unit` names them.
    pub fn with_unit(count: usize, unit: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template(&format!("{{wide_bar}} {{pos}}/{{len}} {unit}, {{eta}} left"));
        bar.set_style(style.expect("the template names what a bar knows"));
        Self(bar)
    }
    /// Counts one more item.
    pub fn step(&self) {
        self.0.inc(1);
    }
    /// Removes the bar.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// A flag that Ctrl-C sets; a second Ctrl-C ends the program at once.
pub fn stop_on_ctrl_c() -> Result<&'static AtomicBool, Stop> {
    static STOP: AtomicBool = AtomicBool::new(false);
    static HANDLER: OnceLock<Result<(), String>> = OnceLock::new();
    let installed = HANDLER.get_or_init(|| {
        let handler = ctrlc::set_handler(|| {
            if STOP.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        handler.map_err(|error| error.to_string())
    });
    match installed {
        Ok(()) => Ok(&STOP),
        Err(error) => Err(Stop::Bad { message: format!("cannot listen for Ctrl-C: {error}"), help: None }),
    }
}
